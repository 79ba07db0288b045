"""Acts of vouching in one sentence: verbs of saying, phrases such as وفق, headlines with a colon."""

from __future__ import annotations

from functools import partial

from marsad.read.clauses import clear_verb
from marsad.read.layout import Sentence
from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.sources_claim import Claim, ColonReader, Saying
from marsad.read.sources_links import BREAKS, MEDIA, LinkReader
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_topics import TopicReader
from marsad.read.sources_words import Words, source_words

_FAR = 32
_NEAR = 4
_RESUMING = frozenset(("يواصل", "تواصل", "يمضي", "تمضي"))
_DATE = 9
_APPOSED = 14
_DENIED = frozenset(("ما", "صحه", "وجود", "اي", "حدوث", "وقوع", "حصول", "مسووليه", "انباء", "مزاعم", "شايعات"))
_OPENING = ('"', "«", "“", "”")
_BUT = ("الا", "غير", "بيد", "لكن", "سوي")
_ADMITS = ("اقر", "يقر", "تقر", "اعترف", "يعترف", "تعترف", "اخبر", "ابلغ")
_NOMINAL = frozenset(("announce", "publish", "record", "deny", "expect", "allege"))


def _may_claim(words: Words, form: str) -> bool:
    """A cheap look: an act of vouching may begin with the form."""
    plain = form[1:] if form[:1] == "و" else form
    return bool(
        words.trailing[form]
        or words.telling[form]
        or form in ("علي", *_RESUMING)
        or form.removeprefix("و") in words.stated
        or {form, plain} & (words.denying | words.going_on | words.rumour)
        or plain.removeprefix("ال") in ("تقدير", "تقديرات", "انباء", "معلومات")
    )


