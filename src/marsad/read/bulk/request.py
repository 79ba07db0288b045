"""What is asked of one run, kept in its folder, so that the same request goes on and another one is refused."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from marsad import __version__
from marsad.gather.registry import GatherOptions, gather_options
from marsad.packs import Packs, load
from marsad.read.bulk.faults import BulkError
from marsad.read.bulk.parts import Parts, cannot_write, json_line, sha256, write_whole
from marsad.read.bulk.slices import SLICE_SIZE, Slice, Source, plan, sources_of
from marsad.read.bulk.versions import Version, version_of

BULK, PLAN, PACKS, LOCK = "bulk.json", "plan.jsonl", "packs", ".lock"
COLUMNS = ("text", "title", "published", "outlet", "url", "id")
_OURS = (BULK, PLAN, PACKS, LOCK, "parts", "errors.jsonl", "summary.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be read, and how: no word of who reads it, or on how many machines."""

    sources: tuple[Source, ...]
    version: Version
    packs: tuple[str, ...] = ()
    """Names of the user's pack folders; copies of them lie in the run's folder."""
    slice_size: int = SLICE_SIZE
    published: str | None = None
    outlet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    begun: str = ""

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        known = asdict(self) | {"version": self.version.to_json(), "packs": list(self.packs)}
        return {"format": 1, "marsad": __version__} | known | {"sources": [asdict(s) for s in self.sources]}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Request:
        """Back from plain values. Raises KeyError, TypeError, ValueError."""
        known = {key: value for key, value in row.items() if key not in ("format", "marsad")}
        if row["format"] != 1:
            raise ValueError(f"format {row['format']}")
        sources = tuple(Source(**source) for source in row["sources"])
        version = Version(**row["version"])
        return cls(**known | {"sources": sources, "version": version, "packs": tuple(row["packs"])})

    def options(self) -> GatherOptions:
        """The options as gathering knows them. Raises InputError E142."""
        day = date.fromisoformat(self.published) if self.published else None
        flat = {f"table_{part}": heading for part, heading in self.columns.items()}
        return gather_options(flat, outlet=self.outlet, published=day)

    @property
    def came(self) -> datetime:
        """When the run began: the same for all of its slices, whenever they are read."""
        return datetime.fromisoformat(self.begun)

    def differs(self, other: Request) -> list[str]:
        """What stands otherwise in the other request, the time left out."""
        mine, theirs = self.to_json(), other.to_json()
        for source in (*mine["sources"], *theirs["sources"]):
            del source["shown"]  # the same file from another folder
        return [key.replace("_", " ") for key in mine if key not in ("begun", "marsad") and mine[key] != theirs[key]]


def request_of(
    given: Sequence[str], packs: Packs, folders: Sequence[Path], *, slice_size: int = SLICE_SIZE,
    published: str | None = None, outlet: str | None = None, columns: Mapping[str, str] | None = None,
) -> Request:  # fmt: skip
    """The request that a user makes. Raises InputError E101, E142; BulkError E702, E705."""
    if unknown := set(columns or {}) - set(COLUMNS):
        raise BulkError("E705", f"there is no column {min(unknown)!r}", f"a report has: {', '.join(COLUMNS)}")
    request = Request(
        sources=tuple(sources_of(given)), version=version_of(packs), packs=tuple(f.resolve().name for f in folders),
        slice_size=slice_size, published=published, outlet=outlet, columns=dict(columns or {}),
        begun=datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip
    request.options()
    return request


class Folder:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = Parts(path / "parts")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else writes here meanwhile. Raises BulkError E704, E706."""
        try:
            self.parts.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise cannot_write(self.path, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            remedy = "wait for it, or give another folder with -o"
            raise BulkError("E706", f"another run writes to {self.path}", remedy) from error
        try:
            yield
        finally:
            os.close(handle)

    def known(self) -> Request | None:
        """The request that the folder was made for, None for a new folder. Raises BulkError E707."""
        file = self.path / BULK
        if not file.is_file():
            return None
        try:
            return Request.from_json(json.loads(file.read_bytes()))
        except (ValueError, KeyError, TypeError) as error:
            message = f"{file} is damaged or of another version ({error})"
            raise BulkError("E707", message, "give another folder with -o, or --fresh to begin again") from error

    def mark(self) -> str:
        """Hash of the request that lies here."""
        return sha256(self.path / BULK)

    def check(self) -> None:
        """Raises BulkError E708 for a folder with other things in it."""
        if self.path.is_dir() and not (self.path / BULK).exists():
            if other := sorted({p.name for p in self.path.iterdir()} - set(_OURS)):
                message = f"{self.path} is no folder of a bulk reading: it holds {other[0]}"
                raise BulkError("E708", message, "give a new or empty folder with -o")
        elif self.path.exists() and not self.path.is_dir():
            raise BulkError("E708", f"{self.path} is a file", "give a new or empty folder with -o")

    def clear(self) -> None:
        """Remove all that a run wrote, the file that makes it count first."""
        (self.path / BULK).unlink(missing_ok=True)
        for name in (PLAN, "errors.jsonl", "summary.json"):
            (self.path / name).unlink(missing_ok=True)
        for name in (PACKS, "parts"):
            shutil.rmtree(self.path / name, ignore_errors=True)
        self.parts.folder.mkdir(parents=True, exist_ok=True)

    def open(self, request: Request, folders: Sequence[Path]) -> tuple[Request, list[Slice]]:
        """Begin, or go on with what was begun, and its slices. Raises BulkError E707, E709."""
        if known := self.known():
            if differs := known.differs(request):
                raise BulkError(
                    "E709", f"{self.path} was begun with other {' and '.join(differs)}",
                    "give another folder with -o, or --fresh to begin again",
                )  # fmt: skip
            return known, self.slices()
        self.clear()
        _copy(folders, self.path / PACKS)
        slices = plan(request.sources, size=request.slice_size, asked=request.columns)
        write_whole(self.path / PLAN, (json_line(s.to_json()) for s in slices))
        write_whole(self.path / BULK, [json.dumps(request.to_json(), ensure_ascii=False, indent=1).encode(), b"\n"])
        return request, slices

    def slices(self) -> list[Slice]:
        """The plan. Raises BulkError E707."""
        file = self.path / PLAN
        try:
            return [Slice(**json.loads(line)) for line in file.read_bytes().splitlines()]
        except (OSError, ValueError, TypeError) as error:
            raise BulkError("E707", f"{file} is damaged ({error})", "begin again with --fresh") from error

    def packs(self, request: Request) -> Packs:
        """The knowledge of the run, with the user's folders as they were when it began. Raises PackError."""
        return load(*(self.path / PACKS / str(n) / name for n, name in enumerate(request.packs)))


def _copy(folders: Sequence[Path], to: Path) -> None:
    try:
        for number, folder in enumerate(folders):
            shutil.copytree(folder, to / str(number) / folder.resolve().name)
    except OSError as error:
        raise cannot_write(to, error) from error
