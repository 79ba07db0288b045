"""Log-in, people, read tokens, the trail."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from marsad.errors import Refusal
from marsad.serve.people import (
    COOKIE,
    SECURE_COOKIE,
    AnyAsker,
    Asker,
    TheGate,
    asker_of,
    did,
    gate_of,
    needs,
    secret_of,
)
from marsad.serve.people_rights import table
from marsad.store.people import plain

Json = dict[str, Any]
LARGEST = 2**31 - 1
router = APIRouter(tags=["people"])


def _writable(text: str) -> str:
    """Text that every store can keep: no NUL, no half of a surrogate pair."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("holds a letter that cannot be kept")
    return text


Words = Annotated[str, AfterValidator(_writable), Field(max_length=2000)]
Name = Annotated[str, AfterValidator(_writable), Field(min_length=1, max_length=200)]
Secret = Annotated[str, Field(min_length=1, max_length=1000)]
Number = Annotated[int, Path(ge=0, le=LARGEST)]
Cursor = Annotated[int | None, Query(ge=0, le=LARGEST)]
Limit = Annotated[int, Query(ge=1, le=500)]
Role = Literal["reader", "coder", "lead", "admin"]
Admin = Annotated[Asker, needs("users")]


class Body(BaseModel):
    """What a request brings; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Entry(Body):
    """Name and password."""

    name: Name
    password: Secret


class Change(Body):
    """One's own new password."""

    old: Secret
    new: Secret


class Proof(Body):
    """One's own password, typed once more."""

    password: Secret


class Newcomer(Entry):
    """Somebody to be let in."""

    role: Role


class Turn(Body):
    """What changes for somebody."""

    role: Role | None = None
    disabled: bool | None = None
    password: Secret | None = None


class Wish(Body):
    """A token for a program."""

    name: Annotated[str, AfterValidator(_writable), Field(min_length=1, max_length=100)]
    days: Annotated[int, Field(ge=1, le=3650)] = 365


@router.get("/session")
def session(request: Request) -> Json:
    """Who is logged in, and what they may do."""
    return _session(request, request.state.asker)


@router.post("/session")
def log_in(request: Request, answer: Response, entry: Entry) -> Json:
    """Log in; sets the cookie of a new session."""
    gate = gate_of(request)
    if not gate.team():
        return _session(request, asker_of(request))
    address = request.client.host if request.client else ""
    secret, opened = gate.people.log_in(entry.name, entry.password, address=address, old=secret_of(request))
    _set_cookie(request, answer, secret)
    request.state.did = ()
    return _session(request, Asker(opened.person, opened.role, csrf=opened.csrf))


@router.delete("/session", status_code=204)
def log_out(request: Request, asker: AnyAsker, answer: Response) -> None:
    """End the session."""
    if secret := secret_of(request):
        gate_of(request).people.log_out(secret)
    secure = request.url.scheme == "https"
    answer.delete_cookie(SECURE_COOKIE if secure else COOKIE, path="/", secure=secure, httponly=True, samesite="strict")
    answer.headers["Clear-Site-Data"] = '"cache"'
    did(request, "log-out", f"person:{asker.name}")


@router.get("/sessions")
def sessions(request: Request, asker: AnyAsker, gate: TheGate) -> Json:
    """One's own open sessions, the newest first, and which of them asks."""
    return {"sessions": gate.people.sessions(asker.name, secret=secret_of(request))}


@router.post("/sessions/end", status_code=204)
def end_sessions(request: Request, asker: AnyAsker, gate: TheGate, proof: Proof) -> None:
    """End all of one's own sessions but the one that asks."""
    if asker.local:
        raise Refusal("E334", "the local user has no sessions", "add people with: marsad users add", status=404)
    gate.people.end_sessions(asker.name, password=proof.password, keep=secret_of(request))
    request.state.did = ()


