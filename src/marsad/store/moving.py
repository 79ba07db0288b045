"""Moving a store from one database to another: everything, as it is at one moment, or nothing."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Table, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from marsad.errors import StoreError
from marsad.store import custody as log
from marsad.store.connecting import Connecting, address_of, let_read_while_written
from marsad.store.faults import FULL_WORDS, coded, reason_of
from marsad.store.opening import opened, prepare, revision_of
from marsad.store.rowstreams import Tally, all_tables, count, empty, read_rows, tally, write_rows
from marsad.store.tables import REVISION

Expected = Mapping[str, tuple[int, str]]
"""Rows and content hash by table."""

SQLITE_CACHE = 200_000  # KiB while a file is filled


class Progress(Protocol):
    """Is told how far the work is."""

    def begin(self, what: str, rows: int) -> None:
        """A part of the work begins; `what` is "moving" or "checking", `rows` how many it will be."""

    def step(self, table: str, rows: int) -> None:
        """So many more rows of a table are done."""


class Silent:
    """Tells nobody."""

    def begin(self, what: str, rows: int) -> None:
        """Nothing."""

    def step(self, table: str, rows: int) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved and checked: rows and content by table, lines of the custody log and what is wrong with it."""

    tables: Mapping[str, Tally]
    lines: int
    faults: list[str] = field(default_factory=list)
    moving: float = 0.0
    checking: float = 0.0

    @property
    def rows(self) -> int:
        """Number of rows of all tables."""
        return sum(t.rows for t in self.tables.values())


def move(
    source: str | os.PathLike[str], target: str | os.PathLike[str], *, progress: Progress | None = None,
    keep_faults: bool = False, still: bool = False, expected: Expected | None = None,
    connecting: Connecting | None = None,
) -> Moved:  # fmt: skip
    """Move all of `source` into the empty `target` (addresses as for `open_store`); `source` stays as it is.

    What arrived is read again and compared, table by table, and its custody log verified; only then it is kept. With
    `keep_faults` a log that is broken already is moved as it is; `still` says that nobody writes to the source, whose
    file is then not touched at all; `expected` is what must be in it. Raises StoreError E360 to E366, E371, and as
    `open_store`.
    """
    given, wanted = address_of(source), address_of(target)
    _two_stores(given, wanted)
    start = opened(given, _source_fits, connecting=connecting)
    try:
        if not still:
            let_read_while_written(start)
        end = opened(wanted, _target_fits, connecting=connecting)
        try:
            with _told():
                return _moved(start, end, progress or Silent(), expected, keep_faults=keep_faults)
        finally:
            end.dispose()
    finally:
        start.dispose()


def _moved(
    start: Engine, end: Engine, progress: Progress, expected: Expected | None, *, keep_faults: bool
) -> Moved:  # fmt: skip
    with start.connect() as reading:
        _source_revision(reading)  # begins the transaction: from here on nothing that others write is seen
        progress.begin("moving", sum(count(reading, table) for table in all_tables()))
        began = time.perf_counter()
        with _filling(end) as writing:
            sent = _sent(reading, writing, progress)
            _as_expected(sent, expected)
            done = time.perf_counter()
            lines, faults = _checked(writing, sent, progress, keep_faults=keep_faults)
        if end.dialect.name == "postgresql":
            _analyze(end)
    return Moved(sent, lines, faults, done - began, time.perf_counter() - done)


def _sent(reading: Connection, writing: Connection, progress: Progress) -> dict[str, Tally]:
    sent: dict[str, Tally] = {}
    with _without_indexes(writing):
        for table in all_tables():
            sent[table.name] = Tally()
            rows = sent[table.name].over(read_rows(reading, table), name=table.name, step=progress.step)
            with _table_told(table):
                write_rows(writing, table, rows)
    for table in all_tables():
        _set_sequence(writing, table)
    return sent


def _as_expected(sent: Mapping[str, Tally], expected: Expected | None) -> None:
    found = {name: (t.rows, t.content) for name, t in sent.items()}
    if expected is not None and found != expected:
        wrong = sorted(n for n in found.keys() | expected.keys() if found.get(n) != expected.get(n))
        raise StoreError("E371", f"{', '.join(wrong)} are not what the manifest says", "take another backup")


def _checked(
    writing: Connection, sent: Mapping[str, Tally], progress: Progress, *, keep_faults: bool
) -> tuple[int, list[str]]:
    """Lines of the custody log and its faults. Raises StoreError E363, E364."""
    progress.begin("checking", sum(t.rows for t in sent.values()))
    for table in all_tables():
        there, meant = tally(writing, table, step=progress.step), sent[table.name]
        if there != meant:
            message = f"{table.name} arrived with {there.rows} rows, not the {meant.rows} that were sent, or altered"
            raise StoreError("E363", message, "nothing was kept; try again, and report it if it stays so")
    if writing.dialect.name == "sqlite" and writing.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreError("E363", "rows refer to others that are missing", "verify the source: marsad custody verify")
    try:
        lines, faults = log.compare(writing)
    except StoreError as error:
        lines, faults = 0, [error.message]
    if faults and not keep_faults:
        message = f"the custody log of the source has faults: {faults[0]}"
        raise StoreError("E364", message, "see: marsad custody verify; with --keep-faults it is taken as it is")
    return lines, faults


