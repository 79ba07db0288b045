"""The one store behind every command; the same code runs on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, delete, func, insert, select, update

from marsad.errors import StoreError
from marsad.model import Reading, Report, to_record
from marsad.store import custody as log
from marsad.store import finding, fuse_rows, layered, lineage
from marsad.store.connecting import LOCK, shown
from marsad.store.fuse_rows import Filed
from marsad.store.lineage import Born
from marsad.store.nouns import CustodyEntry, Decision, Judgement, Key, StoredReport, Verdict
from marsad.store.rows import (
    custody_entry,
    decision,
    judgement,
    judgement_row,
    report_row,
    stored_report,
)  # fmt: skip
from marsad.store.tables import (
    custody,
    decisions,
    event_actors,
    events,
    facts,
    incident_events,
    incidents,
    judgements,
    readings,
    reports,
)  # fmt: skip

__all__ = ["LOCK", "Store", "utc_now"]
PIECE = 200  # rows that are fetched together where they are told one after the other


def utc_now() -> datetime:
    """The clock of the store."""
    return datetime.now(UTC)


class Store:
    """All that Marsad keeps. Made by `open_store`; may be used as a context manager.

    Every public method is one transaction: it happens wholly or not at all. What a method changes is written to the
    custody log in the same transaction. Derived rows (incidents, the program's own judgements) are not logged.
    """

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.engine, self._clock = engine, clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @property
    def shown(self) -> str:
        """The store's address without a password."""
        return shown(self.engine.url.render_as_string(hide_password=True))

    # -- reports and readings ---------------------------------------------------------------------------------------

    def add(
        self, report: Report, reading: Reading | None = None, *,
        copy_of: str | None = None, copy_share: float | None = None, by: str = "marsad",
    ) -> bool:  # fmt: skip
        """Keep `report` and, where given, its `reading`. True where the report is new.

        The same text (by hash) is one report, whatever its name; a second reading by the same engine and packs is
        not kept twice. Raises StoreError E305 where another text already bears the name.
        """
        with self._writing() as connection:
            known = connection.execute(select(reports.c.name).where(reports.c.sha256 == report.sha256)).scalar()
            if known is None:
                self._add_report(connection, report, copy_of, copy_share, by)
            if reading is not None:
                stored = report if known is None else replace(report, name=str(known))
                self._put_reading(connection, stored, reading, by)
        return known is None

    def read(self, name: str, reading: Reading, *, by: str = "marsad") -> bool:
        """Lay a new `reading` over the stored report. True where it is new. Raises StoreError E307."""
        with self._writing() as connection:
            report = self._report(connection, name).report
            return self._put_reading(connection, report, reading, by)

    def put_copies(self, copies: Mapping[str, tuple[str, float]], *, by: str = "marsad") -> int:
        """Mark which reports copy which: name -> (original's name, share 0 to 1). Number of marks that changed."""
        with self._writing() as connection:
            rows = connection.execute(select(reports.c.name, reports.c.copy_of, reports.c.copy_share)).all()
            changed = {r.name: copies.get(r.name) for r in rows if _mark(r) != copies.get(r.name)}
            for name, mark in changed.items():
                values = {"copy_of": mark[0] if mark else None, "copy_share": mark[1] if mark else None}
                connection.execute(update(reports).where(reports.c.name == name).values(**values))
            if changed:
                self._log(connection, "copies", "reports", {k: list(v) if v else None for k, v in changed.items()}, by)
        return len(changed)

    def reports(self) -> list[StoredReport]:
        """All reports with their newest readings, by date of publication, then name."""
        return list(self.each_report())

    def each_report(self) -> Iterator[StoredReport]:
        """The same one after the other, for who needs little of each."""
        with self._reading() as connection:
            by_day = self._select().order_by(func.coalesce(reports.c.published, "9999"), reports.c.name)
            given = layered.corrections_of(connection)
            for row in connection.execute(by_day, execution_options={"yield_per": PIECE}):
                yield stored_report(row, layered.overlaid(connection, row, given))

    def last_published(self) -> date | None:
        """The last day on which a report was published."""
        with self._reading() as connection:
            day = connection.execute(select(func.max(reports.c.published))).scalar()
        return date.fromisoformat(day) if day else None

    def report(self, name: str) -> StoredReport:
        """One report. Raises StoreError E307."""
        with self._reading() as connection:
            return self._report(connection, name)

    def count(self) -> dict[str, int]:
        """Number of rows: {"reports", "readings", "events", "incidents"}."""
        with self._reading() as connection:
            tables = (reports, readings, events, incidents)
            return {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}

    def find(
        self, *, type: str | None = None, actor: str | None = None, place: str | None = None,
        since: str | None = None, until: str | None = None, words: str | None = None, limit: int = 1000,
    ) -> list[Key]:  # fmt: skip
        """Keys of the events that fit all that is given.

        `actor` and `place` are ids (those below them in the hierarchy count too), `since` and `until` ISO days,
        `words` a piece of the evidence as written.
        """
        tests: list[ColumnElement[bool]] = []
        if type:
            tests.append(events.c.type == type)
        if place:
            tests.append(_at_or_below(events.c.place_id, place))
        if since:
            tests.append(events.c.ends >= since)
        if until:
            tests.append(events.c.starts <= until)
        if words:
            tests.append(events.c.words.contains(words, autoescape=True))
        if actor:
            same = (event_actors.c.report == events.c.report) & (event_actors.c.event == events.c.event)
            tests.append(select(event_actors.c.actor).where(same, _at_or_below(event_actors.c.actor, actor)).exists())
        query = select(events.c.report, events.c.event).where(*tests).order_by(events.c.report, events.c.event)
        with self._reading() as connection:
            return [(row.report, row.event) for row in connection.execute(query.limit(limit))]

    # -- fusing -----------------------------------------------------------------------------------------------------

    def put_fusion(
        self, *, basis: str, documents: Sequence[Mapping[str, Any]], judged: Iterable[Judgement] = (),
        born: Iterable[Born] | None = None, filed: Filed | None = None,
    ) -> None:  # fmt: skip
        """Replace all derived incidents and machine judgements.

        `documents` are incidents as JSON objects with at least `incident`, `type`, `status`, `start`, `end`, `events`;
        `basis` names what they were derived from (see `basis`); `born` are all ids ever given, None to leave them;
        `filed` is what fusing keeps for itself, None where nothing can be added to it later.
        """
        with self._writing() as connection:
            finding.forget(connection, None)
            fuse_rows.clear(connection)
            for table in (incident_events, incidents):
                connection.execute(delete(table))
            connection.execute(delete(judgements).where(judgements.c.made_by.like("fuse/%")))
            fuse_rows.put_incidents(connection, documents)
            _insert(connection, judgements, [judgement_row(j) for j in judged])
            if born is not None:
                lineage.write(connection, born)
            fuse_rows.lay(connection, filed or Filed())
            fuse_rows.mark_round(connection, written=[str(d["incident"]) for d in documents], gone=None)
            finding.lay(connection, documents)
            _set_fact(connection, "basis", basis)

    def lineage(self) -> tuple[list[Born], dict[Key, str]]:
        """All ids ever given to incidents in the order of giving, and which stored incident holds which event."""
        with self._reading() as connection:
            return lineage.read(connection), lineage.members(connection)

    def basis(self) -> str | None:
        """What the stored incidents were derived from, None where nothing was derived yet."""
        with self._reading() as connection:
            return connection.execute(select(facts.c.value).where(facts.c.name == "basis")).scalar()

    def head(self) -> str:
        """Hash of the last line of the custody log: changes whenever a report, reading or verdict does."""
        with self._reading() as connection:
            return self._last(connection)[1]

    def incidents(self) -> list[dict[str, Any]]:
        """The stored incidents as JSON objects, in the order in which they were put."""
        return list(self.each_incident())

    def each_incident(self) -> Iterator[dict[str, Any]]:
        """The same one after the other, for who needs little of each."""
        query = select(incidents.c.document).order_by(incidents.c.position, incidents.c.id)
        with self._reading() as connection:
            rows = connection.execute(query, execution_options={"yield_per": PIECE})
            yield from (json.loads(row.document) for row in rows)

    def incident(self, id: str) -> dict[str, Any]:
        """One stored incident; the id of a merged one leads to its heir. Raises StoreError E308."""
        with self._reading() as connection:
            ids = [id, lineage.heir(connection, id)]
            held = (connection.execute(select(incidents.c.document).where(incidents.c.id == i)).scalar() for i in ids)
            found = next((document for document in held if document), None)
        if found is None:
            raise StoreError("E308", f"no incident {id!r}", "list them with: marsad incidents")
        return dict(json.loads(found))

    # -- people's verdicts ------------------------------------------------------------------------------------------

    def judgements(self, *, of: Iterable[Key] | None = None, withdrawn: bool = False) -> list[Judgement]:
        """Judgements in the order in which they were given; `of` keeps those between two of these events."""
        query = select(judgements).order_by(judgements.c.id)
        if not withdrawn:
            query = query.where(judgements.c.withdrawn.is_(False))
        with self._reading() as connection:
            found = [judgement(row) for row in connection.execute(query)]
        keys = None if of is None else set(of)
        return [j for j in found if keys is None or (j.left in keys and j.right in keys)]

    def judge(self, left: Key, right: Key, verdict: Verdict, *, reason: str, by: str) -> Judgement:
        """Keep a person's verdict on two events. Raises StoreError E309 for an unknown event or verdict."""
        if verdict not in ("same", "different", "unsure"):
            raise StoreError("E309", f"unknown verdict {verdict!r}", "use same, different or unsure")
        left, right = sorted((left, right))
        with self._writing() as connection:
            for key in (left, right):
                self._known_event(connection, key)
            said: dict[str, Any] = {"feature": "person", "level": verdict, "weight": 0.0, "ar": reason, "en": reason}
            said["marks"] = [layered.marks(connection, *key) for key in (left, right)]
            given = Judgement(left, right, verdict, (said,), by, self._clock())
            id = connection.execute(insert(judgements).returning(judgements.c.id), judgement_row(given)).scalar_one()
            detail = {"left": list(left), "right": list(right), "verdict": verdict, "reason": reason}
            self._log(connection, "judge", f"judgement:{id}", detail, by)
        return replace(given, id=id)

    def withdraw(self, id: int, *, by: str) -> None:
        """Take a person's verdict back; it stays in the store as withdrawn. Raises StoreError E309."""
        with self._writing() as connection:
            test = (judgements.c.id == id) & judgements.c.made_by.not_like("fuse/%")
            if not connection.execute(update(judgements).where(test).values(withdrawn=True)).rowcount:
                raise StoreError("E309", f"no verdict {id}", "only people's verdicts can be withdrawn")
            self._log(connection, "withdraw", f"judgement:{id}", {}, by)

    def decide(self, subject: str, field: str, value: Any, *, reason: str, by: str) -> Decision:
        """Keep what a person changed; readings stay as they were, the decision lies over them."""
        made = Decision(subject, field, value, reason, by, self._clock())
        row = {
            "subject": subject, "field": field, "value": json.dumps(value, ensure_ascii=False), "reason": reason,
            "made_by": by, "made_at": made.at.isoformat(), "withdrawn": False,
        }  # fmt: skip
        with self._writing() as connection:
            id = connection.execute(insert(decisions).returning(decisions.c.id), row).scalar_one()
            self._log(connection, "decide", subject, {"field": field, "value": value, "reason": reason}, by)
        return replace(made, id=id)

    def decisions(self, *, subject: str | None = None) -> list[Decision]:
        """Decisions in the order in which they were made, withdrawn ones too."""
        query = select(decisions).order_by(decisions.c.id)
        if subject is not None:
            query = query.where(decisions.c.subject == subject)
        with self._reading() as connection:
            return [decision(row) for row in connection.execute(query)]

    # -- custody ----------------------------------------------------------------------------------------------------

    def custody(self) -> list[CustodyEntry]:
        """The custody log from its first line."""
        with self._reading() as connection:
            return [custody_entry(row) for row in connection.execute(select(custody).order_by(custody.c.seq))]

    def verify_custody(self) -> int:
        """Number of lines of the log, all sound, and all that is kept as logged. Raises StoreError E306."""
        with self._reading() as connection:
            lines, faults = log.compare(connection)
        if faults:
            more = f", and {len(faults) - 1} more faults" if len(faults) > 1 else ""
            raise StoreError("E306", faults[0] + more, "list all with: marsad custody verify; restore a backup")
        return lines

    # -- within one transaction -------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.engine.execution_options(writes=True).begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    def _select(self) -> Select[Any]:
        newest = (readings.c.report == reports.c.name) & readings.c.newest.is_(True)
        return select(reports, readings.c.record, readings.c.id.label("reading")).outerjoin(readings, newest)

    def _report(self, connection: Connection, name: str) -> StoredReport:
        row: Row[Any] | None = connection.execute(self._select().where(reports.c.name == name)).first()
        if row is None:
            raise StoreError("E307", f"no report {name!r} in the store", "add it with: marsad add FILE")
        given = layered.corrections_of(connection, names=[name])
        return stored_report(row, layered.overlaid(connection, row, given))

    def _add_report(
        self, connection: Connection, report: Report, copy_of: str | None, copy_share: float | None, by: str
    ) -> None:
        taken = connection.execute(select(reports.c.sha256).where(reports.c.name == report.name)).scalar()
        if taken is not None:
            message = f"another text is already stored as {report.name!r}"
            raise StoreError("E305", message, "rename the file, or give another name in the meta line")
        row = report_row(report) | {"copy_of": copy_of, "copy_share": copy_share, "added_at": self._clock().isoformat()}
        connection.execute(insert(reports), row)
        detail = {"sha256": report.sha256, **{k: row[k] for k in ("via", "url", "outlet", "published")}}
        self._log(connection, "add", f"report:{report.name}", detail, by)

    def _put_reading(self, connection: Connection, report: Report, reading: Reading, by: str) -> bool:
        reading = replace(reading, report=report.name)
        told = to_record(reading, report.text)
        record = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        mine = readings.c.report == report.name
        newest = connection.execute(select(readings.c.record).where(mine, readings.c.newest.is_(True))).scalar()
        if newest == record:
            return False
        connection.execute(update(readings).where(mine).values(newest=False))
        row = {"report": report.name, "engine": reading.engine, "packs": json.dumps(reading.packs), "record": record}
        row["read_at"] = self._clock().isoformat()
        number = connection.execute(insert(readings).returning(readings.c.id), row | {"newest": True}).scalar_one()
        layered.flatten(connection, report, told, number, reading=reading)
        detail = {"engine": reading.engine, "packs": list(reading.packs), "events": len(reading.events)}
        detail["record"] = log.text_hash(record)
        self._log(connection, "read", f"report:{report.name}", detail, by)
        return True

    def _known_event(self, connection: Connection, key: Key) -> None:
        test = (events.c.report == key[0]) & (events.c.event == key[1])
        if connection.execute(select(events.c.event).where(test)).scalar() is None:
            raise StoreError("E309", f"no event {key[1]} in report {key[0]!r}", "see: marsad incidents")

    def _last(self, connection: Connection) -> tuple[int, str]:
        row = connection.execute(select(custody.c.seq, custody.c.hash).order_by(custody.c.seq.desc()).limit(1)).first()
        return (row.seq, row.hash) if row else (0, log.GENESIS)

    def _log(self, connection: Connection, action: str, subject: str, detail: dict[str, Any], by: str) -> None:
        seq, previous = self._last(connection)
        at, text = self._clock().isoformat(), log.canonical(detail)
        hashed = log.line_hash(
            seq=seq + 1, at=at, by=by, action=action, subject=subject, detail=text, previous=previous
        )  # fmt: skip
        row = {"seq": seq + 1, "at": at, "made_by": by, "action": action, "subject": subject, "detail": text}
        connection.execute(insert(custody), row | {"previous": previous, "hash": hashed})


def _mark(row: Any) -> tuple[str, float] | None:
    return (row.copy_of, row.copy_share) if row.copy_of else None


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _set_fact(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(facts).where(facts.c.name == name))
    connection.execute(insert(facts), {"name": name, "value": value})


def _at_or_below(column: Any, id: str) -> ColumnElement[bool]:
    below: ColumnElement[bool] = (column == id) | column.startswith(id + "/", autoescape=True)
    return below
