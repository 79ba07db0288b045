"""What relating keeps in the store: made anew when much changed, patched around the days and pairs that changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from operator import attrgetter
from threading import Lock

import numpy as np

from marsad.errors import StoreError
from marsad.fuse import from_json, refresh
from marsad.fuse.kinship import Kinship
from marsad.fuse.tables import weights
from marsad.packs import Packs
from marsad.relate.counting import Counter
from marsad.relate.ledger import Act, Ledger, act, ordinal, outline
from marsad.relate.packed import EMPTY, Packed, in_order, packed, unpacked
from marsad.relate.pair import Counted, Headline, Step, T, members, told_steps
from marsad.relate.pairs import Pair, met, pairs, possible
from marsad.relate.rules import rules
from marsad.relate.sides import Standings
from marsad.store import Store
from marsad.store.fusing import Fusing
from marsad.store.relations import ActRow, Change, Relations

SHAPE = "2"  # of the kept rows: raise it when Act or the packed steps change
PATCH, SHARE = 200, 5  # more changed incidents than these, and than a fifth of all, are not worth patching
TRIES = 5
READ, ACTS = 8_192, 32_768  # incidents (some 5 kB each) and acts (1 kB) that are kept as they were read
AT_WORK = Lock()


def kept(store: Store, *, packs: Packs) -> Relations:
    """The kept rows of a store, brought up to date. Raises StoreError E345 where others do so by other rules."""
    relations = Relations(store)
    with AT_WORK:  # many ask at once after a change: one of them does the work
        for _ in range(TRIES):
            refresh(store, packs=packs)
            basis, before = basis_of(store, packs), relations.expect()
            if before == basis or _brought_up(store, relations, before, packs=packs, basis=basis):
                return relations
    raise StoreError(
        "E345", "another process derives the relations of this store by other rules",
        "give all of them the same packs and the same version of Marsad",
    )  # fmt: skip


def _brought_up(store: Store, relations: Relations, before: str | None, *, packs: Packs, basis: str) -> bool:
    """Whether they are of the state that `basis` names, or of a later one; False where another process was quicker."""
    changed = None
    if before and _rules(before) == _rules(basis):
        changed = relations.since(_round(before), _worth_patching(relations.last()))
    if changed is None:
        within = members(store.each_report())
        update(relations, [act(from_json(d), within) for d in store.each_incident()], packs=packs, basis=basis)
    else:
        _caught_up(store, relations, *changed, packs=packs, basis=basis)
    now = relations.basis() or ""
    return _rules(now) == _rules(basis) and _round(now) >= _round(basis)


def _caught_up(
    store: Store, relations: Relations, written: Sequence[str], vanished: Sequence[str], *, packs: Packs, basis: str
) -> None:
    """Lay over the kept rows what fusing wrote since they were made."""
    found = [from_json(document) for document in Fusing(store).documents(written).values()]
    within = members([store.report(name) for name in sorted({key[0] for i in found for key in i.events})])
    old = {row.incident: row for row in relations.of([*written, *vanished])}
    now = [act(i, within) for i in found]
    new = [a for a in now if a.id not in old or old[a.id].body != body(a)]
    there = {a.id for a in now}.difference(vanished)
    gone = [row for id, row in old.items() if id not in there]
    patch(relations, new, gone, packs=packs, basis=basis)


def usable(basis: str | None) -> bool:
    """Whether what is kept can be read, be it of an earlier state or of earlier rules."""
    return basis is not None and basis.partition(":")[0] == SHAPE


def _worth_patching(kept: int) -> int:
    return max(PATCH, kept // SHARE)


def _rules(basis: str) -> str:
    return basis.rpartition(":")[0]


def _round(basis: str) -> int:
    return int(basis.rpartition("@")[2] or 0)


def update(relations: Relations, now: Sequence[Act], *, packs: Packs, basis: str) -> int:
    """Make the kept rows those of the acts `now`. Number of pairs that were counted anew."""
    old = {row.incident: row for row in relations.rows()}
    there = {a.id for a in now}
    gone = [row for id, row in old.items() if id not in there]
    new = [a for a in now if a.id not in old or old[a.id].body != body(a)]
    same_rules = _rules(relations.basis() or "") == _rules(basis)
    if not old or len(new) + len(gone) > _worth_patching(len(old)):
        return rebuild(relations, now, packs=packs, basis=basis)
    if not same_rules:
        if new or gone:
            return rebuild(relations, now, packs=packs, basis=basis)
        return recount(relations, now, {id: row.number for id, row in old.items()}, packs=packs, basis=basis)
    return patch(relations, new, gone, packs=packs, basis=basis)


def rebuild(relations: Relations, now: Sequence[Act], *, packs: Packs, basis: str) -> int:
    """Keep all acts anew and count all pairs. Number of pairs."""
    rows = (_row(a, n) for n, a in enumerate(now, start=1))
    made = _Tally(Counter(Ledger(now), packs), np.arange(1, len(now) + 1))
    relations.put(basis, Change(rows, series=made.series(), clears="all"))
    return made.pairs


def recount(relations: Relations, now: Sequence[Act], numbers: Mapping[str, int], *, packs: Packs, basis: str) -> int:
    """Count all pairs anew over acts that are kept already under `numbers`. Number of pairs."""
    ordered = sorted(now, key=lambda a: numbers[a.id])
    made = _Tally(Counter(Ledger(ordered), packs), np.array([numbers[a.id] for a in ordered], np.int64))
    relations.put(basis, Change(series=made.series(), clears="series"))
    return made.pairs


@dataclass(slots=True)
class _Tally:
    """Makes all series, one at a time, and counts them."""

    counter: Counter
    numbers: np.ndarray
    pairs: int = 0

    def series(self) -> Iterator[tuple[str, str, bytes | None]]:
        for a, b, columns in pairs(self.counter):
            self.pairs += 1
            yield a, b, packed(self.counter, columns, self.numbers).tobytes()


def patch(
    relations: Relations, new: Sequence[Act], gone: Sequence[ActRow] = (), *, packs: Packs, basis: str | None = None
) -> int:  # fmt: skip
    """Lay `new` acts over the kept ones and take `gone` ones out; touches only the pairs that they concern.

    Only the days around them are counted again: how far an act reaches is in the rules. Number of pairs counted.
    """
    former = {row.incident: row for row in (*relations.of([a.id for a in new]), *gone)}
    before = [loaded(row) for row in former.values()]
    touched = [*new, *before]
    if not touched:
        relations.put(basis, Change())
        return 0
    days = sorted(d for a in touched if (d := ordinal(a.day)))
    region = _Region(days, undated=any(not a.day for a in touched))
    standings = Standings(Kinship(packs))
    concerned = _concerned(relations, standings, touched)
    rows = {r.incident: r for r in _around(relations, standings, concerned, region)}
    last = relations.last()
    for at, a in enumerate(new):
        rows[a.id] = _row(a, former[a.id].number if a.id in former else last + 1 + at)
    for row in gone:
        rows.pop(row.incident, None)
    ordered = sorted(rows.values(), key=lambda r: r.number)
    counter = Counter(Ledger([loaded(r) for r in ordered]), packs, standings=standings)
    numbers = np.array([r.number for r in ordered], np.int64)
    series = list(_spliced(relations, counter, concerned, numbers, region))
    filed = [_row(a, former[a.id].number) for a in before]
    relations.put(basis, Change([rows[a.id] for a in new], [r.incident for r in gone], series, former=filed))
    return len(concerned)


def _around(relations: Relations, standings: Standings, concerned: Sequence[Pair], region: _Region) -> list[ActRow]:
    """The rows that may matter to one of the pairs: those of both ends, and what one end does alone."""
    ends = {end for pair in concerned for end in pair}
    of_end: dict[str, list[str]] = {}
    for party in relations.parties():
        for end in standings.ends(party) & ends:
            of_end.setdefault(end, []).append(party)
    named: dict[str, set[int]] = {}
    alone: dict[str, set[int]] = {}
    parties = {party for some in of_end.values() for party in some}
    for party, number, kind in relations.days_of(parties, region.needed, undated=region.undated):
        named.setdefault(party, set()).add(number)
        if _bears_alone(kind):
            alone.setdefault(party, set()).add(number)
    rows = {end: set[int]().union(*(named.get(p, ()) for p in of_end.get(end, ()))) for end in ends}
    needed: set[int] = set()
    for one, two in concerned:
        needed |= rows[one] & rows[two]
    for party in parties:
        needed |= alone.get(party, set())
    return relations.numbered(needed)


def _bears_alone(kind: str) -> bool:
    """Whether what one side does alone may be a step of its pairs."""
    r = rules()
    return kind in r.compliance or kind.partition("/")[0] in r.posture_types


def kept_steps(relations: Relations, a: str, b: str) -> list[Step]:
    """The steps of a kept pair with their incidents, oldest first."""
    found = steps_of(relations, a, b)
    told = {n: from_json(json.loads(text)) for n, text in relations.documents(_numbers(found)).items()}
    return _told(found, {n: act(i) for n, i in told.items()}, told)


def headlines(relations: Relations, a: str, b: str) -> list[Counted[Headline]]:
    """The same with no more of the incidents than a step tells."""
    found = steps_of(relations, a, b)
    told = {n: _read(document) for n, document in relations.documents(_numbers(found)).items()}
    return _told(found, {n: act for n, (_, act) in told.items()}, {n: head for n, (head, _) in told.items()})


def _numbers(found: Packed) -> list[int]:
    numbers = np.unique(np.concatenate([found["number"], found["answers"]]))
    return [int(n) for n in numbers if n > 0]


def _told(found: Packed, acts: Mapping[int, Act], told: Mapping[int, T]) -> list[Counted[T]]:
    """The steps of packed ones; those whose incident somebody has merged or taken out meanwhile are left out."""
    numbers = np.array(sorted(told), np.int64)
    found = found[np.isin(found["number"], numbers)]
    rows, behind = (np.searchsorted(numbers, found[name]) for name in ("number", "answers"))
    columns = unpacked(found, rows, np.where(np.isin(found["answers"], numbers), behind, -1))
    return told_steps(columns, [acts[n] for n in numbers.tolist()], [told[n] for n in numbers.tolist()])


def loose_steps(relations: Relations, a: str, b: str, *, packs: Packs) -> list[Counted[Headline]]:
    """The steps of a pair that is not kept, counted over the kept acts that may matter to it, oldest first."""
    standings = Standings(Kinship(packs))
    ever = _Region([1, ordinal("9999-01-01")], undated=True)
    rows = sorted(_around(relations, standings, [(a, b)], ever), key=lambda row: row.number)
    counter = Counter(Ledger([loaded(r) for r in rows]), packs, standings=standings)
    columns = counter.pair(a, b)
    documents = relations.documents([rows[int(n)].number for n in columns.rows])
    found = [_read(documents[r.number])[0] if r.number in documents else None for r in rows]
    return told_steps(columns, counter.ledger.acts, found)


def steps_of(relations: Relations, a: str, b: str) -> Packed:
    """The packed steps of a pair, none where it has none."""
    return _held(relations.steps(*sorted((a, b))))


def _held(steps: bytes | None) -> Packed:
    return np.frombuffer(steps, EMPTY.dtype) if steps else EMPTY


def counter(relations: Relations, *, packs: Packs) -> Counter:
    """A counter of all kept acts."""
    return Counter(Ledger([loaded(r) for r in relations.rows()]), packs)


def body(a: Act) -> str:
    """An act as text: its fields in their order."""
    return ENCODE(list(FIELDS(a)))


FIELDS = attrgetter(*(field.name for field in fields(Act)))
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@lru_cache(maxsize=READ)
def _read(document: str) -> tuple[Headline, Act]:
    """What a step tells of an incident. Who asks for pairs again and again meets the same ones."""
    told = json.loads(document)
    return Headline.of(told), outline(told)


def loaded(row: ActRow) -> Act:
    """The act of a kept row."""
    return _loaded(row.body)


@lru_cache(maxsize=ACTS)
def _loaded(body: str) -> Act:
    *plain, actors, recipients, tellings = json.loads(body)
    told = tuple((kind, status, tuple(by), tuple(on)) for kind, status, by, on in tellings)
    return Act(*[*plain, tuple(actors), tuple(recipients), told])


class _Region:
    """The days whose steps a change may alter, and those that must be known to count them."""

    def __init__(self, days: Sequence[int], *, undated: bool) -> None:
        r = rules()
        after, before = max(r.days, r.posture_after), r.posture_before
        low, high = (days[0] - before, days[-1] + after) if days else (1, 0)
        self.low, self.high, self.undated = low, high, undated
        self.needed = (low - after, high + before)

    def holds(self, steps: Packed) -> np.ndarray:
        """Which of the steps lie in it."""
        day = steps["day"]
        found: np.ndarray = ((day >= self.low) & (day <= self.high) & (day > 0)) | (self.undated & (day == 0))
        return found


def _spliced(
    relations: Relations, counter: Counter, pairs: Sequence[Pair], numbers: np.ndarray, region: _Region
) -> Iterator[tuple[str, str, bytes | None]]:
    """The steps of pairs with those of the region counted anew, where that alters them."""
    for pair, kept in relations.steps_of(pairs):
        old, new = _held(kept), packed(counter, counter.pair(*pair), numbers)
        made = in_order(np.concatenate([old[~region.holds(old)], new[region.holds(new)]]))
        if (told := made.tobytes() if len(made) else None) != kept:
            yield *pair, told


def _concerned(relations: Relations, standings: Standings, touched: Sequence[Act]) -> list[Pair]:
    """Pairs in which a touched act can be a step; what one side does alone may matter to all pairs that it has."""
    found = possible(standings, met(Ledger(touched)))
    alone = [a for a in touched if _bears_alone(a.kind)]
    ends = {end for a in alone for id in a.actors for end in standings.ends(id)}
    return sorted(found | set(relations.pairs_of(ends)))


def _row(a: Act, number: int) -> ActRow:
    return ActRow(number, a.id, ordinal(a.day), a.place, body(a), _parties(a), a.kind)


def _parties(a: Act) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*a.actors, *a.recipients)))


def basis_of(store: Store, packs: Packs) -> str:
    """What kept rows of this moment are derived from."""
    told = json.dumps(asdict(rules()), default=sorted, sort_keys=True)  # a set is told alike by every process
    counting = hashlib.sha256(told.encode()).hexdigest()[:12]
    return ":".join((SHAPE, counting, weights().version, packs.version, f"{store.head()}@{Relations(store).round()}"))
