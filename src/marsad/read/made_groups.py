"""Groups that no pack knows, by their name or number, and offices of a state that the text leaves without its name."""

from __future__ import annotations

from dataclasses import dataclass

from marsad.read.lexicon import Peel
from marsad.read.names import match_name
from marsad.read.page import Page
from marsad.read.pointing import Memory
from marsad.read.slugs import slug

QUALITIES = {
    "محلي": "local", "محليه": "local", "محليون": "local", "محليين": "local", "اجنبي": "foreign", "اجنبيه": "foreign",
    "اجانب": "foreign", "عشايري": "tribal", "عشايريه": "tribal", "عشايريين": "tribal", "عشايريون": "tribal",
}  # fmt: skip
PASSING = frozenset(
    "ميداني ميدانيا ميدانيين بارز بارزا بارزين سابق سابقا سابقين مسلح مسلحه مسلحين مسلحون عسكري عسكريه عسكريا "
    "كبير كبيره ضخم ضخمه جديد جديده حربي حربيه خاص خاصه مشترك مشتركه اخري اخر اخرين اخرون برتبه رفيع رفيعين نفط "
    "نفطيه محمله مفخخه وقود مازوت غذاييه دفع رباعي رباعيه مبيت متوسطه ثقيله مدرعه مولف مولفه استطلاع مقاتله امني "
    "امنيه مذخره دفاع جوي جويه شحن نقل ركاب مدنيه مدني ارضيه امداد وزاري وزاريه رسمي رسميه اغاثيه انسانيه مساعدات "
    "ارهابي ارهابيه ارهابيين خطير خطيره نايمه سريه متطرفه تخريبيه اجراميه نوعيه "
    "ذخيره اسلحه انتحاري انتحاريه مسير مسيره مقاتل قتالي قتاليه لوجستيه بري بريه بحري بحريه رياسي رئاسيه امن".split()
)
_ENDINGS = ("تين", "تان", "ين", "ون", "ان", "ا")
_KINDS = frozenset("شحن نقل ركاب امداد مساعدات ذخيره اسلحه نفط وقود مازوت مبيت استطلاع دفع".split())


def passing(form: str, before: str, *, owned: bool = False) -> bool:
    """An adjective or noun of kind that a phrase passes over, alike in number to the word before (طائرتين حربيتين).

    A noun of kind (طائرة شحن) stands only before the owner, where the phrase is not `owned` yet.
    """
    stem = form.removeprefix("ال")
    if stem in PASSING:
        return not (owned and stem in _KINDS)
    for end in _ENDINGS:
        if stem.endswith(end) and (stem[: -len(end)] in PASSING or stem[: -len(end)] + "ه" in PASSING):
            return end == "ا" or before.endswith(end[-2:])
    return False


