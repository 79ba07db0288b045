"""Long work that can be stopped, broken off and taken up again: jobs with their items, and standing sources."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, func, insert, select, update

from marsad.errors import StoreError
from marsad.store.gathering import disk_full_told
from marsad.store.store import Store, utc_now
from marsad.store.tables import job_items, jobs, standing

State = Literal["running", "stopping", "stopped", "done", "failed", "broken"]
ItemState = Literal["waiting", "done", "failed"]
KEPT_FAULTS = 100  # of one item


@dataclass(frozen=True, slots=True)
class Job:
    """Long work. `given` is what it was started with; `counts` the number of its items by state.

    `state` is running, stopping (asked to stop), stopped, done, failed (ended with failed items) or broken (its process
    is gone, on this machine). Times are in UTC.
    """

    id: int
    kind: str
    given: Mapping[str, Any]
    state: State
    by: str
    made_at: datetime
    seen_at: datetime
    told: str | None
    counts: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """{"job","kind","state","by","made_at","seen_at","told","items": {state: number},"given"}."""
        times = {"made_at": self.made_at.isoformat(), "seen_at": self.seen_at.isoformat()}
        head: dict[str, Any] = {"job": self.id, "kind": self.kind, "state": self.state, "by": self.by}
        return head | times | {"told": self.told, "items": dict(self.counts), "given": dict(self.given)}


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a job's work, such as a path or an address. Each fault is {"where","code","message","remedy"}."""

    position: int
    item: str
    state: ItemState
    faults: tuple[Mapping[str, str], ...] = ()


class Jobs:
    """The jobs of a store. Every method is one transaction; jobs are no evidence and not logged."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store, self._clock = store, clock

    def start(self, kind: str, given: Mapping[str, Any], items: Sequence[str], *, by: str) -> int:
        """A new job's id; its items wait."""
        now = self._clock().isoformat()
        row = {"kind": kind, "given": json.dumps(dict(given), ensure_ascii=False), "state": "running", "made_by": by}
        with disk_full_told(), self._store._writing() as connection:
            made = insert(jobs).returning(jobs.c.id)
            id = connection.execute(made, row | {"made_at": now, "seen_at": now, "worker": _worker()}).scalar_one()
            rows = [{"job": id, "position": n, "item": item, "state": "waiting"} for n, item in enumerate(items, 1)]
            if rows:
                connection.execute(insert(job_items), rows)
        return int(id)

    def claim(self, id: int) -> Job:
        """Take up a job that is not at work. Raises StoreError E351 (unknown), E352 (at work, or done)."""
        job = self.get(id)
        if job.state in ("running", "stopping"):
            raise StoreError("E352", f"job {id} is at work", f"wait, or stop it with: marsad jobs stop {id}")
        if job.state == "done":
            raise StoreError("E352", f"job {id} is done", "start the command again to look for new reports")
        self._set(id, state="running", worker=_worker(), told=None)
        return self.get(id)

    def get(self, id: int) -> Job:
        """One job. Raises StoreError E351."""
        found = [job for job in self.all() if job.id == id]
        if not found:
            raise StoreError("E351", f"no job {id}", "list them with: marsad jobs list")
        return found[0]

    def all(self) -> list[Job]:
        """All jobs, oldest first."""
        count = select(job_items.c.job, job_items.c.state, func.count().label("n"))
        with self._store.engine.connect() as connection:
            rows = list(connection.execute(select(jobs).order_by(jobs.c.id)))
            counts: dict[int, dict[str, int]] = {}
            for row in connection.execute(count.group_by(job_items.c.job, job_items.c.state)):
                counts.setdefault(row.job, {})[row.state] = row.n
        return [_job(row, counts.get(row.id, {})) for row in rows]

    def items(self, id: int, *states: ItemState) -> list[Item]:
        """The job's items in order, those in `states` where given."""
        query = select(job_items).where(job_items.c.job == id).order_by(job_items.c.position)
        if states:
            query = query.where(job_items.c.state.in_(states))
        with self._store.engine.connect() as connection:
            return [
                Item(row.position, row.item, row.state, tuple(json.loads(row.faults or "[]")))
                for row in connection.execute(query)
            ]

    def mark(self, id: int, items: Iterable[Item]) -> bool:
        """Write what became of items. True where somebody asked the job to stop."""
        with disk_full_told(), self._store._writing() as connection:
            for item in items:
                row = (job_items.c.job == id) & (job_items.c.position == item.position)
                told = json.dumps([dict(f) for f in item.faults[:KEPT_FAULTS]], ensure_ascii=False)
                connection.execute(update(job_items).where(row).values(state=item.state, faults=told))
            connection.execute(update(jobs).where(jobs.c.id == id).values(seen_at=self._clock().isoformat()))
            state = connection.execute(select(jobs.c.state).where(jobs.c.id == id)).scalar()
        return state == "stopping"

    def finish(self, id: int, state: State, *, told: str) -> None:
        """The job ends."""
        self._set(id, state=state, told=told)

    def ask_stop(self, id: int) -> None:
        """Ask a job at work to stop after the item it is at. Raises StoreError E351, E353."""
        job = self.get(id)
        if job.state not in ("running", "stopping"):
            raise StoreError("E353", f"job {id} is not at work but {job.state}", "see: marsad jobs list")
        self._set(id, state="stopping")

    def _set(self, id: int, **values: Any) -> None:
        with self._store._writing() as connection:
            now = self._clock().isoformat()
            connection.execute(update(jobs).where(jobs.c.id == id).values(seen_at=now, **values))


