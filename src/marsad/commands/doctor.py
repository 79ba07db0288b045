"""marsad doctor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from marsad.errors import MarsadError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from marsad.settings import Settings, SettingsError
    from marsad.store import Store

OLDEST_POSTGRES = 13
FULL, LITTLE = 100e6, 1e9  # bytes of a disk
SKEW = 60.0  # seconds that two clocks may differ
NEEDS = {
    "psycopg": "stores on PostgreSQL: marsad[postgres]", "apprise": "sending alerts: marsad[alerts]",
    "feedparser": "gathering: marsad[gather]", "weasyprint": "briefings as PDF: marsad[publish]",
    "docx": "briefings for Word: marsad[publish]", "pyarrow": "Parquet: marsad[publish]",
    "distributed": "reading on many machines: marsad[bulk]",
}  # fmt: skip


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check settings, store, custody log, database, disks, clock, knowledge and workbench.

    The exit status is 2 where something is wrong. Nothing is made or migrated.

    \b
    Example:
      marsad doctor
    """
    wrong = _settings(ctx.obj)
    checks: dict[str, Callable[[Settings], str]] = {
        "store": _store, "custody": _custody, "database": _database, "disks": _disks, "clock": _clock,
    }  # fmt: skip
    if isinstance(ctx.obj, MarsadError):
        checks.clear()  # another store than the one that is meant would be looked at
    always = {"knowledge": _knowledge, "reader": _reader, "workbench": _workbench, "programs": _programs}
    for name, check in (checks | always).items():
        try:
            click.echo(f"ok     {name}: {check(ctx.obj)}")
        except MarsadError as error:
            wrong += 1
            click.echo(f"wrong  {name}: {error.code}: {error.message} / {error.remedy}")
    ctx.exit(2 if wrong else 0)


def _settings(given: Settings | SettingsError) -> int:
    """Tell how the settings are; the number of their faults."""
    if isinstance(given, MarsadError):
        for fault in given.faults:
            click.echo(f"wrong  settings: {fault.code}: {fault.message} / {fault.remedy}")
        return len(given.faults)
    from marsad.commands.settings import warnings

    click.echo(f"ok     settings: {given.file or 'no file'}, {len(given.origins)} given")
    for warning in warnings(given):
        click.echo(f"       {warning}")
    return 0


def _store(settings: Settings) -> str:
    with _opened(settings) as store:
        if store is None:
            return "none yet; it is made when first used"
        return f"{store.shown}, " + ", ".join(f"{n} {name}" for name, n in store.count().items())


def _custody(settings: Settings) -> str:
    with _opened(settings) as store:
        return f"{store.verify_custody()} lines, all sound" if store else "no lines"


def _database(settings: Settings) -> str:
    """Version and schema. Marsad needs no extension of PostgreSQL."""
    from sqlalchemy import text

    from marsad.errors import StoreError
    from marsad.store.tables import REVISION

    with _opened(settings) as store:
        if store is None:
            return "none yet"
        with store.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                version = connection.execute(text("SELECT sqlite_version()")).scalar()
                return f"SQLite {version}, schema {REVISION}"
            version = str(connection.execute(text("SHOW server_version")).scalar())
    if int(version.split(".")[0]) < OLDEST_POSTGRES:
        raise StoreError("E559", f"PostgreSQL {version} is too old", f"use {OLDEST_POSTGRES} or newer")
    return f"PostgreSQL {version}, schema {REVISION}, no extension needed"


def _disks(settings: Settings) -> str:
    import shutil

    from marsad.packs.cache import cache_folder
    from marsad.settings import data_folder

    told = []
    for name, folder in {"store": _folder(settings), "cache": cache_folder(),
                         "backups": settings.backups or data_folder() / "backups"}.items():  # fmt: skip
        if folder is None:
            continue
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        free = shutil.disk_usage(there).free
        if free < FULL:
            left = f"{free / 1e6:.0f} MB"
            raise MarsadError(
                "E558", f"the disk of {name} ({folder}) has {left} left", "make room: on a full disk nothing is written"
            )
        told.append(f"{name} {free / 1e9:.1f} GB free" + (" (little)" if free < LITTLE else ""))
    return ", ".join(told)


