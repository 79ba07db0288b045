"""From the chunks of a deed to the mentions of an event: one a party, with the offices of persons and other spans."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import cast

from marsad.model import Mention, Span
from marsad.read.chunks import Chunk
from marsad.read.deed import Deed


class Named:
    """The chunks of one party or person in the order of the page."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self.chunks = chunks
        # The order is that of the text but for an organisation ahead of its officer: no later chunk begins before this.
        self.floors = list(accumulate((c.first for c in reversed(chunks)), min))[::-1]

    def within(self, first: int, last: int) -> list[Chunk]:
        """Those that begin at tokens `[first, last)`."""
        out = []
        for chunk in self.before(last):
            if chunk.first >= first:
                out.append(chunk)
            elif chunk.last < first - _APART:
                break
        return out

    def before(self, last: int) -> Iterator[Chunk]:
        """Those that begin before token `last`, latest first."""
        for n in range(bisect_left(self.floors, last) - 1, -1, -1):
            if self.chunks[n].first < last:
                yield self.chunks[n]


ById = Mapping[str, Named]
_APART = 60  # tokens over which the order of chunks may be turned round


def by_id(sentences: Sequence[Sequence[Chunk]]) -> dict[str, Named]:
    """The chunks of actors and persons of a page by their id, in order."""
    out: dict[str, list[Chunk]] = {}
    for chunk in (c for chunks in sentences for c in chunks if c.id and c.kind != "place"):
        out.setdefault(cast(str, chunk.id), []).append(chunk)
    return {id_: Named(chunks) for id_, chunks in out.items()}


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
    known = named.get(cast(str, chunk.id))
    if known is None:
        return ()
    told = {c.span for first, last in deed.evidence for c in known.within(first, last)}
    if chunk.generic or chunk.rule.endswith("/both"):
        earlier = (c.span for c in known.before(chunk.first) if not c.generic and c.span != chunk.span)
        told |= set(islice(earlier, 1))
    return tuple(sorted(told - {chunk.span}))
