"""Parsed packs kept between runs. Only a cache: whatever fails here costs time, never knowledge."""

from __future__ import annotations

import contextlib
import os
import pickle
import tempfile
from pathlib import Path

from marsad.packs.entries import Packs

_KEPT = 8


def cache_folder() -> Path:
    """`MARSAD_CACHE`, else `~/.cache/marsad`."""
    return Path(os.environ.get("MARSAD_CACHE") or Path.home() / ".cache" / "marsad")


def fetch(key: str) -> Packs | None:
    """The packs kept under `key`, None where there are none or they cannot be read."""
    try:
        found = pickle.loads(_own(cache_folder() / f"packs-{key}.pickle"))
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        return None
    return found if isinstance(found, Packs) else None


def _own(path: Path) -> bytes:
    """The bytes of a file that nobody but its owner could write. Raises OSError.

    A pickle is a program: whoever may write it runs as us.
    """
    with path.open("rb") as file:
        for told in (os.fstat(file.fileno()), path.parent.stat()):
            if os.name == "posix" and (told.st_uid not in (0, os.geteuid()) or told.st_mode & 0o022):
                raise PermissionError(f"others may write {path}")
        return file.read()


def keep(key: str, packs: Packs) -> None:
    """Keep `packs` under `key`, replacing the file at one stroke; a folder that cannot be written is passed over."""
    with contextlib.suppress(OSError):
        folder = cache_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".new")
        with os.fdopen(handle, "wb") as file:
            pickle.dump(packs, file, protocol=pickle.HIGHEST_PROTOCOL)
        Path(name).replace(folder / f"packs-{key}.pickle")
        _prune(folder)


def _prune(folder: Path) -> None:
    old = sorted(folder.glob("packs-*.pickle"), key=lambda p: p.stat().st_mtime, reverse=True)[_KEPT:]
    for path in old:
        path.unlink(missing_ok=True)
