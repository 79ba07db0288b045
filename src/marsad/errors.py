"""Coded errors: what happened, and the remedy."""

from __future__ import annotations


class MarsadError(Exception):
    """Base of all errors that a user may meet.

    `code` is stable (E001...), `message` tells what happened, `remedy` what to do. The command line prints the three
    and exits with status 2.
    """

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{code}: {message} {remedy}")
        self.code, self.message, self.remedy = code, message, remedy


class InputError(MarsadError):
    """A report or file that cannot be taken in (E1xx)."""


class PackError(MarsadError):
    """Faulty knowledge (E2xx)."""


class StoreError(MarsadError):
    """A store that cannot be opened or written (E3xx)."""
