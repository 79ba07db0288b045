"""Single reports, tellings, verdicts and runs, looked up by key; nothing here reads all reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from marsad.store import layered
from marsad.store.find_tables import find_people
from marsad.store.lineage import heir
from marsad.store.nouns import Key
from marsad.store.pieces import pieces
from marsad.store.tables import (
    custody,
    event_actors,
    events,
    incident_events,
    incident_ids,
    incidents,
    judgements,
    readings,
    reports,
)

Json = dict[str, Any]


class Lookup:
    """Answers by key, each in a reading of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reports(self, names: Iterable[str]) -> dict[str, Json]:
        """Name -> {"name", "outlet", "published", "url", "via", "copy_of", "copy_share", "added_at", "sha256", "text",
        "record" (newest, with people's corrections, None where unread)}.
        """
        newest = (readings.c.report == reports.c.name) & readings.c.newest.is_(True)
        query = select(reports, readings.c.record, readings.c.id.label("reading")).outerjoin(readings, newest)
        found = {}
        with self._engine.connect() as connection:
            for some in pieces(names):
                given = layered.corrections_of(connection, names=some)
                for row in connection.execute(query.where(reports.c.name.in_(some))).all():
                    told = {k: v for k, v in row._mapping.items() if k != "reading"}
                    found[row.name] = told | {"record": layered.overlaid(connection, row, given)}
        return found

    def reports_naming(self, actor: str, *, limit: int) -> list[str]:
        """Names of the newest reports in whose events an actor, or what is below it, takes part."""
        below = (event_actors.c.actor == actor) | event_actors.c.actor.startswith(actor + "/", autoescape=True)
        query = select(reports.c.name, reports.c.published).join(event_actors, event_actors.c.report == reports.c.name)
        newest = (reports.c.published.desc().nulls_last(), reports.c.name)  # PostgreSQL would put NULL first
        return self._names(query.where(below).distinct().order_by(*newest).limit(limit))

    def copies(self, name: str) -> list[str]:
        """Names of the reports that copy this one."""
        query = select(reports.c.name).where(reports.c.copy_of == name).order_by(reports.c.name).limit(100)
        return self._names(query)

    def readings(self, name: str) -> list[Json]:
        """How often and by which engine a report was read: {"engine", "read_at", "newest"}, newest first."""
        query = select(readings.c.engine, readings.c.read_at, readings.c.newest).where(readings.c.report == name)
        with self._engine.connect() as connection:
            return [dict(r._mapping) for r in connection.execute(query.order_by(readings.c.id.desc()))]

    def incidents_of(self, report: str) -> dict[str, str]:
        """Event -> incident, of a report."""
        query = select(incident_events.c.event, incident_events.c.incident).where(incident_events.c.report == report)
        with self._engine.connect() as connection:
            return {row.event: row.incident for row in connection.execute(query.order_by(incident_events.c.event))}

    def incident(self, id: str) -> Json | None:
        """A stored incident, None where there is none."""
        with self._engine.connect() as connection:
            found = connection.execute(select(incidents.c.document).where(incidents.c.id == id)).scalar()
        return json.loads(found) if found else None

    def incidents(self, ids: Iterable[str]) -> dict[str, Json]:
        """Id -> stored incident."""
        query, found = select(incidents.c.id, incidents.c.document), {}
        with self._engine.connect() as connection:
            for some in pieces(ids):
                for row in connection.execute(query.where(incidents.c.id.in_(some))):
                    found[row.id] = json.loads(row.document)
        return found

    def heir(self, id: str) -> str | None:
        """The incident that took this one in."""
        with self._engine.connect() as connection:
            return heir(connection, id)

    def formerly(self, id: str) -> list[str]:
        """Incidents that this one took in."""
        return self._names(select(incident_ids.c.id).where(incident_ids.c.heir == id).order_by(incident_ids.c.number))

    def verdicts(self, keys: Sequence[Key]) -> list[Json]:
        """People's verdicts on two events of which one at least is among `keys`, oldest first, withdrawn ones too."""
        with self._engine.connect() as connection:
            rows = [row for some in pieces(keys, 100) for row in _verdicts(connection, some)]
        found = {row.id: row for row in rows}
        return [_verdict(found[id]) for id in sorted(found)]

    def words(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """Incident -> the words in which reports tell it."""
        same = (incident_events.c.report == events.c.report) & (incident_events.c.event == events.c.event)
        query = select(incident_events.c.incident, events.c.words).join(events, same)
        query = query.order_by(events.c.report, events.c.event)
        found: dict[str, list[str]] = {}
        with self._engine.connect() as connection:
            for some in pieces(ids):
                for row in connection.execute(query.where(incident_events.c.incident.in_(some))):
                    found.setdefault(row.incident, []).append(row.words)
        return found

    def private_names(self, names: Iterable[str]) -> set[str]:
        """Folded names of private persons in these reports."""
        query, found = select(find_people.c.name).where(find_people.c.private.is_(True)), set[str]()
        with self._engine.connect() as connection:
            for some in pieces(names):
                found |= set(connection.execute(query.where(find_people.c.report.in_(some))).scalars())
        return found

    def log(self, *, limit: int, before: int | None = None) -> list[Json]:
        """Lines of the custody log, newest first: {"seq", "at", "by", "action", "subject", "detail"}."""
        query = select(custody).order_by(custody.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(custody.c.seq < before)
        with self._engine.connect() as connection:
            return [
                {"seq": r.seq, "at": r.at, "by": r.made_by, "action": r.action, "subject": r.subject,
                 "detail": json.loads(r.detail)}
                for r in connection.execute(query)
            ]  # fmt: skip

    def counts(self) -> dict[str, int]:
        """Numbers of rows: {"readings", "events"}."""
        with self._engine.connect() as connection:
            query = (select(func.count()).select_from(table) for table in (readings, events))
            return dict(zip(("readings", "events"), (connection.execute(q).scalar_one() for q in query), strict=True))

    def reports_held(self) -> int:
        """Number of reports, filed or not."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(reports)).scalar_one())

    def records(self, *, limit: int) -> Iterator[Json]:
        """The newest records, latest read first."""
        query = select(readings.c.record).where(readings.c.newest.is_(True)).order_by(readings.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            yield from (json.loads(record) for record in connection.execute(query).scalars())

    def _names(self, query: Any) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())


def _verdicts(connection: Connection, keys: Sequence[Key]) -> list[Any]:
    left, right = (getattr(judgements.c, f"{side}_report").in_({k[0] for k in keys}) for side in ("left", "right"))
    query = select(judgements).where(left | right, judgements.c.made_by.not_like("fuse/%"))
    wanted = set(keys)
    rows = connection.execute(query).all()
    return [r for r in rows if {(r.left_report, r.left_event), (r.right_report, r.right_event)} & wanted]


def _verdict(row: Any) -> Json:
    reasons = json.loads(row.reasons)
    reason = next((r.get("ar", "") for r in reasons if r.get("feature") == "person"), "")
    return {
        "id": row.id, "left": [row.left_report, row.left_event], "right": [row.right_report, row.right_event],
        "verdict": row.verdict, "by": row.made_by, "at": row.made_at, "reason": reason, "withdrawn": row.withdrawn,
    }  # fmt: skip