@router.put("/session/password")
def change_password(request: Request, answer: Response, asker: AnyAsker, change: Change) -> Json:
    """Change one's own password; all other sessions end."""
    if asker.local:
        raise Refusal("E334", "the local user has no password", "add people with: marsad users add", status=404)
    people = gate_of(request).people
    people.set_password(asker.name, change.new, by=asker.name, old=change.old)
    secret, opened = people.log_in(asker.name, change.new)
    _set_cookie(request, answer, secret)
    request.state.did = ()
    return _session(request, Asker(opened.person, opened.role, csrf=opened.csrf))


@router.get("/people")
def everybody(gate: TheGate, _asker: Admin) -> Json:
    """All people with their roles."""
    return {"people": [person.to_json() for person in gate.people.all()]}


@router.get("/people/roles")
def roles(_asker: AnyAsker) -> Json:
    """Which role may do what."""
    return table()


@router.post("/people", status_code=201)
def let_in(request: Request, gate: TheGate, asker: Admin, newcomer: Newcomer) -> Json:
    """Add somebody; the first one must be an admin."""
    request.state.did = ()
    return gate.people.add(newcomer.name, newcomer.role, newcomer.password, by=asker.name).to_json()


@router.patch("/people/{name}")
def change_person(request: Request, gate: TheGate, asker: Admin, name: Name, turn: Turn) -> Json:
    """Give another role or password, lock out, let in again. Their sessions end."""
    if turn.password is not None:
        if plain(name) == asker.name:
            raise Refusal("E336", "one's own password needs the old one", "change it under one's own name", status=403)
        gate.people.set_password(name, turn.password, by=asker.name)
    request.state.did = ()
    return gate.people.change(name, role=turn.role, disabled=turn.disabled, by=asker.name).to_json()


@router.get("/tokens")
def tokens(gate: TheGate, asker: AnyAsker) -> Json:
    """One's own read tokens; an admin sees all."""
    mine = None if "users" in asker.may else asker.name
    return {"tokens": [token.to_json() for token in gate.people.tokens(mine)]}


@router.post("/tokens", status_code=201)
def make_token(request: Request, gate: TheGate, asker: AnyAsker, wish: Wish) -> Json:
    """A token with which a program may read; its text is shown this once."""
    if asker.local:
        raise Refusal("E334", "without people nobody needs a token", "add people with: marsad users add", status=404)
    text, token = gate.people.make_token(asker.name, wish.name, days=wish.days, by=asker.name)
    request.state.did = ()
    return token.to_json() | {"token": text}


@router.delete("/tokens/{id}", status_code=204)
def revoke(request: Request, gate: TheGate, asker: AnyAsker, id: Number) -> None:
    """End a token."""
    gate.people.revoke(id, by=asker.name, of=None if "users" in asker.may else asker.name)
    request.state.did = ()


@router.get("/trail")
def trail(gate: TheGate, asker: AnyAsker, who: Name | None = None, limit: Limit = 100, cursor: Cursor = None) -> Json:
    """What people did, newest first: one's own steps, for an admin everybody's."""
    if "trail" not in asker.may:
        if who is not None and plain(who) != plain(asker.name):
            raise Refusal("E521", f"a {asker.role} may not see what others did", "ask an admin", status=403)
        who = asker.name
    steps = gate.people.trail(who=who, before=cursor, limit=limit)
    return {"entries": [s.to_json() for s in steps], "next": steps[-1].seq if len(steps) == limit else None}


def _session(request: Request, asker: Asker | None) -> Json:
    login = gate_of(request).team()
    if asker is None:
        return {"login": login, "person": None, "csrf": None, "may": []}
    person = {"name": asker.name, "role": asker.role, "local": asker.local}
    return {"login": login, "person": person, "csrf": asker.csrf, "may": asker.may}


def _set_cookie(request: Request, answer: Response, secret: str) -> None:
    name, safe = (SECURE_COOKIE, True) if request.url.scheme == "https" else (COOKIE, False)
    longest = int(gate_of(request).longest.total_seconds())
    answer.set_cookie(name, secret, httponly=True, samesite="strict", secure=safe, path="/", max_age=longest)
