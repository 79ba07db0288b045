"""A piece and its text to a report: checked, named, dated, with its language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marsad.errors import InputError
from marsad.gather.meta import Meta
from marsad.gather.passages import blanked, main_language, passages
from marsad.gather.pieces import Found, Piece
from marsad.gather.registry import GatherOptions
from marsad.gather.text import LARGEST
from marsad.model import Report

LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report that came in. `readable` is what is to be read (None where it is not Arabic): the same text with foreign
    paragraphs as spaces, so that every offset holds in the report itself."""

    report: Report
    readable: Report | None
    language: str
    marks: tuple[str, ...]


def arrive(piece: Piece, found: Found, *, options: GatherOptions, meta: Meta | None = None) -> Arrival:
    """The report of a piece. Raises InputError E102, E103, E106 (no letters), E107."""
    text = found.text
    _check(text, piece.shown)
    known = meta or Meta(found.name)
    address, locator = piece.original.address, piece.locator
    report = Report(
        name=found.name[:LONGEST_NAME], text=text,
        published=known.published or found.published or options.published,
        outlet=known.outlet or options.outlet or found.outlet,
        url=known.url or found.url, via=f"{address}#{locator}" if locator else address,
    )  # fmt: skip
    spoken = main_language(text)
    foreign = passages(text) if spoken == "ar" else []
    marks = (*found.marks, *dict.fromkeys(f"passage-{p.language}" for p in foreign))
    return Arrival(report, readable(report) if spoken == "ar" else None, spoken, marks)


def readable(report: Report) -> Report:
    """The report with its foreign paragraphs as spaces."""
    foreign = passages(report.text)
    return replace(report, text=blanked(report.text, foreign)) if foreign else report


def _check(text: str, shown: str) -> None:
    if not text.strip("\ufeff \t\r\n"):
        raise InputError("E103", f"{shown} is empty", "leave it out")
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise InputError("E102", f"{shown} holds signs that are no text", "save it again as plain text")
    if len(text.encode("utf-8")) > LARGEST:
        message = f"{shown} is larger than {LARGEST:,} bytes, which is no single report"
        raise InputError("E107", message, "split it into one file a report")
    if not any(c.isalpha() for c in text):
        raise InputError("E106", f"{shown} holds no letters", "Marsad reads Arabic; give the original report")
