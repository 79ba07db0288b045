"""What a time expression says, before any clock is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from marsad.model import Span

Shape = Literal[
    "date", "night", "month", "season", "year", "ago", "after", "before", "same", "part",
    "days", "coming", "hours", "week", "range", "since", "by", "vague",
]  # fmt: skip
Part = Literal["dawn", "morning", "noon", "afternoon", "evening", "night", "after-midnight"]
Shift = Literal["past", "next", "this", "same", "following", "preceding", "bare", "before-last"]
Unit = Literal["minute", "hour", "day", "week", "month", "year"]
Phase = Literal[
    "start", "first-day", "middle", "end", "first-half", "second-half", "first-third", "second-third", "last-third"
]  # fmt: skip
Season = Literal["spring", "summer", "autumn", "winter"]


@dataclass(frozen=True, slots=True)
class TimeValue:
    """The words of a time, as symbols.

    `relative` counts days from the publication day; `weekday` 0 is Monday; `day2`, `weekday2`, `year2` are second ends
    (ليل 6 – 7 أيار, ليل السبت – الأحد, شتاء 2019 – 2020). `shift` qualifies the weekday or the named month,
    `month_shift` and `year_shift` an unnamed month or year (من الشهر نفسه, العام الفائت; bare is الشهر with
    nothing behind). `amount` of `unit` is None where no number is told (قبل أيام). `first` and `second` are the ends of
    a range; `since` and `by` have only `first`.
    """

    shape: Shape
    day: int | None = None
    day2: int | None = None
    month: int | None = None
    month2: int | None = None
    year: int | None = None
    year2: int | None = None
    hijri: bool = False
    weekday: int | None = None
    weekday2: int | None = None
    relative: int | None = None
    part: Part | None = None
    shift: Shift | None = None
    month_shift: Shift | None = None
    year_shift: Shift | None = None
    unit: Unit | None = None
    amount: int | None = None
    phase: Phase | None = None
    season: Season | None = None
    first: TimeValue | None = None
    second: TimeValue | None = None


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A time at tokens `[first, last)` with its `span` in the report's text; not yet resolved against a clock.

    `heading` tells that it stands in a line of few other words, as a dateline does.
    """

    first: int
    last: int
    span: Span
    value: TimeValue
    heading: bool = False

    @property
    def rule(self) -> str:
        """The name of the rule that read it."""
        return f"time/{self.value.shape}"

    @property
    def dates_event(self) -> bool:
        """False for since when something lasts and until when it is due (منذ أواخر 2017, قبل الجمعة).

        What goes on since this morning happened today.
        """
        first = self.value.first
        today = first is not None and (first.relative == 0 or first.shape == "part")
        return self.value.shape not in ("since", "by") or (self.value.shape == "since" and today)
