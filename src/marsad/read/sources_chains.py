"""Whole chains of vouchers: who points back at whom, and who speaks again by a part of his name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.model.event import SourceKind
from marsad.read.page import Page
from marsad.read.sources_claim import Claim
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_words import source_words

_BACK = 400
_SOURCES = ("مصدر", "مصدرا", "مصادر", "مصدران", "مصدرين")


class ChainResolver:
    """Completes the links that a claim names by those that were named before."""

    def __init__(self, page: Page, phrases: PhraseReader) -> None:
        self.page, self.phrases = page, phrases
        self.words = source_words(page)

    def read(self, claim: Claim, history: Sequence[list[Voucher]], passing: Sequence[list[Voucher]]) -> list[Voucher]:
        """The whole chain: one that points back keeps the outer links of him whom it points at."""
        if not claim.links or claim.links[0].head in self.words.papers:
            return list(history[-1]) if history else claim.links
        first = claim.links[0]
        if (again := self._again(claim.links, history)) is not None:
            return again
        if first.rule in ("stranger", "party/person"):
            return self._met(first, history) + claim.links[1:]
        if len(claim.links) > 1 and claim.links[-1].back:
            _deepen(history, claim.links)
        if not first.back:
            return claim.links
        for chain in (*reversed(history), *reversed(passing)):
            for n, link in enumerate(chain):
                if _same_head(link, first):
                    return [*chain[:n], replace(first, kind=link.kind), *claim.links[1:]]
        return self._unmet(claim.links, history)

    def _unmet(self, links: list[Voucher], history: Sequence[list[Voucher]]) -> list[Voucher]:
        """The chain of one that points back at nobody who spoke before."""
        first = links[0]
        source = first.head in _SOURCES
        if (not source or not history) and (kind := self._named_before(first)):
            return [replace(first, kind=kind), *links[1:]]
        if source and history and first.kind == "unnamed-source":
            return [*history[-1][:-1], replace(first, kind=history[-1][-1].kind), *links[1:]]
        return links

    def _again(self, links: list[Voucher], history: Sequence[list[Voucher]]) -> list[Voucher] | None:
        """The chain of before where its very words are met again, or a lone الرجل points at its person."""
        first, near = links[0], list(reversed(history[-3:]))
        if first.last - first.first == 1 and self.page.form(first.first) in self.words.pointers:
            return next((list(c) for c in near if c[-1].kind in ("person", "local-source")), links)
        return next((list(c) for c in near if c[-1].first == first.first and len(c) > len(links)), None)

    def _met(self, stranger: Voucher, history: Sequence[list[Voucher]]) -> list[Voucher]:
        """A bare name that an earlier voucher's phrase holds in full: he speaks again."""
        names = {self.page.form(k) for k in range(stranger.first, stranger.last)}
        for chain in reversed(history):
            for n, link in enumerate(chain):
                if names & {self.page.form(k) for k in range(link.first, link.last)}:
                    return [*chain[:n], replace(stranger, kind=link.kind)]
        return [stranger]

    def _named_before(self, back: Voucher) -> SourceKind | None:
        """Of which kind he is whom an earlier phrase names in full: عقد الناطق باسم الجيش مؤتمراً ... وأوضح الناطق."""
        for k in range(back.first - 1, max(-1, back.first - _BACK), -1):
            found = self.words.head(self.page, k)
            if found and found[1].rstrip("ا") == back.head.rstrip("ا"):
                full = self.phrases.read(k, len(self.page.tokens))
                if full and full.last - full.first > 1 and full.first == k:
                    return full.kind
        return None


def _same_head(link: Voucher, back: Voucher) -> bool:
    if back.head in _SOURCES:
        return link.head in _SOURCES
    return (bool(back.head) and link.head.rstrip("ا") == back.head.rstrip("ا")) or back.kind == link.kind == "monitor"


def _deepen(history: Sequence[list[Voucher]], links: Sequence[Voucher]) -> None:
    """A source named alone before turns out to speak through others: they stand before it there too."""
    for chain in reversed(history):
        if _same_head(chain[0], links[-1]):
            if len(chain) == 1:
                chain[:0] = links[:-1]
            return
