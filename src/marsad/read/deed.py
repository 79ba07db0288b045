"""One telling of a deed, while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from marsad.model import Count, Equipment
from marsad.read.chunks import Chunk
from marsad.read.triggers import Trigger


@dataclass(slots=True)
class Deed:
    """One telling of a deed, before tellings are joined."""

    trigger: Trigger
    sentence: int
    clause: tuple[int, int]
    type: str
    mode: str | None
    actors: list[Chunk] = field(default_factory=list)
    recipients: list[Chunk] = field(default_factory=list)
    place: Chunk | None = None
    origin: Chunk | None = None
    destination: Chunk | None = None
    time: object | None = None
    counts: dict[str, list[Count]] = field(default_factory=dict)
    equipment: list[Equipment] = field(default_factory=list)
    status: str = "actual"
    evidence: list[tuple[int, int]] = field(default_factory=list)
    told: bool = True
    rules: list[str] = field(default_factory=list)
    chain: list[object] = field(default_factory=list)
    complement: int | None = None
    merged: list[Deed] = field(default_factory=list)
    cause_of: Deed | None = None
    tellings: list[Deed] = field(default_factory=list)


def is_party(chunk: Chunk) -> bool:
    """Somebody who can act or bear: an actor that is told apart, or a person."""
    return chunk.kind in ("actor", "person") and not (
        chunk.kind == "actor" and chunk.id is None and not chunk.number and not chunk.head
    )


def is_place(chunk: Chunk) -> bool:
    """A place smaller than a state, or a phrase that holds one (حاجز في كذا)."""
    return (chunk.kind == "place" and chunk.place_kind != "country") or chunk.place is not None


def place_of(chunk: Chunk) -> Chunk:
    """The place that a phrase is or holds."""
    return chunk.place if chunk.place is not None else chunk
