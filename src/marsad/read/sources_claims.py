"""Acts of vouching in one sentence: verbs of saying, phrases such as وفق, headlines with a colon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from marsad.model.event import SourceKind
from marsad.read.clauses import clear_verb
from marsad.read.layout import Sentence
from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.sources_claim import Claim, ColonReader, Saying
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_words import source_words

_FAR = 32
_NEAR = 4
_REGION = 16
_NOMINAL = frozenset(("announce", "publish", "record", "deny", "expect", "allege"))
_MEDIA = frozenset(("media", "agency", "monitor", "activist"))
_BREAKS = ("فيما", "بينما", "لكن", "ولكن", "غير", "الا")


class ClaimReader:
    """Finds the claims of a page's sentences."""

    def __init__(self, page: Page, phrases: PhraseReader) -> None:
        self.page, self.phrases = page, phrases
        self.words = source_words(page)
        self.colons = ColonReader(page, phrases, lambda j, end: self._links(j, end, verb="relay"))

    def read(self, sentence: Sentence) -> list[Claim]:
        """All claims of `sentence`, in order."""
        colon = self.colons.read(sentence)
        out = [colon] if colon else []
        i = sentence.first
        while i < sentence.last:
            claim = self._trailer(i, sentence) or self._verb(i, sentence) or self._going_on(i, sentence)
            if claim is None:
                i += 1
                continue
            out.append(claim)
            i = max([i + 1, *(v.last for v in claim.links if v.first > i)])
        return out

    # phrases

    def _trailer(self, i: int, sentence: Sentence) -> Claim | None:
        """وفق مصدر, بحسب ما أفاد مراسل, على حد قوله."""
        page, words = self.page, self.words
        if not (length := words.trailer(page, i)):
            return None
        j = i + length
        first = page.form(i)
        stance = "asserts"
        if page.form(j) in words.said:
            return Claim(i, *self._around(i, j + 1, sentence), [], stance, False, does="trailer")
        verb = words.does(page, j - 1) if length > 1 else None
        if (
            page.form(j) in ("ما", "لما")
            or first.endswith("حسبما")
            or first == "وفقما"
            or page.form(j).startswith("لما")
        ):
            j = j if first.endswith(("حسبما", "وفقما")) else j + 1
            verb = words.does(page, j)
            if verb is None:
                return None
            j += 1
        links = self._links(j, self._region_end(j, sentence.last), verb=verb or "trailer")
        if not links and page.form(j).startswith("ال") and page.form(j)[2:] in words.papers:
            links, end = [], j + 1
        elif not links:
            return None
        else:
            end = max(v.last for v in links)
        if i - sentence.first <= 1:
            return Claim(i, sentence.first, sentence.last, links, stance, onward=True, does="trailer")
        listed = sentence.last - end <= 1 and page.form(sentence.last - 1) == ":"
        return Claim(i, *self._around(i, end, sentence), links, stance, onward=listed, does="trailer")

    def _around(self, i: int, end: int, sentence: Sentence) -> tuple[int, int]:
        """What a phrase in or after a statement covers: the sentence so far, all of it around an insertion."""
        page = self.page
        k = end
        while k < sentence.last and (page.is_quote(k) or page.form(k) in "،,-"):
            k += 1
        if k >= sentence.last:
            return sentence.first, end
        form = page.form(k)
        ends = (
            form in _BREAKS
            or form.removeprefix("و") in _BREAKS
            or (form[:1] == "و" and clear_verb(page, k) is not None)
        )
        return sentence.first, end if ends else sentence.last

    def _going_on(self, i: int, sentence: Sentence) -> Claim | None:
        """مشيرا إلى, نافيا: the running voucher goes on; أنباء عن and rumours have none by name."""
        form = self.page.form(i)
        plain = form[1:] if form[:1] == "و" else form
        if form in self.words.denying or plain in self.words.denying:
            return Claim(i, i, self._clause_end(i, sentence.last), [], "denies", does="going-on")
        if plain in self.words.going_on and self._marker(i + 1, min(i + 5, sentence.last)) is not None:
            return Claim(i, i, sentence.last, [], "asserts", does="going-on")
        if plain.removeprefix("ال") in ("تقدير", "تقديرات") and self.page.form(i + 1) in ("في", "لدي"):
            marker = self._marker(i + 2, min(i + 8, sentence.last))
            held = self.phrases.read(i + 2, sentence.last) if marker is not None else None
            if held:
                return Claim(i, i, sentence.last, [held], does="expect")
        if plain in ("انباء", "معلومات") and self.page.form(i + 1) == "عن":
            found = Voucher(i, i + 1, "unnamed-source", "انباء", cut=len(form) - len(plain), rule="rumour")
            return Claim(i, i, sentence.last, [found], "alleges", does="rumour")
        if self._rumoured(form, plain, i, sentence.last):
            plain = plain if plain in self.words.rumour else form
            found = Voucher(i, i + 1, "unnamed-source", "", cut=len(form) - len(plain), rule="rumour")
            return Claim(i, i, sentence.last, [found], "alleges", does="rumour")
        return None

    def _rumoured(self, form: str, plain: str, i: int, last: int) -> bool:
        if not {form, plain} & self.words.rumour or self.page.form(i + 1) == "في":
            return False
        return self._marker(i + 1, min(i + 4, last)) is not None

    def _clause_end(self, i: int, last: int) -> int:
        for k in range(i + 1, last):
            form = self.page.form(k)
            if form in "؛" or form in self.words.going_on or form in _BREAKS or form in ("وذلك", "واصفا"):
                return k
        return last

    # verbs

    def _verb(self, v: int, sentence: Sentence) -> Claim | None:
        page, words = self.page, self.words
        does = words.does(page, v)
        if does is None or page.form(v) in words.denying or not self._is_verb(v, sentence):
            return None
        if page.form(v) in words.rumour or page.form(v).removeprefix("و") in words.rumour:
            return None
        if does in ("publish", "allege") and page.form(v - 1) in ("ما", "لما", "مما", "عما") and v - 1 > sentence.first:
            return None
        marker = self._marker(v + 1, min(sentence.last, v + _FAR))
        end = marker if marker is not None else self._region_end(v + 1, sentence.last)
        if does == "deny":
            end = next((k for k in range(v + 1, end) if page.form(k) in ("ما", "لما")), end)
        links = self._links(v + 1, end, verb=does)
        topic = None
        if all(x.prep for x in links):
            topic = self._topic(v, sentence)
            if topic is None and not links:
                topic = self._loose(v, marker) or (self._main_subject(v, sentence) if v - sentence.first > 3 else None)
            links = self._insert([*self._carriers(topic, v), *links], topic)
        links = [*self._heard_before(v, sentence), *links] if links else links
        return self._claim(Saying(v, does, marker, links, topic), sentence)

    def _claim(self, saying: Saying, sentence: Sentence) -> Claim | None:
        """The claim that a verb of saying makes, None where too little speaks for one."""
        page = self.page
        v, does, marker, links, topic = saying.at, saying.does, saying.marker, saying.links, saying.topic
        stance = {"deny": "denies", "allege": "alleges"}.get(does, "asserts")
        if links and links[-1].head in self.words.hearsay:
            stance = "alleges"
        if not self._credible(v, does, marker, links):
            return None
        last = sentence.last
        if marker is None and (does in ("say", "add") or self._quotes(v, links)):
            if page.form(sentence.last - 1) == ":" or self._said_ahead(v, links, sentence):
                return Claim(v, v, last, links, stance, onward=True, does=does)
            inverted = page.is_quote(v - 1) or page.form(v - 1) in ("،", ",", "-", "هكذا", "كما", "ما", "حسبما")
            if not links or v - sentence.first < 3 or not inverted:
                return None
            return Claim(v, sentence.first, last, links, stance, does="trailer")
        end = max([v + 1, *(x.last for x in links)])
        if page.form(v - 1) in ("كما", "ما") and marker is None and last - end < _NEAR:
            return Claim(v, self._clause_start(v, sentence.first), end, links, stance, does="trailer")
        before = page.form(v - 1) if v > sentence.first else ""
        nested = topic is not None and topic.first > sentence.first and page.form(topic.first - 1) in self.words.markers
        aside = before.removeprefix("و") in _BREAKS or nested
        return Claim(v, v, last, links, stance, does not in ("expect", "deny"), does=does, aside=aside, nested=nested)

    def _clause_start(self, v: int, first: int) -> int:
        return next((k for k in range(v - 1, first, -1) if self.page.form(k).removeprefix("و") in _BREAKS), first)

    def _said_ahead(self, v: int, links: list[Voucher], sentence: Sentence) -> bool:
        """A colon follows, or after a voucher the preposition of the thing said: أشارت مصادر إلى مقتل."""
        end = max([v + 1, *(x.last for x in links if x.first > v)])
        if end > v + 1 and self.page.form(end) in ("الي", "عن"):
            return True
        return any(self.page.form(k) == ":" for k in range(end, min(end + 5, sentence.last)))

    def _quotes(self, v: int, links: list[Voucher]) -> bool:
        """The words themselves follow a colon."""
        return self.page.form(max([v + 1, *(x.last for x in links if x.first > v)])) == ":"

    def _credible(self, v: int, does: str, marker: int | None, links: list[Voucher]) -> bool:
        if does == "relay":
            return bool(links) and any(self.page.form(k) == "عن" for k in range(v + 1, links[-1].first + 1))
        if self._quotes(v, links):
            return bool(links) or does == "add" or self.page.form(v)[:1] in "وف"
        if does == "record" and any(x.rule.startswith("head") and x.kind != "military" for x in links):
            return True
        if does in ("record", "publish"):
            return any(x.kind in _MEDIA or x.head.startswith("مصادر") for x in links)
        if does == "expect" or (does == "add" and links):
            return bool(links)
        if does == "add":
            return marker is not None and marker - v <= _NEAR
        if links:
            return marker is not None or does in _NOMINAL or does == "say"
        return marker is not None and marker - v <= _NEAR and self.page.form(v)[:1] in "وف"

    def _is_verb(self, v: int, sentence: Sentence) -> bool:
        """Token `v` is no noun or particle of the same letters."""
        page = self.page
        form = page.form(v)
        before = page.form(v - 1) if v > sentence.first else ""
        if form in self.words.unsure or form.removeprefix("و") in self.words.unsure:
            opens = (
                v == sentence.first
                or before in self.words.fillers
                or before in ("،", ":", "لكن", "ما", "فيما", "كما", "قد", "-", ".")
                or form.startswith("و")
            )
            after = page.form(v + 1)
            paper = after.removeprefix("ال") in self.words.papers
            sure = self._marker(v + 1, min(v + 5, sentence.last)) is not None and form.lstrip("و")[:1] != "ي"
            passive = after == "عن" and self.words.does(page, v) == "relay"
            return opens and (sure or passive or paper or self.phrases.read(v + 1, sentence.last) is not None)
        if before in ("في", "من", "عن", "لم", "لن", "دون", "الي") or before in ("ولم",):
            return False
        return not form.startswith("ال") or form.startswith("الت")

    def _topic(self, v: int, sentence: Sentence) -> Voucher | None:
        """The voucher that stands before his verb: دمشق تقول, أما قائد الفوج ... فنفى."""
        page = self.page
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
            if k >= v or v - k > 14:
                continue
            if page.form(k) in self.words.saying or page.form(k).removeprefix("ال") in self.words.saying:
                k += 1
            found = self.phrases.read(k, v)
            if found and self._reaches(found, v, wide=page.form(start) in ("اما", "واما")):
                return found
        return None

    def _loose(self, v: int, marker: int | None) -> Voucher | None:
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
        if marker is None or self.words.does(page, v) not in ("say", "add", "announce"):
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
        if last != marker and page.tokens[last].kind == "word" and not self._beside(last):
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
        return not known and clear_verb(page, k) is None

    def _beside(self, k: int) -> bool:
        """Words of where, when and to whom somebody spoke."""
        form, words = self.page.form(k), self.words
        if form in words.stops or form in words.fillers or form in words.settings or form == "ل":
            return True
        return any(p.prep in ("ل", "ب") and p.definite for p in peels(form))

    def _heard_before(self, v: int, sentence: Sentence) -> list[Voucher]:
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

    def _carriers(self, topic: Voucher | None, v: int) -> list[Voucher]:
        """Those who pass the topic's words on, named before the verb: رواية الأهالي، كما ينقلها رئيس البلدية، تفيد."""
        if topic is None:
            return []
        after = [k + 1 for k in range(topic.last, v) if self.page.form(k) in self.words.carried]
        found = [self.phrases.read(k, v) for k in after]
        return [replace(f, prep="ل") for f in found if f]

    def _main_subject(self, v: int, sentence: Sentence) -> Voucher | None:
        """The doer of the sentence's main verb goes on to speak: اتهمت الوزارة ..., وقالت في بيان."""
        for k in range(sentence.first, min(sentence.first + 5, v)):
            if clear_verb(self.page, k) is not None or (k == sentence.first and self.words.does(self.page, k)):
                return self.phrases.read(k + 1, v)
        return None

    def _reaches(self, found: Voucher, v: int, *, wide: bool) -> bool:
        gap = [self.page.form(k) for k in range(found.last, v) if not self.page.is_quote(k)]
        if wide:
            return len(gap) <= 10
        return all(g in ("قد", "،", "كان", "كانت", "لم") for g in gap)

    @staticmethod
    def _insert(links: list[Voucher], topic: Voucher | None) -> list[Voucher]:
        """Put the topic between those who carried its words and those it leans on."""
        if topic is None:
            return links
        outer = [x for x in links if x.prep]
        return [*outer, topic, *[x for x in links if not x.prep]]

    def _marker(self, first: int, last: int) -> int | None:
        """Where the thing said begins (أن, إن, بأن), unless another verb of saying comes first."""
        for k in range(first, last):
            if self.page.form(k) in self.words.markers:
                return k
            if self.page.form(k) in ("؛", ".", "حين"):
                return None
            if (
                self.page.form(k).startswith("و")
                and self.words.does(self.page, k) in ("say", "add", "announce", "deny")
                and clear_verb(self.page, k)
            ):
                return None
        return None

    def _region_end(self, j: int, last: int) -> int:
        """How far names of vouchers may stand where no particle ends them."""
        for k in range(j, min(last, j + _REGION)):
            form = self.page.form(k)
            if form in _BREAKS or (form in ("ما", "؛", "الذي", "التي") and k > j):
                return k
            if form in self.words.markers:
                return k
        return min(last, j + _REGION)

    # chains

    def _links(self, j: int, end: int, *, verb: str) -> list[Voucher]:
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
        inner, heard_to = 0, j
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
            elif form == "من" and verb == "record" and k > j + 1:
                role, found = "inner", self.phrases.read(k + 1, end)
            elif (heard := self._heard(k, end)) is not None:
                role, found = "outer", heard
            elif not subject and self._may_stand(k, heard_to):
                found = self._subject(k, end, verb)
            if found is None or found.last > end:
                k += 1
                continue
            subject = subject or role == "subject"
            inner = found.last if role == "inner" else inner
            heard_to = found.last
            yield role, found, start
            k = found.last

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
            return found if found and found.kind in _MEDIA else None
        if form in ("الي", "مع", "ل") and page.form(k - 1) in self.words.settings | {"به", "ادلي"}:
            found = self.phrases.read(k + 1, end)
            return found if found and found.kind in _MEDIA else None
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
