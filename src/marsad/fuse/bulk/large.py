"""Groups within a neighbourhood that is too large to hold its events: as `cluster` makes them, from numbers alone.

Events bear their place in the order of the keys, so what `cluster` decides by keys is decided by numbers here. Traits
are read only where a pair has to be weighed that nobody proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from marsad.fuse.adding import STRANGERS, unproposed
from marsad.fuse.bulk.events import Numbered
from marsad.fuse.bulk.scratch import Rows
from marsad.fuse.cluster import close
from marsad.fuse.compare import Comparer
from marsad.fuse.told import Traits

HELD = 20_000  # traits that are kept in memory
SIDE = np.uint64(32)


def large(numbers: Rows, pairs: Rows, events: Numbered, by: Comparer) -> list[list[int]]:
    """The groups of some events (`numbers`, ascending), each as numbers; `pairs` are all pairs among them."""
    neighbourhood = _Large(numbers, pairs, events, by)
    neighbourhood.join(by.weights.threshold)
    return neighbourhood.groups()


class _Large:
    """Events of a neighbourhood by their place in the order of their keys."""

    def __init__(self, numbers: Rows, pairs: Rows, events: Numbered, by: Comparer) -> None:
        order = np.argsort(events.keys(numbers), kind="stable")
        self._numbers, self._reports = numbers[order], events.reports(numbers)[order]
        place = np.empty(len(order), np.uint32)
        place[order] = np.arange(len(order), dtype=np.uint32)
        codes = _codes(*(place[np.searchsorted(numbers, pairs[name])] for name in ("low", "high")))
        retold = np.isnan(pairs["score"])
        by_code = np.argsort(codes)
        by_code = by_code[~retold[by_code]]
        self._codes, self._known = codes[by_code], pairs["score"][by_code]
        self._of: dict[int, list[int]] = {}
        self._events, self._comparer = events, by
        self._traits = lru_cache(HELD)(self._read)
        for code in np.sort(codes[retold]).tolist():
            self._join(*divmod(code, 1 << 32))
        self._atoms = _Atoms({n: min(group) for n, group in self._of.items()})

    def join(self, threshold: float) -> None:
        """Join from the strongest pair down."""
        strong = np.flatnonzero(self._known >= threshold)
        for n in strong[np.argsort(-self._known[strong], kind="stable")]:  # codes are in the order of the pairs' keys
            left, right = divmod(int(self._codes[n]), 1 << 32)
            one, two = self._group(left), self._group(right)
            if one is two or not {*self._reports[one].tolist()}.isdisjoint(self._reports[two].tolist()):
                continue
            if close(one, two, self._atoms, self._look, self._weigh, threshold):
                self._join(left, right)

    def groups(self) -> list[list[int]]:
        """All groups, as numbers of events."""
        joined = {id(group): group for group in self._of.values() if len(group) > 1}
        found = [self._numbers[group].tolist() for group in joined.values()]
        alone = np.ones(len(self._numbers), bool)
        alone[[n for group in joined.values() for n in group]] = False
        return [*found, *([n] for n in self._numbers[alone].tolist())]

    def _group(self, n: int) -> list[int]:
        return self._of.setdefault(n, [n])

    def _join(self, left: int, right: int) -> None:
        one, two = self._group(left), self._group(right)
        if one is two:
            return
        one, two = (one, two) if len(one) >= len(two) else (two, one)
        one.extend(two)
        for n in two:
            self._of[n] = one

    def _look(self, one: int, two: int) -> float | None:
        code = (one << 32 | two) if one < two else (two << 32 | one)
        at = int(np.searchsorted(self._codes, np.uint64(code)))
        return max(float(self._known[at]), STRANGERS) if at < len(self._codes) and self._codes[at] == code else None

    def _weigh(self, one: int, two: int) -> float:
        return unproposed(self._traits(one), self._traits(two), self._comparer)

    def _read(self, n: int) -> Traits:
        (found,) = self._events.traits(self._numbers[n : n + 1].astype(np.int64))
        return found


class _Atoms(dict[int, int]):
    """What is bound together counts as one; all else as itself."""

    def __missing__(self, n: int) -> int:
        return n


def _codes(ones: Rows, twos: Rows) -> Rows:
    """Pairs as numbers: the smaller place in the upper half."""
    found: Rows = (np.minimum(ones, twos).astype(np.uint64) << SIDE) | np.maximum(ones, twos)
    return found


def blocks(groups: list[list[int]], most: int) -> Iterator[list[list[int]]]:
    """Groups, so many events at once (more where one alone is larger), in the order of their first numbers."""
    some: list[list[int]] = []
    held = 0
    for group in sorted(groups, key=min):
        if some and held + len(group) > most:
            yield some
            some, held = [], 0
        some.append(group)
        held += len(group)
    if some:
        yield some
