"""Headers that keep report text from ever becoming script, and names under which the page answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response

from marsad.serve.faults import fault

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data: "
    "blob:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def guard(app: FastAPI, *, hosts: Sequence[str]) -> None:
    """Give every answer of `app` the headers; where `hosts` is given, refuse other names.

    A foreign page can point its own name at 127.0.0.1 and read a local server: the name in Host gives it away.
    """

    @app.middleware("http")
    async def check(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if hosts and urlsplit(f"//{request.headers.get('host', '')}").hostname not in hosts:
            answer: Response = fault(403, "E504", "this server answers to its local name only", "open http://localhost")
        else:
            answer = await call_next(request)
        answer.headers.update(HEADERS)
        if request.url.path.startswith("/api/"):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer
