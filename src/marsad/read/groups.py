"""Counted people: phrases that say how many (ثلاثة عناصر, اثنين من رفاقه, ضابط وعنصرين), one by one and in lists."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from marsad.model import Count
from marsad.read.chunks import Chunk
from marsad.read.lexicon import Peel, bare, peels, suffixed
from marsad.read.numbers import Number, dual
from marsad.read.page import Page

DEAD = frozenset(bare(w) for w in (
    "قتلى قتيل قتيلا قتيلان قتيلين شهداء شهيد شهيدا شهيدان شهيدين ضحايا ضحية جثث جثة جثامين"
).split())  # fmt: skip
HURT = frozenset(bare(w) for w in (
    "جرحى جريح جريحا جريحان جريحين إصابات مصابين مصابون مصاب مصابا مصابان"
).split())  # fmt: skip
PLURALS = frozenset(bare(w) for w in (
    "عناصر مقاتلون مقاتلين مقاتلو مقاتلي مسلحون مسلحين مسلحو مسلحي جنود ضباط عسكريون عسكريين أفراد مدنيون مدنيين "
    "أشخاص شبان "
    "أطفال نساء عمال رعاة مزارعين مزارعون موظفين معتقلين موقوفين نازحين أهالي سكان قادة قياديين منتسبين متظاهرين "
    "محتجين "
    "ناشطين رجال عائلات مواطنين مواطنون محتجزين معتقلات أسرى مطلوبين مخطوفين مختطفين نشطاء صحفيين إرهابيين "
    "إرهابيون طلاب "
    "شباب مستشارين خبراء متطوعين منتسبو منتسبي أبناء شيوخ وجهاء تكفيريين متمردين لاجئين "
    "حراس قناصة تجار أطباء ركاب رهائن ثوار تلاميذ مرتزقة شبيحة عملاء سجناء رفاق زملاء أقارب حجاج مجندات مسؤولين "
    "أنفار جنرالات قيادات "
    "صيادين مهربين سائقين مرافقين مرافقي رفاقه"
).split())  # fmt: skip
_EVERYBODY = frozenset(bare(w) for w in (
    "أهالي أهل سكان أبناء عشائر قبائل وجهاء شيوخ أعيان لجان حرس طاقم مرتبات كوادر ذوو ذوي ذوه"
).split())  # fmt: skip
_PEOPLE = frozenset(bare(w) for w in (
    "أسير أسيرا أسرى أسيران أسيرين متمرد متمردا متمردين متمردون مطلوب مطلوبا مطلوبين مطلوبون رفاقه رفاقهم رهينة "
    "رهائن راكب ركاب "
    "فتى فتاة فتيات شقيقان شقيقين أخوان أخوين قتيل جريح شهيد مجند مجندا مجندين لاجئا داعشي داعشيا مرتزق مرتزقة "
    "مجاهد مجاهدين مصلين "
    "بنات أولاد أشقاء شقيقات إخوة أحفاد زوجات "
    "أب أبا والد والدة زوج زوجة ابن ابنة ابنا ابنتان ابنتين ولدان ولدين طفلة حفيد حفيدة "
    "نفر أنفار ثائر ثوار عائلة أسرة مسعف مسعفين رضيع رضيعة جد جدة سيدة تلميذ تلاميذ عنصراً خادم حارس حراس"
).split())  # fmt: skip
_KIN = frozenset(bare(w) for w in "طفل طفلت ابن ابنت ولد شقيق شقيقت بنت حفيد رفيق مرافق زميل".split())
_THINGS = frozenset(bare(w) for w in (
    "قذيفة قذائف صاروخ صواريخ صاروخا غارة غارات غارة ضربة ضربات طائرة طائرات مسيرة مسيرات آلية آليات سيارة سيارات "
    "عربة عربات "
    "دبابة دبابات شاحنة شاحنات مدرعة مدرعات منزل منازل نقطة نقاط موقع مواقع مقر مقرات حاجز حواجز كيلومتر كيلومترا "
    "كيلومترات كم متر "
    "مترا أمتار دقيقة دقائق ساعة ساعات يوم يوما أيام أسبوع أسابيع شهر أشهر عام عاما أعوام سنة سنوات مرة مرات دولار "
    "ليرة ألف مليون "
    "طن أطنان دراجة دراجات قرية قرى بلدة بلدات جولة جولات جهات بند بنود برميل براميل لتر ربيعا طلقة طلقات رشقة "
    "رشقات عبوة عبوات "
    "لغم ألغام هجوم هجمات عملية عمليات استهداف استهدافا دورية دوريات رتل أرتال حافلة حافلات محطة محاور اتجاهات "
    "نقيبا صهريج صهاريج "
    "رصاصة رصاصات بئر آبار حالة حالات مجموعة مجموعات طابق طوابق بالمئة نفط مخزن مستودع مستودعات قطعة قطع بندقية بنادق"
).split())  # fmt: skip
_HOMES = frozenset(("عايله", "اسره", "عايلات", "اسر"))
_MARKS = "".join(chr(c) for c in range(0x064B, 0x0653)) + "\u0670\u0640"
_ORDINALS = frozenset(bare(w) for w in "ثالث ثالثة رابع رابعة خامس خامسة سادس سابع ثامن".split())
_BREAKDOWN = frozenset("بينهم بينهما منهم ومنهم وبينهم هم وهم هما وهما احدهم احدهما بينهن".split())


@dataclass(frozen=True, slots=True)
class Group:
    """Counted people at tokens `[first, last)`; `sure` where words of people stand in it, `id` who they are."""

    first: int
    last: int
    low: int | None
    high: int | None
    best: int | None
    sure: bool
    rule: str
    id: str | None = None
    cut: int = 0

    @property
    def bare(self) -> bool:
        """A number without a noun (اعتقلت 31 في الرقة)."""
        return self.rule == "number" and not self.sure

    def count(self, page: Page) -> Count:
        """The group as a count of the record."""
        return Count(
            page.span(self.first, self.last, self.cut), self.low, self.high, self.best, self.id, f"count/{self.rule}"
        )


class GroupReader:
    """Reads groups of one sentence; `taken` tokens (triggers of other deeds) are no part of any."""

    def __init__(self, page: Page, chunks: Sequence[Chunk], last: int, *, taken: Container[int] = ()) -> None:
        self.page, self.last, self.taken = page, last, taken
        self.chunks = [c for c in chunks if c.kind in ("actor", "person")]

    def at(self, k: int) -> Group | None:
        """The group that begins at token `k`."""
        if k >= self.last or k in self.taken or self.page.tokens[k].kind == "punct":
            return None
        number = self.page.numbers.get(k)
        if number is not None:
            return self._counted(number)
        if k in self.page.inside_numbers:
            return None
        person, noun = self._person(k), self._noun(k)
        return noun if person is None or (noun is not None and noun.rule == "dual") else person

    def numbered(self, k: int) -> Group | None:
        """The group at `k` where a number or a dual stands."""
        found = self.at(k)
        return found if found and found.rule in ("number", "dual") else None

    def listed(self, group: Group) -> list[Group]:
        """The group and those joined to it (ضابط وعنصرين, ٩ من كذا و٣ من كذا)."""
        out = [group]
        k = group.last
        while k < min(self.last, out[-1].last + 9):
            form = self.page.form(k)
            if (
                form in _BREAKDOWN
                or form in ".؛:"
                or k in self.taken
                or (form == "من" and self.page.form(k + 1) in _BREAKDOWN)
            ):
                break
            found = self.at(k + (form in ("و", "مقابل"))) if form[:1] == "و" or form == "مقابل" else None
            if found is not None and found.rule == "one" and (group.best or 0) > 1 and self._named(k):
                break
            if found is not None and self._casualty(found.last - 1):
                break
            if found is not None and (found.sure or found.id) and found.rule != "plural":
                out.append(found)
                k = found.last
                continue
            if (self.page.form(k - 1) in "،," and k > group.last) or self._verb(k):
                break
            k += 1
        return out

    def _casualty(self, k: int) -> bool:
        return any(p.stem in DEAD or p.stem in HURT for p in self._cuts(k))

    def _named(self, k: int) -> bool:
        """The names of those counted (مدنيين اثنين هما فلان وفلان)."""
        return any(c.kind == "person" and c.first <= k < c.last for c in self.chunks)

    def breaks(self, k: int) -> bool:
        """A new statement begins at `k`: another deed's verb, or a finite verb joined to what went before."""
        return k in self.taken or self._verb(k)

    def _verb(self, k: int) -> bool:
        return any(r.conj or r.suffix for r in self.page.verbs(k)) and not any(
            c.first <= k < c.last for c in self.chunks
        )

    # ---- kinds

    def _counted(self, number: Number) -> Group | None:
        if number.kind in ("label", "percent") or number.core in self.page.dated:
            return None
        k = number.last
        if k in self.taken:  # مقتل أربعة وإصابة آخرين
            joined = self.page.form(k).startswith("و") and number.after <= k
            whole = (number.first, k, number.low, number.high, number.best)
            return Group(*whole, False, "number", cut=self._cut(number.first)) if joined else None
        form = self.page.form(k)
        known = self._people(k, joined=False)
        thing = not known and any(p.stem in _THINGS for p in self._cuts(k))
        if thing or form in ("%", "ملم", "مم", "عيار", "-", "/"):
            return None
        if form == "من" and k + 1 < self.last and self.page.form(k + 1) not in _BREAKDOWN:
            return self._part(number, k + 1)
        chunk = self._chunk(k)
        sure = known or (chunk is not None and bool(chunk.id)) or form in ("منهم", "منهما")
        last = max(k + 1 if sure or self._word(k) else k, number.after)
        return Group(
            number.first,
            min(last, self.last),
            number.low,
            number.high,
            number.best,
            sure,
            "number",
            chunk.id if chunk else None,
            self._cut(number.first),
        )

    def _part(self, number: Number, k: int) -> Group | None:
        """اثنين من مقاتليها, ستة من عناصر الفيلق, ثلاثة من خيرة شبابنا."""
        chunk = self._chunk(k)
        stem_things = any(p.stem in _THINGS or any(s in _THINGS for s in suffixed(p.stem)) for p in self._cuts(k))
        if chunk is None and stem_things:
            return None
        sure = chunk is not None or self._people(k) or self._people(k + 1)
        return Group(
            number.first,
            min(self.page.skip_quotes(k) + 1, self.last),
            number.low,
            number.high,
            number.best,
            sure,
            "number",
            chunk.id if chunk else None,
            self._cut(number.first),
        )

    def _person(self, k: int) -> Group | None:
        chunk = next((c for c in self.chunks if c.kind == "person" and c.first <= k < c.last), None)
        return Group(k, chunk.last, 1, 1, 1, True, "one", None) if chunk else None

    def _noun(self, k: int) -> Group | None:
        """A dual, a singular, an indefinite plural of people."""
        if self.page.tokens[k].kind != "word":
            return None
        for peel in self._cuts(k):
            if peel.prep not in ("", "ل", "ب"):
                continue
            if peel.stem in _HOMES:
                return next((self._counted(n) for i in (k + 1, k + 2) if (n := self.page.numbers.get(i))), None)
            found = self._shape(k, peel)
            if found is not None:
                low, rule = found
                chunk = self._chunk(k)
                best = None if rule == "plural" else low
                last = self._behind_noun(k)
                return Group(k, last, low, best, best, True, rule, chunk.id if chunk else None, peel.cut)
        return None

    def _behind_noun(self, k: int) -> int:
        """مدنيين اثنين: the number behind belongs to the noun."""
        return k + 2 if self.page.form(k + 1) in ("اثنين", "اثنان", "اثنتين", "اثنتان", "واحد", "واحده") else k + 1

    def _shape(self, k: int, peel: Peel) -> tuple[int, str] | None:
        stem, raw = peel.stem, self.page.raw(k)
        if stem.endswith(("ان", "تان")) and not peel.definite and self._is_people(stem[:-2]):
            return 2, "dual"
        known = self._is_people(stem)
        behind = self.page.form(k + 1)
        if known and behind in ("اثنين", "اثنان", "اثنتين", "اثنتان"):
            return 2, "dual"
        if (known or stem in DEAD or stem in HURT) and dual(stem, raw=raw):
            return 2, "dual"
        if stem.endswith(("يه", "يها", "يهم")) and any(self._is_people(s) for s in (stem.rsplit("ي", 1)[0],)):
            return (2, "dual") if stem.rsplit("ي", 1)[0] in _KIN else None  # وطفليه
        if stem == "اخر" and self.page.form(k - 1) in ("عدد", "عددا", "وعددا", "وعدد"):
            return 2, "plural"
        if stem == "اخران":
            return 2, "dual"
        if stem in ("اخرون", "اخرين") and not peel.definite:
            return 2, "plural"
        if stem in _ORDINALS and not peel.definite:
            return 1, "one"
        if stem in PLURALS or stem in ("قتلي", "جرحي", "شهداء", "ضحايا", "جثث", "جثامين"):
            owned = self._owned(k)
            return (2, "plural") if not peel.definite and not owned and stem not in _EVERYBODY else None
        bases = () if raw.rstrip(_MARKS).endswith("ة") else suffixed(stem)  # قيادات عسكرية: nobody's soldier
        single = stem if known else next((s for s in bases if self._is_people(s) or s in PLURALS), "")
        if (
            not single
            or single in _EVERYBODY
            or self._many(single)
            or self.page.lexicon.people.get(single) == "unknown"
        ):
            return None
        return 1, "one"

    def _many(self, stem: str) -> bool:
        """A plural, by the list or by its shape (ون، ين، ات; سائقو, مقاتلي before a genitive)."""
        owned = stem[-1:] in "وي" and stem != "راعي" and self._is_people(stem[:-1])
        return stem in PLURALS or owned or (len(stem) > 4 and stem.endswith(("ون", "ين", "ات", "يو", "يي")))

    def _owned(self, k: int) -> bool:
        """عناصر الحاجز, مقاتلي اللواء: all of them, no number."""
        chunk = self._chunk(k)
        behind = self.page.form(k + 1)
        return (chunk is not None and chunk.possessive) or behind.startswith("ال")

    # ---- words

    def _word(self, k: int) -> bool:
        if k >= self.last or self.page.tokens[k].kind != "word" or k in self.taken:
            return False
        form = self.page.form(k)
        return form not in _PARTICLES and not form.startswith("و")

    def _cuts(self, k: int) -> tuple[Peel, ...]:
        return peels(self.page.form(k)) if self.page.form(k) else ()

    def _people(self, k: int, *, joined: bool = True) -> bool:
        if k >= self.last or self.page.tokens[k].kind != "word":
            return False
        for peel in self._cuts(k):
            if peel.conj and not joined:
                continue
            if self._is_people(peel.stem) or any(self._is_people(s) for s in suffixed(peel.stem)):
                return True
        return False

    def _is_people(self, stem: str) -> bool:
        lexicon = self.page.lexicon
        if stem in DEAD or stem in HURT or stem in _PEOPLE or stem in PLURALS:
            return True
        return lexicon.heads.get(stem) == "members" or lexicon.people.get(stem) in (
            "civilians",
            "others",
            "gunmen",
            "unknown",
        )

    def _chunk(self, k: int) -> Chunk | None:
        """Who the counted ones are: the phrase at `k`, or right behind (قتلى من قوات كذا)."""
        at = next((c for c in self.chunks if c.first <= k < c.last), None)
        if at is not None:
            return at
        known = self._people(k)
        near = k + 2 if self.page.form(k + 1) == "من" else k + 1
        return next((c for c in self.chunks if known and c.first == near and c.link in ("from", "")), None)

    def _cut(self, k: int) -> int:
        form = self.page.form(k)
        return 1 if len(form) > 1 and form[0] == "و" and form not in ("واحد", "واحده", "واحدا") else 0


_PARTICLES = frozenset((
    "من في علي الي عن بين بينهم منهم و هم جراء اثر نتيجه خلال بعد قبل عند مع ب ل اذ فيما كما حيث ان بجروح بجراح "
    "امس اليوم"
).split())  # fmt: skip


def scan(reader: GroupReader, first: int, last: int) -> Iterator[Group]:
    """Groups that begin in `[first, last)`, left to right, not overlapping."""
    k = first
    while k < min(last, reader.last):
        found = reader.at(k)
        if found:
            yield found
        k = max(found.last, k + 1) if found else k + 1
