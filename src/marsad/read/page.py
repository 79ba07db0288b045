"""The working memory of one report while it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from marsad.model import Report, Span
from marsad.read.fold import Folded, fold
from marsad.read.layout import Sentence, lay_out
from marsad.read.lexicon import Lexicon
from marsad.read.numbers import Number, find_numbers
from marsad.read.tokens import Token, tokenize

QUOTES = frozenset("\"'()[]«»{}")


@dataclass(slots=True)
class Page:
    """A report with its tokens, sentences and numbers; recognisers read from it and never write to it."""

    report: Report
    lexicon: Lexicon
    folded: Folded
    tokens: list[Token]
    sentences: list[Sentence]
    numbers: dict[int, Number] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.report.text

    def span(self, first: int, last: int, cut: int = 0) -> Span:
        """Raw span of tokens `[first, last)` without the first `cut` folded letters of the first token."""
        head = self.tokens[first]
        start = head.start if not cut else self.folded.origin[head.at + cut]
        return Span(start, self.tokens[last - 1].end)

    def form(self, i: int) -> str:
        """Folded form of token `i`, empty outside the report."""
        return self.tokens[i].form if 0 <= i < len(self.tokens) else ""

    def raw(self, i: int) -> str:
        """Token `i` as written."""
        return self.text[self.tokens[i].start : self.tokens[i].end]

    def is_quote(self, i: int) -> bool:
        return 0 <= i < len(self.tokens) and self.tokens[i].form in QUOTES

    def skip_quotes(self, i: int, step: int = 1) -> int:
        """The first index from `i` on (in direction `step`) that is no quotation mark or bracket."""
        while self.is_quote(i):
            i += step
        return i


def open_page(report: Report, lexicon: Lexicon) -> Page:
    """Fold, cut into tokens and sentences, find the numbers."""
    folded = fold(report.text)
    tokens = tokenize(folded)
    page = Page(report, lexicon, folded, tokens, lay_out(tokens, folded.text))
    page.numbers = {n.first: n for n in _numbers(tokens)}
    return page


def _numbers(tokens: Sequence[Token]) -> list[Number]:
    return find_numbers(tokens)
