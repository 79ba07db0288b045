"""People of a team: passwords, sessions, read tokens, and the trail of who did what.

A store without people is a single user's own; with the first person, log-in is needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from marsad.errors import Refusal
from marsad.store import entrance, passes
from marsad.store.entrance import IDLE, LONGEST, Session, Token
from marsad.store.people_tables import people, sessions, trail
from marsad.store.store import utc_now

if TYPE_CHECKING:
    from marsad.store.store import Store

Json = dict[str, Any]
ROLES = ("reader", "coder", "lead", "admin")
NAME = re.compile(r"[^\W_][\w.@-]{0,99}")  # no slash: "fuse/1" is the program
NOBODY = "nobody"  # who stands in the trail for a name that there is not
LONGEST_TRY = 1000  # letters of a password that are looked at


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may log in. Times are in UTC."""

    name: str
    role: str
    disabled: bool
    made_at: datetime
    seen_at: datetime | None = None

    def to_json(self) -> Json:
        """{"name","role","disabled","made_at","seen_at"}."""
        seen = self.seen_at.isoformat() if self.seen_at else None
        out: Json = {"name": self.name, "role": self.role, "disabled": self.disabled}
        return out | {"made_at": self.made_at.isoformat(), "seen_at": seen}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trail: who did what to what, when."""

    seq: int
    at: datetime
    who: str
    action: str
    subject: str
    detail: Json

    def to_json(self) -> Json:
        """{"seq","at","who","action","subject","detail"}."""
        out: Json = {"seq": self.seq, "at": self.at.isoformat(), "who": self.who, "action": self.action}
        return out | {"subject": self.subject, "detail": self.detail}


class People:
    """The people of a store. `clock` gives the time in UTC; every method is one transaction.

    A session ends after `idle` without use, and after `longest` at the latest.
    """

    def __init__(
        self, store: Store, *, clock: Callable[[], datetime] = utc_now, idle: timedelta = IDLE,
        longest: timedelta = LONGEST,
    ) -> None:  # fmt: skip
        self._engine: Engine = store.engine
        self._store, self._clock = store, clock
        self._idle, self._longest = idle, longest

    # -- who there is -------------------------------------------------------------------------------------------------

    def any(self) -> bool:
        """Whether there is anybody: then log-in is needed."""
        with self._engine.connect() as connection:
            return connection.execute(select(people.c.name).limit(1)).first() is not None

    def all(self) -> list[Person]:
        """Everybody, by name."""
        with self._engine.connect() as connection:
            return [_person(row) for row in connection.execute(select(people).order_by(people.c.name))]

    def get(self, name: str) -> Person:
        """One person. Raises StoreError E334."""
        with self._engine.connect() as connection:
            return _person(_row(connection, name))

    def add(self, name: str, role: str, password: str, *, by: str) -> Person:
        """Let somebody in. Raises StoreError E334 (name or role), E335 (taken), E336 (password), E337 (first one)."""
        name = good_name(plain(name))
        hashed = passes.hashed(passes.good(password, name))
        with self._store._writing() as connection:
            if connection.execute(select(people.c.name).where(people.c.name == name)).first():
                raise Refusal("E335", f"there is a {name!r} already", "choose another name", status=409)
            first = connection.execute(select(func.count()).select_from(people)).scalar_one() == 0
            if first and _known(role) != "admin":
                raise Refusal(
                    "E337", "the first person must be an admin", "add one with --role admin first", status=409
                )
            row = {"name": name, "role": _known(role), "password": hashed, "disabled": False}
            connection.execute(insert(people), row | {"made_at": self._now(), "seen_at": None})
            self._note(connection, by, "person-added", f"person:{name}", {"role": role})
            return _person(_row(connection, name))

    def change(self, name: str, *, role: str | None = None, disabled: bool | None = None, by: str) -> Person:
        """Give another role, lock out or let in again; open sessions end. Raises StoreError E334, E337."""
        name = plain(name)
        values: Json = {} if role is None else {"role": _known(role)}
        values |= {} if disabled is None else {"disabled": disabled}
        with self._store._writing() as connection:
            _row(connection, name)
            if values:
                connection.execute(update(people).where(people.c.name == name).values(values))
                _keep_an_admin(connection)
                connection.execute(delete(sessions).where(sessions.c.person == name))
                self._note(connection, by, "person-changed", f"person:{name}", values)
            return _person(_row(connection, name))

    def set_password(self, name: str, password: str, *, by: str, old: str | None = None) -> None:
        """Give a new password; open sessions end, and tokens too where somebody else gives it.

        `old` must be right where given. Raises StoreError E334, E336.
        """
        name = plain(name)
        if old is not None:
            self._prove(name, old)
        with self._engine.connect() as connection:
            _row(connection, name)
        hashed = passes.hashed(passes.good(password, name))
        with self._store._writing() as connection:
            connection.execute(update(people).where(people.c.name == name).values(password=hashed))
            connection.execute(delete(sessions).where(sessions.c.person == name))
            if old is None:  # the password was lost, or somebody else has it
                entrance.revoke_all(connection, name)
            entrance.opened(connection, name, "")
            self._note(connection, by, "password-changed", f"person:{name}", {})

    def _prove(self, name: str, password: str) -> None:
        """Raises Refusal E334, E336 (wrong), Waiting (E524)."""
        with self._engine.connect() as connection:
            row = _row(connection, name)
        with self._store._writing() as connection:
            entrance.knock(connection, name, "", self._clock())
        if not passes.right(row.password, password[:LONGEST_TRY]):
            raise Refusal("E336", "the old password is not right", "type it again")

    # -- coming in ----------------------------------------------------------------------------------------------------

    def log_in(self, name: str, password: str, *, address: str = "", old: str | None = None) -> tuple[str, Session]:
        """A new session and the secret of its cookie; the session of the secret `old` ends.

        Raises MarsadError: E523 wrong name or password (never told which), Waiting (E524) after several wrong tries.
        """
        name = plain(name)
        # counted as a failure before the password is looked at: many tries at one time count one by one
        with self._store._writing() as connection:
            entrance.knock(connection, name, address, self._clock())
        with self._engine.connect() as connection:
            row = connection.execute(select(people).where(people.c.name == name)).first()
        right = passes.right(row.password if row else None, password[:LONGEST_TRY])
        with self._store._writing() as connection:
            if row is None or row.disabled or not right:
                who = name if row else NOBODY  # a password typed in the wrong place is not kept
                self._note(connection, who, "log-in-refused", f"address:{address}", {})
                refused = True
            else:
                refused = False
                entrance.opened(connection, name, address)
                entrance.close(connection, old)
                secret, session = entrance.open_session(connection, name, row.role, self._clock(), idle=self._idle)
                connection.execute(update(people).where(people.c.name == name).values(seen_at=self._now()))
                self._note(connection, name, "log-in", f"address:{address}", {})
        if refused:
            remedy = "type them again; an admin can set a new password"
            raise Refusal("E523", "wrong name or password", remedy, status=401)
        return secret, session

    def session(self, secret: str) -> Session | None:
        """The open session of a cookie's secret."""
        with self._engine.connect() as connection:
            found, stale = entrance.session(
                connection, secret, self._clock(), idle=self._idle, longest=self._longest
            )  # fmt: skip
        if found and stale:
            with self._store._writing() as connection:
                entrance.touch(connection, secret, self._clock())
        return found

    def log_out(self, secret: str) -> None:
        """End a session."""
        with self._store._writing() as connection:
            entrance.close(connection, secret)

    def sessions(self, name: str, *, secret: str | None) -> list[Json]:
        """Somebody's open sessions: {"made_at","seen_at","asks"}; `asks` is the one of `secret`."""
        key = entrance.key_of(secret) if secret else None
        with self._engine.connect() as connection:
            found = entrance.sessions_of(
                connection, plain(name), self._clock(), idle=self._idle, longest=self._longest
            )  # fmt: skip
        return [{"made_at": s["made_at"], "seen_at": s["seen_at"], "asks": s["key"] == key} for s in found]

    def end_sessions(self, name: str, *, password: str, keep: str | None = None) -> int:
        """End all sessions of somebody who gives their password, but that of the secret `keep`. Raises Refusal E336."""
        name = plain(name)
        self._prove(name, password)
        with self._store._writing() as connection:
            entrance.opened(connection, name, "")
            ended = entrance.close_others(connection, name, keep)
            self._note(connection, name, "sessions-ended", f"person:{name}", {"sessions": ended})
        return ended

    # -- read tokens --------------------------------------------------------------------------------------------------

    def make_token(self, name: str, label: str, *, days: int = 365, by: str) -> tuple[str, Token]:
        """A token with which a program may read as this person; its text is told this once. Raises StoreError E334."""
        name = plain(name)
        with self._store._writing() as connection:
            _row(connection, name)
            text, token = entrance.make_token(connection, name, label, days, self._clock())
            self._note(connection, by, "token-made", f"person:{name}", {"token": token.id, "label": label})
            return text, token

    def tokens(self, name: str | None = None) -> list[Token]:
        """The tokens of one person, or all."""
        with self._engine.connect() as connection:
            return entrance.tokens_of(connection, name)

    def revoke(self, id: int, *, by: str, of: str | None = None) -> None:
        """End a token (of the person `of` only, where given). Raises StoreError E338."""
        with self._store._writing() as connection:
            entrance.revoke(connection, id, of)
            self._note(connection, by, "token-revoked", f"token:{id}", {})

    def token_holder(self, text: str) -> Person | None:
        """Whose token this is, None for one that is unknown, expired or revoked."""
        with self._engine.connect() as connection:
            name = entrance.token_holder(connection, text, self._clock())
            row = connection.execute(select(people).where(people.c.name == name)).first() if name else None
        return _person(row) if row and not row.disabled else None

    # -- the trail ----------------------------------------------------------------------------------------------------

    def note(self, who: str, action: str, subject: str, detail: Json | None = None) -> None:
        """Write a line of the trail; lines are never changed."""
        with self._store._writing() as connection:
            self._note(connection, who, action, subject, detail or {})

    def trail(self, *, who: str | None = None, before: int | None = None, limit: int = 100) -> list[Step]:
        """Lines of the trail, newest first, from the one numbered below `before` on."""
        query = select(trail).order_by(trail.c.seq.desc()).limit(limit)
        query = query if who is None else query.where(trail.c.who == who)
        query = query if before is None else query.where(trail.c.seq < before)
        with self._engine.connect() as connection:
            return [_step(row) for row in connection.execute(query)]

    def _note(self, connection: Connection, who: str, action: str, subject: str, detail: Json) -> None:
        from marsad.store.custody import canonical

        row = {"at": self._now(), "who": who, "action": action, "subject": subject, "detail": canonical(detail)}
        connection.execute(insert(trail), row)

    def _now(self) -> str:
        return self._clock().isoformat()


