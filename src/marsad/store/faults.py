"""What goes wrong with a database, told with a code and a remedy, and never with a password."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from marsad.errors import StoreError

TRY_AGAIN = "nothing was written: try again"
FULL = "the disk is full: what was being written is not in the store, all before it is"
ROOM = "make room, then try again; a job goes on with: marsad jobs resume"
NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_FSYNC)
FULL_WORDS = ("disk is full", "disk full", "no space left", "could not extend file", "could not write to file")
KNOWN: dict[str, Callable[[str], StoreError]] = {
    "28P01": lambda told: StoreError("E375", f"PostgreSQL refused the log-in: {told}", "check name and password"),
    "28000": lambda told: StoreError("E375", f"PostgreSQL refused the log-in: {told}", "check name, and pg_hba.conf"),
    "3D000": lambda told: StoreError("E376", f"there is no such database: {told}", "make it with: createdb NAME"),
    "42501": lambda told: StoreError("E377", f"this user may not do that: {told}", "grant the user rights to write"),
    "25006": lambda told: StoreError("E377", f"this database may only be read: {told}", "name the writable server"),
    "53300": lambda told: StoreError(
        "E378", f"PostgreSQL has no connection left: {told}", "lower MARSAD_STORE_POOL, or raise max_connections"
    ),
    "55P03": lambda _: StoreError("E379", "another process has been writing for long", TRY_AGAIN),
    "40P01": lambda _: StoreError("E379", "somebody else changed the same things at the same time", TRY_AGAIN),
    "40001": lambda _: StoreError("E379", "somebody else changed the same things at the same time", TRY_AGAIN),
    "53100": lambda _: StoreError("E350", FULL, ROOM),
    "57014": lambda told: StoreError("E379", f"the database broke the question off: {told}", "try again"),
}
WORDS = (
    ("password authentication failed", "28P01"), ("no password supplied", "28P01"), ("no pg_hba.conf entry", "28000"),
    ("remaining connection slots", "53300"), ("too many clients", "53300"), ("too many connections", "53300"),
)  # fmt: skip
NO_DATABASE = re.compile(r'database "[^"]*" does not exist')
LOST = "the connection to the database was lost; what was being written is there wholly or not at all"


def tell_faults(engine: Engine) -> None:
    """Let `engine` raise StoreError where the fault has a code; all else stays as the driver told it."""
    event.listen(engine, "handle_error", _handle)


def _handle(context: ExceptionContext) -> None:
    if context.is_pre_ping:
        return  # a connection that went stale unseen; the pool makes a new one
    found = coded(context.original_exception, lost=context.is_disconnect and context.connection is not None)
    if found is None and context.connection is None and context.dialect.name == "postgresql":
        told = _first_line(context.original_exception)
        found = StoreError("E301", f"cannot reach the database: {told}", "check address and server, then try again")
    if found is not None:
        raise found from context.original_exception


def coded(error: BaseException, *, lost: bool = False) -> StoreError | None:
    """The error with code for what a driver raised, None where there is none. `lost`: the connection broke."""
    told = _first_line(error)
    if isinstance(error, sqlite3.OperationalError) and ("is locked" in told or "is busy" in told):
        return StoreError("E379", "another process has been writing for long", TRY_AGAIN)
    if isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorcode", None) in NO_ROOM:
        return StoreError("E350", FULL, ROOM)
    make = KNOWN.get(_state(error, told))
    if make is not None:
        return make(told)
    if lost:
        return StoreError("E369", LOST, "try again; see whether the server runs")
    return None


def _state(error: BaseException, told: str) -> str:
    state: Any = getattr(error, "sqlstate", None)
    if state:
        return str(state)
    if NO_DATABASE.search(told):  # libpq tells no state for what fails while connecting
        return "3D000"
    if any(words in told.lower() for words in FULL_WORDS):
        return "53100"
    return next((state for words, state in WORDS if words in told), "")


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    return reason_of("; ".join(lines[:2]))


def reason_of(text: str) -> str:
    """A driver's words without what may be a password."""
    text = re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:***@", text)
    return re.sub(r"(password\s*=\s*)('[^']*'|\S+)", r"\1***", text)
