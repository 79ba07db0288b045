"""When two events of one report are the same telling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.model import Event, Span


def alike(a: Event, b: Event) -> bool:
    """Same type, and the evidence of the one stands in that of the other by half of the shorter."""
    return a.type == b.type and overlap(a, b)


def overlap(a: Event, b: Event) -> bool:
    """Some evidence of the two shares at least half of the shorter span."""
    return any(_half(x, y) for x in a.evidence for y in b.evidence)


def numbered(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events in the order of their evidence, e1, e2 and so on."""
    ordered = sorted(events, key=lambda e: e.evidence[0])
    return tuple(replace(event, id=f"e{n}") for n, event in enumerate(ordered, 1))


def _half(a: Span, b: Span) -> bool:
    shared = a.overlap(b)
    return shared > 0 and 2 * shared >= min(a.end - a.start, b.end - b.start)
