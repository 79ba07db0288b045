"""What of a report's page is no part of the report."""

from __future__ import annotations

from functools import lru_cache

from marsad.read.fold import fold
from marsad.read.layout import lay_out
from marsad.read.tokens import tokenize


@lru_cache(maxsize=256)
def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Menus, calls to the visitor, captions and lists of other news: `[start, end)` in code points, in order."""
    folded = fold(text)
    tokens = tokenize(folded)
    found = [(tokens[s.first].start, tokens[s.last - 1].end) for s in lay_out(tokens, folded.text) if s.kind == "noise"]
    return tuple(found)
