"""The end of a run: names that stand twice, all errors in one file, the count."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import numpy as np

from marsad.errors import InputError
from marsad.read.bulk.parts import ERRORS, RECORDS, REPORTS, Done, json_line, write_whole
from marsad.read.bulk.request import Folder
from marsad.read.bulk.slices import Slice, line_of

SUMMARY = "summary.json"
_HEAD = len('{"report": "')
Bearer = tuple[str, str]  # name, hash of the text


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a whole run; `codes` of its errors, `again` the parts that the next run tries again."""

    parts: int
    reports: int
    events: int
    errors: int
    codes: dict[str, int]
    again: int

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        known = {"parts": self.parts, "reports": self.reports, "events": self.events, "errors": self.errors}
        return {"format": 1} | known | {"codes": self.codes, "again": self.again}


def finish(folder: Folder, slices: Sequence[Slice]) -> Summary:
    """Settle names, then write errors.jsonl and summary.json. Raises BulkError E703, E704."""
    part_twice(folder, slices)
    codes: Counter[str] = Counter()
    dones = [done for slice_ in slices if (done := folder.parts.done(slice_))]
    write_whole(folder.path / ERRORS, _errors(folder, dones, codes))
    summary = Summary(
        len(dones), sum(d.reports for d in dones), sum(d.events for d in dones), sum(d.errors for d in dones),
        dict(sorted(codes.items())), sum(d.again for d in dones),
    )  # fmt: skip
    write_whole(folder.path / SUMMARY, [json.dumps(summary.to_json(), indent=1).encode(), b"\n"])
    return summary


def _errors(folder: Folder, dones: Iterable[Done], codes: Counter[str]) -> Iterator[bytes]:
    """All lines of the errors, in order; counts their codes."""
    for done in dones:
        if done.errors:
            with folder.parts.path(done.part, ERRORS).open("rb") as file:
                for line in file:
                    codes[json.loads(line)["code"]] += 1
                    yield line


def part_twice(folder: Folder, slices: Sequence[Slice]) -> None:
    """Give each name to the first report that bears it, in the order of the parts.

    A later one with another text gets the first letters of its text's hash, as in a store; the same text under the
    same name is left out and told as E714. Memory: 8 bytes a report.
    """
    suspects = _suspects(_names(folder, slices))
    if not suspects:
        return
    borne: dict[str, set[str]] = {}
    for slice_ in slices:
        rows = [(name, line) for name, line in _lines(folder, slice_) if _mark(name) in suspects]
        if any(name in borne for name, _ in rows) or len({name for name, _ in rows}) < len(rows):
            _settle(folder, slice_, borne, suspects)
        else:
            borne |= {name: {json.loads(line)["sha256"]} for name, line in rows}


def _settle(folder: Folder, slice_: Slice, borne: dict[str, set[str]], suspects: frozenset[int]) -> None:
    """Write a part anew in which names stand that others bear."""
    parts = folder.parts
    done = parts.done(slice_)
    assert done is not None
    kept = parts.path(slice_.part, ERRORS).read_bytes().splitlines() if done.errors else []
    records = parts.path(slice_.part, RECORDS).open("rb")
    with records, parts.writing(slice_) as writing:
        writing.again = done.again
        for line in kept:
            writing.error(json.loads(line))
        for (name, report), record in zip(_lines(folder, slice_), records, strict=True):
            if _mark(name) not in suspects:
                writing.report(report, record, events=_events(record))
                continue
            row = json.loads(report)
            new = _free(name, row["sha256"], borne)
            if new is None:
                where = f"part {slice_.part}"
                fault = InputError("E714", f"the report {name} stands twice with the same text", "nothing is lost")
                writing.error(line_of(where, fault))
            elif new == name:
                writing.report(report, record, events=_events(record))
            else:
                both = [json_line(json.loads(line) | {"report": new}) for line in (report, record)]
                writing.report(*both, events=_events(record))


def _free(name: str, sha: str, borne: dict[str, set[str]]) -> str | None:
    """The name that a report gets, None where its text stands under this name already."""
    before = borne.setdefault(name, set())
    if sha in before:
        return None
    before.add(sha)
    return name if len(before) == 1 else f"{name}-{sha[:12]}"


def _events(record: bytes) -> int:
    return len(json.loads(record)["events"])


def _suspects(names: Iterable[str]) -> frozenset[int]:
    """Marks that two or more names bear: those that may stand twice."""
    marks = np.fromiter((_mark(name) for name in names), dtype=np.uint64)
    marks.sort()
    return frozenset(int(mark) for mark in marks[1:][marks[1:] == marks[:-1]])


def _mark(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def _names(folder: Folder, slices: Sequence[Slice]) -> Iterator[str]:
    for slice_ in slices:
        yield from (name for name, _ in _lines(folder, slice_))


def _lines(folder: Folder, slice_: Slice) -> Iterator[tuple[str, bytes]]:
    """Name and line of each report of a part."""
    with folder.parts.path(slice_.part, REPORTS).open("rb") as file:
        for line in file:
            yield scanstring(line[: _HEAD + 4000].decode("utf-8", errors="replace"), _HEAD)[0], line


def left(folder: Folder, slices: Sequence[Slice], *, verify: bool = False) -> tuple[list[Slice], list[Done]]:
    """Slices that are still to be read, and what is done."""
    todo: list[Slice] = []
    done: list[Done] = []
    for slice_ in slices:
        found = folder.parts.done(slice_, verify=verify)
        if found is None or found.again:
            todo.append(slice_)
        else:
            done.append(found)
    return todo, done
