"""Words inside a report that give orders to a model: they are quoted text, and tell no event."""

from __future__ import annotations

import re
from functools import cache

from marsad.model import Span
from marsad.read.fold import Folded, fold_words
from marsad.read.second.words import words


def orders(folded: Folded) -> tuple[Span, ...]:
    """The sentences of the report that speak to a model (تجاهل التعليمات السابقة, ignore all previous instructions)."""
    spans = []
    for found in _pattern().finditer(folded.text):
        start = max(folded.text.rfind(stop, 0, found.start()) for stop in ".\n؟!") + 1
        ends = [e for stop in ".\n؟!" if (e := folded.text.find(stop, found.end())) >= 0]
        spans.append(folded.span(start, min(ends, default=len(folded.text))))
    return tuple(spans)


@cache
def _pattern() -> re.Pattern[str]:
    phrases = (r"\W+".join(map(re.escape, fold_words(p).split())) for p in words()["orders"])
    return re.compile("|".join(phrases))
