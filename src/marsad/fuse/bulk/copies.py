"""Near copies among millions of reports: what `gather.find_copies` finds, from triples that lie sorted on the disk.

Of each triple only the first reports count (`CROWDED`), in the order of day and name, as there. A copy shares at least
`SHARE` of the shorter text's triples; so one of its rarest triples that may be shared must stand in the other as well,
and only pairs that meet there are compared. Triples are numbers of 64 bits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from marsad.fuse.bulk.heads import GONE, HEAD
from marsad.fuse.bulk.scratch import BUCKETS, Rows, equals, gathered, mapped, read, save, spread
from marsad.gather.copies import CROWDED, LEAST, SHARE

TOKEN = np.dtype([("token", "u8"), ("rank", "u4")])
KEPT = np.dtype([("rank", "u4"), ("token", "u8"), ("held", "u1")])
PROBE = np.dtype([("token", "u8"), ("rank", "u4"), ("size", "u4"), ("asks", "u1")])
PAIR = np.dtype([("later", "u4"), ("earlier", "u4")])
COPY = np.dtype([("report", "u4"), ("of", "u4"), ("share", "f8")])
SOME = 200_000  # rows whose pairs are made at once
CODES = 8_000_000  # pairs that are held


def by_rank(ranks: Rows, count: int) -> Rows:
    """Buckets of ranks, of which there are `count`."""
    found: Rows = ranks.astype(np.int64) * BUCKETS // max(count, 1)
    return found


def by_token(tokens: Rows) -> Rows:
    """Buckets of triples."""
    found: Rows = (tokens >> np.uint64(52)).astype(np.int64)
    return found


def post(folder: Path, batch: Path, first: int, chosen: Path) -> None:
    """The triples of a batch's reports with the ranks of these."""
    heads, tokens = read(batch / "heads.bin", HEAD), read(batch / "tokens.bin", np.uint64)
    ranks = read(chosen / "rank.bin", np.uint32, first, first + len(heads))
    rows = np.empty(len(tokens), TOKEN)
    rows["token"], rows["rank"] = tokens, np.repeat(ranks, heads["triples"])
    rows = rows[rows["rank"] != GONE]
    spread(folder, rows, by_token(rows["token"]))


def thin(folder: Path, posted: Sequence[Path], buckets: tuple[int, int], count: int) -> None:
    """What may be shared: triples of several reports, of each the first `CROWDED` and one more."""
    rows = gathered(posted, TOKEN, buckets)
    rows = rows[np.lexsort((rows["rank"], rows["token"]))]
    place, size = _places(rows["token"])
    keep = (size > 1) & (place <= CROWDED)
    kept = np.empty(int(keep.sum()), KEPT)
    kept["rank"], kept["token"] = rows["rank"][keep], rows["token"][keep]
    kept["held"] = np.minimum(size[keep], CROWDED + 1)
    spread(folder, kept, by_rank(kept["rank"], count))


def _places(sorted_: Rows) -> tuple[Rows, Rows]:
    """For each of sorted values its place among its equals, and how many these are."""
    begins = np.flatnonzero(np.r_[True, sorted_[1:] != sorted_[:-1]]) if len(sorted_) else np.empty(0, np.int64)
    counts = np.diff(np.r_[begins, len(sorted_)])
    return np.arange(len(sorted_)) - np.repeat(begins, counts), np.repeat(counts, counts)


def probe(folder: Path, thinned: Sequence[Path], buckets: tuple[int, int], chosen: Path) -> None:
    """The triples of some reports, the rarest marked as those that a longer text must share; and all, by report."""
    rows = gathered(thinned, KEPT, buckets)
    rows = rows[np.lexsort((rows["token"], rows["held"], rows["rank"]))]
    place, size = _places(rows["rank"])
    order = mapped(chosen / "order.bin", np.uint32)
    sizes = mapped(chosen / "triples.bin", np.uint32)[order[rows["rank"]]].astype(np.int64)
    need = np.ceil(sizes * SHARE).astype(np.int64)
    asks = (sizes >= LEAST) & (size >= need) & (place <= size - need)
    found = np.empty(len(rows), PROBE)
    found["token"], found["rank"], found["size"], found["asks"] = rows["token"], rows["rank"], sizes, asks
    spread(folder, found, by_token(found["token"]), "probes")
    rows = rows[np.lexsort((rows["token"], rows["rank"]))]
    save(folder / "own-ranks.bin", np.ascontiguousarray(rows["rank"]))
    save(folder / "own-tokens.bin", np.ascontiguousarray(rows["token"]))


