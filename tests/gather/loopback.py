"""A small web on this machine: hosts that serve, redirect, dawdle and fail, and remember who asked for what, when."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest


@dataclass
class Reply:
    """What a host answers: the first reply of a list first, the last one for ever."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    wait: float = 0.0
    trickle: float = 0.0  # seconds between two bytes


Asked = tuple[float, str, dict[str, str]]


class Host:
    """One host with its pages. `asked` holds the time, path and headers of each request."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, list[Reply] | Callable[[dict[str, str]], Reply]] = {}
        self.asked: list[Asked] = []
        self.posted: list[bytes] = []
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._server = ThreadingHTTPServer((address, 0), self._handler())
        self._server.daemon_threads = True
        self.root = f"http://{address}:{self._server.server_address[1]}"

    def put(self, path: str, *replies: Reply) -> str:
        self.pages[path] = list(replies)
        return self.root + path

    def robots(self, text: str) -> None:
        self.put("/robots.txt", Reply(text.encode(), headers={"Content-Type": "text/plain"}))

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked if path != "/robots.txt"]

    def gaps(self) -> list[float]:
        times = sorted(t for t, _, _ in self.asked)
        return [b - a for a, b in pairwise(times)]

    def answer(self, path: str, headers: dict[str, str]) -> Reply:
        self.asked.append((time.monotonic(), path, headers))
        page = self.pages.get(path)
        if page is None:
            return Reply(b"", 404)
        if callable(page):
            return page(headers)
        at = self._counts[path]
        self._counts[path] += 1
        return page[min(at, len(page) - 1)]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(host.answer(self.path, {k.lower(): v for k, v in self.headers.items()}))

            def do_POST(self) -> None:
                host.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.do_GET()

            def _send(self, reply: Reply) -> None:
                time.sleep(reply.wait)
                try:
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(reply.body)))
                    self.end_headers()
                    for at in range(len(reply.body)) if reply.trickle else ():
                        self.wfile.write(reply.body[at : at + 1])
                        time.sleep(reply.trickle)
                    if not reply.trickle:
                        self.wfile.write(reply.body)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def hosts(number: int = 1) -> Iterator[list[Host]]:
    """Hosts on 127.0.0.2 and up."""
    try:
        made = [Host(f"127.0.0.{2 + n}") for n in range(number)]
    except OSError as error:
        pytest.skip(f"this machine answers at 127.0.0.1 only: {error}")
    for host in made:
        host.start()
    try:
        yield made
    finally:
        for host in made:
            host.stop()
