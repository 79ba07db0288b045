"""Web archives: cut between records; pages go through the same inlets as everywhere else."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from marsad.errors import InputError
from marsad.gather.gatherer import Gatherer
from marsad.gather.inlet import Out
from marsad.gather.pieces import Parcel
from marsad.read.bulk.faults import needed
from marsad.read.bulk.kinds import Cut, Kind
from marsad.read.bulk.slices import Slice

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 1 << 18
_HEADERS = 100_000  # bytes that the headers of a record may take


class Window(io.RawIOBase):
    """A stretch of a file as a file of its own."""

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._file = path.open("rb")
        self._start, self._end, self._at = start, end, start

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Bytes of the stretch."""
        view = memoryview(buffer).cast("B")
        self._file.seek(self._at)
        got = self._file.readinto(view[: max(self._end - self._at, 0)])
        self._at += got
        return got

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move inside the stretch."""
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        self._at = max(self._start, base + offset)
        return self.tell()

    def tell(self) -> int:
        """Bytes from the beginning of the stretch."""
        return self._at - self._start

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()


@dataclass(frozen=True, slots=True)
class Stretch(Parcel):
    """Bytes `start` to `end` of a file, as a parcel of its own."""

    start: int = 0
    end: int = 0

    def stream(self) -> BinaryIO:
        """The stretch as a file, or the bytes of what was found in it."""
        if self.data is not None or self.file is None:
            return io.BytesIO(self.data or b"")
        try:
            return cast(BinaryIO, io.BufferedReader(Window(self.file, self.start, self.end), _CHUNK))
        except OSError as error:
            message = f"cannot read {self.file}: {error.strerror}"
            raise InputError("E101", message, "check the path and its rights") from error


class Warc(Kind):
    """A web archive, packed record by record or not."""

    name = "warc"

    def cut(self, *, size: int, asked: Mapping[str, str]) -> Iterator[Cut]:
        """Stretches that begin at records. Raises InputError E101, E103."""
        needed("fastwarc.warc", of="reading web archives")
        with self._parcel(0, self.source.size).stream() as file:
            if not (head := file.read(2)):
                raise InputError("E103", f"{self.source.shown} is empty", "leave it out")
            file.seek(0)
            begins = _packed(file) if head == b"\x1f\x8b" else _plain(file)
            start = 0
            for at in begins:
                if at - start >= size:
                    yield start, at, 0, None
                    start = at
        yield start, self.source.size, 0, None

    def pieces(self, slice_: Slice) -> Out:
        """Pieces of the pages of a stretch. Raises InputError E130, E141."""
        yield from Gatherer().open(self._parcel(slice_.start, slice_.end))

    def _parcel(self, start: int, end: int) -> Stretch:
        how = {"modified": self.changed.isoformat()}
        return Stretch(self.source.shown, self.came, file=Path(self.source.path), how=how, start=start, end=end)


def _packed(file: BinaryIO) -> Iterator[int]:
    """Where members begin that begin with a record. Every member is unpacked to its end: bytes of a packed page may
    look like the beginning of one. Ends quietly at damage, which is told when the stretch is read.
    """
    at, data = 0, file.read(_CHUNK)
    while data:
        machine, head = zlib.decompressobj(wbits=31), b""
        begin = at
        try:
            while not machine.eof and data:
                made = machine.decompress(data, _CHUNK)
                head = head or made[:5]
                left = machine.unused_data if machine.eof else machine.unconsumed_tail
                at += len(data) - len(left)
                data = left or file.read(_CHUNK)
        except zlib.error:
            return
        if head == b"WARC/":
            yield begin


def _plain(file: BinaryIO) -> Iterator[int]:
    """Where records begin, each found by the length that the one before tells."""
    at = 0
    while True:
        file.seek(at)
        lines, used = file.readline(_HEADERS), 0
        if not lines.startswith(b"WARC/"):
            return
        yield at
        used, length = len(lines), None
        while (line := file.readline(_HEADERS)).strip() and used < _HEADERS:
            used += len(line)
            key, _, value = line.partition(b":")
            if key.strip().lower() == b"content-length" and value.strip().isdigit():
                length = int(value)
        if length is None:
            return
        at += used + len(line) + length + 4
