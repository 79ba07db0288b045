"""Days, months and seasons as ranges of days; both ends inclusive."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from marsad.model.event import TimePrecision
from marsad.read.times.value import Phase, Season, TimeValue

Days = tuple[date, date]
DAY = timedelta(days=1)
_SEASONS: dict[Season, int] = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
# First and last day of a part of a month; 31 stands for its last day.
_MONTH_PARTS: dict[Phase, tuple[int, int]] = {
    "start": (1, 10), "first-day": (1, 1), "middle": (11, 20), "end": (21, 31), "first-half": (1, 15),
    "second-half": (16, 31), "first-third": (1, 10), "second-third": (11, 20), "last-third": (21, 31),
}  # fmt: skip
# First and last month of a part of a year.
_YEAR_PARTS: dict[Phase, tuple[int, int]] = {
    "start": (1, 3), "first-day": (1, 1), "middle": (5, 8), "end": (10, 12), "first-half": (1, 6),
    "second-half": (7, 12), "first-third": (1, 4), "second-third": (5, 8), "last-third": (9, 12),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Resolved days and how sharp the words are; `conflict` where the words contradict each other."""

    days: Days | None
    precision: TimePrecision
    conflict: str | None = None

    @property
    def end(self) -> date | None:
        """The last day."""
        return self.days[1] if self.days else None


def day_of(year: int, month: int, day: int, *, hijri: bool = False) -> date | None:
    """The Gregorian day, or None where the calendar has no such day."""
    try:
        if not hijri:
            return date(year, month, day)
        from hijridate import Hijri

        return Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None


def shift_month(year: int, month: int, by: int) -> tuple[int, int]:
    """Year and month `by` months later."""
    index = year * 12 + month - 1 + by
    return index // 12, index % 12 + 1


def month_days(year: int, month: int, *, phase: Phase | None = None, hijri: bool = False) -> Days | None:
    """The days of a month, or of its first, middle or last part."""
    if hijri:
        return _hijri_month(year, month, phase)
    last = monthrange(year, month)[1]
    a, b = _MONTH_PARTS[phase] if phase else (1, 31)
    return date(year, month, a), date(year, month, min(b, last))


def _hijri_month(year: int, month: int, phase: Phase | None) -> Days | None:
    a, b = _MONTH_PARTS[phase] if phase else (1, 31)
    start = day_of(year, month, a, hijri=True)
    end = next((day for d in (b, 30, 29) if d <= 30 and (day := day_of(year, month, d, hijri=True))), None)
    return (start, end) if start and end else None


def year_days(year: int, *, phase: Phase | None = None) -> Days:
    """The days of a year, or of its first, middle or last part (quarters; the middle is May to August)."""
    a, b = _YEAR_PARTS[phase] if phase else (1, 12)
    return date(year, a, 1), date(year, b, monthrange(year, b)[1])


def season_days(season: Season, year: int, *, second: int | None = None) -> Days:
    """The days of a season; a winter of one year is the one that ends in it, of two years the one between them."""
    first = year if season != "winter" or second else year - 1
    start = date(first, _SEASONS[season], 1)
    end_year, end_month = shift_month(first, _SEASONS[season], 2)
    return start, date(end_year, end_month, monthrange(end_year, end_month)[1])


def weekday_before(day: date, weekday: int, *, strictly: bool = False) -> date:
    """The last such weekday on or before `day` (0 is Monday)."""
    back = (day.weekday() - weekday) % 7
    return day - timedelta(days=7 if strictly and back == 0 else back)


def weekday_after(day: date, weekday: int) -> date:
    """The first such weekday after `day`."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def month_or_day(v: TimeValue, year: int, month: int) -> Days | None:
    """The days of a month, or the one day where `v` names one."""
    if v.day is None:
        return month_days(year, month)
    day = day_of(year, month, v.day)
    return (day, day) if day else None


def hours(v: TimeValue, today: date) -> Days:
    """The last hours are the publication day; of 24 hours and more also the days before."""
    days = max((v.amount or 0) // 24 - 1, 0) if v.shift != "next" else 0
    return (today - days * DAY, today) if v.shift != "next" else (today, today + DAY)


def week(v: TimeValue, today: date) -> Days:
    """الأسبوع الماضي: the seven days before; المقبل the seven after; this week: from Saturday on."""
    if v.shift == "next":
        return today + DAY, today + 7 * (v.amount or 1) * DAY
    if v.shift == "this":
        start = weekday_before(today, 5)
        return start, start + 6 * DAY
    if v.shift == "before-last":
        return today - 14 * DAY, today - 7 * DAY
    return today - 7 * (v.amount or 1) * DAY, today
