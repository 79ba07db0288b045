"""A model server that plays a script: each request takes the next reply."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]]


def says(text: str, *, given: int = 100, made: int = 50) -> dict[str, Any]:
    """A reply with the model's `text`."""
    body = {
        "choices": [{"message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": given, "completion_tokens": made},
    }
    return {"status": 200, "body": json.dumps(body)}


def fails(status: int, body: str = "{}", **headers: str) -> dict[str, Any]:
    """A reply with an error status."""
    return {"status": status, "body": body, "headers": headers}


@dataclass
class Script:
    """What was asked so far, and what will be said; the last reply is said again for ever."""

    replies: list[Reply]
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def next(self) -> Reply:
        return self.replies[min(len(self.asked), len(self.replies)) - 1]


@contextmanager
def scripted(*replies: Reply) -> Iterator[Script]:
    """A server on a free port of this machine."""
    script = Script(list(replies))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.asked.append(body)
            script.headers.append(dict(self.headers))
            reply = script.next()
            made = reply(body) if callable(reply) else reply
            time.sleep(made.get("after", 0))
            data = made["body"].encode("utf-8")
            try:
                self.send_response(made["status"])
                for name, value in made.get("headers", {}).items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                self.close_connection = True  # the client gave up

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