def meet(folder: Path, probed: Sequence[Path], buckets: tuple[int, int], count: int) -> None:
    """Pairs of reports that share one of the rarest triples of the shorter."""
    rows = gathered(probed, PROBE, buckets, "probes*")
    rows = rows[np.lexsort((rows["rank"], rows["token"]))]
    asked = np.unique(rows["token"][rows["asks"] > 0])
    rows = rows[np.isin(rows["token"], asked)]
    found, held, number = [np.empty(0, np.uint64)], 0, 0
    for codes in _meetings(rows):
        found.append(codes)
        held += len(codes)
        if held > CODES:
            found = [np.unique(np.concatenate(found))]
            held = len(found[0])
            if held > CODES // 2:
                _lay(folder, found[0], count, f"rows-{number:04}")
                found, held, number = [found[0][:0]], 0, number + 1
    _lay(folder, np.unique(np.concatenate(found)), count, f"rows-{number:04}")


def _lay(folder: Path, codes: Rows, count: int, name: str) -> None:
    pairs = np.empty(len(codes), PAIR)
    pairs["later"], pairs["earlier"] = codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF)
    spread(folder, pairs, by_rank(pairs["later"], count), name)


def _meetings(rows: Rows) -> Iterator[Rows]:
    """Codes (later in the upper half, earlier in the lower) of the pairs that meet, some rows at a time."""
    place, size = _places(rows["token"])
    left = size - place - 1  # equals after it
    for first in range(0, len(rows), SOME):
        here = np.arange(first, min(first + SOME, len(rows)))
        for away in range(1, CROWDED + 1):
            here = here[left[here] >= away]
            if not len(here):
                break
            one, two = rows[here], rows[here + away]
            asked = (one["asks"] > 0) & (one["size"] <= two["size"]) | (two["asks"] > 0) & (two["size"] <= one["size"])
            if asked.any():
                codes = (two["rank"][asked].astype(np.uint64) << np.uint64(32)) | one["rank"][asked]
                yield codes


def verify(
    folder: Path, met: Sequence[Path], probed: Sequence[Path], buckets: tuple[int, int], chosen: Path
) -> None:  # fmt: skip
    """The copies among some reports: each with the earlier one that it repeats most, of equal ones the earliest."""
    pairs = np.unique(gathered(met, PAIR, buckets))
    order = mapped(chosen / "order.bin", np.uint32)
    triples = mapped(chosen / "triples.bin", np.uint32)
    own, best = _Own(probed), []
    for first, last in equals(pairs["later"]):
        later = int(pairs["later"][first])
        mine = own.of(later)
        size = int(triples[order[later]])
        top = (0.0, 0)
        for earlier in pairs["earlier"][first:last].tolist():
            other = int(triples[order[earlier]])
            if other >= LEAST:
                shared = len(np.intersect1d(mine, own.of(earlier), assume_unique=True))
                top = max(top, (shared / max(min(size, other), 1), -earlier))
        if size >= LEAST and top[0] >= SHARE:
            best.append((int(order[later]), int(order[-top[1]]), round(top[0], 4)))
    save(folder / "copies.bin", np.array(best, COPY))


class _Own:
    """The triples of reports that may be shared, read where they are asked for."""

    def __init__(self, probed: Sequence[Path]) -> None:
        self._ranks = [mapped(folder / "own-ranks.bin", np.uint32) for folder in probed]
        self._tokens = [mapped(folder / "own-tokens.bin", np.uint64) for folder in probed]
        self._lasts = [int(ranks[-1]) if len(ranks) else -1 for ranks in self._ranks]
        for n in range(1, len(self._lasts)):
            self._lasts[n] = max(self._lasts[n], self._lasts[n - 1])

    def of(self, rank: int) -> Rows:
        """The triples of the report of a rank."""
        home = bisect_left(self._lasts, rank)
        if home == len(self._lasts):
            return np.empty(0, np.uint64)
        # numbers of the table's own kind: others would make searchsorted copy the whole table
        first, last = np.searchsorted(self._ranks[home], np.array([rank, rank + 1], np.uint32))
        found: Rows = np.asarray(self._tokens[home][first:last])
        return found


def origins(folder: Path, verified: Sequence[Path], count: int) -> None:
    """For each report the one that its copying goes back to over any number of steps, itself where it copies nobody."""
    copies = np.concatenate([read(one / "copies.bin", COPY) for one in verified] or [np.empty(0, COPY)])
    origin = np.arange(count, dtype=np.uint32)
    origin[copies["report"]] = copies["of"]
    while True:
        further = origin[origin]
        if np.array_equal(further, origin):
            break
        origin = further
    save(folder / "origins.bin", origin)
