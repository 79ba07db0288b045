"""Times that are counted: before, after, in the last days; each reader takes tokens and an index."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.numbers import cardinal
from marsad.read.times.figures import YEARS, form_at, number_at
from marsad.read.times.lexicon import lexicon, sense
from marsad.read.times.value import TimeValue
from marsad.read.tokens import Token

Read = tuple[TimeValue, int] | None
BEFORE = frozenset(("قبل", "وقبل", "فقبل", "قبيل"))
_AFTER = frozenset(("بعد", "وبعد", "فبعد", "عقب", "وعقب", "بعيد"))
_BEFORE_IT = frozenset(("قبلها", "قبله", "قبلهم", "وقبلها", "وقبله", "قبلهما"))
_AFTER_IT = frozenset(("بعدها", "بعده", "وبعدها", "وبعده", "فبعدها", "بعدهم", "بعدهما", "تلاها", "تلاه"))
_SINCE = frozenset(("منذ", "ومنذ", "مذ", "من"))
_WITHIN = frozenset(("خلال", "وخلال", "في", "وفي", "ففي", "اثناء", "طوال", "طيله", "علي", "مدي"))
_PASSED = frozenset(("مرق", "مر", "مضي", "مضت", "مرت"))
_EVENT_WORDS = 4


def amount(tokens: Sequence[Token], i: int) -> tuple[str, int | None, int] | None:
    """A number of units at `i`: unit, how many (None for a bare plural), index behind. ثلاثة أيام -> day, 3."""
    while form_at(tokens, i) in lexicon().words["around"] or form_at(tokens, i) in ("/", "ال", "من"):
        i += 1
    counted = cardinal(tokens, i) if i < len(tokens) else None
    if counted:
        end = counted[1] + (form_at(tokens, counted[1]) == "/")
        follow = sense(tokens, end)
        return (follow.value[0], counted[0], end + 1) if follow and follow.kind == "unit" else None
    return _uncounted(tokens, i)


def _uncounted(tokens: Sequence[Token], i: int) -> tuple[str, int | None, int] | None:
    found = sense(tokens, i)
    if found is None or found.kind != "unit":
        if found and found.kind == "part" and tokens[i].form.endswith("ليله"):
            return "day", 1, i + 1
        return None
    unit, number = found.value
    end = i + 1
    if unit == "year" and number_at(tokens, end) in YEARS:
        return None  # منذ عام 2011
    while form_at(tokens, end) in lexicon().words["few"] or form_at(tokens, end) in ("واحد", "واحده", "كامل", "كامله"):
        end += 1
    return unit, number or None, end


def read_before(tokens: Sequence[Token], i: int) -> Read:
    """قبل يومين, قبل أيام, قبل الاشتباكات بأيام, قبلها بيومين, قبل يومين من الانسحاب."""
    form = tokens[i].form
    if form in _BEFORE_IT:
        return _offset(tokens, i + 1, "before")
    if form not in BEFORE:
        return None
    counted = amount(tokens, i + 1)
    if counted:
        unit, number, end = counted
        if form_at(tokens, end) == "من" and form_at(tokens, end + 1) in ("اليوم", "الان"):
            return TimeValue("ago", unit=unit, amount=number), end + 2  # type: ignore[arg-type]
        shape = "before" if form_at(tokens, end) == "من" and _noun(tokens, end + 1) else "ago"
        return TimeValue(shape, unit=unit, amount=number), end  # type: ignore[arg-type]
    return _offset(tokens, i + 1, "before") or _ahead_of(tokens, i)


def _ahead_of(tokens: Sequence[Token], i: int) -> Read:
    """قبل نهاية العام, قبل حلول شهر رمضان: no date can be known."""
    end = i + 1 + (form_at(tokens, i + 1) in ("حلول", "انتهاء", "انقضاء"))
    found = sense(tokens, end)
    if found and found.kind == "phase" and (follow := sense(tokens, end + 1)) and follow.kind == "definite":
        return TimeValue("vague"), end + 2
    if end > i + 1:
        end += form_at(tokens, end) == "شهر"
        found = sense(tokens, end)
        if found and found.kind in ("month", "season", "definite"):
            return TimeValue("vague"), end + found.width
    return None


def read_after(tokens: Sequence[Token], i: int) -> Read:
    """بعد يومين, بعدها بساعة, بعد أسبوع من الحادثة, بعد ذلك بشهرين, وما مرق ساعتين."""
    form = tokens[i].form
    if form in _AFTER_IT:
        return _offset(tokens, i + 1, "after")
    if form in ("ما", "وما") and form_at(tokens, i + 1) in _PASSED:
        counted = amount(tokens, i + 2)
    elif form in _AFTER:
        counted = amount(tokens, i + 1)
    else:
        return None
    if not counted:
        return _offset(tokens, i + 1, "after") if form in _AFTER else None
    unit, number, end = counted
    back = form_at(tokens, end) == "علي" and unit not in ("hour", "minute")  # the event named behind came before
    if form_at(tokens, i - 1) in ("وذلك", "ذلك"):
        return TimeValue("vague"), end  # the act has its date already: ... يوم الأربعاء، وذلك بعد شهر من الضغوط
    shape = "before" if back else "after"
    return TimeValue(shape, unit=unit, amount=number, relative=0 if back else None), end  # type: ignore[arg-type]


def _noun(tokens: Sequence[Token], i: int) -> bool:
    found = sense(tokens, i)
    return i < len(tokens) and tokens[i].kind == "word" and (found is None or found.kind == "later")


def _offset(tokens: Sequence[Token], i: int, shape: str) -> Read:
    """[the event] بيومين: the event in at most four words, then the amount with ب."""
    for j in range(i, min(i + _EVENT_WORDS, len(tokens))):
        token = tokens[j]
        if token.kind in ("break", "number") or token.form in ".؟!":
            return None
        if token.form[0] == "ب" and (counted := amount(tokens, j + (token.form in ("بنحو", "بحوالي", "بقرابه")))):
            unit, number, end = counted
            return TimeValue(shape, unit=unit, amount=number), end  # type: ignore[arg-type]
    return None


def read_window(tokens: Sequence[Token], i: int) -> Read:
    """خلال الأيام القليلة الماضية, في الأيام المقبلة, الساعات الـ24 الأخيرة, الأسبوع الماضي, 24 ساعة الماضية."""
    start = i + (form_at(tokens, i) in _WITHIN)
    start += form_at(tokens, start) in ("ال", "بال") and number_at(tokens, start + 1) is not None
    number = number_at(tokens, start)
    found = sense(tokens, start + (number is not None))
    if found is None or found.kind not in ("definite", "unit") or (found.kind == "unit" and number is None):
        return None
    unit, count = found.value
    direction, end, inner = _direction(tokens, start + 1 + (number is not None))
    if direction is None:
        return None
    return _window(unit, number or inner or count or None, direction), end


def _direction(tokens: Sequence[Token], i: int) -> tuple[str | None, int, int | None]:
    """Past or next behind a unit, with the few words and the number that may stand between."""
    number = None
    for j in range(i, min(i + 5, len(tokens))):
        form = tokens[j].form
        found = sense(tokens, j)
        if found and found.kind == "shift" and found.value in ("past", "next", "before-last"):
            return found.value, j + 1, number
        if found and found.kind == "shift" and found.value in ("this", "same", "following", "preceding"):
            return {"following": "next", "preceding": "past"}.get(found.value, found.value), j + 1, number
        if counted := cardinal(tokens, j):
            number = counted[0]
        elif form not in lexicon().words["few"] and form not in ("ال", "ساعه", "و"):
            break
    return None, i, None


def _window(unit: str, number: int | None, direction: str) -> TimeValue:
    shift = direction if direction in ("past", "next", "this", "same", "before-last") else None
    if unit in ("hour", "minute"):
        return TimeValue("hours", unit="hour", amount=number, shift=shift)  # type: ignore[arg-type]
    if unit == "day":
        return TimeValue("days" if direction != "next" else "coming", unit="day", amount=number, shift=shift)  # type: ignore[arg-type]
    if number is None:
        return TimeValue("vague")
    if unit == "week":
        return TimeValue("week", amount=number, shift=shift)  # type: ignore[arg-type]
    if number > 1:
        return TimeValue("vague")
    slot = "month_shift" if unit == "month" else "year_shift"
    return TimeValue("month" if unit == "month" else "year", **{slot: shift})  # type: ignore[arg-type]


def read_week(tokens: Sequence[Token], i: int) -> Read:
    """مطلع الأسبوع الجاري, نهاية الأسبوع, هذا الأسبوع."""
    found = sense(tokens, i)
    demonstrative = form_at(tokens, i) in ("هذا", "هذه")
    if not demonstrative and not (found and found.kind == "phase"):
        return None
    unit = sense(tokens, i + (1 if demonstrative or not found else found.width))
    if not unit or unit.kind != "definite" or unit.value != ("week", 1):
        return None
    end = i + 1 + (1 if demonstrative or not found else found.width)
    shift = sense(tokens, end)
    named = shift if shift and shift.kind == "shift" else None
    phase = None if demonstrative or not found else found.value
    return TimeValue("week", amount=1, shift=named.value if named else "this", phase=phase), end + (named is not None)


def read_since(tokens: Sequence[Token], i: int) -> tuple[TimeValue | None, int] | None:
    """منذ at `i`: a counted time behind it, or (None, i + 1) where a phrase may follow."""
    if tokens[i].form not in ("منذ", "ومنذ", "مذ"):
        return None
    if counted := amount(tokens, i + 1):
        unit, number, end = counted
        return TimeValue("ago", unit=unit, amount=number), end  # type: ignore[arg-type]
    return None, i + 1
