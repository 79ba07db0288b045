"""What gathering keeps: the bytes as they came, whose report they became, and what the web said about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select
from sqlalchemy.exc import DBAPIError

from marsad import __version__
from marsad.errors import StoreError
from marsad.model import Reading, Report
from marsad.store.blobs import packed, unpacked
from marsad.store.custody import text_hash
from marsad.store.pieces import pieces
from marsad.store.rows import report_of
from marsad.store.store import Store
from marsad.store.tables import blobs, facts, fetches, originals, read_with, reports

PROGRAM = f"marsad/{__version__}"
PIECE = 200  # texts that are read at once
FULL = ("disk is full", "disk full", "no space left", "could not extend file")


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes as they came. `data` is None where they were too many to keep: hash, size and address stay.

    `locator` tells the place of a report inside the bytes (a message, a row, a page), empty for the whole; `how` holds
    what else is known (status and headers of the answer, redirects, when a crawler took it); `marks` what a person
    should know ("ocr", "letter-order", foreign paragraphs). `language` is a code such as "ar".
    """

    address: str
    locator: str
    inlet: str
    sha256: str
    size: int
    data: bytes | None
    came_at: datetime
    media_type: str | None = None
    language: str = "ar"
    how: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names these bytes from this address, so that nothing is taken twice."""
        return original_key(self.sha256, self.address, self.locator)


@dataclass(frozen=True, slots=True)
class Taken:
    """What is kept together: bytes, the report that they became, its reading (None: not read), and what read it."""

    received: Received
    report: Report
    reading: Reading | None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class KeptOriginal:
    """A row of the originals: what was received, by whom and with which program, and which report it became."""

    received: Received
    report: str
    by: str
    program: str

    def to_json(self) -> dict[str, Any]:
        """{"report","sha256","size","address","locator","inlet","media_type","came_at","language","marks","how",...}."""
        got = self.received
        out: dict[str, Any] = {"report": self.report, "sha256": got.sha256, "size": got.size, "address": got.address}
        out |= {"locator": got.locator, "inlet": got.inlet, "media_type": got.media_type}
        out |= {"came_at": got.came_at.isoformat(), "language": got.language, "marks": list(got.marks)}
        return out | {"how": dict(got.how), "by": self.by, "program": self.program}


def original_key(sha256: str, address: str, locator: str) -> str:
    """The key of a piece of bytes from an address."""
    return hashlib.sha256(json.dumps([sha256, address, locator]).encode()).hexdigest()


@contextmanager
def disk_full_told() -> Iterator[None]:
    """Turn the database's word for a full disk into StoreError E350; nothing was half written."""
    try:
        yield
    except DBAPIError as error:
        if any(word in str(error.orig).lower() for word in FULL):
            message = "the disk is full: what was being written is not in the store, all before it is"
            raise StoreError("E350", message, "make room, then: marsad jobs resume") from error
        raise


