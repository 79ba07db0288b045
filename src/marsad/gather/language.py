"""Is it Arabic? Letters that Arabic lacks, and the commonest words of its neighbours, tell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from marsad.packs import fold_word

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPT = re.compile(r"[\u0600-\u06FF\u0750-\u077F\uFB50-\uFDFF\uFE70-\uFEFC]")
_VOWELS = re.compile(r"[\u064B-\u0652\u0670\u0640\u200c\u200d]")

ARABIC = frozenset(
    fold_word(w)
    for w in "في من على إلى عن أن إن التي الذي هذا هذه ذلك وقد بعد قبل بين مع كان كانت وكان لم ما لا كما حيث وفق خلال"
    " بحسب وقال وقالت قال قالت أمس اليوم".split()
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A language in Arabic script: `letters` that Arabic lacks, `words` that hardly any of its texts lacks."""

    name: str
    letters: frozenset[str]
    words: frozenset[str]


NEIGHBOURS = (
    Neighbour("Kurdish (Sorani)", frozenset("ۆێەڕڵڤ"), frozenset("لە بە بۆ کە ئەم ئەو و هەر لەگەڵ دەکات".split())),
    Neighbour("Urdu", frozenset("ٹڈڑںےہھ"), frozenset("ہے کے کی میں اور سے کو نے ہیں پر".split())),
    Neighbour(
        "Persian",
        frozenset("پچژگ"),
        frozenset("است این که را از برای شد های می بود آن یک شده خود گفت در با هم کرد شدند کردند بر تا".split()),
    ),
    Neighbour("Pashto", frozenset("ټډړږښڼېۍځڅ"), frozenset("د په او کې چې له دی".split())),
)
FOREIGN_LETTERS = 0.12  # share of words with foreign letters; foreign names in the Arabic press stay below
FOREIGN_WORDS = 0.04  # share of the neighbour's commonest words


def arabic_share(text: str) -> float:
    """Share of the letters that are of Arabic script, 0 for a text without letters."""
    letters = [c for c in text if c.isalpha()]
    return sum(1 for c in letters if _SCRIPT.match(c)) / len(letters) if letters else 0.0


def foreign(text: str) -> str | None:
    """The name of the language if the text is of Arabic script but not Arabic, else None."""
    words = _WORD.findall(_VOWELS.sub("", text))
    if not words:
        return None
    arabic = sum(1 for w in words if fold_word(w) in ARABIC or w.startswith("ال")) / len(words)
    for neighbour in NEIGHBOURS:
        lettered = sum(1 for w in words if neighbour.letters & set(w)) / len(words)
        common = sum(1 for w in words if w in neighbour.words) / len(words)
        strange = lettered + common
        if (lettered >= FOREIGN_LETTERS or (common >= FOREIGN_WORDS and lettered > 0)) and strange > arabic:
            return neighbour.name
    return None
