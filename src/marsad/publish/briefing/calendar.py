"""Days and spans of days in words; each language gives its months and forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Calendar:
    """`on` holds {day}, `year` {year}, `month` {month} and {year}, `between` {first} and {last}."""

    months: Sequence[str]
    on: str
    year: str
    month: str
    between: str

    def day(self, iso: str) -> str:
        """13 November 2015."""
        d = date.fromisoformat(iso)
        return f"{d.day} {self.months[d.month - 1]} {d.year}"

    def days(self, start: str | None, end: str | None, precision: str = "day") -> str:
        """When, as short as it can be told; empty where it is unknown."""
        if not start:
            return ""
        first, last = date.fromisoformat(start), date.fromisoformat(end or start)
        if first == last:
            return self.on.format(day=self.day(start))
        if precision == "year":
            return self.year.format(year=first.year)
        month = self.months[first.month - 1]
        if precision == "month" and first.month == last.month:
            return self.month.format(month=month, year=first.year)
        begins = self.day(start)
        if first.year == last.year:
            begins = str(first.day) if first.month == last.month else f"{first.day} {month}"
        return self.between.format(first=begins, last=self.day(last.isoformat()))
