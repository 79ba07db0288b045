"""Every value that any report gives, with all who give it; and the slots in which they exclude each other."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from marsad.fuse.compare import km
from marsad.fuse.incident import Claim, Voucher
from marsad.fuse.kinship import NOBODY, Kinship
from marsad.fuse.told import Told
from marsad.model import Count, Mention

COUNTS = ("killed", "injured", "captured", "released", "personnel")
NEAR = {1: 10.0, 2: 25.0, 3: 120.0}  # km within which two points are one place, by the coarser precision


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


def contradictions(given: dict[str, tuple[Claim, ...]], kinship: Kinship) -> tuple[str, ...]:
    """Slots of which two claims cannot both be true."""
    tests = {
        "type": lambda a, b: True, "mode": lambda a, b: True, "place": _places_differ, "time": _times_differ,
        "status": lambda a, b: (a == "denied") != (b == "denied"),
        "actor": lambda a, b: not _one_party(a, b, kinship), "recipient": lambda a, b: not _one_party(a, b, kinship),
    } | dict.fromkeys(COUNTS, _counts_differ)  # fmt: skip
    return tuple(
        slot for slot, test in tests.items()
        if any(test(a.value, b.value) for a, b in combinations(given.get(slot, ()), 2))
    )  # fmt: skip


def _one_party(a: list[str], b: list[str], kinship: Kinship) -> bool:
    one, two = set(a) - NOBODY, set(b) - NOBODY
    persons = all(id.startswith("person/") for id in one | two)
    return not one or not two or persons or any(kinship.kin(x, y) for x in one for y in two)


def _places_differ(a: dict[str, Any], b: dict[str, Any]) -> bool:
    if None in (a["lat"], a["lon"], b["lat"], b["lon"]):
        return False
    wide = max(a["precision"] or 1, b["precision"] or 1)
    return km((a["lat"], a["lon"]), (b["lat"], b["lon"])) > NEAR[wide]


def _times_differ(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return date.fromisoformat(a["start"]) > date.fromisoformat(b["end"]) or (a["end"] < b["start"])


def _counts_differ(a: dict[str, Any], b: dict[str, Any]) -> bool:
    if a["of"] != b["of"]:
        return False
    one, two = _range(a), _range(b)
    return one[0] > two[1] or two[0] > one[1]


def _range(c: dict[str, Any]) -> tuple[float, float]:
    low = c["low"] if c["low"] is not None else c["best"]
    high = c["high"] if c["high"] is not None else c["best"]
    about = c["best"] is not None and c["low"] is None and c["high"] is None
    slack = 0.1 * c["best"] if about else 0  # "about 50" and 52 are no contradiction
    return (low or 0) - slack, (high + slack) if high is not None else float("inf")
