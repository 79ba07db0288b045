"""The reader as the knowledge's prover."""

from __future__ import annotations

from marsad.model import Reading, Report
from marsad.packs import Packs
from marsad.packs.prove import CLOCK
from marsad.read import Reader


class ReaderProver:
    """Reads the examples of the packs with the packaged reader, published on the fixed clock."""

    def __init__(self, packs: Packs) -> None:
        self._reader = Reader(packs)

    def names(self, text: str) -> set[tuple[str, str]]:
        """(id, quote) of every actor, place and outlet that is found in `text`."""
        from marsad.read.page import open_page
        from marsad.read.reader import Pass

        page = open_page(self._report(text), self._reader.lexicon)
        chunks = Pass(page).chunks
        found = [c for sentence in range(len(page.sentences)) for c in chunks[sentence]]
        return {(c.id, c.span.quote(text)) for c in found if c.id}

    def read(self, text: str) -> Reading:
        """The reading of `text`."""
        return self._reader.read(self._report(text))

    def _report(self, text: str) -> Report:
        return Report("example", text, published=CLOCK)
