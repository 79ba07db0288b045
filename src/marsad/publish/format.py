"""What a format is: how its file is written, what it cannot carry, what it needs installed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from marsad.errors import InputError
from marsad.fuse.kinship import Kinship
from marsad.packs import Packs, knowledge
from marsad.store import Store

Json = dict[str, Any]
Words = dict[str, str]


@dataclass
class Desk:
    """What all formats write from. `left_out` counts incidents that a format has no place for, by reason."""

    store: Store
    packs: Packs
    made_at: str
    address: Callable[[str | None, Sequence[str]], str | None] = lambda url, _: url
    site: str = ""
    written: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @cached_property
    def books(self) -> Json:
        """The vocabularies of others."""
        made: Json = knowledge("codebooks.yml")
        return made

    @cached_property
    def kinship(self) -> Kinship:
        """Who belongs to whom."""
        return Kinship(self.packs)

    def leave(self, reason: str) -> None:
        """Count an incident that is not written."""
        self.left_out[reason] += 1

    def heads(self, names: Iterable[str]) -> dict[str, Json]:
        """Outlet, day of publication, address and original of some reports; addresses without private names."""
        from marsad.store.streams import report_heads

        found = report_heads(self.store, sorted(set(names)))
        return {name: head | {"url": _web(self.address(head["url"], [name]))} for name, head in found.items()}


def _web(url: str | None) -> str | None:
    """An address that may be clicked; scripts are none."""
    return url if url and url.split(":")[0].lower() in ("http", "https", "ftp", "file") else None


@dataclass(frozen=True, slots=True)
class Format:
    """One way out. `write` puts documents into a file; `loses` tells in both languages what is not in it."""

    name: str
    suffix: str
    write: Callable[[Iterable[Json], Path, Desk], None]
    loses: tuple[Words, ...] = ()
    needs: str | None = None


def need(module: str, *, extra: str = "publish") -> Any:
    """An optional library. Raises InputError E605 where it, or a system library that it draws with, is missing."""
    try:
        return import_module(module)
    except (ImportError, OSError) as error:  # WeasyPrint without Pango fails with OSError
        raise InputError("E605", f"{module} is missing, which this format needs", f"install marsad[{extra}]") from error


def sources(document: Json) -> list[Json]:
    """The vouchers of an incident, one an event."""
    found: dict[tuple[str, str], Json] = {}
    for claims in document["claims"].values():
        for claim in claims:
            for source in claim["sources"]:
                found.setdefault((source["report"], source["event"]), source)
    return list(found.values())


def outlets(document: Json) -> list[str]:
    """Names of the outlets that tell of an incident, each once, in the order of its events."""
    return list(dict.fromkeys(s["outlet"] for s in sources(document) if s["outlet"]))


def happened(document: Json) -> bool:
    """Whether it is told as having happened."""
    return document["status"] in ("actual", "historical")
