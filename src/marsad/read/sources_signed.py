"""Vouchers of a whole text: who signs a statement that says "we", whom a bulletin names in its first or last line."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marsad.read.layout import Sentence
from marsad.read.names import match_name
from marsad.read.page import Page
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_words import source_words

_EDGE = 3
_LINE = 12
_BULLETS = "•●▪◾◼◽🔴🟡🟢📌❌⚠✅▶◀*-–—"
_SOURCE = ("المصدر", "مصدر", "المصادر", "بحسب", "حسب", "وفق", "نقلا")


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who vouches for a whole statement, and the id of the party that he is (None where it is no known one)."""

    voucher: Voucher
    id: str | None


def is_item(page: Page, sentence: Sentence) -> bool:
    """The sentence is one of a list: a bullet, a dash or a number stands before it."""
    first = sentence.first
    if page.form(first) in _BULLETS and page.form(first):
        return True
    if first and page.tokens[first - 1].kind == "punct" and page.form(first - 1) in _BULLETS:
        return True
    return page.tokens[first].kind == "number" and page.form(first + 1) in (".", "-", ")")


def find_signatory(page: Page, phrases: PhraseReader) -> Signatory | None:
    """The party in the last lines or in the heading (بيان صادر عن ...) of a statement that speaks as "we"."""
    if not _speaks_as_we(page):
        return None
    for sentence in reversed(page.sentences[-_EDGE:]):
        if found := _signed(page, phrases, sentence):
            return found
    for sentence in page.sentences[:_EDGE]:
        if found := _headed(page, phrases, sentence):
            return found
    return None


def find_footing(page: Page, phrases: PhraseReader) -> Voucher | None:
    """Whom a text names as its source in a line of its own (المصدر: غرفة طوارئ ...); an outlet only for a list."""
    listed = sum(is_item(page, s) for s in page.sentences) > 1
    for sentence in (*page.sentences[-_EDGE:], *page.sentences[: _EDGE + 1]):
        if page.form(sentence.first) not in _SOURCE or sentence.last - sentence.first > _LINE:
            continue
        colon = page.form(sentence.first + 1) == ":"
        if not colon and (page.form(sentence.first).endswith("مصدر") or sentence.kind == "body"):
            continue
        found = phrases.read(sentence.first + 1 + colon, sentence.last)
        if found and (listed or found.kind not in ("media", "agency")) and sentence.last - found.last <= 1:
            return found
    return None


def _speaks_as_we(page: Page) -> bool:
    """A word of "we" stands outside every quotation."""
    words, depth = source_words(page).we, 0
    for token in page.tokens:
        if token.kind == "break":
            depth = 0
        elif token.form in ("«", "“", "("):
            depth += 1
        elif token.form in ("»", "”", ")"):
            depth = max(0, depth - 1)
        elif token.form == '"':
            depth = 0 if depth else 1
        elif not depth and (token.form in words or (token.form[:1] in ("و", "ف") and token.form[1:] in words)):
            return True
    return False


def _signed(page: Page, phrases: PhraseReader, sentence: Sentence) -> Signatory | None:
    """A short last line that names somebody and nothing else (his office or town may follow a dash or comma)."""
    if sentence.last - sentence.first > _LINE or page.form(sentence.last - 1) in ".؟!":
        return None
    if any(s is not sentence and s.paragraph == sentence.paragraph for s in page.sentences):
        return None
    return _party(page, phrases, sentence.first, sentence.last)


def _headed(page: Page, phrases: PhraseReader, sentence: Sentence) -> Signatory | None:
    words = source_words(page)
    if page.form(sentence.first).removeprefix("ال") not in words.statements:
        return None
    for k in range(sentence.first + 1, min(sentence.first + 6, sentence.last)):
        if page.form(k) in ("عن", "من"):
            return _party(page, phrases, k, sentence.last)
    return None


def _party(page: Page, phrases: PhraseReader, first: int, last: int) -> Signatory | None:
    words, k = source_words(page), first
    while k < last and (page.form(k) in words.signing or page.form(k) in (":", "-", "/")):
        k += 1
    found = phrases.read(k, last) if k < last else None
    if found is None or found.kind in ("media", "agency") or found.rule == "own-outlet":
        return None
    after = page.form(found.last)
    if last - found.last > 1 and after not in ("-", "–", "،", "/", "|", "("):
        return None
    id_ = _id(page, phrases, found) or _beside(page, found.last, last)
    entry = page.lexicon.packs.actors.get(id_ or "")
    armed = entry is not None and entry.kind in ("military", "militia")
    return Signatory(replace(found, kind="military") if armed else found, id_)


def _beside(page: Page, first: int, last: int) -> str | None:
    """The party whose office signs: المكتب الإعلامي – لواء كذا."""
    words = (k for k in range(first, last) if page.tokens[k].kind == "word")
    names = (n for k in words if (match := match_name(page, k)) for n in match.names)
    return next((n.id for n in names if n.kind == "actor"), None)


def _id(page: Page, phrases: PhraseReader, found: Voucher) -> str | None:
    match = match_name(page, found.first)
    named = next((n.id for n in match.names if n.kind == "actor"), None) if match else None
    ids = [c.id for k in range(found.first, found.last) for c in phrases.at.get(k, ()) if c.kind == "actor" and c.id]
    return named or (ids[0] if ids else None)
