"""Backups: a whole store as one SQLite file beside its manifest, checked when written and before it is restored.

A backup is a working store. It holds everything, password hashes and private names too, and is readable by its owner
only.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from marsad import __version__
from marsad.errors import StoreError
from marsad.store.connecting import Connecting, address_of, shown
from marsad.store.moving import Moved, Progress, move
from marsad.store.opening import opened, prepare
from marsad.store.store import utc_now
from marsad.store.tables import REVISION

FORMAT = "marsad-backup/1"
NAME = "marsad-{:%Y%m%d-%H%M%S-%f}.sqlite"
STALE = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup on disk. `content` holds rows and content hash by table, `sha256` is that of the file."""

    file: Path
    made_at: str
    store: str
    revision: str
    size: int
    sha256: str
    lines: int
    content: dict[str, tuple[int, str]]
    faults: tuple[str, ...] = ()

    @property
    def manifest(self) -> Path:
        """The file beside it that tells what must be in it."""
        return self.file.with_name(self.file.name + ".json")

    def to_json(self) -> dict[str, Any]:
        """{"format","marsad","store","made_at","revision","file","bytes","sha256","custody_lines","faults","tables"}."""
        tables = {name: {"rows": rows, "content": content} for name, (rows, content) in self.content.items()}
        head: dict[str, Any] = {"format": FORMAT, "marsad": __version__, "store": self.store, "made_at": self.made_at}
        head |= {"revision": self.revision, "file": self.file.name, "bytes": self.size, "sha256": self.sha256}
        return head | {"custody_lines": self.lines, "faults": list(self.faults), "tables": tables}


def back_up(
    store: str | os.PathLike[str], to: Path, *, keep: int | None = None, progress: Progress | None = None,
    keep_faults: bool = False, now: datetime | None = None, connecting: Connecting | None = None,
) -> Backup:  # fmt: skip
    """Write all of the store at address `store` into the folder `to`, or into the file `to` that is not there yet.

    The store may be written to meanwhile: the backup holds one moment. The file bears its name only when all of it is
    there and checked. In a folder, `keep` leaves only so many of this store's newest backups. Raises StoreError E372
    where it cannot be written, E373 for a `keep` without a folder, and as `move`.
    """
    made = now or utc_now()
    folder = to.is_dir() or not to.suffix
    if keep is not None and (keep < 1 or not folder):
        raise StoreError("E373", "only backups in a folder are counted, and one at least is kept", "give a folder")
    file = to / NAME.format(made) if folder else to
    if file.exists():
        raise StoreError("E372", f"{file} is there already", "give another name, or a folder")
    with _writable(file.parent):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(file.parent)
        backup = _written(store, file, made, progress=progress, keep_faults=keep_faults, connecting=connecting)
    if keep is not None:
        _rotate(backup, keep)
    return backup


