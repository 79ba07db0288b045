"""What passes through an inlet: parcels come in, pieces (one report each) go out, refusals tell what could not."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from marsad.errors import InputError, MarsadError

HEAD = 16_384  # bytes that recognising looks at
BIGGEST = 200_000_000  # bytes of one file that are held in memory; web archives and mail boxes are streamed
KEPT = 100_000_000  # bytes of one original that are kept in the store


@dataclass(frozen=True, slots=True)
class Parcel:
    """What stands at an address, as it came: `data`, or a `file` that is read when needed.

    `locator` is the place inside the address (a member of an archive), `depth` how many archives it was packed in;
    `how` holds what else is known about its coming (status, headers, redirects, the archive's hash).
    """

    address: str
    came_at: datetime
    data: bytes | None = None
    file: Path | None = None
    media_type: str | None = None
    how: Mapping[str, Any] = field(default_factory=dict)
    locator: str = ""
    depth: int = 0

    @property
    def name(self) -> str:
        """Last part of the path, as of a file."""
        path = (self.locator or self.address).split("?")[0].split("#")[0]
        return path.rstrip("/").rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return Path(self.name).stem or "report"

    @property
    def suffix(self) -> str:
        """Suffix in small letters with its dot, empty where there is none."""
        return Path(self.name).suffix.lower()

    @property
    def shown(self) -> str:
        """Address and place, for messages."""
        return f"{self.address} ({self.locator})" if self.locator else self.address

    def head(self) -> bytes:
        """The first bytes. Raises InputError E101."""
        if self.data is not None:
            return self.data[:HEAD]
        with self.stream() as file:
            return file.read(HEAD)

    def read(self, *, limit: int = BIGGEST) -> bytes:
        """All bytes. Raises InputError E101, E107."""
        if self.data is not None:
            data = self.data
        else:
            with self.stream() as file:
                data = file.read(limit + 1)
        if len(data) > limit:
            raise InputError("E107", f"{self.shown} is larger than {limit:,} bytes", "split it into several files")
        return data

    def stream(self) -> BinaryIO:
        """The bytes as a file, to be closed. Raises InputError E101."""
        if self.data is not None or self.file is None:
            return io.BytesIO(self.data or b"")
        try:
            return self.file.open("rb")
        except OSError as error:
            message = f"cannot read {self.file}: {error.strerror}"
            raise InputError("E101", message, "check the path and its rights") from error

    def inner(self, data: bytes, locator: str, **how: Any) -> Parcel:
        """A parcel found inside this one."""
        inside = f"{self.locator}/{locator}" if self.locator else locator
        known = dict(self.how) | how
        return replace(
            self, data=data, file=None, media_type=None, how=known, locator=inside, depth=self.depth + 1
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes behind a piece. `data` is None where they are too many to keep; hash and size are always known."""

    address: str
    sha256: str
    size: int
    data: bytes | None
    came_at: datetime
    media_type: str | None = None
    how: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """The text of one report and what its container knows about it.

    `name` proposes the report's name; `marks` tell what a person should look at ("ocr", "letter-order").
    """

    text: str
    name: str
    published: date | None = None
    outlet: str | None = None
    url: str | None = None
    marks: tuple[str, ...] = ()
    how: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """One report to be, at `locator` inside `original`. `find` does the work of getting its text, when asked."""

    original: Original
    locator: str
    inlet: str
    find: Callable[[], Found]

    @property
    def shown(self) -> str:
        """Address and place, for messages."""
        return f"{self.original.address} ({self.locator})" if self.locator else self.original.address


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that could not be taken in, and why."""

    where: str
    error: MarsadError


@dataclass(frozen=True, slots=True)
class Passed:
    """Parts that were passed over on purpose, such as messages of two words; no fault."""

    where: str
    count: int
    why: str


def original_of(parcel: Parcel, data: bytes) -> Original:
    """The original of a whole parcel."""
    sha = hashlib.sha256(data).hexdigest()
    kept = data if len(data) <= KEPT else None
    return Original(parcel.address, sha, len(data), kept, parcel.came_at, parcel.media_type, parcel.how)


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def file_parcel(path: str | Path) -> Parcel:
    """A file as a parcel. Raises InputError E101."""
    file = Path(path)
    try:
        changed = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC).isoformat()
    except OSError as error:
        raise InputError("E101", f"cannot read {path}: {error.strerror}", "check the path and its rights") from error
    return Parcel(str(path), now(), file=file, how={"modified": changed})
