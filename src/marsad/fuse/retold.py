"""Within one report: what is told and denied is one happening; all else of one report stays apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from marsad.fuse.compare import Comparer
from marsad.fuse.tables import Level
from marsad.fuse.told import Told

FIT = 3.0  # a denial rarely repeats date and place, so less is asked than between reports


def retold(events: Sequence[Told], comparer: Comparer) -> Iterator[tuple[Told, Told, tuple[Level, ...]]]:
    """Pairs (told, denied) of one report that are one happening, with the levels that say so."""
    by_report: dict[str, list[Told]] = defaultdict(list)
    for event in events:
        by_report[event.key[0]].append(event)
    for members in by_report.values():
        for denial in (m for m in members if m.denied):
            yield from _tellings(denial, members, comparer)


def _tellings(
    denial: Told, members: Sequence[Told], comparer: Comparer
) -> Iterator[tuple[Told, Told, tuple[Level, ...]]]:
    told = [m for m in members if not m.denied and m.type == denial.type]
    compared = [(m, comparer.compare(m, denial)) for m in told]
    fitting = [(m, c) for m, c in compared if c.score >= FIT - _closeness(m, denial) and _no_conflict(c.levels)]
    taken = {denial.key}
    if fitting:
        best, _ = max(fitting, key=lambda f: (f[1].score + _closeness(f[0], denial), -_gap(f[0], denial), f[0].key))
        for member, compared_ in fitting:
            if member is best or _same_act(best, member, comparer):
                taken.add(member.key)
                yield member, denial, compared_.levels
    for member in members:
        if member.key not in taken and _counter(denial, member, comparer):
            yield member, denial, ()


def _no_conflict(levels: Sequence[Level]) -> bool:
    """Who denies having taken an officer does not deny that villagers were taken."""
    told = {level.feature: level.name for level in levels}
    return told["recipient"] != "victims" and "other" not in (told["kind"], told["time"], told["place"])


def _same_act(one: Told, two: Told, comparer: Comparer) -> bool:
    """Two tellings of one act that differ in its author only."""
    levels = {level.feature: level.name for level in comparer.compare(one, two).levels}
    if (levels["kind"], levels["place"], levels["status"]) != ("same", "same", "same") or levels["time"] == "other":
        return False
    return not (one.dated and two.dated) or levels["time"] == "same-day"


def _counter(denial: Told, member: Told, comparer: Comparer) -> bool:
    """A version told against the denied one: near in the text, undated or of the same days, of a kind that counters."""
    if member.denied or member.key == denial.key or _gap(member, denial) > comparer.weights.counter_reach:
        return False
    kinds = [(denial.kind, member.kind), (denial.type, member.type)]
    if not any(kind in comparer.weights.counters for kind in kinds):
        return False
    levels = {level.feature: level.name for level in comparer.compare(denial, member).levels}
    if denial.type == member.type and (levels["place"] != "same" or member.dated):
        return False
    if member.status in ("planned", "possible"):
        return False
    return levels["actor"] in ("same", "part", "unknown") or denial.type == member.type


def _gap(a: Told, b: Told) -> int:
    """Code points between the nearest pieces of evidence of the two."""
    gaps = (max(0, x.start - y.end, y.start - x.end) for x in a.event.evidence for y in b.event.evidence)
    return min(gaps, default=10_000)


def _closeness(a: Told, b: Told) -> float:
    return 1.0 if _gap(a, b) <= 200 else 0.0
