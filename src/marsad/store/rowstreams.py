"""Whole tables as streams of rows, by each database's quickest way, and the hash of what a table holds.

A row is a tuple of None, bool, int, float, str and bytes in the order of the table's columns: the same on both
databases.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Float, Integer, LargeBinary, Table, Text, func, select

from marsad.store import find_tables, fuse_tables, people_tables
from marsad.store.tables import metadata

Row = tuple[Any, ...]
Step = Callable[[str, int], None]
"""Told of a table and how many more of its rows are done."""

PARTS = (find_tables, fuse_tables, people_tables)  # imported so that the metadata knows all tables
TOLD_EACH = 5_000
MODULUS = 1 << 256


@dataclass(slots=True)
class Tally:
    """How many rows a table has and what they are, whatever their order."""

    rows: int = 0
    total: int = 0

    @property
    def content(self) -> str:
        """64 hexadecimal digits: the sum of the rows' SHA-256, so that tables can be read in any order."""
        return f"{self.total % MODULUS:064x}"

    def over(self, rows: Iterable[Row], *, name: str, step: Step) -> Iterator[Row]:
        """The same rows, counted and hashed as they pass."""
        sha256, dumps, number = hashlib.sha256, marshal.dumps, int.from_bytes
        for row in rows:
            # version 2 of this form is fixed: the same bytes on every Python
            self.total += number(sha256(dumps(row, 2)).digest(), "big")
            self.rows += 1
            if not self.rows % TOLD_EACH:
                step(name, TOLD_EACH)
            yield row
        step(name, self.rows % TOLD_EACH)


def all_tables() -> list[Table]:
    """All tables of a store, each after those that it refers to."""
    return list(metadata.sorted_tables)


def count(connection: Connection, table: Table) -> int:
    """Number of rows."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def empty(connection: Connection) -> bool:
    """Whether no table has a row."""
    return all(connection.execute(select(1).select_from(table).limit(1)).first() is None for table in all_tables())


def tally(connection: Connection, table: Table, *, step: Step) -> Tally:
    """Read a whole table."""
    found = Tally()
    for _ in found.over(read_rows(connection, table), name=table.name, step=step):
        pass
    return found


def read_rows(connection: Connection, table: Table) -> Iterator[Row]:
    """All rows of a table; only a few are in memory at once."""
    if connection.dialect.name == "postgresql":
        return _copied_out(connection, table)
    return _selected(connection, table)


def write_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Write rows into a table that the same transaction has emptied."""
    if connection.dialect.name == "postgresql":
        _copied_in(connection, table, rows)
    else:
        _inserted(connection, table, rows)


def _driver(connection: Connection) -> Any:
    """The driver's own connection, within the transaction that is under way."""
    return connection.connection.driver_connection


def _named(connection: Connection, table: Table) -> tuple[str, str]:
    quote = connection.dialect.identifier_preparer.quote
    return quote(table.name), ", ".join(quote(column.name) for column in table.columns)


# -- SQLite -----------------------------------------------------------------------------------------------------------


def _selected(connection: Connection, table: Table) -> Iterator[Row]:
    name, columns = _named(connection, table)
    rows: Iterator[Row] = _driver(connection).execute(f"SELECT {columns} FROM {name}")
    truths = [at for at, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    return map(_with_truths(truths), rows) if truths else rows


def _with_truths(places: list[int]) -> Callable[[Row], Row]:
    def turned(row: Row) -> Row:
        values = list(row)
        for at in places:
            values[at] = None if values[at] is None else bool(values[at])
        return tuple(values)

    return turned


def _inserted(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    name, columns = _named(connection, table)
    marks = ", ".join("?" * len(table.columns))
    _driver(connection).executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", rows)


# -- PostgreSQL -------------------------------------------------------------------------------------------------------


def _copied_out(connection: Connection, table: Table) -> Iterator[Row]:
    name, columns = _named(connection, table)
    query = f"SELECT {columns} FROM {name}"
    if not table.dialect_options["sqlite"]["with_rowid"]:  # such a table grows quickly in its own order only
        query += f" ORDER BY {', '.join(column.name for column in table.primary_key.columns)}"
    with _driver(connection).cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as copy:
        copy.set_types(_types(table))
        yield from copy.rows()


def _copied_in(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    name, columns = _named(connection, table)
    with _driver(connection).cursor() as cursor:
        guarded = cursor.execute("SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [name])
        freeze = "" if guarded.fetchone() else ", FREEZE"  # the logs must not be emptied, not even while empty
        if freeze:
            cursor.execute(f"TRUNCATE {name}")  # empty as it is: FREEZE asks for it
        with cursor.copy(f"COPY {name} ({columns}) FROM STDIN (FORMAT BINARY{freeze})") as copy:
            copy.set_types(_types(table))
            write = copy.write_row
            for row in rows:
                write(row)


def _types(table: Table) -> list[str]:
    return [_type(column.type) for column in table.columns]


def _type(kind: Any) -> str:
    # the first that fits: a BigInteger is an Integer too
    names = ((Boolean, "bool"), (BigInteger, "int8"), (Integer, "int4"), (Float, "float8"), (LargeBinary, "bytea"),
             (Text, "text"))  # fmt: skip
    return next((name for of, name in names if isinstance(kind, of)), "varchar")
