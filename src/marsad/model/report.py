"""A report as it was received."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Report:
    """One report.

    `text` is exactly what was received (decoded, never rewritten); `published` is the day of publication or None;
    `via` tells how it came (a path, an address, "stdin").
    """

    name: str
    text: str
    published: date | None = None
    outlet: str | None = None
    url: str | None = None
    via: str | None = None

    @property
    def sha256(self) -> str:
        """Hash of the UTF-8 bytes of the text, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()
