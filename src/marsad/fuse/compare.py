"""Two events compared feature by feature; the levels are the reasons."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from marsad.fuse.kinship import NOBODY, Kinship
from marsad.fuse.tables import Level, Weights
from marsad.fuse.told import Figure, Traits

HAPPENED = frozenset({"actual", "historical"})
MONTH = 46  # days; the longest span that is told as "since last month"
COPIED = 0.6  # share of the shorter evidence's word triples that the other has too
LEAST_TRIPLES = 4
FRESH, RECENT = 1, 3  # days between the last days that two undated acts may lie on

Ask = Callable[[Traits, Traits], str]
CHEAP_FIRST = ("kind", "place", "time", "status", "words", "people", "figures", "items", "actor", "recipient")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The levels of all features; `score` is their sum; `anchored` tells whether something ties the two."""

    levels: tuple[Level, ...]
    anchored: bool

    @property
    def score(self) -> float:
        """Sum of the weights."""
        return sum(level.weight for level in self.levels)


class Weighed(NamedTuple):
    """The sum of a pair's levels, and whether something ties the two."""

    total: float
    anchored: bool


class Comparer:
    """Compares events by the weights and the packs' kinship."""

    def __init__(self, weights: Weights, kinship: Kinship) -> None:
        self.weights, self.kinship = weights, kinship
        self._asks: dict[str, Ask] = {
            "kind": self._kind, "status": _status, "time": _time, "place": self._place, "actor": self._actor,
            "recipient": self._recipient, "figures": _figures, "items": _items, "people": _people, "words": _words,
        }  # fmt: skip
        self._steps = self._in_order_of_cost()

    def compare(self, left: Traits, right: Traits) -> Comparison:
        """All features of a pair; symmetric."""
        levels = tuple(self.weights.level(feature, ask(left, right)) for feature, ask in self._asks.items())
        anchored = any((level.feature, level.name) in self.weights.anchors for level in levels)
        return Comparison(levels, anchored)

    def weigh(self, left: Traits, right: Traits, *, least: float) -> Weighed | None:
        """The sum and whether something ties the two; None below `least`, told as soon as that is certain."""
        total, anchored = 0.0, False
        for ask, weights, anchors, most in self._steps:
            name = ask(left, right)
            total += weights[name]
            if total + most < least:
                return None
            anchored = anchored or name in anchors
        return Weighed(round(total, 6), anchored) if total >= least else None

    def enough(self, weighed: Weighed) -> bool:
        """The verdict on a pair taken alone."""
        return weighed.total >= (self.weights.threshold if weighed.anchored else self.weights.untied)

    def _in_order_of_cost(self) -> list[tuple[Ask, dict[str, float], frozenset[str], float]]:
        """Features with their weights, their anchors, and the most that those after them can add."""
        by_feature: dict[str, dict[str, float]] = {feature: {} for feature in self._asks}
        for (feature, name), level in self.weights.levels.items():
            by_feature.setdefault(feature, {})[name] = level.weight
        steps, most = [], 0.0
        for feature in reversed(CHEAP_FIRST):
            ask = self._asks[feature]
            anchors = frozenset(name for one, name in self.weights.anchors if one == feature)
            steps.append((ask, by_feature[feature], anchors, most))
            most += max(by_feature[feature].values())
        return steps[::-1]

    def _kind(self, a: Traits, b: Traits) -> str:
        if a.type == b.type:
            if a.mode == b.mode:
                return "same"
            if a.mode is None or b.mode is None:
                return "half"
        if frozenset((a.kind, b.kind)) in self.weights.siblings:
            return "sibling"
        return "manner" if a.type == b.type else "other"

    def _place(self, a: Traits, b: Traits) -> str:
        if a.place and a.place == b.place:
            return "same"
        if a.point is None or b.point is None:
            return "unknown"
        apart = km(a.point, b.point)
        wide, limits = max(a.precision, b.precision), self.weights.km
        if apart <= limits["same"]:
            return "same"
        if apart <= (limits["near"] if wide > 1 else limits["near"] / 2.5):
            return "near"
        if wide > 1 and apart <= limits["area"] * (2 if wide > 2 else 1):
            return "area"
        return "far" if wide > 1 and apart <= limits["far"] else "other"

    def _actor(self, a: Traits, b: Traits) -> str:
        if _clash(a, b):
            return self._parties(a.actors | a.recipients, b.actors | b.recipients)
        return self._parties(a.actors, b.actors)

    def _recipient(self, a: Traits, b: Traits) -> str:
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


