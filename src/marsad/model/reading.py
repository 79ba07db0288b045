"""All that one report gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from marsad.model.event import Event, Mention, Place
from marsad.model.span import Span

Relation = Literal["part-of", "backed-by", "loyal-to", "led-by", "represents", "located-with"]
PositionKind = Literal["base", "headquarters", "checkpoint", "airport", "field", "centre", "control", "presence"]


@dataclass(frozen=True, slots=True)
class Person:
    """A named individual; `private` persons are masked in whatever leaves the house."""

    span: Span
    private: bool
    id: str = ""
    mentions: tuple[Span, ...] = ()
    aliases: tuple[Span, ...] = ()
    role: Span | None = None
    organisation: Mention | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Affiliation:
    """`member` stands in `relation` to `group`, as the report states."""

    member: Mention
    group: Mention
    relation: Relation
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Standing presence of `actor` at `place`."""

    actor: Mention
    place: Place
    kind: PositionKind
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """An expectation; `holder` is None for the report's own."""

    evidence: tuple[Span, ...]
    holder: Mention | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a step could not do: a stable code, what happened, the remedy."""

    code: str
    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one report gave, with the versions that gave it."""

    report: str
    published: date | None
    events: tuple[Event, ...] = ()
    persons: tuple[Person, ...] = ()
    affiliations: tuple[Affiliation, ...] = ()
    positions: tuple[Position, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    problems: tuple[Problem, ...] = ()
    engine: str = ""
    packs: tuple[str, ...] = field(default=())
