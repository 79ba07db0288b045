"""Dates as pages, feeds and messages print them: "الخميس 2 أيلول/سبتمبر 2022", "٢٠٢٢/٩/٢", "5 صفر 1444 هـ", ISO."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache

from marsad.packs import fold_word

OLDEST = 1990
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?((?:19|20)\d\d)(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")

# Spelling is folded before matching. The press writes both names of a month with a slash between.
GREGORIAN = {
    1: "كانون الثاني|يناير|جانفي|january|jan",
    2: "شباط|فبراير|فيفري|february|feb",
    3: "آذار|مارس|march|mar",
    4: "نيسان|أبريل|إبريل|ابريل|أفريل|april|apr",
    5: "أيار|مايو|مايس|ماي|may",
    6: "حزيران|يونيو|يونية|جوان|june|jun",
    7: "تموز|يوليو|يوليه|جويلية|july|jul",
    8: "آب|أغسطس|غشت|أوت|august|aug",
    9: "أيلول|سبتمبر|شتنبر|september|sept|sep",
    10: "تشرين الأول|أكتوبر|اكتوبر|october|oct",
    11: "تشرين الثاني|نوفمبر|نونبر|november|nov",
    12: "كانون الأول|ديسمبر|دجنبر|december|dec",
}
HIJRI = {
    1: "محرم|المحرم", 2: "صفر", 3: "ربيع الأول", 4: "ربيع الثاني|ربيع الآخر", 5: "جمادى الأولى|جمادى الأول",
    6: "جمادى الآخرة|جمادى الثانية|جمادى الآخر", 7: "رجب", 8: "شعبان", 9: "رمضان", 10: "شوال",
    11: "ذو القعدة|ذي القعدة", 12: "ذو الحجة|ذي الحجة",
}  # fmt: skip


@cache
def _months(hijri: bool) -> tuple[dict[str, int], re.Pattern[str], re.Pattern[str]]:
    table = HIJRI if hijri else GREGORIAN
    names = {_folded(name): month for month, said in table.items() for name in said.split("|")}
    any_name = "|".join(sorted((re.escape(n) for n in names), key=len, reverse=True))
    years = r"(1[34]\d\d)" if hijri else r"((?:19|20)\d\d)"
    both = rf"({any_name})(?!\w)\s?(?:[/(-]\s?(?:{any_name})\s?\)?)?"
    year = rf"\s?[-،,./]?\s?(?:عام\s|سنه\s)?{years}(?!\d)"
    day_first = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s?(?:من\s)?[-/]?\s?{both}{year}")
    month_first = re.compile(rf"(?<!\w){both}\s?[-/]?\s?(\d{{1,2}})(?:st|nd|rd|th)?\s?[،,]?\s?{years}(?!\d)")
    return names, day_first, month_first


def _folded(text: str) -> str:
    return " ".join(fold_word(word) for word in text.lower().translate(_DIGITS).split())


def find_day(text: str) -> date | None:
    """The first whole date (day, month and year) of a short text, None where there is none.

    find_day("الجمعة، ٢ أيلول/سبتمبر ٢٠٢٢ - 14:30") is 2022-09-02. Figures between strokes are taken day first, as
    the Arab press writes them, unless they cannot be.
    """
    plain = text.translate(_DIGITS)
    for pattern in (_ISO, _DAY_FIRST):
        if match := pattern.search(plain):
            first, second, third = (int(g) for g in match.groups())
            found = _of(first, second, third) if pattern is _ISO else _either(first, second, third)
            if found:
                return found
    folded = _folded(text)
    return _named(folded, hijri=False) or _named(folded, hijri=True)


def _named(folded: str, *, hijri: bool) -> date | None:
    names, day_first, month_first = _months(hijri)
    if match := day_first.search(folded):
        return _build(int(match[1]), names[match[2]], int(match[3]), hijri=hijri)
    if match := month_first.search(folded):
        return _build(int(match[2]), names[match[1]], int(match[3]), hijri=hijri)
    return None


def _build(day: int, month: int, year: int, *, hijri: bool) -> date | None:
    if not hijri:
        return _of(year, month, day)
    from hijridate import Hijri

    try:
        known = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(known.year, known.month, known.day)


def _either(first: int, second: int, year: int) -> date | None:
    return _of(year, second, first) or _of(year, first, second)


def _of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def machine_day(value: str) -> date | None:
    """The day of a date written for programs: ISO 8601, RFC 2822, or seconds since 1970; as it stands in its zone."""
    value = value.strip().translate(_DIGITS)
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00")).date()
    except ValueError:
        pass
    if re.fullmatch(r"\d{10}(?:\d{3})?", value):
        return date(1970, 1, 1) + timedelta(seconds=int(value[:10]))
    if match := _COMPACT.fullmatch(value[:8]):
        return _of(*(int(g) for g in match.groups()))
    try:
        return parsedate_to_datetime(value).date()
    except (ValueError, TypeError, IndexError):
        return find_day(value)


def sane(day: date | None, *, came: date) -> date | None:
    """The day, None where no report can bear it: before 1990 (the zero of many programs) or after it came in."""
    return day if day and date(OLDEST, 1, 1) <= day <= came + timedelta(days=1) else None