_ORGANS = frozenset("محافظ والي وزير وزاره حكومه سلطات رياسه هييه قياده".split())
_MINISTRIES = frozenset(
    "الخارجيه الداخليه النقل الطاقه الصحه العدل الاعلام الكهرباء النفط الماليه التربيه الاقتصاد الحرب الامن "
    "الوزراء الجمهوريه".split()
)
_ARMS = frozenset("الدفاع الاركان".split())
_NAMED_GROUPS = frozenset(
    "غرفه فصيل حركه كتيبه كتايب لواء الويه ميليشيا مليشيا فرقه فوج سرايا مجموعه تنظيم جماعه حزب جهاز قوات قوه "
    "جبهه عصابه تشكيل".split()
)
_LOOSE_NOUNS = frozenset("قوات قوه مجموعه جهاز تشكيل".split())
_BARE_GROUPS = frozenset("غرفه فصيل كتيبه لواء ميليشيا مليشيا سرايا".split())
_CONSTRUCT_GROUPS = frozenset("حركه كتايب الويه فوج فرقه تجمع عصابه جيش".split())
_COUNCILS = {"المحلي": "local", "المدني": "civil", "العسكري": "military", "البلدي": "municipal"}
_UNITS = {"لواء": "brigade", "فرقه": "division", "فوج": "regiment", "كتيبه": "battalion", "فيلق": "corps"}
_ORDINALS = {
    "الاول": 1, "الاولي": 1, "الثاني": 2, "الثانيه": 2, "الثالث": 3, "الثالثه": 3, "الرابع": 4, "الرابعه": 4,
    "الخامس": 5, "الخامسه": 5,    "السادس": 6, "السادسه": 6, "السابع": 7, "السابعه": 7, "الثامن": 8, "الثامنه": 8,
    "التاسع": 9, "التاسعه": 9, "العاشر": 10, "العاشره": 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A group with a made id, over tokens up to `last`; `rule` tells how its name was found."""

    id: str
    last: int
    rule: str


class GroupReader:
    """Reads what stands behind a head noun: the name of an unknown group, the number of a unit, a ministry."""

    def __init__(self, page: Page, memory: Memory) -> None:
        self.page, self.lexicon, self.memory = page, page.lexicon, memory

    def organ(self, i: int, peel: Peel) -> tuple[str, int] | None:
        """An office of the state (محافظ الرقة, وزير الخارجية): "army" or "state", and the token behind it."""
        stem, page, j = peel.stem, self.page, i + 1
        if stem not in _ORGANS:
            return None
        kind = "state"
        while j < len(page.tokens) and page.tokens[j].kind == "word":
            form = page.form(j)
            if form in _ARMS or form == "الجيش":
                kind = "army" if stem in ("وزاره", "رياسه", "هييه", "قياده") else "state"
            elif form not in _MINISTRIES and form not in ("هييه", "مجلس"):
                break
            j += 1
        if stem in ("محافظ", "والي"):
            return self._governor(j, peel)
        alone = stem in ("حكومه", "سلطات") and peel.definite
        return (kind, j) if j > i + 1 or alone else None

    def _governor(self, j: int, peel: Peel) -> tuple[str, int] | None:
        match = match_name(self.page, j) if j < len(self.page.tokens) else None
        if match is not None and not match.peel.prep and any(n.kind == "place" for n in match.names):
            return "state", match.last
        return ("state", j) if peel.definite else None

    def made(self, i: int, peel: Peel) -> Made | None:
        """لواء صقور الساحل, كتيبة «النصر», اللواء 53, غرفة عمليات كذا; the noun at `i` is no possessed one."""
        page, stem, k = self.page, peel.stem, i + 1
        if stem == "مجلس":
            return self._council(k, peel)
        if stem not in _NAMED_GROUPS or page.form(k) == "من":  # كتيبة من القوات الروسية
            return None
        if stem == "غرفه" and page.form(k) != "عمليات":
            return None
        k += stem == "غرفه"
        if peel.definite:
            return self._numbered(k, stem)
        quoted = page.is_quote(i - 1) and not peel.cut and page.form(i - 1) not in ")]" and stem not in _LOOSE_NOUNS
        last = self._in_quotes(k) if page.is_quote(k) else self._to_quote(k) if quoted else self._bare_name(k, stem)
        if last is None or match_name(page, page.skip_quotes(k)):
            return None
        words = [page.form(j) for j in range(k, last) if page.tokens[j].kind == "word"]
        return Made("group/" + slug([stem, *words]).removeprefix("person/"), last, "made")

    def _council(self, k: int, peel: Peel) -> Made | None:
        """المجلس المحلي في أعزاز, مجلس الرقة المدني: the council of a place."""
        page = self.page
        kind = _COUNCILS.get(page.form(k)) if peel.definite else None
        at = k + 1 + (page.form(k + 1) in ("في", "ل", "لمدينه", "لبلده", "بمدينه", "ببلده")) if kind else k
        match = match_name(page, at) if at < len(page.tokens) else None
        place = next((n.id for n in match.names if n.kind == "place"), None) if match else None
        if match is None or place is None:
            return Made(f"{kind}-council", k + 1, "council") if kind else None
        end = match.last
        if kind is None:
            kind, end = _COUNCILS.get(page.form(end)), end + 1
        return Made(f"{place.rsplit('/', 1)[-1]}-{kind}-council", end, "council") if kind else None

    def _numbered(self, k: int, stem: str) -> Made | None:
        """اللواء 53, الفرقة الأولى: a unit by its number, of the state named after it or of the theatre."""
        page, unit = self.page, _UNITS.get(stem)
        at = page.skip_quotes(k)
        form = page.form(at)
        number = int(form) if form.isdigit() and len(form) < 4 else _ORDINALS.get(form)
        if unit is None or number is None or at in page.dated:
            return None
        after = page.form(at + 1)
        nation = self.lexicon.noun(self.lexicon.nations, after, possessed=False) if after else None
        state = nation[0].state if nation else self.memory.unit_state()
        return Made(f"{state or 'group'}/{number}{_ending(number)}-{unit}", at + 2 if nation else at + 1, "numbered")

    def _to_quote(self, k: int) -> int | None:
        """The end of a name whose noun opens the quotation («لواء بني أمية»)."""
        page = self.page
        if self.describes(page.form(k)):
            return None
        for j in range(k, min(k + 5, len(page.tokens))):
            if page.is_quote(j):
                return j if j > k else None
            if page.tokens[j].kind not in ("word", "number") or page.form(j) in ("ان", "من", "الي", "لا", "لم", "في"):
                return None
        return None

    def _in_quotes(self, k: int) -> int | None:
        """The end of a name of one to four words between the marks at `k`; None where it is a saying."""
        page = self.page
        for j in range(k + 1, min(k + 6, len(page.tokens))):
            if page.is_quote(j):
                return j if j > k + 1 else None
            if page.tokens[j].kind not in ("word", "number") or page.form(j) in ("ان", "من", "الي", "لا", "لم"):
                return None
        return None

    def _bare_name(self, k: int, stem: str) -> int | None:
        """الفتح, صقور الساحل: definite words, the first maybe in construct; no adjective, place or head."""
        page = self.page
        if k + 1 >= len(page.tokens) or page.tokens[k].kind != "word" or stem not in _BARE_GROUPS | _CONSTRUCT_GROUPS:
            return None
        form, after = page.form(k), page.form(k + 1)
        if self._common(k) or self.describes(form):
            return None
        if form.startswith("ال") and len(form) > 4:
            more = (
                after.startswith("ال")
                and after[2:] not in self.lexicon.masdars
                and not self.describes(after)
                and not self.relation(after)
                and not match_name(page, k + 1)
            )
            return (
                (k + 2 if more else k + 1) if stem in _BARE_GROUPS and not page.noun(self.lexicon.people, k) else None
            )
        if form.endswith("ه") or form[:1] in "بلوفك" or page.tokens[k + 1].kind != "word":
            return None
        match = match_name(page, k + 1, plain=True)
        if match and any(n.kind in ("place", "nation") for n in match.names):
            return match.last
        return k + 2 if after.startswith("ال") and not self.relation(after) else None

    def _common(self, k: int) -> bool:
        """A word that opens no name: a head noun, a deed, a verb, a kind of place."""
        form, lexicon = self.page.form(k), self.lexicon
        known = form in lexicon.masdars or form in lexicon.kinds or self.relation(form)
        return known or bool(self.page.noun(lexicon.heads, k)) or bool(self.page.verbs(k))

    def describes(self, form: str) -> bool:
        """An adjective (of place, nation or kind) rather than a name."""
        stem = form.removeprefix("ال")
        nation = self.lexicon.noun(self.lexicon.nations, form, possessed=False)
        return stem.endswith(("يه", "يين", "يون")) or stem in QUALITIES or stem in PASSING or nation is not None

    def relation(self, form: str) -> bool:
        """A word of allegiance."""
        return bool(form) and self.lexicon.noun(self.lexicon.rel, form, possessed=False) is not None


def _ending(number: int) -> str:
    """The English ending of an ordinal."""
    return "th" if 10 < number % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
