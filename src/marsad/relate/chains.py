"""Chains: the steps of one quarrel of two actors at one site, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marsad.fuse import Incident, Site, incidents
from marsad.fuse.kinship import Kinship
from marsad.fuse.titles import party
from marsad.packs import Packs, load
from marsad.relate.counting import Counter
from marsad.relate.demands import Demand, beside, demands
from marsad.relate.kept import kept, kept_steps
from marsad.relate.ledger import Ledger, act
from marsad.relate.levels import node
from marsad.relate.naming import resolve
from marsad.relate.pair import Step, members, told_steps
from marsad.relate.rules import Phase, Rules, rules
from marsad.relate.sides import Sides, Standings
from marsad.store import Store
from marsad.store.relations import Relations

Json = dict[str, Any]
SOON = 3  # days within which a step without a place belongs to what happens at a site


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps of the pair `a`, `b` at `place`, oldest first; `demands` are those made at the place, with their state."""

    a: str
    b: str
    place: Site
    steps: tuple[Step, ...]
    demands: tuple[Demand, ...]

    @property
    def start(self) -> str:
        """ISO day of the first step."""
        return self.steps[0].date or ""

    @property
    def end(self) -> str:
        """ISO day of the last step."""
        return self.steps[-1].date or ""

    @property
    def phases(self) -> list[Phase]:
        """The phases in their order, a repeated one once."""
        found = [s.phase for s in self.steps]
        return [p for n, p in enumerate(found) if n == 0 or found[n - 1].id != p.id]

    def to_json(self, packs: Packs) -> Json:
        """{"a":{"id","ar","en"},"b","place","start","end","phases":[{"id","ar","en"}],"steps":[STEP],"demands":[...]}."""
        ends = {end: party(id, id, packs) for end, id in (("a", self.a), ("b", self.b))}
        out: Json = {end: {"id": p.id, "ar": p.ar, "en": p.en} for end, p in ends.items()}
        out["place"] = {k: getattr(self.place, k) for k in ("id", "ar", "en", "lat", "lon")}
        out |= {"start": self.start, "end": self.end}
        out["phases"] = [{"id": p.id, "ar": p.ar, "en": p.en} for p in self.phases]
        return out | {"steps": [s.to_json() for s in self.steps], "demands": [d.to_json() for d in self.demands]}


@dataclass(frozen=True, slots=True)
class Quarrels:
    """The steps of one pair, the demands among them and the chains that they make."""

    a: str
    b: str
    steps: tuple[Step, ...]
    demands: tuple[Demand, ...]
    chains: tuple[Chain, ...]


def quarrels(
    store: Store, a: str | None = None, b: str | None = None, *, as_of: date | None = None, packs: Packs | None = None
) -> list[Quarrels]:
    """The quarrels of `a` and `b`, or of all camps that meet; `as_of` (the last day of the store) dates the demands.

    Raises StoreError E310 for an unknown actor.
    """
    packs = packs or load()
    relations, standings = kept(store, packs=packs), Standings(Kinship(packs))
    named = [resolve(end, packs, met=relations.parties()) for end in (a, b) if end]
    today = as_of or _last_day(relations)
    if len(named) == 2 and (named[0] in standings.ends(named[1]) or named[1] in standings.ends(named[0])):
        found = incidents(store, packs=packs)  # pairs of which one is part of the other are not kept
        counter = Counter(Ledger([act(i, members(store.each_report())) for i in found]), packs)
        made = iter([between(counter, found, named[0], named[1], as_of=today)])
    else:
        ends = [(named[0], named[1])] if len(named) == 2 else camps(relations, standings.kinship, named)
        made = (laid(kept_steps(relations, *pair), *pair, standings, as_of=today) for pair in ends)
    return [q for q in made if q.steps]


def _last_day(relations: Relations) -> date:
    span, published = relations.span(), relations.published()
    return max([*published, *(date.fromordinal(day) for day in span or ())], default=date(1970, 1, 1))


def camps(relations: Relations, kinship: Kinship, named: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Pairs of camps (or of powers that have none) with steps; with `named` those of that one with any camp."""
    nodes = {node(party, "camp", kinship) for party in relations.parties()} - {"unknown"}
    if not named:
        return [(x, y) for x, y in relations.pairs_of(nodes) if x in nodes and y in nodes]
    own = node(named[0], "camp", kinship)
    ends = {end for duo in relations.pairs_of([named[0]]) for end in duo if end in nodes - {own, named[0]}}
    return sorted(_sorted(named[0], end) for end in ends)


def between(counter: Counter, found: Sequence[Incident], a: str, b: str, *, as_of: date) -> Quarrels:
    """The quarrels of one pair."""
    return laid(told_steps(counter.pair(a, b), counter.ledger.acts, found), a, b, counter.standings, as_of=as_of)


def laid(made: Sequence[Step], a: str, b: str, standings: Standings, *, as_of: date) -> Quarrels:
    """The quarrels that a pair's steps make."""
    sides = Sides.sharing(*_sorted(a, b), standings)
    asked = demands(made, sides, as_of=as_of)
    known = [s for s in made if s.date and s.date <= as_of.isoformat()]
    return Quarrels(a, b, tuple(made), tuple(asked), tuple(chains(known, asked, a, b)))


def _sorted(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


@dataclass(slots=True)
class _Open:
    place: Site
    steps: list[Step] = field(default_factory=list)

    def since(self, day: str) -> int:
        """Days since the last step; what is dated to a month may lie anywhere in it."""
        ends = [date.fromisoformat(s.incident.end or s.date or "") for s in self.steps]
        return max((date.fromisoformat(day) - max(ends)).days, 0)


def chains(steps: Sequence[Step], asked: Sequence[Demand], a: str, b: str) -> Iterator[Chain]:
    """The chains of a pair's dated steps (oldest first): at least two steps, one of them conflict."""
    counting, grown = rules(), list[_Open]()
    for step in steps:
        if step.weight:
            _file(step, grown, counting)
    for each in grown:
        if len(each.steps) > 1 and any(s.side == "conflict" for s in each.steps):
            here = {s.incident.id for s in each.steps}
            yield Chain(a, b, each.place, tuple(each.steps), tuple(d for d in asked if here & {*d.incidents}))


def _file(step: Step, grown: list[_Open], counting: Rules) -> None:
    place, day = step.incident.place, step.date or ""
    near = [c for c in grown if c.since(day) <= counting.chain_days and beside(place, c.place, counting.chain_km)]
    if not near and (place is None or place.lat is None):
        near = _told_with(step, grown)
    if near:
        near[-1].steps.append(step)
    elif place is not None and (place.id or place.lat is not None):
        grown.append(_Open(place, [step]))


def _told_with(step: Step, grown: Sequence[_Open]) -> list[_Open]:
    """A step without a place belongs where it answers, or to the one site where something happened just before."""
    if step.answers:
        return [c for c in grown if step.answers in {s.incident.id for s in c.steps}]
    active = [c for c in grown if c.since(step.date or "") <= SOON]
    return active if len(active) == 1 else []
