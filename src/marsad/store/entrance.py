"""Sessions, tokens and waiting after wrong tries, within one transaction. Secrets are kept as hashes only."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from marsad.errors import Refusal
from marsad.store.people_tables import attempts, people, sessions, tokens

Values = dict[str, Any]
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
FRESH = timedelta(minutes=5)  # a session's last use is written no more often
FORGET = timedelta(days=1)
FREE = {"name": 3, "address": 10}  # wrong tries before waiting begins; an address may stand for a whole office
LONGEST_WAIT = 300
PREFIX = "marsad_"


class Waiting(Refusal):
    """Too many wrong tries; `seconds` until the next one."""

    def __init__(self, seconds: int) -> None:
        super().__init__("E524", "too many wrong tries", f"wait {seconds} seconds", status=429)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Session:
    """An open session: whose it is, with which role, and what its page must send with every change."""

    person: str
    role: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Token:
    """A read token; `prefix` are its first letters, by which its owner knows it again."""

    id: int
    person: str
    label: str
    prefix: str
    made_at: datetime
    seen_at: datetime | None
    expires_at: datetime
    revoked: bool

    def to_json(self) -> Values:
        """{"id","user","name","prefix","made_at","seen_at","expires_at","revoked"}."""
        out: Values = {"id": self.id, "user": self.person, "name": self.label, "prefix": self.prefix}
        seen = self.seen_at.isoformat() if self.seen_at else None
        out |= {"made_at": self.made_at.isoformat(), "seen_at": seen}
        return out | {"expires_at": self.expires_at.isoformat(), "revoked": self.revoked}


def key_of(secret: str) -> str:
    """Under what a secret is kept. Secrets are long and random: one round of SHA-256 suffices."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def knock(connection: Connection, name: str, address: str, now: datetime) -> None:
    """Count a try of a name and of an address as wrong until it proves right. Raises Waiting."""
    connection.execute(delete(attempts).where(attempts.c.last_at < (now - FORGET).isoformat()))
    keys = {kind: _attempt(kind, value) for kind, value in (("name", name), ("address", address)) if value}
    known = {row.key: row for row in connection.execute(select(attempts).where(attempts.c.key.in_(keys.values())))}
    waits = [_seconds(datetime.fromisoformat(row.until) - now) for row in known.values()]
    if waits and max(waits) > 0:
        raise Waiting(max(waits))
    for kind, key in keys.items():
        failures = known[key].failures + 1 if key in known else 1
        wait = min(2 ** (failures - FREE[kind]), LONGEST_WAIT) if failures >= FREE[kind] else 0
        row = {"failures": failures, "last_at": now.isoformat(), "until": (now + timedelta(seconds=wait)).isoformat()}
        if key in known:
            connection.execute(update(attempts).where(attempts.c.key == key).values(row))
        else:
            connection.execute(insert(attempts), row | {"key": key})


def opened(connection: Connection, name: str, address: str) -> None:
    """Forget the wrong tries of a name. Those of an address stay, but for the one that proved right.

    Whoever has one name could else clear their address with it, and go on guessing others'.
    """
    connection.execute(delete(attempts).where(attempts.c.key == _attempt("name", name)))
    here = attempts.c.key == _attempt("address", address)
    row = connection.execute(select(attempts).where(here)).first()
    if row is not None:
        fewer = {"failures": max(0, row.failures - 1), "until": row.last_at}
        connection.execute(update(attempts).where(here).values(fewer))


def open_session(
    connection: Connection, person: str, role: str, now: datetime, *, idle: timedelta = IDLE
) -> tuple[str, Session]:
    """A new session and the secret of its cookie."""
    secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    at = now.isoformat()
    connection.execute(delete(sessions).where(sessions.c.seen_at < (now - idle).isoformat()))
    row = {"key": key_of(secret), "person": person, "csrf": csrf, "made_at": at, "seen_at": at}
    connection.execute(insert(sessions), row)
    return secret, Session(person, role, csrf)


