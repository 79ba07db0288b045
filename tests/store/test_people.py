"""Passwords, sessions, waiting, tokens and the trail, on both kinds of store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from alembic import command
from argon2 import PasswordHasher
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from marsad.errors import Refusal
from marsad.store import Store, open_store, passes
from marsad.store.entrance import Waiting
from marsad.store.opening import _address, _engine, migration_config
from marsad.store.people import People
from marsad.store.review_rows import ReviewRows

passes._hasher = cache(lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))  # quick, for tests only
GOOD = "قهوة مرة وطريق طويل"


class Clock:
    """A clock that goes on when told to."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(store: Store, clock: Clock) -> People:
    made = People(store, clock=clock)
    made.add("ليلى", "admin", GOOD, by="setup")
    return made


def fails(code: str, act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as fault:
        act()
    assert fault.value.code == code
    return fault.value


def test_a_store_without_people_needs_no_log_in(store: Store) -> None:
    people = People(store)
    assert not people.any()
    fails("E337", lambda: people.add("huda", "coder", GOOD, by="x"))
    people.add("layla", "admin", GOOD, by="x")
    assert people.any()


@pytest.mark.parametrize(
    ("name", "role", "password", "code"),
    [("fuse/1", "coder", GOOD, "E334"), ("", "coder", GOOD, "E334"), ("a b", "coder", GOOD, "E334"),
     ("huda", "king", GOOD, "E334"), ("ليلى", "coder", GOOD, "E335"), (" ليلى ", "coder", GOOD, "E335"),
     ("huda", "coder", "short", "E336"), ("huda", "coder", "aaaaaaaaaaaaa", "E336"),
     ("huda", "coder", "my-name-is-huda", "E336"), ("huda", "coder", "x" * 2000, "E336")],
)  # fmt: skip
def test_whom_nobody_lets_in(people: People, name: str, role: str, password: str, code: str) -> None:
    fails(code, lambda: people.add(name, role, password, by="ليلى"))
    assert [p.name for p in people.all()] == ["ليلى"]


def test_passwords_and_secrets_are_kept_as_hashes_only(store: Store, people: People) -> None:
    secret, _ = people.log_in("ليلى", GOOD)
    token, _ = people.make_token("ليلى", "feed", by="ليلى")
    with store.engine.connect() as connection:
        rows = [
            str(row) for t in ("people", "sessions", "tokens") for row in connection.execute(text(f"SELECT * FROM {t}"))
        ]
    assert any("$argon2id$" in row for row in rows)
    assert not [row for row in rows if GOOD in row or secret in row or token in row]


def test_log_in_gives_a_new_session_and_ends_the_old_one(people: People) -> None:
    first, _ = people.log_in("ليلى", GOOD)
    second, session = people.log_in(" ليلى", GOOD, old=first)
    assert first != second
    assert people.session(first) is None
    assert people.session(second) == session
    assert session.role == "admin"
    people.log_out(second)
    assert people.session(second) is None


def test_sessions_end_by_idleness_and_age(people: People, clock: Clock) -> None:
    secret, _ = people.log_in("ليلى", GOOD)
    for _ in range(28):
        clock.wait(minutes=25)
        assert people.session(secret)
    clock.wait(minutes=25)
    assert people.session(secret) is None
    secret, _ = people.log_in("ليلى", GOOD)
    clock.wait(minutes=31)
    assert people.session(secret) is None


def test_the_times_of_sessions_can_be_set(store: Store, people: People, clock: Clock) -> None:
    longer = People(store, clock=clock, idle=timedelta(hours=3), longest=timedelta(hours=4))
    secret, _ = longer.log_in("ليلى", GOOD)
    clock.wait(hours=2)
    assert people.session(secret) is None
    assert longer.session(secret)
    clock.wait(hours=1, minutes=59)
    assert longer.session(secret)
    clock.wait(minutes=2)
    assert longer.session(secret) is None


@pytest.mark.parametrize("change", ["role", "disabled", "password"])
def test_a_changed_person_must_log_in_again(people: People, change: str) -> None:
    people.add("huda", "coder", GOOD, by="ليلى")
    secret, _ = people.log_in("huda", GOOD)
    if change == "role":
        people.change("huda", role="lead", by="ليلى")
    elif change == "disabled":
        people.change("huda", disabled=True, by="ليلى")
        fails("E523", lambda: people.log_in("huda", GOOD))
    else:
        people.set_password("huda", "شجرة زيتون قرب البئر", by="ليلى")
        fails("E523", lambda: people.log_in("huda", GOOD))
    assert people.session(secret) is None


def test_wrong_tries_make_one_wait_and_longer_each_time(people: People, clock: Clock) -> None:
    for _ in range(3):
        fails("E523", lambda: people.log_in("ليلى", "wrong password"))
    waits = []
    for _ in range(12):
        fault = fails("E524", lambda: people.log_in("ليلى", GOOD))  # even the right one is not looked at
        assert isinstance(fault, Waiting)
        waits.append(fault.seconds)
        clock.wait(seconds=fault.seconds)
        fails("E523", lambda: people.log_in("ليلى", "wrong password"))
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 300
    clock.wait(seconds=300)
    people.log_in("ليلى", GOOD)
    fails("E523", lambda: people.log_in("ليلى", "wrong password"))


def test_an_address_that_guesses_names_waits_too(people: People) -> None:
    for n in range(10):
        fails("E523", lambda n=n: people.log_in(f"name{n}", "wrong password", address="10.0.0.1"))
    fails("E524", lambda: people.log_in("other", "wrong password", address="10.0.0.1"))
    people.log_in("ليلى", GOOD, address="10.0.0.2")


def test_nobody_learns_whether_a_name_exists(people: People) -> None:
    one = fails("E523", lambda: people.log_in("ليلى", "wrong password"))
    two = fails("E523", lambda: people.log_in("nobody", "wrong password"))
    assert one.message == two.message


def test_the_last_admin_stays(people: People) -> None:
    fails("E337", lambda: people.change("ليلى", role="lead", by="ليلى"))
    fails("E337", lambda: people.change("ليلى", disabled=True, by="ليلى"))
    assert people.get("ليلى").role == "admin"
    people.add("huda", "admin", GOOD, by="ليلى")
    assert people.change("ليلى", role="lead", by="huda").role == "lead"


def test_tokens_read_until_they_expire_or_are_revoked(people: People, clock: Clock) -> None:
    token, told = people.make_token("ليلى", "feed", days=30, by="ليلى")
    assert token.startswith(told.prefix)
    holder = people.token_holder(token)
    assert holder is not None
    assert holder.name == "ليلى"
    assert people.token_holder(token + "x") is None
    clock.wait(days=31)
    assert people.token_holder(token) is None
    token, told = people.make_token("ليلى", "feed", by="ليلى")
    fails("E338", lambda: people.revoke(told.id, by="huda", of="huda"))
    people.revoke(told.id, by="ليلى")
    assert people.token_holder(token) is None
    assert [t.revoked for t in people.tokens("ليلى")] == [False, True]


def test_the_trail_tells_who_did_what_and_never_changes(store: Store, people: People) -> None:
    people.log_in("ليلى", GOOD, address="127.0.0.1")
    people.note("ليلى", "unmask", "report:r", {"reason": "صلة قرابة"})
    steps = people.trail(who="ليلى")
    assert [s.action for s in steps] == ["unmask", "log-in"]
    assert people.trail(who="ليلى", before=steps[0].seq)[0].action == "log-in"
    for verb in ("UPDATE trail SET who = 'x'", "DELETE FROM trail"):
        with pytest.raises(DBAPIError), store.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text(verb))
    assert len(people.trail()) == 3


def test_the_step_to_people_can_be_taken_back(address: str) -> None:
    engine = _engine(_address(address))
    config = migration_config()
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        given = "'r', 'h', 'x', '2024-01-01'"
        connection.execute(text(f"INSERT INTO reports (name, sha256, text, added_at) VALUES ({given})"))
        row = "'r', 'e1', 'ASSAULT', 'actual', 'x'"
        connection.execute(text(f"INSERT INTO events (report, event, type, status, words) VALUES ({row})"))
        command.downgrade(config, "0006")
        assert "corrections" not in set(inspect(connection).get_table_names())
        assert connection.execute(text("SELECT event FROM events")).scalars().all() == ["e1"]
    engine.dispose()
    with open_store(address) as store:
        rows = ReviewRows(store)
        assert rows.counts() == {"open": 1, "rejected": 0}
        assert [(c.key, c.doubt) for c in rows.listed("open", limit=5)] == [(("r", "e1"), 0)]
