"""Near copies: reports that repeat most word triples of an earlier one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from marsad.model import Report
from marsad.packs import fold_word

SHARE = 0.5  # of the shorter text's word triples
LEAST = 12  # triples; shorter texts repeat each other by chance
CROWDED = 200  # a triple in more reports than this is boilerplate and proposes nobody
_CUT = re.compile(r"ـ+[ .*_/|-]{1,3}ـ+")  # words cut apart against filters: القـ ـوات
_WORD = re.compile(r"[^\W_]+")

Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Copy:
    """`of` names the earlier report; `share` (0 to 1) of the shorter text's word triples that both have."""

    of: str
    share: float


def words_of(text: str) -> list[str]:
    """The words of a text, spelling folded."""
    return _WORD.findall(fold_word(_CUT.sub("", text)))


def triples(text: str) -> frozenset[Triple]:
    """The word triples of a text, spelling folded."""
    words = words_of(text)
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def find_copies(reports: Iterable[Report]) -> dict[str, Copy]:
    """Name -> what it copies. The earliest published report is the original, by name on the same day.

    Does not depend on the order of `reports`.
    """
    ordered = sorted(reports, key=lambda r: (r.published.isoformat() if r.published else "9999", r.name))
    index: dict[Triple, list[int]] = defaultdict(list)
    texts: list[frozenset[Triple]] = []
    found: dict[str, Copy] = {}
    for number, report in enumerate(ordered):
        mine = triples(report.text)
        shared = Counter(other for triple in mine for other in index[triple] if len(index[triple]) <= CROWDED)
        shares = [(shared[o] / max(min(len(mine), len(texts[o])), 1), -o) for o in shared if len(texts[o]) >= LEAST]
        if len(mine) >= LEAST and shares and max(shares)[0] >= SHARE:
            share, original = max(shares)
            found[report.name] = Copy(ordered[-original].name, round(share, 4))
        texts.append(mine)
        for triple in mine:
            index[triple].append(number)
    return found
