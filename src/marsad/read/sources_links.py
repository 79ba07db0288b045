"""The vouchers between a verb or phrase of attribution and the thing said, outermost first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_words import source_words

_REGION = 16
_CLAUSE = 26
MEDIA = frozenset(("media", "agency", "monitor", "activist"))
_WITH = frozenset(("الي", "مع", "ل", "معه", "معها", "اليه", "اليها"))
_SPOKE = frozenset(("به", "ادلي", "تحدث", "تحدثت", "تواصل", "تواصلت", "تحدثوا"))
BREAKS = ("فيما", "بينما", "لكن", "ولكن", "غير", "الا")

_SOME = frozenset("عدد عددا العديد عشرات العشرات مزيد المزيد اكثر بعض كثير احد واحد".split())


class LinkReader:
    """Reads the links of one claim."""

    def __init__(self, page: Page, phrases: PhraseReader) -> None:
        self.page, self.phrases = page, phrases
        self.words = source_words(page)

    def region_end(self, j: int, last: int) -> int:
        """How far names of vouchers may stand where no particle ends them."""
        for k in range(j, min(last, j + _REGION)):
            form = self.page.form(k)
            if form in BREAKS or (form in ("ما", "؛") and k > j):
                return k
            if form in ("الذي", "التي") and k > j and not self._stands_on(k + 1):
                return k
            if form in self.words.markers:
                return k
        return min(last, j + _REGION)

    def read(self, j: int, end: int, *, verb: str) -> list[Voucher]:
        """All vouchers between the verb or phrase and the thing said, outermost first."""
        outer: list[Voucher] = []
        subject: Voucher | None = None
        inner: list[Voucher] = []
        opened = j
        idle = 0
        for role, found, at in self._stations(j, end, verb):
            idle = at - opened
            if idle > (3 if not (subject or inner or outer) else 14):
                break
            opened = found.last
            if role == "outer":
                outer.insert(0, found)
            elif role == "inner":
                inner.append(found)
            elif subject is None:
                subject = found
        links = [*outer, *([subject] if subject else []), *inner]
        return self._split(links)

    def _stations(self, j: int, end: int, verb: str) -> Iterator[tuple[str, Voucher, int]]:
        page, words = self.page, self.words
        subject = False
        inner, heard_to, skipped = 0, j, 0
        k = j
        while k < end:
            form = page.form(k)
            role, start = "subject", k
            found: Voucher | None = None
            if form == "عن" and (verb == "relay" or page.form(k - 1).startswith("نقل") or (inner and k - inner <= 1)):
                role, start = "inner", k + 1
                found = self.phrases.read(k + 1, end)
            elif form in words.rests and page.form(k + 1) in ("الي", "علي"):
                role, found = "inner", self.phrases.read(k + 2, end)
            elif form in words.carried:
                role, found = "outer", self.phrases.read(k + 1, end)
            elif form == "من" and verb == "record" and (subject or k > j + 1):
                role, found = "inner", self._from(k + 1, end)
            elif form in ("،", ",") and (behind := self._past_relative(k, end)) is not None:
                skipped += behind - k
                heard_to = k = behind
                continue
            elif (heard := self._heard(k, end)) is not None:
                role, found = "outer", heard
            elif subject and k == heard_to and page.form(j - 1).lstrip("و").startswith(("ابلغ", "اخبر")):
                role, found = "outer", self._media(k, end)
            elif not subject and self._may_stand(k, heard_to):
                found = self._subject(k, end, verb)
            if found is None or found.last > end:
                k += 1
                continue
            if role == "outer":
                found = replace(found, prep=found.prep or "مع")
            subject = subject or role == "subject"
            inner = found.last if role == "inner" else inner
            heard_to = found.last
            yield role, found, start - skipped
            k, skipped = found.last, 0

    def _media(self, k: int, end: int) -> Voucher | None:
        found = self.phrases.read(k, end)
        return found if found is not None and found.kind in MEDIA else None

    def _from(self, k: int, end: int) -> Voucher | None:
        """Whom somebody knows it from: علم من مصادر, not وثق مقتل عشرة من التنظيم."""
        page, before = self.page, k - 2
        lexicon = page.lexicon
        counted = before in page.inside_numbers or page.tokens[before].kind == "number" or page.form(before) in _SOME
        head = lexicon.noun(lexicon.heads, page.form(before))
        if counted or (head is not None and head[0] == "members" and not head[1].definite):
            return None  # مقتل ثلاثة من عناصر كذا, مقتل عنصر من كذا
        found = self.phrases.read(k, end)
        return found if found is not None and not found.rule.startswith(("party", "state")) else None

    def relative(self, first: int, last: int) -> tuple[int, int]:
        """The first clause between commas in tokens `[first, last)` that tells who somebody is; (0, 0): none."""
        for k in range(first, last):
            if self.page.form(k) in ("،", ",") and (behind := self._past_relative(k, last)) is not None:
                return (k, behind) if behind > k + 2 else (0, 0)
        return 0, 0

    def _past_relative(self, k: int, end: int) -> int | None:
        """The comma that closes the relative clause opened at comma `k` (الشيخ فلان، الذي سعى في الصلح، لـ«الموقع»)."""
        page = self.page
        if page.form(k + 1) not in ("الذي", "التي", "الذين", "وهو", "وهي"):
            return None
        if self._stands_on(k + 2):
            return k + 2
        return next((n for n in range(k + 3, min(k + _CLAUSE, end)) if page.form(n) in ("،", ",")), None)

    def _stands_on(self, k: int) -> bool:
        """Token `k` says whose word another passes on: استند إلى, نقل عن."""
        page = self.page
        if page.form(k) in self.words.rests and page.form(k + 1) in ("الي", "علي"):
            return True
        return self.words.does(page, k) == "relay" and page.form(k + 1) in ("عن", "بدوره", "بدورها")

    def _subject(self, k: int, end: int, verb: str) -> Voucher | None:
        found = self.phrases.read(k, end)
        if found and k > 0 and self._joined(found):
            return None
        if found is None and verb == "trailer":
            found = self.phrases.read(k, end, prep="ل")
            if found is None and self.page.form(k) == "ل":
                found = self.phrases.read(k + 1, end) or self.phrases.read(k + 1, end, prep="ل")
            found = found and Voucher(
                found.first, found.last, found.kind, found.head, found.back, found.cut, "", found.rule
            )
        return found

    def _joined(self, found: Voucher) -> bool:
        """A phrase that begins with و is a second doer at best."""
        return found.cut > 0 and not found.prep and self.page.form(found.first)[:1] in "وف"

    def _may_stand(self, k: int, j: int) -> bool:
        """A subject stands at once after its verb, or after fillers and settings (token `j` begins the stretch)."""
        if self.page.form(k - 1) in ("في", "الي", "مع", "من", "علي", "عبر") and k > j:
            return False
        between = [self.page.form(x) for x in range(j, k) if not self.page.is_quote(x)]
        words = self.words
        return len(between) <= 6 and all(
            b in words.fillers or b in words.settings or b in words.saying or b in ("به", "،", "-", "له", "ل")
            for b in between
        )

    def _heard(self, k: int, end: int) -> Voucher | None:
        """Those spoken to: لـ«الدانة», لمراسلنا, إلى قناة عراقية, مع المرصد, and a bare own name."""
        page = self.page
        form = page.form(k)
        if form == "ل" or any(p.prep == "ل" for p in peels(form)):
            return self.phrases.addressee(k, end)
        if page.form(k - 1) in ("خاص", "خاصه") and any(p.prep == "ب" for p in peels(form)):
            found = self.phrases.read(k, end, prep="ب")
            return found if found and found.kind in MEDIA else None
        if form in _WITH and page.form(k - 1) in self.words.settings | _SPOKE:
            found = self.phrases.read(k + 1, end)
            return found if found and found.kind in MEDIA else None
        if form == "في" and self.phrases.known_outlet(k + 1):
            return self.phrases.read(k + 1, end)
        if page.is_quote(k):
            found = self.phrases.read(k + 1, end)
            if found and found.rule == "own-outlet":
                before = page.form(k - 1)
                return found if before not in self.words.heads and before not in ("عن",) else None
        return None

    def _split(self, links: list[Voucher]) -> list[Voucher]:
        """مصادر المركز stands for two: the centre and its sources."""
        out: list[Voucher] = []
        for link in links:
            if spoken := self._spoken_to(link):
                out += [spoken, replace(link, last=spoken.first)]
                continue
            if link.head in ("مصادر", "مصدر") and link.last - link.first >= 2:
                holder = self.phrases.read(link.first + 1, link.last)
                if holder and holder.first == link.first + 1 and holder.kind in ("media", "agency", "monitor"):
                    out.append(holder)
            out.append(link)
        return out

    def _spoken_to(self, link: Voucher) -> Voucher | None:
        """The last word of a source's phrase is an unlisted outlet: مصدر أمني للمنار: ..., قال مصدر للأيام إن"""
        page, last, after = self.page, link.last - 1, self.page.form(link.last)
        if link.head not in ("مصدر", "مصادر") or last <= link.first or after not in {":", *self.words.markers}:
            return None
        peel = next((p for p in peels(page.form(last)) if p.prep == "ل" and p.definite), None)
        return Voucher(last, link.last, "media", "", cut=peel.cut, prep="ل", rule="spoken-to") if peel else None
