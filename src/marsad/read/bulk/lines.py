"""JSON Lines: cut at line ends, a report a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from marsad.errors import InputError
from marsad.gather.inlet import Out
from marsad.gather.inlets.table import TableInlet, TableOptions
from marsad.gather.pieces import Parcel, Refusal
from marsad.read.bulk.kinds import Cut, Kind
from marsad.read.bulk.slices import Slice

LONGEST_LINE = 20_000_000  # bytes
_CHUNK = 1 << 20
_MARK = b"\xef\xbb\xbf"


class Lines(Kind):
    """A file of JSON Lines."""

    name = "jsonl"

    def cut(self, *, size: int, asked: Mapping[str, str]) -> Iterator[Cut]:
        """Stretches that end at line ends. Raises InputError E101, E103, E143."""
        columns = self._columns(asked)
        start, first = 0, 1
        for end, lines in _stretches(self._open(), size):
            yield start, end, first, columns
            start, first = end, first + lines

    def pieces(self, slice_: Slice) -> Out:
        """A piece or refusal a line; empty lines count but are passed over."""
        inlet, parcel, original = TableInlet(), self.parcel(), self.original()
        with self._open() as file:
            file.seek(slice_.start)
            number = slice_.first - 1
            while file.tell() < slice_.end:
                number += 1
                try:
                    row = self._row(_line(file), number)
                except InputError as error:
                    yield Refusal(f"{self.source.shown}, row {number}", error)
                    continue
                if row is not None:
                    yield inlet.piece(parcel, original, row, number, slice_.columns or {})

    def parcel(self) -> Parcel:
        """The file, for the inlet of tables."""
        return Parcel(self.source.shown, self.came, file=Path(self.source.path))

    def _open(self) -> BinaryIO:
        try:
            return Path(self.source.path).open("rb")
        except OSError as error:
            message = f"cannot read {self.source.shown}: {error.strerror}"
            raise InputError("E101", message, "check the path and its rights") from error

    def _columns(self, asked: Mapping[str, str]) -> dict[str, str]:
        """Which column is what, by the first line that is an object, as the inlet of tables does it."""
        with self._open() as file:
            number = 0
            while line := _line(file):
                number += 1
                try:
                    row = self._row(line, number)
                except InputError:
                    continue
                if row is not None:
                    return TableInlet(TableOptions(**asked)).columns(row, self.parcel())
        raise InputError("E103", f"{self.source.shown} has no rows", "leave it out")

    def _row(self, line: bytes, number: int) -> dict[str, Any] | None:
        """The object of a line, None for an empty one. Raises InputError E102, E107, E144."""
        where = f"{self.source.shown}, row {number}"
        if len(line) > LONGEST_LINE:
            raise InputError("E107", f"{where} is larger than {LONGEST_LINE:,} bytes", "leave it out")
        try:
            text = (line.removeprefix(_MARK) if number == 1 else line).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError("E102", f"{where} is not UTF-8", "write JSON Lines in UTF-8") from error
        if not text.strip():
            return None
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError("E144", f"{where}: no JSON ({error})", "write one object a line") from error
        if not isinstance(row, dict):
            raise InputError("E144", f"{where} is no object", "write one object a line")
        return row


def _line(file: BinaryIO) -> bytes:
    """The next line with its end; of one that is too long a stretch that tells so, the rest is passed over."""
    line = file.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        more = line
        while more and not more.endswith(b"\n"):
            more = file.readline(_CHUNK)
    return line


def _stretches(file: BinaryIO, size: int) -> Iterator[tuple[int, int]]:
    """End and number of lines of each stretch: the first line end at or after each `size` bytes, and the file's end."""
    at = lines = 0
    target = size
    with file:
        while chunk := file.read(_CHUNK):
            done = 0
            while at + len(chunk) >= target and (end := chunk.find(b"\n", max(target - at - 1, done))) >= 0:
                lines += chunk.count(b"\n", done, end + 1)
                yield at + end + 1, lines
                done, lines, target = end + 1, 0, at + end + 1 + size
            lines += chunk.count(b"\n", done)
            at += len(chunk)
        if at > target - size:
            yield at, lines + 1
