"""Who reads: the engine, its knowledge and its code. Two that differ in any of these may read differently."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import marsad
from marsad.packs.entries import Packs
from marsad.read.reader import ENGINE

_READING = ("model", "packs", "gather", "read")


@dataclass(frozen=True, slots=True)
class Version:
    """The engine's name, a hash of the knowledge in use, a hash of the code that reads."""

    engine: str
    packs: str
    code: str

    def told(self) -> str:
        """In one line."""
        return f"{self.engine}, knowledge {self.packs}, code {self.code}"

    def to_json(self) -> dict[str, str]:
        """As plain values."""
        return asdict(self)


def version_of(packs: Packs) -> Version:
    """The version of this process with these packs."""
    return Version(ENGINE, packs.version, _code())


@cache
def _code() -> str:
    """Hash of the sources that decide what a report is read to be."""
    digest = hashlib.sha256()
    top = Path(marsad.__file__).parent
    for part in _READING:
        for path in sorted((top / part).rglob("*.py")):
            digest.update(f"\0{path.relative_to(top).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
