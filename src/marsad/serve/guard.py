"""What every request passes first: the names under which we answer, how much may be sent, what every answer carries."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from anyio import fail_after
from fastapi import FastAPI, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marsad.serve.faults import fault, unexpected
from marsad.serve.headers import headers_for

LARGEST = 1_000_000  # bytes of a request's body; a coding of a long report has some ten thousand
PATIENCE = 30.0  # seconds in which a body must have come
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE | {"POST", "PUT", "PATCH", "DELETE"}
JSON = "application/json"


def guard(app: FastAPI, *, hosts: Sequence[str], largest: int = LARGEST) -> None:
    """Give every answer of `app` the headers, and let no request in that it need not look at.

    Where `hosts` is given other names are refused: a foreign page can point its own name at 127.0.0.1 and read a local
    server, and the name in Host gives it away. Bodies are JSON and have at most `largest` bytes.
    """
    app.router.redirect_slashes = False  # its redirects are built from the Host that a client sends
    app.add_middleware(Guard, hosts=frozenset(host.lower() for host in hosts), largest=largest)


class Guard:
    """The outermost layer: also a fault that nobody expected is answered here, with the headers of all answers."""

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str], largest: int) -> None:
        self._app, self._hosts, self._largest = app, hosts, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = _Sending(scope, send)
        refusal = self._refusal(scope)
        if refusal is None and scope["method"] not in SAFE:
            refusal, receive = await self._held(Headers(scope=scope), receive)
        if refusal is not None:
            await refusal(scope, receive, sent)
            return
        try:
            await self._app(scope, receive, sent)
        except Exception as error:
            if sent.started:
                raise
            await unexpected(Request(scope), error)(scope, receive, sent)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        name = host_of(headers.get("host", ""))
        if name is None:
            return fault(400, "E502", "the name in Host is none", "open the address that the server told")
        if self._hosts and name not in self._hosts:
            return fault(403, "E504", "this server answers to its local name only", "open http://localhost")
        if "\0" in scope["path"]:  # PostgreSQL takes none, and nothing of ours has one
            return fault(404, "E501", "there is nothing at this address", "the API's list is /api/v1/openapi.json")
        if scope["method"] not in METHODS:
            return fault(405, "E502", f"nothing answers to {scope['method'][:20]}", "see /api/v1/openapi.json")
        return None

    async def _held(self, headers: Headers, receive: Receive) -> tuple[Response | None, Receive]:
        """The body as far as it may go on: too much of it, or of another kind than JSON, is answered here."""
        told = headers.get("content-length", "0")
        if not told.isdigit() or int(told[:20]) > self._largest:
            return self._too_large(), receive
        body = bytearray()
        try:
            with fail_after(PATIENCE):
                while True:
                    message = await receive()
                    body += message.get("body", b"")
                    if len(body) > self._largest:
                        return self._too_large(), receive
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            return fault(408, "E541", "the request did not come to its end", "send it again"), receive
        if body and headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            return fault(415, "E542", "the body of a request must be JSON", f"send it as {JSON}"), receive
        return None, _again(bytes(body), receive)

    def _too_large(self) -> Response:
        return fault(413, "E540", f"a request may have {self._largest:,} bytes at most", "send less at a time")


class _Sending:
    """Sends on, with our headers on every answer."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send, self.started = scope, send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers, scope = MutableHeaders(scope=message), self._scope
            told = headers_for(
                path=scope["path"], secure=scope["scheme"] == "https", kind=headers.get("content-type", "")
            )
            for name, value in told.items():
                if name != "Cache-Control" or name not in headers:
                    headers[name] = value
        await self._send(message)


def host_of(said: str) -> str | None:
    """The name in a Host header in small letters, without its port; None where it is none."""
    try:
        parts = urlsplit(f"//{said}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname if parts.netloc == said and not parts.username else None


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, then what comes after it."""
    given = False

    async def more() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return more
