"""The table of event types and modes, read from plover.yml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from marsad.model.event import EventType
from marsad.packs.entries import EventKind, Mode, Plover
from marsad.packs.faults import Fault
from marsad.packs.files import PackFile

_KIND_KEYS = {"score", "quad", "recipient", "acled", "modes", "note"}
_MODE_KEYS = {"score", "acled", "own", "note"}


def plover_faults(file: PackFile, data: Any) -> Iterator[Fault]:
    """The faults of the table: missing types, unknown keys, scores out of -10..+10."""
    types = data.get("types") if isinstance(data, dict) else None
    if not isinstance(types, dict):
        yield _fault(file, "types", "plover.yml has no types.", "Write the table under types.")
        return
    for missing in sorted(set(get_args(EventType)) ^ set(types)):
        yield _fault(file, missing, f"plover.yml lacks the type {missing}, or has it in excess.", "List the 16 types.")
    for name, kind in types.items():
        yield from _row(file, name, kind, _KIND_KEYS)
        if isinstance(kind, dict) and kind.get("quad") not in {1, 2, 3, 4}:
            yield _fault(file, name, f"{name} has no quad class 1 to 4.", "Write it.")
        modes = kind.get("modes") if isinstance(kind, dict) else None
        for mode, row in (modes or {}).items():
            yield from _row(file, f"{name}/{mode}", row, _MODE_KEYS)


def _row(file: PackFile, name: str, row: Any, keys: set[str]) -> Iterator[Fault]:
    if not isinstance(row, dict) or not isinstance(row.get("score"), int | float):
        yield _fault(file, name, f"{name} has no score.", "Write a number from -10 to 10.")
        return
    if not -10 <= row["score"] <= 10:
        yield _fault(file, name, f"The score of {name} is not in -10 to 10.", "Correct it.")
    for key in sorted(set(row) - keys):
        yield _fault(file, name, f"Unknown key {key} in {name}.", f"Known keys: {', '.join(sorted(keys))}.")


def _fault(file: PackFile, name: str, message: str, remedy: str) -> Fault:
    word = name.rpartition("/")[2].encode() + b":"
    lines = file.content.splitlines()
    line = next((n for n, text in enumerate(lines, 1) if text.strip().startswith(word)), 1)
    return Fault(str(file.path), line, "P14", message, remedy)


def plover(data: dict[str, Any]) -> Plover:
    """The table of a faultless plover.yml."""
    types = {name: _kind(row) for name, row in data["types"].items()}
    return Plover(types, dict(data.get("departures") or {}), float(data.get("coerced", -7)))


def _kind(row: dict[str, Any]) -> EventKind:
    modes = {name: Mode(**(mode | {"score": float(mode["score"])})) for name, mode in (row.get("modes") or {}).items()}
    return EventKind(**(row | {"modes": modes, "score": float(row["score"])}))
