"""Interviews: whoever is asked vouches for what the answers tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marsad.model.event import SourceKind
from marsad.read.chunks import Chunk
from marsad.read.layout import paragraphs
from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.sources_phrases import PhraseReader, Voucher
from marsad.read.sources_words import source_words
from marsad.read.titling import PersonChunk

_QUESTIONS = 2
_SHORT = 40
_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Interview:
    """Who answers, and the numbers of the paragraphs that are his answers."""

    voucher: Voucher
    answers: frozenset[int]


def find_interview(page: Page, phrases: PhraseReader, chunks: Sequence[Sequence[Chunk]]) -> Interview | None:
    """The interview that the report prints as questions and answers, None where it is none."""
    blocks = paragraphs(page.tokens)
    asked = _asked(page, blocks)
    if len(asked) < _QUESTIONS:
        return None
    first = blocks[asked[0]][0]
    voucher = _interviewee(page, phrases, chunks, first)
    if voucher is None:
        return None
    questions = frozenset(asked)
    answers = (n for n in range(asked[0], len(blocks)) if n not in questions)
    return Interview(voucher, frozenset(answers))


def _asked(page: Page, blocks: Sequence[tuple[int, int]]) -> list[int]:
    """The paragraphs that ask: short ones with a question mark at the end, and those that open with their bullet."""
    sure = [n for n, (first, last) in enumerate(blocks) if n and page.form(last - 1) in "؟?" and last - first <= _SHORT]
    openers = {page.form(blocks[n][0]) for n in sure if page.tokens[blocks[n][0]].kind == "punct"}
    plain = {page.form(first) for n, (first, _) in enumerate(blocks) if n not in sure}
    marks = openers if len(sure) >= _QUESTIONS and len(openers) == 1 and len(plain) > 1 else set()
    short = [n for n, (first, last) in enumerate(blocks) if page.form(first) in marks and last - first <= _SHORT]
    return sorted({*sure, *short}) if len(sure) >= _QUESTIONS else []


def _interviewee(page: Page, phrases: PhraseReader, chunks: Sequence[Sequence[Chunk]], end: int) -> Voucher | None:
    """Whom the opening names after a word of interviewing (حاورنا, التقينا, في مقابلة مع), before token `end`."""
    words = source_words(page).interviews
    cues = [k for k in range(end) if any(p.base in words or p.stem in words for p in peels(page.form(k) or "-"))]
    if not cues:
        return None
    people = [c for row in chunks for c in row if isinstance(c, PersonChunk) and c.full is not None and c.first < end]
    for cue in cues:
        behind = [c for c in people if c.first > cue and _same_paragraph(page, cue, c.first)]
        if behind:
            return _named(phrases, behind[0])
    if people:
        return _named(phrases, people[0])
    for cue in cues:
        for k in range(cue + 1, min(cue + _AHEAD, end)):
            found = phrases.read(k, end)
            if found is not None and found.kind not in ("media", "agency"):
                return found
    return None


def _same_paragraph(page: Page, a: int, b: int) -> bool:
    return all(page.tokens[k].kind != "break" for k in range(a, b))


def _named(phrases: PhraseReader, person: PersonChunk) -> Voucher:
    assert person.full is not None
    told = phrases.read(person.role[0], person.full.last) if person.role else None
    kind: SourceKind = told.kind if told else "person"
    return Voucher(person.full.first, person.full.last, kind, told.head if told else "", rule="interview")
