"""Folding: one canonical spelling to match on, with a map back to the report's own characters."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from marsad.model import Span
from marsad.packs.folding import LETTERS

# Words that writers cut apart to slip past filters: قتـ ـلى, اقتـ.ـتال.
_CUT = re.compile(r"ـ+[ .*_/|\u200c\u200b-]{1,3}ـ+")
_SPELLED = {
    "ہ": "ه", "ە": "ه", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"', "″": '"', "‘": "'", "’": "'",
    "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "_": " ", "#": " ", "–": "-", "—": "-",
    "−": "-", "‐": "-", "‑": "-", "٬": ",", "٫": ".", "\r": " ", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip


def _table() -> dict[int, str]:
    table = {code: piece or "" for code, piece in LETTERS.items()} | {ord(k): v for k, v in _SPELLED.items()}
    table |= dict.fromkeys([*range(0xFE00, 0xFE10), *range(0x2066, 0x206A)], "")
    for code in [*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)]:  # presentation forms, some of several letters
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code):
            table[code] = "".join(table.get(ord(c), c) for c in plain)
    return table


TABLE = _table()
# Characters that become none or several: only at these the folded text and the report run apart.
_UNEVEN = re.compile("[" + "".join(re.escape(chr(code)) for code, piece in TABLE.items() if len(piece) != 1) + "]")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded `text`; character k of it comes from character `origin[k]` of the report (`origin` grows weakly)."""

    text: str
    origin: tuple[int, ...] | range

    def span(self, start: int, end: int) -> Span:
        """The report's span under folded `[start, end)`, which may not be empty."""
        return Span(self.origin[start], self.origin[end - 1] + 1)

    def index(self, raw: int) -> int:
        """The first folded position that comes from raw position `raw` or later."""
        return bisect_left(self.origin, raw)


def fold(text: str) -> Folded:
    """Fold `text`: vowels, tatweel and filter cuts go, letters and digits take one spelling (إستهداف → استهداف)."""
    gaps = [m.span() for m in _CUT.finditer(text)] if "ـ" in text else []
    if not gaps and not _UNEVEN.search(text):
        return Folded(text.translate(TABLE), range(len(text)))
    pieces: list[str] = []
    origin: list[int] = []
    at = begin = 0
    for start, end in [*gaps, (len(text), len(text))]:
        for odd in _UNEVEN.finditer(text, at, start):
            i = odd.start()
            origin.extend(range(at, i))
            origin.extend([i] * len(TABLE[ord(text[i])]))
            at = i + 1
        origin.extend(range(at, start))
        pieces.append(text[begin:start].translate(TABLE))
        at = begin = end
    return Folded("".join(pieces), tuple(origin))


# Tokens part letters from digits, so must the keys (T4, M5).
_EDGE = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@lru_cache(maxsize=32_768)
def fold_words(text: str) -> str:
    """Folded `text` with single spaces and without quotes: the key under which names are looked up."""
    plain = re.sub(r"[\"'()\[\]،,.\-]", " ", fold(text).text)
    return " ".join(_EDGE.sub(" ", plain).split())
