"""Readings as people left them, within one transaction: what the store hands out and flattens for search."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from marsad.model import Reading, Report, from_record
from marsad.store.doubt import doubt
from marsad.store.laying import Correction, Laid, lay
from marsad.store.people_tables import corrections
from marsad.store.rows import actor_rows, event_row
from marsad.store.tables import event_actors, events, readings

Json = dict[str, Any]
EMPTY: Json = {"events": [], "persons": [], "affiliations": [], "positions": [], "forecasts": [], "problems": []}


def correction(row: Row[Any]) -> Correction:
    """The correction of a row."""
    told = json.loads(row.told) if row.told else None
    taken = datetime.fromisoformat(row.withdrawn_at) if row.withdrawn_at else None
    return Correction(
        row.id, row.report, row.event, row.thread, row.act, json.loads(row.changes), row.reading, row.raw, told,
        row.reason, row.made_by, datetime.fromisoformat(row.made_at), row.coding, row.touches, row.withdrawn,
        row.withdrawn_by, taken,
    )  # fmt: skip


def corrections_of(
    connection: Connection, *, names: Iterable[str] | None = None, coding: int | None = None
) -> dict[str, list[Correction]]:
    """Report -> its decisions in their order, withdrawn ones too: those that count, or those of one `coding`."""
    mine = corrections.c.coding.is_(None) if coding is None else corrections.c.coding == coding
    query = select(corrections).order_by(corrections.c.id).where(mine)
    if names is not None:
        wanted = list(names)
        one = corrections.c.report == wanted[0] if len(wanted) == 1 else corrections.c.report.in_(wanted)
        query = query.where(one)
    found: dict[str, list[Correction]] = {}
    for row in connection.execute(query):
        found.setdefault(row.report, []).append(correction(row))
    return found


def laid_over(connection: Connection, record: Json, reading: int, given: Sequence[Correction]) -> Laid:
    """`record` of the reading `reading` with the decisions `given` over it."""
    if not given:
        return Laid(record)
    numbers = {c.reading for c in given} - {reading}
    query = select(readings.c.id, readings.c.record).where(readings.c.id.in_(numbers))
    olds = {row.id: json.loads(row.record) for row in connection.execute(query)} if numbers else {}
    return lay(record, reading, given, olds)


def newest(connection: Connection, report: str) -> tuple[Json, int]:
    """The newest record of a report as it was read, and the number of its reading; 0 where it was never read."""
    query = select(readings.c.id, readings.c.record).where(readings.c.report == report, readings.c.newest.is_(True))
    row = connection.execute(query).first()
    return (json.loads(row.record), row.id) if row else ({"report": report, **EMPTY}, 0)


def laid(connection: Connection, report: str, *, coding: int | None = None) -> tuple[Laid, int]:
    """A report's newest record with decisions over it, and the number of its reading."""
    record, reading = newest(connection, report)
    given = corrections_of(connection, names=[report], coding=coding).get(report, [])
    return laid_over(connection, record, reading, given), reading


def overlaid(connection: Connection, row: Row[Any], given: Mapping[str, Sequence[Correction]]) -> Json | None:
    """The record of a row with `name`, `reading` and `record`, with the decisions over it; None where it has none."""
    return laid_row(connection, row, given).record if row.record or row.name in given else None


def laid_row(connection: Connection, row: Row[Any], given: Mapping[str, Sequence[Correction]]) -> Laid:
    """The same with what was decided on each event."""
    record: Json = json.loads(row.record) if row.record else {"report": row.name, **EMPTY}
    return laid_over(connection, record, row.reading or 0, given.get(row.name, ()))


def marks(connection: Connection, report: str, event: str) -> list[list[int]] | None:
    """The evidence of an event as people left it, by which it is known again after re-reading."""
    found = laid(connection, report)[0].find(event)
    return [list(span[:2]) for span in found["evidence"]] if found else None


def flatten(
    connection: Connection, report: Report, record: Json, number: int, *, reading: Reading | None = None
) -> None:
    """Write the rows for search of a report's events as they stand now.

    `record` is its newest one, as it was read, of the reading `number`; `reading` the same as nouns, where at hand.
    """
    given = corrections_of(connection, names=[report.name]).get(report.name, [])
    over = laid_over(connection, record, number, given)
    shown = reading if reading is not None and not given else from_record(over.record)
    for table in (event_actors, events):
        connection.execute(delete(table).where(table.c.report == report.name))
    told = {e["id"]: {"doubt": doubt(e).score, "state": over.review(e["id"]).state} for e in over.record["events"]}
    rows = [event_row(report, e) | told[e.id] for e in shown.events]
    sides = [r for e in shown.events for r in actor_rows(report.name, e)]
    for table, values in ((events, rows), (event_actors, sides)):
        if values:
            connection.execute(insert(table), values)
