"""The parts that bulk reading wrote: which there are, whether they are whole, and what stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marsad.errors import InputError
from marsad.model import Reading, Report, from_record

AGAIN = "run the same `marsad read --bulk` again; it does what is missing"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: files of reports and records, line by line of the same reports. `size` are bytes of both."""

    reports: Path
    records: Path
    size: int
    mark: str


def parts_of(folders: Sequence[Path]) -> list[Part]:
    """The parts of folders that `marsad read --bulk` wrote, in order.

    Raises InputError E720 for what is no such folder, E721 for a folder that is not finished, E722 for a part that is
    not as it was written, E724 for folders of different engines or packs.
    """
    versions = {folder: _versions(folder) for folder in folders}
    for folder, told in versions.items():
        if told != versions[folders[0]]:
            message = f"{folder} was read by another engine or other packs than {folders[0]}"
            raise InputError("E724", message, "read all sources with one version")
    return [part for folder in folders for part in _parts(folder)]


def _versions(folder: Path) -> Any:
    try:
        asked = json.loads((folder / "bulk.json").read_text("utf-8"))
        return asked["version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{folder} is no folder of bulk reading"
        raise InputError("E720", message, "give the folder that `marsad read --bulk -o` wrote") from error


def _parts(folder: Path) -> Iterator[Part]:
    stems = sorted({file.name.split(".")[0] for file in (folder / "parts").glob("*.json*")})
    if not (folder / "summary.json").is_file():
        raise InputError("E721", f"reading into {folder} was not finished", AGAIN)
    for number, stem in enumerate(stems):
        if stem != f"{number:06}":
            raise InputError("E721", f"part {number:06} of {folder} is missing", AGAIN)
        yield _part(folder / "parts", stem)


def _part(folder: Path, stem: str) -> Part:
    reports, records = (folder / f"{stem}.{name}.jsonl" for name in ("reports", "records"))
    mark = folder / f"{stem}.done.json"
    try:
        told = mark.read_bytes()
    except OSError as error:
        raise InputError("E721", f"part {stem} of {folder} was not finished", AGAIN) from error
    try:
        held = [reports.stat().st_size, records.stat().st_size]
        noted = _bytes(json.loads(told))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(mark) from error
    if held != noted:
        raise _broken(mark)
    return Part(reports, records, sum(held), told.decode("utf-8", "replace"))


def _bytes(done: dict[str, Any]) -> list[int]:
    return [int(done["files"][f"{name}.jsonl"]["bytes"]) for name in ("reports", "records")]


def _broken(mark: Path) -> InputError:
    stem = mark.name.split(".")[0]
    message = f"part {stem} of {mark.parent} is not as it was written"
    return InputError("E722", message, f"remove {mark} and read again; only this part is done again")


def reports_in(part: Part) -> Iterator[tuple[str, Report]]:
    """The reports of a part in order, each with where its line stands. Raises InputError E725."""
    for where, row in _rows(part.reports):
        try:
            day = row.get("published")
            published = date.fromisoformat(day) if day else None
            yield where, Report(row["report"], row["text"], published=published, outlet=row.get("outlet"))
        except (KeyError, TypeError, ValueError) as error:
            raise _faulty(where, error) from error


def records_in(part: Part) -> Iterator[tuple[str, Report, dict[str, Any] | None]]:
    """The reports of a part with their records, None where a report could not be read. Raises InputError E725."""
    records = _rows(part.records)
    where, record = next(records, ("", None))
    for place, report in reports_in(part):
        mine = record if record and record.get("report") == report.name else None
        yield place, report, mine
        if mine is not None:
            where, record = next(records, ("", None))
    if record is not None:
        raise _faulty(where, "no report stands beside the record")


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            where = f"{path}:{number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise _faulty(where, error) from error
            if not isinstance(row, dict):
                raise _faulty(where, "no object")
            yield where, row


def reading_of(where: str, record: dict[str, Any]) -> Reading:
    """The reading of a record. Raises InputError E725."""
    try:
        return from_record(record)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise _faulty(where, error) from error


def _faulty(where: str, why: object) -> InputError:
    return InputError("E725", f"{where} cannot be understood: {why}", "read this source again with this version")
