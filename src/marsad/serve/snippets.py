"""The piece of a text in which the words of a question stand."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.store.words import Term, Token, forms, told

Snippet = list[tuple[str, bool]]
AROUND = 12  # words on each side
LONGEST = 60  # words


def snippet(text: str, terms: Sequence[Term]) -> Snippet | None:
    """Pieces of `text` around the first words that fit, each with whether it fits; None where none does."""
    known: dict[str, bool] = {}
    wanted = {form for term in terms if not term.prefix for form in term.forms}
    starts = tuple(term.forms[0] for term in terms if term.prefix)
    found: list[Token] = []
    hits: set[int] = set()
    for token in told(text):
        fits = known.get(token.word)
        if fits is None:
            fits = known[token.word] = _fits(token.word, wanted, starts)
        if fits:
            hits.add(len(found))
        found.append(token)
        # long reports are not read to their end for a piece of them
        if hits and len(found) > min(hits) + LONGEST:
            break
    if not hits:
        return None
    first = min(hits)
    start, stop = max(first - AROUND, 0), min(first + LONGEST - AROUND, len(found))
    return _pieces(text, found, hits, (start, stop))


def _fits(word: str, wanted: set[str], starts: tuple[str, ...]) -> bool:
    own = forms(word)
    return not wanted.isdisjoint(own) or (bool(starts) and any(form.startswith(starts) for form in own))


def _pieces(text: str, found: Sequence[Token], hits: set[int], window: tuple[int, int]) -> Snippet:
    start, stop = window
    at = found[start].start
    out: Snippet = [("… ", False)] if start else []
    for n in range(start, stop):
        if n in hits:
            out += [(text[at : found[n].start], False), (text[found[n].start : found[n].end], True)]
            at = found[n].end
    tail = text[at : found[stop - 1].end]
    out.append((tail + (" …" if stop < len(found) else ""), False))
    return [(piece, hit) for piece, hit in out if piece]
