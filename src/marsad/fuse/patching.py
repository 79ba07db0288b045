"""What changed since the last round is worked in: only events near it are weighed, grouped and told anew.

The outcome is what deriving from nothing gives. A pair's sum depends on the two reports alone, groups are made within
what strong pairs hang together, an id belongs to an event, and an answer lies near its demand; so each step has a
neighbourhood, and this module goes no further.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby

from marsad.errors import StoreError
from marsad.fuse.adding import NEAR_MISS, STRANGERS, company, regroup, score, unproposed
from marsad.fuse.build import build
from marsad.fuse.cluster import Pair
from marsad.fuse.compare import Comparer, Weighed
from marsad.fuse.incident import Incident, from_json
from marsad.fuse.index import Index
from marsad.fuse.kinship import Kinship
from marsad.fuse.lineage import name
from marsad.fuse.packed import body, numbered, quotes_in, traits
from marsad.fuse.people import standing
from marsad.fuse.relinking import relinked
from marsad.fuse.retold import retold
from marsad.fuse.tables import weights
from marsad.fuse.told import Told, Traits, told, told_by
from marsad.fuse.voices import Voices, known_outlets, quoted, telling
from marsad.packs import Packs, fold_word
from marsad.store import Key, Store, StoredReport
from marsad.store.fuse_rows import EventRow, Filed, FusionChange, PairRow
from marsad.store.fusing import Fusing, Line
from marsad.store.lineage import Born

ROUND = 25  # new reports that are worked in together

Numbers = tuple[int, int]


class Unfounded(Exception):
    """What is filed is not what the reports tell: only deriving from nothing helps."""


@dataclass(frozen=True, slots=True)
class Dirty:
    """Reports whose events may have changed, those whose root may have, and whether people gave verdicts."""

    reports: frozenset[str] = frozenset()
    roots: frozenset[str] = frozenset()
    verdicts: bool = False


def dirtied(lines: Sequence[Line]) -> Dirty:
    """What lines of the custody log make stale. Grades of sources and claims alter no incident."""
    reports, roots, verdicts = set(), set(), False
    for line in lines:
        kind, _, rest = line.subject.partition(":")
        graded = str(line.detail.get("field", "")).startswith(("reliability", "credibility"))
        if line.action == "copies":
            roots |= set(line.detail)
        elif line.action in ("judge", "withdraw"):
            verdicts = True
        elif kind == "report":
            reports.add(rest)
        elif kind == "event" and not graded:
            reports.add(rest.rpartition("/")[0])
    return Dirty(frozenset(reports), frozenset(roots), verdicts)


def rounds(lines: Sequence[Line], dirty: Dirty, filed: frozenset[str]) -> Iterator[tuple[Dirty, str]]:
    """What to work in one after the other, each with the hash of the line up to which all is worked in then.

    Some new reports at a time, so that what a round holds does not grow with what came. The first has all reports that
    are `filed` already, for no group may be made of events that nobody tells any more, and all that copies and verdicts
    make stale: what they say of later reports is seen when these come.
    """
    part, new, last = replace(dirty, reports=filed), frozenset[str](), ""
    for line in lines:
        more = dirtied([line]).reports - filed - new
        if new and len(new) + len(more) > ROUND:
            yield replace(part, reports=part.reports | new), last
            part, new = Dirty(), frozenset()
        new, last = new | more, line.hash
    if lines:
        yield replace(part, reports=part.reports | new), last


@dataclass(frozen=True, slots=True)
class Settled:
    """People's verdicts that hold, as kept between two rounds, and the reports that any verdict names."""

    same: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()
    reports: frozenset[str] = frozenset()

    def text(self) -> str:
        """As it is kept."""
        return json.dumps([self.same, self.different, sorted(self.reports)], ensure_ascii=False)

    @classmethod
    def of(cls, text: str) -> Settled:
        """What `text` gave."""
        if not text:
            return cls()
        same, different, reports = json.loads(text)
        pairs = [tuple(((a[0], a[1]), (b[0], b[1])) for a, b in some) for some in (same, different)]
        return cls(pairs[0], pairs[1], frozenset(reports))


@dataclass(slots=True)
class _Round:
    """The state of one round: what is filed and goes, what comes, and what was read so far."""

    old: list[EventRow]
    new: dict[int, Told]
    known: dict[int, Traits] = field(default_factory=dict)
    number: dict[Key, int] = field(default_factory=dict)
    pairs: dict[Numbers, PairRow] = field(default_factory=dict)
    paired: set[int] = field(default_factory=set)
    going: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self.going = frozenset(row.number for row in self.old)

    def add(self, number: int, event: Traits) -> None:
        """An event that was read."""
        self.known[number] = event
        self.number[event.key] = number


