"""Judging all candidate pairs and grouping the events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marsad.fuse.adding import Adding
from marsad.fuse.cluster import Verdicts, settle
from marsad.fuse.compare import Comparer
from marsad.fuse.retold import retold
from marsad.fuse.tables import Level, Weights
from marsad.fuse.told import Told
from marsad.store import Judgement, Key
from marsad.store.nouns import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """Groups of events, the program's judgements behind them, and what holds of people's verdicts."""

    groups: list[tuple[Key, ...]]
    judgements: list[Judgement]
    verdicts: Verdicts


def judge(events: Sequence[Told], comparer: Comparer, verdicts: Sequence[Judgement] = ()) -> Judged:
    """Group `events`; people's `verdicts` stand above the program's."""
    by_key = {event.key: event for event in events}
    settled = settle(j for j in verdicts if j.left in by_key and j.right in by_key)
    judgements, retellings = [], []
    for told, denial, levels in retold(events, comparer):
        left, right = sorted((told, denial), key=lambda t: t.key)
        if (left.key, right.key) not in settled.different:
            retellings.append((left.key, right.key))
            judgements.append(_judgement(left, right, "same", levels, comparer.weights))
    adding = Adding(comparer, bound=(*settled.same, *sorted(retellings)), apart=settled.different)
    for event in sorted(events, key=lambda e: e.key):
        adding.add(event)
    judgements += [_pair(adding, pair, by_key) for pair in sorted(adding.kept())]
    return Judged(adding.groups(), judgements, settled)


def _pair(adding: Adding, pair: tuple[int, int], by_key: dict[Key, Told]) -> Judgement:
    left, right = (by_key[key] for key in sorted(adding.event(number).key for number in pair))
    verdict: Verdict = "same" if adding.enough(pair) else "different"
    levels = (*adding.comparer.compare(left, right).levels, adding.company(pair))
    return _judgement(left, right, verdict, levels, adding.comparer.weights)


def _judgement(left: Told, right: Told, verdict: Verdict, levels: Sequence[Level], weights: Weights) -> Judgement:
    at = max(left.stored.added_at, right.stored.added_at)
    reasons = tuple(level.to_json() for level in levels) or (RETOLD,)
    return Judgement(left.key, right.key, verdict, reasons, f"fuse/{weights.version}", at)


RETOLD = {
    "feature": "denial", "level": "counter", "weight": 0.0,
    "ar": "رواية مقابلة لما نُفي في التقرير نفسه", "en": "told against what the same report denies",
}  # fmt: skip
