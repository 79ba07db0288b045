"""Judging all candidate pairs and grouping the events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marsad.fuse.block import candidates
from marsad.fuse.cluster import cluster
from marsad.fuse.compare import Comparer
from marsad.fuse.retold import retold
from marsad.fuse.tables import Level, Weights
from marsad.fuse.told import Told
from marsad.store import Judgement, Key
from marsad.store.nouns import Verdict

NEAR_MISS = 2.0  # rejected pairs above this sum are kept as judgements, so that people can see why they stay apart


@dataclass(frozen=True, slots=True)
class Judged:
    """Groups of events and the judgements behind them."""

    groups: list[tuple[Key, ...]]
    judgements: list[Judgement]


def judge(events: Sequence[Told], comparer: Comparer, verdicts: Sequence[Judgement] = ()) -> Judged:
    """Group `events`; people's `verdicts` stand above the program's."""
    weights, by_key = comparer.weights, {event.key: event for event in events}
    said = {(j.left, j.right): j.verdict for j in verdicts if not j.withdrawn and not j.machine}
    known = {pair: verdict for pair, verdict in said.items() if pair[0] in by_key and pair[1] in by_key}
    bound, scores, judgements = [], {}, []
    for told, denial, levels in retold(events, comparer):
        left, right = sorted((told, denial), key=lambda t: t.key)
        if known.get((left.key, right.key)) != "different":
            bound.append((left.key, right.key))
            judgements.append(_judgement(left, right, "same", levels, weights))
    for left, right in candidates(events, weights):
        compared = comparer.compare(left, right)
        same = comparer.same(compared)
        scores[left.key, right.key] = compared.score if same or compared.anchored else min(compared.score, 0.0)
        if same or (compared.anchored and compared.score > NEAR_MISS):
            judgements.append(_judgement(left, right, "same" if same else "different", compared.levels, weights))
    bound += [pair for pair, verdict in known.items() if verdict == "same"]
    apart = [pair for pair, verdict in known.items() if verdict == "different"]
    keys = sorted(by_key)
    groups = cluster(keys, bound=bound, scores=scores, apart=apart, threshold=weights.threshold)
    return Judged(groups, judgements)


def _judgement(left: Told, right: Told, verdict: Verdict, levels: Sequence[Level], weights: Weights) -> Judgement:
    at = max(left.stored.added_at, right.stored.added_at)
    reasons = tuple(level.to_json() for level in levels) or (RETOLD,)
    return Judgement(left.key, right.key, verdict, reasons, f"fuse/{weights.version}", at)


RETOLD = {
    "feature": "denial", "level": "counter", "weight": 0.0,
    "ar": "رواية مقابلة لما نُفي في التقرير نفسه", "en": "told against what the same report denies",
}  # fmt: skip
