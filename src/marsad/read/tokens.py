"""Tokens of folded text: words, numbers, punctuation, line breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from sys import intern

from marsad.read.fold import Folded

# A run of letters may hold no digit: "20عسكريا" is a number and a word.
_TOKEN = re.compile(r"(?P<break>\n)|(?P<number>\d+(?:[.,]\d{3})*(?:\.\d+)?)|(?P<word>[^\W\d_]+)|(?P<punct>[^\s\w]|_)")


@dataclass(slots=True)
class Token:
    """Token `i`: `form` is folded text, `start` and `end` are offsets in the report's text, `at` in the folded text.

    `kind` is word, number, punct or break.
    """

    i: int
    form: str
    start: int
    end: int
    kind: str
    at: int = 0


def tokenize(folded: Folded) -> list[Token]:
    """All tokens of `folded`, in order; white space other than line breaks is dropped."""
    # A form is one string wherever it stands: the tables of the lexicon then know it without comparing its letters.
    out: list[Token] = []
    origin, size = folded.origin, len(folded.origin)
    for i, match in enumerate(_TOKEN.finditer(folded.text)):
        a, b = match.span()
        kind = match.lastgroup or "punct"
        # vowel marks after the last letter belong to the word; folding dropped them
        end = origin[b] if b < size and kind == "word" else origin[b - 1] + 1
        out.append(Token(i, intern(match.group()), origin[a], end, kind, a))
    return out
