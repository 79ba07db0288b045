"""Who asks: the one local user, somebody logged in, or a program with a read token; and what may be asked.

Without people in the store the user of this machine may do everything. With people, every request to the API needs a
session or a token. Requests that change something carry the session's own secret in a header, which a foreign page
cannot know. Whoever asks too often waits; what is refused to somebody who is known goes to the trail.
"""

from __future__ import annotations

import getpass
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from marsad.errors import Refusal
from marsad.serve.faults import fault
from marsad.serve.guard import SAFE
from marsad.serve.limits import Rates, group_of
from marsad.serve.people_rights import may
from marsad.settings import Limits, Sessions
from marsad.store import Store, open_store
from marsad.store.entrance import IDLE, LONGEST
from marsad.store.people import NAME, People

COOKIE, SECURE_COOKIE = "marsad_session", "__Host-marsad_session"
HEADER = "X-CSRF-Token"
OPEN = frozenset({"/api/v1/session", "/api/v1/openapi.json"})
LOOK = 1.0  # seconds for which "there are no people" is believed

Next = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, with which role. `csrf` is what changes must carry; None for a program, which may only read."""

    name: str
    role: str
    local: bool = False
    csrf: str | None = None

    @property
    def may(self) -> list[str]:
        """What the asker may do."""
        return may("reader" if self.csrf is None else self.role)


@dataclass(slots=True)
class Gate:
    """Lets requests in. `local` is the name of the user who needs no log-in."""

    store: Store
    local: str
    rates: Rates = field(default_factory=Rates)
    idle: timedelta = IDLE
    longest: timedelta = LONGEST
    people: People = field(init=False)
    _csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24), init=False)
    _looked: float = field(default=-LOOK, init=False)
    _team: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.people = People(self.store, idle=self.idle, longest=self.longest)

    def team(self) -> bool:
        """Whether log-in is needed; people are never removed, so a yes stays."""
        if not self._team and time.monotonic() - self._looked > LOOK:
            self._team, self._looked = self.people.any(), time.monotonic()
        return self._team

    def alone(self) -> Asker | None:
        """The single user, where it was lately seen that there are no people."""
        lately = time.monotonic() - self._looked <= LOOK
        return Asker(self.local, "admin", local=True, csrf=self._csrf) if lately and not self._team else None

    def asker(self, request: Request) -> Asker | None:
        """Who asks; None where that is not known."""
        if not self.team():
            return Asker(self.local, "admin", local=True, csrf=self._csrf)
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            holder = self.people.token_holder(token.strip())
            return Asker(holder.name, "reader") if holder else None
        secret = secret_of(request)
        session = self.people.session(secret) if secret else None
        return Asker(session.person, session.role, csrf=session.csrf) if session else None

    def too_often(self, request: Request, asker: Asker | None) -> Response | None:
        """The answer to one request too many. The single user of this machine may ask as often as they like."""
        if asker is not None and asker.local:
            return None
        address = group_of(request.client.host if request.client else "")
        wait = self.rates.asked(f"person:{asker.name}" if asker else f"address:{address}")
        if not wait and _enters(request):
            wait = self.rates.log_in(address)
        if not wait:
            return None
        answer = fault(429, "E543", "too many requests in one minute", f"wait {wait} seconds")
        answer.headers["Retry-After"] = str(wait)
        return answer

    def refusal(self, request: Request, asker: Asker | None) -> Response | None:
        """Why a request may not go on; None where it may."""
        path, changes = request.url.path, request.method not in SAFE
        if not path.startswith("/api/"):
            return None
        if changes and _foreign(request):
            return fault(403, "E522", "this request comes from another page", "use the workbench's own page")
        if path in OPEN and (request.method in SAFE or asker is None or request.method == "POST"):
            return None
        if asker is None:
            return fault(401, "E520", "log in first", "open the workbench, or send a read token")
        if not changes:
            return None
        if asker.csrf is None:
            return fault(403, "E521", "a read token changes nothing", "log in to change something")
        if not secrets.compare_digest(request.headers.get(HEADER, "").encode(), asker.csrf.encode()):
            return fault(403, "E522", "the page is older than the session", "load the page again")
        return None


def admit(
    app: FastAPI, store: Store, *, local: str | None = None, limits: Limits | None = None,
    sessions: Sessions | None = None,
) -> None:  # fmt: skip
    """Let nobody ask `app` who may not; `local` is the name of the single user (the system's user where None).

    `limits` tells how often may be asked, `sessions` when a session ends.
    """
    from marsad.serve.people_routes import router as people
    from marsad.serve.review import router as review
    from marsad.serve.review_coding import router as coding
    from marsad.serve.review_out import router as out
    from marsad.serve.review_queue import router as queue

    name = local or user_name()
    if not NAME.fullmatch(name):
        raise Refusal("E334", f"{name!r} is no name", "use letters, digits, dots, hyphens or @: --as NAME")
    often, ends = limits or Limits(), sessions or Sessions()
    rates = Rates(requests=often.requests_per_minute, log_ins=often.log_ins_per_minute)
    gate = Gate(store, name, rates, timedelta(minutes=ends.idle_minutes), timedelta(hours=ends.longest_hours))
    app.state.gate = gate
    app.add_exception_handler(Refusal, _refused)
    for router in (people, review, queue, coding, out):
        app.include_router(router, prefix="/api/v1")

    @app.middleware("http")
    async def check(request: Request, call_next: Next) -> Response:
        asker = (gate.alone() or await run_sync(gate.asker, request)) if _asks(request) else None
        request.state.asker = asker
        request.state.sees_names = bool(asker and asker.local and not app.state.desk.mask)
        request.state.did = None
        if _asks(request) and (slow := gate.too_often(request, asker)):
            return slow
        answer = gate.refusal(request, asker) or await call_next(request)
        if asker and request.method not in SAFE and answer.status_code < 400:
            await run_sync(_note, gate, asker, request)
        if asker and not asker.local and answer.status_code == 403:
            await run_sync(_note_refusal, gate, asker, request)
        return answer


def team_of(store_url: str, *, host: str | None = None) -> bool:
    """Whether the store has people. Raises Refusal E526 where it has none and `host` is one that others reach."""
    with open_store(store_url) as store:
        team = People(store).any()
    if host is not None and not team:
        message = f"nobody would have to log in at {host}: the store has no people"
        raise Refusal("E526", message, "add an admin first: marsad users add NAME --role admin", status=403)
    return team


def user_name() -> str:
    """The name of the system's user as far as it is a name here, "local" where there is none."""
    try:
        return re.sub(r"[^\w.@-]+|^\W+", "-", getpass.getuser()).strip("-_.@")[:100] or "local"
    except (KeyError, OSError):
        return "local"


def gate_of(request: Request) -> Gate:
    """The gate that let the request in."""
    gate: Gate = request.app.state.gate
    return gate


def asker_of(request: Request) -> Asker:
    """Who asks. Raises Refusal E520."""
    asker: Asker | None = request.state.asker
    if asker is None:
        raise Refusal("E520", "log in first", "open the workbench, or send a read token", status=401)
    return asker


def needs(act: str) -> Any:
    """A dependency that gives the asker where they may do `act`. Raises Refusal E521."""

    def check(request: Request) -> Asker:
        asker = asker_of(request)
        if act not in asker.may:
            raise Refusal("E521", f"a {asker.role} may not do this ({act})", "ask a lead or an admin", status=403)
        return asker

    return Depends(check)


AnyAsker = Annotated[Asker, Depends(asker_of)]
TheGate = Annotated[Gate, Depends(gate_of)]


def secret_of(request: Request) -> str | None:
    """The secret in the session's cookie; over TLS only the cookie that no other host can have set."""
    return request.cookies.get(SECURE_COOKIE if request.url.scheme == "https" else COOKIE)


def did(request: Request, action: str, subject: str, **detail: Any) -> None:
    """Say what the request changed; it is written to the trail when the answer is good."""
    request.state.did = (action, subject, detail)


def _asks(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _enters(request: Request) -> bool:
    return request.method == "POST" and request.url.path == "/api/v1/session"


def _note_refusal(gate: Gate, asker: Asker, request: Request) -> None:
    gate.people.note(asker.name, "refused", request.url.path[:200], {"method": request.method})


def _note(gate: Gate, asker: Asker, request: Request) -> None:
    if request.state.did == ():
        return  # the store has written it
    path = request.url.path.removeprefix("/api/v1")
    action, subject, detail = request.state.did or (request.method.lower(), path, {})
    gate.people.note(asker.name, action, subject, detail)


def _foreign(request: Request) -> bool:
    """Whether a browser says that another site's page asks."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    try:
        return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    except ValueError:
        return True


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    told: dict[str, Any] = {"error": {"code": error.code, "message": error.message, "remedy": error.remedy}}
    seconds = getattr(error, "seconds", None)
    headers: Mapping[str, str] = {"Retry-After": str(seconds)} if seconds else {}
    return JSONResponse(told, status_code=error.status, headers=headers)
