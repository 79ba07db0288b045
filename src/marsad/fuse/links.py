"""Demands and what answers them: an ultimatum, its refusal and the withdrawal are one story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marsad.fuse.compare import km
from marsad.fuse.incident import Incident, Site
from marsad.fuse.kinship import NOBODY, Kinship
from marsad.fuse.tables import knowledge


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


def answering() -> Answering:
    """The packaged rules."""
    data = knowledge("fuse.yml")["answers"]
    kinds: Any = {name: frozenset(data[name]) for name in ("pressure", "hold", "words", "deeds", "frees")}
    reach: Any = {name: float(data[name]) for name in ("days", "km", "far")}
    asks: frozenset[str | None] = frozenset({*data["asks"], None})
    return Answering(asks=asks, **reach, **kinds)


def linked(incidents: Sequence[Incident], kinship: Kinship) -> list[Incident]:
    """The same incidents in the same order, with `answers` and `answered_by` filled."""
    rules = answering()
    demands = [i for i in incidents if _kinds(i) & (rules.pressure | rules.hold)]
    links = [(i, d) for i in incidents for d in _answered(i, demands, kinship, rules)]
    forth: dict[str, list[tuple[str, str]]] = {}
    back: dict[str, list[tuple[str, str]]] = {}
    for answer, demand in links:
        kind = answer.mode if answer.type == "RETREAT" and answer.mode else answer.type.lower()
        forth.setdefault(answer.id, []).append((demand.id, kind))
        back.setdefault(demand.id, []).append((answer.id, kind))
    return [
        replace(i, answers=tuple(sorted(forth.get(i.id, ()))), answered_by=tuple(sorted(back.get(i.id, ()))))
        if i.id in forth or i.id in back
        else i
        for i in incidents
    ]


def _answered(
    answer: Incident, incidents: Sequence[Incident], kinship: Kinship, rules: Answering
) -> Iterator[Incident]:
    """Of each type of pressure the latest that `answer` fits."""
    if answer.status == "denied" or not _kinds(answer) & (rules.words | rules.deeds | rules.frees):
        return
    fitting = [d for d in incidents if d.id != answer.id and _fits(answer, d, kinship, rules)]
    for type in sorted({d.type for d in fitting}):
        yield max((d for d in fitting if d.type == type), key=lambda d: _closeness(answer, d))


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
    return frozenset({incident.type, f"{incident.type}/{incident.mode}"})


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