def session(
    connection: Connection, secret: str, now: datetime, *, idle: timedelta = IDLE, longest: timedelta = LONGEST
) -> tuple[Session | None, bool]:
    """The open session of a secret, and whether its last use should be written."""
    columns = (sessions.c.person, sessions.c.csrf, sessions.c.made_at, sessions.c.seen_at, people.c.role)
    query = select(*columns, people.c.disabled).join(people, people.c.name == sessions.c.person)
    row = connection.execute(query.where(sessions.c.key == key_of(secret))).first()
    if row is None or row.disabled:
        return None, False
    made, seen = datetime.fromisoformat(row.made_at), datetime.fromisoformat(row.seen_at)
    if now - seen > idle or now - made > longest:
        return None, False
    return Session(row.person, row.role, row.csrf), now - seen > min(FRESH, idle / 6)


def sessions_of(
    connection: Connection, person: str, now: datetime, *, idle: timedelta, longest: timedelta
) -> list[Values]:
    """The open sessions of somebody, the newest first: {"key","made_at","seen_at"}."""
    open_ = (sessions.c.seen_at >= (now - idle).isoformat()) & (sessions.c.made_at >= (now - longest).isoformat())
    query = select(sessions).where((sessions.c.person == person) & open_).order_by(sessions.c.made_at.desc())
    rows = connection.execute(query)
    return [{"key": row.key, "made_at": row.made_at, "seen_at": row.seen_at} for row in rows]


def close_others(connection: Connection, person: str, keep: str | None) -> int:
    """End all sessions of somebody but that of the secret `keep`. Gives how many there were."""
    test = (sessions.c.person == person) & (sessions.c.key != (key_of(keep) if keep else ""))
    return connection.execute(delete(sessions).where(test)).rowcount


def touch(connection: Connection, secret: str, now: datetime) -> None:
    """Write a session's last use."""
    connection.execute(update(sessions).where(sessions.c.key == key_of(secret)).values(seen_at=now.isoformat()))


def close(connection: Connection, secret: str | None) -> None:
    """End the session of a secret, if there is one."""
    if secret:
        connection.execute(delete(sessions).where(sessions.c.key == key_of(secret)))


def make_token(connection: Connection, person: str, label: str, days: int, now: datetime) -> tuple[str, Token]:
    """A new token and its text."""
    text = PREFIX + secrets.token_urlsafe(32)
    row: Values = {"person": person, "label": label, "prefix": text[:12], "key": key_of(text)}
    row["made_at"] = now.isoformat()
    row |= {"seen_at": None, "expires_at": (now + timedelta(days=days)).isoformat(), "revoked": False}
    id = connection.execute(insert(tokens).returning(tokens.c.id), row).scalar_one()
    return text, next(t for t in tokens_of(connection, person) if t.id == id)


def tokens_of(connection: Connection, person: str | None) -> list[Token]:
    """The tokens of one person, or all."""
    query = select(tokens).order_by(tokens.c.id)
    rows = connection.execute(query if person is None else query.where(tokens.c.person == person))
    return [_token(row) for row in rows]


def revoke(connection: Connection, id: int, of: str | None) -> None:
    """End a token. Raises StoreError E338."""
    test = tokens.c.id == id
    if of is not None:
        test &= tokens.c.person == of
    if not connection.execute(update(tokens).where(test).values(revoked=True)).rowcount:
        raise Refusal("E338", f"there is no token {id}", "see the list of tokens", status=404)


def revoke_all(connection: Connection, person: str) -> None:
    """End all tokens of somebody."""
    connection.execute(update(tokens).where(tokens.c.person == person).values(revoked=True))


def token_holder(connection: Connection, text: str, now: datetime) -> str | None:
    """Whose token this is, None for one that is unknown, expired or revoked."""
    row = connection.execute(select(tokens).where(tokens.c.key == key_of(text))).first()
    if row is None or row.revoked or datetime.fromisoformat(row.expires_at) < now:
        return None
    return str(row.person)


def _token(row: Row[Any]) -> Token:
    made, expires = datetime.fromisoformat(row.made_at), datetime.fromisoformat(row.expires_at)
    seen = datetime.fromisoformat(row.seen_at) if row.seen_at else None
    return Token(row.id, row.person, row.label, row.prefix, made, seen, expires, row.revoked)


def _attempt(kind: str, value: str) -> str:
    return f"{kind}:{hashlib.sha256(value.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _seconds(left: timedelta) -> int:
    return max(0, -int(-left.total_seconds() // 1))
