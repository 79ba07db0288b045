"""What people said of alerts: acknowledged, muted, followed; with who, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marsad.errors import InputError
from marsad.packs import Packs
from marsad.relate.naming import resolve
from marsad.store import Decision, Store
from marsad.watch.alert import Alert
from marsad.watch.rules import Rules, nearest

KINDS = ("acknowledged", "muted", "followed")
PREFIXES = ("alert:", "rule:", "pair:", "place:")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on `subject` ("alert:ID", "rule:ID", "pair:A,B", "place:ID"); `until` the last ISO day or None."""

    kind: str
    subject: str
    by: str
    at: str
    reason: str
    until: str | None = None

    def to_json(self) -> dict[str, Any]:
        """{"subject", "by", "at", "reason", "until"}."""
        known = {"subject": self.subject, "by": self.by, "at": self.at}
        return known | {"reason": self.reason, "until": self.until}


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that stand on a day, by kind and subject."""

    standing: dict[tuple[str, str], Mark] = field(default_factory=dict)

    def of(self, alert: Alert) -> dict[str, Mark]:
        """The marks of an alert, by kind: its own, its rule's, its pair's or place's."""
        found = [(kind, self.standing.get((kind, subject))) for subject in subjects(alert) for kind in KINDS]
        return {kind: mark for kind, mark in found if mark}

    def muted(self, alert: Alert) -> bool:
        """Whether it is neither listed nor sent."""
        return "muted" in self.of(alert)

    def followed(self, alert: Alert) -> bool:
        """Whether somebody follows it, its rule, its pair or its place."""
        return "followed" in self.of(alert)


def subjects(alert: Alert) -> list[str]:
    """All that a mark on this alert may stand on, widest first."""
    about = {1: "place:", 2: "pair:"}.get(len(alert.subject))
    ids = sorted(alert.subject)
    return [f"rule:{alert.rule}", *([about + ",".join(ids)] if about else []), f"alert:{alert.id}"]


def marks(store: Store, *, today: date) -> Marks:
    """The marks that stand on `today`; the newest word on a subject holds."""
    standing: dict[tuple[str, str], Mark] = {}
    for decision in store.decisions():
        if decision.field in KINDS and decision.subject.startswith(PREFIXES) and not decision.withdrawn:
            _lay(decision, standing, today)
    return Marks(standing)


def _lay(decision: Decision, standing: dict[tuple[str, str], Mark], today: date) -> None:
    key, until = (decision.field, decision.subject), decision.value.get("until")
    standing.pop(key, None)
    if decision.value.get("on") and (until is None or until >= str(today)):
        at = decision.at.isoformat()
        standing[key] = Mark(decision.field, decision.subject, decision.by, at, decision.reason, until)


def mark(
    store: Store, kind: str, subject: str, *, by: str, reason: str = "", until: date | None = None, on: bool = True
) -> Decision:
    """Keep a mark, or with `on=False` lift it. `subject` as `named` gives it."""
    value = {"on": on, "until": until.isoformat() if until else None}
    return store.decide(subject, kind, value, reason=reason, by=by)


def named(words: Sequence[str], *, found: Sequence[Alert], rules: Rules, packs: Packs) -> str:
    """The subject that a person names: an alert's id, a rule's id, two actors, or a place.

    Raises InputError E122, or StoreError E310 for an actor, with the nearest names where there is no such thing.
    """
    if len(words) > 2:
        raise InputError(
            "E122", f"{len(words)} words name nothing to mark", "name an alert, a rule, a place, two actors"
        )
    if len(words) == 2:
        met = {id for a in found for id in a.subject}
        return "pair:" + ",".join(sorted(resolve(word, packs, met=met) for word in words))
    word = words[0]
    ids = {"alert:": {a.id for a in found}, "rule:": {r.id for r in rules.rules}, "place:": set(packs.places)}
    for prefix, known in ids.items():
        if word.removeprefix(prefix) in known:
            return prefix + word.removeprefix(prefix)
    everything = ids["alert:"] | ids["rule:"] | ids["place:"]
    raise InputError("E122", f"no alert, rule or place {word!r} to mark", nearest(word, everything))
