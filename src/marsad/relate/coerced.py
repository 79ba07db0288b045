"""Retreats that answer the other side's pressure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from marsad.fuse import Incident
from marsad.fuse.compare import km
from marsad.relate.rules import Rules
from marsad.relate.sides import Sides


def answered(incident: Incident, earlier: Sequence[Incident], sides: Sides, rules: Rules) -> Incident | None:
    """The latest pressure by the other side that `incident` gives in to, None where there is none."""
    if not complies(incident, rules):
        return None
    side = next(iter(sides.among(incident.actor, incident.start)), None)
    found = [p for p in earlier if side and presses(p, side, sides, rules) and meets(incident, p, rules)]
    return max(found, key=lambda p: (p.start or "", p.id), default=None)


def complies(incident: Incident, rules: Rules) -> bool:
    """Whether it is a kind of retreat or concession, told as having happened or planned."""
    kind = f"{incident.type}/{incident.mode}" if incident.mode else incident.type
    return kind in rules.compliance and incident.status != "denied"


def presses(incident: Incident, on: str, sides: Sides, rules: Rules) -> bool:
    """Whether it is a demand, threat or coercion of the other side against side `on`."""
    kind = f"{incident.type}/{incident.mode}" if incident.mode else incident.type
    if incident.type not in rules.pressure or kind in rules.not_pressure or incident.status in ("denied", "possible"):
        return False
    day = incident.start
    return on in sides.among(incident.recipient, day) and bool(sides.among(incident.actor, day) - {on})


def meets(compliance: Incident, pressure: Incident, rules: Rules) -> bool:
    """Whether time and place fit."""
    if not compliance.start or not pressure.start:
        return False
    days = (date.fromisoformat(compliance.start) - date.fromisoformat(pressure.start)).days
    if not 0 <= days <= rules.days:
        return False
    return compliance.type == "CONCEDE" or same_site(compliance, pressure, rules)


def same_site(one: Incident, two: Incident, rules: Rules) -> bool:
    """Whether both have a place and it is the same."""
    p, q = one.place, two.place
    if not p or not q:
        return False
    if p.id and p.id == q.id:
        return True
    if p.lat is None or p.lon is None or q.lat is None or q.lon is None:
        return False
    return km((p.lat, p.lon), (q.lat, q.lon)) <= rules.km
