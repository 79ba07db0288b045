"""Coded errors: what happened, and the remedy."""

from __future__ import annotations

from typing import Any


class MarsadError(Exception):
    """Base of all errors that a user may meet.

    `code` is stable (E001...), `message` tells what happened, `remedy` what to do. The command line prints the three
    and exits with status 2.
    """

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{code}: {message} {remedy}")
        self.code, self.message, self.remedy = code, message, remedy

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args), self.__dict__  # pickle would call the class with `args`


def _again(kind: type[MarsadError], args: tuple[str, ...]) -> MarsadError:
    return kind.__new__(kind, *args)


class InputError(MarsadError):
    """A report or file that cannot be taken in (E1xx)."""


class PackError(MarsadError):
    """Faulty knowledge (E2xx)."""


class StoreError(MarsadError):
    """A store that cannot be opened or written (E3xx)."""


class ModelError(MarsadError):
    """A model server that cannot be asked (E4xx); it concerns the whole run, not one report."""


class Refusal(StoreError):
    """What somebody asked for cannot be done as asked, or not by them; `status` is that of HTTP."""

    def __init__(self, code: str, message: str, remedy: str, *, status: int = 400) -> None:
        super().__init__(code, message, remedy)
        self.status = status
