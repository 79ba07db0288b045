"""Chunks between names and frames: phrases of actors and of places, with the link before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from marsad.model import Span
from marsad.read.numbers import Number
from marsad.read.tokens import Token


@dataclass(slots=True)
class Chunk:
    """A phrase over tokens `[first, last)`.

    `kind` is actor, place or person; `id` what it resolves to (None: open). `head` is the role of its head noun
    (members, group, force, site ...); `generic` says that no name stands in it (الميليشيا). `alternates` holds the
    other thing that the same words may name (a capital and its state). `link` is the role of the preposition before
    it, `prep` its words. `number` counts it. `joined` says that it continues the chunk before it (و). `suffix` is the
    possessive pronoun on it (عناصره). `own` is the id that the phrase has in some roles only: the tribe of armed
    tribesmen, the party whose source or statement speaks.
    """

    kind: str
    first: int
    last: int
    span: Span
    id: str | None = None
    head: str | None = None
    generic: bool = False
    definite: bool = False
    plain: str = ""
    rule: str = ""
    link: str = ""
    prep: str = ""
    number: Number | None = None
    joined: bool = False
    place: Chunk | None = None
    lat: float | None = None
    lon: float | None = None
    precision: int | None = None
    place_kind: str | None = None
    near: bool = False
    within: Chunk | None = None
    parents: list[tuple[str, Chunk]] = field(default_factory=list)
    outside: int | None = None
    people: str | None = None
    possessive: bool = False
    suffix: str = ""
    also: str | None = None
    accusative: bool = False
    adjective: bool = False
    own: str | None = None


def span_of(tokens: Sequence[Token], first: int, last: int, cut: int = 0) -> Span:
    """Raw span of tokens `[first, last)`, without the first `cut` folded letters (proclitics)."""
    return Span(tokens[first].start + cut, tokens[last - 1].end)
