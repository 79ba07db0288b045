"""The custody log: each line's hash covers the line before, so a changed or missing line shows.

What the log says is compared with what is kept, both ways: nothing changed, nothing missing, nothing unlogged.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from marsad.errors import StoreError
from marsad.store.blobs import unpacked
from marsad.store.nouns import CustodyEntry
from marsad.store.tables import blobs, custody, judgements, originals, readings, reports

GENESIS = "0" * 64
AT_ONCE = 500  # rows held in memory while comparing
RECEIVED = ("sha256", "address", "locator", "inlet", "media_type", "came_at", "program", "report", "language")


def line_hash(*, seq: int, at: str, by: str, action: str, subject: str, detail: str, previous: str) -> str:
    """SHA-256 in hexadecimal of one line; `detail` is canonical JSON text, `at` ISO 8601."""
    line = json.dumps([seq, at, by, action, subject, detail, previous], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode("utf-8")).hexdigest()


def canonical(detail: dict[str, Any]) -> str:
    """JSON text with one form only."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def text_hash(text: str) -> str:
    """SHA-256 in hexadecimal of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def verify(entries: Iterable[CustodyEntry]) -> int:
    """Number of lines, all of them sound. Raises StoreError E306 at the first that is not."""
    seq = 0
    for _ in chained(entries):
        seq += 1
    return seq


def chained(entries: Iterable[CustodyEntry]) -> Iterator[CustodyEntry]:
    """The same lines, each proved to follow the one before. Raises StoreError E306."""
    previous = GENESIS
    for seq, entry in enumerate(entries, start=1):
        want = line_hash(
            seq=entry.seq, at=entry.at.isoformat(), by=entry.by, action=entry.action, subject=entry.subject,
            detail=canonical(entry.detail), previous=entry.previous,
        )  # fmt: skip
        if entry.seq != seq or entry.previous != previous or entry.hash != want:
            raise StoreError("E306", f"the custody log is broken at line {seq}", "compare it with an earlier export")
        previous = entry.hash
        yield entry


@dataclass(slots=True)
class Logged:
    """What the log says there must be: reports, their readings' hashes in order, originals, verdicts."""

    lines: int = 0
    head: str = GENESIS
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    readings: defaultdict[str, list[str | None]] = field(default_factory=lambda: defaultdict(list))
    originals: dict[str, dict[str, Any]] = field(default_factory=dict)
    verdicts: set[int] = field(default_factory=set)
    hashes: set[str] = field(default_factory=set)

    def note(self, entry: CustodyEntry) -> None:
        """Take in one line."""
        self.lines, self.head = entry.seq, entry.hash
        self.hashes.add(entry.hash)
        kind, _, name = entry.subject.partition(":")
        if entry.action == "add":
            self.reports[name] = entry.detail
        elif entry.action == "read":
            self.readings[name].append(entry.detail.get("record"))
        elif entry.action == "receive":
            self.originals[name] = entry.detail
        elif entry.action == "judge" and kind == "judgement":
            self.verdicts.add(int(name))


def compare(connection: Connection, *, anchors: Collection[str] = ()) -> tuple[int, list[str]]:
    """Number of lines of the log, and every fault found in what is kept (empty: all sound).

    `anchors` are hashes of lines known from earlier exports or stamps, which must still be there. Raises StoreError
    E306 where the chain itself is broken.
    """
    logged = Logged()
    for entry in chained(lines(connection)):
        logged.note(entry)
    faults = list(_faults(connection, logged))
    for anchor in anchors:
        if anchor not in logged.hashes:
            faults.append(f"the log has no line {anchor}: lines were cut off its end, or it is another store's")
    return logged.lines, faults


def lines(connection: Connection) -> Iterator[CustodyEntry]:
    """The log from its first line."""
    rows = connection.execution_options(yield_per=AT_ONCE).execute(select(custody).order_by(custody.c.seq))
    for row in rows:
        yield _entry(row)


