"""Latin slugs of Arabic names, for ids."""

from __future__ import annotations

from collections.abc import Sequence

_LETTERS = {
    "ا": "a",
    "ب": "b",
    "ت": "t",
    "ث": "th",
    "ج": "j",
    "ح": "h",
    "خ": "kh",
    "د": "d",
    "ذ": "dh",
    "ر": "r",
    "ز": "z",
    "س": "s",
    "ش": "sh",
    "ص": "s",
    "ض": "d",
    "ط": "t",
    "ظ": "z",
    "ع": "a",
    "غ": "gh",
    "ف": "f",
    "ق": "q",
    "ك": "k",
    "ل": "l",
    "م": "m",
    "ن": "n",
    "ه": "h",
    "و": "u",
    "ي": "i",
    "ء": "",
    "پ": "p",
    "چ": "ch",
    "ژ": "zh",
    "گ": "g",
    "ڤ": "v",
}


def slug(parts: Sequence[str]) -> str:
    """The id of the person with these folded name parts: person/khlf-al-druish."""
    words = " ".join(parts).split()
    return "person/" + "-".join(_word(w) for w in words if _word(w))


def _word(word: str) -> str:
    if word.startswith("ال") and len(word) > 3:
        return "al-" + _word(word[2:])
    latin = "".join(_LETTERS.get(c, c if c.isascii() and c.isalnum() else "") for c in word)
    return latin[:-1] if latin.endswith("h") and word.endswith("ه") and len(latin) > 2 else latin