@dataclass(frozen=True, slots=True)
class StandingSource:
    """An address that is looked at again and again. `schedule` is "30m", "6h", "1d" or a cron line in five fields."""

    name: str
    address: str
    schedule: str
    options: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool = True
    by: str = ""
    made_at: datetime | None = None
    ran_at: datetime | None = None
    told: str | None = None

    def to_json(self) -> dict[str, Any]:
        """{"source","address","schedule","enabled","options","by","ran_at","told"}."""
        ran = self.ran_at.isoformat() if self.ran_at else None
        head: dict[str, Any] = {"source": self.name, "address": self.address, "schedule": self.schedule}
        return head | {
            "enabled": self.enabled, "options": dict(self.options), "by": self.by, "ran_at": ran, "told": self.told
        }  # fmt: skip


class StandingSources:
    """The standing sources of a store. Adding and removing is written to the custody log."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._store, self._clock = store, clock

    def put(self, source: StandingSource, *, by: str) -> None:
        """Keep a new source. Raises StoreError E354 where the name is taken."""
        if any(source.name == s.name for s in self.all()):
            raise StoreError("E354", f"there is a source {source.name!r}", "choose another name, or remove that one")
        row = {"name": source.name, "address": source.address, "schedule": source.schedule, "enabled": source.enabled}
        row |= {"options": json.dumps(dict(source.options), ensure_ascii=False), "made_by": by}
        with self._store._writing() as connection:
            connection.execute(insert(standing), row | {"made_at": self._clock().isoformat()})
            detail = {"address": source.address, "schedule": source.schedule, "options": dict(source.options)}
            self._store._log(connection, "source", f"source:{source.name}", detail, by)

    def remove(self, name: str, *, by: str) -> None:
        """Look no more; what came from it stays. Raises StoreError E355."""
        self.get(name)
        with self._store._writing() as connection:
            connection.execute(delete(standing).where(standing.c.name == name))
            self._store._log(connection, "source-removed", f"source:{name}", {}, by)

    def all(self) -> list[StandingSource]:
        """All sources by name."""
        with self._store.engine.connect() as connection:
            return [_source(row) for row in connection.execute(select(standing).order_by(standing.c.name))]

    def get(self, name: str) -> StandingSource:
        """One source. Raises StoreError E355."""
        found = next((s for s in self.all() if s.name == name), None)
        if found is None:
            raise StoreError("E355", f"no source {name!r}", "list them with: marsad sources list")
        return found

    def ran(self, name: str, *, told: str) -> None:
        """Note that the source was looked at, and what came of it."""
        with self._store._writing() as connection:
            values = {"ran_at": self._clock().isoformat(), "told": told}
            connection.execute(update(standing).where(standing.c.name == name).values(**values))


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _alive(worker: str) -> bool:
    """Whether the process is there; one on another machine is taken for alive."""
    host, _, pid = worker.rpartition(":")
    if host != socket.gethostname():
        return True
    if os.name != "posix":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _job(row: Row[Any], counts: Mapping[str, int]) -> Job:
    at_work = row.state in ("running", "stopping")
    state: Any = "broken" if at_work and not _alive(row.worker) else row.state
    made, seen = datetime.fromisoformat(row.made_at), datetime.fromisoformat(row.seen_at)
    return Job(row.id, row.kind, json.loads(row.given), state, row.made_by, made, seen, row.told, counts)


def _source(row: Row[Any]) -> StandingSource:
    made = datetime.fromisoformat(row.made_at)
    ran = datetime.fromisoformat(row.ran_at) if row.ran_at else None
    return StandingSource(
        row.name, row.address, row.schedule, json.loads(row.options), row.enabled, row.made_by, made, ran, row.told
    )  # fmt: skip
