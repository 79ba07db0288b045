"""Points of places: the middle of two, and how far they lie apart."""

from __future__ import annotations

import math

from marsad.packs.entries import PlaceEntry
from marsad.read.chunks import Chunk


def middle(a: PlaceEntry, b: PlaceEntry) -> tuple[float, float]:
    """The point half-way between two entries that have points, in degrees."""
    assert a.lat is not None and a.lon is not None and b.lat is not None and b.lon is not None
    return round((a.lat + b.lat) / 2, 3), round((a.lon + b.lon) / 2, 3)


def km(entry: PlaceEntry, chunk: Chunk | PlaceEntry) -> float:
    """Distance in kilometres; infinite where one of them has no point."""
    if entry.lat is None or entry.lon is None or chunk.lat is None or chunk.lon is None:
        return math.inf
    dx = (entry.lon - chunk.lon) * math.cos(math.radians(entry.lat))
    return 111.2 * math.hypot(entry.lat - chunk.lat, dx)