def _clock(settings: Settings) -> str:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    if now.year < 2024:
        raise MarsadError("E557", f"this machine's clock says {now:%Y-%m-%d}", "set the clock")
    with _opened(settings) as store:
        if store is None:
            return f"{now:%Y-%m-%d %H:%M} UTC"
        with store.engine.connect() as connection:
            ahead, skew = _ahead(connection, now), _skew(connection)
    if ahead > SKEW:
        raise MarsadError(
            "E557", f"the newest line of the custody log is {ahead:.0f} s in the future",
            "set the clock: what is written now would stand before what was written",
        )  # fmt: skip
    if abs(skew) > SKEW:
        raise MarsadError("E557", f"the database's clock differs by {skew:.0f} s", "set both clocks (NTP)")
    return f"{now:%Y-%m-%d %H:%M} UTC" + (f", the database differs by {skew:.1f} s" if skew else "")


def _ahead(connection: Connection, now: object) -> float:
    """Seconds by which the newest line of the custody log lies in the future."""
    from datetime import datetime

    from sqlalchemy import select

    from marsad.store.tables import custody

    at = connection.execute(select(custody.c.at).order_by(custody.c.seq.desc()).limit(1)).scalar()
    assert isinstance(now, datetime)
    return (datetime.fromisoformat(at) - now).total_seconds() if at else 0.0


def _skew(connection: Connection) -> float:
    from datetime import UTC, datetime

    from sqlalchemy import text

    if connection.dialect.name == "sqlite":
        return 0.0
    there = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return float((there - datetime.now(UTC)).total_seconds())


def _reader(settings: Settings | SettingsError) -> str:
    from marsad.read import COMPILED
    from marsad.read.reader import ENGINE

    return f"{ENGINE}, {'compiled' if COMPILED else 'plain Python (a compiled wheel reads twice as fast)'}"


def _knowledge(settings: Settings | SettingsError) -> str:
    from marsad.packs import load

    packs = load(*getattr(settings, "packs", ()))
    return f"{len(packs.actors)} actors, {len(packs.places)} places, {len(packs.frames)} frames, no faults"


def _workbench(_settings: object) -> str:
    import marsad.serve
    from marsad.errors import StoreError

    page = Path(marsad.serve.__file__).parent / "static" / "index.html"
    if not page.exists():
        raise StoreError("E320", "the pages of the workbench are not built", "install the wheel, or run make web")
    return "its pages are there"


def _programs(_settings: object) -> str:
    """What is optional: its absence is told and no fault."""
    from importlib.util import find_spec

    missing = [f"no {name} ({use})" for name, use in NEEDS.items() if find_spec(name) is None]
    return "; ".join(missing) or "all optional libraries are there"


def _folder(settings: Settings) -> Path | None:
    """Where the store's file lies; None for a database that runs elsewhere."""
    from marsad.store.connecting import address_of

    target = address_of(settings.store)
    held = target.database if target.get_backend_name() == "sqlite" else None
    return Path(held).parent if held and held != ":memory:" else None


@contextmanager
def _opened(settings: Settings) -> Iterator[Store | None]:
    """The store as it is; None where there is none yet. Raises StoreError, E551 for one that waits to be migrated."""
    from marsad.store.connecting import address_of
    from marsad.store.opening import opened
    from marsad.store.store import Store

    target = address_of(settings.store)
    if _folder(settings) is not None and not Path(str(target.database)).exists():
        yield None
        return
    found: list[str | None] = []
    engine = opened(target, lambda engine: found.append(_revision(engine)))
    try:
        yield Store(engine) if found[0] else None
    finally:
        engine.dispose()


def _revision(engine: Engine) -> str | None:
    from marsad.errors import StoreError
    from marsad.store.opening import revision_of
    from marsad.store.tables import REVISION

    with engine.connect() as connection:
        found = revision_of(connection)
    if found and found > REVISION:
        raise StoreError("E304", "this store was written by a newer Marsad", "update Marsad, or open a copy")
    if found and found < REVISION:
        raise StoreError(
            "E551", f"the store has schema {found}; this program makes it {REVISION} when it next opens it",
            "back it up, then run any command, such as: marsad incidents",
        )  # fmt: skip
    return found
