"""Whether the server lives, whether it can work, and its figures: asked by machines, answered without a log-in.

They stand before everything else, so that they answer when all threads are at work and whatever limits there are, and
tell nothing that a stranger may not know.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, fail_after
from anyio.to_thread import run_sync
from sqlalchemy import text
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response

from marsad.errors import MarsadError, Refusal
from marsad.serve.access import within
from marsad.serve.faults import fault
from marsad.serve.guard import host_of
from marsad.serve.headers import HEADERS
from marsad.serve.metrics import CONTENT
from marsad.store.opening import revision_of
from marsad.store.tables import REVISION

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from marsad.serve.desk import Desk
    from marsad.serve.metrics import Meters
    from marsad.settings import Metrics

PATIENCE = 5.0  # seconds that the store has to answer
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
Probe = Callable[["Scope"], Awaitable[Response]]


class Probes:
    """Middleware for /healthz, /readyz and /metrics. `hosts` as in `guard`; `metrics`: who may read figures."""

    def __init__(
        self, app: ASGIApp, *, desk: Desk, meters: Meters, metrics: Metrics, hosts: Sequence[str] = (),
        proxied: bool = False,
    ) -> None:  # fmt: skip
        self._app, self._desk, self._meters = app, desk, meters
        self._metrics, self._hosts, self._proxied = metrics, frozenset(hosts), proxied
        self._few = CapacityLimiter(4)
        self._probes: dict[str, Probe] = {"/healthz": self._alive, "/readyz": self._ready, "/metrics": self._figures}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a probe, pass all else on."""
        probe = self._probes.get(scope["path"]) if scope["type"] == "http" else None
        if probe is None:
            await self._app(scope, receive, send)
            return
        scope["probe"] = scope["path"]
        known = scope["method"] in ("GET", "HEAD")
        answer = await probe(scope) if known else fault(405, "E502", "this is only read", "ask with GET")
        answer.headers.update(HEADERS)
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, _bare(send) if scope["method"] == "HEAD" else send)

    async def _alive(self, _scope: Scope) -> Response:
        return JSONResponse({"status": "alive"})

    async def _ready(self, _scope: Scope) -> Response:
        try:
            with fail_after(PATIENCE):
                stale = await run_sync(check, self._desk, limiter=self._few, abandon_on_cancel=True)
        except TimeoutError:
            return fault(503, "E550", "the store does not answer", "see whether the database runs")
        except Refusal as refusal:
            return fault(refusal.status, refusal.code, refusal.message, refusal.remedy)
        return JSONResponse({"status": "ready", "stale": stale})

    async def _figures(self, scope: Scope) -> Response:
        if not self._may(scope):
            return fault(403, "E555", "the figures are not for everybody", "see [metrics] in docs/service.md")
        told = await run_sync(self._meters.told, limiter=self._few)
        return Response(told, headers={"Content-Type": CONTENT})

    def _may(self, scope: Scope) -> bool:
        headers, token = Headers(scope=scope), self._metrics.token
        kind, _, given = headers.get("authorization", "").partition(" ")
        if token and kind.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), token.encode()):
            return True
        if self._hosts and host_of(headers.get("host", "")) not in self._hosts:
            return False
        # behind a proxy that nobody told us of everybody comes from its address
        hidden = not self._proxied and any(name in headers for name in FORWARDED)
        address = scope["client"][0] if scope.get("client") else None
        return not hidden and within(address, self._metrics.addresses)


def check(desk: Desk) -> bool:
    """Whether newer reports wait to be worked in. Raises Refusal E550-E554 (503) where the server cannot work."""
    if desk.stopping.is_set():
        raise _unready("E554", "the server is stopping", "ask another one")
    try:
        with desk.store.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            sound = revision_of(connection) == REVISION
        fresh = sound and desk.begin()  # who is not ready is sent nobody who would begin it
    except MarsadError as error:
        raise _unready("E550", f"the store does not answer ({error.code})", "see whether the database runs") from error
    except Exception as error:
        kind = type(error).__name__
        raise _unready("E550", f"the store does not answer ({kind})", "see whether the database runs") from error
    if not sound:
        raise _unready("E551", "the store was migrated for another version", "start the version that it was made for")
    if not desk.packs_loaded:
        raise _unready("E552", "the knowledge is not loaded yet", "wait some seconds")
    if desk.runs.current is not None:
        return not fresh
    if code := desk.runs.failed:
        raise _unready("E553", f"the incidents could not be brought up to date ({code})", "see the server's log")
    raise _unready("E553", "the incidents are being brought up to date", "wait; a large store takes minutes")


def _unready(code: str, message: str, remedy: str) -> Refusal:
    return Refusal(code, message, remedy, status=503)


def _bare(send: Send) -> Send:
    async def headless(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await send(message)

    return headless
