"""From verdicts on pairs to groups; the outcome does not depend on the order of the reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from marsad.store import Key

Pair = tuple[Key, Key]
STRANGERS = -2.0  # what a pair counts that was never compared
LINKAGE = 0.6  # the mean over all pairs between two groups must reach this share of the threshold


def cluster(
    keys: Sequence[Key], *, bound: Iterable[Pair], scores: Mapping[Pair, float], apart: Iterable[Pair], threshold: float
) -> list[tuple[Key, ...]]:
    """Groups of `keys`, each sorted, in the order of their first key.

    `bound` pairs go together first (told and denied in one report, people's "same"); then groups join from the
    strongest pair of `scores` down, unless a pair is `apart`, both hold acts of one report, or the mean is too weak.
    """
    groups = Groups(keys)
    for left, right in sorted(bound):
        groups.join(left, right)
    kept_apart = {frozenset(pair) for pair in apart}
    strong = [(-score, pair) for pair, score in scores.items() if score >= threshold]
    for _, (left, right) in sorted(strong):
        one, two = groups.of(left), groups.of(right)
        if one is not two and _may_join(one, two, kept_apart) and _mean(one, two, scores) >= LINKAGE * threshold:
            groups.join(left, right)
    return groups.all()


class Groups:
    """Disjoint groups of keys."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self._of = {key: [key] for key in keys}

    def of(self, key: Key) -> list[Key]:
        """The group of a key (one object a group)."""
        return self._of[key]

    def join(self, left: Key, right: Key) -> None:
        """Make one group of two."""
        one, two = self._of[left], self._of[right]
        if one is two:
            return
        one.extend(two)
        for key in two:
            self._of[key] = one

    def all(self) -> list[tuple[Key, ...]]:
        """All groups."""
        return sorted({id(group): tuple(sorted(group)) for group in self._of.values()}.values())


def _may_join(one: list[Key], two: list[Key], apart: set[frozenset[Key]]) -> bool:
    if {key[0] for key in one} & {key[0] for key in two}:
        return False
    return not any(frozenset((a, b)) in apart for a in one for b in two)


def _mean(one: list[Key], two: list[Key], scores: Mapping[Pair, float]) -> float:
    """Mean over pairs of reports of the best score between their events."""
    best: dict[tuple[str, str], float] = defaultdict(lambda: STRANGERS)
    for a in one:
        for b in two:
            pair = (a, b) if a < b else (b, a)
            reports = (a[0], b[0])
            best[reports] = max(best[reports], scores.get(pair, STRANGERS))
    return sum(best.values()) / len(best)
