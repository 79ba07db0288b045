"""The working memory of one report while it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marsad.model import Report, Span
from marsad.read.fold import Folded, fold
from marsad.read.layout import Sentence, lay_out
from marsad.read.lexicon import Lexicon, Peel, VerbRead
from marsad.read.numbers import Number, find_numbers
from marsad.read.tokens import Token, tokenize

MARKS = "".join(chr(c) for c in range(0x064B, 0x0653)) + "\u0670\u0640"
TANWIN = ("\u064b", "\u064b\u0627")  # طالباً: an indefinite noun, never a verb
QUOTES = frozenset("\"'()[]«»{}")
_BEYOND = 2048  # how far rules may look past either end of a report


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
    speaker: str | None = None  # the armed side that says "we" in this report
    form: Callable[[int], str] = str
    """Folded form of token `i`, empty outside the report."""
    matches: dict[int, Any] = field(default_factory=dict)
    read_verbs: dict[int, list[VerbRead]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A list with empty forms behind it answers far quicker than a check of bounds: -1 is empty too.
        self.form = [*(t.form for t in self.tokens), *[""] * _BEYOND].__getitem__

    @property
    def text(self) -> str:
        """The report's text as it came."""
        return self.report.text

    def span(self, first: int, last: int, cut: int = 0) -> Span:
        """Raw span of tokens `[first, last)` without the first `cut` folded letters of the first token."""
        head = self.tokens[first]
        start = head.start if not cut else self.folded.origin[head.at + cut]
        return Span(start, self.tokens[last - 1].end)

    def raw(self, i: int) -> str:
        """Token `i` as written."""
        return self.text[self.tokens[i].start : self.tokens[i].end]

    def verbs(self, i: int) -> list[VerbRead]:
        """Token `i` read as a verb; a date is none, and a written ة no pronoun (حملة is not "he carried it")."""
        found = self.read_verbs.get(i)
        if found is None:
            found = self.read_verbs[i] = self._verbs(i)
        return [] if i in self.dated else found

    def _verbs(self, i: int) -> list[VerbRead]:
        form = self.form(i)
        reads = self.lexicon.verb(form) if form and not self.raw(i).endswith(TANWIN) else ()
        if any(r.suffix == "ه" for r in reads) and self.raw(i).rstrip(MARKS).endswith("ة"):
            return [r for r in reads if r.suffix != "ه"]
        return list(reads)

    def noun(self, table: Mapping[str, Any], i: int, *, possessed: bool = True) -> tuple[Any, Peel, str] | None:
        """`Lexicon.noun` for token `i`; a written ة is no pronoun (مركزة is not "his centre")."""
        found = self.lexicon.noun(table, self.form(i), possessed=possessed)
        if found is None and len(self.form(i)) > 3 and self.raw(i).endswith(TANWIN):
            return self.lexicon.noun(table, self.form(i).removesuffix("ا"), possessed=False)
        if found and found[2] == "ه" and self.raw(i).rstrip(MARKS).endswith("ة"):
            return None
        return found

    def is_quote(self, i: int) -> bool:
        """Whether token `i` is a quotation mark."""
        return self.form(i) in QUOTES

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
