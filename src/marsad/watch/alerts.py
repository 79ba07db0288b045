"""Alerts from rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from marsad.fuse import Incident, incidents
from marsad.fuse.compare import km
from marsad.fuse.kinship import Kinship
from marsad.fuse.titles import party
from marsad.packs import Packs, load
from marsad.relate.pair import Step, series, steps
from marsad.store import Store
from marsad.watch.rules import Rule, Rules, packaged


@dataclass(frozen=True, slots=True)
class Alert:
    """What a rule noticed. `id` is stable; `date` ISO day on which it arose; `window` [start, end] ISO days.

    `reasons` are {"ar", "en"}; `level` is notice, warning or alarm.
    """

    id: str
    rule: str
    level: str
    date: str
    window: tuple[str, str]
    title_ar: str
    title_en: str
    reasons: tuple[dict[str, str], ...]
    incidents: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """{"alert","rule","level","date","window":[..],"title":{"ar","en"},"reasons":[{"ar","en"}],"incidents":[ids]}."""
        out: dict[str, Any] = {"alert": self.id, "rule": self.rule, "level": self.level, "date": self.date}
        out |= {"window": list(self.window), "title": {"ar": self.title_ar, "en": self.title_en}}
        return out | {"reasons": list(self.reasons), "incidents": list(self.incidents)}


@dataclass(frozen=True, slots=True)
class Scene:
    """What the rules look at: incidents (oldest first), the day up to which is known, packs, pairs."""

    incidents: Sequence[Incident]
    today: date
    packs: Packs
    pairs: Sequence[tuple[str, str]]

    def names(self, a: str, b: str) -> dict[str, dict[str, str]]:
        """Names of two actors by language, for templates."""
        one, two = party(a, a, self.packs), party(b, b, self.packs)
        return {"ar": {"a": one.ar, "b": two.ar}, "en": {"a": one.en, "b": two.en}}


def alerts(store: Store, *, packs: Packs | None = None, today: date | None = None) -> list[Alert]:
    """All alerts of the store up to `today` (the last day of its reports where None), newest first."""
    packs = packs or load()
    found = incidents(store, packs=packs)
    days = [s.report.published for s in store.reports() if s.report.published]
    return raised(found, packs=packs, today=today or max(days, default=None) or _last(found))


def raised(
    found: Sequence[Incident], *, packs: Packs, today: date | None = None, rules: Rules | None = None
) -> list[Alert]:
    """Alerts that `rules` (the packaged ones where None) raise over `found`, newest first."""
    rules = rules or packaged()
    scene = Scene([i for i in found if i.status != "denied"], today or _last(found), packs, rules.pairs)
    made = [alert for rule in rules.rules for alert in KINDS[rule.kind](rule, scene) if alert.date <= str(scene.today)]
    return sorted(made, key=lambda a: (a.date, a.id), reverse=True)


def _last(found: Sequence[Incident]) -> date:
    return date.fromisoformat(max((i.end for i in found if i.end), default="1970-01-01"))


def _first(rule: Rule, scene: Scene) -> Iterator[Alert]:
    for a, b in scene.pairs:
        made = [s for s in steps(scene.incidents, a, b, packs=scene.packs) if s.date]
        fights = [s for s in made if s.incident.type in rule.options["types"] and s.side == "conflict"]
        seen: set[frozenset[str]] = set()
        for step in fights:
            if not _happened(step.incident):
                continue
            duos = _duos(step, a, b, scene)
            new = duos - seen
            seen |= duos
            if new:
                one, two = min(tuple(sorted(d)) for d in new)
                words = {"since": made[0].date}
                yield _alert(
                    rule, scene.names(one, two), words, (made[0].date or "", step.date or ""), (step.incident.id,)
                )


def _duos(step: Step, a: str, b: str, scene: Scene) -> set[frozenset[str]]:
    from marsad.relate.sides import Sides

    sides = Sides(a, b, Kinship(scene.packs))
    ids = [p.id for p in (*step.incident.actor, *step.incident.recipient)]
    ours, theirs = ([id for id in ids if sides.of(id, step.date) == side] for side in ("a", "b"))
    return {frozenset((x, y)) for x in ours for y in theirs}


def _happened(incident: Incident) -> bool:
    return incident.status in ("actual", "historical")


def _unanswered(rule: Rule, scene: Scene) -> Iterator[Alert]:
    days = timedelta(days=int(rule.options["days"]))
    for demand in scene.incidents:
        if _kind(demand) not in rule.options["types"] or not demand.start or not (demand.actor and demand.recipient):
            continue
        due = date.fromisoformat(demand.start) + days
        if not any(_answers(i, demand, due, rule) for i in scene.incidents):
            names = {"ar": {"title": demand.title_ar}, "en": {"title": demand.title_en}}
            yield _alert(rule, names, {"days": days.days}, (demand.start, str(due)), (demand.id,))


def _answers(incident: Incident, demand: Incident, due: date, rule: Rule) -> bool:
    kinds = rule.options["answers"]
    if not incident.start or not demand.start or not demand.start <= incident.start <= str(due):
        return False
    if incident.type not in kinds and _kind(incident) not in kinds:
        return False
    asked = {p.id for p in demand.recipient}
    if not asked & {p.id for p in (*incident.actor, *incident.recipient)}:
        return False
    return _near(incident, demand, float(rule.options["km"]))


def _near(one: Incident, two: Incident, limit: float) -> bool:
    """Also where one of the places is not known."""
    p, q = one.place, two.place
    if not p or not q or p.lat is None or p.lon is None or q.lat is None or q.lon is None:
        return True
    return km((p.lat, p.lon), (q.lat, q.lon)) <= limit


def _record(rule: Rule, scene: Scene) -> Iterator[Alert]:
    for a, b in scene.pairs:
        made = series(steps(scene.incidents, a, b, packs=scene.packs), a, b, by="month", packs=scene.packs)
        before: list[float] = []
        for month in made["periods"]:
            value, high = month["conflict"], max(before, default=0.0)
            if len(before) >= rule.options["history"] and value > high and value >= rule.options["least"]:
                told = [s for s in month["steps"] if s["side"] == "conflict"]
                words = {"period": month["period"], "value": f"{value:g}", "before": f"{high:g}"}
                day = max(s["date"] for s in told)
                window = (month["period"] + "-01", day)
                yield _alert(rule, scene.names(a, b), words, window, tuple(s["incident"] for s in told))
            before.append(value)


def _contradiction(rule: Rule, scene: Scene) -> Iterator[Alert]:
    for incident in scene.incidents:
        slots = [slot for slot in rule.options["slots"] if slot in incident.contradictions]
        day = incident.start or incident.first_published
        if not slots or not day or incident.type not in rule.options["types"]:
            continue
        ids = [list(c.value) for slot in slots for c in incident.claims.get(slot, ())]
        named = [[party(id, id, scene.packs) for id in claim] for claim in ids]
        commas = {"ar": "، ", "en": ", "}
        values = {g: " / ".join(c.join(getattr(p, g) for p in claim) for claim in named) for g, c in commas.items()}
        names = {
            "ar": {"title": incident.title_ar, "values": values["ar"]},
            "en": {"title": incident.title_en, "values": values["en"]},
        }
        yield _alert(rule, names, {}, (day, day), (incident.id,))


def _kind(incident: Incident) -> str:
    return f"{incident.type}/{incident.mode}" if incident.mode else incident.type


def _alert(
    rule: Rule, names: dict[str, dict[str, str]], words: dict[str, Any], window: tuple[str, str], ids: tuple[str, ...]
) -> Alert:
    filled = {
        lang: (rule.title[lang].format(**names[lang], **words), rule.reason[lang].format(**names[lang], **words))
        for lang in ("ar", "en")
    }
    key = hashlib.sha256("\0".join((rule.id, window[1][:7], *ids[:1])).encode()).hexdigest()[:12]
    reason = {lang: filled[lang][1] for lang in ("ar", "en")}
    return Alert(f"a-{key}", rule.id, rule.level, window[1], window, filled["ar"][0], filled["en"][0], (reason,), ids)


KINDS: dict[str, Callable[[Rule, Scene], Iterator[Alert]]] = {
    "first": _first, "unanswered": _unanswered, "record": _record, "contradiction": _contradiction,
}  # fmt: skip
