"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marsad.errors import InputError, MarsadError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """A path beside `file` to write to; takes its place when all went well and is removed when anything did not.

    Raises InputError E601 where the disk is full, E602 where the file cannot be written.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        yield part
        _settle(part)
        part.replace(file)
    except OSError as error:
        raise cannot_write(file, error) from error
    finally:
        part.unlink(missing_ok=True)


def cannot_write(file: Path, error: OSError) -> MarsadError:
    """The coded error for a file that could not be written."""
    if error.errno in FULL:
        return InputError("E601", f"the disk is full, {file} was not written", "make room, or write to another disk")
    return InputError("E602", f"cannot write {file}: {error.strerror or error}", "check the folder and its rights")


def write_text(file: Path, text: str) -> None:
    """Write a text at once."""
    with replacing(file) as part:
        part.write_text(text, "utf-8", newline="\n")


def write_bytes(file: Path, data: bytes) -> None:
    """Write bytes at once."""
    with replacing(file) as part:
        part.write_bytes(data)


def sha256(file: Path) -> str:
    """Hash of a file in hexadecimal, read piece by piece."""
    made = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(1 << 20):
            made.update(piece)
    return made.hexdigest()


def _settle(part: Path) -> None:
    # a full disk may be told only when the bytes are really written
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
