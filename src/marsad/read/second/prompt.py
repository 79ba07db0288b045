"""What the model is asked: the rules, the knowledge that touches this text, and the text in parts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from marsad.model import Span
from marsad.packs.entries import Packs
from marsad.read.page import Page
from marsad.read.second.words import words

HINTS = 40
"""Names at most that are told of one part."""


@dataclass(frozen=True, slots=True)
class Part:
    """Characters `[start, end)` of the report that go out in one question."""

    start: int
    end: int


def parts(page: Page, *, budget: int) -> Iterator[Part]:
    """The text in parts of at most `budget` characters, cut between sentences; each repeats the last sentence before.

    A sentence longer than the budget is cut where the budget ends: nothing is left unread.
    """
    spans = [page.span(s.first, s.last) for s in page.sentences if s.last > s.first]
    cuts = [piece for span in spans for piece in _pieces(span, budget)]
    at = 0
    while at < len(cuts):
        last = at
        while last + 1 < len(cuts) and cuts[last + 1].end - cuts[at].start <= budget:
            last += 1
        yield Part(cuts[at].start, cuts[last].end)
        if last + 1 >= len(cuts):
            return
        # the overlap must leave room for the next sentence, or the same part would come for ever
        room = cuts[last + 1].end - cuts[last].start <= budget
        at = last if room and last > at else last + 1


def _pieces(span: Span, budget: int) -> Iterator[Span]:
    for start in range(span.start, span.end, budget):
        yield Span(start, min(start + budget, span.end))


def messages(
    page: Page, part: Part, packs: Packs, *, mask: Callable[[str], str] = str, salt: str | None = None
) -> list[dict[str, str]]:
    """The chat messages that ask for `part`. The marks around the text cannot be known to whoever wrote it.

    `mask` rewrites what leaves the machine (names); `salt` fixes the marks, for a cache that must find them again.
    """
    said = words()
    mark = salt or secrets.token_hex(6)
    marks = {"open": f"<<{mark}", "close": f"{mark}>>"}
    system = said["system"].format(**marks) + "\n".join(f"- {rule}" for rule in said["rules"])
    ask = said["ask"].format(
        types=_types(packs), hints=mask(_hints(page, part, packs)), text=mask(page.text[part.start : part.end]), **marks
    )
    return [{"role": "system", "content": system}, {"role": "user", "content": ask}]


def _types(packs: Packs) -> str:
    rows = []
    for name, kind in packs.plover.types.items():
        modes = ", ".join(kind.modes)
        rows.append(f"{name} ({modes})" if modes else name)
    return "; ".join(rows)


def _hints(page: Page, part: Part, packs: Packs) -> str:
    """The names in the part that the packs know, and what they are: it keeps a side from being taken for a place."""
    from marsad.read.names import match_name

    told: dict[str, str] = {}
    for i, token in enumerate(page.tokens):
        if not part.start <= token.start < part.end or token.kind != "word" or len(told) >= HINTS:
            continue
        match = match_name(page, i)
        for name in match.names if match else ():
            entry = packs.actors.get(name.id) or packs.places.get(name.id)
            if entry is not None and match is not None:
                words_here = page.text[token.start : page.tokens[match.last - 1].end]
                told.setdefault(words_here, f"{words_here} ({entry.kind})")
    return "; ".join(told.values()) or "-"
