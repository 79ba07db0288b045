"""One date as a phrase: part of the day, relative day, weekday, day, month, year, in whatever order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from marsad.read.numbers import is_ordinal, ordinal
from marsad.read.times.figures import YEARS, form_at, number_at, numeric_date
from marsad.read.times.hours import clock_figure, minutes_end
from marsad.read.times.lexicon import Sense, lexicon, sense
from marsad.read.times.value import TimeValue
from marsad.read.tokens import Token

_ARTICLES = frozenset(("ال", "بال", "وال", "لل", "فال"))
_MONTH_WORDS = frozenset(("شهر", "بشهر", "لشهر", "وشهر", "فشهر"))
_DAY_WORDS = frozenset((
    "يوم", "ويوم", "ليوم", "فيوم", "بيوم", "تاريخ", "بتاريخ", "وبتاريخ", "نهار", "الموافق", "المصادف",
    "ساعات", "بساعات",
))  # fmt: skip
_YEAR_WORDS = frozenset((
    "عام", "العام", "سنه", "السنه", "لعام", "للعام", "وعام", "لسنه", "عامي", "بعام", "سنتي", "موسم",
))  # fmt: skip
_PREPOSITIONS = frozenset(("في", "وفي", "ففي", "خلال", "وخلال", "منذ", "ومنذ", "حتي", "وحتي", "قبل"))
_UNTIL = frozenset(("حتي", "وحتي", "الي", "لحد", "بعد", "قبل", "لغايه"))
# What makes اليوم and الأمس something else: an international day, the recent past.
_OTHER_DAYS = frozenset(("العالمي", "الدولي", "الوطني", "القريب", "البعيد"))
_SAME = frozenset(("نفس", "ذات", "بنفس", "بذات", "ونفس", "لنفس", "وبنفس", "وبذات"))
_THAT = frozenset(("ذلك", "تلك", "هداك", "هديك", "هذلك"))
_THIS = frozenset(("هذا", "هذه", "هاد", "هاي"))
_HOURS = frozenset(("الساعه", "والساعه", "بالساعه", "للساعه"))
_HIJRI_YEARS = range(1300, 1500)
_TAKES_YEAR = frozenset(("month", "season", "phase", "yearword", "year_shift"))
_ANY_YEAR = frozenset((*YEARS, *_HIJRI_YEARS))


class Phrase:
    """Slots of one date, filled from token `start` on; `end` is the index behind the last token taken.

    With `backed` a month whose name is a common word counts: another month stands before it.
    """

    def __init__(self, tokens: Sequence[Token], start: int, *, backed: bool = False) -> None:
        self.tokens, self.start, self.end, self.backed = tokens, start, start, backed
        self.slots: dict[str, Any] = {}
        self.bracket = False
        self.weak_month = 0
        self.numeric = False

    def read(self) -> TimeValue | None:
        """The date that starts here, or None."""
        while (step := self._step(self.end)) is not None and step > self.end:
            self.end = step
        if self.bracket and form_at(self.tokens, self.end) == ")":
            self.end += 1
        return self._value()

    # ---- the grammar: each method returns the index behind what it took, or None

    def _step(self, i: int) -> int | None:
        if i >= len(self.tokens):
            return None
        token = self.tokens[i]
        if token.kind == "number":
            return self._number(i)
        if token.kind == "punct":
            return self._punct(i)
        if token.kind == "break":
            return None
        return self._word(i)

    def _word(self, i: int) -> int | None:
        form = self.tokens[i].form
        if i > self.start and form[0] in "وف" and form not in lexicon().heads:
            return None
        found = sense(self.tokens, i)
        if found:
            if found.joined and i > self.start:
                return None
            taken = self._sense(i, found)
            if taken is not None:
                return taken
        return self._link(i, form)

    def _sense(self, i: int, found: Sense) -> int | None:
        method = getattr(self, f"_on_{found.kind}", None)
        return method(i, found) if method else None

    def _put(self, slot: str, value: Any, end: int) -> int | None:
        if slot in self.slots:
            return None
        self.slots[slot] = value
        return end

    def _on_month(self, i: int, found: Sense) -> int | None:
        number, hijri = found.value
        end = i + found.width
        if "month" in self.slots:
            return end if self.slots["month"] == number and self.slots.get("hijri", False) == hijri else None
        self.slots |= {"month": number, "hijri": hijri}
        self.weak_month = found.weak
        return end

    def _on_weekday(self, i: int, found: Sense) -> int | None:
        if form_at(self.tokens, i - 1) in lexicon().words["names_before"]:
            return None
        if "month" in self.slots or "weekday" in self.slots:
            return self._second_weekday(i, found)
        return self._put("weekday", found.value, i + found.width)

    def _second_weekday(self, i: int, found: Sense) -> int | None:
        """ليل السبت الأحد without a dash."""
        night = self.slots.get("part") in ("night", "after-midnight") and "day" not in self.slots
        if night and found.value == (self.slots.get("weekday", -9) + 1) % 7:
            return self._put("weekday2", found.value, i + found.width)
        return None

    def _on_part(self, i: int, found: Sense) -> int | None:
        return self._put("part", found.value, i + found.width)

    def _on_adverb(self, i: int, found: Sense) -> int | None:
        return self._put("part", found.value, i + found.width)

    def _on_later(self, i: int, found: Sense) -> int | None:
        return self._put("part", found.value, i + found.width) if {"relative", "weekday"} & self.slots.keys() else None

    def _on_relative(self, i: int, found: Sense) -> int | None:
        if "month" in self.slots or "weekday" in self.slots:
            return None
        return self._put("relative", found.value, i + found.width)

    def _on_night(self, i: int, found: Sense) -> int | None:
        if "part" in self.slots or "relative" in self.slots:
            return None
        self.slots |= {"part": "night", "relative": found.value, "night": True}
        return i + found.width

    def _on_glued(self, i: int, found: Sense) -> int | None:
        if self.slots:
            return None
        self.slots |= {"part": found.value[0], "relative": found.value[1]}
        return i + found.width

    def _on_shift(self, i: int, found: Sense) -> int | None:
        if not self.slots.keys() & {"weekday", "month", "relative", "season", "day"}:
            return None
        if "relative" in self.slots and found.value in ("this", "next", "past", "before-last"):
            return None
        return self._put("shift", found.value, i + found.width)

    def _on_season(self, i: int, found: Sense) -> int | None:
        if self.slots.keys() - {"phase"}:
            return None
        return self._put("season", found.value, i + found.width)

    def _on_phase(self, i: int, found: Sense) -> int | None:
        if self.slots:
            return None
        behind = i + found.width
        behind += form_at(self.tokens, behind) == "من"
        follow = sense(self.tokens, behind)
        shifted = follow and follow.kind == "shift" and follow.value == "this"
        if shifted or (follow and follow.kind in ("month", "season", "definite")) or self._introduced(behind):
            return self._put("phase", found.value, i + found.width)
        return None

    def _introduced(self, i: int) -> bool:
        form = form_at(self.tokens, i)
        return form in _MONTH_WORDS or form in _YEAR_WORDS or form in _THIS or number_at(self.tokens, i) in YEARS

    def _on_definite(self, i: int, found: Sense) -> int | None:
        """الشهر الجاري, العام نفسه; الشهر alone behind a phase or a day."""
        unit, count = found.value
        if unit not in ("month", "year") or count != 1:
            return self._on_hour(i) if unit == "hour" else None
        year = number_at(self.tokens, i + 1)
        if unit == "year" and year in YEARS:
            return self._put("year", year, i + 2)
        shift = sense(self.tokens, i + 1)
        value, end = (shift.value, i + 2) if shift and shift.kind == "shift" else ("bare", i + 1)
        if end == i + 1 and not self.slots.keys() & {"phase", "day"}:
            return None
        slot = "year_shift" if unit == "year" else "month_shift"
        if unit == "month" and "month" in self.slots:
            return None
        return self._put(slot, value, end)

    # ---- numbers

    def _number(self, i: int) -> int | None:
        for take in (self._year, self._day, self._numeric):
            if (end := take(i)) is not None:
                return end
        return None

    def _numeric(self, i: int) -> int | None:
        """15/3/2021, 2021-03-15, 13.05.2025; without a year only behind a day word."""
        if "day" in self.slots or "month" in self.slots:
            return None
        found = numeric_date(self.tokens, i)
        if found is None:
            return None
        year, month, day, end = found
        if year is None and not (self.slots.keys() & {"weekday", "relative", "part", "dayword"}):
            return None
        self.numeric = True
        self.slots |= {"day": day, "month": month} | ({"year": year} if year else {})
        return end

    def _year(self, i: int) -> int | None:
        value = number_at(self.tokens, i)
        if value is None or "year" in self.slots or not self.slots.keys() & _TAKES_YEAR:
            return None
        follow = form_at(self.tokens, i + 1)
        if value in _HIJRI_YEARS and (follow == "ه" or self.slots.get("hijri")):
            return self._put("year", value, i + 1 + (follow == "ه"))
        if value not in YEARS:
            return None
        self.slots["year"] = value
        return self._second_year(i + 1 + (follow == "م"), value)

    def _second_year(self, end: int, value: int) -> int:
        dash = form_at(self.tokens, end) in ("-", "/")
        paired = "yearword" in self.slots and form_at(self.tokens, end) == "و"
        both = number_at(self.tokens, end + 1) if paired else None
        if both is not None and both in YEARS and both > value:
            self.slots["year2"] = both
            return end + 2
        if number_at(self.tokens, end + dash) == value + 1:
            self.slots["year2"] = value + 1
            return end + dash + 1
        return end

    def _day(self, i: int) -> int | None:
        value = number_at(self.tokens, i)
        if value is not None and self._american(i):
            return self._put("day", value, i + 1) if 1 <= value <= 31 else None
        return self._take_day(value, i + 1) if value is not None else None

    def _american(self, i: int) -> bool:
        """أيلول 30, 2015."""
        comma = form_at(self.tokens, i + 1) in ("،", ",")
        return "month" in self.slots and comma and number_at(self.tokens, i + 2) in YEARS

    def _take_day(self, value: int, end: int) -> int | None:
        """A day of the month counts only with its month (or شهر, or الجاري) behind it."""
        if "day" in self.slots or "month" in self.slots or not 1 <= value <= 31:
            return None
        second, behind = self._second_day(value, end)
        if not self._month_follows(behind):
            return None
        self.slots["day"] = value
        if second:
            self.slots["day2"] = second
        return behind

    def _second_day(self, value: int, end: int) -> tuple[int | None, int]:
        """6 – 7 أيار, 6 و7 أيار, 15/16 أيلول."""
        if form_at(self.tokens, end).startswith("وال") and (counted := ordinal(self.tokens, end)):
            return counted if counted[0] > value else (None, end)
        if form_at(self.tokens, end) not in ("-", "/", "و", "الي", "حتي"):
            return None, end
        second = number_at(self.tokens, end + 1)
        return (second, end + 2) if second and value < second <= 31 else (None, end)

    def _month_follows(self, i: int) -> bool:
        if form_at(self.tokens, i) == "(":
            i += 1
        if form_at(self.tokens, i) == "من":
            i += 1
        if form_at(self.tokens, i) in _MONTH_WORDS:
            return True
        i += form_at(self.tokens, i) in _THIS  # العشرون من هذا الشهر
        follow = sense(self.tokens, i)
        if follow is None or follow.joined:
            return False
        if follow.kind == "definite":
            return bool(follow.value == ("month", 1))
        return follow.kind == "month" or (follow.kind == "shift" and follow.value == "this")

    # ---- links between slots

    def _punct(self, i: int) -> int | None:
        form = self.tokens[i].form
        follow = sense(self.tokens, i + 1)
        if form in ("/", "(", "-") and "month" in self.slots and follow and follow.kind == "month":
            end = self._on_month(i + 1, follow)
            return end + 1 if end and form == "(" and form_at(self.tokens, end) == ")" else end
        if form in ("/", "-") and follow and follow.kind == "weekday" and "weekday" in self.slots:
            return self._put("weekday2", follow.value, i + 2)
        if form in ("،", ",") and {"day", "month"} <= self.slots.keys() and number_at(self.tokens, i + 1) in YEARS:
            return i + 1 if "year" not in self.slots else None
        if form in ("(", "،", ",") and self.slots and self._goes_on(i + 1):
            self.bracket = self.bracket or form == "("
            return i + 1
        return None

    def _goes_on(self, i: int) -> bool:
        """Does a further slot of the same date stand at `i`?"""
        follow = sense(self.tokens, i)
        if follow and follow.kind == "weekday":
            return "weekday" not in self.slots and not follow.joined
        if form_at(self.tokens, i) == "الساعه":
            return True
        if not self.slots.keys() & {"weekday", "relative"} or "month" in self.slots:
            return False
        if form_at(self.tokens, i) in _DAY_WORDS | _ARTICLES:
            return self._goes_on(i + 1)
        if (counted := ordinal(self.tokens, i) if i < len(self.tokens) else None) is not None:
            return self._month_follows(counted[1])
        number = number_at(self.tokens, i)
        return number is not None and (self._month_follows(i + 1) or numeric_date(self.tokens, i) is not None)

    def _link(self, i: int, form: str) -> int | None:
        if form in _ARTICLES and number_at(self.tokens, i + 1):
            return self._day(i + 1)
        if (counted := ordinal(self.tokens, i)) is not None:
            return self._take_day(*counted)
        if form in _DAY_WORDS:
            return self._dayword(i)
        if form in _MONTH_WORDS:
            follow = sense(self.tokens, i + 1)
            self.weak_month = 0
            return self._strong_month(i + 1, follow) if follow and follow.kind == "month" else None
        if form in _YEAR_WORDS and number_at(self.tokens, i + 1) in _ANY_YEAR:
            self.slots["yearword"] = True
            return i + 1
        return self._small_word(i, form)

    def _small_word(self, i: int, form: str) -> int | None:
        if form == "من":
            return self._of(i)
        if form in _SAME | _THAT | _THIS:
            return self._demonstrative(i, form)
        if form in _HOURS or form in ("تمام", "قرابه", "حوالي", "نحو", "عند"):
            return self._on_hour(i)
        if form in ("علي", "الي") and {"part", "weekday"} <= self.slots.keys():
            follow = sense(self.tokens, i + 1)
            if follow and follow.kind == "weekday" and "weekday2" not in self.slots and self.slots["part"] != "dawn":
                return self._put("weekday2", follow.value, i + 2)
        return None

    def _strong_month(self, i: int, found: Sense) -> int | None:
        end = self._on_month(i, found)
        self.weak_month = 0
        return end

    def _dayword(self, i: int) -> int | None:
        """يوم counts only before a weekday, a date, or amس."""
        if self.slots.keys() & {"day", "month"}:
            return None
        end = i + 1
        end += form_at(self.tokens, end) in ("ل", "في", ":")
        follow = sense(self.tokens, end)
        self.slots["dayword"] = True
        if follow and follow.kind in ("weekday", "relative", "part", "phase") and not follow.joined:
            return end
        form = form_at(self.tokens, end)
        return end if form in _ARTICLES or number_at(self.tokens, end) or is_ordinal(form) else None

    def _of(self, i: int) -> int | None:
        """من between a day and its month, a month and its year, a part and its day."""
        follow = sense(self.tokens, i + 1)
        form = form_at(self.tokens, i + 1)
        kind = follow.kind if follow else ""
        if "phase" in self.slots and (kind in ("month", "definite", "season") or self._introduced(i + 1)):
            return i + 1
        if "day" in self.slots and "month" not in self.slots:
            return i + 1
        if "month" in self.slots and (form in _YEAR_WORDS or (follow and follow[:2] == ("definite", ("year", 1)))):
            return i + 1
        if form in _SAME and {"month", "day"} & self.slots.keys():
            return i + 1
        if "part" in self.slots and not self.slots.keys() & {"weekday", "relative", "day"}:
            return i + 1 if kind in ("weekday", "relative") or form in _DAY_WORDS or self._starts_day(i + 1) else None
        return None

    def _starts_day(self, i: int) -> bool:
        found = ordinal(self.tokens, i) if i < len(self.tokens) else None
        if found:
            return self._month_follows(found[1])
        return number_at(self.tokens, i) is not None and self._month_follows(i + 1)

    def _demonstrative(self, i: int, form: str) -> int | None:
        """نفس اليوم, ذلك اليوم, هذا الشهر."""
        follow = sense(self.tokens, i + 1)
        if follow is None:
            return None
        shift = "this" if form in _THIS else "same"
        if follow.kind == "definite" and follow.value in (("month", 1), ("year", 1)):
            return self._put(f"{follow.value[0]}_shift", shift, i + 2)
        if shift == "same" and follow.kind in ("relative", "night", "later", "weekday"):
            if follow.kind == "night":
                self.slots["part"] = "night"
            self.slots |= {"relative": 0, "shift": "same"}
            return i + 2
        return None

    def _on_hour(self, i: int) -> int | None:
        """الساعة الرابعة عصراً, الساعة 14:30, قرابة الرابعة فجراً."""
        start = i + 1 if form_at(self.tokens, i) not in _HOURS else i
        named = form_at(self.tokens, start) in _HOURS
        start += named
        if start >= len(self.tokens) or "hour" in self.slots:
            return None
        figure = number_at(self.tokens, start) is not None or clock_figure(self.tokens, start)
        end = start + 1 if figure else (ordinal(self.tokens, start) or (0, 0))[1]
        if not end:
            return None
        end = minutes_end(self.tokens, end)
        end += form_at(self.tokens, end) == "من"
        follow = sense(self.tokens, end)
        part = follow if follow and follow.kind in ("adverb", "part", "later") else None
        if part is None and not named:
            return None
        self.slots["hour"] = True
        if part:
            self.slots.setdefault("part", part.value)
            return end + part.width
        return end

    # ---- what the slots amount to

    def _value(self) -> TimeValue | None:
        slots = self.slots
        shape = self._shape()
        if shape is None:
            return None
        keep = {k: v for k, v in slots.items() if k in TimeValue.__dataclass_fields__}
        if shape in ("after", "before"):
            del keep["relative"]  # اليوم of اليوم التالي is not today
        return replace(TimeValue(shape), **keep)

    def _shape(self) -> Any:
        s = self.slots
        if self.weak_month and not self._backed():
            return None
        if s.get("part") in ("night", "after-midnight") and ("weekday2" in s or "day2" in s):
            return "night"
        if s.get("shift") == "same" and "relative" in s:
            return "same"
        if s.get("shift") in ("following", "preceding") and "relative" in s:
            return "after" if s["shift"] == "following" else "before"
        if "day" in s:
            return "date" if "month" in s or "month_shift" in s or "shift" in s else None
        if "month" in s or "month_shift" in s:
            return "month"
        if "season" in s:
            return "season" if "year" in s or "shift" in s or "year_shift" in s else None
        if "year" in s or "year_shift" in s:
            return "year"
        if s.get("phase") and s.get("shift") == "this":
            return "month"
        if ("relative" in s and self._day_holds()) or ("weekday" in s and self._weekday_holds()):
            return "date"
        return self._alone()

    def _alone(self) -> Any:
        """An hour or an adverb of the day without a date."""
        first = sense(self.tokens, self.start)
        if "hour" in self.slots or (first and first.kind == "adverb" and "part" in self.slots):
            return "part"
        return None

    def _backed(self) -> bool:
        """Is a month whose name is a common word held up by what stands around it?"""
        s = self.slots
        dated = s.keys() & {"day", "year", "phase", "year_shift"}
        if self.backed or dated or s.get("shift") in ("past", "next", "this"):
            return True
        before = form_at(self.tokens, self.start - 1)
        if self.end - self.start > 1:
            return True
        return self.weak_month == 1 and before in _PREPOSITIONS

    def _day_holds(self) -> bool:
        """اليوم is no day in اليوم الثالث, اليوم العالمي, حتى اليوم; nor is الأمس القريب."""
        if self.slots.keys() & {"part", "weekday", "dayword", "hour"}:
            return True
        if form_at(self.tokens, self.end) in _OTHER_DAYS:
            return False
        today = self.slots["relative"] == 0
        counted = ordinal(self.tokens, self.end) if today and form_at(self.tokens, self.end)[:2] == "ال" else None
        return counted is None and not (today and form_at(self.tokens, self.start - 1) in _UNTIL)

    def _weekday_holds(self) -> bool:
        """الاثنين bare is also "the two"."""
        s = self.slots
        if s["weekday"] != 0 or s.keys() & {"part", "shift", "dayword", "weekday2"}:
            return True
        before = form_at(self.tokens, self.start - 1)
        return not (before.endswith(("ين", "ان")) or before in ("بين", "هذين", "كلا", "هولاء"))
