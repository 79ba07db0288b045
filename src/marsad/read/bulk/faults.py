"""What can go wrong with a whole run, as against one report of it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from marsad.errors import MarsadError


class BulkError(MarsadError):
    """A run of bulk reading that cannot begin or go on (E7xx). What is done stays done."""


def needed(name: str, *, of: str) -> Any:
    """The imported module. Raises BulkError E701 with the remedy; `of` says what needs it."""
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise BulkError(
            "E701", f"{of} needs the library {package}", "install it: pip install 'marsad[bulk]', on every host"
        ) from error
