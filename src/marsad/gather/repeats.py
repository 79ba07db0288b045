"""Near copies among reports that come one after the other: what `find_copies` finds, without their texts at hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marsad.gather.copies import CROWDED, LEAST, SHARE, Copy, triples

if TYPE_CHECKING:
    from marsad.model import Report

Array = Any
MERGED = 2_000_000  # pairs that wait to be counted, at least


@dataclass(slots=True)
class Repeats:
    """Keeps eight bytes for each word triple of a report, and no text: some two kilobytes a report."""

    _known: dict[str, tuple[str, str, Array]] = field(default_factory=dict)

    def lacks(self, heads: Collection[tuple[str, str]]) -> list[str]:
        """Names of those among `heads` (name, hash of the text) that were not added yet; all others are forgotten."""
        there = dict(heads)
        self._known = {name: one for name, one in self._known.items() if there.get(name) == one[0]}
        return [name for name in there if name not in self._known]

    def add(self, report: Report) -> None:
        """Know one more report, or another text of one."""
        import numpy as np

        day = report.published.isoformat() if report.published else "9999"
        made = np.fromiter((hash(triple) for triple in triples(report.text)), np.int64)
        self._known[report.name] = report.sha256, day, made

    def copies(self) -> dict[str, Copy]:
        """Name -> what it copies, as `find_copies` tells it of the same reports."""
        import numpy as np

        names = sorted(self._known, key=lambda name: (self._known[name][1], name))
        kept = [self._known[name][2] for name in names]
        lengths = np.array([len(one) for one in kept], np.int64)
        if not lengths.sum():
            return {}
        hashed, who = np.concatenate(kept), np.repeat(np.arange(len(names)), lengths)
        pairs, counts = _counted(_shared(hashed, who, lengths, len(names)))
        late, early = np.divmod(pairs, len(names))
        share = counts / np.maximum(np.minimum(lengths[late], lengths[early]), 1)
        order = np.lexsort((early, -share, late))
        order = order[share[order] >= SHARE]
        _, first = np.unique(late[order], return_index=True)
        best = order[first]
        rows = zip(late[best].tolist(), early[best].tolist(), share[best].tolist(), strict=True)
        return {names[one]: Copy(names[other], round(part, 4)) for one, other, part in rows}


def _shared(hashed: Array, who: Array, lengths: Array, number: int) -> Iterator[Array]:
    """Of each triple that a report has in common with an earlier one: later * `number` + earlier."""
    import numpy as np

    order = np.argsort(hashed, kind="stable")
    hashed, who = hashed[order], who[order]
    at = np.arange(len(hashed))
    first = np.concatenate(([True], hashed[1:] != hashed[:-1]))
    place = at - np.maximum.accumulate(np.where(first, at, 0))  # how many earlier reports have the triple
    long = lengths[who] >= LEAST
    live = np.flatnonzero((place > 0) & (place <= CROWDED) & long)
    back = 1
    while live.size:
        both = live[long[live - back]]
        yield who[both] * number + who[both - back]
        back += 1
        live = live[place[live] >= back]


def _counted(some: Iterator[Array]) -> tuple[Array, Array]:
    """Each pair once, with how often it was told."""
    import numpy as np

    pairs, counts, waiting = np.empty(0, np.int64), np.empty(0, np.int64), list[Array]()
    for told in some:
        waiting.append(told)
        if sum(map(len, waiting)) > max(len(pairs), MERGED):  # seldom: all pairs are sorted each time
            pairs, counts = _merged(pairs, counts, waiting)
            waiting = []
    return _merged(pairs, counts, waiting)


def _merged(pairs: Array, counts: Array, waiting: Sequence[Array]) -> tuple[Array, Array]:
    import numpy as np

    new, times = np.unique(np.concatenate([np.empty(0, np.int64), *waiting]), return_counts=True)
    pairs, inside = np.unique(np.concatenate((pairs, new)), return_inverse=True)
    return pairs, np.bincount(inside, np.concatenate((counts, times)), len(pairs)).astype(np.int64)
