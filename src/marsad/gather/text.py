"""Bytes to a report's text, or a refusal that says what is wrong and what to do."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

from marsad.errors import InputError
from marsad.gather.language import arabic_share, foreign
from marsad.gather.meta import Meta
from marsad.model import Report

LARGEST = 2_000_000  # bytes of one report
LEAST_ARABIC = 0.2  # share of letters; a report full of Latin names and links stays above
_TAG = re.compile(r"<(?:!doctype|html|head|body|div|span|p|script|meta|table|article|a|br)\b[^>]*>", re.IGNORECASE)
_COMMON = re.compile(r"\b(?:في|من|على|إلى|أن|التي)\b")


def read_file(
    path: str | Path, *, name: str | None = None, meta: Meta | None = None, published: date | None = None,
    largest: int = LARGEST,
) -> Report:  # fmt: skip
    """The report of a file, or of standard input for "-"; the text is exactly what stands there.

    `name` is the file's stem where None ("stdin" for "-"). The day of publication comes from `meta`, else `published`.
    Raises InputError E101 to E107.
    """
    standard = str(path) == "-"
    data = _bytes(path, largest)
    shown = "standard input" if standard else str(path)
    if len(data) > largest:
        message = f"{shown} is larger than {largest:,} bytes, which is no single report"
        raise InputError("E107", message, "split it into one file a report")
    text = decode(data, shown=shown)
    _check(text, shown)
    stem = name or ("stdin" if standard else Path(path).stem)
    known = meta or Meta(stem)
    return Report(
        name=stem, text=text, published=known.published or published, outlet=known.outlet, url=known.url,
        via="stdin" if standard else str(path),
    )  # fmt: skip


def decode(data: bytes, *, shown: str = "the text") -> str:
    """UTF-8 to text. Raises InputError E102; an old Arabic encoding is named."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message, remedy = _encoding(data, error)
        raise InputError("E102", f"{shown} is not UTF-8: {message}", remedy) from error


def _encoding(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "looks like UTF-16", "convert with iconv -f UTF-16 -t UTF-8"
    if b"\0" in data[:4096]:
        return "looks like a binary file", "give plain text files"
    for codec, title in (("CP1256", "Windows-1256"), ("ISO-8859-6", "ISO 8859-6")):
        text = data.decode(codec, errors="replace")
        if arabic_share(text) > 0.5 and _COMMON.search(text):
            return f"looks like {title}", f"convert with iconv -f {codec} -t UTF-8"
    return f"byte {data[error.start]:#04x} at {error.start} is no UTF-8", "convert it to UTF-8, for example with iconv"


def _bytes(path: str | Path, largest: int) -> bytes:
    try:
        if str(path) == "-":
            return sys.stdin.buffer.read(largest + 1)
        with Path(path).open("rb") as file:
            return file.read(largest + 1)
    except OSError as error:
        raise InputError("E101", f"cannot read {path}: {error.strerror}", "check the path and its rights") from error


def _check(text: str, shown: str) -> None:
    if not text.strip("\ufeff \t\r\n"):
        raise InputError("E103", f"{shown} is empty", "leave it out")
    if _is_page(text):
        raise InputError("E104", f"{shown} is an HTML page, not text", "save the article's text, without markup")
    if arabic_share(text) < LEAST_ARABIC:
        raise InputError("E106", f"{shown} holds hardly any Arabic", "Marsad reads Arabic; give the original report")
    if language := foreign(text):
        raise InputError("E105", f"{shown} is in {language}, not in Arabic", "Marsad reads Arabic reports only")


def _is_page(text: str) -> bool:
    head = text.lstrip("\ufeff \t\r\n")[:200].lower()
    return head.startswith(("<!doctype html", "<html", "<?xml")) or len(_TAG.findall(text)) >= 5
