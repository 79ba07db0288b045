"""Many values by the piece: none of the databases takes them all in one query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

PIECE = 400  # values in one query, below the limits of both databases
ROWS = 2_000  # written at once

T = TypeVar("T")


def pieces(values: Iterable[T], size: int = PIECE) -> Iterator[list[T]]:
    """`values` in lists of at most `size`."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
