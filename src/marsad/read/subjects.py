"""Whether a party stands before a word as the subject of a sentence that puts it first."""

from __future__ import annotations

from collections.abc import Mapping

from marsad.read.chunks import Chunk
from marsad.read.clauses import clear_verb
from marsad.read.layout import Sentence
from marsad.read.page import Page

_REACH = 16
_PASSED = frozenset("في من علي عند قرب الي عبر داخل قبل بعد خلال ، , بدوره بدورها ايضا".split())


def behind_party(page: Page, sentence: Sentence, at: Mapping[int, Chunk], i: int) -> bool:
    """A party stands before token `i`, with only its place and day between (الجيش في حلب صباح اليوم قصف ...).

    `at` gives the phrase over each token. A party that is the subject of a verb before it does not count.
    """
    if not page.verbs(i):
        return False
    k = i - 1
    for _ in range(_REACH):
        if k < sentence.first:
            return False
        chunk = at.get(k)
        if chunk is not None and chunk.kind in ("actor", "person") and not chunk.link:
            return not _told_before(page, chunk)
        if chunk is not None and (chunk.link or chunk.kind == "place"):
            k = chunk.first - 1
        elif chunk is None and (k in page.dated or page.is_quote(k) or page.form(k) in _PASSED):
            k -= 1
        else:
            return False
    return False


def _told_before(page: Page, chunk: Chunk) -> bool:
    """The party is the subject of a verb before it (أعلنت X قصف ...): what follows is that verb's object, a noun."""
    k = page.skip_quotes((chunk.number.first if chunk.number else chunk.first) - 1, -1)
    return bool(page.verbs(k)) and clear_verb(page, k) is not None
