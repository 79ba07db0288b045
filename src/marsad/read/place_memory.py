"""Places read so far on a page: what sets the scene for short forms (البلدة, هناك), and what only stands beside it."""

from __future__ import annotations

from marsad.read.chunks import Chunk
from marsad.read.page import Page

_BESIDE = frozenset("قرب قباله مقابل عند".split())
_FAR_BACK = 60  # places that a short form may still point to; keeps the cost linear


class PlaceMemory:
    """The place phrases of one page in their order, and which of them a short form may mean."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: list[Chunk] = []
        self.known: set[str | None] = set()
        self.asides: set[int] = set()
        self.holders: set[int] = set()

    def remember(self, chunk: Chunk) -> None:
        """Note a phrase as read: the scene of short forms, and what only says where another lies."""
        page, before = self.page, self.seen[-1] if self.seen else None
        apart = before is None or page.form(chunk.first).startswith("و") or chunk.link == "to"
        if (
            before is not None
            and not apart
            and all(page.is_quote(n) or page.form(n) in ("في", "من") for n in range(before.last, chunk.first))
        ):
            if before.place_kind == "road" and chunk.lat and page.form(chunk.first) in _BESIDE:
                before.lat, before.lon, before.precision = chunk.lat, chunk.lon, 2
            elif chunk.link == "in" and not chunk.near and chunk.place_kind in ("city", "town", "village"):
                self.holders.add(chunk.first)
            else:
                self.asides.add(chunk.first)
        if any(s.kind == "byline" and s.first <= chunk.first < s.last for s in page.sentences[:8]):
            self.asides.add(chunk.first)
        self.seen.append(chunk)
        self.known.add(chunk.id)

    def back(self, *, holders: bool = False) -> list[Chunk]:
        """Phrases read before, latest first: those that set a scene, then those that only point nearby."""
        old = self.recent()
        told = [c for c in old if not self._hospital(c) and c.link not in ("about", "origin")]
        beside = self.asides if holders else self.asides | self.holders
        main = [c for c in told if c.first not in beside and not c.near]
        loose = [c for c in told if c.first not in beside and c.near]
        return [*main, *loose, *(c for c in told if c.first in beside), *(c for c in old if c not in told)]

    def latest(self) -> list[Chunk]:
        """Phrases within reach, latest first."""
        return self.seen[-_FAR_BACK:][::-1]

    def recent(self) -> list[Chunk]:
        """Those of the latest that have a point."""
        return [c for c in self.latest() if c.lat is not None]

    def _hospital(self, chunk: Chunk) -> bool:
        """The wounded are brought there: no short form means it."""
        return any(
            self.page.form(k).removeprefix("ال") in ("مشفي", "مستشفي") for k in range(chunk.first - 1, chunk.last)
        )
