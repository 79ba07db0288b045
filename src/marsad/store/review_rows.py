"""Events in the order of doubt, and how many stand where."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, literal, select, tuple_, update

from marsad.model import Report
from marsad.store import layered
from marsad.store.doubt import doubt
from marsad.store.laying import Laid
from marsad.store.nouns import Key
from marsad.store.people_tables import corrections
from marsad.store.rows import report_of
from marsad.store.store import Store
from marsad.store.tables import event_actors, events, incident_events, incidents, readings, reports

Json = dict[str, Any]
Place = tuple[int, str, str]
"""Where a list goes on: doubt, report, event of the last row."""

AT_ONCE = 500  # reports of an older store whose doubt is worked out for one question


@dataclass(frozen=True, slots=True)
class Counted:
    """An event as the queue sees it first: how doubtful by itself, and where it stands."""

    key: Key
    doubt: int
    state: str


class ReviewRows:
    """What the queue asks of a store."""

    def __init__(self, store: Store) -> None:
        self._store, self._engine = store, store.engine

    def counts(self) -> dict[str, int]:
        """State -> number of events, rejected ones too; events of copies are open to nobody."""
        copied = (reports.c.name == events.c.report) & reports.c.copy_of.is_not(None)
        of_copies = select(func.count()).select_from(events.join(reports, copied)).where(events.c.state == "open")
        with self._engine.connect() as connection:
            rows = connection.execute(select(events.c.state, func.count()).group_by(events.c.state))
            found = {state: int(number) for state, number in rows} | {"rejected": len(_rejected(connection))}
            found["open"] = found.get("open", 0) - int(connection.execute(of_copies).scalar_one())
            return found

    def rejected(self) -> list[Key]:
        """Events that people took out, the last first."""
        with self._engine.connect() as connection:
            return _rejected(connection)

    def listed(self, state: str, *, limit: int, after: Place | None = None) -> list[Counted]:
        """Events in one state, the most doubtful first; open ones of original reports only: a copy tells the same."""
        self._fill()
        order = (events.c.doubt, events.c.report, events.c.event)
        query = select(events.c.report, events.c.event, events.c.doubt).where(events.c.state == state)
        if state == "open":
            copies = (reports.c.name == events.c.report) & reports.c.copy_of.is_not(None)
            query = query.where(~select(reports.c.name).where(copies).exists())
        if after is not None:
            query = query.where(tuple_(*order) < tuple_(*(literal(value) for value in after)))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(*(column.desc() for column in order)).limit(limit))
            return [Counted((r.report, r.event), r.doubt or 0, state) for r in rows]

    def counted(self, keys: Iterable[Key], state: str) -> list[Counted]:
        """Events by their keys, in that order; one that people took out is not doubted any more."""
        wanted = list(keys)
        query = select(events.c.report, events.c.event, events.c.doubt)
        query = query.where(events.c.report.in_({report for report, _ in wanted}))
        with self._engine.connect() as connection:
            doubts = {(r.report, r.event): r.doubt or 0 for r in connection.execute(query)} if wanted else {}
        return [Counted(key, doubts.get(key, 0), state) for key in wanted]

    def parties(self, keys: Iterable[Key]) -> dict[Key, list[str]]:
        """Event -> ids of its actors and recipients."""
        wanted = set(keys)
        query = select(event_actors.c.report, event_actors.c.event, event_actors.c.actor)
        query = query.where(event_actors.c.report.in_({report for report, _ in wanted}))
        found: dict[Key, list[str]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query) if wanted else ():
                if (row.report, row.event) in wanted:
                    found.setdefault((row.report, row.event), []).append(row.actor)
        return found

    def of_incidents(self, ids: Collection[str], *, state: str = "open") -> list[Counted]:
        """The events of some incidents in one state."""
        same = (incident_events.c.report == events.c.report) & (incident_events.c.event == events.c.event)
        query = select(events.c.report, events.c.event, events.c.doubt).join(incident_events, same)
        query = query.where(events.c.state == state, incident_events.c.incident.in_(list(ids)))
        with self._engine.connect() as connection:
            return [Counted((r.report, r.event), r.doubt or 0, state) for r in connection.execute(query)]

    def incidents_of(self, keys: Iterable[Key]) -> dict[Key, Json]:
        """Event -> its incident as a JSON object."""
        wanted = set(keys)
        query = select(incident_events.c.report, incident_events.c.event, incidents.c.document)
        query = query.join(incidents, incidents.c.id == incident_events.c.incident)
        query = query.where(incident_events.c.report.in_({report for report, _ in wanted}))
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {(r.report, r.event): json.loads(r.document) for r in rows if (r.report, r.event) in wanted}

    def sheets(self, names: Iterable[str]) -> dict[str, tuple[Report, Laid]]:
        """Reports with their newest records as people left them, all at once."""
        wanted = sorted(set(names))
        newest = (readings.c.report == reports.c.name) & readings.c.newest.is_(True)
        query = select(reports, readings.c.record, readings.c.id.label("reading")).outerjoin(readings, newest)
        with self._engine.connect() as connection:
            given = layered.corrections_of(connection, names=wanted)
            rows = connection.execute(query.where(reports.c.name.in_(wanted))).all()
            return {row.name: (report_of(row), layered.laid_row(connection, row, given)) for row in rows}

    def _fill(self) -> None:
        """Work out the doubt of events that an older version kept without."""
        query = select(events.c.report).where(events.c.doubt.is_(None)).distinct().limit(AT_ONCE)
        with self._engine.connect() as connection:
            if connection.execute(query.limit(1)).first() is None:
                return
        with self._store._writing() as connection:
            for row in connection.execute(query).all():
                laid = layered.laid(connection, row.report)[0]
                for event in laid.record["events"]:
                    same = (events.c.report == row.report) & (events.c.event == event["id"])
                    values = {"doubt": doubt(event).score, "state": laid.review(event["id"]).state}
                    connection.execute(update(events).where(same).values(values))
                rest = (events.c.report == row.report) & events.c.doubt.is_(None)
                connection.execute(update(events).where(rest).values(doubt=0))


def _rejected(connection: Connection) -> list[Key]:
    """The last standing decision on them is a rejection; one that a new reading set aside is open again."""
    standing = [corrections.c.coding.is_(None), corrections.c.withdrawn.is_(False), corrections.c.act != "skip"]
    last = select(func.max(corrections.c.id)).where(*standing).group_by(corrections.c.thread)
    query = select(corrections.c.report, corrections.c.event).where(corrections.c.id.in_(last))
    rows = connection.execute(query.where(corrections.c.act == "reject").order_by(corrections.c.id.desc()))
    return [(row.report, row.event) for row in rows]
