"""The reader as the knowledge's prover."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from marsad.model import Reading, Report
from marsad.packs import Packs, PlaceEntry
from marsad.packs.prove import CLOCK
from marsad.read import Reader

if TYPE_CHECKING:
    from marsad.read.chunks import Chunk
    from marsad.read.page import Page

NEAR_KM = {1: 10.0, 2: 25.0, 3: 120.0}
"""How near two points must be to count as one place, by the entry's precision, as the scorer of the corpus has it."""


class ReaderProver:
    """Reads the examples of the packs with the packaged reader, published on the fixed clock."""

    def __init__(self, packs: Packs) -> None:
        self._packs = packs
        self._reader = Reader(packs)
        self._roads: dict[frozenset[str], list[PlaceEntry]] = defaultdict(list)
        for entry in packs.places.values():
            if entry.between:
                self._roads[self._ends(entry.between)].append(entry)

    def names(self, text: str) -> set[tuple[str, str]]:
        """(id, quote) of every actor, place and outlet that is found in `text`.

        Places are compared as in the coding manual, by their points: a district under its town's name, a road under
        its two ends and a second entry of one site count as found where the reader chose their namesake beside them.
        A country is found where its state is.
        """
        from marsad.read.page import open_page
        from marsad.read.reader import Pass

        page = open_page(self._report(text), self._reader.lexicon)
        chunks = [part for sentence in Pass(page).chunks for chunk in sentence for part in _parts(chunk)]
        found = {(c.id, c.span.quote(text)) for c in chunks if c.id}
        return found | {(e.id, c.span.quote(text)) for c in chunks for e in self._beside(page, c)}

    def read(self, text: str) -> Reading:
        """The reading of `text`."""
        return self._reader.read(self._report(text))

    def _beside(self, page: Page, chunk: Chunk) -> Iterator[PlaceEntry]:
        """Entries of the gazetteer that are where `chunk` is and whose names, or whose two ends, are its words."""
        from marsad.read.names import match_name

        yield from self._roads.get(self._ends((chunk.id or "").split("--")), ())
        for token in range(chunk.first, chunk.last):
            match = match_name(page, token)
            for name in match.names if match and match.last <= chunk.last else ():
                if name.kind == "place" and _same(self._packs.places[name.id], chunk):
                    yield self._packs.places[name.id]

    def _ends(self, ids: Iterable[str]) -> frozenset[str]:
        """A road's ends by name: a town may stand in two theatres."""
        return frozenset(self._packs.places[end].ar for end in ids if end in self._packs.places)

    def _report(self, text: str) -> Report:
        return Report("example", text, published=CLOCK)


def _parts(chunk: Chunk) -> Iterator[Chunk]:
    yield chunk
    if chunk.place is not None:
        yield chunk.place


def _same(entry: PlaceEntry, chunk: Chunk) -> bool:
    if chunk.kind != "place":
        return entry.kind == "country" and chunk.kind == "actor"
    if None in (entry.lat, entry.lon, chunk.lat, chunk.lon):
        return entry.kind == chunk.place_kind == "country"
    return _km(entry, chunk) <= NEAR_KM[entry.precision]


def _km(entry: PlaceEntry, chunk: Chunk) -> float:
    assert entry.lat is not None and entry.lon is not None and chunk.lat is not None and chunk.lon is not None
    east = (entry.lon - chunk.lon) * math.cos(math.radians(entry.lat))
    return 111.2 * math.hypot(entry.lat - chunk.lat, east)
