"""Statistical rules: a surprise, a change of level, a new high in the series of a pair or a governorate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from marsad.watch.alert import Alert, Scene, make
from marsad.watch.baseline import interval
from marsad.watch.panel import Panel, Subject, governorate, pairs, places
from marsad.watch.rules import Rule
from marsad.watch.signs import HISTORY, QUIET, Sign, alarms, changed

LEAST = 8  # incidents that a series must have to be watched
FEWER = {
    "ar": "سُجِّل {counted} فقط في {span} حتى {end}، والمتوقع من ماضي السلسلة نفسها {expected} "
    "(بين {low} و{high} باحتمال 80%) بعد احتساب حجم النشر؛ بدأ التغيّر نحو {since}. "
    "ضُبط على {rate} إنذار كاذب في السنة لكل سلسلة",
    "en": "only {counted} in the {days} days to {end}; the series' own past made {expected} expected "
    "(80 % between {low} and {high}) at this volume of publication; the change began about {since}. "
    "Set at {rate} false alarms a series and year",
}  # fmt: skip


def statistical(rule: Rule, scene: Scene) -> Iterator[Alert]:
    """The alarms of one rule over all its series that have past enough.

    What the same incidents raise at several levels (units, organisations, camps) is one alarm, at the highest level.
    """
    panel = _panel(rule, scene)
    if not len(panel.subjects):
        return
    rate, history = rule.options.get("false_alarms", 0.1), rule.options.get("history", HISTORY)
    signs = alarms(panel.counts, panel.exposure, rates={rule.kind: rate}, history=history)
    made = [_alert(rule, scene, panel, sign, rate) for sign in signs]
    yield from _widest(made)


def _widest(made: Sequence[Alert]) -> Iterator[Alert]:
    """Alarms without those whose incidents stand in another of about the same time, and one of each id."""
    kept: list[Alert] = []
    for alert in sorted(made, key=lambda a: (-len(a.incidents), sum(map(len, a.subject)), a.date)):
        same = (k for k in kept if set(alert.incidents) <= set(k.incidents) and _days(alert, k) <= QUIET)
        if alert.id not in {k.id for k in kept} and not (alert.incidents and any(same)):
            kept.append(alert)
    yield from kept


def _days(one: Alert, two: Alert) -> int:
    return abs((date.fromisoformat(one.date) - date.fromisoformat(two.date)).days)


def _panel(rule: Rule, scene: Scene) -> Panel:
    least = rule.options.get("least", LEAST)
    if rule.options.get("of", "pairs") == "places":
        return places(scene.incidents, published=scene.published, until=scene.today).kept(least)
    count = rule.options.get("count", "conflicts")
    if (count, least) not in scene.panels:
        found = pairs(scene.counter, published=scene.published, until=scene.today, count=count, least=least)
        scene.panels[count, least] = found.kept(least)
    return scene.panels[count, least]


def _alert(rule: Rule, scene: Scene, panel: Panel, sign: Sign, rate: float) -> Alert:
    subject, end = panel.subjects[sign.series], panel.day(sign.day)
    begin = end - timedelta(days=sign.window - 1)
    low, high = interval(sign.mean, sign.variance)
    figure = {
        "counted": sign.counted, "expected": round(sign.mean, 2), "low": low, "high": high, "days": sign.window,
        "false_alarms": rate, "odds": round(10**min(sign.rarity, 12)),
    }  # fmt: skip
    since = panel.day(changed(panel.counts[sign.series], panel.exposure, sign.day))
    words: dict[str, Any] = {**figure, "rate": f"{rate:g}", "end": end, "since": since, "expected": f"{sign.mean:.1f}"}
    ids = _incidents(subject, begin.isoformat(), end.isoformat(), rule, scene)
    return make(
        rule, scene.names(*subject), words, (begin.isoformat(), end.isoformat()), ids, subject=subject, figure=figure,
        reason=FEWER if sign.below else None,
    )  # fmt: skip


def _incidents(subject: Subject, begin: str, end: str, rule: Rule, scene: Scene) -> tuple[str, ...]:
    """The incidents of the window that count."""
    if len(subject) == 1:
        there = [i for i in scene.incidents if governorate(i) == subject[0] and i.quad == 4]
        return tuple(i.id for i in there if begin <= (i.start or "") <= end)
    made = scene.steps(subject[0], subject[1])
    return tuple(s.incident.id for s in made if s.side == "conflict" and begin <= (s.date or "") <= end)


def proven(rule: Rule, runs: Sequence[Any]) -> bool:
    """Whether counts in runs ([[times, [count, ...]], ...], usual volume every day) raise the rule."""
    import numpy as np

    days = np.concatenate([np.tile(np.asarray(part, float), times) for times, part in runs])[None]
    rates = {rule.kind: rule.options.get("false_alarms", 0.1)}
    history = rule.options.get("history", HISTORY)
    return any(True for _ in alarms(days, np.ones(days.shape[1]), rates=rates, history=history))
