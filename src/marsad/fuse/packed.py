"""Traits as text and back, and headings as numbers that are the same in every process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from marsad.fuse.index import Heading
from marsad.fuse.told import Traits
from marsad.store import Key

ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def body(t: Traits, quotes: Iterable[str] = ()) -> str:
    """The traits of an event but for its key, and what those may be called whom its report quotes for it."""
    figures = [[*whose, *figure] for whose, figure in sorted(t.figures.items(), key=repr)]
    sides = [sorted(side) for side in (t.actors, t.recipients)]
    rest = [sorted(t.items), sorted(t.people), sorted(t.shingles), sorted(quotes)]
    return ENCODE([t.type, t.mode, t.status, t.days, t.window, t.point, t.place, t.precision, *sides, figures, *rest])


def traits(key: Key, text: str) -> Traits:
    """The traits that `body` gave."""
    type, mode, status, days, window, point, place, precision, actors, recipients, figures, *rest = json.loads(text)
    items, people, shingles = (frozenset(part) for part in rest[:3])
    return Traits(
        key=key, type=type, mode=mode, status=status, days=_pair(days), window=_pair(window), point=_pair(point),
        place=place, precision=precision, actors=frozenset(actors), recipients=frozenset(recipients),
        figures={(slot, of): (low, high, best) for slot, of, low, high, best in figures},
        items=items, people=people, shingles=shingles,
    )  # fmt: skip


def quotes_in(text: str) -> list[str]:
    """The quotes of a body."""
    return list(json.loads(text)[-1])


def _pair(values: list[Any] | None) -> Any:
    return tuple(values) if values is not None else None


def numbered(headings: Iterable[Heading]) -> set[int]:
    """A number of 64 bits for each heading."""
    return {_number(repr(heading)) for heading in headings}


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
