"""Tasks that processes of a server do in the tests."""

from __future__ import annotations

import os

from marsad.errors import Refusal
from marsad.serve.aside import Room


def about(_room: Room) -> tuple[int, int]:
    """Which process this is, and how many reports it sees."""
    return os.getpid(), _room.store.count()["reports"]


def fails(_room: Room, kind: str) -> None:
    """Fail."""
    if kind == "fault":
        raise Refusal("E309", "no", "do", status=404)
    raise ZeroDivisionError


def dies(_room: Room, sign: int) -> None:
    """Be killed."""
    os.kill(os.getpid(), sign)
