"""Demands between two actors: what was asked, where, for how long, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marsad.fuse import Incident, Party, Site
from marsad.fuse.compare import km
from marsad.relate.pair import Step
from marsad.relate.rules import Rules, rules
from marsad.relate.sides import Sides

Json = dict[str, Any]
AFTERWARDS = 14  # days


@dataclass(frozen=True, slots=True)
class Answer:
    """What answered a demand: `state` is refused, promised, met or forced."""

    incident: str
    date: str
    state: str


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand; telling it again before any answer makes it no other.

    `state` is open, refused, promised, met, forced (the asker took it), or lapsed (open for more than a year). `age`
    counts whole days from `since` to the day asked for.
    """

    incidents: tuple[str, ...]
    kind: str
    asked_by: tuple[Party, ...]
    asked_of: tuple[Party, ...]
    place: Site | None
    since: str
    as_of: str
    state: str
    age: int
    answers: tuple[Answer, ...]

    def to_json(self) -> Json:
        """{"incidents","kind","asked_by":[{"id","ar","en"}],"asked_of","place","since","as_of","state","age","answers"}."""
        place = self.place
        site = {"id": place.id, "ar": place.ar, "en": place.en, "lat": place.lat, "lon": place.lon} if place else None
        out: Json = {"incidents": list(self.incidents), "kind": self.kind, "place": site, "since": self.since}
        out |= {"asked_by": _names(self.asked_by), "asked_of": _names(self.asked_of), "as_of": self.as_of}
        answers = [{"incident": a.incident, "date": a.date, "state": a.state} for a in self.answers]
        return out | {"state": self.state, "age": self.age, "answers": answers}


@dataclass(slots=True)
class _Pending:
    """A demand while its answers are looked for."""

    first: Step
    by: str
    of: str
    told: list[str]
    answers: list[Answer] = field(default_factory=list)

    def settled(self, day: str) -> bool:
        """Whether it was met well before `day`; a hand-over may still follow a withdrawal."""
        done = [a.date for a in self.answers if a.state in ("met", "forced")]
        return bool(done) and (date.fromisoformat(day) - date.fromisoformat(done[0])).days > AFTERWARDS


def demands(steps: Sequence[Step], sides: Sides, *, as_of: date) -> list[Demand]:
    """The demands among the steps of the pair of `sides` up to `as_of`, oldest first."""
    counting, pending = rules(), list[_Pending]()
    known = [s for s in steps if s.date and s.date <= as_of.isoformat() and s.weight and not _expected(s.incident)]
    for step in known:
        if step.incident.kind in counting.demands and (ends := _ends(step, sides)):
            _ask(step, ends, pending, counting)
        elif step.incident.kind in counting.answers:
            _answer(step, known, pending, sides, counting)
    return [_demand(p, as_of, counting) for p in pending]


def beside(one: Site | None, two: Site | None, limit: float) -> bool:
    """Whether both are known and one place, or at most `limit` kilometres apart."""
    if not one or not two:
        return False
    if one.id and one.id == two.id:
        return True
    if one.lat is None or one.lon is None or two.lat is None or two.lon is None:
        return False
    return km((one.lat, one.lon), (two.lat, two.lon)) <= limit


def _expected(incident: Incident) -> bool:
    return incident.status in ("planned", "possible", "denied")


def _ends(step: Step, sides: Sides) -> tuple[str, str] | None:
    """The sides of who asks and of who is asked."""
    by, of = (sides.among(p, step.date) for p in (step.incident.actor, step.incident.recipient))
    asked = of - by
    return (next(iter(by)), next(iter(asked))) if len(by) == 1 and asked else None


def _ask(step: Step, ends: tuple[str, str], pending: list[_Pending], counting: Rules) -> None:
    place = step.incident.place
    for earlier in pending:
        if earlier.answers or (earlier.by, earlier.of) != ends or _late(step, earlier, counting):
            continue
        if beside(place, earlier.first.incident.place, counting.demand_km):
            earlier.told.append(step.incident.id)
            return
    pending.append(_Pending(step, *ends, [step.incident.id]))


def _late(step: Step, demand: _Pending, counting: Rules) -> bool:
    asked, now = (date.fromisoformat(s.date or "") for s in (demand.first, step))
    return (now - asked).days > counting.demand_days


def _answer(step: Step, known: Sequence[Step], pending: list[_Pending], sides: Sides, counting: Rules) -> None:
    kind, actors = step.incident.kind, sides.among(step.incident.actor, step.date)
    waiting = [
        p for p in pending if _waits(p, step, counting) and (p.by if kind in counting.forced else p.of) in actors
    ]
    place = _promised(step, known, counting) if kind == "CONCEDE" else step.incident.place
    met = [p for p in waiting if beside(place, p.first.incident.place, counting.demand_km)]
    if not met and place is None and waiting:
        latest = [p for p in waiting if p.first.date == waiting[-1].first.date]
        met = latest if len(latest) == 1 and (kind.startswith("REJECT") or len(waiting) == 1) else []
    for demand in met:
        demand.answers.append(Answer(step.incident.id, step.date or "", counting.answers[kind]))


def _waits(demand: _Pending, step: Step, counting: Rules) -> bool:
    """Whether `step` may still answer: in time, and of a kind; who frees prisoners has not left a post."""
    freed = step.incident.kind == "RETREAT/release" and demand.first.incident.kind == "REQUEST/withdraw"
    return not freed and not demand.settled(step.date or "") and not _late(step, demand, counting)


def _promised(step: Step, known: Sequence[Step], counting: Rules) -> Site | None:
    """The site that a promise is about: what is left soon after; else its own place, unless they met there."""
    day, who = date.fromisoformat(step.date or ""), {p.id for p in step.incident.actor}
    for later in known:
        gone = counting.phase(later.incident.kind).id in ("withdrawal", "hand-over")
        within = 0 <= (date.fromisoformat(later.date or "") - day).days <= counting.promise
        if gone and within and who & {p.id for p in later.incident.actor}:
            return later.incident.place
    meetings = [s.incident.place for s in known if s.date == step.date and s.phase.id == "talks"]
    own = step.incident.place
    return None if any(beside(own, m, counting.demand_km) for m in meetings) else own


def _demand(p: _Pending, as_of: date, counting: Rules) -> Demand:
    incident, since = p.first.incident, p.first.date or ""
    age = (as_of - date.fromisoformat(since)).days
    state = p.answers[-1].state if p.answers else "lapsed" if age > counting.demand_days else "open"
    return Demand(
        incidents=tuple(p.told), kind=incident.kind, asked_by=incident.actor, asked_of=incident.recipient,
        place=incident.place, since=since, as_of=as_of.isoformat(), state=state, age=age, answers=tuple(p.answers),
    )  # fmt: skip


def _names(parties: Sequence[Party]) -> list[Json]:
    return [{"id": p.id, "ar": p.ar, "en": p.en} for p in parties]