def plain(name: str) -> str:
    """A name in the one form in which it is kept."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name.strip()).casefold())


def good_name(name: str) -> str:
    """A plain name for somebody new. Raises Refusal E334 for one that is none, or looks like another one."""
    if not NAME.fullmatch(name) or name == NOBODY:
        raise Refusal("E334", f"{name!r} is no name", "use letters, digits, dots, hyphens or @, 100 at most")
    if unicodedata.normalize("NFKC", name) != name or len({_script(c) for c in name if c.isalpha()}) > 1:
        remedy = "use the letters of one script, as a keyboard writes them"
        raise Refusal("E334", f"{name!r} could be taken for another name", remedy)
    return name


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").partition(" ")[0]


def _row(connection: Connection, name: str) -> Row[Any]:
    row = connection.execute(select(people).where(people.c.name == plain(name))).first()
    if row is None:
        raise Refusal("E334", f"there is no {name!r}", "list everybody with: marsad users list", status=404)
    return row


def _person(row: Row[Any]) -> Person:
    seen = datetime.fromisoformat(row.seen_at) if row.seen_at else None
    return Person(row.name, row.role, row.disabled, datetime.fromisoformat(row.made_at), seen)


def _step(row: Row[Any]) -> Step:
    import json

    return Step(row.seq, datetime.fromisoformat(row.at), row.who, row.action, row.subject, json.loads(row.detail))


def _known(role: str) -> str:
    if role not in ROLES:
        raise Refusal("E334", f"{role!r} is no role", f"use one of {', '.join(ROLES)}")
    return role


def _keep_an_admin(connection: Connection) -> None:
    left = select(people.c.name).where(people.c.role == "admin", people.c.disabled.is_(False)).limit(1)
    if connection.execute(left).first() is None:
        raise Refusal("E337", "nobody would be left to manage people", "make somebody else an admin first", status=409)
