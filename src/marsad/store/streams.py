"""What is too much for one list: incidents, private persons and dwellings page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select

from marsad.errors import StoreError
from marsad.store.nouns import Key
from marsad.store.people_tables import corrections
from marsad.store.pieces import pieces
from marsad.store.store import Store
from marsad.store.tables import events, facts, incidents, readings, reports

PAGE = 1000


def each_incident(
    store: Store, *, type: str | None = None, until: str | None = None, page: int = PAGE
) -> Iterator[str]:
    """The stored incidents as JSON texts, in the order in which they were put; never more than a page in memory.

    `type` keeps one event type, `until` those that begin on or before an ISO day. Between two pages the store is free
    for others; raises StoreError E341 where the incidents were derived anew meanwhile, for half of the old and half of
    the new would be neither.
    """
    tests = [incidents.c.type == type] if type else []
    tests += [incidents.c.starts <= until] if until else []
    basis, last = store.basis(), (-1, "")
    while True:
        at, id = incidents.c.position, incidents.c.id  # several may stand at one position
        after = or_(at > last[0], and_(at == last[0], id > last[1]))
        query = select(at, id, incidents.c.document).where(after, *tests)
        with store.engine.connect() as connection:
            rows = connection.execute(query.order_by(at, id).limit(page)).all()
            now = connection.execute(select(facts.c.value).where(facts.c.name == "basis")).scalar()
        if now != basis:
            raise StoreError("E341", "the incidents were derived anew meanwhile", "run it again")
        yield from (row.document for row in rows)
        if len(rows) < page:
            return
        last = (rows[-1].position, rows[-1].id)


def private_persons(store: Store, *, page: int = PAGE) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(report, its text, newest record) of every report whose newest reading names a person, private or public."""
    last = ""
    named = readings.c.record.contains('"private":', autoescape=True)
    join = readings.join(reports, reports.c.name == readings.c.report)
    while True:
        query = select(reports.c.name, reports.c.text, readings.c.record).select_from(join)
        query = query.where(readings.c.newest.is_(True), named, reports.c.name > last).order_by(reports.c.name)
        with store.engine.connect() as connection:
            rows = connection.execute(query.limit(page)).all()
        yield from ((row.name, row.text, json.loads(row.record)) for row in rows)
        if len(rows) < page:
            return
        last = rows[-1].name


def corrected_reports(store: Store) -> set[str]:
    """Names of the reports whose reading people have changed: their persons are not those of the newest record."""
    with store.engine.connect() as connection:
        return set(connection.scalars(select(corrections.c.report).distinct()))


def events_telling(store: Store, words: Sequence[str]) -> set[Key]:
    """Keys of the events whose evidence holds one of `words` as written (inside longer words too)."""
    tests = [events.c.words.contains(word, autoescape=True) for word in words]
    with store.engine.connect() as connection:
        rows = connection.execute(select(events.c.report, events.c.event).where(or_(*tests)))
        return {(row.report, row.event) for row in rows}


def evidence(store: Store, keys: Sequence[Key]) -> dict[Key, str]:
    """The words of the evidence of some events, as written."""
    out: dict[Key, str] = {}
    wanted = set(keys)
    with store.engine.connect() as connection:
        for some in pieces(sorted({report for report, _ in keys})):
            query = select(events.c.report, events.c.event, events.c.words)
            for row in connection.execute(query.where(events.c.report.in_(some))):
                if (row.report, row.event) in wanted:
                    out[row.report, row.event] = row.words
    return out


def report_heads(store: Store, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """{"outlet", "published", "url", "copy_of", "sha256"} of some reports, by name."""
    out: dict[str, dict[str, Any]] = {}
    columns = [reports.c.name, reports.c.outlet, reports.c.published, reports.c.url, reports.c.copy_of]
    with store.engine.connect() as connection:
        for some in pieces(names):
            query = select(*columns, reports.c.sha256).where(reports.c.name.in_(some))
            for row in connection.execute(query.order_by(reports.c.name)):
                out[row.name] = {k: v for k, v in row._mapping.items() if k != "name"}
    return out


def incident_count(store: Store) -> int:
    """Number of stored incidents."""
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(incidents)).scalar_one())
