"""Choose `threshold` and `untied` of fuse.yml by leaving one series out in turn, over the open reports only.

For each series of the corpus the pair of sums is chosen that does best on the other series and is then measured on the
one left out; the reports that are held back take no part. Inputs are those of fusing_weights.py: reference records, our
own reading (counted twice), spoilt copies and twins far away. Sums under which more is joined wrongly than missed are
not chosen. Run `python genscripts/fusing_thresholds.py`; nothing is written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product

import fusing_weights as learning
from marsad.fuse.compare import Comparer
from marsad.fuse.judge import judge
from marsad.fuse.kinship import Kinship
from marsad.fuse.tables import Weights, weights
from marsad.fuse.told import Told, told
from marsad.packs import load

THRESHOLDS, UNTIED = (3.3, 3.8, 4.3, 4.8), (4.8, 5.3, 5.8, 6.3)
INPUTS = (0, 1, 1, 2, 3, 4, 5, 10, 11)  # of those of fusing_weights.py
Sums = tuple[float, float]
Tally = Counter[str]


def main() -> None:
    """Print the figures of every choice, and of the choices made without the series that they are measured on."""
    packs = load(strict=False)
    kinship, inputs = Kinship(packs), list(learning.inputs(packs))
    events = [(told(stored), truth) for stored, truth in inputs]
    names = sorted({series(key[0]) for key in learning.reference_incidents()})
    grid = [(t, u) for t, u in product(THRESHOLDS, UNTIED) if u >= t]
    tallies: dict[tuple[str, Sums], Tally] = {}
    for name, sums in product(names, grid):
        table = replace(weights(), threshold=sums[0], untied=sums[1])
        parts = (counted(events[n][0], events[n][1], name, table, kinship) for n in INPUTS)
        tallies[name, sums] = sum(parts, Counter())
    for sums in sorted(grid, key=lambda s: -f1(total(tallies, names, s))):
        print(f"threshold {sums[0]} untied {sums[1]}  F1 {f1(total(tallies, names, sums)):.4f}")
    chosen: Tally = Counter()
    for name in names:
        others = [n for n in names if n != name]
        fair = [s for s in grid if total(tallies, others, s)["false"] <= total(tallies, others, s)["missed"]]
        best = max(fair or grid, key=lambda s: f1(total(tallies, others, s)))
        chosen += tallies[name, best]
        print(f"without {name}: {best}, on it F1 {f1(tallies[name, best]):.3f}")
    print(f"chosen without what it is measured on: F1 {f1(chosen):.4f}")


def series(report: str) -> str:
    """`east-03` and its twin belong to `east`."""
    return report.rstrip("+").rsplit("-", 1)[0]


def counted(
    events: list[Told], truth: dict[tuple[str, str], str], name: str, table: Weights, kinship: Kinship
) -> Tally:
    """Pairs of events of one series: right, missed, false."""
    mine = [event for event in events if series(event.key[0]) == name]
    groups = judge(mine, Comparer(table, kinship)).groups
    guess = {key: n for n, group in enumerate(groups) for key in group if key in truth}
    both = pairs(Counter((truth[k], guess[k]) for k in guess))
    known, told_ = pairs(Counter(truth[k] for k in guess)), pairs(Counter(guess.values()))
    return Counter(right=both, missed=known - both, false=told_ - both)


def pairs(sizes: Counter[object]) -> int:
    """Number of pairs within groups of these sizes."""
    return sum(n * (n - 1) // 2 for n in sizes.values())


def total(tallies: dict[tuple[str, Sums], Tally], names: list[str], sums: Sums) -> Tally:
    """Over several series."""
    return sum((tallies[name, sums] for name in names), Counter())


def f1(tally: Tally) -> float:
    """Of pairs."""
    return 2 * tally["right"] / max(2 * tally["right"] + tally["missed"] + tally["false"], 1)


if __name__ == "__main__":
    main()
