"""Who speaks of "us": the side of a speaker or of a statement, for قواتنا, نقاطنا, صادرنا."""

from __future__ import annotations

from marsad.read.chunks import Chunk
from marsad.read.clauses import clear_verb, lemma_of
from marsad.read.lexicon import VerbRead
from marsad.read.page import Page

_SAYS = frozenset("قال أعلن صرح أكد أضاف أوضح ذكر روى نفى قص تحدث بين أفاد أشار تابع كشف اعترف أقر شرح حكى".split())
_STATEMENTS = frozenset("بيان بلاغ بسم".split())
_OPENING = 14


def speaks(page: Page, chunk: Chunk) -> bool:
    """The party is the subject of a verb of saying, before or behind it."""
    for k in (page.skip_quotes(chunk.first - 1, -1), page.skip_quotes(chunk.last)):
        if 0 <= k < len(page.tokens) and clear_verb(page, k) and any(lemma_of(r) in _SAYS for r in page.verbs(k)):
            return True
    return False


def statement(page: Page) -> bool:
    """The report is a statement of the party itself (بيان صادر عن ...)."""
    return any(page.form(k) in _STATEMENTS for k in range(min(_OPENING, len(page.tokens))))


def ours(page: Page, i: int) -> VerbRead | None:
    """Token `i` as a verb in the first person plural (صادرنا, طالبناهم)."""
    return next((r for r in page.verbs(i) if r.form.cell == "p1" and r.form.tense == "past"), None)
