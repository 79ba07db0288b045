"""A fault in the knowledge, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: file and line (1-based), a stable code (P01...), what is wrong and what to do.

    `id` is the entry at fault, empty where the file itself is.
    """

    file: str
    line: int
    code: str
    message: str
    remedy: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code} {self.message} {self.remedy}"
