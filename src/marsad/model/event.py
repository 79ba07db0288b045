"""What one report tells: events and their slots. Terms follow PLOVER, ACLED and UCDP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from marsad.model.span import Span

EventType = Literal[
    "ASSAULT", "COERCE", "MOBILIZE", "RETREAT", "REQUEST", "THREATEN", "REJECT", "ACCUSE",
    "CONSULT", "AGREE", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "PROTEST", "SANCTION",
]  # fmt: skip
Status = Literal["actual", "planned", "possible", "denied", "historical"]
APART = "second/apart/"
"""Begins the rule of an event that marks a slot, or the whole event, which two readers tell apart."""
TimePrecision = Literal["day", "week", "month", "season", "year", "unknown"]
SourceKind = Literal[
    "media", "agency", "official", "military", "local-source", "unnamed-source",
    "monitor", "activist", "analyst", "person",
]  # fmt: skip
Stance = Literal["asserts", "alleges", "denies", "doubts"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name an actor, with the id they resolve to; `mentions` are other rightful spans; `rule` read it."""

    span: Span
    id: str | None = None
    mentions: tuple[Span, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as written. `lat`, `lon` in degrees (WGS 84) or None; `precision` 1 exact, 2 near, 3 governorate."""

    span: Span
    lat: float | None = None
    lon: float | None = None
    precision: int | None = None
    id: str | None = None
    kind: str | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """Words of time and the days they resolve to (both ends inclusive); None where it cannot be known.

    `conflict` holds the reason where the words contradict each other (a weekday that does not fit its date).
    """

    span: Span
    start: date | None = None
    end: date | None = None
    precision: TimePrecision = "unknown"
    rule: str = ""
    conflict: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """A stated number of people: UCDP's low, high, best; `of` is the id of those who bear it."""

    span: Span
    low: int | None = None
    high: int | None = None
    best: int | None = None
    of: str | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Equipment:
    """A stated piece of equipment: English singular `item`, `count` or None."""

    span: Span
    item: str
    count: int | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """One link of the chain of those who vouch."""

    span: Span
    kind: SourceKind
    stance: Stance = "asserts"
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One act as one report tells it. Every slot carries the span it was read from and the rule that read it.

    `attribution` runs from the outermost voucher to the one nearest the event.
    `rules` is the trail of rules behind the event, for `marsad explain`.
    """

    id: str
    type: EventType
    mode: str | None
    status: Status
    evidence: tuple[Span, ...]
    acled: str | None = None
    actor: tuple[Mention, ...] = ()
    recipient: tuple[Mention, ...] = ()
    place: Place | None = None
    origin: Place | None = None
    destination: Place | None = None
    time: Time | None = None
    killed: tuple[Count, ...] = ()
    injured: tuple[Count, ...] = ()
    captured: tuple[Count, ...] = ()
    released: tuple[Count, ...] = ()
    personnel: tuple[Count, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    attribution: tuple[Attribution, ...] = ()
    other_attributions: tuple[tuple[Attribution, ...], ...] = ()
    claimed_by: Mention | None = None
    rules: tuple[str, ...] = field(default=())
    confidence: float | None = None
