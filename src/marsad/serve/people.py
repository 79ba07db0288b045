"""Who asks: the one local user, somebody logged in, or a program with a read token; and what may be asked.

Without people in the store the user of this machine may do everything. With people, every request to the API needs a
session or a token. Requests that change something carry the session's own secret in a header, which a foreign page
cannot know.
"""

from __future__ import annotations

import getpass
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse

from marsad.errors import Refusal
from marsad.serve.faults import fault
from marsad.serve.people_rights import may
from marsad.store import Store, open_store
from marsad.store.people import NAME, People

COOKIE = "marsad_session"
HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
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
    people: People = field(init=False)
    _csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24), init=False)
    _looked: float = field(default=-LOOK, init=False)
    _team: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.people = People(self.store)

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
        secret = request.cookies.get(COOKIE)
        session = self.people.session(secret) if secret else None
        return Asker(session.person, session.role, csrf=session.csrf) if session else None

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


def admit(app: FastAPI, store: Store, *, local: str | None = None) -> None:
    """Let nobody ask `app` who may not; `local` is the name of the single user (the system's user where None)."""
    from marsad.serve.people_routes import router as people
    from marsad.serve.review import router as review
    from marsad.serve.review_coding import router as coding
    from marsad.serve.review_out import router as out
    from marsad.serve.review_queue import router as queue

    name = local or user_name()
    if not NAME.fullmatch(name):
        raise Refusal("E334", f"{name!r} is no name", "use letters, digits, dots, hyphens or @: --as NAME")
    gate = Gate(store, name)
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
        if refusal := gate.refusal(request, asker):
            return refusal
        answer = await call_next(request)
        if asker and request.method not in SAFE and answer.status_code < 400:
            await run_sync(_note, gate, asker, request)
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


def did(request: Request, action: str, subject: str, **detail: Any) -> None:
    """Say what the request changed; it is written to the trail when the answer is good."""
    request.state.did = (action, subject, detail)


def _asks(request: Request) -> bool:
    return request.url.path.startswith("/api/")


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
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    told: dict[str, Any] = {"error": {"code": error.code, "message": error.message, "remedy": error.remedy}}
    seconds = getattr(error, "seconds", None)
    headers: Mapping[str, str] = {"Retry-After": str(seconds)} if seconds else {}
    return JSONResponse(told, status_code=error.status, headers=headers)
