"""What an act of vouching is, and those that a colon makes: مصدر عسكري: ..., 14:05 مراسلنا: ..., جواب: ..."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from marsad.read.clauses import clear_verb
from marsad.read.layout import Sentence
from marsad.read.names import match_name
from marsad.read.page import Page
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_words import source_words

_NEAR = 4
_WIDE = 14
_REGIONS = frozenset(("محافظه", "مديريه", "بلديه", "اداره"))
_CUTS = ("|", "/", "ـ", "-", "–", "—", "•", "#", "*", "▪", "●")


@dataclass(slots=True)
class Claim:
    """Somebody vouches for what stands in tokens `[first, last)`.

    `links` is his chain as far as this place tells it, outermost first; empty where it goes on with the running one.
    `chain` is the whole chain, set by who reads the page. `aside` says that he speaks in passing (فيما قالت صفحات),
    `nested` that his words are told by the one before.
    `gap` is a relative clause that tells who he is, between its commas.
    `onward` says that it also rules the sentences after it. `stance` is that of the last link.
    """

    at: int
    first: int
    last: int
    links: list[Voucher] = field(default_factory=list)
    stance: str = "asserts"
    onward: bool = False
    headline: bool = False
    does: str = ""
    chain: list[Voucher] = field(default_factory=list)
    aside: bool = False
    nested: bool = False
    gap: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Saying:
    """A verb of attribution at token `at`, where the thing said begins, its vouchers, the one named before it."""

    at: int
    does: str
    marker: int | None
    links: list[Voucher]
    topic: Voucher | None


class ColonReader:
    """Claims made by a colon; `chained` reads the vouchers between two tokens, outermost first."""

    def __init__(self, page: Page, phrases: PhraseReader, chained: Callable[[int, int], list[Voucher]]) -> None:
        self.page, self.phrases, self.chained = page, phrases, chained
        self.words = source_words(page)

    def read(self, sentence: Sentence) -> Claim | None:
        """The claim of the colon that the sentence begins with, None where none does."""
        start = self.opening(sentence)
        colon = self._colon(start, sentence.last)
        if colon is None or sentence.last - colon < _NEAR:
            return None
        if colon == start + 1 and self.page.form(start) in self.words.answers:
            return Claim(start, colon, sentence.last, [], onward=True, does="colon")
        links = self._named(start, colon)
        if not links:
            return self._tells(start, colon, sentence)
        headline = sentence.kind == "headline"
        return Claim(start, colon, sentence.last, links, headline=headline, onward=not headline, does="colon")

    def opening(self, sentence: Sentence) -> int:
        """The first token after the clock, bullets and cries (عاجل |, 14:05 -, درعا |) that a line opens with."""
        page, k = self.page, sentence.first
        bar = next((i for i in range(k, min(k + 5, sentence.last)) if page.form(i) == "|"), None)
        if bar is not None:
            k = bar + 1
        while k < sentence.last and self._opens(k, sentence.first):
            k += 1
        return k

    def _opens(self, k: int, first: int) -> bool:
        page, form = self.page, self.page.form(k)
        if form == ":":
            return k > first and (page.tokens[k - 1].kind == "number" or page.form(k - 1) in self.words.alerts)
        if page.tokens[k].kind == "number":
            alone = k + 1 < len(page.tokens) and page.tokens[k + 1].kind != "word"
            return alone or page.form(k - 1) == ":"
        return form in _CUTS or form in self.words.alerts or (page.tokens[k].kind == "punct" and not page.is_quote(k))

    def _colon(self, start: int, last: int) -> int | None:
        page = self.page
        for k in range(start + 1, min(last, start + _WIDE)):
            if page.form(k) == ":" and {page.tokens[x].kind for x in (k - 1, min(k + 1, last - 1))} != {"number"}:
                return k
        return None

    def _named(self, start: int, colon: int) -> list[Voucher]:
        """The vouchers that fill the words before the colon."""
        paper = self.page.form(start).removeprefix("ال") in self.words.statements
        if paper and self.page.form(start + 1) in ("من", "عن"):
            issuer = self.phrases.read(start + 2, colon)
            return [issuer] if issuer and colon == issuer.last else []
        found = self.phrases.read(start, colon)
        if found is None or found.rule == "own-outlet" or found.head in _REGIONS or self._label(found, start, colon):
            return []
        if self.page.tokens[colon + 1].kind == "number" and found.rule.startswith(("party", "state")):
            return []  # the toll of a party: الجيش: 4 قتلى
        links = self.chained(start, colon)
        if any(x.first == found.first for x in links) and colon - max(x.last for x in links) <= 1:
            return links
        return [found] if colon - found.last <= 1 else self._placed(found, colon)

    def _label(self, found: Voucher, start: int, colon: int) -> bool:
        """ليبيا: and العراق: head the news from there."""
        match = match_name(self.page, start)
        if colon - start != 1 or match is None:
            return False
        packs = self.page.lexicon.packs
        return any(n.kind == "place" and packs.places[n.id].kind == "country" for n in match.names)

    def _placed(self, found: Voucher, colon: int) -> list[Voucher]:
        """Between the voucher and the colon only where, when and in what he spoke: مراسلنا في درعا:, الوزير مساء:"""
        after = self.page.form(found.last)
        words = self.words.fillers | self.words.settings | {"(", "علي", "عبر", "ل", "خلال"}
        return [found] if after in words or after.startswith("لل") else []

    def _tells(self, start: int, colon: int, sentence: Sentence) -> Claim | None:
        """Any verb, a voucher and a colon: يستعيد ضابط متقاعد البدايات: ..."""
        if clear_verb(self.page, start) is None or self.words.does(self.page, start):
            return None
        found = self.phrases.read(start + 1, colon)
        if found is None or colon - found.last > 2 or found.rule.startswith(("party", "state")):
            return None
        return Claim(start, colon, sentence.last, [found], onward=True, does="colon")
