"""The working memory of one report while it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marsad.model import Report, Span
from marsad.read.fold import Folded, fold
from marsad.read.layout import Sentence, lay_out
from marsad.read.lexicon import Lexicon, Peel, VerbRead
from marsad.read.numbers import Number, find_numbers
from marsad.read.tokens import Token, tokenize

MARKS = "".join(chr(c) for c in range(0x064B, 0x0653)) + "\u0670\u0640"
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
    dated: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        """The report's text as it came."""
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

    def verbs(self, i: int) -> list[VerbRead]:
        """Token `i` read as a verb; a date is none, and a written ة no pronoun (حملة is not "he carried it")."""
        if i in self.dated or not 0 <= i < len(self.tokens):
            return []
        reads = self.lexicon.verb(self.tokens[i].form)
        if any(r.suffix == "ه" for r in reads) and self.raw(i).rstrip(MARKS).endswith("ة"):
            return [r for r in reads if r.suffix != "ه"]
        return list(reads)

    def noun(self, table: Mapping[str, Any], i: int, *, possessed: bool = True) -> tuple[Any, Peel, str] | None:
        """`Lexicon.noun` for token `i`; a written ة is no pronoun (مركزة is not "his centre")."""
        found = self.lexicon.noun(table, self.form(i), possessed=possessed)
        if found and found[2] == "ه" and self.raw(i).rstrip(MARKS).endswith("ة"):
            return None
        return found

    def is_quote(self, i: int) -> bool:
        """Whether token `i` is a quotation mark."""
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
