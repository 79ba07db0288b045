"""Paths that a user gives to files of reports."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def report_files(paths: Iterable[str]) -> list[str]:
    """Files in the given order; a folder stands for its *.txt files by name; "-" is standard input."""
    found: list[str] = []
    for path in paths:
        folder = Path(path)
        if path != "-" and folder.is_dir():
            found += sorted(str(file) for file in folder.glob("*.txt"))
        else:
            found.append(path)
    return list(dict.fromkeys(found))
