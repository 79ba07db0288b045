"""Passwords: long and not the commonest, hashed with argon2, compared in the same time whether or not there is such a
person."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from marsad.errors import Refusal, StoreError

if TYPE_CHECKING:
    from argon2 import PasswordHasher


LEAST_LETTERS, MOST_LETTERS = 12, 128
_SPACES = re.compile(r"\s+")
_RUNS = ("01234567890", "09876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_SIGNS = str.maketrans("@0134$57", "aoieasst")  # signs and figures that are written for letters
_AT_ONCE = BoundedSemaphore(4)  # a hash takes 64 MiB: many log-ins at one time must not take all memory
EASY = "use several words that nobody connects with you"


def good(password: str, name: str) -> str:
    """A password that somebody may choose. Raises Refusal E336 for a short, very long or common one.

    No kind of letter is asked for or forbidden. Common is what is made of one or two of the commonest passwords, rows
    of digits or of keys, whatever stands between them.
    """
    counted = len(_SPACES.sub(" ", password))
    if counted < LEAST_LETTERS:
        raise Refusal("E336", f"the password has {counted} letters", f"use {LEAST_LETTERS} or more")
    if len(password) > MOST_LETTERS:
        raise Refusal("E336", f"the password has {len(password)} letters", f"use {MOST_LETTERS} at most")
    folded = unicodedata.normalize("NFKC", password).casefold()
    if name in folded or len(set(folded)) < 5 or common(folded):
        raise Refusal("E336", "the password is easy to guess", EASY)
    return password


def common(folded: str) -> bool:
    """Whether a password in small letters is one or two of the commonest ones."""
    core = "".join(letter for letter in folded if letter.isalnum() or letter in "@$")
    half = len(core) // 2
    if core[:half] * 2 == core[: half * 2]:
        core = core[:half]
    return any(_easy(core[:at]) and _easy(core[at:]) for at in range(len(core) + 1))


def _easy(part: str) -> bool:
    if len(part) < 3 or part.isdigit() or len(set(part)) < 3:
        return True
    told = part.translate(_SIGNS)
    return part in _commonest() or told in _commonest() or any(part in run or part in run[::-1] for run in _RUNS)


@cache
def _commonest() -> frozenset[str]:
    text = files("marsad.store").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


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
    with _AT_ONCE:
        return _hasher().hash(_bytes(password))


def right(hash: str | None, password: str) -> bool:
    """Whether `password` belongs to `hash`; for None it takes as long and is never right."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        with _AT_ONCE:
            return _hasher().verify(hash or _nobody(), _bytes(password)) and hash is not None
    except (InvalidHashError, VerificationError):
        return False


def _bytes(password: str) -> bytes:
    # the same letters may come composed or not; half of a surrogate pair is wrong, not a fault
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
