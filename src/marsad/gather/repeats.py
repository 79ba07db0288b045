"""Near copies among reports that come one after the other: what `find_copies` finds, without their texts at hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marsad.gather.copies import CROWDED, LEAST, SHARE, Copy, triples

if TYPE_CHECKING:
    from marsad.model import Report

Array = Any
AT_ONCE = 4_096  # triples of later reports that are looked up in earlier ones together


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
        found: dict[str, Copy] = {}
        for together in _shared(hashed, who, lengths, len(names)):
            pairs, counts = np.unique(together, return_counts=True)
            late, early = np.divmod(pairs, len(names))
            share = counts / np.maximum(np.minimum(lengths[late], lengths[early]), 1)
            order = np.lexsort((early, -share, late))
            order = order[share[order] >= SHARE]
            _, first = np.unique(late[order], return_index=True)
            best = order[first]
            rows = zip(late[best].tolist(), early[best].tolist(), share[best].tolist(), strict=True)
            found |= {names[one]: Copy(names[other], round(part, 4)) for one, other, part in rows}
        return found


def _shared(hashed: Array, who: Array, lengths: Array, number: int) -> Iterator[Array]:
    """Of each triple that a report has in common with an earlier one: later * `number` + earlier; all of a few later
    reports together.
    """
    import numpy as np

    order = np.argsort(hashed, kind="stable")
    hashed, who = hashed[order], who[order]
    at = np.arange(len(hashed))
    first = np.concatenate(([True], hashed[1:] != hashed[:-1]))
    place = at - np.maximum.accumulate(np.where(first, at, 0))  # how many earlier reports have the triple
    long = lengths[who] >= LEAST
    live = np.flatnonzero((place > 0) & (place <= CROWDED) & long)
    live = live[np.argsort(who[live], kind="stable")]
    starts = np.flatnonzero(np.diff(who[live], prepend=-1))
    cuts = starts[np.flatnonzero(np.diff(starts // AT_ONCE, prepend=0))]
    for some in np.split(live, cuts):
        told, back = [np.empty(0, np.int64)], 1
        while some.size:
            both = some[long[some - back]]
            told.append(who[both] * number + who[both - back])
            back += 1
            some = some[place[some] >= back]  # noqa: PLW2901
        yield np.concatenate(told)
