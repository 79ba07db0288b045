"""Candidates: an index on kind, days, place and parties, so that adding an event costs the same however many there are.

An event is filed under its kind with its days (or weeks, where its time is wide) and its place cell, its parties, or
their pair. What it may be one with is looked up under the same headings; the text plays no part. Two events told of
exact places are looked for next to each other only; who tells a district or no place at all is looked for farther off.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import product

from marsad.fuse.compare import km
from marsad.fuse.tables import Weights
from marsad.fuse.told import Days, Traits
from marsad.packs import Packs

FINE, NEAR, WIDE = 0.3, 0.6, 1.6  # degrees of a cell for two exact places, for "near", for "area"
NARROW = 4  # days; a time longer than this is filed by week
LONGEST = 60  # weeks that one event may be filed under; a longer time is no time
SLACK = 1  # days between two events that may still be one
WIDE_KM = 150.0

Heading = tuple[object, ...]


class Headings:
    """What events are filed and looked up under, by the siblings and reaches of the weights and the packs' modes."""

    def __init__(self, weights: Weights, packs: Packs) -> None:
        self._siblings = weights.siblings
        self._modes = {name: tuple(type.modes) for name, type in packs.plover.types.items()}
        self._kinds: dict[str, tuple[str, ...]] = {}
        self._types: dict[str, tuple[str, ...]] = {}
        self._exact, self._near, self._area = weights.km["near"] / 2.5, weights.km["near"], weights.km["area"]

    def filed(self, event: Traits) -> list[Heading]:
        """The headings of an event."""
        return list(dict.fromkeys(self._filed_under(event)))

    def looked_up(self, event: Traits) -> list[Heading]:
        """The headings under which those stand that may be one with it."""
        return list(dict.fromkeys(self._looked_up(event)))

    def may_be(self, event: Traits, other: Traits) -> bool:
        """Whether the two, proposed by the headings, are worth weighing; symmetric."""
        if event.key[0] == other.key[0] or other.kind not in self.kinds(event):
            return False
        one, two = event.window, other.window
        if one and two and max(one[0] - two[1], two[0] - one[1]) > SLACK:
            return False
        if event.point is None or other.point is None:
            return True
        narrow = bool(one and two and _narrow(one) and _narrow(two))
        apart = km(event.point, other.point)
        if apart <= self._reach(max(event.precision, other.precision), narrow=narrow):
            return True
        return narrow and apart <= WIDE_KM and not {*_pairs(event)}.isdisjoint(_pairs(other))

    def kinds(self, event: Traits) -> tuple[str, ...]:
        """The kinds that sources may give to the same act."""
        if event.kind not in self._kinds:
            found = {event.kind, event.type, *(k for pair in self._siblings if event.kind in pair for k in pair)}
            if event.mode is None:
                found |= {f"{event.type}/{mode}" for mode in self._modes.get(event.type, ())}
            self._kinds[event.kind] = tuple(sorted(found))
            self._types[event.kind] = tuple(sorted({kind.partition("/")[0] for kind in found}))
        return self._kinds[event.kind]

    def _reach(self, precision: int, *, narrow: bool) -> float:
        """How many km two events may lie apart, one of them told with that precision."""
        if precision < 2:
            return self._exact
        return self._area * (2 if precision > 2 else 1) if narrow else self._near

    def _filed_under(self, event: Traits) -> Iterator[Heading]:
        type, kind, window = event.type, event.kind, event.window
        if window is None or _endless(window):
            yield from ((type, "ever", cell, party) for cell in _cell(event, NEAR) for party in _parties(event))
            return
        yield from ((type, "dated", cell, party) for cell in _cell(event, NEAR) for party in _parties(event))
        narrow, exact = _narrow(window), event.precision < 2
        days = range(window[0], window[1] + 1) if narrow else ()
        weeks = [(week, name) for week in _weeks(window, 0) for name in (("week",) if narrow else ("week", "wide"))]
        for when in (*((day, "day") for day in days), *weeks):
            size = WIDE if when[1] == "day" else NEAR
            far = self._area * 2 if event.precision > 2 and when[1] == "day" else 0.0
            if exact:
                yield from ((type, *when, "exact", cell) for cell in _cell(event, FINE))
            yield from ((kind, *when, exact, cell) for cell in _cells(event, size, far))
        for day in days:
            yield kind, day, "day", "*"
            yield from ((type, day, "day", pair) for pair in _pairs(event))
        places = ("*",) if event.point else ("*", "-")
        yield from ((kind, *when, place, party) for when in weeks for place in places for party in _parties(event))
        if not event.point:
            yield from ((kind, day, "day", "-") for day in days)

    def _looked_up(self, event: Traits) -> Iterator[Heading]:
        window, kinds = event.window, self.kinds(event)
        types, near = self._types[event.kind], _cells(event, NEAR, self._near)
        endless = window is None or _endless(window)
        for name in ("dated", "ever") if endless else ("ever",):
            yield from ((type, name, cell, party) for type in types for cell in near for party in _parties(event))
        if window is None or endless:
            return
        narrow = _narrow(window)
        weeks = [(week, "wide" if narrow else "week") for week in _weeks(window, SLACK)]
        days = [(day, "day") for day in range(window[0] - SLACK, window[1] + SLACK + 1)] if narrow else []
        far = self._reach(max(event.precision, 2), narrow=True)
        for whens, size, reach in ((days, WIDE, far), (weeks, NEAR, self._near)):
            rough, fine = _cells(event, size, reach), _cells(event, FINE, self._exact)
            for when in whens:
                if event.precision < 2:
                    yield from ((type, *when, "exact", cell) for type in types for cell in fine)
                else:
                    yield from ((kind, *when, True, cell) for kind in kinds for cell in rough)
                yield from ((kind, *when, False, cell) for kind in kinds for cell in rough)
        place = "-" if event.point else "*"
        yield from ((kind, *when, place) for kind in kinds for when in days)
        if event.point:
            yield from ((type, *when, pair) for type in types for when in days for pair in _pairs(event))
        parties = _parties(event)
        yield from ((kind, *when, place, party) for kind in kinds for when in weeks for party in parties)


