"""Parquet: cut at row groups, and large groups at rows; a report a row."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marsad.errors import InputError
from marsad.gather.inlet import Out
from marsad.gather.inlets.table import TableInlet, TableOptions
from marsad.gather.pieces import Parcel
from marsad.read.bulk.faults import needed
from marsad.read.bulk.kinds import Cut, Kind
from marsad.read.bulk.slices import Slice

AT_ONCE = 256  # rows that are held


class Parquet(Kind):
    """A Parquet file."""

    name = "parquet"

    def cut(self, *, size: int, asked: Mapping[str, str]) -> Iterator[Cut]:
        """Stretches of rows. Raises InputError E101, E143, E144."""
        with self._open() as file:
            inlet = TableInlet(TableOptions(**asked))
            columns = inlet.columns(dict.fromkeys(file.schema_arrow.names), self._parcel())
            known = file.metadata
            groups = [known.row_group(n) for n in range(known.num_row_groups)]
        start = row = 0
        held = 0
        for group in groups:
            if held and held + group.total_byte_size > size:
                yield start, row, start + 1, columns
                start, held = row, 0
            many = min(-(-group.total_byte_size // size), group.num_rows)
            if many > 1:
                edges = [row + group.num_rows * n // many for n in range(many + 1)]
                yield from ((a, b, a + 1, columns) for a, b in itertools.pairwise(edges))
                start = edges[-1]
            else:
                held += group.total_byte_size
            row += group.num_rows
        if row > start:
            yield start, row, start + 1, columns

    def pieces(self, slice_: Slice) -> Out:
        """A piece or refusal a row. Raises InputError E144."""
        inlet, parcel, original = TableInlet(), self._parcel(), self.original()
        columns = dict(slice_.columns or {})
        with self._open() as file:
            for number, row in _rows(file, slice_.start, slice_.end, list(dict.fromkeys(columns.values()))):
                yield inlet.piece(parcel, original, row, number + 1, columns)

    def _parcel(self) -> Parcel:
        return Parcel(self.source.shown, self.came, file=Path(self.source.path))

    @contextmanager
    def _open(self) -> Iterator[Any]:
        pq = needed("pyarrow.parquet", of="reading Parquet")
        faults = needed("pyarrow", of="reading Parquet").ArrowException
        try:
            with pq.ParquetFile(self.source.path) as file:
                yield file
        except faults as error:
            message = f"{self.source.shown} is no Parquet file that can be read ({error})"
            raise InputError("E144", message, "write or copy it again") from error
        except FileNotFoundError as error:
            message = f"cannot read {self.source.shown}: {error.strerror}"
            raise InputError("E101", message, "check the path and its rights") from error


def _rows(file: Any, start: int, end: int, columns: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number from 0 and cells of each row from `start` to before `end`."""
    row = 0
    for group in range(file.metadata.num_row_groups):
        many = file.metadata.row_group(group).num_rows
        if row + many > start and row < end:
            batches = file.iter_batches(AT_ONCE, row_groups=[group], columns=columns, use_threads=False)
            at = row
            for batch in batches:
                low, high = max(start - at, 0), min(end - at, batch.num_rows)
                if low < high:
                    cells = batch.slice(low, high - low).to_pylist()
                    yield from enumerate(cells, at + low)
                at += batch.num_rows
                if at >= end:
                    return
        row += many
