"""Which language each paragraph is in; only the Arabic ones are read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from marsad.gather.language import arabic_share, foreign
from marsad.gather.text import LEAST_ARABIC

CODES = {"Kurdish (Sorani)": "ckb", "Urdu": "ur", "Persian": "fa", "Pashto": "ps"}
LATIN = {
    "en": frozenset("the of and to in a that is was for on with as by said".split()),
    "fr": frozenset("le la les de des et en un une du que est pour dans par".split()),
    "de": frozenset("der die das und in den von zu mit im auf ist ein eine nicht".split()),
    "tr": frozenset("ve bir bu da de için ile olarak olan daha ise kadar sonra".split()),
    "es": frozenset("el la los las de que en y un una por con para del se".split()),
    "ku": frozenset("û li di bi ji ku ew re de jî ya yên bo hat".split()),
}
SCRIPTS = {"ru": re.compile("[Ѐ-ӿ]"), "he": re.compile("[֐-׿]"), "hy": re.compile("[Ա-֏]"), "syr": re.compile("[܀-ݏ]")}
UNKNOWN = "und"
MIXED = 0.2  # share of Arabic letters from which a report is read
SHORT = 20  # letters; a shorter paragraph is a name or a label and goes with its neighbours
_PARAGRAPH = re.compile(r"[^\n]+")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of text[start:end] in one language, by its code ("und" where it is not known)."""

    start: int
    end: int
    language: str


def language(text: str) -> str:
    """Code of the language of a text: "ar", one of its neighbours, a few others, or "und".

    language("قصف الطيران الموقع") is "ar".
    """
    if arabic_share(text) >= LEAST_ARABIC:
        neighbour = foreign(text)
        return CODES[neighbour] if neighbour else "ar"
    return _other(text)


def _other(text: str) -> str:
    letters = [c for c in text if c.isalpha()]
    for code, script in SCRIPTS.items():
        if letters and sum(1 for c in letters if script.match(c)) > len(letters) / 2:
            return code
    words = _WORD.findall(text.lower())
    shares = {code: sum(1 for w in words if w in common) for code, common in LATIN.items()}
    best = max(shares, key=lambda code: (shares[code], code))
    return best if words and shares[best] >= max(len(words) * 0.08, 1) else UNKNOWN


def main_language(text: str) -> str:
    """What a report is kept as: "ar" where a fifth of its letters stand in Arabic paragraphs, else its commonest."""
    letters: Counter[str] = Counter()
    for match in _PARAGRAPH.finditer(text):
        count = sum(1 for c in match.group() if c.isalpha())
        if count >= SHORT:
            letters[language(match.group())] += count
    if len(letters) < 2:
        return language(text)
    return "ar" if letters["ar"] >= MIXED * letters.total() else letters.most_common(1)[0][0]


def passages(text: str) -> list[Passage]:
    """The paragraphs that are not Arabic, in order; names, labels and lines of figures are left with the Arabic.

    The result is empty for an Arabic text, and for one that is foreign as a whole (see `language`).
    """
    found: list[Passage] = []
    for match in _PARAGRAPH.finditer(text):
        paragraph = match.group()
        if sum(1 for c in paragraph if c.isalpha()) >= SHORT and (code := language(paragraph)) not in ("ar", UNKNOWN):
            found.append(Passage(match.start(), match.end(), code))
    return found


def blanked(text: str, foreign_passages: list[Passage]) -> str:
    """The text with foreign passages as spaces: what is read, with every offset where it was."""
    for passage in foreign_passages:
        text = text[: passage.start] + " " * (passage.end - passage.start) + text[passage.end :]
    return text
