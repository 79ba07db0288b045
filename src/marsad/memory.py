"""Memory that nobody needs goes back to the system, where the C library is glibc; elsewhere nothing is done."""

from __future__ import annotations

import ctypes
import gc
from functools import cache
from typing import Any

ARENA_MAX = -8  # M_ARENA_MAX in glibc's malloc.h
ARENAS = 2


def few_arenas() -> None:
    """Let all threads that come share a few pools: each else keeps one of its own, with what it once needed."""
    if library := _glibc():
        library.mallopt(ARENA_MAX, ARENAS)


def settle() -> None:
    """What is there now stays: looking for what nobody needs passes it over."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give back what nobody needs any more."""
    gc.collect()
    if library := _glibc():
        library.malloc_trim(0)


@cache
def _glibc() -> Any:
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
    except (OSError, TypeError):  # TypeError: Windows has no library that holds all
        return None
