"""What an engine is: it has slices read by workers and tells what was done, in any order."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

from marsad.read.bulk.parts import Done
from marsad.read.bulk.slices import Slice
from marsad.read.bulk.work import Order

DEATHS = 3  # workers that a slice may cost before it is given up


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A slice over which too many workers died."""

    slice: Slice
    deaths: int


Told = Done | GivenUp


class Engine(Protocol):
    """Workers, wherever they are. Closing the iterator calls them off."""

    def run(self, order: Order, slices: Sequence[Slice]) -> Generator[Told, None, None]:
        """Have every slice read. Raises BulkError where the run cannot go on."""
        ...
