"""English of the briefings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from marsad.publish.briefing.calendar import Calendar

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NOUNS = {
    "incident": "incident", "person": "person", "report": "report", "outlet": "outlet", "source": "source",
    "voice": "independent source", "day": "day", "copy": "copy", "demand": "demand", "claim": "account",
    "other": "other",
}  # fmt: skip
COMMON = frozenset(("Civilians", "Bedouin tribes", "Smugglers", "Local gang", "Tribal fighters"))
_PLURALS = {"person": "people", "copy": "copies"}


def counted(n: int, noun: str, *, oblique: bool = False) -> str:
    """A number with its noun.

    >>> counted(1, "incident"), counted(2, "person"), counted(12, "report")
    ('one incident', 'two people', '12 reports')
    """
    word = _NOUNS[noun] if n == 1 else _PLURALS.get(noun, _NOUNS[noun] + "s")
    return f"{number(n)} {word}"


def number(n: int, *, feminine: bool = False, oblique: bool = False) -> str:
    """A bare number: words up to ten."""
    return _SMALL[n] if n <= 10 else str(n)


CALENDAR = Calendar(
    MONTHS, on="on {day}", year="in {year}", month="in {month} {year}", between="between {first} and {last}"
)


def day(iso: str) -> str:
    """A day: 13 November 2015."""
    return CALENDAR.day(iso)


def days(start: str | None, end: str | None, precision: str = "day") -> str:
    """When: on 13 May 2022, between 13 and 16 May 2022, in May 2022, in 2022; "" where unknown."""
    return CALENDAR.days(start, end, precision)


def joined(names: Sequence[str]) -> str:
    """Names in a row: a, b and c."""
    told = list(dict.fromkeys(names))
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else ""


def oblique(name: str) -> str:
    """A name within a sentence: civilians are no proper name."""
    return name[:1].lower() + name[1:] if name in COMMON else name


def accusative(name: str) -> str:
    """The name as it is."""
    return name


def apart(name: str) -> str:
    """An Arabic name kept together: else two with a comma between them change places."""
    return f"\u2068{name}\u2069" if re.search("[\u0600-\u06ff]", name) else name


def piece(text: str) -> str:
    """A piece of a sentence set right: single spaces, none before a comma."""
    text = re.sub(r"\s+([,.;:])", r"\1", " ".join(text.split()))
    return re.sub(r"([,.])(?:\s*[,.])+", r"\1", text)


def phrase(text: str) -> str:
    """A sentence set right: a capital first, a full stop last."""
    text = piece(text)
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", ":")) else text + "."
