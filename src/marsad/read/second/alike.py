"""When two events of one report are the same telling."""

from __future__ import annotations

from marsad.model import Event, Span


def alike(a: Event, b: Event) -> bool:
    """Same type, and the evidence of the one stands in that of the other by half of the shorter."""
    return a.type == b.type and overlap(a, b)


def overlap(a: Event, b: Event) -> bool:
    """Some evidence of the two shares at least half of the shorter span."""
    return any(_half(x, y) for x in a.evidence for y in b.evidence)


def _half(a: Span, b: Span) -> bool:
    shared = min(a.end, b.end) - max(a.start, b.start)
    return shared > 0 and 2 * shared >= min(a.end - a.start, b.end - b.start)
