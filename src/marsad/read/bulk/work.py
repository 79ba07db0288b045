"""What a worker does: read one slice and write it as one part. The same on every engine."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from marsad.errors import InputError, MarsadError
from marsad.gather.arrive import arrive
from marsad.gather.inlet import Out
from marsad.gather.pieces import Passed, Piece, Refusal
from marsad.model import Report, to_record
from marsad.read.bulk.faults import BulkError
from marsad.read.bulk.kinds import Kind, kind
from marsad.read.bulk.parts import Done, Writing, json_line
from marsad.read.bulk.request import Folder, Request
from marsad.read.bulk.slices import Line, Slice, line_of
from marsad.read.bulk.versions import Version, version_of
from marsad.read.reader import Reader


@dataclass(frozen=True, slots=True)
class Order:
    """What every worker is told: the run's folder, a hash of the request that lies there, and who is to read."""

    folder: str
    mark: str
    version: Version


def _always() -> None:
    """A worker whom nobody calls off."""


class Worker:
    """Reads slices of one run. Raises BulkError E710 where it would read otherwise than was asked."""

    def __init__(self, order: Order, *, host: str = "this host") -> None:
        began = time.perf_counter()
        self.folder = Folder(Path(order.folder))
        known = self.folder.known()
        if known is None or self.folder.mark() != order.mark:
            remedy = "mount the folder on every host under the same path"
            raise BulkError("E711", f"{host} does not see the run's folder {order.folder}", remedy)
        self.request: Request = known
        packs = self.folder.packs(known)
        self.version = version_of(packs)
        if self.version != order.version:
            message = f"{host} reads with another version: {self.version.told()}, asked is {order.version.told()}"
            raise BulkError("E710", message, "install the same marsad on every host, then run the same command again")
        self.reader = Reader(packs)
        self.options = known.options()
        gc.collect()
        gc.freeze()  # the knowledge stays: no round of the collector need look at it again
        self.loaded = time.perf_counter() - began

    def read(self, slice_: Slice, *, called_off: Callable[[], None] = _always) -> Done:
        """Read a slice and write its part. `called_off` is called before each report and may raise.

        Raises BulkError E703, E704 (the part cannot be written), E712 (the source was changed).
        """
        with self.folder.parts.writing(slice_) as writing:
            for one in self._pieces(slice_, writing):
                called_off()
                self._one(one, writing)
        assert writing.done is not None
        return writing.done

    def _pieces(self, slice_: Slice, writing: Writing) -> Out:
        """Pieces of the slice; what ends them early is one line of the errors."""
        if slice_.fault:
            writing.error(dict(slice_.fault))
            return
        source = kind(self.request.sources[slice_.source], came=self.request.came)
        where = f"{source.source.shown} (part {slice_.part})"
        try:
            _unchanged(source)
            yield from source.pieces(slice_)
        except BulkError:
            raise
        except MarsadError as error:
            writing.again = error.code == "E101"
            writing.error(line_of(where, error))
        except OSError as error:
            writing.again = True
            message = f"cannot read {source.source.shown}: {error.strerror or error}"
            writing.error(line_of(where, InputError("E101", message, "check the path and its rights")))

    def _one(self, one: Piece | Refusal | Passed, writing: Writing) -> None:
        if isinstance(one, Refusal):
            writing.error(line_of(one.where, one.error))
        elif isinstance(one, Piece):
            told = self._told(one)
            if isinstance(told, dict):
                writing.error(told)
            else:
                report, record, events = told
                writing.report(report, record, events=events)

    def _told(self, piece: Piece) -> tuple[bytes, bytes, int] | Line:
        """Report, record and number of events of a piece, or why there is none."""
        try:
            return self._read(piece)
        except MarsadError as error:
            return line_of(piece.shown, error)

    def _read(self, piece: Piece) -> tuple[bytes, bytes, int]:
        """Raises InputError; E190 for a fault of ours or of a library, so that it loses no other report."""
        try:
            arrival = arrive(piece, piece.find(), options=self.options)
            if arrival.readable is None:
                message = f"{piece.shown} is not in Arabic ({arrival.language})"
                raise InputError("E105", message, "Marsad reads Arabic reports only")
            report = arrival.report
            reading = self.reader.read(arrival.readable)
            record = json_line(to_record(reading, report.text))
            return json_line(report_row(report)), record, len(reading.events)
        except (MarsadError, MemoryError):  # memory is of this host, not of the report
            raise
        except UnicodeEncodeError as error:
            raise InputError("E102", f"{piece.shown} holds signs that are no text", "write it in UTF-8") from error
        except Exception as error:
            message = f"reading {piece.shown} failed: {type(error).__name__}: {error}"
            raise InputError("E190", message, "send us the report, or leave it out") from error


def report_row(report: Report) -> dict[str, str | None]:
    """The line of a report: as received, with the text that the spans of its record point into."""
    return {
        "report": report.name, "text": report.text,
        "published": report.published.isoformat() if report.published else None,
        "outlet": report.outlet, "url": report.url, "sha256": report.sha256,
    }  # fmt: skip


def _unchanged(source: Kind) -> None:
    known = source.source
    now = Path(known.path).stat()
    if (now.st_size, now.st_mtime_ns) != (known.size, known.changed):
        remedy = "leave sources alone while they are read; then begin again with --fresh"
        raise BulkError("E712", f"{known.shown} was changed since the reading began", remedy)


def given_up(folder: Folder, request: Request, slice_: Slice, *, deaths: int) -> Done:
    """The part of a slice that ends the workers who read it: one line of the errors."""
    source = request.sources[slice_.source]
    unit = "rows" if source.kind == "parquet" else "bytes"
    where = f"{source.shown}, {unit} {slice_.start} to {slice_.end} (part {slice_.part})"
    remedy = "look there for a report of great size, give workers more memory, then run the same command again"
    error = BulkError("E713", f"poison: {deaths} workers died over {where}", remedy)
    with folder.parts.writing(slice_) as writing:
        writing.again = True
        writing.error(line_of(where, error))
    assert writing.done is not None
    return writing.done
