"""From verdicts on pairs to groups; the outcome does not depend on the order of the reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from marsad.store import Judgement, Key

K = TypeVar("K")
Pair = tuple[Key, Key]
LINKAGE = 0.6  # the mean over all pairs between two groups must reach this share of the threshold


@dataclass(frozen=True, slots=True)
class Verdicts:
    """People's verdicts that hold, and those that later ones set aside (with the one that did it)."""

    same: tuple[Pair, ...]
    different: tuple[Pair, ...]
    aside: tuple[tuple[Judgement, Judgement], ...]


def settle(verdicts: Iterable[Judgement]) -> Verdicts:
    """What holds where people contradict each other: the later verdict, over any number of steps.

    Read from the newest back. A `same` that would bring together what a newer `different` keeps apart is set aside,
    and so is a `different` on two events that newer `same` verdicts have brought together.
    """
    given = sorted((j for j in verdicts if not j.machine and not j.withdrawn), key=lambda j: (j.at, j.id), reverse=True)
    groups = Groups(sorted({key for j in given for key in (j.left, j.right)}))
    same: list[Judgement] = []
    apart: list[Judgement] = []
    aside: list[tuple[Judgement, Judgement]] = []
    for j in given:
        if j.verdict == "same":
            against = _between(apart, groups.of(j.left), groups.of(j.right))
            if against is None:
                groups.join(j.left, j.right)
                same.append(j)
        elif j.verdict == "different":
            against = None if groups.of(j.left) is not groups.of(j.right) else _joining(same, j)
            if against is None:
                apart.append(j)
        else:
            continue
        if against is not None and against.verdict != j.verdict:
            aside.append((j, against))
    return Verdicts(tuple((j.left, j.right) for j in same), tuple((j.left, j.right) for j in apart), tuple(aside))


def _between(apart: Sequence[Judgement], one: list[Key], two: list[Key]) -> Judgement | None:
    return next((j for j in apart if (j.left in one and j.right in two) or (j.left in two and j.right in one)), None)


def _joining(same: Sequence[Judgement], j: Judgement) -> Judgement:
    """The newest `same` that touches the pair."""
    ends = {j.left, j.right}
    return next((s for s in same if {s.left, s.right} == ends), None) or next(
        s for s in same if s.left in ends or s.right in ends
    )


def cluster(
    keys: Sequence[Key], *, bound: Iterable[Pair], strong: Sequence[tuple[float, Pair]], apart: Iterable[Pair],
    known: Callable[[Key, Key], float | None], weigh: Callable[[Key, Key], float], threshold: float,
) -> list[tuple[Key, ...]]:  # fmt: skip
    """Groups of `keys`, each sorted, in the order of their first key.

    `bound` pairs go together first (people's "same"; told and denied in one report), unless `apart`; then groups join
    from the `strong`est pair down, unless a pair is `apart`, both hold acts of one report, or the mean over their
    pairs is too weak. `known` gives the sum of a pair that was kept, None for others; `weigh` that of those, at most 0.
    """
    kept_apart: dict[Key, set[Key]] = defaultdict(set)
    for left, right in apart:
        kept_apart[left].add(right)
        kept_apart[right].add(left)
    groups = Groups(keys)
    for left, right in bound:
        if not _barred(groups.of(left), groups.of(right), kept_apart):
            groups.join(left, right)
    atoms = {key: min(groups.of(key)) for key in keys}
    for _, (left, right) in sorted((-score, pair) for score, pair in strong):
        one, two = groups.of(left), groups.of(right)
        if one is two or _one_report(one, two) or _barred(one, two, kept_apart):
            continue
        if close(one, two, atoms, known, weigh, threshold):
            groups.join(left, right)
    return groups.all()


class Groups:
    """Disjoint groups of keys."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._of = {key: [key] for key in keys}

    def of(self, key: Key) -> list[Key]:
        """The group of a key (one object a group)."""
        return self._of[key]

    def join(self, left: Key, right: Key) -> None:
        """Make one group of two."""
        one, two = self._of[left], self._of[right]
        if one is two:
            return
        one, two = (one, two) if len(one) >= len(two) else (two, one)
        one.extend(two)
        for key in two:
            self._of[key] = one

    def add(self, key: Key) -> None:
        """A new key, a group of its own."""
        self._of.setdefault(key, [key])

    def all(self) -> list[tuple[Key, ...]]:
        """All groups."""
        return sorted({id(group): tuple(sorted(group)) for group in self._of.values()}.values())


def _one_report(one: list[Key], two: list[Key]) -> bool:
    return not {key[0] for key in one}.isdisjoint({key[0] for key in two})


def _barred(one: list[Key], two: list[Key], apart: dict[Key, set[Key]]) -> bool:
    if not apart:
        return False
    return any(not apart[key].isdisjoint(two) for key in one if key in apart)


def close(  # noqa: PLR0917 - all that joining rests on
    one: list[K], two: list[K], atoms: Mapping[K, K], known: Callable[[K, K], float | None],
    weigh: Callable[[K, K], float], threshold: float,
) -> bool:  # fmt: skip
    """Whether the mean over all pairs of two groups is strong enough to join them."""
    if _mean(one, two, atoms, known) < LINKAGE * threshold:
        return False  # not even if all others counted nothing, and weighing these takes long
    return _mean(one, two, atoms, known, weigh) >= LINKAGE * threshold


def _mean(
    one: list[K], two: list[K], atoms: Mapping[K, K], known: Callable[[K, K], float | None],
    weigh: Callable[[K, K], float] | None = None,
) -> float:  # fmt: skip
    """Mean over pairs of atoms (what is bound together) of the best sum between their events; without `weigh` pairs
    that were not kept count 0, which is the most that they can count.
    """
    best: dict[tuple[K, K], float] = {}
    for a in one:
        for b in two:
            pair, sum_ = (atoms[a], atoms[b]), known(a, b)
            if sum_ is None:
                sum_ = weigh(a, b) if weigh else 0.0
            if pair not in best or sum_ > best[pair]:
                best[pair] = sum_
    return sum(best.values()) / len(best)
