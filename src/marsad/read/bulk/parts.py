"""Part files: what a slice gave. They appear whole, and count only with the file that is written last."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from marsad.read.bulk.faults import BulkError
from marsad.read.bulk.slices import Line, Slice

REPORTS, RECORDS, ERRORS, DONE = "reports.jsonl", "records.jsonl", "errors.jsonl", "done.json"
WRITTEN = (REPORTS, RECORDS, ERRORS)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Done:
    """What a part holds. `again`: nothing could be read for a reason that may pass, so the next run tries again.

    `files` has bytes and sha256 of each file that was written.
    """

    part: int
    reports: int = 0
    events: int = 0
    errors: int = 0
    again: bool = False
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    def to_json(self, slice_: Slice) -> dict[str, Any]:
        """As plain values, with the slice that it came of."""
        files = {name: {"bytes": size, "sha256": sha} for name, (size, sha) in self.files.items()}
        return asdict(self) | {"format": 1, "slice": slice_.to_json(), "files": files}


def json_line(row: Any) -> bytes:
    """One object as a line, as `marsad read` prints it. Raises UnicodeEncodeError for half characters."""
    return (json.dumps(row, ensure_ascii=False, separators=(", ", ": ")) + "\n").encode("utf-8")


class Parts:
    """The folder of the parts of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, part: int, name: str) -> Path:
        """Where a file of a part lies."""
        return self.folder / f"{part:06d}.{name}"

    def done(self, slice_: Slice, *, verify: bool = False) -> Done | None:
        """What the part holds if it is whole, by the sizes of its files, with `verify` by their hashes too."""
        try:
            known = json.loads(self.path(slice_.part, DONE).read_bytes())
            files = {name: (f["bytes"], f["sha256"]) for name, f in known["files"].items()}
            found = Done(
                known["part"], known["reports"], known["events"], known["errors"], known["again"], files
            )  # fmt: skip
            same = known["slice"] == slice_.to_json()
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        whole = all(self._fits(slice_.part, name, found.files.get(name), verify=verify) for name in WRITTEN)
        return found if same and whole else None

    def _fits(self, part: int, name: str, known: tuple[int, str] | None, *, verify: bool) -> bool:
        path = self.path(part, name)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return known is None and name == ERRORS
        if known is None or size != known[0]:
            return False
        return not verify or sha256(path) == known[1]

    def sweep(self) -> None:
        """Remove what was half written."""
        for path in self.folder.glob(".*.part"):
            path.unlink(missing_ok=True)

    @contextmanager
    def writing(self, slice_: Slice) -> Iterator[Writing]:
        """A part to write to; it counts when all went well. Raises BulkError E703, E704."""
        writing = Writing(self, slice_)
        try:
            yield writing
            writing.settle()
        except OSError as error:
            if error.filename is not None and not str(error.filename).startswith(str(self.folder)):
                raise  # of the source
            raise cannot_write(self.folder, error) from error
        finally:
            writing.close()


class Writing:
    """The files of one part, under other names until all are written."""

    def __init__(self, parts: Parts, slice_: Slice) -> None:
        self.parts, self.slice = parts, slice_
        self.again = False
        self.reports = self.events = self.errors = 0
        self.done: Done | None = None
        mark = f"{socket.gethostname()}-{os.getpid()}.part"
        self._files = {name: _File(parts.folder / f".{slice_.part:06d}.{name}.{mark}") for name in WRITTEN}

    def report(self, report: bytes, record: bytes, *, events: int) -> None:
        """Write a report and its record."""
        self._files[REPORTS].write(report)
        self._files[RECORDS].write(record)
        self.reports += 1
        self.events += events

    def error(self, line: Line) -> None:
        """Write why there is no report."""
        self._files[ERRORS].write(json_line(line))
        self.errors += 1

    def settle(self) -> None:
        """Let the files take their places, the one that makes them count as the last."""
        part = self.slice.part
        kept = [name for name in WRITTEN if name != ERRORS or self.errors]
        known = {name: self._files[name].finish() for name in kept}
        self.done = Done(part, self.reports, self.events, self.errors, self.again, known)
        self.parts.path(part, DONE).unlink(missing_ok=True)
        for name in kept:
            self._files[name].path.replace(self.parts.path(part, name))
        if ERRORS not in kept:
            self.parts.path(part, ERRORS).unlink(missing_ok=True)
        write_whole(self.parts.path(part, DONE), [json_line(self.done.to_json(self.slice))])

    def close(self) -> None:
        """Let go; what has not taken its place is removed."""
        for file in self._files.values():
            file.close()


class _File:
    """One file in the making, with its hash."""

    def __init__(self, path: Path) -> None:
        self.path, self._sha, self._size = path, hashlib.sha256(), 0
        self._file: BinaryIO = path.open("wb")

    def write(self, line: bytes) -> None:
        self._file.write(line)
        self._sha.update(line)
        self._size += len(line)

    def finish(self) -> tuple[int, str]:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._size, self._sha.hexdigest()

    def close(self) -> None:
        with suppress(OSError):  # a full disk is told by what was written before
            self._file.close()
        self.path.unlink(missing_ok=True)


def write_whole(path: Path, data: Iterable[bytes]) -> None:
    """A file that appears whole or not at all, and stays after a power cut. Raises BulkError E703, E704."""
    beside = path.with_name(f".{path.name}.{socket.gethostname()}-{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.writelines(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _settle_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        beside.unlink(missing_ok=True)


def _settle_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cannot_write(path: Path, error: OSError) -> BulkError:
    """The coded error for a file that could not be written."""
    if error.errno in _FULL:
        return BulkError(
            "E703", f"the disk is full, {path} was not written", "make room; the same command goes on"
        )  # fmt: skip
    return BulkError("E704", f"cannot write {path}: {error.strerror or error}", "check the folder and its rights")


def sha256(path: Path) -> str:
    """Hash of a file in hexadecimal, read piece by piece."""
    made = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            made.update(piece)
    return made.hexdigest()
