"""The running state of fusing: events are added one by one, and each addition touches its own neighbourhood only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from marsad.fuse.cluster import Groups, Pair, cluster
from marsad.fuse.compare import Comparer, Weighed
from marsad.fuse.index import Index
from marsad.fuse.tables import Level
from marsad.fuse.told import Traits
from marsad.store import Key

NEAR_MISS = 2.0  # sums from here up are kept, so that people can see why two events stay apart
STRANGERS = -6.0  # what a pair counts at least, so that one wrong slot cannot outweigh all else
COMPANY = ("none", "one", "many")

Numbers = tuple[int, int]


class Adding:
    """Adds events and groups them. Keys must be unique; the order of adding does not matter.

    Neighbourhoods are the events that strong pairs hang together; groups are made within each, and only those that
    changed since are made again. Two reports that tell several acts alike lend strength to their other pairs
    (`company`); that too is counted over the one pair of reports only.
    """

    def __init__(self, comparer: Comparer, *, bound: Iterable[Pair] = (), apart: Iterable[Pair] = ()) -> None:
        self.comparer = comparer
        self._kept: dict[Numbers, Weighed] = {}
        self._index = Index(comparer.weights, comparer.kinship.packs)
        self._number: dict[Key, int] = {}
        self._near = Groups(())
        self._pairs_of: dict[int, list[Numbers]] = {}
        self._between: dict[tuple[str, str], list[Numbers]] = {}
        self._bound, self._apart = _by_key(bound), _by_key(apart)
        self._groups: dict[Key, list[tuple[Key, ...]]] = {}
        self._changed: set[Key] = set()

    def add(self, event: Traits) -> None:
        """File one event and weigh it against its candidates."""
        events, key = self._index.events, event.key
        self._near.add(key)
        self._changed.add(key)
        candidates = self._index.candidates(event)
        number = self._number[key] = self._index.add(event)
        for other in candidates:
            weighed = self.comparer.weigh(event, events[other], least=NEAR_MISS)
            if weighed is not None:
                self._keep((other, number), weighed)
        for left, right in self._bound.get(key, ()):
            if left in self._number and right in self._number:
                self._hang_together(left, right)

    def event(self, number: int) -> Traits:
        """The event that was added as `number` (from 0)."""
        return self._index.events[number]

    def kept(self) -> list[Numbers]:
        """Pairs whose sum is worth telling, whether or not it suffices."""
        return [p for p, weighed in self._kept.items() if weighed.anchored or self._score(p) > 0]

    def scored(self) -> Iterator[tuple[Numbers, float]]:
        """All pairs that were weighed and kept, with their sums."""
        return ((pair, self._score(pair)) for pair in self._kept)

    def enough(self, pair: Numbers) -> bool:
        """The verdict on a kept pair."""
        return self._score(pair) >= self.comparer.weights.threshold

    def groups(self) -> list[tuple[Key, ...]]:
        """All groups, each sorted, in the order of their first key."""
        self._refresh()
        return sorted(group for groups in self._groups.values() for group in groups)

    def company(self, pair: Numbers) -> Level:
        """How many other acts the two reports tell alike."""
        return company(pair, self._between.get(self._reports(pair), ()), self._kept, self.comparer)

    def _keep(self, pair: Numbers, weighed: Weighed) -> None:
        self._kept[pair] = weighed
        for number in pair:
            self._pairs_of.setdefault(number, []).append(pair)
        between = self._between.setdefault(self._reports(pair), [])
        between.append(pair)
        enough = self.comparer.enough(weighed)
        for one in between if enough else (pair,):
            if self.enough(one):
                self._hang_together(self.event(one[0]).key, self.event(one[1]).key)

    def _reports(self, pair: Numbers) -> tuple[str, str]:
        one, two = (self.event(number).key[0] for number in pair)
        return (one, two) if one < two else (two, one)

    def _score(self, pair: Numbers) -> float:
        return score(self._kept[pair], self.company(pair), self.comparer)

    def _hang_together(self, one: Key, two: Key) -> None:
        self._near.join(one, two)
        self._changed.add(one)

    def _refresh(self) -> None:
        fresh = {id(near): near for near in (self._near.of(key) for key in self._changed)}
        for near in fresh.values():
            for key in near:
                self._groups.pop(key, None)
            self._groups[near[0]] = self._grouped(sorted(near))
        self._changed.clear()

    def _grouped(self, keys: Sequence[Key]) -> list[tuple[Key, ...]]:
        if len(keys) == 1:
            return [(keys[0],)]
        bound, apart = _of(self._bound, keys), _of(self._apart, keys)
        return regroup(keys, bound, apart, self._strong(keys), self._known, self._weigh, self.comparer)

    def _strong(self, keys: Sequence[Key]) -> list[tuple[float, Pair]]:
        pairs = {pair for key in keys for pair in self._pairs_of.get(self._number[key], ())}
        scores = ((self._score(pair), pair) for pair in pairs)
        least = self.comparer.weights.threshold
        return [(score, self._keys(pair)) for score, pair in scores if score >= least]

    def _keys(self, pair: Numbers) -> Pair:
        one, two = self.event(pair[0]).key, self.event(pair[1]).key
        return (one, two) if one < two else (two, one)

    def _known(self, one: Key, two: Key) -> float | None:
        a, b = self._number[one], self._number[two]
        pair = (a, b) if a < b else (b, a)
        return max(self._score(pair), STRANGERS) if pair in self._kept else None

    def _weigh(self, one: Key, two: Key) -> float:
        return unproposed(self.event(self._number[one]), self.event(self._number[two]), self.comparer)


def company(pair: Numbers, between: Sequence[Numbers], kept: Mapping[Numbers, Weighed], comparer: Comparer) -> Level:
    """How many other acts the two reports of a pair tell alike; `between` are all kept pairs of the two."""
    if len(between) < 2:
        return comparer.weights.level("company", "none")
    others = (p for p in between if not {*p} & {*pair} and comparer.enough(kept[p]))
    return comparer.weights.level("company", COMPANY[min(sum(1 for _ in others), 2)])


def score(weighed: Weighed, company: Level, comparer: Comparer) -> float:
    """The sum that counts: a pair that nothing ties and that does not reach `untied` counts nothing."""
    total = weighed.total + company.weight
    tied = weighed.anchored or company.name == "many" or total >= comparer.weights.untied
    return total if tied else min(total, 0.0)


def regroup(  # noqa: PLR0917 - all that grouping rests on
    keys: Sequence[Key], bound: Iterable[Pair], apart: Iterable[Pair], strong: Sequence[tuple[float, Pair]],
    known: Callable[[Key, Key], float | None], weigh: Callable[[Key, Key], float], comparer: Comparer,
) -> list[tuple[Key, ...]]:  # fmt: skip
    """The groups of `keys`; pairs that leave them do not count."""
    inside = set(keys)
    held, kept_apart = ([p for p in pairs if p[0] in inside and p[1] in inside] for pairs in (bound, apart))
    threshold = comparer.weights.threshold
    return cluster(keys, bound=held, strong=strong, apart=kept_apart, known=known, weigh=weigh, threshold=threshold)


def unproposed(one: Traits, two: Traits, comparer: Comparer) -> float:
    """What a pair counts that was not proposed or is too weak to be kept."""
    weighed = comparer.weigh(one, two, least=STRANGERS)
    return STRANGERS if weighed is None else max(min(weighed.total, 0.0), STRANGERS)


def _by_key(pairs: Iterable[Pair]) -> dict[Key, list[Pair]]:
    found: dict[Key, list[Pair]] = {}
    for pair in pairs:
        for key in dict.fromkeys(pair):
            found.setdefault(key, []).append(pair)
    return found


def _of(pairs: dict[Key, list[Pair]], keys: Sequence[Key]) -> list[Pair]:
    return list(dict.fromkeys(pair for key in keys for pair in pairs.get(key, ())))
