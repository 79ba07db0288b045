"""The server as a process: listening, telling systemd how it is, and stopping without losing what is under way."""

from __future__ import annotations

import gc
import logging
import os
import socket
import time
from typing import TYPE_CHECKING, Any

import uvicorn

from marsad.errors import MarsadError

if TYPE_CHECKING:
    from types import FrameType

    from marsad.serve.desk import Desk

log = logging.getLogger("marsad.serve")


class Service(uvicorn.Server):
    """Runs until SIGTERM or SIGINT, then ends what is under way; a second signal does not wait for it."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self._desk, self._pulse, self._beaten = desk, pulse(), 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal stops, the second breaks off. It is not raised again: a stop that was asked for is good."""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            notify("READY=1")

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: the loop that answers is alive."""
        if self._pulse and time.monotonic() - self._beaten >= self._pulse:
            self._beaten = time.monotonic()
            notify("WATCHDOG=1")
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, let requests under way come to their end, let go of the store."""
        start = time.monotonic()
        notify("STOPPING=1")
        log.info("stopping")
        self._desk.stop()
        await super().shutdown(sockets)
        log.info("stopped", extra={"seconds": round(time.monotonic() - start, 2)})


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises MarsadError E556 where there is none to have."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        sock = socket.create_server(address[:2], family=kind, backlog=2048)
    except OSError as error:
        why = error.strerror or str(error)
        raise MarsadError("E556", f"cannot listen at {host}, port {port}: {why}", "choose another --port") from error
    # connections take it over: without it the body of an answer waits 40 ms for the receipt of its headers
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def collect_seldom() -> None:
    """Have the collector of garbage look less often, and no more at what is there now: it stays as long as the server.

    Answers are made of many small objects that are gone with the answer; looked through as often as a short program's
    they cost more time than all else.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def notify(state: str) -> None:
    """Tell systemd, where it asked for it."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as told:
        told.settimeout(0.2)  # who does not listen must not keep us from answering
        try:
            told.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)
        except OSError as error:
            log.warning("systemd could not be told", exc_info=error)


def pulse() -> float | None:
    """Seconds between two signs of life that systemd wants; None where it wants none."""
    given: Any = os.environ.get("WATCHDOG_USEC", "")
    meant = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(given) / 2_000_000 if given.isdigit() and meant else None
