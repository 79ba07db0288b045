"""The rows of incidents and of what fusing keeps beside them, written within one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from marsad.store import lineage
from marsad.store.fuse_tables import (
    fuse_answers,
    fuse_events,
    fuse_headings,
    fuse_outlets,
    fuse_pairs,
    incident_rounds,
)
from marsad.store.lineage import Born
from marsad.store.nouns import Key
from marsad.store.pieces import ROWS, pieces
from marsad.store.tables import facts, incident_events, incident_ids, incidents

UNDATED = 2_000_000_000
FACT = "fusing"


class EventRow(NamedTuple):
    """An event that is filed. `number` is its short name, `body` its traits."""

    number: int
    key: Key
    body: str


class PairRow(NamedTuple):
    """Two filed events (`low` < `high`) and their sum; `retold` where one report tells and denies one happening."""

    low: int
    high: int
    score: float
    retold: bool


AnswerRow = tuple[str, str, int, str]
"""Role ("d" demand, "a" answer), side, ordinal day, incident."""


@dataclass(frozen=True, slots=True)
class Filed:
    """Rows of fusing to lay down. `headings` are (heading, number), `outlets` what is added to each outlet's count."""

    events: Iterable[EventRow] = ()
    headings: Iterable[tuple[int, int]] = ()
    pairs: Iterable[PairRow] = ()
    answers: Iterable[AnswerRow] = ()
    outlets: Mapping[str, int] = field(default_factory=dict)
    state: str = ""


@dataclass(frozen=True, slots=True)
class FusionChange:
    """What one round alters. `before` and `basis` name what the incidents were and are derived from.

    `documents` are incidents that are new or altered or tell of changed reports, `gone` ids of those that are no more.
    `removed` are events that go, `unfiled` the headings that they were filed under.
    """

    before: str | None
    basis: str
    documents: Sequence[Mapping[str, Any]]
    gone: Collection[str]
    born: Sequence[Born]
    filed: Filed
    removed: Sequence[int] = ()
    unfiled: Sequence[tuple[int, int]] = ()


def lay(connection: Connection, filed: Filed) -> None:
    """Write rows of fusing."""
    for events in pieces(filed.events, ROWS):
        connection.execute(insert(fuse_events), [
            {"number": e.number, "report": e.key[0], "event": e.key[1], "body": e.body} for e in events
        ])  # fmt: skip
    for rows in pieces(filed.headings, ROWS):
        connection.execute(insert(fuse_headings), [{"heading": h, "number": n} for h, n in rows])
    for some in pieces(filed.pairs, ROWS):
        connection.execute(insert(fuse_pairs), [p._asdict() for p in some])
    for each in pieces(filed.answers, ROWS):
        names = ("role", "side", "day", "incident")
        connection.execute(insert(fuse_answers), [dict(zip(names, row, strict=True)) for row in each])
    for name, more in filed.outlets.items():
        _count_outlet(connection, name, more)
    set_fact(connection, FACT, filed.state)


def clear(connection: Connection) -> None:
    """Take away all rows of fusing."""
    for table in (fuse_events, fuse_headings, fuse_pairs, fuse_outlets, fuse_answers):
        connection.execute(delete(table))


def mark_round(connection: Connection, *, written: Collection[str], gone: Collection[str] | None) -> int:
    """Note which incidents a round wrote and which are no more; `gone` None: all that it did not write."""
    last = int(connection.execute(select(func.max(incident_rounds.c.round))).scalar() or 0) + 1
    if gone is None:
        left = ~incident_rounds.c.incident.in_(select(incidents.c.id))
        connection.execute(update(incident_rounds).where(left, incident_rounds.c.gone.is_(False)).values(
            round=last, gone=True))  # fmt: skip
        gone = ()
        connection.execute(delete(incident_rounds).where(incident_rounds.c.incident.in_(select(incidents.c.id))))
    for some in pieces([*written, *gone]):
        connection.execute(delete(incident_rounds).where(incident_rounds.c.incident.in_(some)))
    rows = [{"incident": id, "round": last, "gone": False} for id in dict.fromkeys(written)]
    rows += [{"incident": id, "round": last, "gone": True} for id in gone]
    for more in pieces(rows, ROWS):
        connection.execute(insert(incident_rounds), more)
    return last


def position(document: Mapping[str, Any]) -> int:
    """Where an incident stands among the others: by its first day, then its last; undated ones last."""
    if not document["start"]:
        return UNDATED
    first, last = (date.fromisoformat(document[end] or document["start"]).toordinal() for end in ("start", "end"))
    return first * 1000 + min(last - first, 999)


def take_incidents(connection: Connection, ids: Collection[str]) -> None:
    """Take incidents away, with their events and what they answer."""
    for some in pieces(ids):
        connection.execute(delete(incident_events).where(incident_events.c.incident.in_(some)))
        connection.execute(delete(fuse_answers).where(fuse_answers.c.incident.in_(some)))
        connection.execute(delete(incidents).where(incidents.c.id.in_(some)))


def put_incidents(connection: Connection, documents: Iterable[Mapping[str, Any]]) -> None:
    """Write incidents that have no row now."""
    for some in pieces(documents, ROWS):
        connection.execute(insert(incidents), [_incident_row(d) for d in some])
        connection.execute(insert(incident_events), [
            {"report": r, "event": e, "incident": d["incident"]} for d in some for r, e in d["events"]
        ])  # fmt: skip


def _incident_row(document: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of an incident."""
    row = {"id": document["incident"], "position": position(document), "type": document["type"]}
    row |= {"status": document["status"], "starts": document["start"]}
    return row | {"document": json.dumps(document, ensure_ascii=False)}


def take_filed(connection: Connection, change: FusionChange) -> None:
    """Take away the events that go, their headings and pairs."""
    for some in pieces(change.removed):
        connection.execute(delete(fuse_pairs).where(fuse_pairs.c.low.in_(some)))
        connection.execute(delete(fuse_pairs).where(fuse_pairs.c.high.in_(some)))
        connection.execute(delete(fuse_events).where(fuse_events.c.number.in_(some)))
    for rows in pieces(change.unfiled, 200):
        tests = (and_(fuse_headings.c.heading == h, fuse_headings.c.number == n) for h, n in rows)
        connection.execute(delete(fuse_headings).where(or_(*tests)))


def put_born(connection: Connection, born: Sequence[Born]) -> None:
    """Lay ids over those given before."""
    for some in pieces([b.id for b in born]):
        connection.execute(delete(incident_ids).where(incident_ids.c.id.in_(some)))
    lineage.lay(connection, born)


def _count_outlet(connection: Connection, name: str, more: int) -> None:
    before = connection.execute(select(fuse_outlets.c.reports).where(fuse_outlets.c.name == name)).scalar()
    connection.execute(delete(fuse_outlets).where(fuse_outlets.c.name == name))
    if (before or 0) + more > 0:
        connection.execute(insert(fuse_outlets), {"name": name, "reports": (before or 0) + more})


def set_fact(connection: Connection, name: str, value: str) -> None:
    """Write one fact."""
    connection.execute(delete(facts).where(facts.c.name == name))
    connection.execute(insert(facts), {"name": name, "value": value})
