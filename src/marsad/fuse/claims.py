"""Every value that any report gives, with all who give it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from marsad.fuse.incident import Claim, Voucher
from marsad.fuse.told import Told
from marsad.model import Count, Mention

COUNTS = ("killed", "injured", "captured", "released", "personnel")


def claims(events: Sequence[Told], vouchers: dict[tuple[str, str], Voucher]) -> dict[str, tuple[Claim, ...]]:
    """Claims by slot; the one with most independent voices first."""
    given: dict[str, dict[str, list[tuple[Any, str, Voucher]]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        for slot, value, text in _values(event):
            given[slot][json.dumps(value, sort_keys=True)].append((value, text, vouchers[event.key]))
    return {slot: _ranked(slot, list(values.values())) for slot, values in given.items()}


def _ranked(slot: str, values: list[list[tuple[Any, str, Voucher]]]) -> tuple[Claim, ...]:
    made = [Claim(slot, rows[0][0], rows[0][1], tuple(row[2] for row in rows)) for rows in values]
    return tuple(sorted(made, key=lambda c: -voices(c.sources)))  # ties: the oldest report first


def voices(sources: Sequence[Voucher]) -> int:
    """Number of independent roots."""
    return len({source.root for source in sources})


def _values(told: Told) -> Iterator[tuple[str, Any, str]]:
    event, text = told.event, told.stored.report.text
    yield "status", event.status, ""
    if told.denied:
        return  # a denial gives no value of its own
    yield "type", event.type, ""
    if event.mode:
        yield "mode", event.mode, ""
    for slot, mentions in (("actor", event.actor), ("recipient", event.recipient)):
        if ids := sorted({m.id for m in mentions if m.id}):
            yield slot, ids, _quote(mentions, text)
    if place := event.place:
        value = {"lat": place.lat, "lon": place.lon, "precision": place.precision, "id": place.id}
        yield "place", value, place.span.quote(text)
    if told.start and told.end and event.time:
        value = {"start": told.start.isoformat(), "end": told.end.isoformat(), "precision": event.time.precision}
        yield "time", value, event.time.span.quote(text)
    for slot in COUNTS:
        for count in getattr(event, slot):
            yield slot, _count(count), count.span.quote(text)


def _quote(mentions: Sequence[Mention], text: str) -> str:
    return " + ".join(m.span.quote(text) for m in mentions)


def _count(count: Count) -> dict[str, Any]:
    return {"low": count.low, "high": count.high, "best": count.best, "of": count.of}
