"""The grammar of personal names: given names, fathers' names, family names, kunyas, initials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marsad.read.fold import fold_words
from marsad.read.lexicon import Peel, bare, peels
from marsad.read.page import Page

_KUNYA = frozenset(("ابو", "ابا", "ابي", "ام"))
MISTER = frozenset(("الحاج", "حاج", "الحجي", "حجي"))
_SECOND = frozenset(("الدين", "الله", "الاسلام", "العابدين", "الرحمن", "الزهراء", "الهدي", "الحق", "الفقار"))
_SERVANT = frozenset(
    (
        "الله الرحمن الرحيم العزيز الكريم الرزاق القادر الحميد الناصر المجيد المنعم الملك السلام الغني الفتاح "
        "الحكيم الباسط الجبار الهادي الوهاب اللطيف الحليم الاله الستار المعين الحي الباقي الخالق السميع "
        "الغفور الودود المطلب المحسن الرسول النبي الامير الحسين الزهره الواحد ربه الصمد العليم القهار المومن "
        "الحق الرووف الجليل المولي الغفار الرب"
    ).split()
)
_SON = frozenset(("بن", "ابن", "بنت", "ال", "ولد"))
FALSE_FIRST = frozenset(("باسم", "طالب", "غير", "روي", "اسماء"))  # preposition, verb, noun: names only behind a title
_TIMES = frozenset(("امس", "اليوم", "السبت", "الاحد", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه"))
_BEHIND = frozenset(  # خلف before these is the preposition, no name
    "الجدار الحدود القضبان الكواليس الستار الساتر الخطوط الخط الباب البيت المنزل السور النهر المسجد الجبل".split()
)
_LONGEST = 6


@dataclass(frozen=True, slots=True)
class Names:
    """The name tables, folded."""

    plain: frozenset[str]
    common: frozenset[str]
    double: frozenset[tuple[str, str]]
    families: frozenset[str]
    never_kunya: frozenset[str]
    figures: frozenset[str]
    public: frozenset[str]
    private: frozenset[str]
    kin: frozenset[str]
    pairs: frozenset[str]
    calls: frozenset[str]
    by_names: frozenset[str]
    never_before: frozenset[str]
    ends: frozenset[str]
    given: frozenset[str]
    foreign_ends: tuple[str, ...]
    starts: frozenset[str]


def names_of(page: Page) -> Names:
    """The tables of the pack, folded once a lexicon."""
    cache = page.lexicon.tables.setdefault("_person_names", [])
    if not cache:
        cache.append(_build(page.lexicon.packs.words))
    return cache[0]  # type: ignore[no-any-return]


def _build(words: Mapping[str, Any]) -> Names:
    given, titles = words["given"], words["titles"]
    many = {k: {fold_words(w) for w in v} for k, v in given.items() if k not in ("says", "never")}
    first = many["male"] | many["female"] | many["foreign"]
    bares = {
        k: frozenset(_bare_phrase(w) for w in titles[k]) for k in ("public_titles", "private_titles", "calls", "pairs")
    }
    flat = {k: frozenset(fold_words(w) for w in titles[k]) for k in ("kin", "by_names", "never_before", "ends")}
    return Names(
        plain=frozenset(n for n in first - many["common"] if " " not in n),
        common=frozenset(many["common"]),
        double=frozenset((a, b) for a, _, b in (n.partition(" ") for n in first) if b and " " not in b),
        families=frozenset(many["families"]),
        never_kunya=frozenset(many["never_kunya"]),
        figures=frozenset(many["figures"]),
        public=bares["public_titles"],
        private=bares["private_titles"],
        kin=flat["kin"],
        pairs=bares["pairs"],
        calls=bares["calls"],
        by_names=flat["by_names"],
        never_before=flat["never_before"],
        ends=flat["ends"],
        given=frozenset(n for n in first | many["common"] if " " not in n),
        foreign_ends=tuple(sorted(many["foreign_ends"])),
        starts=frozenset(n.split()[0] for n in first | many["common"] | many["figures"]) | _KUNYA | MISTER | {"عبد"},
    )


def _bare_phrase(words: str) -> str:
    first, _, rest = fold_words(words).partition(" ")
    return f"{bare(first)} {rest}".strip()


@dataclass(frozen=True, slots=True)
class Name:
    """A name over tokens `[first, last)`, `cut` folded letters into the first.

    `strength`: full stands by itself; loose, single and word (a name that is a common word too) need a title or a
    word of calling before them. `parts` are folded, a compound (عبد الله) being one.
    """

    first: int
    last: int
    cut: int
    parts: tuple[str, ...]
    strength: str
    conj: str = ""


def read_name(page: Page, i: int, end: int) -> Name | None:
    """The longest name that starts at token `i`, before token `end`."""
    names = names_of(page)
    if i >= len(page.tokens):
        return None
    token = page.tokens[i]
    if token.kind != "word":
        return None
    for peel in peels(token.form):
        found = _first_part(page, names, i, peel)
        if found is None or peel.prep == "ك":
            continue
        j, part, kind = found
        if part in names.public and page.form(j) == "باسم":
            return None  # ناطق باسم
        parts, kinds = [part], [kind]
        while j < end and len(parts) < _LONGEST and (step := _part(page, names, j, end)):
            if step[2] == "loose" and parts[-1].startswith("ال"):
                break
            j, part, kind = step
            parts.append(part)
            kinds.append(kind)
        strength = _strength(kinds)
        if parts[0] in FALSE_FIRST and strength == "full" and not (parts[0] == "غير" and parts[1] in names.families):
            strength = "loose"
        return Name(i, j, peel.cut, tuple(parts), strength, peel.conj)
    return None


def _strength(kinds: list[str]) -> str:
    first, rest = kinds[0], kinds[1:]
    if first == "kunya":
        return "full"
    if not rest:
        return {"plain": "single", "double": "single", "loose-kunya": "loose"}.get(first, "word")
    if first == "loose-kunya":
        return "full" if rest[0] == "family" else "loose"
    if first in ("plain", "double") or (first == "common" and rest[0] in ("plain", "double", "common", "family")):
        return "full"
    return "loose"


def _first_part(page: Page, names: Names, i: int, peel: Peel) -> tuple[int, str, str] | None:
    base, after = peel.base, page.form(i + 1)
    if base == "عبد" and after in _SERVANT:
        return i + 2, f"عبد {after}", "plain"
    if base in _KUNYA and page.tokens[i].kind == "word" and _is_word(page, i + 1):
        return _kunya(page, names, i, base)
    if (base, after) in names.double or ((base in names.plain or base in names.common) and after in _SECOND):
        return i + 2, f"{base} {after}", "double"
    if base == "علي" and page.raw(i).rstrip("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652").endswith("ى"):
        return None
    if base in names.plain:
        return i + 1, base, "plain"
    if base in names.common and after not in _TIMES:
        return i + 1, base, "common"
    return None


def _is_word(page: Page, i: int) -> bool:
    return 0 <= i < len(page.tokens) and page.tokens[i].kind == "word"


def _kunya(page: Page, names: Names, i: int, base: str) -> tuple[int, str, str] | None:
    after = page.form(i + 1)
    if after == "عبد" and page.form(i + 2) in _SERVANT:
        return i + 3, f"{base} عبد {page.form(i + 2)}", "kunya"
    if after in names.never_kunya:
        return None
    if after in names.plain or after in names.common:
        return i + 2, f"{base} {after}", "kunya"
    if base == "ابو" and len(after) > 2:
        return i + 2, f"{base} {after}", "loose-kunya"
    return None


def _part(page: Page, names: Names, j: int, end: int) -> tuple[int, str, str] | None:
    """A further part of a name at token `j`."""
    if not _is_word(page, j):
        return None
    form, after = page.form(j), page.form(j + 1)
    if len(form) == 1 and form not in "وفبلك":
        stop = j + 2 if after == "." and j + 2 <= end else j + 1
        return stop, form, "family"
    if (form == "عبد" and after in _SERVANT) or (form == "العبد" and (after in _SERVANT or after in names.given)):
        return j + 2, f"{form} {after}", "family"
    if form in _SON and _is_word(page, j + 1):
        return j + 2, f"{form} {after}", "family"
    if form in ("ابو", "الحاج", "حاج") and (after in names.given or f"ال{after}" in names.families):
        return j + 2, f"{form} {after}", "family"
    if form in ("ابو", "ابي"):
        return (j + 2, f"{form} {after}", "family") if _is_word(page, j + 1) and len(after) > 2 else None
    if (form, after) in names.double or (form in names.given and after in _SECOND):
        return j + 2, f"{form} {after}", "double"
    if form in names.plain and form != "علي":
        return j + 1, form, "plain"
    if form in names.families and form not in names.common and not form.startswith("ال"):
        return j + 1, form, "family"
    if form in names.common:
        return (j + 1, form, "common") if _name_here(page, names, j) else None
    if form.startswith("ال") and (len(form) > 4 or form[2:] in names.given):
        return _family(page, names, j, form)
    return None


def _name_here(page: Page, names: Names, j: int) -> bool:
    """A word that is a name and a noun (قائد, صباح) is a name where no noun goes on after it."""
    form, after = page.form(j), page.form(j + 1)
    if form == "علي" and page.raw(j).endswith("ى"):
        return False
    if after in _TIMES:
        return False
    if form in names.public or form in names.private:
        return not _is_word(page, j + 1) or after in names.families or after.startswith("و")
    known = after in SMALL or not after.startswith("ال") or after in names.families or after[2:] in names.given
    return known or (form == "خلف" and after not in _BEHIND and surname(page, j + 1))


def _family(page: Page, names: Names, j: int, form: str) -> tuple[int, str, str] | None:
    if form in names.families or form[2:] in names.plain:
        return (j + 1, form, "family") if form not in names.ends else None
    lexicon, stem = page.lexicon, form[2:]
    taken = form in names.ends or stem in lexicon.heads or stem in lexicon.kinds or stem in lexicon.masdars
    if taken or stem in lexicon.people or stem in lexicon.nations or stem in lexicon.rel or stem in names.public:
        return (j + 1, form, "family") if stem in names.common and form not in names.ends else None
    return None if form.endswith("يه") else (j + 1, form, "loose")


SMALL = frozenset(
    (
        "في من الي علي عن مع قرب امام داخل خلال بعد قبل ان الذي التي حيث بين عند لدي ضد نحو اثر منذ حتي اذا "
        "ثم او قد لم لن لا ما هو هي كان كانت قال قالت عقب جراء بسبب عبر دون تحت فوق حول غرب شرق شمال جنوب "
        "شرقي غربي شمالي جنوبي امس مساء صباح فجر ظهر عصر ليل ليله يوم ظهرا كما ايضا ذلك هذا هذه انه انها انهم "
        "فيما بينما لكن كي وسط هنا هناك نفسه ذاته اول غير كل بعض عدد احد"
    ).split()
)


def surname(page: Page, j: int) -> bool:
    """Token `j` may be a family name that no list knows: no verb, no known noun, no function word."""
    if not _is_word(page, j) or j in page.dated:
        return False
    form, lexicon, names = page.form(j), page.lexicon, names_of(page)
    if len(form) > 4 and form.endswith(names.foreign_ends) and not lexicon.verb(form):
        return True
    if len(form) < 3 or form in SMALL or form[0] in "وفبليتس" or form.endswith("ا") or page.raw(j).endswith("ه"):
        return False
    stem = form[2:] if form.startswith("ال") else form
    if form in names.ends or stem in names.public or stem in names.private or stem in lexicon.modes:
        return False
    if stem in lexicon.nations and (stem == form or stem.endswith(("ي", "يه", "ين", "ون"))):
        return False
    tables = (lexicon.heads, lexicon.people, lexicon.kinds, lexicon.rel, lexicon.masdars, lexicon.participles)
    return not lexicon.verb(form) and not any(stem in table for table in tables)


def with_surname(page: Page, name: Name, end: int) -> Name:
    """`name` with the unknown family name behind it, where there is one."""
    long = len(name.parts) > 3 or (len(name.parts) > 1 and name.parts[-1].startswith(("ال", "ابو", "بن")))
    if long or name.last >= end or page.is_quote(name.last) or not surname(page, name.last):
        return name
    return Name(name.first, name.last + 1, name.cut, (*name.parts, page.form(name.last)), "surname", name.conj)


def quoted_whole(page: Page, name: Name, end: int) -> Name:
    """`name` up to the closing mark of the quotation that it opens (العميد "صفوان علوش"), where that is near."""
    last = name.last
    while last < min(end, name.last + 3) and _is_word(page, last) and not page.is_quote(last):
        last += 1
    if last == name.last or not page.is_quote(name.first - 1) or not page.is_quote(last):
        return name
    rest = [page.form(k) for k in range(name.last, last)]
    return Name(name.first, last, name.cut, (*name.parts, *rest), "surname", name.conj)
