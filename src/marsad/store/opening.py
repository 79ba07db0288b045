"""Opening a store: create it, migrate an older one, refuse a newer or foreign one."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from marsad.errors import StoreError
from marsad.store.store import Store, utc_now
from marsad.store.tables import REVISION, VERSION_TABLE

BACKENDS = ("sqlite", "postgresql")


def open_store(url: str | os.PathLike[str], *, clock: Callable[[], datetime] = utc_now) -> Store:
    """The store at `url` (`sqlite:///FILE`, `sqlite://` in memory, `postgresql+psycopg://...`, or a plain path).

    Creates it where there is none and migrates an older one. Raises StoreError: E301 cannot be opened, E302 bad
    address, E303 foreign database, E304 written by a newer Marsad.
    """
    target = _address(url)
    engine = _engine(target)
    try:
        prepare(engine)
    except DBAPIError as error:
        engine.dispose()
        raise _cannot_open(target, error) from error
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, clock=clock)


def prepare(engine: Engine, *, revision: str = "head") -> None:
    """Bring the database to `revision`, all or nothing."""
    with engine.execution_options(writes=True).begin() as connection:
        found = _revision(connection)
        if found == REVISION:
            return
        _migrate(connection, revision)


def _address(url: str | os.PathLike[str]) -> URL:
    given = os.fspath(url)
    try:
        target = make_url(given if "://" in given else f"sqlite:///{given}")
    except ArgumentError as error:
        raise StoreError("E302", f"no store address: {given!r}", "write sqlite:///FILE or postgresql://...") from error
    if target.get_backend_name() not in BACKENDS:
        raise StoreError("E302", f"no store on {target.get_backend_name()!r}", "use sqlite:///FILE or postgresql://...")
    return target.set(drivername="postgresql+psycopg") if target.drivername == "postgresql" else target


def _engine(target: URL) -> Engine:
    if target.get_backend_name() != "sqlite":
        try:
            return create_engine(target)
        except (ImportError, NoSuchModuleError) as error:
            raise StoreError("E301", "PostgreSQL's driver is missing", "install marsad[postgres]") from error
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 30}}
    if target.database in (None, "", ":memory:"):
        options["poolclass"] = StaticPool
    else:
        _make_folder(Path(target.database))
    engine = create_engine(target, **options)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("E301", f"cannot make the folder of {file}: {error}", "choose another --store") from error


def _on_connect(connection: Any, _record: Any) -> None:
    # the driver's own BEGIN comes too late (at the first write) and never for DDL: we begin ourselves
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: Connection) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        if tables:
            raise StoreError("E303", "this database is not a Marsad store", "give --store an empty or new one")
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return str(found) if found else None


def _migrate(connection: Connection, revision: str) -> None:
    from alembic import command
    from alembic.util import CommandError

    config = migration_config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        if "Can't locate revision" not in str(error):
            raise
        raise StoreError("E304", "this store was written by a newer Marsad", "update Marsad, or open a copy") from error


def migration_config() -> Any:
    """Alembic's configuration of the packaged migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _cannot_open(target: URL, error: DBAPIError) -> StoreError:
    reason = str(error.orig).strip()
    if "not a database" in reason:
        return StoreError("E303", f"{target.database} is not a Marsad store ({reason})", "give --store another file")
    shown = target.render_as_string(hide_password=True)
    return StoreError("E301", f"cannot open the store {shown}: {reason}", "check the address and its rights")
