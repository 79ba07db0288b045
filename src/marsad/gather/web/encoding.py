"""Bytes of a page to letters, whatever the page or its server claims about them."""

from __future__ import annotations

import codecs
import re

from marsad.gather.language import ARABIC

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WORD = re.compile(r"[\u0621-\u064a]+")
GUESSES = ("windows-1256", "iso-8859-6", "utf-16")
WRONG = "encoding-mislabelled"


def page_letters(data: bytes, *, declared: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """The letters, the encoding used, and marks: ("encoding-mislabelled",) where what was claimed is wrong.

    UTF-8 is believed wherever the bytes are UTF-8, since no other encoding looks like it by chance.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name.removesuffix("-sig"), ()
    claimed = _known(declared) or _claimed(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4 and error.reason == "unexpected end of data":  # cut off within a letter
            return data.decode("utf-8", errors="replace"), "utf-8", ()
    else:
        wrong = claimed not in (None, "utf-8", "ascii") and not data.isascii()
        return text, "utf-8", (WRONG,) if wrong else ()
    return _best(data, claimed)


def _best(data: bytes, claimed: str | None) -> tuple[str, str, tuple[str, ...]]:
    names = dict.fromkeys(n for n in (claimed, *GUESSES, "utf-8") if n)
    scored = [(_score(data.decode(name, errors="replace")), -at, name) for at, name in enumerate(names)]
    name = max(scored)[2]
    return data.decode(name, errors="replace"), name, (WRONG,) if claimed and name != claimed else ()


def _score(text: str) -> float:
    """How Arabic it reads: the commonest words, less what could not be decoded."""
    words = _WORD.findall(text)
    return sum(1 for w in words if w in ARABIC) - 2.0 * text.count("\ufffd")


def _claimed(data: bytes) -> str | None:
    match = _META.search(data[:4096]) or _XML.search(data[:200])
    return _known(match[1].decode("ascii", errors="replace")) if match else None


def _known(name: str | None) -> str | None:
    if not name:
        return None
    try:
        return codecs.lookup(name.strip()).name.replace("cp1256", "windows-1256").replace("iso8859-6", "iso-8859-6")
    except LookupError:
        return None
