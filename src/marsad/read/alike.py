"""When two mentions, places, times, counts or events of two records are the same, as the coding manual compares them.

Records are plain JSON values (the coding manual, section 10), so that a reference coded by hand and the reading of
another program are compared alike. Spans are `[start, end)` in code points of the report.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Json = dict[str, Any]
Pair = tuple[int, int]
LONGEST_EVIDENCE = 600
"""Longer evidence proves nothing and counts as none."""
NEAR_KM = {1: 10.0, 2: 25.0, 3: 120.0}
"""How near a point must be, by the precision of the reference's place."""
COUNTS = ("killed", "injured", "captured", "released", "personnel")


def spans(item: Json | None) -> list[Pair]:
    """Every span of a mention: its own and those of its other mentions."""
    if not item:
        return []
    own = [(item["start"], item["end"])] if item.get("start") is not None else []
    return own + [(s[0], s[1]) for s in item.get("mentions", [])]


def overlap(a: Pair, b: Pair) -> bool:
    """Whether two spans share half of the shorter one."""
    common = min(a[1], b[1]) - max(a[0], b[0])
    return common > 0 and common >= 0.5 * min(a[1] - a[0], b[1] - b[0])


def touch(a: Json | None, b: Json | None) -> bool:
    """Whether any spans of two mentions overlap."""
    return any(overlap(x, y) for x in spans(a) for y in spans(b))


def same_id(a: Json, b: Json) -> bool:
    """Same id; the slugs of persons are free, so two persons are the same where their spans touch."""
    one, two = a.get("id") or "", b.get("id") or ""
    if one.startswith("person/") and two.startswith("person/"):
        return touch(a, b)
    return bool(one) and one == two


def same_actor(a: Json, b: Json) -> bool:
    """Same id or the same words."""
    return same_id(a, b) or touch(a, b)


def km(a: Json, b: Json) -> float:
    """Kilometres between two points; infinite where one is unknown."""
    if None in (a.get("lat"), a.get("lon"), b.get("lat"), b.get("lon")):
        return math.inf
    lat1, lon1, lat2, lon2 = map(math.radians, (a["lat"], a["lon"], b["lat"], b["lon"]))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12742 * math.asin(math.sqrt(half))


def same_place(reference: Json, found: Json) -> bool:
    """Near enough for the reference's precision; without a point, the same words."""
    if reference.get("lat") is None:
        return touch(reference, found)
    return km(reference, found) <= NEAR_KM.get(reference.get("precision") or 1, 10.0)


def same_time(reference: Json, found: Json) -> bool:
    """Both days."""
    return (reference.get("start"), reference.get("end")) == (found.get("start"), found.get("end"))


def same_count(a: Json, b: Json) -> bool:
    """The best figures, or low and high where there is none."""
    return bool(_figure(a) == _figure(b))


def _figure(count: Json) -> Any:
    return count.get("best") if count.get("best") is not None else (count.get("low"), count.get("high"))


def same_link(a: Json, b: Json) -> bool:
    """Links of a chain: the same words; without words, the same kind."""
    return touch(a, b) or (not spans(a) and a.get("kind") == b.get("kind"))


def same_bond(a: Json, b: Json) -> bool:
    """Affiliations: same relation, member and group."""
    ends = same_actor(a["member"], b["member"]) and same_actor(a["group"], b["group"])
    return bool(ends and a.get("relation") == b.get("relation"))


def same_seat(a: Json, b: Json) -> bool:
    """Positions: same actor and place."""
    where = touch(a["place"], b["place"]) or same_place(a["place"], b["place"])
    return bool(where and same_actor(a["actor"], b["actor"]))


def evidence(event: Json) -> Iterator[Pair]:
    """The spans of evidence that are short enough to prove something."""
    return ((s[0], s[1]) for s in event.get("evidence", []) if s[1] - s[0] <= LONGEST_EVIDENCE)


def told_together(a: Json, b: Json) -> bool:
    """Whether some evidence of two events overlaps."""
    others = list(evidence(b))
    return any(overlap(x, y) for x in evidence(a) for y in others)


def tight(a: Json, b: Json) -> bool:
    """Whether some evidence of the one covers that of the other closely: half of the joint length."""
    others = list(evidence(b))
    return any(_share(x, y) >= 0.5 for x in evidence(a) for y in others)


def _share(x: Pair, y: Pair) -> float:
    """Common length over joint length; negative where they lie apart."""
    return (min(x[1], y[1]) - max(x[0], y[0])) / (max(x[1], y[1]) - min(x[0], y[0]))


def likeness(reference: Json, found: Json) -> int:
    """How much speaks for one event in both; 0 where they are not told in the same words."""
    if not told_together(reference, found):
        return 0
    score = 1 + 6 * (reference["type"] == found["type"]) + 2 * (reference.get("mode") == found.get("mode"))
    for role in ("actor", "recipient"):
        score += 2 * any(same_actor(a, b) for a in reference.get(role, []) for b in found.get(role, []))
    one, two = reference.get("place"), found.get("place")
    if one and two:
        score += touch(one, two) or same_place(one, two)
    return int(score) + sum(bool(reference.get(key) and found.get(key)) for key in COUNTS)


def pair(one: Sequence[Json], two: Sequence[Json], like: Callable[[Json, Json], int], *, least: int) -> list[Pair]:
    """Greedy one-to-one pairing, best first; among equals the earlier."""
    ranked = sorted(((like(a, b), -i, -j) for i, a in enumerate(one) for j, b in enumerate(two)), reverse=True)
    left: set[int] = set()
    right: set[int] = set()
    pairs = []
    for score, i, j in ranked:
        if score >= least and i not in left and j not in right:
            left.add(i)
            right.add(j)
            pairs.append((-i, -j))
    return pairs
