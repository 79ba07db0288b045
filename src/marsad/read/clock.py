"""The clock: found times resolved against the publication date, the dates of the text, and each other.

What cannot be known stays without dates and keeps its words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date

from marsad.model import Time
from marsad.model.event import TimePrecision
from marsad.read.times import FoundTime, TimeValue
from marsad.read.times.anchors import anchors, lead_day
from marsad.read.times.calendar import (
    DAY,
    Days,
    Known,
    day_of,
    hours,
    month_days,
    month_or_day,
    season_days,
    shift_month,
    week,
    weekday_after,
    weekday_before,
    year_days,
)

YEARS = (2011, 2025)
"""Years among which a date without a year is sought where neither the report nor its text gives one."""
_STEPS = {"past": -1, "preceding": -1, "before-last": -2, "next": 1, "following": 1}
_PRECISION: dict[str, TimePrecision] = {
    "date": "day", "night": "day", "month": "month", "season": "season", "year": "year", "same": "day", "part": "day",
    "days": "week", "coming": "week", "hours": "day", "week": "week", "vague": "unknown", "since": "unknown",
    "range": "day", "by": "day",
}  # fmt: skip
_UNIT: dict[str, TimePrecision] = {
    "minute": "day", "hour": "day", "day": "day", "week": "day", "month": "month", "year": "year"
}  # fmt: skip


class Clock:
    """Resolves the times of one report: `Clock(found, published=...).resolve(item)`.

    `years` bounds the years that a date without any other hold may fall in: those in which the actors named were
    there at all. Times that lean on an earlier one (في اليوم التالي, فجراً) take the nearest resolved one before them.
    """

    def __init__(
        self, found: Sequence[FoundTime], *, published: date | None = None, years: tuple[int, int] | None = None
    ) -> None:
        self.found = list(found)
        self._starts = [item.first for item in self.found]
        self.years = years or YEARS
        self.anchors = anchors(found, published=published)
        self.today = published
        self.lead = lead_day(self.found) if published is None else None
        self._memo: dict[tuple[int, str, bool], Known] = {}
        self.heading = self._heading()
        if published is None:
            self.today = self._told_today() or self.heading
        self._memo.clear()
        for item in self.found:  # in order, so that a time that leans on an earlier one finds it resolved
            self._known(item, ahead=False)

    def resolve(self, item: FoundTime, *, ahead: bool = False) -> Time:
        """The time of `item`; `ahead` where it dates a planned act: يوم الجمعة is then the next Friday."""
        known = self._known(item, ahead=ahead)
        start, end = known.days or (None, None)
        return Time(item.span, start, end, known.precision, item.rule, known.conflict)

    def lean(self, item: FoundTime, base: date) -> None:
        """Count `item` (قبل التسليم بأسبوع) from the day of the act it names; what leans on it moves along."""
        known = self._moved(item.value, (base, base), sign=1 if item.value.shape == "after" else -1)
        self._memo = {k: v for k, v in self._memo.items() if k[0] < item.first}
        self._memo |= {(item.first, item.value.shape, ahead): known for ahead in (False, True)}

    def resolve_all(self, *, ahead: Container[int] = ()) -> list[Time]:
        """All times in order; `ahead` holds the indexes of those that date something planned."""
        return [self.resolve(item, ahead=i in ahead) for i, item in enumerate(self.found)]

    # ---- what "today" is

    def _told_today(self) -> date | None:
        """The day that the text itself calls today (عصر اليوم الجمعة 11 آذار)."""
        for item in self.found:
            v = item.value
            if v.relative is not None and v.day and v.month and v.shape == "date":
                known = self._known(item, ahead=False)
                if known.days:
                    return known.days[0] - v.relative * DAY
        return None

    def _heading(self) -> date | None:
        """The full date of the heading: what a dated digest tells happened then."""
        for item in self.found:
            v = item.value
            if item.heading and v.shape == "date" and v.day and v.month and v.year and not v.part:
                return self._known(item, ahead=False).end
        return None

    # ---- dispatch

    def _known(self, item: FoundTime, *, ahead: bool) -> Known:
        key = (item.first, item.value.shape, ahead)
        if key not in self._memo:
            self._memo[key] = Known(None, "unknown")  # a time that leans on itself stays unknown
            self._memo[key] = self._value(item.value, item, ahead=ahead)
        return self._memo[key]

    def _value(self, value: TimeValue, item: FoundTime, *, ahead: bool) -> Known:
        match value.shape:
            case "date":
                return self._date(value, item, ahead=ahead)
            case "night":
                return self._night(value, item, ahead=ahead)
            case "month":
                return self._month(value, item, ahead=ahead)
            case "season":
                return self._season(value, item, ahead=ahead)
            case "year":
                return self._year(value, item)
            case "ago":
                return self._ago(value)
            case "after" | "before":
                return self._leaning(value, item)
            case "same" | "part":
                return self._same(value, item)
            case "range" | "since" | "by":
                return self._range(value, item, ahead=ahead)
            case _:
                return self._window(value)

    def _previous(self, item: FoundTime, *, sharp: bool = False) -> Known | None:
        """The nearest resolved time before `item`; with `sharp` one that is a day."""
        for i in range(bisect_left(self._starts, item.first) - 1, -1, -1):
            other = self.found[i]
            if other.value.shape in ("vague", "since", "by", "days", "coming", "week"):
                continue
            known = self._known(other, ahead=False)
            if known.days and (not sharp or known.precision == "day"):
                return known
        return None

    # ---- days

    def _date(self, v: TimeValue, item: FoundTime, *, ahead: bool) -> Known:
        if v.day is not None:
            known = self._day_of_month(v, item, ahead=ahead)
            return self._checked(v, known)
        day, conflict = self._weekday_or_relative(v, ahead=ahead)
        return Known((day, day) if day else None, "day", conflict)

    def _checked(self, v: TimeValue, known: Known) -> Known:
        """Note a weekday that does not fit; a Hijri day may be seen a day early or late."""
        if known.days is None or v.weekday is None or v.weekday2 is not None:
            return known
        day = known.days[1]
        if day.weekday() == v.weekday:
            return known
        if v.hijri:
            near = [day + s * DAY for s in (-1, 1) if (day + s * DAY).weekday() == v.weekday]
            if near:
                return Known((near[0], near[0]), known.precision)
        return replace(known, conflict=f"weekday: {day.isoformat()} is not weekday {v.weekday + 1}")

    def _weekday_or_relative(self, v: TimeValue, *, ahead: bool) -> tuple[date | None, str | None]:
        if v.relative is None and v.weekday is not None and self.today is None and self.lead is not None:
            return weekday_before(self.lead, v.weekday, strictly=v.shift in ("past", "before-last")), None
        if self.today is None:
            return None, None
        if v.relative is not None:
            return self._relative(v, self.today)
        if v.weekday is None:
            return None, None
        return self._weekday(v, v.weekday, ahead=ahead), None

    def _relative(self, v: TimeValue, today: date) -> tuple[date, str | None]:
        """أمس الثلاثاء: a weekday a day off tells that the page was dated a day late; the weekday holds."""
        assert v.relative is not None
        day = today + v.relative * DAY
        if v.part == "after-midnight" and v.relative < 0:
            day += DAY
        if v.weekday is None or day.weekday() == v.weekday:
            return day, None
        conflict = f"weekday: {day.isoformat()} is not weekday {v.weekday + 1}"
        near = [day + s * DAY for s in (-1, 1) if (day + s * DAY).weekday() == v.weekday]
        return (near[0] if near else day), conflict

    def _weekday(self, v: TimeValue, weekday: int, *, ahead: bool) -> date | None:
        if self.today is None:
            return None
        if v.shift == "next" or (ahead and v.shift is None):
            return weekday_after(self.today, weekday)
        day = weekday_before(self.today, weekday, strictly=v.shift in ("past", "before-last"))
        if v.shift == "before-last":
            return day - 7 * DAY
        return day + DAY if v.part == "after-midnight" and v.weekday2 is None and day < self.today else day

    def _day_of_month(self, v: TimeValue, item: FoundTime, *, ahead: bool) -> Known:
        assert v.day is not None
        year, month = self._year_month(v, item, ahead=ahead)
        if year is None or month is None:
            return Known(None, "day")
        day = day_of(year, month, v.day, hijri=v.hijri)
        if day is None:
            return Known(None, "day", "calendar: there is no such day")
        last = day_of(year, month, v.day2, hijri=v.hijri) if v.day2 else day
        return Known((day, last or day), "day")

    def _year_month(self, v: TimeValue, item: FoundTime, *, ahead: bool) -> tuple[int | None, int | None]:
        """Year and month of a day of the month (or of a month), from the words or what stands around them."""
        if v.month is None:
            return self._shifted_month(v.month_shift or v.shift, item)
        if v.year is not None:
            return v.year, v.month
        if v.year_shift is not None:
            return self._shifted_year(v.year_shift, item), v.month
        return self._guess_year(v, item, ahead=ahead), v.month

    def _shifted_month(self, shift: str | None, item: FoundTime) -> tuple[int | None, int | None]:
        """الشهر الجاري, الفائت, نفسه."""
        base = self.today
        if shift == "bare" and (told := self._heading_month()):
            return told
        if shift in ("same", "bare", None, "following", "preceding"):
            before = self._previous(item)
            base = before.days[0] if before and before.days else base
        if base is None and self.anchors:
            base = self.anchors[-1] if shift == "this" else None
        if base is None:
            return None, None
        by = _STEPS.get(shift or "", 0)
        return shift_month(base.year, base.month, by)

    def _heading_month(self) -> tuple[int, int] | None:
        """The month that a monthly report has in its heading."""
        for item in self.found:
            v = item.value
            if item.heading and v.shape == "month" and v.month and v.year and not v.hijri:
                return v.year, v.month
        return None

    def _shifted_year(self, shift: str, item: FoundTime) -> int | None:
        if shift in ("same", "following", "preceding"):
            before = self._previous(item)
            base = before.days[0].year if before and before.days else None
        else:
            base = self.today.year if self.today else None
        if base is None:
            return None
        return base + _STEPS.get(shift, 0)

    def _guess_year(self, v: TimeValue, item: FoundTime, *, ahead: bool) -> int | None:
        """A date without a year: fixed by the publication day, else by dates of the text, else by its weekday."""
        assert v.month is not None
        if self.today is not None:
            return self._year_by_today(v, self.today, ahead=ahead)
        fitting = self._fitting(v)
        near = self._text_year(item)
        if near is not None and not v.hijri and (v.weekday is None or near in fitting):
            return near
        return fitting[0] if v.weekday is not None and v.day and fitting and not v.hijri else None

    def _fitting(self, v: TimeValue) -> list[int]:
        """The years, latest first, in which the date exists and falls on its weekday."""
        return [year for year in range(self.years[1], self.years[0] - 1, -1) if self._fits(v, year)]

    def _fits(self, v: TimeValue, year: int) -> bool:
        day = day_of(year, v.month or 1, v.day2 or v.day or 1)
        weekday = v.weekday2 if v.weekday2 is not None else v.weekday
        return day is not None and (weekday is None or day.weekday() == weekday)

    def _text_year(self, item: FoundTime) -> int | None:
        """The year of the nearest time before (else after) that is dated by itself, also by its weekday."""
        others = sorted(self.found, key=lambda o: (o.first > item.first, abs(o.first - item.first)))
        for other in others:
            v = other.value
            if other.first == item.first or v.hijri or v.month is None:
                continue
            if v.year is not None:
                return v.year
            dated = v.weekday is not None and v.day and v.shape in ("date", "night")
            if dated and (fitting := self._fitting(v)):
                return fitting[0]
        return None

    def _year_by_today(self, v: TimeValue, today: date, *, ahead: bool) -> int | None:
        month = v.month or 1
        if v.hijri:
            return self._hijri_year(v, today, ahead=ahead)
        if v.weekday is not None and v.day and (year := self._year_by_weekday(v, today)) is not None:
            return year
        if v.shift == "this":
            nearest = min((0, -1, 1), key=lambda by: abs(by * 12 + month - today.month))
            return today.year + nearest
        first = month_or_day(v, today.year, month)
        if first is None:
            return today.year
        if v.shift == "next" or (ahead and v.shift != "past"):
            return today.year if first[1] >= today else today.year + 1
        past = first[0] <= today if v.shift not in ("past", "before-last") or v.day else first[1] < today
        return today.year - (not past) - (v.shift == "before-last")

    def _year_by_weekday(self, v: TimeValue, today: date) -> int | None:
        """The year nearest to today, within two, in which the weekday fits the date."""
        for by in (0, -1, 1, -2):
            day = day_of(today.year + by, v.month or 1, v.day or 1)
            if day and day.weekday() == v.weekday and (day - today).days < 62:
                return today.year + by
        return None

    def _hijri_year(self, v: TimeValue, today: date, *, ahead: bool) -> int | None:
        from hijridate import Gregorian

        year: int = Gregorian.fromdate(today).to_hijri().year
        first = day_of(year, v.month or 1, v.day or 1, hijri=True)
        if first is None:
            return year
        if ahead or v.shift == "next":
            return year if first >= today else year + 1
        return year if first <= today + DAY else year - 1

    # ---- nights

    def _night(self, v: TimeValue, item: FoundTime, *, ahead: bool) -> Known:
        """Both days of the night; after its midnight the second alone."""
        second = self._second_day(v, item, ahead=ahead)
        if second is None:
            return Known(None, "day")
        first = second - DAY
        if v.day2 and v.day and v.day2 - v.day > 1:
            first = second - (v.day2 - v.day) * DAY
        conflict = None
        if v.weekday2 is not None and second.weekday() != v.weekday2:
            conflict = f"weekday: {second.isoformat()} is not weekday {v.weekday2 + 1}"
            if v.weekday == second.weekday():
                first, second, conflict = second, second + DAY, None  # the date is that of the first day
        return Known((second, second) if v.part == "after-midnight" else (first, second), "day", conflict)

    def _second_day(self, v: TimeValue, item: FoundTime, *, ahead: bool) -> date | None:
        if v.day is not None:
            return self._day_of_month(v, item, ahead=ahead).end
        return self._weekday(v, v.weekday2, ahead=ahead) if v.weekday2 is not None else None

    # ---- months, seasons, years

    def _month(self, v: TimeValue, item: FoundTime, *, ahead: bool) -> Known:
        year, month = self._year_month(v, item, ahead=ahead)
        if year is None or month is None:
            return Known(None, "month")
        days = month_days(year, month, phase=v.phase, hijri=v.hijri)
        return Known(days, "day" if v.phase == "first-day" else "month")

    def _season(self, v: TimeValue, item: FoundTime, *, ahead: bool) -> Known:
        assert v.season is not None
        if v.year is not None:
            return Known(season_days(v.season, v.year, second=v.year2), "season")
        if v.year_shift:
            year = self._shifted_year(v.year_shift, item)
            return Known(season_days(v.season, year) if year else None, "season")
        if self.today is None:
            return Known(None, "season")
        near = [season_days(v.season, self.today.year + by) for by in (-1, 0, 1)]
        if v.shift == "next" or ahead:
            return Known(next(d for d in [*near, near[-1]] if d[0] > self.today or d is near[-1]), "season")
        if v.shift == "this":
            return Known(next((d for d in near if d[0] <= self.today <= d[1]), near[1]), "season")
        return Known(next(d for d in [*reversed(near), near[0]] if d[1] < self.today or d is near[0]), "season")

    def _year(self, v: TimeValue, item: FoundTime) -> Known:
        precision: TimePrecision = "season" if v.phase else "year"
        year = v.year if v.year is not None else self._shifted_year(v.year_shift or "this", item)
        if year is None:
            return Known(None, precision)
        if v.year2:
            return Known((date(year, 1, 1), date(v.year2, 12, 31)), "year")
        return Known(year_days(year, phase=v.phase), precision)

    # ---- counted times

    def _ago(self, v: TimeValue) -> Known:
        if self.today is None:
            return Known(None, "week" if v.unit == "day" and v.amount is None else _UNIT[v.unit or "day"])
        if v.unit == "day" and v.amount is None:
            return Known((self.today - 7 * DAY, self.today), "week")
        if v.relative == 0 and v.amount:  # مثل هذا اليوم قبل سبع سنوات
            day = day_of(self.today.year - v.amount, self.today.month, self.today.day)
            return Known((day, day) if day else None, "day")
        return self._moved(v, (self.today, self.today), sign=-1)

    def _moved(self, v: TimeValue, base: Days, *, sign: int) -> Known:
        unit, amount = v.unit or "day", v.amount
        if unit in ("hour", "minute"):
            days = (amount or 0) // 24 if unit == "hour" else 0
            return Known((base[0] + sign * days * DAY, base[1] + sign * days * DAY), "day")
        if amount is None:
            return self._some_days(base, sign) if unit == "day" else Known(None, "unknown")
        if unit in ("day", "week"):
            step = sign * amount * (7 if unit == "week" else 1) * DAY
            at = base[1] + step if sign > 0 else base[0] + step
            return Known((at, at), "day")
        if unit == "month":
            year, month = shift_month(base[0].year, base[0].month, sign * amount)
            return Known(month_days(year, month), "month")
        return Known(year_days(base[0].year + sign * amount), "year")

    def _some_days(self, base: Days, sign: int) -> Known:
        """Some days before or after: the week beside the base."""
        return Known((base[0] - 7 * DAY, base[0]) if sign < 0 else (base[1] + DAY, base[1] + 7 * DAY), "week")

    def _leaning(self, v: TimeValue, item: FoundTime) -> Known:
        """بعد يومين, في اليوم التالي, قبل الاشتباكات بأيام: from the nearest date before."""
        value = v if v.unit else replace(v, unit="day", amount=1)
        if value.unit in ("minute", "hour") and (value.amount is None or value.amount < 24):
            return self._previous(item) or Known(None, "day")
        if v.relative == 0 and self.heading and v.shape == "before" and v.unit:
            return self._moved(value, (self.heading, self.heading), sign=-1)
        if value.unit == "day" and value.amount is None and v.shape == "after":
            return Known(None, "week")
        before = self._previous(item)
        if value.relative == 0 and before is None and self.today:
            before = Known((self.today, self.today), "day")
        sharp = value.unit in ("day", "week")
        if before is None or before.days is None or (sharp and before.precision != "day"):
            return Known(None, "week" if value.unit == "day" and value.amount is None else _UNIT[value.unit or "day"])
        return self._moved(value, before.days, sign=1 if v.shape == "after" else -1)

    def _same(self, v: TimeValue, item: FoundTime) -> Known:
        """An hour alone, or في اليوم نفسه: the nearest date before."""
        bare = v.shape == "same" and v.relative is None
        before = self._previous(item, sharp=not bare)
        if before is None or before.days is None:
            return Known(None, "day")
        if bare or v.shape == "part":
            return before if bare else replace(before, conflict=None)
        return Known((before.days[0], before.days[0]) if v.part != "after-midnight" else before.days, before.precision)

    def _window(self, v: TimeValue) -> Known:
        precision = _PRECISION[v.shape]
        today = self.today
        if today is None or v.shape == "vague":
            return Known(None, precision)
        if v.shape == "hours":
            return Known(hours(v, today), "day")
        if v.shape == "days":
            return Known((today - (v.amount or 7) * DAY, today), "week")
        if v.shape == "coming":
            return Known((today + DAY, today + (v.amount or 7) * DAY), "week")
        return Known(week(v, today), "week")

    # ---- ranges

    def _range(self, v: TimeValue, item: FoundTime, *, ahead: bool) -> Known:
        assert v.first is not None
        first = self._value(v.first, item, ahead=ahead)
        if v.shape == "since":
            end = self.heading or self.today or (self.anchors[-1] if self.anchors else None)
            if v.first.shape == "part" and first.days:  # منذ الساعة السابعة صباحاً: on that day
                end = first.days[1]
            days = (first.days[0], max(end, first.days[0])) if first.days and end else None
            return Known(days, "year" if v.first.shape == "year" else first.precision, first.conflict)
        if v.shape == "by":
            return first
        assert v.second is not None
        return self._joined(v.first, v.second, first, item, ahead=ahead)

    def _joined(self, a: TimeValue, b: TimeValue, first: Known, item: FoundTime, *, ahead: bool) -> Known:
        """The second end lends the first its year, and takes its day where it is but an hour."""
        if b.shape in ("part", "same"):
            return first
        second = self._value(b, item, ahead=ahead)
        if a.year is None and b.year is not None and a.month is not None:
            first = self._value(replace(a, year=b.year - (a.month > (b.month or 12))), item, ahead=ahead)
        if not first.days or not second.days or first.days[0] > second.days[1]:
            return Known(None, second.precision, first.conflict)
        return Known((first.days[0], second.days[1]), second.precision, first.conflict or second.conflict)


def resolve(
    found: FoundTime,
    *,
    published: date | None,
    among: Sequence[FoundTime] = (),
    years: tuple[int, int] | None = None,
    ahead: bool = False,
) -> Time:
    """One time resolved; `among` are all times of the report. Whoever resolves many keeps a `Clock`."""
    return Clock(among or [found], published=published, years=years).resolve(found, ahead=ahead)
