"""Alerts from rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from marsad.fuse import Incident, incidents
from marsad.packs import Packs, load
from marsad.relate.pair import members
from marsad.store import Store
from marsad.watch import alarms, deeds
from marsad.watch.alert import Alert, Scene
from marsad.watch.panel import published
from marsad.watch.rules import STATISTICAL, Rule, Rules, packaged

KINDS: dict[str, Callable[[Rule, Scene], Iterator[Alert]]] = {
    **deeds.KINDS, **dict.fromkeys(sorted(STATISTICAL), alarms.statistical),
}  # fmt: skip


def alerts(
    store: Store, *, packs: Packs | None = None, today: date | None = None, rules: Rules | None = None
) -> list[Alert]:
    """All alerts of the store up to `today` (the last day of its reports where None), newest first."""
    packs = packs or load()
    found = incidents(store, packs=packs)
    days = published(store)
    today = today or max(days, default=None) or _last(found)
    return raised(found, packs=packs, today=today, rules=rules, reports=days, known=members(store.each_report()))


def last_day(store: Store, *, packs: Packs | None = None) -> date:
    """The day up to which a store knows: of its last report, else of its last incident."""
    days = [s.report.published for s in store.reports() if s.report.published]
    return max(days) if days else _last(incidents(store, packs=packs or load()))


def raised(
    found: Sequence[Incident], *, packs: Packs, today: date | None = None, rules: Rules | None = None,
    reports: Mapping[date, int] | None = None, known: Mapping[tuple[str, str], str] | None = None,
) -> list[Alert]:  # fmt: skip
    """Alerts that `rules` (the packaged ones where None) raise over `found`, newest first.

    `reports` counts reports a day, `known` are persons' organisations. What is dated after `today` is not looked at.
    """
    rules = rules or packaged()
    today = today or _last(found)
    told = [i for i in found if i.status != "denied" and (i.start or "") <= str(today)]
    scene = Scene(told, today, packs, rules.pairs, reports or {}, known or {})
    made = [alert for rule in rules.rules for alert in KINDS[rule.kind](rule, scene) if alert.date <= str(today)]
    return sorted(made, key=lambda a: (a.date, a.id), reverse=True)


def _last(found: Sequence[Incident]) -> date:
    return date.fromisoformat(max((i.end for i in found if i.end), default="1970-01-01"))
