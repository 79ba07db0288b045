"""Engines for both databases: addresses, pools, time limits, and how a transaction begins.

A transaction that reads sees one state from its first question to its last, on both databases. A transaction that
writes (`execution_options(writes=True)`) is alone: SQLite begins it at once, PostgreSQL waits for one lock.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as Busy
from sqlalchemy.pool import PoolProxiedConnection, QueuePool, StaticPool

from marsad.errors import StoreError
from marsad.store.faults import tell_faults

BACKENDS = ("sqlite", "postgresql")
LOCK = 7_262_001  # one writer at a time on PostgreSQL, so that the custody log stays one chain
POOL, WAIT, CONNECT = "MARSAD_STORE_POOL", "MARSAD_STORE_WAIT", "MARSAD_STORE_CONNECT"


@dataclass(frozen=True, slots=True)
class Connecting:
    """How a store is reached. Times in seconds.

    `pool` is how many connections to PostgreSQL are kept open; as many again are opened when all are busy. `wait` is
    how long a writer waits for another one, `connect` how long for the server to answer, `recycle` how old a
    connection may grow.
    """

    pool: int = 20
    wait: int = 60
    connect: int = 10
    recycle: int = 1800

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Connecting:
        """What MARSAD_STORE_POOL, _WAIT and _CONNECT say. Raises StoreError E368."""
        plain = cls()
        pool = _number(environment, POOL, plain.pool)
        wait, connect = _number(environment, WAIT, plain.wait), _number(environment, CONNECT, plain.connect)
        return cls(pool=pool, wait=wait, connect=connect)


def _number(environment: Mapping[str, str], name: str, plain: int) -> int:
    said = environment.get(name, "").strip()
    if not said:
        return plain
    if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= 10_000:
        raise StoreError("E368", f"{name} is {said!r}", "give a whole number from 1 to 10000")
    return int(said)


def address_of(url: str | os.PathLike[str]) -> URL:
    """The address of a store; a plain path is a SQLite file. Raises StoreError E302."""
    given = os.fspath(url)
    if "://" not in given:
        return URL.create("sqlite", database=given)
    try:
        target = make_url(given)
    except (ArgumentError, ValueError) as error:
        # the address is not shown: what is broken about it may be its password
        raise StoreError("E302", "this is no store address", "write sqlite:///FILE or postgresql://...") from error
    if target.get_backend_name() not in BACKENDS:
        raise StoreError("E302", f"no store on {target.get_backend_name()!r}", "use sqlite:///FILE or postgresql://...")
    return target.set(drivername="postgresql+psycopg") if target.drivername == "postgresql" else target


def shown(url: str | os.PathLike[str]) -> str:
    """An address as it may be printed, without its password."""
    target = address_of(url)
    secret = [key for key in target.query if "password" in key.lower()]
    return target.difference_update_query(secret).render_as_string(hide_password=True)


def engine_of(target: URL, options: Connecting | None = None) -> Engine:
    """An engine for `target`. Raises StoreError E301 where a driver or a folder is missing."""
    options = options or Connecting.from_environment()
    engine = _sqlite(target, options) if target.get_backend_name() == "sqlite" else _postgresql(target, options)
    tell_faults(engine)
    return engine


class Pool(QueuePool):
    """Connections that are kept open; tells with a code when all of them are busy for too long."""

    def connect(self) -> PoolProxiedConnection:
        """One of them. Raises StoreError E378."""
        try:
            return super().connect()
        except Busy as error:
            raise StoreError("E378", "all connections to the database are busy", "raise MARSAD_STORE_POOL") from error


def for_looks(engine: Engine) -> Engine:
    """The same for single questions: PostgreSQL is spared the beginning and the end of a transaction around each."""
    return engine.execution_options(isolation_level="AUTOCOMMIT") if engine.dialect.name == "postgresql" else engine


# -- SQLite -----------------------------------------------------------------------------------------------------------


def _sqlite(target: URL, options: Connecting) -> Engine:
    given: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": options.wait}}
    given["hide_parameters"] = True  # what is asked and written is no matter for a log
    if target.database in (None, "", ":memory:"):
        given["poolclass"] = StaticPool
    else:
        _make_folder(Path(str(target.database)))
        size = {"pool_size": options.pool, "max_overflow": options.pool}
        given |= {"poolclass": Pool, "pool_timeout": options.wait, **size}
    engine = create_engine(target, **given)
    event.listen(engine, "connect", _on_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():  # names of private persons are in it: nobody else on this machine may read it
            os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError("E301", f"cannot make the folder of {file}: {error}", "choose another --store") from error


def _on_sqlite(connection: Any, _record: Any) -> None:
    # the driver's own BEGIN comes too late (at the first write) and never for DDL: we begin ourselves
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA case_sensitive_like = ON")  # as on PostgreSQL


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def let_read_while_written(engine: Engine) -> None:
    """Let SQLite answer from its last state while others write (its log ahead), where the file may be changed."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError:
        pass  # only for reading, or in use: then writers wait while it is read
    finally:
        connection.close()


# -- PostgreSQL -------------------------------------------------------------------------------------------------------


def _postgresql(target: URL, options: Connecting) -> Engine:
    arguments = {
        "connect_timeout": options.connect, "application_name": "marsad", "keepalives_idle": 30,
        "keepalives_interval": 10, "keepalives_count": 3,
    }  # fmt: skip
    arguments = {key: value for key, value in arguments.items() if key not in target.query}
    try:
        engine = create_engine(
            target, isolation_level="REPEATABLE READ", pool_size=options.pool, max_overflow=options.pool,
            pool_timeout=options.wait, poolclass=Pool, pool_pre_ping=True, pool_recycle=options.recycle,
            connect_args=arguments, hide_parameters=True,
        )  # fmt: skip
    except (ImportError, NoSuchModuleError) as error:
        raise StoreError("E301", "PostgreSQL's driver is missing", "install marsad[postgres]") from error
    event.listen(engine, "connect", _limits(options))
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _limits(options: Connecting) -> Any:
    def set_limits(connection: Any, _record: Any) -> None:
        # a client that vanished must not keep the writers' lock for the two hours that TCP would wait
        said = (
            f"SET lock_timeout = '{options.wait}s'; SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; "
            "SET tcp_keepalives_count = 3; SET timezone = 'UTC'"
        )
        connection.execute(said)
        connection.commit()

    return set_limits


def _begin_postgresql(connection: Connection) -> None:
    if _writes(connection):
        # a writer that waited must see what the one before it wrote: not the state from before it waited
        both = f"SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({LOCK})"
        connection.exec_driver_sql(both, execution_options={"no_parameters": True})


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writes", False))