def _entry(row: Row[Any]) -> CustodyEntry:
    try:
        at, detail = datetime.fromisoformat(row.at), json.loads(row.detail)
    except ValueError as error:
        raise StoreError("E306", f"the custody log is broken at line {row.seq}", "restore a backup") from error
    return CustodyEntry(row.seq, at, row.made_by, row.action, row.subject, detail, row.previous, row.hash)


def _faults(connection: Connection, logged: Logged) -> Iterator[str]:
    yield from _reports(connection, logged)
    yield from _readings(connection, logged)
    yield from _originals(connection, logged)
    yield from _blobs(connection, logged)
    held = set(connection.execute(select(judgements.c.id)).scalars())
    yield from (f"verdict {id} was removed" for id in sorted(logged.verdicts - held))


def _reports(connection: Connection, logged: Logged) -> Iterator[str]:
    seen: set[str] = set()
    for row in _rows(connection, reports):
        seen.add(row.name)
        told = logged.reports.get(row.name)
        if told is None:
            yield f"the log does not know how the report {row.name} came in"
        elif told["sha256"] != text_hash(row.text) or row.sha256 != told["sha256"]:
            yield f"the text of {row.name} is not the one received"
        elif other := [k for k in ("outlet", "url", "via", "published") if k in told and told[k] != getattr(row, k)]:
            yield f"{' and '.join(other)} of {row.name} were changed"
    yield from (f"the report {name} was removed" for name in logged.reports if name not in seen)


def _readings(connection: Connection, logged: Logged) -> Iterator[str]:
    kept: defaultdict[str, list[str]] = defaultdict(list)
    for row in _rows(connection, readings, order=readings.c.id):
        kept[row.report].append(text_hash(row.record))
    for name in sorted(kept.keys() | logged.readings.keys()):
        told, held = logged.readings[name], kept[name]
        if len(told) != len(held):
            yield f"{name} has {len(held)} readings, the log knows {len(told)}"
        elif any(t is not None and t != h for t, h in zip(told, held, strict=True)):
            yield f"a reading of {name} was changed"


def _originals(connection: Connection, logged: Logged) -> Iterator[str]:
    seen: set[str] = set()
    for row in _rows(connection, originals):
        seen.add(row.key)
        told = logged.originals.get(row.key)
        if told is None:
            yield f"the log does not know the original {row.address} {row.locator}".rstrip()
            continue
        same = all(told[name] == getattr(row, name) for name in RECEIVED)
        if not same or told["how"] != text_hash(row.how) or told["marks"] != text_hash(row.marks):
            yield f"what is kept about the original {row.address} {row.locator} was changed"
    for key, told in logged.originals.items():
        if key not in seen:
            yield f"the original {told['address']} {told['locator']} was removed".replace("  ", " ")


def _blobs(connection: Connection, logged: Logged) -> Iterator[str]:
    wanted = {told["sha256"]: told for told in logged.originals.values()}
    seen: set[str] = set()
    for row in _rows(connection, blobs):
        seen.add(row.sha256)
        told = wanted.get(row.sha256)
        if told is None:
            yield f"the log does not know the bytes {row.sha256}"
        elif (row.data is not None) != told["kept"]:
            yield f"the bytes {row.sha256} of {told['address']} were removed"
        elif row.data is not None and not _sound(row):
            yield f"the bytes {row.sha256} of {told['address']} were changed"
    yield from (f"the bytes {sha} of {told['address']} were removed" for sha, told in wanted.items() if sha not in seen)


def _sound(row: Row[Any]) -> bool:
    data = unpacked(row.data, row.packing)
    return data is not None and len(data) == row.size and hashlib.sha256(data).hexdigest() == row.sha256


def _rows(connection: Connection, table: Any, *, order: Any = None) -> Iterator[Row[Any]]:
    query = select(table) if order is None else select(table).order_by(order)
    at_once = 20 if table is blobs else AT_ONCE
    yield from connection.execution_options(yield_per=at_once).execute(query)
