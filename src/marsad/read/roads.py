"""Places with two ends: between X and Y, the road X - Y, the road that joins X and Y."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marsad.packs.entries import PlaceEntry
from marsad.read.chunks import Chunk
from marsad.read.lexicon import Peel, peels
from marsad.read.names import Match, match_name
from marsad.read.points import middle

if TYPE_CHECKING:
    from marsad.read.places import PlaceReader


class RoadReader:
    """Reads two-ended places with the help of the reader of places."""

    def __init__(self, places: PlaceReader) -> None:
        self.places, self.page, self.lexicon = places, places.page, places.lexicon

    def between(self, i: int) -> Chunk | None:
        """بين X وY where both are places: the middle, precision 2."""
        page = self.page
        if page.form(i) not in ("بين", "مابين", "وبين"):
            return None
        return self._pair(i, i + 1, None)

    def named(self, i: int) -> Chunk | None:
        """طريق X - Y, and الطريق الواصل بين X وY, unless a pack knows a longer name."""
        page, k = self.page, i
        rel = match_name(page, k, trie=self.places.near) or next(
            (p for p in peels(page.form(k)) if p.stem in self.places.inside), None
        )
        k += rel is not None
        noun = page.noun(self.lexicon.kinds, k) if k < len(page.tokens) and page.tokens[k].kind == "word" else None
        if not noun or noun[0] != "road":
            return None
        peel = rel.peel if isinstance(rel, Match) else rel or noun[1]
        ahead = next((n for n in range(k + 1, k + 4) if page.form(n) == "بين"), None)
        chunk = self._pair(i, ahead + 1, peel) if ahead else self._pair(i, k + 1, peel, road=True)
        match = match_name(page, k)
        return None if chunk is None or (match and match.last >= chunk.last) else chunk

    def ended(self, i: int, match: Match, peel: Peel | None) -> Chunk | None:
        """A road named by its two ends."""
        return self._pair(i, match.first, peel, road=True)

    def _pair(self, i: int, j: int, peel: Peel | None, *, road: bool = False) -> Chunk | None:
        page = self.page
        one = self._end(j)
        if one is None:
            return None
        entry, k = one
        while k < len(page.tokens) and (
            page.form(k) in "-/–ـ" or page.is_quote(k) or page.form(k) in ("الي", "و", "باتجاه")
        ):
            k += 1
        two = self._end(k, joined=not road or k == one[1])
        if two is None or entry.lat is None or two[0].lat is None or entry.id == two[0].id:
            return None
        lat, lon = middle(entry, two[0])
        last = two[1]
        chunk = Chunk("place", i, last, page.span(i, last, peel.cut if peel else 0), id=f"{entry.id}--{two[0].id}",
                      lat=lat, lon=lon, precision=2, place_kind="road", rule="place/between")  # fmt: skip
        return self.places.keep(i, last, peel, chunk)

    def _end(self, j: int, *, joined: bool = False) -> tuple[PlaceEntry, int] | None:
        """One end of a road; `joined` wants the و of "between X and Y" or takes none after a dash."""
        page = self.page
        j = page.skip_quotes(j)
        while (
            j < len(page.tokens)
            and page.tokens[j].kind == "word"
            and self.lexicon.noun(self.lexicon.kinds, page.form(j))
        ):
            noun = self.lexicon.noun(self.lexicon.kinds, page.form(j))
            if noun and noun[1].cut and noun[1].conj != "و":
                break
            if self.places.longer(j):
                break
            j += 1
        if j >= len(page.tokens):
            return None
        match = match_name(page, j)
        if not match or (match.peel.prep and not joined):
            return None
        entries = [self.lexicon.packs.places[n.id] for n in match.names if n.kind == "place"]
        return (self.places.choose(entries, None, match.last), self.places.close(match.last)) if entries else None
