"""Words as search compares them: letters folded, and beside each word what is left when its clitics are peeled off.

Both the index and the question go through here, so a word is found whatever is written on to it. Peeling knows no
lexicon: a form that is no word harms nobody who does not ask for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from marsad.packs import LETTERS

PRIVATE, TITLE = "#", "^"
"""Marks before a form in the index; no form begins with them. What is private is under its mark only."""

LONGEST = 60
TERMS = 12  # words of one question that count
LEAST_PREFIX = 2
# `\\w` parts words at their vowels, so the marks are listed
_MARKS = "\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_PRONOUNS = ("هما", "كما", "ها", "هم", "هن", "كم", "نا")


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word and where it stands: `[start, end)` in code points of the text as given."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a question: any of its forms will do. `prefix`: whatever begins with the first of them."""

    forms: tuple[str, ...]
    prefix: bool = False


def tokens(text: str) -> list[Token]:
    """The words of `text`: "وَقُتل ٣ من الجنود" gives وقتل, 3, من, الجنود."""
    return list(told(text))


def told(text: str) -> Iterator[Token]:
    """The words of `text` one after the other."""
    return (Token(folded(m[0]), m.start(), m.end()) for m in _WORD.finditer(text))


def words(text: str) -> list[str]:
    """The folded words of `text` alone."""
    return [folded(word) for word in _WORD.findall(text)]


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """One word in the spelling under which it is compared."""
    if any(letter >= "\ufb50" for letter in word):
        word = unicodedata.normalize("NFKC", word)
    return word.translate(LETTERS).lower()[:LONGEST]


@lru_cache(maxsize=200_000)
def forms(word: str) -> tuple[str, ...]:
    """A folded word and what is left of it without proclitics and pronouns: وبقواتها gives قوات among others."""
    found = dict.fromkeys([word])
    for form in _without_proclitics(word):
        found[form] = None
    for form in list(found):
        found.update(dict.fromkeys(_without_pronoun(form)))
    return tuple(found)


def _without_proclitics(word: str) -> Iterator[str]:
    starts = [word]
    if len(word) > 3 and word[0] in "وف":
        starts.append(word[1:])
        yield word[1:]
    for start in starts:
        if len(start) > 3 and start.startswith(("ال", "لل")):
            yield start[2:]
        elif len(start) > 4 and start[0] in "بكل" and start[1:3] == "ال":
            yield start[1:]
            yield start[3:]
        if len(start) > 3 and start[0] in "بكل":
            yield start[1:]


def _without_pronoun(word: str) -> Iterator[str]:
    ending = next((p for p in _PRONOUNS if word.endswith(p)), None)
    if ending and len(word) - len(ending) >= 3:
        rest = word[: -len(ending)]
        yield rest
        if rest.endswith("ت"):
            yield rest[:-1] + "ه"


def asked(question: str) -> list[Term]:
    """The terms of a question; a word that ends in `*` stands for all that begin with it."""
    found: dict[Term, None] = {}
    for match in _WORD.finditer(question):
        word = folded(match[0])
        starred = question[match.end() : match.end() + 1] == "*" and len(word) >= LEAST_PREFIX
        if word:
            found[Term((word,), prefix=True) if starred else Term(forms(word))] = None
    return list(found)[:TERMS]


class Names:
    """Names to be hidden, for finding them among tokens."""

    def __init__(self, names: Iterable[Sequence[str]] = ()) -> None:
        self._names: set[tuple[str, ...]] = set()
        self._lengths: dict[str, set[int]] = {}
        for name in names:
            self.add(name)

    def __bool__(self) -> bool:
        return bool(self._names)

    def add(self, name: Sequence[str]) -> None:
        """Hide `name`, a row of folded words, too."""
        if name:
            self._names.add(tuple(name))
            self._lengths.setdefault(name[0], set()).add(len(name))

    def found(self, row: Sequence[str]) -> set[int]:
        """Positions in a row of folded words at which a name stands, its first word with or without proclitics."""
        hidden: set[int] = set()
        if self._names:
            for at, word in enumerate(row):
                for form in forms(word):
                    for length in self._lengths.get(form, ()):
                        if at + length <= len(row) and (form, *row[at + 1 : at + length]) in self._names:
                            hidden.update(range(at, at + length))
        return hidden


def marked(row: Sequence[str], hidden: set[int], *, title: bool = False) -> set[str]:
    """What the index keeps of a row of words: their forms, those at `hidden` places under the mark of the private."""
    kept: set[str] = set()
    if not hidden:
        for word in set(row):
            kept.update(forms(word))
        return kept.union([TITLE + form for form in kept]) if title else kept
    for at, word in enumerate(row):
        lead = PRIVATE if at in hidden else ""
        for form in forms(word):
            kept.add(lead + form)
            if title:
                kept.add(lead + TITLE + form)
    return kept