class ClaimReader:
    """Finds the claims of a page's sentences."""

    def __init__(self, page: Page, phrases: PhraseReader) -> None:
        self.page, self.phrases = page, phrases
        self.words = source_words(page)
        self.links, self.topics = LinkReader(page, phrases), TopicReader(page, phrases)
        self.colons = ColonReader(page, phrases, lambda j, end: self.links.read(j, end, verb="relay"))

    def read(self, sentence: Sentence) -> list[Claim]:
        """All claims of `sentence`, in order."""
        colon = self.colons.read(sentence)
        out = [colon] if colon else []
        may = self.page.lexicon.looks("may-claim", partial(_may_claim, self.words))
        end = sentence.first
        for i in [k for k, form in self.page.words(sentence) if may[form]]:
            if i < end:
                continue
            claim = self._trailer(i, sentence) or self._paper(i, sentence) or self._verb(i, sentence)
            claim = claim or self._going_on(i, sentence)
            if claim is not None:
                self._speaker(claim, out, sentence)
                out.append(claim)
                end = max([i + 1, *(v.last for v in claim.links if v.first > i)])
        return out

    def _speaker(self, claim: Claim, before: list[Claim], sentence: Sentence) -> None:
        """Who goes on: the source just named (بحسب مصدر، أشار إلى), else the sentence's doer (طالبت X، قائلة إن)."""
        if claim.does == "going-on" and not claim.links and not before:
            doer = self.topics.main_subject(claim.at, sentence)
            claim.links = [doer] if doer else []
        elif claim.does in ("say", "add", "announce") and before and before[-1].does == "trailer" and before[-1].links:
            named = max(v.last for v in before[-1].links)
            told = all(v.first < claim.at for v in claim.links)
            if told and named < claim.at <= named + 2 and self.page.form(claim.at - 1) in ("،", ","):
                claim.links = before[-1].links

    # phrases

    def _trailer(self, i: int, sentence: Sentence) -> Claim | None:
        """وفق مصدر, بحسب ما أفاد مراسل, على حد قوله."""
        page, words = self.page, self.words
        length = words.trailer(page, i) or int(page.form(i) == "علي" and self._what(i + 1))
        if not length:
            return None
        j = self._past_saying(i + length)
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
        links = self.links.read(j, self.links.region_end(j, sentence.last), verb=verb or "trailer")
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

    def _what(self, k: int) -> bool:
        """على ما قال, على ما أفاد به: ما and a verb of telling."""
        return self.page.form(k) == "ما" and self.words.does(self.page, k + 1) is not None

    def _paper(self, i: int, sentence: Sentence) -> Claim | None:
        """جاء في بيان للوزارة أن ..., ورد في تقرير المنظمة; ، يضيف البيان، goes on with the running one."""
        page, words = self.page, self.words
        if self._inserted(i, sentence):
            return Claim(i, sentence.first, sentence.last, [], does="trailer")
        k = i + 2
        if page.form(i).removeprefix("و") not in words.stated or page.form(i + 1) != "في" or k >= sentence.last:
            return None
        if not any(p.stem in words.papers | words.settings for p in peels(page.form(k))):
            return None
        marker = self._marker(k + 1, min(sentence.last, k + _FAR))
        end = marker if marker is not None else self.links.region_end(k + 1, sentence.last)
        k += page.form(k + 1).startswith("صادر") + (page.form(k + 2) in ("عن", "من"))
        links = self.links.read(k + 1, end, verb="trailer")
        if not links:
            return None
        if marker is not None or page.form(max(v.last for v in links)) == ":":
            return Claim(i, i, sentence.last, links, onward=True, does="say")
        return Claim(i, *self._around(i, max(v.last for v in links), sentence), links, does="trailer")

    def _inserted(self, i: int, sentence: Sentence) -> bool:
        """، يضيف البيان،: a verb of telling and the paper stand between commas."""
        page, words = self.page, self.words
        told = words.does(page, i) in ("say", "add") or page.form(i) in _RESUMING
        if not told or i - sentence.first < 3 or page.form(i - 1) not in ("،", ",", "-"):
            return False
        paper = page.form(i + 1)
        return paper.startswith("ال") and paper[2:] in words.papers and page.form(i + 2) in ("،", ",", "-", ".", "")

    def _past_saying(self, j: int) -> int:
        """The token behind ل + a noun of telling: وفقاً لتوثيقات المرصد, طبقاً لبيان الوزارة."""
        form = self.page.form(j)
        return j + 1 if form.startswith("ل") and form[1:] in self.words.saying else j

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
            form in BREAKS or form.removeprefix("و") in BREAKS or (form[:1] == "و" and clear_verb(page, k) is not None)
        )
        inserted = page.form(i - 1) in "،," and page.form(page.skip_quotes(end)) in "،,"
        start = self._clause_start(i, sentence.first) if inserted else sentence.first
        return start, end if ends else sentence.last

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
            if form in "؛" or form in self.words.going_on or form in BREAKS or form in ("وذلك", "واصفا"):
                return k
        return last

    # verbs

    def _verb(self, v: int, sentence: Sentence) -> Claim | None:
        page, words = self.page, self.words
        does = self._does(v)
        if does is None or page.form(v) in words.denying or not self._is_verb(v, sentence):
            return None
        if page.form(v) in words.rumour or page.form(v).removeprefix("و") in words.rumour:
            return None
        if page.form(v) in ("يدعي", "تدعي", "ويدعي") and self._marker(v + 1, min(v + _NEAR + 2, sentence.last)) is None:
            return None  # ضابط يدعى فلان: he is called so
        if does in ("publish", "allege") and page.form(v - 1) in ("ما", "لما", "مما", "عما") and v - 1 > sentence.first:
            return None
        marker = self._marker(v + 1, min(sentence.last, v + _FAR))
        end = marker if marker is not None else self.links.region_end(v + 1, sentence.last)
        if does == "deny":
            end = next((k for k in range(v + 1, end) if page.form(k) in ("ما", "لما")), end)
        links = self.links.read(v + 1, end, verb=does)
        topic = None
        if does == "relay" and links and page.form(page.skip_quotes(links[0].first - 1, -1)) == "عن":
            holder = self.topics.topic(v, sentence)
            links = [holder, *links] if holder else links
        if all(x.prep for x in links):
            topic = self.topics.topic(v, sentence)
            if topic is None and not links:
                topic = self.topics.loose(v, marker) or (
                    self.topics.main_subject(v, sentence) if v - sentence.first > 3 else None
                )
            links = self.topics.insert([*self.topics.carriers(topic, v), *links], topic)
        links = [*self.topics.heard_before(v, sentence), *links] if links else links
        return self._claim(Saying(v, does, marker, links, topic), sentence)

    def _does(self, v: int) -> str | None:
        """What the verb at token `v` does; who does not rule a thing out expects it."""
        does = self.words.does(self.page, v)
        out = does == "deny" and "ستبعد" in self.page.form(v)
        return "expect" if out and self.page.form(v - 1).removeprefix("و") in ("لا", "لم") else does

    def _claim(self, saying: Saying, sentence: Sentence) -> Claim | None:
        """The claim that a verb of saying makes, None where too little speaks for one."""
        page = self.page
        v, does, marker, links, topic = saying.at, saying.does, saying.marker, saying.links, saying.topic
        stance = {"deny": "denies", "allege": "alleges", "accuse": "alleges"}.get(does, "asserts")
        if links and links[-1].head in self.words.hearsay:
            stance = "alleges"
        if not self._credible(v, does, marker, links):
            return None
        last = sentence.last
        if marker is None and topic is not None and self.topics.contrasts(v, sentence):
            return Claim(v, v, last, links, stance, onward=True, does=does)
        if marker is None and (does in ("say", "add") or self._quotes(v, links)):
            if page.form(sentence.last - 1) == ":" or self._said_ahead(v, links, sentence):
                return Claim(v, v, last, links, stance, onward=True, does=does)
            inverted = page.is_quote(v - 1) or page.form(v - 1) in ("،", ",", "-", "هكذا", "كما", "ما", "حسبما")
            if not links or v - sentence.first < 3 or not inverted:
                return None
            return Claim(v, sentence.first, last, links, stance, does="trailer")
        if does == "accuse":
            return Claim(v, v, self._statement_end(v, last), links, stance, does=does)
        end = max([v + 1, *(x.last for x in links)])
        if page.form(v - 1) in ("كما", "ما") and marker is None and last - end < _NEAR:
            return Claim(v, self._clause_start(v, sentence.first), end, links, stance, does="trailer")
        before = page.form(v - 1) if v > sentence.first else ""
        nested = topic is not None and topic.first > sentence.first and page.form(topic.first - 1) in self.words.markers
        nested = nested and topic is not None and page.form(topic.first - 2) not in _BUT
        aside = before.removeprefix("و") in BREAKS or nested
        gap = self.links.relative(v + 1, marker) if marker is not None else (0, 0)
        aside = aside or self._of_thing(v, marker, sentence)
        onward = does not in ("expect", "deny", "warn") and not self._of_thing(v, marker, sentence)
        return Claim(v, v, last, links, stance, onward, does=does, aside=aside, nested=nested, gap=gap)

    def _of_thing(self, v: int, marker: int | None, sentence: Sentence) -> bool:
        """أدخل شاحنات، تقول مصادر إنها محملة بكذا: said in passing of the thing before."""
        page = self.page
        if marker is None or v - sentence.first < 3 or page.form(v - 1) not in ("،", ","):
            return False
        return page.form(v)[:1] in "يت" and page.form(marker) in ("انها", "انه", "انهم")

    def _statement_end(self, v: int, last: int) -> int:
        """Where the clause of the verb at token `v` gives way to another verb or a break."""
        page = self.page
        for k in range(v + 2, last):
            form = page.form(k)
            if form in BREAKS or form == "؛" or (form[:1] == "و" and clear_verb(page, k) is not None):
                return k
        return last

    def _clause_start(self, v: int, first: int) -> int:
        """Where the clause of token `v` begins: at the last فيما, بينما, في حين before it."""
        for k in range(v - 1, first, -1):
            form = self.page.form(k)
            if form.removeprefix("و") in BREAKS or (form == "حين" and self.page.form(k - 1).lstrip("و") == "في"):
                return k
            if form[:1] == "و" and self.page.form(k - 1) in "،," and clear_verb(self.page, k) is not None:
                return k
        return first

    def _said_ahead(self, v: int, links: list[Voucher], sentence: Sentence) -> bool:
        """A colon follows, or after a voucher the preposition of the thing said: أشارت مصادر إلى مقتل."""
        end = max([v + 1, *(x.last for x in links if x.first > v)])
        if links and (self._dated_to(end, sentence.last) or self._quoted_ahead(end, sentence.last)):
            return True
        if links and self._owns_up(v, end, sentence.last):
            return True
        return any(self.page.form(k) == ":" for k in range(end, min(end + 5, sentence.last)))

    def _owns_up(self, v: int, k: int, last: int) -> bool:
        """أقر الموقع، يوم الخميس، بمقتل ثلاثة: a deed behind ب is what is admitted or told."""
        page = self.page
        if not page.form(v).removeprefix("و").startswith(_ADMITS):
            return False
        for n in range(k, min(k + _APPOSED, last)):
            if clear_verb(page, n) is not None:
                return False
            if any(p.prep == "ب" and p.stem in page.lexicon.by_noun for p in peels(page.form(n))):
                return True
        return False

    def _quoted_ahead(self, k: int, last: int) -> bool:
        """A quotation of some length opens at once, or behind the platform: غرد الوزير على تويتر "..."."""
        page = self.page
        if page.form(k) in ("علي", "عبر", "في"):
            k = next((n for n in range(k + 1, min(k + 5, last)) if page.form(n) in _OPENING), k)
        closing = next((n for n in range(k + 1, min(k + _NEAR + 1, last)) if page.is_quote(n)), None)
        return page.form(k) in _OPENING and closing is None

    def _dated_to(self, k: int, last: int) -> bool:
        """The preposition of the thing said, at once or past a date: أشار المرصد في الثاني من الشهر إلى مقتل."""
        page = self.page
        if page.form(k) in "،," and page.form(k):  # an apposition, or words of when, between commas
            k = next((n + 1 for n in range(k + 1, min(k + _APPOSED, last)) if page.form(n) in "،,"), k)
        start = k
        while k < last and k - start < _DATE and page.form(k) not in ("الي", "عن") and clear_verb(page, k) is None:
            k += 1
        deed = {p.stem for p in peels(page.form(k + 1))} & {*page.lexicon.by_noun, *page.lexicon.masdars}
        return page.form(k) in ("الي", "عن") and (k == start or bool(deed))

    def _quotes(self, v: int, links: list[Voucher]) -> bool:
        """The words themselves follow a colon."""
        return self.page.form(max([v + 1, *(x.last for x in links if x.first > v)])) == ":"

    def _credible(self, v: int, does: str, marker: int | None, links: list[Voucher]) -> bool:
        if does == "relay" and links and self.page.form(v - 1) in ("كما", "ما") and links[0].first == v + 1:
            return True
        if does == "deny" and not links and (marker is None or marker - v > _NEAR):
            return self._denies_on(v)
        if does == "relay":
            return bool(links) and any(self.page.form(k) == "عن" for k in range(v + 1, links[-1].first + 1))
        if self._quotes(v, links):
            return bool(links) or does == "add" or self.page.form(v)[:1] in "وف"
        if does == "record" and any(x.rule.startswith("head") and x.kind != "military" for x in links):
            return True
        if does in ("record", "publish"):
            return any(x.kind in MEDIA or x.head.startswith("مصادر") for x in links)
        if does == "accuse":
            return bool(links)
        if does == "recall":
            return bool(links) and links[-1].kind in ("person", "local-source", "activist")
        if does == "warn":
            return bool(links) and marker is not None and self.page.form(marker - 1) == "من"
        if does == "expect" or (does == "add" and links):
            return bool(links)
        if does == "add":
            return marker is not None and marker - v <= _NEAR
        if links:
            return marker is not None or does in _NOMINAL or does == "say"
        opens = self.page.form(v)[:1] in "وف" or self.page.tokens[v - 1].kind in ("break", "punct")
        return marker is not None and marker - v <= _NEAR and opens

    def _denies_on(self, v: int) -> bool:
        """The speaker of before denies something more: كما نفى ما نشرته مواقع, ونفى صحة الأنباء."""
        page = self.page
        resumed = page.form(v)[:1] in "وف" or page.form(v - 1) in ("كما", "بدوره", "بدورها")
        return resumed and page.form(v + 1).removeprefix("ال") in _DENIED

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
        if before.removeprefix("و") in ("لا", "لم") and self._does(v) == "expect":
            return True
        if before in ("في", "من", "عن", "لم", "لن", "لا", "دون", "الي", "ولم", "ولا"):
            return False
        return not form.startswith("ال") or form.startswith("الت")

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
