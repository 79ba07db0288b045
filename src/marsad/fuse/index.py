"""Candidates: an index on kind, days, place and parties, so that adding an event costs the same however many there are.

An event is filed under its kind with its days (or weeks, where its time is wide) and its place cell, its parties, or
their pair. What it may be one with is looked up under the same headings; the text plays no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

from marsad.fuse.compare import km
from marsad.fuse.tables import Weights
from marsad.fuse.told import Days, Traits

CELL = 0.8  # degrees; more than the reach of "area" at the latitudes of the theatres
NEAR_CELL = 0.3  # degrees; where the day does not tie two events, the place must
NARROW = 4  # days; a time longer than this is filed by week
LONGEST = 60  # weeks that one event may be filed under; a longer time is no time
SLACK = 1  # days between two events that may still be one
WIDE_KM = 150.0

Heading = tuple[object, ...]


class Index:
    """Events by number, in the order of adding."""

    def __init__(self, weights: Weights) -> None:
        self.events: list[Traits] = []
        self._filed: dict[int, int | list[int]] = {}
        self._types, self._siblings = _sibling_types(weights), weights.siblings

    def add(self, event: Traits) -> int:
        """File `event`; its number."""
        number = len(self.events)
        self.events.append(event)
        for key in {hash((event.type, *heading)) for heading in _filed_under(event)}:
            held = self._filed.get(key)
            if held is None:
                self._filed[key] = number
            elif isinstance(held, int):
                self._filed[key] = [held, number]
            else:
                held.append(number)
        return number

    def candidates(self, event: Traits) -> list[int]:
        """Numbers of the filed events of other reports that may be one with `event`, in order of adding."""
        found: set[int] = set()
        types = self._types.get(event.kind, (event.type,))
        for heading, type in product(list(_looked_up(event)), types):
            held = self._filed.get(hash((type, *heading)))
            if isinstance(held, int):
                found.add(held)
            elif held:
                found.update(held)
        return sorted(n for n in found if self._may_be(event, self.events[n]))

    def _may_be(self, event: Traits, other: Traits) -> bool:
        if event.key[0] == other.key[0]:
            return False
        akin = event.type == other.type or frozenset((event.kind, other.kind)) in self._siblings
        return akin and not _apart(event, other)


def _sibling_types(weights: Weights) -> dict[str, tuple[str, ...]]:
    """Kind -> its type and the types of its siblings, where these differ."""
    found: dict[str, set[str]] = {}
    for pair in weights.siblings:
        types = {kind.partition("/")[0] for kind in pair}
        if len(types) > 1:
            for kind in pair:
                found.setdefault(kind, set()).update(types)
    return {kind: tuple(sorted(types)) for kind, types in found.items()}


def _apart(a: Traits, b: Traits) -> bool:
    one, two = a.window, b.window
    if one and two and max(one[0] - two[1], two[0] - one[1]) > SLACK:
        return True
    if a.point is None or b.point is None or a.place == b.place:
        return False
    return km(a.point, b.point) > WIDE_KM


def _filed_under(event: Traits) -> Iterator[Heading]:
    if event.window is None or _endless(event.window):
        yield from (("ever", cell) for cell in _cells(event, 1))
        return
    yield from (("dated", cell) for cell in _cells(event, 1))
    places: list[object] = [*_cells(event, 1)] or ["-"]
    narrow = _narrow(event.window)
    for day in range(event.window[0], event.window[1] + 1) if narrow else ():
        yield from (("day", day, place) for place in (*places, "*", *_pairs(event)))
    near = _cells(event, 1, NEAR_CELL)
    for week in _weeks(event.window, 0):
        for kind in ("week",) if narrow else ("week", "wide"):
            yield from ((kind, week, place) for place in near)
            yield from ((kind, week, "*", party) for party in _parties(event))
            if not event.point:
                yield from ((kind, week, "-", party) for party in _parties(event))


def _looked_up(event: Traits) -> Iterator[Heading]:
    cells, parties = _cells(event, 2), _parties(event)
    if event.window is None or _endless(event.window):
        yield from ((kind, cell) for kind in ("dated", "ever") for cell in cells)
        return
    yield from (("ever", cell) for cell in cells)
    narrow = _narrow(event.window)
    if narrow:
        days = range(event.window[0] - SLACK, event.window[1] + SLACK + 1)
        places = (*cells, "-", *_pairs(event)) if cells else ("*",)
        yield from (("day", day, place) for day in days for place in places)
    kind, near = "wide" if narrow else "week", _cells(event, 2, NEAR_CELL)
    for week in _weeks(event.window, SLACK):
        yield from ((kind, week, cell) for cell in near)
        yield from ((kind, week, "-" if cells else "*", party) for party in parties)


def _endless(window: Days) -> bool:
    return window[1] - window[0] > 7 * LONGEST


def _narrow(window: Days) -> bool:
    return window[1] - window[0] < NARROW


def _weeks(window: Days, slack: int) -> range:
    first, last = (window[0] - slack) // 7, (window[1] + slack) // 7
    return range(first, last + 1)


def _cells(event: Traits, reach: int, size: float = CELL) -> list[tuple[int, int]]:
    """The cells of an event, filed (`reach` 1) or looked up (`reach` 2); a governorate is filed under several."""
    if event.point is None:
        return []
    return _around(int(event.point[0] // size), int(event.point[1] // size), reach - (event.precision < 3))


@cache
def _around(row: int, column: int, rings: int) -> list[tuple[int, int]]:
    span = range(-rings, rings + 1)
    return [(row + i, column + j) for i in span for j in span]


def _parties(event: Traits) -> Iterable[str]:
    return (event.actors | event.recipients) or ("nobody",)


def _pairs(event: Traits) -> Iterator[tuple[str, str]]:
    """Unordered pairs of the two sides: who did it to whom, wherever that was."""
    for actor, recipient in product(event.actors, event.recipients):
        yield (actor, recipient) if actor < recipient else (recipient, actor)
