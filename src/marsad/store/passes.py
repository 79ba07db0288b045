"""Passwords: hashed with argon2, compared in the same time whether or not there is such a person."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from marsad.errors import StoreError

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@cache
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ImportError as error:
        raise StoreError("E339", "passwords need argon2", "install argon2-cffi") from error
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody's password")


def hashed(password: str) -> str:
    """The argon2id hash of a password, with its salt and cost."""
    return _hasher().hash(_bytes(password))


def right(hash: str | None, password: str) -> bool:
    """Whether `password` belongs to `hash`; for None it takes as long and is never right."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(hash or _nobody(), _bytes(password)) and hash is not None
    except (InvalidHashError, VerificationError):
        return False


def _bytes(password: str) -> bytes:
    # the same letters may come composed or not; half of a surrogate pair is wrong, not a fault
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
