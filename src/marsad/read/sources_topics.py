"""Who speaks where no voucher follows the verb: the topic before it, a name that no list holds, the doer before."""

from __future__ import annotations

from dataclasses import replace

from marsad.model.event import SourceKind
from marsad.read.clauses import clear_verb
from marsad.read.layout import Sentence
from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_words import source_words

_APART = 25
_LEADS = ("اما", "لكن", "فيما", "بينما", "كان", "كانت")


class TopicReader:
    """Finds who speaks at a verb that names nobody behind it."""

    def __init__(self, page: Page, phrases: PhraseReader) -> None:
        self.page, self.phrases = page, phrases
        self.words = source_words(page)

    def topic(self, v: int, sentence: Sentence) -> Voucher | None:
        """The voucher that stands before his verb: دمشق تقول, أما قائد الفوج ... فنفى."""
        page = self.page
        if self.contrasts(v, sentence):
            found = self.phrases.read(sentence.first + 1, v)
            if found is not None and v - found.last <= _APART:
                return found
        starts = [sentence.first]
        opens = ("،", ",", "-", ":", '"', "يكون", "تكون", "كان", "كانت", "وكان", "وكانت")
        starts += [
            k + 1
            for k in range(max(sentence.first, v - 12), v)
            if page.form(k) in opens or page.form(k) in self.words.markers
        ]
        for start in reversed(starts):
            k = start
            while k < v and (
                page.form(k).removeprefix("و").removeprefix("ف")
                in ("اما", "لكن", "كان", "كانت", "ان", "فيما", "بينما", "قد")
                or page.is_quote(k)
            ):
                k += 1
            if k >= v or v - k > 14 or self._held(k, sentence.first):
                continue
            if page.form(k) in self.words.saying or page.form(k).removeprefix("ال") in self.words.saying:
                k += 1
            found = self.phrases.read(k, v)
            if found and self._reaches(found, v, wide=page.form(start) in ("اما", "واما")):
                return found
        return None

    def contrasts(self, v: int, sentence: Sentence) -> bool:
        """أما فلان، ...، فيحكي: the verb answers to the first word of the sentence."""
        return self.page.form(sentence.first) in ("اما", "واما") and self.page.form(v)[:1] == "ف"

    def _held(self, k: int, first: int) -> bool:
        """A noun holds the quoted name at token `k`: مراسل "كذا"."""
        before = self.page.form(k - 2)
        if k - 2 < first or not self.page.is_quote(k - 1) or self.page.tokens[k - 2].kind != "word":
            return False
        return before not in self.words.markers and before.lstrip("وف") not in _LEADS

    def loose(self, v: int, marker: int | None) -> Voucher | None:
        """Whoever stands right after the verb where the thing said follows soon: زعم التنظيم أنه."""
        if marker is None or not 2 <= marker - v <= 8:
            return self._stranger(v, marker)
        chunk = next((c for c in self.phrases.at.get(v + 1, ()) if c.kind != "place" and not c.link), None)
        if chunk is None:
            return self._stranger(v, marker)
        if chunk.last > marker or self.page.form(v + 1).removeprefix("ال") in self.words.papers:
            return None
        kind: SourceKind = "military" if chunk.head in ("group", "force", "members") else "official"
        return Voucher(v + 1, chunk.last, "person" if chunk.kind == "person" else kind, "", rule="loose")

    def _stranger(self, v: int, marker: int | None) -> Voucher | None:
        """A name that no list holds, between the verb and the thing said; the office after it gives his kind."""
        page = self.page
        if marker is None or self.words.does(page, v) not in ("say", "add", "announce", "deny", "expect"):
            return None
        if page.form(v).removeprefix("و").startswith(("نقول", "نوكد", "نعلن", "اقول")):
            return None
        first = page.skip_quotes(v + 1)
        last = first
        while last < min(marker, first + 5) and self._name_like(last):
            last += 1
        if last == first or (last == first + 1 and page.form(first).endswith("ه")):
            return None
        office = self.phrases.read(last + 1, marker) if page.form(last) in ("،", ",", "-") else None
        if office and not office.prep:
            return Voucher(first, office.last, office.kind, office.head, rule="stranger")
        told = page.form(v).removeprefix("و").startswith(("ابلغ", "اخبر"))  # whom he told stands in between
        if last != marker and page.tokens[last].kind == "word" and not self._beside(last) and not told:
            return None
        kind: SourceKind = "media" if last == first + 1 and page.form(v).endswith("ت") else "person"
        return Voucher(first, last, kind, "", rule="stranger")

    def _name_like(self, k: int) -> bool:
        page, form = self.page, self.page.form(k)
        if page.tokens[k].kind != "word" or form in self.words.papers or form.removeprefix("ال") in self.words.papers:
            return False
        if self._beside(k) or form in ("الاخير", "الاخيره", "هولاء", "هذا", "هذه", "ذلك", "ان", "كل", "كيف"):
            return False
        known = form in page.lexicon.by_noun or form in page.lexicon.masdars
        known = known or (form.startswith("ال") and self.words.head(page, k) is not None)
        return not known and clear_verb(page, k) is None

    def _beside(self, k: int) -> bool:
        """Words of where, when and to whom somebody spoke."""
        form, words = self.page.form(k), self.words
        if form in words.stops or form in words.fillers or form in words.settings or form == "ل":
            return True
        return any(p.prep in ("ل", "ب") and p.definite for p in peels(form))

    def heard_before(self, v: int, sentence: Sentence) -> list[Voucher]:
        """The outlet spoken to, named before the verb: وفي تصريح لشبكة كذا، قال."""
        page = self.page
        start = next(
            (k for k in range(v - 1, max(sentence.first - 1, v - 10), -1) if page.form(k) in self.words.settings), v
        )
        for k in range(start + 1, v):
            if page.form(k) == "ل" or any(p.prep == "ل" for p in peels(page.form(k))):
                found = self.phrases.addressee(k, v)
                return [found] if found else []
        return []

    def carriers(self, topic: Voucher | None, v: int) -> list[Voucher]:
        """Those who pass the topic's words on, named before the verb: رواية الأهالي، كما ينقلها رئيس البلدية، تفيد."""
        if topic is None:
            return []
        after = [k + 1 for k in range(topic.last, v) if self.page.form(k) in self.words.carried]
        found = [self.phrases.read(k, v) for k in after]
        return [replace(f, prep="ل") for f in found if f]

    def main_subject(self, v: int, sentence: Sentence) -> Voucher | None:
        """The doer of the sentence's main verb goes on to speak: اتهمت الوزارة ..., وقالت في بيان."""
        for k in range(sentence.first, min(sentence.first + 5, v)):
            if clear_verb(self.page, k) is not None or (k == sentence.first and self.words.does(self.page, k)):
                paper = self.page.form(k + 1).removeprefix("ال") in self.words.papers
                issued = paper and (self.phrases.read(k + 2, v, prep="ل") or self.phrases.read(k + 2, v))
                return issued or self.phrases.read(k + 1, v)
        return None

    def _reaches(self, found: Voucher, v: int, *, wide: bool) -> bool:
        gap = [self.page.form(k) for k in range(found.last, v) if not self.page.is_quote(k)]
        if wide:
            return len(gap) <= 10
        return all(g in ("قد", "،", "كان", "كانت", "لم") for g in gap)

    @staticmethod
    def insert(links: list[Voucher], topic: Voucher | None) -> list[Voucher]:
        """Put the topic between those who carried its words and those it leans on."""
        if topic is None:
            return links
        outer = [x for x in links if x.prep]
        return [*outer, topic, *[x for x in links if not x.prep]]
