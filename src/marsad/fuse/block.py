"""Candidate pairs: only events that share a kind of act and a week, or a kind and a place, are compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain, combinations

from marsad.fuse.compare import km
from marsad.fuse.tables import Weights
from marsad.fuse.told import Told
from marsad.store import Key

CELL = 1.5  # degrees
FAR_KM = 150.0
LONGEST = 60  # weeks that one event may be filed under


def candidates(events: Sequence[Told], weights: Weights) -> Iterator[tuple[Told, Told]]:
    """Pairs of two reports that may be one happening, each once, in the order of their keys."""
    seen: dict[tuple[Key, Key], tuple[Told, Told]] = {}
    for a, b in chain(_same_weeks(events, weights), _undated(events, weights)):
        if a.key[0] != b.key[0] and not _apart(a, b):
            one, two = (a, b) if a.key < b.key else (b, a)
            seen[one.key, two.key] = (one, two)
    for pair in sorted(seen):
        yield seen[pair]


def _same_weeks(events: Sequence[Told], weights: Weights) -> Iterator[tuple[Told, Told]]:
    blocks: dict[tuple[str, int], list[Told]] = defaultdict(list)
    for event in events:
        for family in _families(event, weights):
            for week in _weeks(event):
                blocks[family, week].append(event)
    for members in blocks.values():
        yield from combinations(members, 2)


def _undated(events: Sequence[Told], weights: Weights) -> Iterator[tuple[Told, Told]]:
    """Events of which nothing is known in time meet all others of their kind around their place."""
    cells: dict[tuple[str, tuple[int, int]], list[Told]] = defaultdict(list)
    for event in events:
        if event.point:
            for family in _families(event, weights):
                cells[family, _cell(event.point)].append(event)
    for event in events:
        if event.point and event.window is None:
            row, column = _cell(event.point)
            around = [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
            yield from ((event, o) for f in _families(event, weights) for c in around for o in cells.get((f, c), ()))


def _weeks(event: Told) -> range:
    if event.window is None:
        return range(0)
    first, last = (d.toordinal() // 7 for d in (event.window[0] - timedelta(1), event.window[1] + timedelta(1)))
    return range(first, min(last, first + LONGEST) + 1)


def _cell(point: tuple[float, float]) -> tuple[int, int]:
    return int(point[0] // CELL), int(point[1] // CELL)


def _families(event: Told, weights: Weights) -> set[str]:
    return {event.event.type} | {"+".join(sorted(pair)) for pair in weights.siblings if event.kind in pair}


def _apart(a: Told, b: Told) -> bool:
    if a.start and b.start and a.end and b.end and max(a.start - b.end, b.start - a.end) > timedelta(days=1):
        return True
    return a.point is not None and b.point is not None and km(a.point, b.point) > FAR_KM