class Patch:
    """One round over a store. `gone` are the reports that people took out."""

    def __init__(self, store: Store, packs: Packs, gone: Iterable[str]) -> None:
        self.store, self.rows, self.gone = store, Fusing(store), set(gone)
        self.kinship = Kinship(packs)
        self.comparer = Comparer(weights(), self.kinship)
        self._index = Index(self.comparer.weights, packs)
        self._reports: dict[str, StoredReport | None] = {}

    def change(self, dirty: Dirty, *, before: str | None, basis: str) -> FusionChange:
        """What the round alters."""
        now = [s for name in sorted(dirty.reports) if (s := self._report(name))]
        events, last = told(now), self.rows.last()
        state = _Round(self.rows.events_of(dirty.reports), {last + 1 + n: e for n, e in enumerate(events)})
        settled, was = self._settled(dirty), Settled.of(self.rows.state())
        self._weigh(state)
        groups = self._regrouped(state, settled, was)
        outlets = self._outlets(now, state.old)
        revoiced = self._revoiced(dirty, outlets)
        altered = self._altered(state, groups, dirty, revoiced)
        return self._told(state, altered, outlets, settled, before=before, basis=basis)

    # -- pairs ----------------------------------------------------------------------------------------------------

    def _weigh(self, state: _Round) -> None:
        """The pairs of the new events, among themselves and with what is filed already."""
        for number, event in state.new.items():
            state.add(number, event)
        for pairs in chain(self._weighed_among(state), self._weighed_beside(state)):
            ends = list(pairs)
            for low, high in ends:
                sum_ = score(pairs[low, high], company((low, high), ends, pairs, self.comparer), self.comparer)
                state.pairs[low, high] = PairRow(low, high, sum_, retold=False)
        for one, two, _ in retold(list(state.new.values()), self.comparer):
            low, high = sorted((state.number[one.key], state.number[two.key]))
            state.pairs[low, high] = PairRow(low, high, 0.0, retold=True)

    def _weighed_among(self, state: _Round) -> Iterable[dict[Numbers, Weighed]]:
        """The pairs of new events, those of the same two reports together."""
        fresh, met = list(state.new), list[Numbers]()
        for number, event in state.new.items():
            met += [(fresh[n], number) for n in self._index.candidates(event)]
            self._index.add(event)
        return self._between(state.new, state.new, met)

    def _weighed_beside(self, state: _Round) -> Iterator[dict[Numbers, Weighed]]:
        """The pairs of new events with those that are filed, those of the same two reports together.

        One report that is filed after the other is read and let go: the numbers of its events follow each other.
        """
        asking, may_be = defaultdict[int, list[int]](list), self._index.headings.may_be
        for number, event in state.new.items():
            for n in self.rows.proposed(numbered(self._index.headings.looked_up(event))) - state.going:
                asking[n].append(number)
        for _, rows in groupby(self.rows.each_event(asking), key=lambda row: row.key[0]):
            known = {row.number: traits(row.key, row.body) for row in rows}
            met = [(n, new) for n in known for new in asking[n] if may_be(state.new[new], known[n])]
            yield from self._between(known, state.new, met)

    def _between(
        self, known: Mapping[int, Traits], new: Mapping[int, Told], met: Iterable[Numbers]
    ) -> Iterable[dict[Numbers, Weighed]]:
        between: dict[tuple[str, str], dict[Numbers, Weighed]] = defaultdict(dict)
        for low, high in met:
            one, two = known[low], new[high]
            if (w := self.comparer.weigh(two, one, least=NEAR_MISS)) is not None:
                between[one.key[0], two.key[0]][low, high] = w
        return between.values()

    def _load(self, state: _Round, numbers: Iterable[int]) -> None:
        for row in self.rows.each_event(set(numbers) - state.known.keys()):
            state.add(row.number, traits(row.key, row.body))

    # -- groups ---------------------------------------------------------------------------------------------------

    def _regrouped(self, state: _Round, settled: Settled, was: Settled) -> list[tuple[Key, ...]]:
        """The groups that take the place of those that the round touches.

        A pair that did not join its groups left no trace. So the touched groups are made anew together with those
        beside them; where these come out as they were, all others would too, and where not, they are touched as well.
        """
        touched = self._touched(state, settled, was)
        while True:
            beside = self._beside(state, touched, settled)
            made = self._grouped(state, touched.union(*beside), settled)
            kept = {frozenset(state.number[key] for key in group): group for group in made}
            changed = [group for group in beside if group not in kept]
            if not changed:
                return [group for numbers, group in kept.items() if numbers <= touched]
            touched = touched.union(*changed)

    def _touched(self, state: _Round, settled: Settled, was: Settled) -> frozenset[int]:
        """What comes, what stood together with what goes, and what verdicts speak of."""
        going = {row.key for row in state.old}
        changed = ({*settled.same} ^ {*was.same}) | ({*settled.different} ^ {*was.different})
        parted = {p for p in was.same if going & {*p}} | changed
        keys = going | {k for p in parted for k in p}
        return frozenset(state.new).union(*self._groups_of(state, keys))

    def _beside(self, state: _Round, touched: frozenset[int], settled: Settled) -> list[frozenset[int]]:
        """The groups that a strong pair or a verdict joins with touched events."""
        left = touched - state.paired - state.new.keys()
        self._take(state, self.rows.strong_pairs_of(left, self.comparer.weights.threshold))
        state.paired |= left
        strong = (p for p in state.pairs.values() if self._strong(p) and touched & {p.low, p.high})
        near = {n for p in strong for n in (p.low, p.high)}
        self._load(state, near)
        mine = {state.known[n].key for n in touched}
        keys = {state.known[n].key for n in near} | {k for p in settled.same if mine & {*p} for k in p}
        return self._groups_of(state, keys - mine)

    def _groups_of(self, state: _Round, keys: set[Key]) -> list[frozenset[int]]:
        """The groups of filed events as they are now, without what goes; what comes stands alone."""
        members = self.rows.members(set(self.rows.incidents_of(keys).values()))
        fresh = {event.key for event in state.new.values()}
        inside = {key for events in members.values() for key in events} - fresh
        reports = {key[0] for key in inside if key not in state.number}
        for row in self.rows.events_of(reports):
            if row.key in inside and row.number not in state.going:
                state.add(row.number, traits(row.key, row.body))
        there = inside & state.number.keys()
        groups = [frozenset(state.number[key] for key in events if key in there) for events in members.values()]
        alone = [frozenset({state.number[key]}) for key in keys & fresh]
        return [group for group in (*groups, *alone) if group]

    def _take(self, state: _Round, pairs: Iterable[PairRow]) -> None:
        for pair in pairs:
            if pair.low not in state.going and pair.high not in state.going:
                state.pairs[pair.low, pair.high] = pair

    def _strong(self, pair: PairRow) -> bool:
        return pair.retold or pair.score >= self.comparer.weights.threshold

    def _grouped(self, state: _Round, numbers: frozenset[int], settled: Settled) -> list[tuple[Key, ...]]:
        self._take(state, self.rows.pairs_among(numbers - state.new.keys()))
        inside = [p for p in state.pairs.values() if p.low in numbers and p.high in numbers]
        keyed = {pair: _keys(state, pair) for pair in inside}
        strong = [(p.score, keyed[p]) for p in inside if not p.retold and self._strong(p)]
        bound = [*settled.same, *sorted(keyed[p] for p in inside if p.retold and keyed[p] not in settled.different)]
        number = state.number

        def known(one: Key, two: Key) -> float | None:
            a, b = number[one], number[two]
            pair = state.pairs.get((a, b) if a < b else (b, a))
            return None if pair is None or pair.retold else max(pair.score, STRANGERS)

        def weigh(one: Key, two: Key) -> float:
            return unproposed(state.known[number[one]], state.known[number[two]], self.comparer)

        keys = sorted(state.known[n].key for n in numbers)
        return regroup(keys, bound, settled.different, strong, known, weigh, self.comparer)

    # -- verdicts and voices --------------------------------------------------------------------------------------

    def _settled(self, dirty: Dirty) -> Settled:
        was = Settled.of(self.rows.state())
        if not dirty.verdicts and not was.reports & dirty.reports:
            return was
        given = [j for j in self.store.judgements() if not j.machine]
        named = frozenset(key[0] for j in given for key in (j.left, j.right))
        held = standing(given, told(s for name in sorted(named) if (s := self._report(name))))
        return Settled(held.same, held.different, named)

    def _outlets(self, now: Sequence[StoredReport], old: Sequence[EventRow]) -> Counter[str]:
        """How the number of reports that tell events changes for each outlet."""
        counted: Counter[str] = Counter()
        before = {row.key[0] for row in old}
        counted.subtract(fold_word(h.outlet) for h in self.rows.heads(before) if h.outlet and h.name in before)
        counted.update(telling(now))
        return Counter({name: n for name, n in counted.items() if n})

    def _revoiced(self, dirty: Dirty, outlets: Counter[str]) -> set[Key]:
        """Events whose root may be another now: copies, and those that quote an outlet that is new or gone."""
        copies = self.rows.copies(dirty.roots | dirty.reports) - dirty.reports
        keys = {row.key for row in self.rows.events_of(copies)}
        known, there = known_outlets(self.kinship.packs), self.rows.outlets() if outlets else {}
        turned = [n for n, more in outlets.items() if n not in known and (n not in there or there[n] + more <= 0)]
        headings = numbered(("quotes", name) for name in turned)
        return keys | {row.key for row in self.rows.each_event(self.rows.proposed(headings))}

    # -- incidents ------------------------------------------------------------------------------------------------

    def _altered(
        self, state: _Round, groups: Sequence[tuple[Key, ...]], dirty: Dirty, revoiced: set[Key]
    ) -> tuple[dict[str, Incident], list[tuple[Key, ...]]]:
        """The stored incidents that are touched, and the groups that take their place."""
        keys = {key for group in groups for key in group} | {row.key for row in state.old}
        held = self.rows.incidents_of(keys | {k for k in revoiced if k[0] not in dirty.reports})
        members = {frozenset(events): id for id, events in self.rows.members(set(held.values())).items()}
        fresh, same = [], set()
        for group in groups:
            id = members.get(frozenset(group))
            if id is None or any(key[0] in dirty.reports or key in revoiced for key in group):
                fresh.append(group)
            else:
                same.add(id)
        for events, id in members.items():
            if id not in same and keys.isdisjoint(events):
                fresh.append(tuple(sorted(events)))  # only its voices changed
        altered = self.rows.documents(set(members.values()) - same)
        return {id: from_json(document) for id, document in altered.items()}, fresh

    def _told(
        self, state: _Round, altered: tuple[dict[str, Incident], list[tuple[Key, ...]]], outlets: Counter[str],
        settled: Settled, *, before: str | None, basis: str,
    ) -> FusionChange:  # fmt: skip
        old, groups = altered
        made, born = self._named(old, self._built(groups, state, outlets))
        documents, filed = relinked(self.rows, old, made, self.kinship)
        ids = {i.id for i in made}
        numbers = {row.number: traits(row.key, row.body) for row in state.old}
        quotes = {row.number: quotes_in(row.body) for row in state.old}
        return FusionChange(
            before, basis, documents, sorted(old.keys() - ids), born,
            Filed(
                [EventRow(n, e.key, body(e, quoted(e))) for n, e in state.new.items()],
                [(h, n) for n, e in state.new.items() for h in self._headings(e, quoted(e))],
                [p for p in state.pairs.values() if {p.low, p.high} & state.new.keys()], filed, outlets, settled.text(),
            ),
            sorted(numbers), [(h, n) for n, t in numbers.items() for h in self._headings(t, quotes[n])],
        )  # fmt: skip

    def _headings(self, event: Traits, quotes: Iterable[str]) -> set[int]:
        return numbered([*self._index.headings.filed(event), *(("quotes", name) for name in quotes)])

    def _built(self, groups: Sequence[tuple[Key, ...]], state: _Round, outlets: Counter[str]) -> list[Incident]:
        names = {key[0] for group in groups for key in group}
        by_key: dict[Key, Told] = {e.key: e for name in names if (s := self._report(name)) for e in told_by(s)}
        there = Counter(self.rows.outlets())
        there.update(outlets)
        heads = [head for head in self.rows.heads(names) if head.name not in self.gone]
        voices = Voices(heads, self.kinship.packs, outlets=[name for name, n in there.items() if n > 0])
        if any(key not in by_key for group in groups for key in group):
            raise Unfounded
        return [build([by_key[key] for key in group], voices, self.kinship) for group in groups]

    def _named(self, old: Mapping[str, Incident], made: Sequence[Incident]) -> tuple[list[Incident], list[Born]]:
        keys = {key for i in (*old.values(), *made) for key in i.events}
        held = {key: id for id, i in old.items() for key in i.events}
        used = self.rows.taken({i.id for i in made})
        ordered = sorted(made, key=lambda i: (i.start or "9999", i.end or "9999", i.id))
        return name(ordered, self.rows.born(keys, old), held, given=self.rows.given(), used=used)

    def _report(self, name: str) -> StoredReport | None:
        """A report as people left it; None where it is not there or was taken out."""
        if name not in self._reports:
            try:
                self._reports[name] = None if name in self.gone else self.store.report(name)
            except StoreError as error:
                if error.code != "E307":
                    raise
                self._reports[name] = None
        return self._reports[name]


def _keys(state: _Round, pair: PairRow) -> Pair:
    one, two = state.known[pair.low].key, state.known[pair.high].key
    return (one, two) if one < two else (two, one)