def km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance in kilometres of two (latitude, longitude) points."""
    la, lo, lb, lp = map(math.radians, (*a, *b))
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin((lp - lo) / 2) ** 2
    return 12742 * math.asin(math.sqrt(h))


def _status(a: Traits, b: Traits) -> str:
    one, two = a.status, b.status
    if one == two or (one in HAPPENED and two in HAPPENED):
        return "same"
    return "denial" if "denied" in (one, two) else "other"


def _time(a: Traits, b: Traits) -> str:
    if a.days and b.days:
        return _dates(a.days, b.days)
    if a.window is None or b.window is None:
        return "unknown"
    if a.window[0] > b.window[1] or b.window[0] > a.window[1]:
        return "off-news"
    gap = abs(a.window[1] - b.window[1])
    return "fresh" if gap <= FRESH else "recent" if gap <= RECENT else "fits-news"


def _dates(a: tuple[int, int], b: tuple[int, int]) -> str:
    if a == b:
        return "same-day" if a[1] - a[0] <= 1 else "overlap"
    if a[0] <= b[1] and b[0] <= a[1]:
        short, long = sorted((a[1] - a[0], b[1] - b[0]))
        if long - short <= 2:
            return "overlap"
        return "within" if long <= MONTH else "loose"
    return "next-day" if max(a[0] - b[1], b[0] - a[1]) <= 1 else "other"


def _figures(a: Traits, b: Traits) -> str:
    keys = a.figures.keys() & b.figures.keys()
    if not keys:
        return "unknown"
    if any(a.figures[k] == b.figures[k] for k in keys):
        return "same"
    return "close" if any(_meet(a.figures[k], b.figures[k]) for k in keys) else "other"


def _meet(a: Figure, b: Figure) -> bool:
    """Ranges that share a number, or bests within a fifth of each other."""
    (low, high), (least, most) = _range(a), _range(b)
    return low <= most and least <= high


def _range(figure: Figure) -> tuple[float, float]:
    low, high, best = figure
    if low is None and high is None and best is not None:
        return 0.8 * best, 1.2 * best
    first, last = (low if low is not None else best), (high if high is not None else best)
    return float(first or 0), float(last) if last is not None else math.inf


def _items(a: Traits, b: Traits) -> str:
    if not a.items or not b.items:
        return "unknown"
    return "same" if a.items & b.items else "other"


def _people(a: Traits, b: Traits) -> str:
    if not a.people or not b.people:
        return "unknown"
    if a.people & b.people:
        return "same"
    return "same" if any(len({*x.split()} & {*y.split()}) > 1 for x in a.people for y in b.people) else "other"


def _words(a: Traits, b: Traits) -> str:
    few = min(len(a.shingles), len(b.shingles))
    return "copied" if few >= LEAST_TRIPLES and len(a.shingles & b.shingles) >= COPIED * few else "own"


def _all_people(ids: frozenset[str]) -> bool:
    """Slugs of persons are free in each report, so they say nothing across reports."""
    return all(id == "civilians" or id.startswith("person/") for id in ids)


def _clash(a: Traits, b: Traits) -> bool:
    """One source gives the fight an attacker, the other none, or they differ on who it was."""
    fights = "clash" in (a.mode, b.mode) and a.type == b.type
    return fights or a.two_sided != b.two_sided
