"""What the server writes to standard error: lines that hold no report's text, no names and no secrets.

A line tells an event by the words of the program and a few fields that are known to be harmless. What was handed to a
logger to be filled in stays out unless it is a number, and of an exception only its kind and the lines of the program
are told: its message may quote a report, an address or a person.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

OURS = "marsad"
FIELDS = (
    "method", "route", "status", "ms", "role", "who", "code", "result", "seconds", "port", "version", "fault", "at",
)  # fmt: skip
FRAMES = 12
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_SALT = secrets.token_bytes(16)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(entry(record), ensure_ascii=False)


class PlainLines(logging.Formatter):
    """Time, level, event, then name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = entry(record)
        head = f"{told.pop('time')} {told.pop('level')}: {told.pop('event')}"
        return " ".join([head, *(f"{name}={_short(value)}" for name, value in told.items())])


def set_up(*, level: str, format: str) -> None:
    """Send everything that this process logs, and exceptions that nobody catches, through our lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if format == "json" else PlainLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level.upper())
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def entry(record: logging.LogRecord) -> dict[str, Any]:
    """{"time","level","event"} with the request's id, the known fields, and the kind and place of an exception."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    told: dict[str, Any] = {"time": at, "level": record.levelname.lower(), "event": _event(record)}
    if id := request_id.get():
        told["request"] = id
    told |= {name: getattr(record, name) for name in FIELDS if getattr(record, name, None) is not None}
    if record.exc_info and record.exc_info[1]:
        told |= {"fault": type(record.exc_info[1]).__qualname__, "at": list(_frames(record.exc_info[1]))}
    return told


def who(name: str) -> str:
    """A mark of a person that tells apart within one run of the server and leads nowhere beyond it."""
    return hashlib.blake2b(name.encode(), key=_SALT, digest_size=6).hexdigest()


def _event(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] != OURS:  # others may have put anything into their message
        return f"{record.name}.{record.funcName}"
    args = record.args or ()
    values = args.values() if isinstance(args, Mapping) else args
    return record.getMessage() if all(isinstance(v, int | float) for v in values) else str(record.msg)


def _frames(error: BaseException) -> Iterator[str]:
    frames = traceback.extract_tb(error.__traceback__)
    yield from (f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-FRAMES:])


def _place(file: str) -> str:
    parts = Path(file).parts
    here = max((n for n, part in enumerate(parts) if part in (OURS, "site-packages")), default=len(parts) - 2)
    return "/".join(parts[max(here, 0) :])


def _short(value: object) -> str:
    return " < ".join(reversed(value)) if isinstance(value, list) else str(value)


def _uncaught(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    logging.getLogger(OURS).critical("uncaught", exc_info=(kind, error, place))


def _uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    error = told.exc_value or told.exc_type()
    logging.getLogger(OURS).critical("uncaught", exc_info=(told.exc_type, error, told.exc_traceback))
