"""Opening a store: create it, migrate an older one, refuse a newer or foreign one."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from marsad.errors import StoreError
from marsad.store.connecting import Connecting, engine_of
from marsad.store.connecting import address_of as _address
from marsad.store.connecting import engine_of as _engine
from marsad.store.faults import reason_of
from marsad.store.store import Store, utc_now
from marsad.store.tables import REVISION, VERSION_TABLE

__all__ = ["_address", "_engine", "migration_config", "open_store", "opened", "prepare", "revision_of"]


def open_store(
    url: str | os.PathLike[str], *, clock: Callable[[], datetime] = utc_now, connecting: Connecting | None = None
) -> Store:
    """The store at `url` (`sqlite:///FILE`, `sqlite://` in memory, `postgresql+psycopg://...`, or a plain path).

    Creates it where there is none and migrates an older one. `connecting` says how a database is reached, the
    environment where None. Raises StoreError: E301 cannot be opened, E302 bad address, E303 foreign database, E304
    written by a newer Marsad, E367 no UTF-8, E375 log-in refused, E376 no such database, E377 too few rights, E378 too
    many connections, E379 somebody else is writing.
    """
    engine = opened(_address(url), prepare, connecting=connecting)
    return Store(engine, clock=clock)


def opened(target: URL, check: Callable[[Engine], object], *, connecting: Connecting | None = None) -> Engine:
    """An engine that passed `check`; closed again where it did not. Raises StoreError as `open_store`."""
    engine = engine_of(target, connecting)
    try:
        check(engine)
    except DBAPIError as error:
        engine.dispose()
        raise _cannot_open(target, error) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def prepare(engine: Engine, *, revision: str = "head") -> None:
    """Bring the database to `revision`, all or nothing. A store that is there already does not wait for writers."""
    with engine.connect() as connection:
        if revision_of(connection) == REVISION:
            return
    with engine.execution_options(writes=True).begin() as connection:
        if revision_of(connection) != REVISION:  # it may have been another process's turn before
            _migrate(connection, revision)


def revision_of(connection: Connection) -> str | None:
    """The schema that the database has, None where it is empty. Raises StoreError E303, E367."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        if tables:
            raise StoreError("E303", "this database is not a Marsad store", "give --store an empty or new one")
        _check_encoding(connection)
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return str(found) if found else None


def _check_encoding(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        encoding = connection.execute(text("SHOW server_encoding")).scalar()
        if encoding != "UTF8":
            raise StoreError("E367", f"the database keeps {encoding}, not UTF-8", "make one with: createdb -E UTF8")


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
    reason = reason_of(str(error.orig).strip())
    if "not a database" in reason:
        return StoreError("E303", f"{target.database} is not a Marsad store ({reason})", "give --store another file")
    named = target.render_as_string(hide_password=True)
    return StoreError("E301", f"cannot open the store {named}: {reason}", "check the address and its rights")
