"""Cells of tables that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 32_767  # characters in a cell of a spreadsheet
_STARTS = frozenset("=+-@\t\r\n|＝＋－＠")
_BLANK = " \u0085\u00a0\u061c\u2028\u2029\u205f\u2060\u3000\ufeff" + "".join(
    map(chr, (*range(0x2000, 0x2010), *range(0x202A, 0x2030), *range(0x2066, 0x206A)))
)
_LOOKED_AT = _STARTS | set(_BLANK)
_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def harmless(value: Any, *, longest: int = LONGEST) -> Any:
    """A value for a table: texts that a spreadsheet would run get an apostrophe in front, control letters go.

    Numbers stay numbers. Very long texts are cut at `longest` and end in an ellipsis.

    >>> harmless('=HYPERLINK("http://x")')
    '\\'=HYPERLINK("http://x")'
    """
    if not isinstance(value, str):
        return value
    if value.isprintable() and value[:1] not in _LOOKED_AT and len(value) <= longest:
        return value
    text = _BROKEN.sub("", value)
    if text.lstrip(_BLANK)[:1] in _STARTS and text.strip():
        text = "'" + text
    return text if len(text) <= longest else text[: longest - 1] + "…"


def joined(values: Any) -> str:
    """Several values in one cell."""
    return "; ".join(str(v) for v in values)
