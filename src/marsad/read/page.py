"""The working memory of one report while it is read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
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
_TANWIN = re.compile("\u064b\u0627?")
QUOTES = frozenset("\"'()[]«»{}")
_BEYOND = 2048  # how far rules may look past either end of a report
_NO_FORMS = [""] * _BEYOND
_NO_READS: list[VerbRead] = []
_NOTHING_READ = [_NO_READS] * _BEYOND


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
    text: str = field(init=False)
    """The report's text as it came."""
    forms: list[str] = field(init=False)
    """Folded forms of the tokens, then empty ones."""
    form: Callable[[int], str] = field(init=False)
    """Folded form of token `i`, empty outside the report."""
    quotes: list[bool] = field(init=False)
    is_quote: Callable[[int], bool] = field(init=False)
    """Whether token `i` is a quotation mark or bracket."""
    reads: list[list[VerbRead]] = field(init=False)
    """The tokens read as verbs."""
    verbs: Callable[[int], list[VerbRead]] = field(init=False)
    """Token `i` read as a verb; a date is none, and a written ة no pronoun (حملة is not "he carried it")."""
    matches: dict[int, Any] = field(default_factory=dict)
    number_before: dict[int, Number] = field(default_factory=dict)
    """The numbers by the token behind them."""
    inside_numbers: frozenset[int] = frozenset()
    """Tokens of numbers but for the first of each."""
    indefinite: frozenset[int] = frozenset()
    """Tokens with a written tanwin: indefinite nouns, never verbs (طالباً)."""

    def __post_init__(self) -> None:
        # A list with empty forms behind it answers far quicker than a check of bounds: -1 is empty too.
        self.text = self.report.text
        self.forms = [t.form for t in self.tokens] + _NO_FORMS
        self.form = self.forms.__getitem__
        self.quotes = [form in QUOTES for form in self.forms]
        self.is_quote = self.quotes.__getitem__
        ends = {m.end() for m in _TANWIN.finditer(self.text)}
        self.indefinite = frozenset(t.i for t in self.tokens if t.end in ends and self.raw(t.i).endswith(TANWIN))
        self.count(self.numbers)
        known, mute = self.lexicon.verb_reads, self.indefinite
        reads = [self._verbs(t) if known[t.form] and t.i not in mute else _NO_READS for t in self.tokens]
        self.reads = reads + _NOTHING_READ
        self.verbs = self.reads.__getitem__

    def date(self, dated: frozenset[int]) -> None:
        """Tell, once, which tokens stand in a date."""
        self.dated = dated
        for i in dated:
            self.reads[i] = _NO_READS

    def count(self, numbers: dict[int, Number]) -> None:
        """Tell which numbers the report holds, by their first token."""
        self.numbers = numbers
        self.number_before = {n.last: n for n in numbers.values()}
        self.inside_numbers = frozenset(k for n in numbers.values() for k in range(n.first + 1, n.last))

    def span(self, first: int, last: int, cut: int = 0) -> Span:
        """Raw span of tokens `[first, last)` without the first `cut` folded letters of the first token."""
        head = self.tokens[first]
        start = head.start if not cut else self.folded.origin[head.at + cut]
        return Span(start, self.tokens[last - 1].end)

    def words(self, sentence: Sentence) -> Iterator[tuple[int, str]]:
        """The tokens of `sentence` with their forms."""
        return enumerate(self.forms[sentence.first : sentence.last], sentence.first)

    def raw(self, i: int) -> str:
        """Token `i` as written."""
        return self.text[self.tokens[i].start : self.tokens[i].end]

    def _verbs(self, token: Token) -> list[VerbRead]:
        reads = self.lexicon.verb_reads[token.form]
        if token.form[-1] == "ه" and self.text[token.start : token.end].rstrip(MARKS).endswith("ة"):
            return [r for r in reads if r.suffix != "ه"]
        return list(reads)

    def noun(self, table: Mapping[str, Any], i: int, *, possessed: bool = True) -> tuple[Any, Peel, str] | None:
        """`Lexicon.noun` for token `i`; a written ة is no pronoun (مركزة is not "his centre")."""
        form = self.forms[i]
        found = self.lexicon.noun(table, form, possessed=possessed)
        if found is None:
            if i in self.indefinite and len(form) > 3:
                return self.lexicon.noun(table, form.removesuffix("ا"), possessed=False)
            return None
        if found[2] == "ه" and self.raw(i).rstrip(MARKS).endswith("ة"):
            return None
        return found

    def sentence_at(self, i: int) -> int | None:
        """The number of the sentence that holds token `i`."""
        n = bisect_right(self.sentences, i, key=lambda s: s.first) - 1
        return n if n >= 0 and i < self.sentences[n].last else None

    def skip_quotes(self, i: int, step: int = 1) -> int:
        """The first index from `i` on (in direction `step`) that is no quotation mark or bracket."""
        while self.is_quote(i):
            i += step
        return i


def open_page(report: Report, lexicon: Lexicon) -> Page:
    """Fold, cut into tokens and sentences, find the numbers."""
    folded = fold(report.text)
    tokens = tokenize(folded)
    numbers = {n.first: n for n in find_numbers(tokens)}
    return Page(report, lexicon, folded, tokens, lay_out(tokens, folded.text), numbers)
