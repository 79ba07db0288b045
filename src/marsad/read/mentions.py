"""From the chunks of a deed to the mentions of an event: one a party, with the offices of persons and other spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from marsad.model import Mention, Span
from marsad.read.chunks import Chunk
from marsad.read.deed import Deed

ById = Mapping[str, Sequence[Chunk]]


def by_id(sentences: Sequence[Sequence[Chunk]]) -> dict[str, list[Chunk]]:
    """The chunks of actors and persons of a page by their id, in order."""
    out: dict[str, list[Chunk]] = {}
    for chunk in (c for chunks in sentences for c in chunks if c.id and c.kind != "place"):
        out.setdefault(cast(str, chunk.id), []).append(chunk)
    return out


def mentions(deed: Deed, chunks: Sequence[Chunk], named: ById, *, acting: bool) -> tuple[Mention, ...]:
    """One mention a party; `acting` puts beside each person the organisation that the text makes it act for."""
    out: dict[str, Mention] = {}
    for chunk in _with_offices(chunks) if acting else [c for c in chunks if c.id]:
        key = cast(str, chunk.id) if chunk.kind != "person" else f"{chunk.id}{chunk.span.start}"
        if key not in out:
            out[key] = Mention(chunk.span, chunk.id, _others(deed, chunk, named), chunk.rule)
    return tuple(out.values())


def _with_offices(chunks: Sequence[Chunk]) -> list[Chunk]:
    out = [c for c in chunks if c.id]
    known = {c.id for c in out}
    for person in [c for c in out if c.kind == "person"]:
        for tie, office in person.parents:
            if tie == "organisation" and office.id not in known:
                known.add(office.id)
                out.insert(out.index(person) + 1, office)
    return out


def _others(deed: Deed, chunk: Chunk, named: ById) -> tuple[Span, ...]:
    """Other spans of the party in the evidence, and the name that a pointing word goes back to."""
    if chunk.id in ("civilians", "unknown"):
        return ()
    same = [c for c in named.get(cast(str, chunk.id), ()) if c.span != chunk.span]
    told = {c.span for c in same if any(first <= c.first < last for first, last in deed.evidence)}
    earlier = [c.span for c in same if c.first < chunk.first and not c.generic]
    if chunk.generic or chunk.rule.endswith("/both"):
        told |= set(earlier[-1:])
    return tuple(sorted(told))
