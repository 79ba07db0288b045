"""Quotes back to the words of the report: no quote, no value."""

from __future__ import annotations

import re

from marsad.model import Span
from marsad.read.fold import Folded, fold

_SPACE = re.compile(r"\s+")
_EDGE = "\"'.,،؛:…()[]{} \n"


class Anchors:
    """Finds quotes in one report, by folded letters, whatever the spaces between words.

    A quote anchors at whole words only: أربعة does not stand in الأربعة عشر's middle.
    """

    def __init__(self, text: str, folded: Folded | None = None) -> None:
        self._folded = folded or fold(text)
        self.text = text
        self._known: dict[str, tuple[Span, ...]] = {}

    def all(self, quote: str) -> tuple[Span, ...]:
        """Every place where `quote` stands, in order; empty where it does not."""
        key = _SPACE.sub(" ", fold(quote).text).strip(_EDGE)
        if key not in self._known:
            self._known[key] = tuple(self._find(key)) if key else ()
        return self._known[key]

    def nearest(self, quote: str | None, to: tuple[Span, ...] = ()) -> Span | None:
        """Where `quote` stands nearest to the spans `to` (within one of them first), the first one without any."""
        spans = self.all(quote) if quote else ()
        if not spans or not to:
            return spans[0] if spans else None
        return min(spans, key=lambda s: (min(_distance(s, t) for t in to), s.start))

    def _find(self, key: str) -> list[Span]:
        pattern = r"\s+".join(re.escape(word) for word in key.split())
        # a proclitic of one letter (و ف ب ل ك) and the article may stand before the quote's first word
        found = re.finditer(rf"(?<!\w)[وف]?[بلك]?(?:ال)?({pattern})(?!\w)", self._folded.text)
        return [self._folded.span(*m.span(1)) for m in found]


def _distance(a: Span, b: Span) -> int:
    if a.overlap(b):
        return 0
    return max(a.start - b.end, b.start - a.end) + 1
