"""Arabic of the briefings: counted nouns, dates, verbs that agree, prepositions that join.

A verb before its subject is singular and agrees in gender only; a noun of things in the plural is feminine. The number
words from three to ten take the other gender than their noun.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from marsad.packs import fold_word
from marsad.publish.briefing.calendar import Calendar

MONTHS = (
    "كانون الثاني/يناير", "شباط/فبراير", "آذار/مارس", "نيسان/أبريل", "أيار/مايو", "حزيران/يونيو", "تموز/يوليو",
    "آب/أغسطس", "أيلول/سبتمبر", "تشرين الأول/أكتوبر", "تشرين الثاني/نوفمبر", "كانون الأول/ديسمبر",
)  # fmt: skip
_MASCULINE = ("", "", "", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة")
_FEMININE = ("", "", "", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثماني", "تسع", "عشر")
_BROKEN_FEMININE = frozenset(
    fold_word(
        "قوات فصائل كتائب وحدات الوية سرايا عشائر ميليشيا ميليشيات مجموعات عناصر خلايا روسيا ايران تركيا اسرائيل "
        "سوريا ليبيا قسد حماس الامم المخابرات قوى فرق مدفعية طائرات مسيرات شرطة وزارة هيئة حركة جماعة فرقة قوة "
        "منظمة جبهة غرفة اجهزة الاجهزة مقاتلات داعش"
    ).split()
)
_MASCULINE_TA = frozenset(("خليفه", "قاده"))


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that is counted: singular, dual stem (before ان or ين), plural; `feminine` by its singular."""

    one: str
    dual: str
    many: str
    feminine: bool = False

    @property
    def accusative(self) -> str:
        """After 11 to 99: the singular with its tanwin."""
        return self.one if self.one.endswith(("ة", "اء")) else self.one + "اً"


NOUNS = {
    "incident": Noun("حادثة", "حادثت", "حوادث", True), "person": Noun("شخص", "شخص", "أشخاص"),
    "report": Noun("تقرير", "تقرير", "تقارير"), "outlet": Noun("منفذ إعلامي", "منفذ", "منافذ إعلامية"),
    "source": Noun("مصدر", "مصدر", "مصادر"), "voice": Noun("مصدر مستقل", "مصدر", "مصادر مستقلة"),
    "day": Noun("يوم", "يوم", "أيام"), "copy": Noun("نسخة", "نسخت", "نسخ", True),
    "other": Noun("مصدر", "مصدر", "مصادر"), "demand": Noun("مطلب", "مطلب", "مطالب"),
    "claim": Noun("رواية", "روايت", "روايات", True),
}  # fmt: skip
_ADJECTIVES = {"voice": (" مستقلان", " مستقلين", " مستقلاً"), "outlet": (" إعلاميان", " إعلاميين", " إعلامياً")}


def counted(n: int, noun: str, *, oblique: bool = False) -> str:
    """A number with its noun, as subject or (`oblique`) as object and after prepositions.

    >>> counted(1, "incident"), counted(2, "incident"), counted(2, "person", oblique=True), counted(5, "incident")
    ('حادثة واحدة', 'حادثتان', 'شخصين', 'خمس حوادث')
    >>> counted(12, "person"), counted(100, "person"), counted(103, "day"), counted(0, "report")
    ('12 شخصاً', '100 شخص', '103 أيام', 'لا تقارير')
    """
    word = NOUNS[noun]
    if n == 0:
        return f"لا {word.many}" if not oblique else f"صفر من ال{word.many.split(' ')[0]}"
    if n == 1:
        return f"{word.one} {'واحدة' if word.feminine else 'واحد'}"
    adjectives = _ADJECTIVES.get(noun)
    if n == 2:
        ending = "ين" if oblique else "ان"
        return word.dual + ending + (adjectives[oblique] if adjectives else "")
    tail = n % 100
    if 3 <= tail <= 10:
        said = (_FEMININE if word.feminine else _MASCULINE)[n] if n <= 10 else str(n)
        return f"{said} {word.many}"
    if tail in (0, 1, 2):
        return f"{n} {word.one}"
    return f"{n} {word.one.split(' ')[0]}اً{adjectives[2]}" if adjectives else f"{n} {word.accusative}"


def number(n: int, *, feminine: bool = False, oblique: bool = False) -> str:
    """A bare number: words up to ten, figures from there on.

    >>> number(3), number(3, feminine=True), number(2, feminine=True, oblique=True), number(14)
    ('ثلاثة', 'ثلاث', 'اثنتين', '14')
    """
    small = {
        0: "صفر",
        1: "واحدة" if feminine else "واحد",
        2: ("اثنت" if feminine else "اثن") + ("ين" if oblique else "ان"),
    }
    if n in small:
        return small[n]
    return (_FEMININE if feminine else _MASCULINE)[n] if n <= 10 else str(n)


CALENDAR = Calendar(
    MONTHS, on="في {day}", year="خلال عام {year}", month="في {month} {year}", between="بين {first} و{last}"
)


def day(iso: str) -> str:
    """A day in words, the months in both usages: 13 تشرين الثاني/نوفمبر 2015."""
    return CALENDAR.day(iso)


def days(start: str | None, end: str | None, precision: str = "day") -> str:
    """When: في 13 أيار/مايو 2022, بين 13 و16 أيار/مايو 2022, في أيار/مايو 2022, خلال عام 2022; "" where unknown."""
    return CALENDAR.days(start, end, precision)


def feminine(name: str) -> bool:
    """Whether a verb before this name takes the feminine."""
    first = fold_word(name.split("(", maxsplit=1)[0]).split()
    word = first[0] if first else ""
    bare = word.removeprefix("ال") if len(word) > 4 else word
    if {word, bare} & _MASCULINE_TA:
        return False
    return bool({word, bare} & _BROKEN_FEMININE) or word.endswith(("ه", "ات")) or bare.endswith("يات")


def verb(forms: tuple[str, str], subject: str) -> str:
    """The form of a verb (masculine, feminine) that stands before `subject`."""
    return forms[feminine(subject)]


def joined(names: Sequence[str]) -> str:
    """Names in a row, each with its و: أ وب وج."""
    return " و".join(dict.fromkeys(names))


def oblique(name: str) -> str:
    """A name as object or after a preposition: مدنيون becomes مدنيين."""
    return re.sub(r"(?<=\w\w)ون\b", "ين", name)


def attached(text: str) -> str:
    """Prepositions of one letter joined to what follows: لـالقوات becomes للقوات, بـعبوة becomes بعبوة.

    >>> attached("تهديد لـالحرس وبـقذيفة من أجل لـ«القوات»")
    'تهديد للحرس وبقذيفة من أجل لـ«القوات»'
    """
    text = re.sub("لـال(?=[\u0621-\u064a])", "لل", text)
    return re.sub("([لبك])ـ(?=[\u0621-\u064a])", r"\1", text)


def accusative(name: str) -> str:
    """A name after إن and أن: أبو فلان becomes أبا فلان."""
    return re.sub("^أبو(?= )", "أبا", oblique(name))


def apart(name: str) -> str:
    """A name within a sentence, as it is."""
    return name


def piece(text: str) -> str:
    """A piece of a sentence set right: single spaces, none before a comma, prepositions joined."""
    text = attached(" ".join(text.split()))
    text = re.sub(r"\s+([،.؛:])", r"\1", text)
    return re.sub(r"([،.])(?:\s*[،.])+", r"\1", text)


def phrase(text: str) -> str:
    """A sentence set right, with its full stop."""
    text = piece(text)
    return text if text.endswith((".", "؟", ":")) else text + "."
