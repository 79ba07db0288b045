"""Slices: stretches of files that can be read apart. How they are cut does not depend on who will read them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from marsad.errors import InputError, MarsadError
from marsad.read.bulk.faults import BulkError

SLICE_SIZE = 2_000_000  # bytes; some thousand reports of a wire, some ten seconds of a worker
KINDS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".warc": "warc", ".warc.gz": "warc",
}  # fmt: skip
Line = dict[str, str]
"""One line of the errors: where, code, message, remedy."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file: as the user wrote it, where it lies, its kind, bytes, and nanoseconds of its last change."""

    shown: str
    path: str
    kind: str
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of source number `source`.

    `start` and `end` are bytes (rows of a Parquet file); `first` is the number of its first row or line from 1, 0 where
    rows have no number. `columns` tells which column is what; `fault` why nothing of the file can be read.
    """

    part: int
    source: int
    start: int
    end: int
    first: int = 0
    columns: Mapping[str, str] | None = None
    fault: Line | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def line_of(where: str, error: MarsadError) -> Line:
    """A line of the errors."""
    return {"where": where, "code": error.code, "message": error.message, "remedy": error.remedy}


def sources_of(given: Iterable[str]) -> list[Source]:
    """The files that are meant, each once, in the order given; those of a folder by name.

    Raises InputError E101; BulkError E702 where a file is of another kind or a folder holds none.
    """
    found: dict[str, Source] = {}
    for shown in given:
        path = Path(shown)
        files = _below(path) if path.is_dir() else [path]
        if not files:
            raise BulkError("E702", f"no file in {shown} can be read in bulk", f"give files of {', '.join(KINDS)}")
        for file in files:
            found.setdefault(str(file.resolve()), _source(file))
    return list(found.values())


def _below(folder: Path) -> list[Path]:
    """Files of the kinds in a folder. Meta lines and what is hidden are no reports; links to folders are not followed.

    A folder that holds parts of a run is left out: what was read is not read again.
    """
    found: list[Path] = []
    for top, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".") and not (Path(top) / f / "bulk.json").is_file()]
        here = [n for n in names if not n.startswith(".") and not n.endswith("meta.jsonl") and kind_of(n)]
        found += [Path(top) / name for name in here]
    return sorted(found)


def kind_of(name: str) -> str | None:
    """The kind of a file by its name, None where it is none of ours."""
    return next((kind for suffix, kind in KINDS.items() if name.lower().endswith(suffix)), None)


def _source(file: Path) -> Source:
    kind = kind_of(file.name)
    if kind is None:
        remedy = f"give files of {', '.join(KINDS)}; marsad add takes all other kinds"
        raise BulkError("E702", f"{file} is of no kind that can be read in bulk", remedy)
    try:
        known = file.stat()
    except OSError as error:
        raise InputError("E101", f"cannot read {file}: {error.strerror}", "check the path and its rights") from error
    return Source(str(file), str(file.resolve()), kind, known.st_size, known.st_mtime_ns)


def plan(sources: Sequence[Source], *, size: int, asked: Mapping[str, str]) -> list[Slice]:
    """All slices, in order. A file that cannot be read is one slice that says why; `asked` names columns."""
    found: list[Slice] = []
    for number, source in enumerate(sources):
        found += _cut(source, number, len(found), size=size, asked=asked)
    return found


def _cut(source: Source, number: int, part: int, *, size: int, asked: Mapping[str, str]) -> Iterator[Slice]:
    from marsad.read.bulk.kinds import kind

    try:
        cuts = list(kind(source).cut(size=size, asked=asked))
    except BulkError:
        raise
    except MarsadError as error:
        yield Slice(part, number, 0, source.size, fault=line_of(source.shown, error))
        return
    for at, (start, end, first, columns) in enumerate(cuts, part):
        yield Slice(at, number, start, end, first, columns)
