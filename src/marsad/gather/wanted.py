"""Which files of a folder or archive are taken in without being named one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

KINDS = (
    ".txt", ".text", ".md", ".html", ".htm", ".xhtml", ".rss", ".atom", ".xml", ".json", ".jsonl", ".ndjson", ".csv",
    ".tsv", ".xlsx", ".xlsm", ".warc", ".gz", ".wacz", ".eml", ".mbox", ".pdf", ".zip", ".tar", ".tgz", ".tbz", ".tbz2",
    ".txz", ".bz2", ".xz",
)  # fmt: skip
META = "meta.jsonl"  # what is known about reports; given by --meta, no report itself


def wanted(name: str) -> bool:
    """Whether a file of this name is looked at: a known kind, not hidden, no meta lines, no part of a saved page."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or any(_hidden(p) for p in parts) or parts[-1].endswith(META):
        return False
    return PurePosixPath(parts[-1]).suffix.lower() in KINDS and not any(p.endswith("_files") for p in parts[:-1])


def _hidden(part: str) -> bool:
    return part.startswith((".", "__MACOSX")) and part not in (".", "..")


def files_of(folder: str | Path) -> tuple[list[str], int]:
    """Paths of the files to be taken in below a folder, sorted, and the number of others. Links to folders are not
    followed, so a folder that holds itself does no harm."""
    found: list[str] = []
    other = 0
    for path in _walk(Path(folder)):
        if wanted(str(path.relative_to(folder))):
            found.append(str(path))
        else:
            other += 1
    return sorted(found), other


def _walk(folder: Path) -> Iterator[Path]:
    for top, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (Path(top) / name for name in sorted(names))
