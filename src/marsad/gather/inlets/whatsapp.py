"""Exports of WhatsApp chats: one text file, a line a message, in the habits of the phone that wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Literal

from pydantic import Field

from marsad.errors import InputError
from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.names import slug
from marsad.gather.pieces import Found, Parcel, Passed, Piece, original_of
from marsad.gather.text import decode

_INVISIBLE = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"))
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_LINE = re.compile(
    r"^\[?(\d{1,4})[/.-](\d{1,2})[/.-](\d{2,4})[,،]?\s+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?[\s\u202f]*(?:[APap]\.?[Mm]\.?|ص|م)?\]?"
    r"\s*(?:-\s+)?(.*)$"
)
_SAID = re.compile(r"^([^:\n]{1,60}):\s(.*)$", re.DOTALL)
_MEDIA = re.compile(
    r"^<?(?:media omitted|image omitted|video omitted|تم استبعاد الوسائط|تم حذف هذه الرسالة|this message was deleted"
    r"|الصورة غير مدرجة)>?\.?$",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_FILE = re.compile(
    r"(?:WhatsApp Chat (?:with|-)|(?:دردشة|محادثة)\s+(?:واتس\s?[اآ]ب|WhatsApp)\s+(?:مع|-))\s*", re.IGNORECASE
)
Said = tuple[int, tuple[int, int, int], str]


class WhatsappOptions(Options):
    """Which messages become reports, and how dates are written."""

    least: int = Field(default=40, ge=1, description="Letters of the shortest message that is a report.")
    dates: Literal["auto", "day-first", "month-first"] = Field(
        default="auto", description="Order in the dates; auto looks for a figure above 12."
    )
    outlet: str | None = Field(
        default=None, description="Outlet of all messages; the name of the chat where not given."
    )


class WhatsappInlet(Inlet):
    """A message of a chat is one report."""

    name = "whatsapp"
    title = "Exports of WhatsApp chats, a text file or the ZIP around it"
    takes = (
        "Each message with enough letters is a report of its day. Who wrote it stays in the bytes as they came and is "
        "not taken into the report: members of a chat are private persons."
    )
    example = "marsad add 'WhatsApp Chat with Desk.txt' --whatsapp-dates day-first"
    options = WhatsappOptions

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """Two of the first lines are messages of such a chat."""
        lines = _lines(head.decode("utf-8", errors="ignore"))[:12]
        return sum(1 for line in lines if _LINE.match(line)) >= min(2, max(len(lines), 1))

    def open(self, parcel: Parcel) -> Out:
        """A piece a message. Raises InputError E102, E144."""
        data = parcel.read()
        original, said = original_of(parcel, data), list(_messages(decode(data, shown=parcel.shown)))
        day_first = self._day_first([figures for _, figures, _ in said])
        short = 0
        for number, figures, text in said:
            if len(_LETTER.findall(text)) < self.given.least:
                short += 1
                continue
            where = f"{parcel.locator}/line {number}" if parcel.locator else f"line {number}"
            yield Piece(original, where, self.name, partial(self._find, parcel, number, figures, text, day_first))
        if short:
            yield Passed(parcel.shown, short, "messages too short to be reports")

    def _find(self, parcel: Parcel, number: int, figures: tuple[int, int, int], text: str, day_first: bool) -> Found:
        chat = _FILE.sub("", parcel.stem).strip()
        day = _day(figures, day_first=day_first)
        if day is None:
            remedy = "say how dates are written: --whatsapp-dates month-first"
            raise InputError("E109", f"{parcel.shown}, line {number}: {figures} is no day", remedy)
        return Found(text, f"{slug(chat)[:50]}-{number}", day, self.given.outlet or chat, how={"line": number})

    def _day_first(self, dates: list[tuple[int, int, int]]) -> bool:
        if self.given.dates != "auto":
            return bool(self.given.dates == "day-first")
        return not any(second > 12 for _, second, _ in dates) or any(12 < first < 32 for first, _, _ in dates)


def _lines(text: str) -> list[str]:
    return [line.translate(_INVISIBLE).translate(_DIGITS) for line in text.splitlines()]


def _messages(text: str) -> Iterator[Said]:
    """Line, figures of the date, and text of each message that a person wrote."""
    raw = text.split("\n")
    held: Said | None = None
    for number, line in enumerate(raw, start=1):
        if match := _LINE.match(line.translate(_INVISIBLE).translate(_DIGITS)):
            yield from _whole(held)
            said = _SAID.match(line.translate(_INVISIBLE)[match.start(4) :])
            figures = (int(match[1]), int(match[2]), int(match[3]))
            held = (number, figures, said[2]) if said else None
        elif held is not None:
            held = (held[0], held[1], f"{held[2]}\n{line}")
    yield from _whole(held)


def _whole(held: Said | None) -> Iterator[Said]:
    if held is not None and not _MEDIA.match(text := held[2].strip()):
        yield held[0], held[1], text


def _day(figures: tuple[int, int, int], *, day_first: bool) -> date | None:
    first, second, third = figures
    if first > 31:
        year, month, day = first, second, third
    else:
        day, month = (first, second) if day_first else (second, first)
        year = third + 2000 if third < 100 else third
    try:
        return date(year, month, day)
    except ValueError:
        return None