class Index:
    """Events by number, in the order of adding."""

    def __init__(self, weights: Weights, packs: Packs) -> None:
        self.events: list[Traits] = []
        self.headings = Headings(weights, packs)
        self._filed: dict[int, int | list[int]] = {}

    def add(self, event: Traits) -> int:
        """File `event`; its number."""
        number = len(self.events)
        self.events.append(event)
        for key in map(hash, self.headings.filed(event)):
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
        for key in map(hash, self.headings.looked_up(event)):
            held = self._filed.get(key)
            if isinstance(held, int):
                found.add(held)
            elif held:
                found.update(held)
        return sorted(n for n in found if self.headings.may_be(event, self.events[n]))


def _endless(window: Days) -> bool:
    return window[1] - window[0] > 7 * LONGEST


def _narrow(window: Days) -> bool:
    return window[1] - window[0] < NARROW


def _weeks(window: Days, slack: int) -> range:
    first, last = (window[0] - slack) // 7, (window[1] + slack) // 7
    return range(first, last + 1)


def _cell(event: Traits, size: float) -> list[tuple[int, int]]:
    return _cells(event, size, 0.0)


def _cells(event: Traits, size: float, reach: float) -> list[tuple[int, int]]:
    """The cells within `reach` km of the event's point; none where it has none."""
    if event.point is None:
        return []
    (lat, lon), rows = event.point, reach / 111.0
    columns = rows / max(math.cos(math.radians(abs(lat) + rows)), 0.05)
    down = range(int((lat - rows) // size), int((lat + rows) // size) + 1)
    across = range(int((lon - columns) // size), int((lon + columns) // size) + 1)
    return [(row, column) for row in down for column in across]


def _parties(event: Traits) -> Iterable[str]:
    return (event.actors | event.recipients) or ("nobody",)


def _pairs(event: Traits) -> Iterator[tuple[str, str]]:
    """Unordered pairs of the two sides: who did it to whom, wherever that was."""
    for actor, recipient in product(event.actors, event.recipients):
        yield (actor, recipient) if actor < recipient else (recipient, actor)
