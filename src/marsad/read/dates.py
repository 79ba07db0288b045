"""Times in folded text: recognised without a clock; `marsad.read.clock` resolves them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from marsad.model import Span
from marsad.read.numbers import ordinals
from marsad.read.times import FoundTime, TimeValue
from marsad.read.times.figures import YEARS, form_at, number_at
from marsad.read.times.lexicon import lexicon, sense
from marsad.read.times.phrase import Phrase
from marsad.read.times.spans import BEFORE, read_after, read_before, read_since, read_week, read_window
from marsad.read.tokens import Token

__all__ = ["FoundTime", "TimeValue", "find_times"]
Read = tuple[TimeValue, int] | None

_STARTERS = frozenset((
    "قبل", "وقبل", "فقبل", "قبيل", "قبلها", "قبله", "قبلهم", "وقبلها", "وقبله", "بعد", "وبعد", "فبعد", "عقب", "وعقب",
    "بعيد", "بعدها", "بعده", "وبعدها", "وبعده", "فبعدها", "ما", "وما", "خلال", "وخلال", "منذ", "ومنذ", "مذ", "يوم",
    "ويوم", "ليوم", "فيوم", "بيوم", "تاريخ", "بتاريخ", "وبتاريخ", "نهار", "شهر", "بشهر", "لشهر", "وشهر", "فشهر", "عام",
    "العام", "وعام", "لعام", "للعام", "عامي", "سنه", "السنه", "نفس", "ذات", "بنفس", "وبنفس", "بذات", "ذلك", "تلك",
    "هذا", "هذه", "بين", "وبين", "من", "ومن", "قرابه", "نحو", "حوالي", "عند", "وعند", "وقبيل", "تمام", "ال",
    "بال", "وال", "ساعات",
    "الموافق", "نهايه", "مثل",
    "يومي", "ويومي", "ليلتي", "شهري", "بشهري", "وشهري",
))  # fmt: skip
_ABOUT = frozenset(("عند", "وعند", "قبيل", "وقبيل", "بعيد", "وبعيد"))
_SHORT_LINE, _HEAD = 6, 80
_YEARS = (*range(1970, 2000), *range(2001, 2036))
_BEFORE_YEAR = frozenset(("في", "وفي", "ففي", "منذ", "ومنذ", "خلال", "حتي", "بين", "من", "الي", "قبل", "بعد", "ومن"))
_BETWEEN = frozenset(("بين", "وبين", "من", "ومن", "يومي", "ويومي", "ليلتي", "شهري", "بشهري", "وشهري"))
_RANGE_TO = frozenset(("الي", "حتي", "لحد", "ل", "لغايه", "وحتي"))
_DAY_LIKE = frozenset(("date", "night", "part", "month", "year", "season", "same"))


@cache
def _begins() -> frozenset[str]:
    """The words that a time may begin with."""
    return frozenset((*lexicon().heads, *_STARTERS, *ordinals()))


def find_times(tokens: Sequence[Token], *, text: str | None = None) -> list[FoundTime]:
    """All times of `tokens`, left to right, not overlapping: فجر الأحد 24 أغسطس (آب).

    `text` is the report's own text; with it a bare آب is told from أب.
    """
    out: list[FoundTime] = []
    names, end, begins = lexicon().words["names_before"], 0, _begins()
    for i, token in enumerate(tokens):
        if i < end or token.kind in ("break", "punct"):
            continue
        form = token.form
        if token.kind == "number":
            found = _figure(tokens, i)
        elif form in begins:
            found = _read(tokens, i)
        else:
            continue
        if found and found[1] > i:
            out.append(_found(tokens, i, found))
            end = found[1]
        elif form_at(tokens, i - 1) in names:
            end = _name_end(tokens, i)
    return _with_headings(tokens, _with_bare_august(tokens, out, text) if text else out)


def _with_headings(tokens: Sequence[Token], found: list[FoundTime]) -> list[FoundTime]:
    """Mark the times that stand in a short line near the start of the text."""
    breaks = [-1, *(t.i for t in tokens if t.kind == "break"), len(tokens)]
    out = []
    for item in found:
        line = bisect_left(breaks, item.first)
        rest = breaks[line] - breaks[line - 1] - 1 - (item.last - item.first)
        alone = rest <= _SHORT_LINE and item.first < _HEAD
        out.append(replace(item, heading=True) if alone else item)
    return out


def _found(tokens: Sequence[Token], i: int, read: tuple[TimeValue, int]) -> FoundTime:
    value, end = read
    return FoundTime(i, end, Span(tokens[i].start, tokens[end - 1].end), value)


def _figure(tokens: Sequence[Token], i: int) -> Read:
    """A time that starts with figures: 15/3/2021, 12 أيلول, 24 ساعة الماضية."""
    return _phrase(tokens, i) or read_window(tokens, i) or _bare_year(tokens, i)


def _bare_year(tokens: Sequence[Token], i: int) -> Read:
    """في 2017: a year behind a preposition; 2000 more often counts things."""
    value = number_at(tokens, i)
    if value not in _YEARS or form_at(tokens, i - 1) not in _BEFORE_YEAR:
        return None
    last = number_at(tokens, i + 2) if form_at(tokens, i + 1) in (*_RANGE_TO, "-", "و") else None
    if last is not None and last in YEARS and last > (value or 0):
        return TimeValue("year", year=value, year2=last), i + 3
    return TimeValue("year", year=value), i + 1


def _read(tokens: Sequence[Token], i: int) -> Read:
    for reader in _READERS:
        if found := reader(tokens, i):
            return found
    return None


def _phrase(tokens: Sequence[Token], i: int) -> Read:
    if _named(tokens, i):
        return None
    phrase = Phrase(tokens, i)
    value = phrase.read()
    if value is None:
        return None
    return _until(tokens, value, phrase.end)


def _name_end(tokens: Sequence[Token], i: int) -> int:
    """The index behind a date that is part of a name, so that its month is not read alone."""
    phrase = Phrase(tokens, i)
    return phrase.end if phrase.read() else i


def _named(tokens: Sequence[Token], i: int) -> bool:
    """Is the date at `i` part of a name (شارع 8 آذار, مسجد الجمعة)? A month or figure only; أمس never is."""
    before = form_at(tokens, i - 1)
    if before not in lexicon().words["names_before"]:
        return False
    found = sense(tokens, i)
    return found is None or found.kind in ("weekday", "month", "season", "relative")


def _until(tokens: Sequence[Token], value: TimeValue, end: int) -> Read:
    """X إلى Y, X - Y behind the first date."""
    if form_at(tokens, end) not in (*_RANGE_TO, "-") or end + 1 >= len(tokens) or value.shape not in _DAY_LIKE:
        return value, end
    behind = Phrase(tokens, end + 1)
    second = behind.read()
    if second is None or second.shape not in _DAY_LIKE or (form_at(tokens, end) == "ل" and second.shape != "date"):
        return value, end
    return TimeValue("range", first=value, second=second), behind.end


def _between(tokens: Sequence[Token], i: int) -> Read:
    """بين X وY, ما بين 5 و7 أيار, من X إلى Y."""
    form = tokens[i].form
    start = i + 2 if form in ("ما", "وما") and form_at(tokens, i + 1) == "بين" else i + 1
    if start >= len(tokens) or not (start == i + 2 or form in _BETWEEN):
        return None
    first = _lent_month(tokens, start) or _phrase(tokens, start)
    if first is None:
        return None
    if form in ("من", "ومن"):
        return first if first[0].shape == "range" else None
    if first[0].day2 is not None or first[0].shape == "range":
        return first
    return _and_second(tokens, first)


def _lent_month(tokens: Sequence[Token], i: int) -> Read:
    """من السبت 4 إلى الجمعة 10 أيار: the second day lends the first its month."""
    found = sense(tokens, i)
    k = i + (found is not None and found.kind == "weekday")
    day = number_at(tokens, k) if k > i else None
    if day is None or not 1 <= day <= 31 or form_at(tokens, k + 1) not in ("الي", "حتي", "-", "و"):
        return None
    behind = Phrase(tokens, k + 2)
    second = behind.read()
    if second is None or second.day is None or second.day <= day or second.shape != "date":
        return None
    return TimeValue("range", first=replace(second, day=day, weekday=None), second=second), behind.end


def _and_second(tokens: Sequence[Token], first: tuple[TimeValue, int]) -> Read:
    value, end = first
    if end >= len(tokens) or form_at(tokens, end)[:1] != "و":
        return None
    second = Phrase(tokens, end + (form_at(tokens, end) == "و"), backed=value.month is not None)
    found = second.read()
    return (TimeValue("range", first=value, second=found), second.end) if found else None


def _since(tokens: Sequence[Token], i: int) -> Read:
    opened = read_since(tokens, i)
    if opened is None:
        return None
    value, end = opened
    if value is None:
        inner = _phrase(tokens, end) or _bare_year(tokens, end) or read_window(tokens, end) or read_week(tokens, end)
        if inner is None:
            return _fixed(tokens, i)
        value, end = inner
    return TimeValue("since", first=value), end


def _deadline(tokens: Sequence[Token], i: int) -> Read:
    """قبل الجمعة, قبل 5 أيار."""
    inner = _phrase(tokens, i + 1) if tokens[i].form in BEFORE and i + 1 < len(tokens) else None
    return (TimeValue("by", first=inner[0]), inner[1]) if inner else None


def _anniversary(tokens: Sequence[Token], i: int) -> Read:
    """مثل هذا اليوم قبل سبع سنوات: the same day of an earlier year."""
    if tokens[i].form != "مثل" or form_at(tokens, i + 1) != "هذا" or form_at(tokens, i + 2) != "اليوم":
        return None
    ago = read_before(tokens, i + 3) if i + 3 < len(tokens) else None
    if ago is None or ago[0].shape != "ago" or ago[0].unit != "year" or ago[0].amount is None:
        return None
    return replace(ago[0], relative=0), ago[1]


def _within(tokens: Sequence[Token], i: int) -> Read:
    """خلال شهر آذار: the preposition belongs to the words of the time."""
    if tokens[i].form not in ("خلال", "وخلال", "اثناء", "طوال", "طيله") or i + 1 >= len(tokens):
        return None
    return _between(tokens, i + 1) or _phrase(tokens, i + 1) or read_week(tokens, i + 1)


def _about_noon(tokens: Sequence[Token], i: int) -> Read:
    """عند الظهر, قبيل الفجر: a part of the day told before; with a day behind it is a date of its own."""
    part = sense(tokens, i + 1) if i + 1 < len(tokens) else None
    if part is None or part.kind != "later":
        return None
    behind = sense(tokens, i + 1 + part.width) if i + 1 + part.width < len(tokens) else None
    if behind is not None and behind.kind in ("weekday", "relative", "night"):
        return None
    return TimeValue("part", part=part.value), i + 1 + part.width


def _fixed(tokens: Sequence[Token], i: int) -> Read:
    """مؤخراً, حينذاك."""
    if tokens[i].form in _ABOUT:
        return _about_noon(tokens, i)
    found = sense(tokens, i)
    if found is None or found.kind not in ("vague", "same"):
        return None
    if found.kind == "same":
        return TimeValue("same"), i + found.width
    if found.value == "now":
        return TimeValue("hours", unit="hour", amount=1, shift="past"), i + found.width
    behind = i + found.width + (form_at(tokens, i + found.width) == "من")
    follow = sense(tokens, behind)
    if follow and follow.kind in ("relative", "weekday", "part", "night", "adverb"):
        return None  # في وقت سابق من صباح اليوم
    return TimeValue("vague", shift="next" if found.value == "soon" else "past"), i + found.width


_READERS: tuple[Callable[[Sequence[Token], int], Read], ...] = (
    _anniversary, _fixed, read_week, read_window, _since, _between, _within, _phrase, read_before, _deadline,
    read_after,
)  # fmt: skip


def _with_bare_august(tokens: Sequence[Token], found: list[FoundTime], text: str) -> list[FoundTime]:
    """Add a bare آب behind a preposition: folding has made it one with أب."""
    taken = {i for f in found for i in range(f.first, f.last)}
    for token in tokens:
        if token.form != "اب" or token.i in taken or text[token.start] != "آ":
            continue
        if form_at(tokens, token.i - 1) in ("في", "خلال", "منذ", "حتي"):
            found.append(_found(tokens, token.i, (TimeValue("month", month=8), token.i + 1)))
    return sorted(found, key=lambda f: f.first)
