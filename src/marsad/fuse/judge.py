"""Judging all candidate pairs and grouping the events."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    """Groups of events, what they rest on (`retellings` are told and denied in one report), and what holds of people's
    verdicts.
    """

    adding: Adding
    groups: list[tuple[Key, ...]]
    retellings: list[tuple[Told, Told, tuple[Level, ...]]]
    verdicts: Verdicts


def judge(events: Sequence[Told], comparer: Comparer, verdicts: Sequence[Judgement] = ()) -> Judged:
    """Group `events`; people's `verdicts` stand above the program's."""
    by_key = {event.key: event for event in events}
    settled = settle(j for j in verdicts if j.left in by_key and j.right in by_key)
    retellings = [
        (one, two, levels) if one.key < two.key else (two, one, levels) for one, two, levels in retold(events, comparer)
    ]  # fmt: skip
    pairs = sorted((one.key, two.key) for one, two, _ in retellings)
    bound = (*settled.same, *(pair for pair in pairs if pair not in settled.different))
    adding = Adding(comparer, bound=bound, apart=settled.different)
    with uncollected():
        for event in sorted(events, key=lambda e: e.key):
            adding.add(event)
        groups = adding.groups()
    return Judged(adding, groups, retellings, settled)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of garbage: what is added stays, and it would walk through all of it again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def judgements(judged: Judged, events: Sequence[Told]) -> list[Judgement]:
    """The program's verdicts on all pairs whose sum is worth telling."""
    adding, apart = judged.adding, judged.verdicts.different
    by_key = {event.key: event for event in events}
    told = [
        _judgement(one, two, "same", levels, adding.comparer.weights)
        for one, two, levels in judged.retellings if (one.key, two.key) not in apart
    ]  # fmt: skip
    return told + [_pair(adding, pair, by_key) for pair in sorted(adding.kept())]


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
