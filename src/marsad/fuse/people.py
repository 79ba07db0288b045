"""What people said: verdicts carried over to a new reading, reports withdrawn, ratings of sources and claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from marsad.errors import InputError
from marsad.fuse.cluster import Verdicts, settle
from marsad.fuse.told import Told
from marsad.packs import fold_word
from marsad.store import Decision, Judgement, Key, Store

RELIABILITY = {
    "A": "completely reliable", "B": "usually reliable", "C": "fairly reliable", "D": "not usually reliable",
    "E": "unreliable", "F": "cannot be judged",
}  # fmt: skip
CREDIBILITY = {
    1: "confirmed by other sources", 2: "probably true", 3: "possibly true", 4: "doubtful", 5: "improbable",
    6: "cannot be judged",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rating:
    """One grade: of an outlet (A to F) from day `since` on, or of a claim (1 to 6). `slot` is None for an outlet."""

    subject: str
    slot: str | None
    grade: str
    since: str | None
    reason: str
    by: str
    at: datetime


def standing(verdicts: Sequence[Judgement], events: Sequence[Told]) -> Verdicts:
    """People's verdicts on `events` that hold, and those set aside."""
    keys = {event.key for event in events}
    return settle(j for j in carried(verdicts, events) if j.left in keys and j.right in keys)


def carried(verdicts: Sequence[Judgement], events: Sequence[Told]) -> list[Judgement]:
    """People's verdicts on the events of the newest readings.

    An event is known again by its words: where a new reading gave its id to another, the verdict follows the words.
    """
    by_report: dict[str, list[Told]] = {}
    for event in events:
        by_report.setdefault(event.key[0], []).append(event)
    out = []
    for j in verdicts:
        marks = j.reasons[0].get("marks") if j.reasons and not j.machine else None
        if not marks:
            out.append(j)
            continue
        keys = [_found(key, m, by_report.get(key[0], ())) for key, m in zip((j.left, j.right), marks, strict=True)]
        left, right = sorted(keys)
        out.append(replace(j, left=left, right=right))
    return out


def _found(key: Key, marks: Sequence[Sequence[int]] | None, events: Sequence[Told]) -> Key:
    if not marks or not events:
        return key
    shared = {event.key: _shared(event, marks) for event in events}
    best = max(shared, key=lambda k: (shared[k], k == key, k))
    return best if shared[best] > shared.get(key, 0) * 2 else key


def _shared(event: Told, marks: Sequence[Sequence[int]]) -> int:
    """Code points of the marked words that the event's evidence covers, less those that it has besides."""
    spans = event.event.evidence
    both = sum(max(0, min(s.end, m[1]) - max(s.start, m[0])) for s in spans for m in marks)
    return both - abs(sum(s.end - s.start for s in spans) - both) // 4 if both else 0


def withdrawn(decisions: Iterable[Decision]) -> set[str]:
    """Reports that people took out."""
    last = {d.subject: d.value for d in decisions if d.field == "withdrawn" and not d.withdrawn}
    return {subject.removeprefix("report:") for subject, value in last.items() if value}


def withdraw_report(store: Store, report: str, *, reason: str, by: str, undo: bool = False) -> Decision:
    """Take a report out (its claims go, the report stays in the store), or back in. Raises StoreError E307."""
    store.report(report)
    return store.decide(f"report:{report}", "withdrawn", not undo, reason=reason, by=by)


def rate_source(
    store: Store, outlet: str, grade: str, *, reason: str, by: str, since: str | None = None
) -> Decision:  # fmt: skip
    """Grade an outlet A to F from day `since` (ISO) on, from the beginning where None. Raises InputError E150."""
    if grade not in RELIABILITY:
        raise InputError("E150", f"{grade!r} is no reliability", "give a letter from A (reliable) to F (unknown)")
    value = {"grade": grade, "since": since, "outlet": outlet}
    return store.decide(f"outlet:{fold_word(outlet)}", "reliability", value, reason=reason, by=by)


def rate_claim(store: Store, key: Key, slot: str, grade: int, *, reason: str, by: str) -> Decision:
    """Grade what an event tells in one slot 1 to 6. Raises InputError E150."""
    if grade not in CREDIBILITY:
        raise InputError("E150", f"{grade!r} is no credibility", "give a number from 1 (confirmed) to 6 (unknown)")
    return store.decide(f"event:{key[0]}/{key[1]}", f"credibility:{slot}", grade, reason=reason, by=by)


@dataclass(frozen=True, slots=True)
class Ratings:
    """All grades that people gave, the newest last."""

    given: tuple[Rating, ...] = ()

    def reliability(self, outlet: str | None, day: str | None) -> str:
        """The letter of an outlet on a day (ISO; the latest where None); F where nobody graded it."""
        mine = [r for r in self.given if r.slot is None and r.subject == fold_word(outlet or "")]
        held = [r for r in mine if day is None or (r.since or "") <= day]
        return max(held, key=lambda r: (r.since or "", r.at)).grade if held else "F"

    def credibility(self, key: Key, slot: str) -> int:
        """The number of a claim; 6 where nobody graded it."""
        mine = [r for r in self.given if r.slot == slot and r.subject == "/".join(key)]
        return int(max(mine, key=lambda r: r.at).grade) if mine else 6


def ratings(decisions: Iterable[Decision]) -> Ratings:
    """The grades among a store's decisions, those taken back left out."""
    return Ratings(tuple(r for d in decisions if not d.withdrawn and (r := _rating(d))))


def _rating(d: Decision) -> Rating | None:
    subject = d.subject.partition(":")[2]
    if d.field == "reliability":
        value: Mapping[str, Any] = d.value
        return Rating(subject, None, value["grade"], value["since"], d.reason, d.by, d.at)
    if d.field.startswith("credibility:"):
        return Rating(subject, d.field.partition(":")[2], str(d.value), None, d.reason, d.by, d.at)
    return None
