"""Which events are weighed against which, tile by tile, and the sums of the pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from marsad.fuse.adding import COMPANY, NEAR_MISS, company, score
from marsad.fuse.bulk.events import Ground, Numbered, comparer
from marsad.fuse.bulk.scratch import BUCKETS, Rows, gathered, save, spread
from marsad.fuse.compare import Comparer, Weighed
from marsad.fuse.index import Index
from marsad.fuse.told import Traits

WEIGHED = np.dtype([("one", "u4"), ("two", "u4"), ("low", "u4"), ("high", "u4"), ("total", "f8"), ("tied", "u1")])
SCORED = np.dtype([("low", "u4"), ("high", "u4"), ("score", "f8")])
FLUSH = 200_000  # pairs that are held before they are written


def pair(folder: Path, ground: Ground, tile: int, room: int) -> None:
    """Weigh the events of a tile against each other and against what goes on from before; `room` events at once."""
    events = Numbered.of(ground)
    out = _Pairs(folder, events, comparer(ground.packs))
    own, before = events.tile(tile), events.before(tile)
    mine = list(events.traits(own))
    first = max(room - len(own), room // 2, 1)
    index = _filed(events, before[:first], out.comparer)
    numbers = before[:first].tolist()
    for number, event in zip(own.tolist(), mine, strict=True):
        out.weigh(index, numbers, number, event)
        index.add(event)
        numbers.append(number)
    for at in range(first, len(before), first):
        index, numbers = _filed(events, before[at : at + first], out.comparer), before[at : at + first].tolist()
        for number, event in zip(own.tolist(), mine, strict=True):
            out.weigh(index, numbers, number, event)
    out.lay()
    save(folder / "candidates.bin", np.array([out.candidates, len(own), len(before)], np.int64))


def _filed(events: Numbered, numbers: Rows, by: Comparer) -> Index:
    index = Index(by.weights, by.kinship.packs)
    for event in events.traits(numbers):
        index.add(event)
    return index


class _Pairs:
    """The pairs of a tile that are worth keeping."""

    def __init__(self, folder: Path, events: Numbered, by: Comparer) -> None:
        self.comparer, self.candidates = by, 0
        self._folder, self._events, self._files = folder, events, 0
        self._found: list[tuple[int, int, float, bool]] = []

    def weigh(self, index: Index, numbers: Sequence[int], number: int, event: Traits) -> None:
        """Weigh an event against those of an index, which bear `numbers`."""
        candidates = index.candidates(event)
        self.candidates += len(candidates)
        for n in candidates:
            weighed = self.comparer.weigh(event, index.events[n], least=NEAR_MISS)
            if weighed is not None:
                self._found.append((min(numbers[n], number), max(numbers[n], number), *weighed))
        if len(self._found) >= FLUSH:
            self.lay()

    def lay(self) -> None:
        """Write what was found since the last time, spread by the two reports."""
        rows = np.empty(len(self._found), WEIGHED)
        for at, field in enumerate(("low", "high", "total", "tied")):
            rows[field] = [pair[at] for pair in self._found]
        numbers, back = np.unique(np.r_[rows["low"], rows["high"]].astype(np.int64), return_inverse=True)
        reports = self._events.reports(numbers)[back].reshape(2, -1)
        rows["one"], rows["two"] = reports.min(axis=0), reports.max(axis=0)
        spread(self._folder, rows, _by_reports(rows), f"rows-{self._files:04}")
        self._files += 1
        self._found.clear()


def _by_reports(rows: Rows) -> Rows:
    mixed = rows["one"].astype(np.uint64) * np.uint64(2654435761) + rows["two"].astype(np.uint64) * np.uint64(40503)
    found: Rows = ((mixed >> np.uint64(7)) % np.uint64(BUCKETS)).astype(np.int64)
    return found


# -- sums -------------------------------------------------------------------------------------------------------------


def sum_up(folder: Path, paired: Sequence[Path], buckets: tuple[int, int], packs: tuple[str, ...]) -> None:
    """The sums of pairs, with what the other acts of the two reports lend them."""
    rows, by = gathered(paired, WEIGHED, buckets), comparer(packs)
    rows = rows[np.lexsort((rows["high"], rows["low"], rows["two"], rows["one"]))]
    out = np.empty(len(rows), SCORED)
    out["low"], out["high"] = rows["low"], rows["high"]
    out["score"] = _alone(rows, by)
    for first, last in _several(rows):
        kept = {
            (int(r["low"]), int(r["high"])): Weighed(float(r["total"]), bool(r["tied"])) for r in rows[first:last]
        }  # fmt: skip
        for n, (pair, weighed) in enumerate(kept.items(), start=first):
            out["score"][n] = score(weighed, company(pair, [*kept], kept, by), by)
    save(folder / "scored.bin", out)


def _alone(rows: Rows, by: Comparer) -> Rows:
    """As `score` does without company."""
    total = rows["total"] + by.weights.level("company", COMPANY[0]).weight
    tied = (rows["tied"] > 0) | (total >= by.weights.untied)
    found: Rows = np.where(tied, total, np.minimum(total, 0.0))
    return found


def _several(rows: Rows) -> Iterator[tuple[int, int]]:
    """Where several pairs stand between the same two reports."""
    if not len(rows):
        return
    new = (rows["one"][1:] != rows["one"][:-1]) | (rows["two"][1:] != rows["two"][:-1])
    begins = np.flatnonzero(np.r_[True, new])
    ends = np.r_[begins[1:], len(rows)]
    some = ends - begins > 1
    yield from zip(begins[some].tolist(), ends[some].tolist(), strict=True)
