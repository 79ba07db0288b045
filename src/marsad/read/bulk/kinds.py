"""The kinds of files: how each is cut, and how the reports of a stretch of it are found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from marsad.gather.inlet import Out
from marsad.gather.pieces import Original
from marsad.read.bulk.slices import Slice, Source

Cut = tuple[int, int, int, dict[str, str] | None]
"""Start, end, number of the first row, columns."""


class Kind(ABC):
    """One kind of file. `came` is when the run began, for dates that lie after it."""

    name: ClassVar[str]

    def __init__(self, source: Source, *, came: datetime | None = None) -> None:
        self.source = source
        self.came = came or datetime.now(UTC)

    @abstractmethod
    def cut(self, *, size: int, asked: Mapping[str, str]) -> Iterator[Cut]:
        """Stretches of about `size` bytes. Raises InputError where nothing of the file can be read."""

    @abstractmethod
    def pieces(self, slice_: Slice) -> Out:
        """Reports and refusals of a stretch, in order. Raises OSError, InputError."""

    @property
    def changed(self) -> datetime:
        """When the file was changed."""
        return datetime.fromtimestamp(self.source.changed / 1e9, tz=UTC)

    def original(self) -> Original:
        """The file as the original of its rows; its bytes are not held."""
        return Original(self.source.shown, "", self.source.size, None, self.came)


def kind(source: Source, *, came: datetime | None = None) -> Kind:
    """The kind of a source."""
    from marsad.read.bulk.lines import Lines
    from marsad.read.bulk.parquet import Parquet
    from marsad.read.bulk.warc import Warc

    kinds: dict[str, Any] = {one.name: one for one in (Lines, Parquet, Warc)}
    made: Kind = kinds[source.kind](source, came=came)
    return made
