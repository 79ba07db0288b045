"""Where claims of one incident differ: contradiction, revision over time, precision, or a slip in copying."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from marsad.fuse.claims import COUNTS
from marsad.fuse.compare import km
from marsad.fuse.incident import Claim, Dispute, Voucher
from marsad.fuse.kinship import NOBODY, Kinship
from marsad.fuse.told import Told

NEAR = {1: 10.0, 2: 25.0, 3: 120.0}  # km within which two points are one place, by the coarser precision
WHOLE = ("armed-forces", "army")  # a state's forces as a whole, which any of its units belong to

Given = dict[str, tuple[Claim, ...]]


def disputes(given: Given, events: Sequence[Told], kinship: Kinship) -> tuple[Dispute, ...]:
    """All slots in which claims differ. `given` are the claims of `events`."""
    return (*_deed(events), *_sides(given, kinship), *_sites(given), *_times(given), *_tolls(given))


def contradictions(found: Sequence[Dispute], given: Given) -> tuple[str, ...]:
    """Slots of which two claims cannot both be true."""
    slots = [slot for slot in ("type", "mode") if len(given.get(slot, ())) > 1]
    slots += [d.slot for d in found if d.kind == "contradiction" and d.slot != "deed"]
    told = [c.value for c in given.get("status", ())]
    if "denied" in told and len(set(told)) > 1:
        slots.append("status")
    order = ("type", "mode", "place", "time", "status", "actor", "recipient", *COUNTS)
    return tuple(sorted(set(slots), key=order.index))


def _dispute(slot: str, kind: str, claims: Sequence[Claim], of: str | None = None) -> Dispute:
    return Dispute(slot, kind, tuple((c.value, tuple((s.report, s.event) for s in c.sources)) for c in claims), of)


def _deed(events: Sequence[Told]) -> Iterator[Dispute]:
    """Kinds of act that are told, and the denials that there was any."""
    told: dict[str, list[tuple[str, str]]] = {}
    for event in events:
        told.setdefault(f"not {event.type}" if event.denied else event.kind, []).append(event.key)
    if len(told) > 1:
        yield Dispute("deed", "contradiction", tuple((value, tuple(keys)) for value, keys in told.items()))


def _sides(given: Given, kinship: Kinship) -> Iterator[Dispute]:
    for slot in ("actor", "recipient"):
        claims = given.get(slot, ())
        if any(not _one_party(a.value, b.value, kinship) for a, b in combinations(claims, 2)):
            yield _dispute(slot, "contradiction", claims)


def _one_party(a: list[str], b: list[str], kinship: Kinship) -> bool:
    one, two = set(a) - NOBODY, set(b) - NOBODY
    if not one or not two or all(id.startswith("person/") for id in one | two):
        return bool(one) == bool(two) or not (one | two)
    return any(_one_line(x, y, kinship) for x in one for y in two)


def _one_line(a: str, b: str, kinship: Kinship) -> bool:
    """One above the other, or one a whole that the other may belong to; two units of one state are two parties."""
    if a in kinship.line(b) or b in kinship.line(a) or kinship.backer(a) or kinship.backer(b):
        return kinship.kin(a, b)
    return kinship.kin(a, b) and any(id.rpartition("/")[2] in WHOLE or "/" not in id for id in (a, b))


def _sites(given: Given) -> Iterator[Dispute]:
    claims = given.get("place", ())
    if any(_places_differ(a.value, b.value) for a, b in combinations(claims, 2)):
        yield _dispute("place", "contradiction", claims)


def _places_differ(a: dict[str, Any], b: dict[str, Any]) -> bool:
    if None in (a["lat"], a["lon"], b["lat"], b["lon"]):
        return False
    wide = max(a["precision"] or 1, b["precision"] or 1)
    return km((a["lat"], a["lon"]), (b["lat"], b["lon"])) > NEAR[wide]


def _times(given: Given) -> Iterator[Dispute]:
    claims = given.get("time", ())
    pairs = list(combinations((c.value for c in claims), 2))
    if any(a["start"] > b["end"] or a["end"] < b["start"] for a, b in pairs):
        yield _dispute("time", "contradiction", claims)
    elif any((a["start"], a["end"]) != (b["start"], b["end"]) for a, b in pairs):
        yield _dispute("time", "precision", claims)


def _tolls(given: Given) -> Iterator[Dispute]:
    for slot in COUNTS:
        claims = given.get(slot, ())
        for of in dict.fromkeys(c.value["of"] for c in claims):
            mine = [c for c in claims if c.value["of"] == of]
            if any(_counts_differ(a.value, b.value) for a, b in combinations(mine, 2)):
                yield _dispute(slot, _how(mine), mine, of)


def _how(claims: Sequence[Claim]) -> str:
    """A copy that differs from its original only; figures that do not fall from day to day; else a contradiction."""
    originals = {s.report for c in claims for s in c.sources}
    slips = [c for c in claims if all(_copied_from(s) in originals for s in c.sources)]
    kept = [c for c in claims if c not in slips]
    if slips and not any(_counts_differ(a.value, b.value) for a, b in combinations(kept, 2)):
        return "copying"
    return "revision" if _revised(claims) else "contradiction"


def _copied_from(source: Voucher) -> str | None:
    return source.because.removeprefix("copy of ") if source.because.startswith("copy of ") else None


def _revised(claims: Sequence[Claim]) -> bool:
    """Whether each day's reports agree and no later day tells fewer."""
    by_day: dict[str, set[float]] = {}
    for claim in claims:
        for source in claim.sources:
            if source.published is None:
                return False
            by_day.setdefault(source.published, set()).add(_range(claim.value)[0])
    figures = [by_day[day] for day in sorted(by_day)]
    if any(len(told) > 1 for told in figures):
        return False
    line = [told.pop() for told in figures]
    return line == sorted(line)


def _counts_differ(a: dict[str, Any], b: dict[str, Any]) -> bool:
    one, two = _range(a), _range(b)
    return one[0] > two[1] or two[0] > one[1]


def _range(c: dict[str, Any]) -> tuple[float, float]:
    low = c["low"] if c["low"] is not None else c["best"]
    high = c["high"] if c["high"] is not None else c["best"]
    about = c["best"] is not None and c["low"] is None and c["high"] is None
    slack = 0.05 * c["best"] if about else 0  # "about 50" and 52 are no contradiction
    return (low or 0) - slack, (high + slack) if high is not None else float("inf")