def _written(
    store: str | os.PathLike[str], file: Path, made: datetime, *, progress: Progress | None, keep_faults: bool,
    connecting: Connecting | None,
) -> Backup:  # fmt: skip
    held = file.with_name(f".{file.name}.{uuid4().hex}.part")
    try:
        os.close(os.open(held, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        moved = move(store, held, progress=progress, keep_faults=keep_faults, connecting=connecting)
        backup = _told(file, held, _name_of(store), made, moved)
        _keep(held, backup)
    finally:
        for rest in ("", "-journal", "-wal", "-shm"):
            held.with_name(held.name + rest).unlink(missing_ok=True)
    return backup


def _name_of(store: str | os.PathLike[str]) -> str:
    """By which a store's backups are told from another's."""
    target = address_of(store)
    if target.get_backend_name() == "sqlite":
        return f"sqlite:///{Path(str(target.database)).resolve()}"
    return shown(store)


def _told(file: Path, held: Path, store: str, made: datetime, moved: Moved) -> Backup:
    content = {name: (t.rows, t.content) for name, t in moved.tables.items()}
    sha256, size = sha256_of(held), held.stat().st_size
    return Backup(
        file, made.isoformat(), store, REVISION, size, sha256, moved.lines, content, tuple(moved.faults)
    )  # fmt: skip


def _keep(held: Path, backup: Backup) -> None:
    """Give the file its name; the manifest comes first, for a backup counts only with it."""
    beside = held.with_name(held.name + ".json")
    try:
        told = json.dumps(backup.to_json(), ensure_ascii=False, indent=1) + "\n"
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
            out.write(told)
        for path in (held, beside):
            _sync(path)
        beside.rename(backup.manifest)
        held.rename(backup.file)
        _sync(backup.file.parent)
    finally:
        beside.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Take away what a backup that was killed left behind."""
    for rest in folder.glob(".marsad-*.part*"):
        if time.time() - rest.stat().st_mtime > STALE:
            rest.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"no backup can be written to {folder}: {error.strerror or error}"
        raise StoreError("E372", message, "check the folder, its rights and its room") from error


def sha256_of(file: Path) -> str:
    """SHA-256 in hexadecimal of a file's bytes."""
    with file.open("rb") as held:
        return hashlib.file_digest(held, "sha256").hexdigest()


# -- what is there ----------------------------------------------------------------------------------------------------


def read_manifest(file: Path) -> Backup:
    """What stands in the manifest beside a backup. Raises StoreError E370."""
    if not file.is_file():
        raise StoreError("E370", f"there is no backup {file}", "check the path")
    beside = file.with_name(file.name + ".json")
    try:
        told = json.loads(beside.read_text("utf-8"))
        if told["format"] != FORMAT:
            raise ValueError(told["format"])
        content = {name: (int(t["rows"]), str(t["content"])) for name, t in told["tables"].items()}
        return Backup(
            file, told["made_at"], told["store"], told["revision"], int(told["bytes"]), told["sha256"],
            int(told["custody_lines"]), content, tuple(told["faults"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{file} has no manifest of a backup beside it ({beside.name})"
        remedy = "bring it there; marsad migrate-store takes the file as it is, unchecked"
        raise StoreError("E370", message, remedy) from error


def backups(folder: Path) -> list[Backup]:
    """The backups of a folder that have their manifest, oldest first."""
    found = []
    for beside in folder.glob("marsad-*.sqlite.json"):
        file = beside.with_name(beside.name.removesuffix(".json"))
        try:
            found.append(read_manifest(file))
        except StoreError:
            continue  # somebody else's file, or a backup that is being written
    return sorted(found, key=lambda b: b.made_at)


def _rotate(backup: Backup, keep: int) -> None:
    mine = [b for b in backups(backup.file.parent) if b.store == backup.store]
    for old in mine[:-keep]:
        old.file.unlink(missing_ok=True)
        old.manifest.unlink(missing_ok=True)


# -- and back ---------------------------------------------------------------------------------------------------------


def restore(
    file: Path,
    target: str | os.PathLike[str],
    *,
    progress: Progress | None = None,
    connecting: Connecting | None = None,
) -> Moved:
    """Fill the empty store at `target` with a backup. Raises StoreError E370, E371, and as `move`.

    A backup of an older Marsad is brought to today's form first, in a copy. One whose log had faults when it was made
    is restored with them.
    """
    backup = read_manifest(file)
    if file.stat().st_size != backup.size or sha256_of(file) != backup.sha256:
        raise StoreError("E371", f"{file} is not as it was written: it is damaged", "take another backup")
    address_of(target)
    today = backup.revision == REVISION
    with _of_today(backup) as source:
        return move(
            source, target, progress=progress, keep_faults=bool(backup.faults), still=today,
            expected=backup.content if today else None, connecting=connecting,
        )  # fmt: skip


@contextmanager
def _of_today(backup: Backup) -> Iterator[Path]:
    """The backup, or a copy of an older one brought to today's revision: the backup itself stays as it is."""
    if backup.revision == REVISION:
        yield backup.file
        return
    with tempfile.TemporaryDirectory(prefix=".marsad-restore-", dir=backup.file.parent) as folder:
        copy = Path(folder) / "store.sqlite"
        _copied(backup.file, copy)
        opened(address_of(copy), prepare).dispose()
        yield copy


def _copied(file: Path, copy: Path) -> None:
    with sqlite3.connect(file) as given, sqlite3.connect(copy) as taken:
        given.backup(taken)
    given.close()
    taken.close()
