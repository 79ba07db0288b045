"""Alerts from rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from marsad.fuse import Incident, from_json, refresh
from marsad.packs import Packs, load
from marsad.relate.pair import members
from marsad.store import Store
from marsad.store.relations import Relations
from marsad.watch import alarms, deeds
from marsad.watch.alert import Alert, Scene, scene_of
from marsad.watch.rules import STATISTICAL, Rule, Rules, packaged

KINDS: dict[str, Callable[[Rule, Scene], Iterator[Alert]]] = {
    **deeds.KINDS, **dict.fromkeys(sorted(STATISTICAL), alarms.statistical),
}  # fmt: skip


def alerts(
    store: Store, *, packs: Packs | None = None, today: date | None = None, rules: Rules | None = None
) -> list[Alert]:
    """All alerts of the store up to `today` (the last day of its reports where None), newest first."""
    packs, rules = packs or load(), rules or packaged()
    return _raised(seen(store, packs=packs, today=today, pairs=rules.pairs), rules)


def seen(
    store: Store, *, packs: Packs, today: date | None = None, pairs: Sequence[tuple[str, str]] = ()
) -> Scene:  # fmt: skip
    """What a store tells up to `today` (the last day of its reports where None), for rules that watch `pairs`."""
    today = today or last_day(store, packs=packs)
    refresh(store, packs=packs)
    return scene_of(
        map(from_json, store.each_incident()), packs=packs, today=today, pairs=pairs,
        published=Relations(store).published(), members=members(store.each_report()),
    )  # fmt: skip


def last_day(store: Store, *, packs: Packs | None = None) -> date:
    """The day up to which a store knows: of its last report, else of its last incident."""
    if published := store.last_published():
        return published
    refresh(store, packs=packs)
    return _last(document["end"] for document in store.each_incident())


def raised(
    found: Sequence[Incident], *, packs: Packs, today: date | None = None, rules: Rules | None = None
) -> list[Alert]:
    """Alerts that `rules` (the packaged ones where None) raise over `found`, newest first.

    What is dated after `today` (the last day of `found` where None) is not looked at.
    """
    rules, today = rules or packaged(), today or _last(i.end for i in found)
    return _raised(scene_of(found, packs=packs, today=today, pairs=rules.pairs), rules)


def _raised(scene: Scene, rules: Rules) -> list[Alert]:
    made = [alert for rule in rules.rules for alert in KINDS[rule.kind](rule, scene) if alert.date <= str(scene.today)]
    return sorted(made, key=lambda a: (a.date, a.id), reverse=True)


def _last(days: Iterable[str | None]) -> date:
    return date.fromisoformat(max(filter(None, days), default="1970-01-01"))
