"""Libraries and programs that the base install does not bring."""

from __future__ import annotations

import shutil
from importlib import import_module
from typing import Any

from marsad.errors import InputError


def library(name: str, *, of: str) -> Any:
    """The imported module. Raises InputError E141 with the remedy; `of` says what needs it."""
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise InputError(
            "E141", f"{of} needs the library {package}", "install it: pip install 'marsad[gather]'"
        ) from error


def program(name: str, *, of: str, package: str) -> str:
    """Path of an installed program. Raises InputError E141; `package` is what Debian and Ubuntu call it."""
    if (found := shutil.which(name)) is None:
        raise InputError("E141", f"{of} needs the program {name}", f"install {package} (apt, brew), then try again")
    return found