class Gathering:
    """The originals of a store. Every method is one transaction; what comes in is written to the custody log."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def knows(self, sha256: str, address: str, locator: str) -> bool:
        """Whether these bytes from this address are a report already."""
        key = original_key(sha256, address, locator)
        with self._store.engine.connect() as connection:
            return connection.execute(select(originals.c.key).where(originals.c.key == key)).scalar() is not None

    def take(
        self, received: Received, report: Report, reading: Reading | None, *, version: str | None = None,
        by: str = "marsad",
    ) -> tuple[str, bool]:  # fmt: skip
        """Keep bytes, report and reading together. The report's name in the store, and whether its text is new.

        A name that another text bears gets the first letters of its hash; `version` tells what read it. Raises
        StoreError E350.
        """
        return self.take_all([Taken(received, report, reading, version)], by=by)[0]

    def take_all(self, taken: Iterable[Taken], *, by: str = "marsad") -> list[tuple[str, bool]]:
        """Several at once: all of them or none, which spares the disk. Otherwise as `take`."""
        with disk_full_told(), self._store._writing() as connection:
            return [self._take(connection, one, by) for one in taken]

    def _take(self, connection: Connection, taken: Taken, by: str) -> tuple[str, bool]:
        report, reading = taken.report, taken.reading
        known = connection.execute(select(reports.c.name).where(reports.c.sha256 == report.sha256)).scalar()
        stored = replace(report, name=known or self._free(connection, report))
        if known is None:
            self._store._add_report(connection, stored, None, None, by)
        self._keep(connection, taken.received, stored.name, by)
        if reading is not None:
            self._store._put_reading(connection, stored, reading, by)
        if taken.version is not None:
            _read_with(connection, stored.name, taken.version)
        return stored.name, known is None

    def originals(self, *, report: str | None = None) -> list[KeptOriginal]:
        """What came in, without the bytes, by address and place inside it."""
        query: Select[Any] = select(originals, blobs.c.size).join(blobs, blobs.c.sha256 == originals.c.sha256)
        if report is not None:
            query = query.where(originals.c.report == report)
        with self._store.engine.connect() as connection:
            rows = connection.execute(query.order_by(originals.c.address, originals.c.locator, originals.c.key))
            return [_kept(row) for row in rows]

    def data(self, sha256: str) -> bytes | None:
        """The bytes of this hash as they came, None where they are not kept. Raises StoreError E306."""
        with self._store.engine.connect() as connection:
            row = connection.execute(select(blobs).where(blobs.c.sha256 == sha256)).first()
        if row is None or row.data is None:
            return None
        data = unpacked(row.data, row.packing)
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            raise StoreError("E306", f"the bytes {sha256} were changed", "restore a backup")
        return data

    # -- which version read what ------------------------------------------------------------------------------------

    def stale(self, version: str) -> list[str]:
        """Names of the reports that `version` has not read yet; those kept without a reading are left out."""
        mine = (read_with.c.report == reports.c.name) & (read_with.c.version == version)
        foreign = select(originals.c.report).where(originals.c.language != "ar")
        query = select(reports.c.name).outerjoin(read_with, mine).where(read_with.c.report.is_(None))
        with self._store.engine.connect() as connection:
            names = connection.execute(query.where(reports.c.name.not_in(foreign)).order_by(reports.c.name))
            return list(names.scalars())

    def reread(self, name: str, reading: Reading, *, version: str, by: str = "marsad") -> bool:
        """Lay a new reading over a report and note who read it. True where it says something new. StoreError E307."""
        with disk_full_told(), self._store._writing() as connection:
            report = self._store._report(connection, name).report
            _read_with(connection, name, version)
            return self._store._put_reading(connection, report, reading, by)

    def heads(self) -> list[tuple[str, str]]:
        """Name and hash of the text of all reports."""
        with self._store.engine.connect() as connection:
            return [(row.name, row.sha256) for row in connection.execute(select(reports.c.name, reports.c.sha256))]

    def texts(self, names: Sequence[str]) -> Iterator[Report]:
        """Some reports, without their readings. No connection stays open between two pieces."""
        for some in pieces(names, PIECE):
            query = select(reports).where(reports.c.name.in_(some))
            with self._store.engine.connect() as connection:
                rows = connection.execute(query).all()
            yield from map(report_of, rows)

    def copies_known(self, basis: str) -> bool:
        """Whether copies were looked for among these reports already."""
        with self._store.engine.connect() as connection:
            return connection.execute(select(facts.c.value).where(facts.c.name == "copies")).scalar() == basis

    def note_copies(self, basis: str) -> None:
        """Note among which reports copies were looked for."""
        with self._store._writing() as connection:
            connection.execute(delete(facts).where(facts.c.name == "copies"))
            connection.execute(insert(facts), {"name": "copies", "value": basis})

    # -- what the web said ------------------------------------------------------------------------------------------

    def recall(self, address: str) -> tuple[str | None, str | None] | None:
        """ETag and Last-Modified of the address when it was last taken in, None where it never was."""
        with self._store.engine.connect() as connection:
            row = connection.execute(select(fetches).where(fetches.c.key == _sha(address))).first()
        return (row.etag, row.modified) if row else None

    def remember(self, fetched: Iterable[tuple[str, str | None, str | None]], *, at: datetime) -> None:
        """Keep (address, ETag, Last-Modified) of what has been taken in wholly."""
        rows = {_sha(address): (address, etag, modified) for address, etag, modified in fetched}
        with disk_full_told(), self._store._writing() as connection:
            for key, (address, etag, modified) in rows.items():
                connection.execute(delete(fetches).where(fetches.c.key == key))
                row = {"key": key, "address": address, "etag": etag, "modified": modified}
                connection.execute(insert(fetches), row | {"fetched_at": at.isoformat()})

    # -- within one transaction -------------------------------------------------------------------------------------

    def _free(self, connection: Connection, report: Report) -> str:
        taken = select(reports.c.name).where(reports.c.name == report.name)
        if connection.execute(taken).scalar() is None:
            return report.name
        return f"{report.name[:180]}-{report.sha256[:12]}"

    def _keep(self, connection: Connection, received: Received, name: str, by: str) -> None:
        if connection.execute(select(originals.c.key).where(originals.c.key == received.key)).scalar() is not None:
            return
        kept = self._put_blob(connection, received)
        row = _row(received, name, by)
        connection.execute(insert(originals), row)
        detail = {k: v for k, v in row.items() if k not in ("key", "made_by", "how", "marks")}
        detail |= {"how": text_hash(row["how"]), "marks": text_hash(row["marks"]), "size": received.size, "kept": kept}
        self._store._log(connection, "receive", f"original:{received.key}", detail, by)

    def _put_blob(self, connection: Connection, received: Received) -> bool:
        """Whether the bytes are kept; those of one hash once only."""
        held = connection.execute(select(blobs.c.sha256, blobs.c.data.is_not(None).label("kept")).where(
            blobs.c.sha256 == received.sha256
        )).first()  # fmt: skip
        if held is not None:
            return bool(held.kept)
        packing, data = packed(received.data) if received.data is not None else ("plain", None)
        row = {"sha256": received.sha256, "size": received.size, "packing": packing, "data": data}
        connection.execute(insert(blobs), row)
        return data is not None


def count_originals(store: Store) -> dict[str, int]:
    """Number of originals by inlet."""
    query = select(originals.c.inlet, func.count()).group_by(originals.c.inlet).order_by(originals.c.inlet)
    with store.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def _row(received: Received, name: str, by: str) -> dict[str, Any]:
    how = json.dumps(dict(received.how), ensure_ascii=False, sort_keys=True, default=str)
    return {
        "key": received.key, "sha256": received.sha256, "address": received.address, "locator": received.locator,
        "inlet": received.inlet, "media_type": received.media_type, "came_at": received.came_at.isoformat(),
        "how": how, "made_by": by, "program": PROGRAM, "report": name, "language": received.language,
        "marks": json.dumps(list(received.marks), ensure_ascii=False),
    }  # fmt: skip


def _kept(row: Row[Any]) -> KeptOriginal:
    received = Received(
        row.address, row.locator, row.inlet, row.sha256, row.size, None, datetime.fromisoformat(row.came_at),
        row.media_type, row.language, json.loads(row.how), tuple(json.loads(row.marks)),
    )  # fmt: skip
    return KeptOriginal(received, row.report, row.made_by, row.program)


def _read_with(connection: Connection, name: str, version: str) -> None:
    held = connection.execute(select(read_with.c.version).where(read_with.c.report == name)).scalar()
    if held == version:
        return
    connection.execute(delete(read_with).where(read_with.c.report == name))
    connection.execute(insert(read_with), {"report": name, "version": version})


def _sha(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()
