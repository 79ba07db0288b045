"""A wire between a server and its database on 127.0.0.1 that can stand still or be cut."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time

ABORT = struct.pack("ii", 1, 0)  # closing sends a reset, as a broken line does


class Wire:
    """Passes bytes between its own port and another one. Ends with `close`."""

    def __init__(self, to: int) -> None:
        self._to, self._open, self._moving = to, threading.Event(), threading.Event()
        self._moving.set()
        self._refuses, self._pairs = False, list[tuple[socket.socket, socket.socket]]()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def stall(self) -> None:
        """Nothing moves any more, and nobody is told."""
        self._moving.clear()

    def cut(self) -> None:
        """All connections break, and new ones are refused."""
        self._refuses = True
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
                    end.shutdown(socket.SHUT_RDWR)
                    end.close()

    def flow(self) -> None:
        """All as it was."""
        self._refuses = False
        self._moving.set()

    def close(self) -> None:
        """End it."""
        self._open.set()
        self._moving.set()
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while not self._open.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._refuses:
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self._pairs.append((near, far))
            for one, two in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, two), daemon=True).start()

    def _pass(self, one: socket.socket, two: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                while not self._moving.wait(0.5):
                    time.sleep(0)
                two.sendall(data)
        for end in (one, two):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
                end.close()
