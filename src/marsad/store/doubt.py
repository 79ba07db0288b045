"""Why an event deserves a second look: points for each doubtful slot and for what weighs much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marsad.model.event import APART
from marsad.store.likeness import listed

Json = dict[str, Any]

REASONS: dict[str, tuple[int, str, str]] = {
    "actor-unknown": (12, "الفاعل غير معروف الهوية", "an actor without a known id"),
    "recipient-unknown": (8, "المتلقي غير معروف الهوية", "a recipient without a known id"),
    "actor-described": (4, "فاعل موصوف غير مسمى", "an actor who is only described"),
    "actor-missing": (6, "عمل بلا فاعل", "a deed without an actor"),
    "recipient-missing": (4, "عمل بلا متلق", "a deed without a recipient"),
    "place-missing": (8, "لا مكان", "no place"),
    "place-unknown": (12, "مكان بلا إحداثيات", "a place without a point"),
    "place-wide": (5, "المكان محافظة أو أوسع", "the place is a governorate or larger"),
    "time-missing": (6, "لا تاريخ", "no date"),
    "time-wide": (3, "التاريخ شهر أو أوسع", "the date is a month or longer"),
    "time-conflict": (15, "كلمات التاريخ متناقضة", "the words of the date contradict each other"),
    "possible": (6, "وقوعه محتمل فقط", "it is only possible"),
    "denied": (5, "نفاه مصدر", "a source denies it"),
    "alleged": (3, "ادعاء من طرف", "only alleged"),
    "toll-high": (15, "حصيلة كبيرة", "a high toll"),
    "toll-very-high": (25, "حصيلة كبيرة جدا", "a very high toll"),
    "toll-open": (3, "حصيلة بلا رقم", "a toll without a figure"),
    "confidence": (10, "القارئ غير واثق", "the reader is not sure"),
    "readers-apart": (10, "اختلف القارئان", "the two readers tell it apart"),
    "conflict": (40, "قراءة جديدة تخالف القرار", "a new reading contradicts a decision"),
    "contradiction": (10, "روايات متناقضة", "reports contradict each other"),
    "watched-pair": (10, "طرفان تحت المراقبة", "a pair that is watched"),
    "voices": (5, "مصادر مستقلة كثيرة", "many independent voices"),
    "alone": (3, "مصدر واحد", "one voice only"),
}  # fmt: skip
DEEDS = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "RETREAT"})
AIMED = frozenset({"COERCE", "REQUEST", "THREATEN", "ACCUSE"})
HIGH, VERY_HIGH = 10, 50


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with its points; `slot` is the field that it is about."""

    code: str
    weight: int
    slot: str | None = None

    def to_json(self) -> Json:
        """{"code","weight","slot","ar","en"}."""
        _, ar, en = REASONS[self.code]
        return {"code": self.code, "weight": self.weight, "slot": self.slot, "ar": ar, "en": en}


@dataclass(frozen=True, slots=True)
class Doubt:
    """The reasons; their points add up to the score."""

    reasons: tuple[Reason, ...]

    @property
    def score(self) -> int:
        """The sum of the points."""
        return sum(r.weight for r in self.reasons)

    def more(self, reasons: Iterable[Reason]) -> Doubt:
        """The same with further reasons."""
        return Doubt((*self.reasons, *reasons))


def reason(code: str, slot: str | None = None, *, times: int = 1) -> Reason:
    """A reason with the points that its code has, `times` over."""
    return Reason(code, REASONS[code][0] * times, slot)


def doubt(event: Json) -> Doubt:
    """Reasons that one event of a record gives by itself."""
    found = (*_parties(event), *_place(event), *_time(event), *_telling(event), *_tolls(event))
    return Doubt(found)


def weight_of(document: Mapping[str, Any] | None, *, watched: bool = False) -> Iterator[Reason]:
    """Reasons that the incident (its JSON document) of an event gives; `watched` where its pair is watched."""
    if document is None:
        return
    if clashes := len(document.get("contradictions") or ()):
        yield reason("contradiction", times=min(clashes, 3))
    voices = document.get("voices") or 0
    if voices >= 3:
        yield reason("voices", times=1 + (voices >= 6))
    elif voices == 1 and document.get("status") == "actual":
        yield reason("alone")
    if watched:
        yield reason("watched-pair")


def _parties(event: Json) -> Iterator[Reason]:
    for side in ("actor", "recipient"):
        ids = [m.get("id") for m in event.get(side) or ()]
        if any(id is None for id in ids):
            yield reason(f"{side}-unknown", side)
        if side == "actor" and any(id and "?" in id for id in ids):
            yield reason("actor-described", side)
    actual = event["status"] == "actual"
    if actual and not event.get("actor") and event["type"] in DEEDS:
        yield reason("actor-missing", "actor")
    if actual and not event.get("recipient") and event["type"] in AIMED:
        yield reason("recipient-missing", "recipient")


def _place(event: Json) -> Iterator[Reason]:
    place = event.get("place")
    if not place:
        if event["type"] in DEEDS:
            yield reason("place-missing", "place")
    elif place.get("lat") is None:
        yield reason("place-unknown", "place")
    elif (place.get("precision") or 0) >= 3:
        yield reason("place-wide", "place")


def _time(event: Json) -> Iterator[Reason]:
    time = event.get("time")
    if not time or not time.get("start"):
        yield reason("time-missing", "time")
    elif time.get("precision") in ("month", "season", "year"):
        yield reason("time-wide", "time")
    if time and time.get("conflict"):
        yield reason("time-conflict", "time")


def _telling(event: Json) -> Iterator[Reason]:
    if event["status"] in ("possible", "denied"):
        yield reason(event["status"], "status")
    if any(a.get("stance") in ("alleges", "doubts") for a in event.get("attribution") or ()):
        yield reason("alleged", "attribution")
    for rule in event.get("rules") or ():
        if rule.startswith(APART):
            yield reason("readers-apart", rule.removeprefix(APART))
    if (event.get("confidence") or 1.0) < 0.5:
        yield reason("confidence")


def _tolls(event: Json) -> Iterator[Reason]:
    figures = [f for c in listed(event.get("killed")) for f in (c.get("best"), c.get("low")) if f is not None]
    worst = max(figures, default=0)
    if worst >= HIGH:
        yield reason("toll-very-high" if worst >= VERY_HIGH else "toll-high", "killed")
    if any(c.get("best") is None for c in listed(event.get("killed"))):
        yield reason("toll-open", "killed")
