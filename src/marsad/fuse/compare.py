"""Two events compared feature by feature; the levels are the reasons."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from marsad.fuse.kinship import NOBODY, Kinship
from marsad.fuse.tables import Level, Weights
from marsad.fuse.told import Told

HAPPENED = frozenset({"actual", "historical"})
MONTH = 46  # days; the longest span that is told as "since last month"
COPIED = 0.6  # share of the shorter evidence's word triples that the other has too


@dataclass(frozen=True, slots=True)
class Comparison:
    """The levels of all features; `score` is their sum; `anchored` tells whether place, time or words tie the two."""

    left: Told
    right: Told
    levels: tuple[Level, ...]
    anchored: bool

    @property
    def score(self) -> float:
        """Sum of the weights."""
        return sum(level.weight for level in self.levels)


class Comparer:
    """Compares events by the weights and the packs' kinship."""

    def __init__(self, weights: Weights, kinship: Kinship) -> None:
        self.weights, self.kinship = weights, kinship

    def compare(self, left: Told, right: Told) -> Comparison:
        """All features of a pair; symmetric."""
        ask: dict[str, Callable[[Told, Told], str]] = {
            "kind": self._kind, "status": self._status, "time": self._time, "place": self._place,
            "actor": self._actor, "recipient": self._recipient, "figures": self._figures, "words": self._words,
        }  # fmt: skip
        levels = tuple(self.weights.level(feature, answer(left, right)) for feature, answer in ask.items())
        anchored = any((level.feature, level.name) in self.weights.anchors for level in levels)
        return Comparison(left, right, levels, anchored)

    def same(self, comparison: Comparison) -> bool:
        """The verdict."""
        return comparison.score >= (self.weights.threshold if comparison.anchored else self.weights.untied)

    def _kind(self, a: Told, b: Told) -> str:
        if a.kind == b.kind:
            return "same"
        if a.event.type == b.event.type and None in (a.event.mode, b.event.mode):
            return "half"
        return "sibling" if frozenset({a.kind, b.kind}) in self.weights.siblings else "other"

    def _status(self, a: Told, b: Told) -> str:
        one, two = a.event.status, b.event.status
        if one == two or {one, two} <= HAPPENED:
            return "same"
        return "denial" if "denied" in (one, two) else "other"

    def _time(self, a: Told, b: Told) -> str:
        if a.dated and b.dated:
            return _dates(a, b)
        if a.window is None or b.window is None:
            return "unknown"
        return "fits-news" if a.window[0] <= b.window[1] and b.window[0] <= a.window[1] else "off-news"

    def _place(self, a: Told, b: Told) -> str:
        one, two = a.event.place, b.event.place
        if one and two and one.id and one.id == two.id:
            return "same"
        if a.point is None or b.point is None:
            return "unknown"
        apart = km(a.point, b.point)
        wide = max((p.precision or 1) for p in (one, two) if p)
        limits = self.weights.km
        if apart <= limits["same"]:
            return "same"
        if apart <= (limits["near"] if wide > 1 else limits["near"] / 2.5):
            return "near"
        return "area" if wide > 1 and apart <= limits["area"] * (2 if wide > 2 else 1) else "other"

    def _actor(self, a: Told, b: Told) -> str:
        if _clash(a, b):
            return self._parties(a.actors | a.recipients, b.actors | b.recipients)
        return self._parties(a.actors, b.actors)

    def _recipient(self, a: Told, b: Told) -> str:
        if _clash(a, b):
            return "unknown"
        if a.actors & b.recipients - a.recipients and b.actors & a.recipients - b.recipients:
            return "reversed"
        return self._parties(a.recipients, b.recipients)

    def _parties(self, one: frozenset[str], two: frozenset[str]) -> str:
        one, two = one - NOBODY, two - NOBODY
        if not one or not two:
            return "unknown"
        if one == two:
            return "same"
        if one & two:
            return "part"
        if any(self.kinship.kin(x, y) for x in one for y in two):
            return "kin"
        if _all_people(one) and _all_people(two):
            return "unknown"
        return "victims" if _all_people(one) or _all_people(two) else "other"

    def _figures(self, a: Told, b: Told) -> str:
        mine, others = a.figures(), b.figures()
        pairs = [(mine[k], others[k]) for k in mine.keys() & others.keys()]
        if not pairs:
            return "unknown"
        return "same" if any((x.low, x.high, x.best) == (y.low, y.high, y.best) for x, y in pairs) else "other"

    def _words(self, a: Told, b: Told) -> str:
        few = min(len(a.shingles), len(b.shingles))
        return "copied" if few >= 4 and len(a.shingles & b.shingles) >= COPIED * few else "own"


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in kilometres of two (latitude, longitude) points."""
    la, lo, lb, lp = map(math.radians, (*a, *b))
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin((lp - lo) / 2) ** 2
    return 12742 * math.asin(math.sqrt(h))


def _all_people(ids: frozenset[str]) -> bool:
    """Slugs of persons are free in each report, so they say nothing across reports."""
    return all(id == "civilians" or id.startswith("person/") for id in ids)


def _dates(a: Told, b: Told) -> str:
    assert a.start and a.end and b.start and b.end
    if (a.start, a.end) == (b.start, b.end):
        return "same-day" if (a.end - a.start).days <= 1 else "overlap"
    if a.start <= b.end and b.start <= a.end:
        short, long = sorted((a.end - a.start, b.end - b.start))
        if long - short <= timedelta(days=2):
            return "overlap"
        return "within" if long <= timedelta(days=MONTH) else "loose"
    gap = max(a.start - b.end, b.start - a.end)
    return "next-day" if gap <= timedelta(days=1) else "other"


def _clash(a: Told, b: Told) -> bool:
    """One source gives the fight an attacker, the other none, or they differ on who it was."""
    fights = "clash" in (a.event.mode, b.event.mode) and a.event.type == b.event.type
    return fights or a.two_sided != b.two_sided
