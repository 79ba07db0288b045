"""Lines of what is known about reports: JSON Lines with report, published, outlet, url."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marsad.errors import InputError

REMEDY = 'write one object a line: {"report": "stem", "published": "YYYY-MM-DD", "outlet": "...", "url": "..."}'


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known about one report."""

    report: str
    published: date | None = None
    outlet: str | None = None
    url: str | None = None


def read_meta(path: str | Path) -> dict[str, Meta]:
    """Meta lines by the report's stem. Raises InputError E101, E102, E108 (with the line's number)."""
    try:
        lines = Path(path).read_bytes().decode("utf-8").splitlines()
    except OSError as error:
        raise InputError("E101", f"cannot read {path}: {error.strerror}", "check the path and its rights") from error
    except UnicodeDecodeError as error:
        raise InputError("E102", f"{path} is not UTF-8", "convert it with iconv -t UTF-8") from error
    found: dict[str, Meta] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            meta = _line(line, f"{path}, line {number}")
            if meta.report in found:
                raise InputError("E108", f"{path}, line {number}: {meta.report!r} stands twice", "keep one of them")
            found[meta.report] = meta
    return found


def parse_day(value: str, *, where: str = "--published") -> date:
    """An ISO day. Raises InputError E109."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise InputError("E109", f"{where}: {value!r} is no day", "write YYYY-MM-DD") from error


def _line(line: str, where: str) -> Meta:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError("E108", f"{where}: no JSON ({error.msg})", REMEDY) from error
    if not isinstance(row, dict) or not isinstance(row.get("report"), str):
        raise InputError("E108", f"{where}: no field report", REMEDY)
    return Meta(row["report"], _day(row, where), _text(row, "outlet", where), _text(row, "url", where))


def _day(row: dict[str, Any], where: str) -> date | None:
    value = _text(row, "published", where)
    return parse_day(value, where=where) if value else None


def _text(row: dict[str, Any], key: str, where: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise InputError("E108", f"{where}: {key} is no text", REMEDY)
    return value or None
