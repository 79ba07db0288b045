"""Rules that look at incidents: a deed, a first time, a broken quiet, an open demand, a record, a contradiction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from marsad.fuse import Incident
from marsad.fuse.compare import km
from marsad.fuse.kinship import Kinship
from marsad.fuse.titles import party
from marsad.relate.pair import Step, series
from marsad.relate.sides import Sides
from marsad.watch.alert import Alert, Scene, happened, make, named
from marsad.watch.rules import Rule

TOLLS = ("killed", "injured", "captured", "released", "personnel")


def matching(rule: Rule, scene: Scene) -> list[Incident]:
    """The dated incidents told as having happened that fit all conditions of the rule, oldest first."""
    pair = rule.options.get("pair")
    found = [s.incident for s in scene.steps(*pair)] if pair else scene.incidents
    kept = [i for i in found if i.start and happened(i) and fits(i, rule, scene)]
    return sorted(kept, key=lambda i: (i.start or "", i.id))


def fits(incident: Incident, rule: Rule, scene: Scene) -> bool:
    """Whether types, actors, places, voices and tolls are as the rule asks; the pair is not looked at."""
    want = rule.options
    if "types" in want and incident.type not in want["types"] and incident.kind not in want["types"]:
        return False
    if incident.voices < want.get("voices", 0) or not _at(incident, rule):
        return False
    if any(_toll(incident, slot) < want.get(slot, 0) for slot in TOLLS):
        return False
    return "actors" not in want or _among(incident, want["actors"], Kinship(scene.packs))


def _among(incident: Incident, wanted: list[str], kinship: Kinship) -> bool:
    return any(not kinship.side(p.id).isdisjoint(wanted) for p in (*incident.actor, *incident.recipient))


def _toll(incident: Incident, slot: str) -> int:
    """The number on which the voices agree, else the lowest stated: a rule is not raised by the boldest claim."""
    toll = getattr(incident, slot)
    return int((toll.best if toll.best is not None else toll.low) or 0) if toll else 0


def _at(incident: Incident, rule: Rule) -> bool:
    places, near, site = rule.options.get("places"), rule.options.get("near"), incident.place
    if not places and not near:
        return True
    if site is None:
        return False
    if places and any(site.id == p or (site.id or "").startswith(p + "/") for p in places):
        return True
    if not near or site.lat is None or site.lon is None:
        return False
    return km((site.lat, site.lon), (near[0], near[1])) <= float(near[2])


def deed(rule: Rule, scene: Scene) -> Iterator[Alert]:
    """Every incident that fits."""
    subject = tuple(rule.options.get("pair", ()))
    for i in matching(rule, scene):
        words = {"day": i.start, **{slot: _toll(i, slot) for slot in TOLLS}}
        yield make(rule, named(i), words, (i.start or "", i.start or ""), (i.id,), subject=subject)


def quiet(rule: Rule, scene: Scene) -> Iterator[Alert]:
    """The first incident that fits after so many days without one."""
    days = int(rule.options["days"])
    subject = tuple(rule.options.get("pair", ()))
    for before, after in pairwise(matching(rule, scene)):
        still = (date.fromisoformat(after.start or "") - date.fromisoformat(before.end or before.start or "")).days
        if still >= days:
            words = {"days": still, "since": before.end or before.start}
            yield make(rule, named(after), words, (before.start or "", after.start or ""), (after.id,), subject=subject)


def first(rule: Rule, scene: Scene) -> Iterator[Alert]:
    """The first conflict of such a type between two; without a pair but with places or actors, the first there."""
    given = rule.options.get("pair")
    if not given and {"places", "near", "actors"} & rule.options.keys():
        for i in matching(rule, scene)[:1]:
            yield make(rule, named(i), {"since": _since(scene)}, (_since(scene), i.start or ""), (i.id,))
        return
    for a, b in [given] if given else scene.pairs:
        yield from _first_between(rule, scene, a, b)


def _since(scene: Scene) -> str:
    return min((i.start for i in scene.incidents if i.start), default="")


def _first_between(rule: Rule, scene: Scene, a: str, b: str) -> Iterator[Alert]:
    made = scene.steps(a, b)
    seen: set[frozenset[str]] = set()
    for step in made:
        if step.side != "conflict" or not happened(step.incident) or not fits(step.incident, rule, scene):
            continue
        duos = _duos(step, a, b, scene)
        new = duos - seen
        seen |= duos
        if new:
            names = scene.names(*min(tuple(sorted(d)) for d in new))
            window = (made[0].date or "", step.date or "")
            yield make(rule, names, {"since": made[0].date}, window, (step.incident.id,), subject=(a, b))


def _duos(step: Step, a: str, b: str, scene: Scene) -> set[frozenset[str]]:
    sides = Sides(a, b, Kinship(scene.packs))
    ids = [p.id for p in (*step.incident.actor, *step.incident.recipient)]
    ours, theirs = ([id for id in ids if sides.of(id, step.date) == side] for side in ("a", "b"))
    return {frozenset((x, y)) for x in ours for y in theirs}


def unanswered(rule: Rule, scene: Scene) -> Iterator[Alert]:
    """A demand older than so many days that nothing has answered."""
    days = timedelta(days=int(rule.options["days"]))
    pair = rule.options.get("pair")
    asked = {s.incident.id for s in scene.steps(*pair)} if pair else None
    for demand in scene.incidents:
        if demand.kind not in rule.options["types"] or not demand.start or not (demand.actor and demand.recipient):
            continue
        due = date.fromisoformat(demand.start) + days
        if (asked is None or demand.id in asked) and not any(_answers(i, demand, due, rule) for i in scene.incidents):
            window = (demand.start, str(due))
            yield make(rule, named(demand), {"days": days.days}, window, (demand.id,), subject=tuple(pair or ()))


def _answers(incident: Incident, demand: Incident, due: date, rule: Rule) -> bool:
    kinds = rule.options["answers"]
    if not incident.start or not demand.start or not demand.start <= incident.start <= str(due):
        return False
    if incident.type not in kinds and incident.kind not in kinds:
        return False
    asked = {p.id for p in demand.recipient}
    if not asked & {p.id for p in (*incident.actor, *incident.recipient)}:
        return False
    return _near(incident, demand, float(rule.options.get("km", 10)))


def _near(one: Incident, two: Incident, limit: float) -> bool:
    """Also where one of the places is not known."""
    p, q = one.place, two.place
    if not p or not q or p.lat is None or p.lon is None or q.lat is None or q.lon is None:
        return True
    return km((p.lat, p.lon), (q.lat, q.lon)) <= limit


def record(rule: Rule, scene: Scene) -> Iterator[Alert]:
    """A month with more conflict than any before it."""
    for a, b in scene.pairs:
        made = series(scene.steps(a, b), a, b, by="month", packs=scene.packs)
        before: list[float] = []
        for month in made["periods"]:
            value, high = month["conflict"], max(before, default=0.0)
            if len(before) >= rule.options["history"] and value > high and value >= rule.options["least"]:
                told = [s for s in month["steps"] if s["side"] == "conflict"]
                words = {"period": month["period"], "value": f"{value:g}", "before": f"{high:g}"}
                window = (month["period"] + "-01", max(s["date"] for s in told))
                ids = tuple(s["incident"] for s in told)
                yield make(rule, scene.names(a, b), words, window, ids, subject=(a, b))
            before.append(value)


def contradiction(rule: Rule, scene: Scene) -> Iterator[Alert]:
    """An incident of which a slot is told in two ways."""
    for incident in scene.incidents:
        slots = [slot for slot in rule.options["slots"] if slot in incident.contradictions]
        day = incident.start or incident.first_published
        if not slots or not day or incident.type not in rule.options["types"]:
            continue
        ids = [list(c.value) for slot in slots for c in incident.claims.get(slot, ())]
        known = [[party(id, id, scene.packs) for id in claim] for claim in ids]
        commas = {"ar": "، ", "en": ", "}
        values = {g: " / ".join(c.join(getattr(p, g) for p in claim) for claim in known) for g, c in commas.items()}
        names = {g: {**words, "values": values[g]} for g, words in named(incident).items()}
        yield make(rule, names, {}, (day, day), (incident.id,))


KINDS: dict[str, Callable[[Rule, Scene], Iterator[Alert]]] = {
    "first": first, "deed": deed, "quiet": quiet, "unanswered": unanswered, "record": record,
    "contradiction": contradiction,
}  # fmt: skip
