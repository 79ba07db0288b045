"""What fusing keeps beside the incidents, read by need and written with them in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Row, func, or_, select

from marsad.store import finding
from marsad.store.fuse_rows import (
    FACT,
    EventRow,
    FusionChange,
    PairRow,
    lay,
    mark_round,
    put_born,
    put_incidents,
    set_fact,
    take_filed,
    take_incidents,
)
from marsad.store.fuse_tables import fuse_answers, fuse_events, fuse_headings, fuse_outlets, fuse_pairs
from marsad.store.lineage import Born
from marsad.store.nouns import Key
from marsad.store.pieces import pieces
from marsad.store.store import Store
from marsad.store.tables import custody, facts, incident_events, incident_ids, incidents, reports


class Line(NamedTuple):
    """What a line of the custody log tells of a change."""

    seq: int
    action: str
    subject: str
    detail: dict[str, Any]
    hash: str


class Head(NamedTuple):
    """Who published a report, and whose copy it is."""

    name: str
    outlet: str | None
    copy_of: str | None


class Fusing:
    """The rows that fusing asks for. Each method is one short reading."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def state(self) -> str:
        """What fusing left there for itself."""
        with self.store.engine.connect() as connection:
            return str(connection.execute(select(facts.c.value).where(facts.c.name == FACT)).scalar() or "")

    def lines(self, head: str) -> list[Line] | None:
        """What the custody log tells after the line with hash `head`; None where it lacks `head`."""
        with self.store.engine.connect() as connection:
            seq = connection.execute(select(custody.c.seq).where(custody.c.hash == head)).scalar()
            if seq is None:
                return None
            rows = connection.execute(select(custody).where(custody.c.seq > seq).order_by(custody.c.seq)).all()
        return [Line(r.seq, r.action, r.subject, json.loads(r.detail), r.hash) for r in rows]

    def last(self) -> int:
        """The highest number of a filed event, 0 where there is none."""
        with self.store.engine.connect() as connection:
            return int(connection.execute(select(func.max(fuse_events.c.number))).scalar() or 0)

    def events_of(self, names: Iterable[str]) -> list[EventRow]:
        """The filed events of some reports."""
        return sorted(self._events(fuse_events.c.report, names))

    def each_event(self, numbers: Iterable[int]) -> Iterator[EventRow]:
        """Filed events by their numbers, one after the other; those of a report have numbers that follow each other."""
        return self._events(fuse_events.c.number, sorted(numbers))

    def proposed(self, headings: Iterable[int]) -> set[int]:
        """Numbers of the events under any of the headings."""
        found: set[int] = set()
        with self.store.engine.connect() as connection:
            for some in pieces(headings):
                query = select(fuse_headings.c.number).where(fuse_headings.c.heading.in_(some))
                found.update(connection.execute(query).scalars())
        return found

    def strong_pairs_of(self, numbers: Iterable[int], least: float) -> Iterator[PairRow]:
        """Retold pairs, and those with a sum of `least` or more, that have one of the numbers; some of them twice."""
        strong = or_(fuse_pairs.c.score >= least, fuse_pairs.c.retold.is_(True))
        with self.store.engine.connect() as connection:
            for some in pieces(numbers):
                for column in (fuse_pairs.c.low, fuse_pairs.c.high):
                    yield from map(_pair, connection.execute(select(fuse_pairs).where(column.in_(some), strong)))

    def pairs_among(self, numbers: Collection[int]) -> Iterator[PairRow]:
        """All pairs that have two of the numbers."""
        inside = set(numbers)
        with self.store.engine.connect() as connection:
            for some in pieces(sorted(inside)):
                rows = connection.execute(select(fuse_pairs).where(fuse_pairs.c.low.in_(some)))
                yield from (_pair(r) for r in rows if r.high in inside)

    def near(self, least: float, below: float, limit: int) -> list[tuple[float, Key, Key]]:
        """Pairs whose sum lies from `least` to under `below`, with their events."""
        one, two = fuse_events.alias(), fuse_events.alias()
        query = select(fuse_pairs.c.score, one.c.report, one.c.event, two.c.report, two.c.event)
        query = query.join(one, one.c.number == fuse_pairs.c.low).join(two, two.c.number == fuse_pairs.c.high)
        query = query.where(fuse_pairs.c.score >= least, fuse_pairs.c.score < below, fuse_pairs.c.retold.is_(False))
        query = query.order_by(fuse_pairs.c.low, fuse_pairs.c.high)
        with self.store.engine.connect() as connection:
            return [(r[0], (r[1], r[2]), (r[3], r[4])) for r in connection.execute(query.limit(limit))]

    def incidents_of(self, keys: Iterable[Key]) -> dict[Key, str]:
        """Which stored incident holds which event."""
        wanted, found = set(keys), {}
        with self.store.engine.connect() as connection:
            for some in pieces({report for report, _ in wanted}):
                for r in connection.execute(select(incident_events).where(incident_events.c.report.in_(some))):
                    if (r.report, r.event) in wanted:
                        found[r.report, r.event] = r.incident
        return found

    def members(self, ids: Iterable[str]) -> dict[str, list[Key]]:
        """The events of some incidents."""
        found: dict[str, list[Key]] = {}
        with self.store.engine.connect() as connection:
            for some in pieces(ids):
                for r in connection.execute(select(incident_events).where(incident_events.c.incident.in_(some))):
                    found.setdefault(r.incident, []).append((r.report, r.event))
        return found

    def documents(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Stored incidents by their ids."""
        found = {}
        with self.store.engine.connect() as connection:
            for some in pieces(ids):
                query = select(incidents.c.id, incidents.c.document).where(incidents.c.id.in_(some))
                for row in connection.execute(query):
                    found[row.id] = json.loads(row.document)
        return found

    def answering(self, role: str, sides: Iterable[str], low: int, high: int) -> set[str]:
        """Incidents of a role on one of the sides between two ordinal days (both inclusive)."""
        found: set[str] = set()
        table = fuse_answers.c
        with self.store.engine.connect() as connection:
            for some in pieces(sides):
                tests = (table.role == role, table.side.in_(some), table.day.between(low, high))
                found.update(connection.execute(select(table.incident).where(*tests)).scalars())
        return found

    def born(self, keys: Iterable[Key], ids: Iterable[str]) -> list[Born]:
        """Ids given for one of the events, or that are among `ids`, in the order of giving."""
        wanted, found = set(keys), {}
        with self.store.engine.connect() as connection:
            for some in pieces({report for report, _ in wanted}):
                for row in connection.execute(select(incident_ids).where(incident_ids.c.report.in_(some))):
                    if (row.report, row.event) in wanted:
                        found[row.id] = row
            for some in pieces(ids):
                for row in connection.execute(select(incident_ids).where(incident_ids.c.id.in_(some))):
                    found[row.id] = row
        made = [Born(r.id, r.number, (r.report, r.event), r.heir) for r in found.values()]
        return sorted(made, key=lambda b: b.number)

    def given(self) -> int:
        """How many ids were ever given."""
        with self.store.engine.connect() as connection:
            last = connection.execute(select(func.max(incident_ids.c.number))).scalar()
            return 0 if last is None else int(last) + 1

    def taken(self, ids: Iterable[str]) -> set[str]:
        """Which of the ids, or of those made of them for want of another, were ever given."""
        with self.store.engine.connect() as connection:
            found: set[str] = set()
            for id in ids:
                test = or_(incident_ids.c.id == id, incident_ids.c.id.between(f"{id}-", f"{id}-~"))
                found.update(connection.execute(select(incident_ids.c.id).where(test)).scalars())
            return found

    def heads(self, names: Iterable[str]) -> list[Head]:
        """Outlet and original of some reports, and of the originals of these."""
        found: dict[str, Head] = {}
        left = set(names)
        columns = (reports.c.name, reports.c.outlet, reports.c.copy_of)
        with self.store.engine.connect() as connection:
            while left:
                for some in pieces(left):
                    for r in connection.execute(select(*columns).where(reports.c.name.in_(some))):
                        found[r.name] = Head(*r)
                behind = {head.copy_of for name in left if (head := found.get(name)) and head.copy_of}
                left = {name for name in behind if name not in found}
        return list(found.values())

    def copies(self, names: Iterable[str]) -> set[str]:
        """The reports that copy some, over any number of steps, and these."""
        found = left = set(names)
        with self.store.engine.connect() as connection:
            while left:
                more: set[str] = set()
                for some in pieces(left):
                    more.update(connection.execute(select(reports.c.name).where(reports.c.copy_of.in_(some))).scalars())
                left = more - found
                found = found | more
        return found

    def outlets(self) -> dict[str, int]:
        """Folded names of all outlets with the number of their reports."""
        with self.store.engine.connect() as connection:
            return {r.name: r.reports for r in connection.execute(select(fuse_outlets))}

    def _events(self, column: Any, values: Iterable[Any]) -> Iterator[EventRow]:
        query = select(fuse_events).order_by(fuse_events.c.number)
        with self.store.engine.connect() as connection:
            for some in pieces(values):
                for r in connection.execute(query.where(column.in_(some))):
                    yield EventRow(r.number, (r.report, r.event), r.body)


def _pair(row: Row[Any]) -> PairRow:
    return PairRow(row.low, row.high, row.score, bool(row.retold))


def put_changes(store: Store, change: FusionChange) -> bool:
    """Write a round, wholly or not at all. False where somebody else derived the incidents meanwhile."""
    with store._writing() as connection:
        now = connection.execute(select(facts.c.value).where(facts.c.name == "basis")).scalar()
        if now != change.before:
            return False
        ids = [str(d["incident"]) for d in change.documents]
        finding.forget(connection, [*change.gone, *ids])
        take_incidents(connection, [*change.gone, *ids])
        put_incidents(connection, change.documents)
        finding.lay(connection, change.documents)
        take_filed(connection, change)
        lay(connection, change.filed)
        put_born(connection, change.born)
        mark_round(connection, written=ids, gone=change.gone)
        set_fact(connection, "basis", change.basis)
    return True
