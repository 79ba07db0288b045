"""Which event of one record is which event of another: of an older reading, or of another coder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]
Spans = Sequence[Sequence[int]]

LEAST = 0.45
LEAST_WORDS = 0.3
COUNTS = ("killed", "injured", "captured", "released", "personnel")
SIDES = ("actor", "recipient")
SITES = ("place", "from", "to")
PLAIN = ("type", "mode", "status", "acled")
FIELDS = (*PLAIN, *SIDES, "claimed_by", *SITES, "time", *COUNTS, "equipment", "attribution", "evidence")
"""What a person may change in an event."""


def likeness(one: Json, two: Json) -> float:
    """How alike two events of one text are, 0 to 1: words of the evidence first, then deed, status and parties."""
    words, union = _shared(one["evidence"], two["evidence"])
    if words < LEAST_WORDS:
        return 0.0
    deed = 0.2 * (one["type"] == two["type"]) + 0.1 * (one.get("mode") == two.get("mode"))
    same = 0.05 * (one["status"] == two["status"]) + 0.1 * _parties(one, two)
    return float(0.35 * words + 0.2 * union + deed + same)


def align(left: Iterable[Json], right: Iterable[Json]) -> dict[str, str]:
    """Left event's id -> right event's id, each at most once, the most alike pairs first."""
    rights = list(right)
    pairs = [(likeness(a, b), -i, -j, a["id"], b["id"]) for i, a in enumerate(left) for j, b in enumerate(rights)]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for score, _, _, a, b in sorted(pairs, reverse=True):
        if score < LEAST:
            break
        if a not in found and b not in taken:
            found[a] = b
            taken.add(b)
    return found


def gist(field: str, value: Any) -> Any:
    """What a value says, without where and by which rule it was read; comparable and fit for JSON."""
    if field in SIDES:
        return sorted({m["id"] or m.get("text") or "" for m in value or ()})
    if field == "claimed_by":
        return value["id"] if value else None
    if field in SITES:
        return {k: value.get(k) for k in ("id", "lat", "lon", "precision")} if value else None
    if field == "time":
        return {k: value.get(k) for k in ("start", "end", "precision")} if value else None
    if field in COUNTS:
        return sorted(([c.get(k) for k in ("low", "high", "best", "of")] for c in listed(value)), key=str)
    if field == "equipment":
        return sorted(([q["item"], q.get("count")] for q in value or ()), key=str)
    if field == "attribution":
        return [[a["kind"], a.get("stance", "asserts")] for a in value or ()]
    return value


def listed(value: Any) -> list[Json]:
    """A count of the record (one object, a list or nothing) as a list."""
    return value if isinstance(value, list) else [value] if value else []


def differs(field: str, one: Any, two: Any) -> bool:
    """Whether two values of a field say different things."""
    return bool(gist(field, one) != gist(field, two))


def _shared(one: Spans, two: Spans) -> tuple[float, float]:
    """Share of the shorter evidence and share of both together that is common."""
    both = sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in two)
    long, short = sorted((_length(one), _length(two)), reverse=True)
    return min(1.0, both / short) if short else 0.0, both / (long + short - both) if long else 0.0


def _length(spans: Spans) -> int:
    return sum(s[1] - s[0] for s in spans)


def _parties(one: Json, two: Json) -> float:
    ours, theirs = ({m["id"] for side in SIDES for m in e.get(side) or ()} for e in (one, two))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 1.0
