"""Days that the text gives in full: what other times of a report hold on to where it bears no date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from marsad.read.times.calendar import DAY, day_of
from marsad.read.times.value import FoundTime

_LEAD = 60
"""Tokens of the lead, in which the newest day of a report stands."""
_APART = 21 * DAY


def anchors(found: Sequence[FoundTime], *, published: date | None = None) -> list[date]:
    """The days that the text gives in full (day, month, year), in order, after the publication date."""
    out = [published] if published else []
    for item in found:
        v = item.value
        if v.day and v.month and v.year and (day := day_of(v.year, v.month, v.day2 or v.day, hijri=v.hijri)):
            out.append(day)
    return out


def lead_day(found: Sequence[FoundTime]) -> date | None:
    """The day with its weekday in the lead, where the text has none near it that is later: weekdays lie before it."""
    days = anchors(found)
    for item in found:
        v = item.value
        if item.first > _LEAD or v.shape != "date":
            continue
        if v.day and v.month and v.year and v.weekday is not None and not v.hijri:
            day = day_of(v.year, v.month, v.day2 or v.day)
            later = [d for d in days if day is not None and day < d < day + _APART]
            return day if day is not None and day.weekday() == v.weekday and not later else None
    return None
