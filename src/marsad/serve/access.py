"""Around every request: its number, its line in the log, its figures."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

from marsad.serve.logs import request_id, who

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from marsad.serve.metrics import Meters

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
PREFIX = "/api/v1"
GONE = 499  # the asker left before the answer was there
log = logging.getLogger("marsad.serve.access")


class Access:
    """Middleware, outside of all others. A request's number is ours: one that is sent could carry a name or a token."""

    def __init__(self, app: ASGIApp, *, meters: Meters) -> None:
        self._app, self._meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Number, pass on, measure and log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id = secrets.token_hex(8)
        token = request_id.set(id)
        told = {"status": GONE}

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = id
            await send(message)

        try:
            await self._measured(scope, receive, numbered, told)
        finally:
            request_id.reset(token)

    async def _measured(self, scope: Scope, receive: Receive, send: Send, told: dict[str, int]) -> None:
        start = time.perf_counter()
        self._meters.begun()
        try:
            await self._app(scope, receive, send)
        finally:
            took = time.perf_counter() - start
            method = scope["method"] if scope["method"] in METHODS else "OTHER"
            self._meters.ended(method, route_of(scope), told["status"], took)
            _tell(scope, method, told["status"], took)


def within(address: str | None, networks: Sequence[str]) -> bool:
    """Whether an address is one of `networks` (addresses and networks)."""
    try:
        here = ip_address(address or "")
    except ValueError:
        return False
    here = getattr(here, "ipv4_mapped", None) or here
    return any(here in ip_network(network, strict=False) for network in networks)


def route_of(scope: Scope) -> str:
    """The template of the route, such as /api/v1/incidents/{id}, which names nobody; "-" where there is none."""
    route = str(getattr(scope.get("route"), "path", None) or scope.get("probe") or "-").replace(":path}", "}")
    # a router within a router tells its own part only
    return PREFIX + route if scope["path"].startswith(PREFIX) and not route.startswith((PREFIX, "-")) else route


def _tell(scope: Scope, method: str, status: int, took: float) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    asker = scope.get("state", {}).get("asker")
    by = {"role": asker.role, "who": None if asker.local else who(asker.name)} if asker else {}
    fields = {"method": method, "route": route_of(scope), "status": status, "ms": round(took * 1000, 1)}
    log.info("request", extra=fields | by)
