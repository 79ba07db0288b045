"""Demands and what answers them: an ultimatum, its refusal and the withdrawal are one story."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from marsad.fuse.compare import km
from marsad.fuse.incident import Incident, Party, Site
from marsad.fuse.kinship import NOBODY, Kinship
from marsad.packs import knowledge


@dataclass(frozen=True, slots=True)
class Answering:
    """What `answers` of fuse.yml says; see there."""

    days: float
    km: float
    far: float
    pressure: frozenset[str]
    hold: frozenset[str]
    words: frozenset[str]
    deeds: frozenset[str]
    frees: frozenset[str]
    asks: frozenset[str | None]
    story: float
    promise: float


@cache
def answering() -> Answering:
    """The packaged rules."""
    data = knowledge("fuse.yml")["answers"]
    kinds: Any = {name: frozenset(data[name]) for name in ("pressure", "hold", "words", "deeds", "frees")}
    reach: Any = {name: float(data[name]) for name in ("days", "km", "far", "story", "promise")}
    asks: frozenset[str | None] = frozenset({*data["asks"], None})
    return Answering(asks=asks, **reach, **kinds)


Find = Callable[[str, Iterable[str], int, int], Iterable[Incident]]
"""Incidents of a role (DEMAND or ANSWER) on one of the sides between two ordinal days, both inclusive."""
DEMAND, ANSWER = "d", "a"


def linked(incidents: Sequence[Incident], kinship: Kinship) -> list[Incident]:
    """The same incidents in the same order, with `answers` and `answered_by` filled."""
    rules, board = answering(), Board(incidents, kinship)
    forth: dict[str, list[tuple[str, str]]] = {}
    back: dict[str, list[tuple[str, str]]] = {}
    for answer in incidents:
        for demand, kind in answered(answer, board.find, kinship, rules):
            forth.setdefault(answer.id, []).append((demand.id, kind))
            back.setdefault(demand.id, []).append((answer.id, kind))
    return [
        replace(i, answers=tuple(sorted(forth.get(i.id, ()))), answered_by=tuple(sorted(back.get(i.id, ()))))
        if i.id in forth or i.id in back
        else i
        for i in incidents
    ]


class Board:
    """Demands and answers by side and day, so that nobody looks through all of them."""

    def __init__(self, incidents: Sequence[Incident], kinship: Kinship) -> None:
        self._known = incidents
        self._filed: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for n, incident in enumerate(incidents):
            for role, side, day in places(incident, kinship):
                self._filed.setdefault((role, side), []).append((day, n))
        for days in self._filed.values():
            days.sort()

    def find(self, role: str, sides: Iterable[str], first: int, last: int) -> list[Incident]:
        """See `Find`; in the order of the incidents."""
        found: set[int] = set()
        for side in sides:
            days = self._filed.get((role, side), [])
            found.update(n for _, n in days[bisect_left(days, (first, -1)) : bisect_left(days, (last + 1, -1))])
        return [self._known[n] for n in sorted(found)]


def places(incident: Incident, kinship: Kinship) -> list[tuple[str, str, int]]:
    """Where an incident is filed: (role, side, ordinal day) for every side that it counts to."""
    rules, kinds, day = answering(), _kinds(incident), _day(incident)
    if not day or incident.status == "denied":
        return []
    sides: dict[str, list[Party]] = {DEMAND: [], ANSWER: []}
    if incident.status != "possible":
        sides[DEMAND] += incident.recipient if kinds & rules.pressure else ()
        sides[DEMAND] += incident.actor if kinds & rules.hold else ()
    sides[ANSWER] += incident.actor if kinds & (rules.words | rules.deeds | rules.frees) else ()
    when = date.fromisoformat(day).toordinal()
    return [(role, side, when) for role, parties in sides.items() for side in sides_of(parties, kinship)]


def sides_of(parties: Iterable[Party], kinship: Kinship) -> list[str]:
    """All that the parties count to."""
    found = {side for p in parties if p.id not in NOBODY for side in kinship.side(p.id)}
    return sorted(found - NOBODY)


def answered(answer: Incident, find: Find, kinship: Kinship, rules: Answering) -> list[tuple[Incident, str]]:
    """The demands that `answer` answers, each with the kind of answer."""
    day = _day(answer)
    if not day or answer.status == "denied" or not _kinds(answer) & (rules.words | rules.deeds | rules.frees):
        return []
    when, sides = date.fromisoformat(day).toordinal(), sides_of(answer.actor, kinship)
    demands = find(DEMAND, sides, when - int(rules.days), when)
    fitting = [d for d in demands if d.id != answer.id and _fits(answer, d, kinship, rules)]
    if "CONCEDE" in _kinds(answer) and len(fitting) > 1:
        deeds = list(find(ANSWER, sides, when, when + int(rules.promise)))
        fitting = [d for d in fitting if _kept(answer, d, deeds, kinship, rules)] or fitting
    kind = answer.mode if answer.type == "RETREAT" and answer.mode else answer.type.lower()
    return [(demand, kind) for demand in _latest(answer, fitting, rules)]


def _latest(answer: Incident, fitting: Sequence[Incident], rules: Answering) -> Iterator[Incident]:
    """The latest of each type of pressure; another type only where it belongs to the same story."""
    latest = {
        type: max((d for d in fitting if d.type == type), key=lambda d: _closeness(answer, d))
        for type in sorted({d.type for d in fitting})
    }
    pressing = [d for d in latest.values() if _kinds(d) & rules.pressure]
    first = max(pressing, key=lambda d: _closeness(answer, d), default=None)
    yield from (d for d in latest.values() if d not in pressing or first is None or _one_story(d, first, rules))


def _one_story(one: Incident, two: Incident, rules: Answering) -> bool:
    """Whether two pressures belong together: near in time, and not told of two places."""
    days = abs((date.fromisoformat(_day(one) or "") - date.fromisoformat(_day(two) or "")).days)
    apart = _apart(one.place, two.place)
    return days <= rules.story and (apart is None or apart <= rules.km)


def _kept(promise: Incident, demand: Incident, deeds: Sequence[Incident], kinship: Kinship, rules: Answering) -> bool:
    """Whether who promised left the place of the demand soon after: a promise is told where the two met, not there."""
    done = (d for d in deeds if d.id != promise.id and _kinds(d) & rules.deeds)
    return any(_near(d.place, demand.place, rules) and _sided(d.actor, promise.actor, kinship) for d in done)


def _closeness(answer: Incident, demand: Incident) -> tuple[str, float, int, str]:
    """Later demands first; of one day the one nearer by, then the one that more reports tell with the answer."""
    apart = _apart(answer.place, demand.place)
    together = {key[0] for key in answer.events} & {key[0] for key in demand.events}
    return _day(demand) or "", -(1000.0 if apart is None else apart), len(together), demand.id


def _fits(answer: Incident, demand: Incident, kinship: Kinship, rules: Answering) -> bool:
    if demand.status in ("denied", "possible") or not _in_time(answer, demand, rules):
        return False
    if _kinds(demand) & rules.hold and _kinds(answer) & rules.frees:
        held = not answer.recipient or _sided(answer.recipient, demand.recipient, kinship)
        return held and _sided(answer.actor, demand.actor, kinship) and not _far(answer.place, demand.place, rules)
    if not _kinds(demand) & rules.pressure:
        return False
    obeys = _sided(answer.actor, demand.recipient, kinship)
    if _kinds(answer) & rules.frees:
        return demand.mode in rules.asks and obeys and not _far(answer.place, demand.place, rules)
    if _kinds(answer) & rules.words:
        told_to = not answer.recipient or _sided(answer.recipient, demand.actor, kinship)
        return obeys and told_to and not _far(answer.place, demand.place, rules)
    return obeys and demand.mode not in rules.asks - {None} and _near(answer.place, demand.place, rules)


def _kinds(incident: Incident) -> frozenset[str]:
    return frozenset({incident.type, incident.kind})


def _in_time(answer: Incident, demand: Incident, rules: Answering) -> bool:
    one, two = _day(demand), _day(answer)
    if not one or not two:
        return False
    return 0 <= (date.fromisoformat(two) - date.fromisoformat(one)).days <= rules.days


def _day(incident: Incident) -> str | None:
    return incident.start or incident.first_published


def _sided(one: Sequence[object], two: Sequence[object], kinship: Kinship) -> bool:
    ids = [[str(getattr(p, "id", "")) for p in side if getattr(p, "id", "") not in NOBODY] for side in (one, two)]
    return any(kinship.kin(a, b) for a in ids[0] for b in ids[1])


def _near(one: Site | None, two: Site | None, rules: Answering) -> bool:
    apart = _apart(one, two)
    return apart is not None and apart <= rules.km


def _far(one: Site | None, two: Site | None, rules: Answering) -> bool:
    apart = _apart(one, two)
    return apart is not None and apart > rules.far


def _apart(one: Site | None, two: Site | None) -> float | None:
    """Kilometres, None where they are not known."""
    if not one or not two:
        return None
    if one.id and one.id == two.id:
        return 0.0
    if one.lat is None or one.lon is None or two.lat is None or two.lon is None:
        return None
    return km((one.lat, one.lon), (two.lat, two.lon))
