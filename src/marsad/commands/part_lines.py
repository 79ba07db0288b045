"""The lines of a part of bulk reading turned back to reports and readings, each checked against its text."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from marsad.errors import InputError
from marsad.gather.pieces import Refusal
from marsad.model import Reading, Report, from_record

AHEAD = 8  # records that are looked at for the one of a report, where lines were lost
LONGEST = 200  # letters of a name in a store
FAULTS = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Line:
    """A report of a part with its reading; `number` is that of its line, from 1."""

    number: int
    report: Report
    reading: Reading


class Hashed:
    """The lines of a file one by one, and the hash of those that were read."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines, self._made = lines, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self._made.update(line)
            yield line

    def sha256(self) -> str:
        """In hexadecimal; of the whole file after the last line."""
        return self._made.hexdigest()


class Records:
    """The records of a part, asked for in the order of its reports. A line that is no record is passed over."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._held: deque[dict[str, Any]] = deque()

    def of(self, name: str) -> dict[str, Any] | None:
        """The record of a report, None where there is none near. Those before it are let go."""
        at = 0
        while at < AHEAD and (at < len(self._held) or self._more()):
            if self._held[at].get("report") == name:
                for _ in range(at):
                    self._held.popleft()
                return self._held.popleft()
            at += 1
        return None

    def rest(self) -> None:
        """Read on to the end."""
        for _ in self._lines:
            pass

    def _more(self) -> bool:
        """Hold one more record, if there is one."""
        for line in self._lines:
            try:
                record = json.loads(line)
            except FAULTS:
                continue
            if isinstance(record, dict):
                self._held.append(record)
                return True
        return False


def lines_back(path: Path, reports: Iterable[bytes], records: Records) -> Iterator[Line | Refusal]:
    """The reports of the part file `path` with their readings, in order, or why there is none of a line (E725)."""
    for number, line in enumerate(reports, start=1):
        try:
            report = _report(line, f"{path}#line {number}")
            record = records.of(report.name)
            if record is None:
                raise ValueError(f"no record of {report.name} stands beside it")
            yield Line(number, report, _reading(record, report))
        except FAULTS as error:
            where = f"{path}:{number}"
            why = f"it has no {error}" if isinstance(error, KeyError) else str(error)
            remedy = "remove the done.json of this part, read in bulk again (only this part is done), then add again"
            yield Refusal(where, InputError("E725", f"{where} cannot be understood: {why}", remedy))
    records.rest()


def _report(line: bytes, via: str) -> Report:
    """The report of a line. Raises KeyError, TypeError, ValueError."""
    row = json.loads(line)
    day = _word(row["published"])
    published = date.fromisoformat(day) if day else None
    name, text = str(_word(row["report"])), str(_word(row["text"]))
    report = Report(name, text, published, _word(row["outlet"]), _word(row["url"]), via)
    if report.sha256 != row["sha256"]:
        raise ValueError("the text is not the one that was written")
    if not 0 < len(name) <= LONGEST:
        raise ValueError("its name is empty or too long")
    return report


def _word(value: object) -> str | None:
    """A text that every database can hold, or None. Raises TypeError, ValueError."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    if "\0" in value:
        raise ValueError("it holds signs that are no text")
    value.encode("utf-8")
    return value


def _reading(record: dict[str, Any], report: Report) -> Reading:
    """The reading of a record. Raises what a record of another shape gives, ValueError where it is of another text."""
    reading = from_record(record)
    if reading.published != report.published:
        raise ValueError("its record was read for another day of publication")
    if not _fits(record, report.text):
        raise ValueError("its record does not fit the text")
    return reading


def _fits(node: Any, text: str) -> bool:
    """Whether all quotes of a record stand in the text where it says, and no span ends behind the text."""
    if isinstance(node, dict):
        start, end = node.get("start"), node.get("end")
        if isinstance(start, int) and isinstance(end, int) and text[start:end] != node.get("text"):
            return False
        return all(_fits(one, text) for one in node.values() if isinstance(one, dict | list))
    if len(node) == 2 and isinstance(node[0], int) and isinstance(node[1], int):
        return bool(0 <= node[0] < node[1] <= len(text))
    return all(_fits(one, text) for one in node if isinstance(one, dict | list))
