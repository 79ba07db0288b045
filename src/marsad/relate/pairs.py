"""Which pairs of a ledger have anything between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

import numpy as np

from marsad.relate.counting import Columns, Counter
from marsad.relate.ledger import Ledger
from marsad.relate.sides import Standings

Pair = tuple[str, str]


def pairs(counter: Counter) -> Iterator[tuple[str, str, Columns]]:
    """All pairs of ids, at every level of the hierarchy, between which a step lies, with their steps; by their ids."""
    for a, b in sorted(possible(counter.standings, met(counter.ledger))):
        columns = counter.pair(a, b)
        if len(columns):
            yield a, b, columns


def possible(standings: Standings, met: Iterable[Pair]) -> set[Pair]:
    """Pairs of ends that parties who met can stand for; no end is above the other."""
    found: set[Pair] = set()
    ends = standings.ends
    for one, two in met:
        for a, b in product(ends(one), ends(two)):
            if a != b and a not in ends(b) and b not in ends(a):
                found.add((a, b) if a < b else (b, a))
    return found


def met(ledger: Ledger) -> set[Pair]:
    """Pairs of parties that one act names, persons left out."""
    n = len(ledger.names)
    codes = np.unique(np.fromiter((a * n + b for a, b in _together(ledger)), np.int64))
    return {(ledger.names[int(c) // n], ledger.names[int(c) % n]) for c in codes}


def _together(ledger: Ledger) -> Iterator[tuple[int, int]]:
    index = {name: n for name, n in ledger.index.items() if not name.startswith("person/")}
    for a in ledger.acts:
        found = sorted({index[id] for id in (*a.actors, *a.recipients) if id in index})
        yield from combinations(found, 2)
