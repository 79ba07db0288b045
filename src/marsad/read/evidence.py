"""The evidence of an event as handed out: a telling ends with the part of its sentence that holds its last slot."""

from __future__ import annotations

from collections.abc import Iterator

from marsad.model import Span
from marsad.read.deed import Deed
from marsad.read.page import Page

_COMMAS = frozenset("،,؛;")
LONGEST = 600


def evidence(page: Page, deed: Deed) -> tuple[Span, ...]:
    """The spans of the clauses that tell `deed`, at most 600 letters each, in the order of the text.

    افتتحت القوات مركزاً في البلدة، وهو أهم مقارها → without what follows the comma, which tells nothing of the deed.
    """
    slots = sorted(set(_slots(deed)), key=lambda span: span.end)
    own = (deed.trigger.first, max(deed.trigger.last, deed.trigger.first + 1))
    told = [e for e in deed.evidence if e[0] < e[1]] or [own]
    spans = {page.span(first, _cut(page, first, last, slots)) for first, last in told}
    return tuple(Span(s.start, min(s.end, s.start + LONGEST)) for s in sorted(spans))


def _slots(deed: Deed) -> Iterator[Span]:
    """Whatever the event is made of, without who vouches for it: the words of its trigger come as tokens."""
    for part in (*deed.actors, *deed.recipients, deed.place, deed.origin, deed.destination):
        if part is not None:
            yield part.span
    for value in (*(c for counts in deed.counts.values() for c in counts), *deed.equipment, deed.time):
        span = getattr(value, "span", None)
        if span is not None:
            yield span


def _cut(page: Page, first: int, last: int, slots: list[Span]) -> int:
    """Where the telling in tokens `[first, last)` ends: the first comma behind all its slots, quotations kept whole."""
    whole = page.span(first, last)
    inside = [s for s in slots if whole.start <= s.start and s.end <= whole.end]
    if not inside:
        return last
    needed, quoted = inside[-1].end, False
    for k in range(first, last):
        if page.is_quote(k):
            quoted = not quoted
        elif page.form(k) in _COMMAS and not quoted and page.tokens[k].start >= needed and k > first:
            return k
    return last