# -- what may be moved where ------------------------------------------------------------------------------------------


def _two_stores(source: URL, target: URL) -> None:
    _existing(source)
    if source == target or (_file(source) is not None and _file(source) == _file(target)):
        raise StoreError("E366", "both addresses name one store", "give another target")


def _file(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database)).resolve()


def _existing(source: URL) -> None:
    file = _file(source)
    if file is not None and not file.is_file():  # opening would make an empty one
        raise StoreError("E360", f"there is no store {file}", "check the address to take from")


def _source_fits(engine: Engine) -> None:
    with engine.connect() as connection:
        _source_revision(connection)


def _source_revision(connection: Connection) -> None:
    found = revision_of(connection)
    if found is None:
        raise StoreError("E360", "there is no store at the address to take from", "check the address")
    if found < REVISION:
        message = f"the store to take from has the older form {found} (today's is {REVISION})"
        raise StoreError("E362", message, "open it once with this version: marsad --store ADDRESS doctor")
    if found != REVISION:
        raise StoreError("E304", "this store was written by a newer Marsad", "update Marsad, or open a copy")


def _target_fits(engine: Engine) -> None:
    """Make an empty store of it. Raises StoreError E361 where it holds anything."""
    with engine.connect() as connection:
        found = revision_of(connection)
        if found is not None and (found != REVISION or not empty(connection)):
            raise StoreError("E361", "the target holds a store already", "give an empty database or a new file")
    prepare(engine)


# -- filling ----------------------------------------------------------------------------------------------------------


@contextmanager
def _filling(engine: Engine) -> Iterator[Connection]:
    """One transaction on an empty store: what goes wrong leaves it empty."""
    with engine.connect().execution_options(writes=True) as connection:
        if engine.dialect.name == "sqlite":
            held: Any = connection.connection.driver_connection
            held.execute("PRAGMA foreign_keys = OFF")  # they are checked at the end; within a transaction it is late
            held.execute(f"PRAGMA cache_size = -{SQLITE_CACHE}")
        with connection.begin():
            if not empty(connection):  # somebody else was quicker
                raise StoreError("E361", "the target holds a store already", "give an empty database or a new file")
            yield connection


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Filling is quicker when what can be made at the end is made at the end."""
    indexes = [index for table in all_tables() for index in table.indexes]
    foreign = _foreign_keys(connection) if connection.dialect.name == "postgresql" else []
    for table, name, _ in foreign:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)
    for table, name, told in foreign:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {told}")


def _foreign_keys(connection: Connection) -> list[tuple[str, str, str]]:
    """Table, name and definition of each, as SQL, in the schema that the store lies in."""
    asked = (
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    return [(row[0], row[1], row[2]) for row in connection.exec_driver_sql(asked)]


def _set_sequence(connection: Connection, table: Table) -> None:
    """Let the next number come after the highest; SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    last = connection.execute(select(func.max(column))).scalar()
    if last is not None:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        connection.execute(select(func.setval(sequence, int(last))))


def _analyze(engine: Engine) -> None:
    """Let PostgreSQL know what it holds, before the first question."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


# -- what goes wrong --------------------------------------------------------------------------------------------------


@contextmanager
def _told() -> Iterator[None]:
    """Drivers' faults as StoreError E365, or that of the database. Nothing was kept."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise _fault(error.orig if isinstance(error, DBAPIError) and error.orig else error) from error
    except Exception as error:
        if not type(error).__module__.startswith("psycopg"):
            raise
        raise _fault(error) from error


def _fault(error: BaseException) -> StoreError:
    told = reason_of(str(error).strip().partition("\n")[0])
    if any(word in told.lower() for word in FULL_WORDS):
        return StoreError("E365", "the disk is full; nothing was kept", "make room and start again")
    known = coded(error)
    if known is not None:
        return known
    return StoreError("E365", f"it broke off: {told}; nothing was kept", "mend that and start again")


@contextmanager
def _table_told(table: Table) -> Iterator[None]:
    """Values that the target cannot keep, by table and column. Raises StoreError E365."""
    try:
        yield
    except Exception as error:
        if not _unfit(error):
            raise
        column = re.search(r"COPY \w+, line \d+, column (\w+)", str(error))
        where = f"{table.name}.{column[1]}" if column else table.name
        told = str(error).strip().partition("\n")[0]
        message = f"{where} holds a value that the target cannot keep: {told}"
        raise StoreError("E365", message, "nothing was kept; mend the value, or report it") from error


def _unfit(error: Exception) -> bool:
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"DataError", "OverflowError", "struct.error", "IntegrityError"})
