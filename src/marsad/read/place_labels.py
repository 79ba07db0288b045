"""Places that head a section or a paragraph and rule over what it tells."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from marsad.packs.entries import PlaceEntry
from marsad.read.names import match_name

if TYPE_CHECKING:
    from marsad.read.places import PlaceReader

RANK = {
    "city": 0, "governorate": 1, "town": 2, "crossing": 3, "airport": 3, "airbase": 3, "field": 3, "base": 3, "dam": 3,
    "village": 4, "neighbourhood": 5,
}  # fmt: skip


class Labels:
    """The headings of one page that are places."""

    def __init__(self, places: PlaceReader) -> None:
        self.places, self.page, self.lexicon = places, places.page, places.lexicon

    @cached_property
    def _labels(self) -> list[tuple[int, int, PlaceEntry]]:
        """Places that head a section or a paragraph (محافظة درعا: ...), with the tokens they rule."""
        page, found = self.page, list[tuple[int, int, PlaceEntry]]()
        for n, sentence in enumerate(page.sentences):
            if n and page.sentences[n - 1].paragraph == sentence.paragraph:
                continue
            start = next(
                (k for k in range(sentence.first, sentence.last) if page.tokens[k].kind == "word"), sentence.last
            )
            colon = next((k for k in range(start, min(start + 6, sentence.last)) if page.form(k) == ":"), None)
            entry = next((e for k in range(start, colon) if (e := self._entry(k))), None) if colon else None
            if entry is None or colon is None:
                continue
            if found:
                found[-1] = (found[-1][0], min(found[-1][1], start), found[-1][2])
            end = max(s.last for s in page.sentences if s.paragraph == sentence.paragraph)
            found.append((start, len(page.tokens) if colon + 1 >= end else end, entry))
        return found

    def _entry(self, k: int) -> PlaceEntry | None:
        match = match_name(self.page, k) if self.page.tokens[k].kind == "word" else None
        entries = [self.lexicon.packs.places[n.id] for n in match.names if n.kind == "place"] if match else []
        return min(
            (e for e in entries if e.lat is not None and e.theatre == self.places.theatre),
            key=lambda e: RANK.get(e.kind, 6),
            default=None,
        )

    def at(self, at: int) -> tuple[int, PlaceEntry | None]:
        """The heading that token `at` stands under, with its first token."""
        return next(((first, entry) for first, last, entry in self._labels if first <= at <= last), (0, None))
