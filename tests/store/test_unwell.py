"""A database that is not well: each fault has its code and remedy, tells no password, and passes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from marsad.errors import StoreError
from marsad.model import Report
from marsad.serve.app import create_app
from marsad.store import Store, open_store
from marsad.store.connecting import Connecting, address_of, shown
from marsad.store.faults import reason_of
from store.conftest import Server, new_database

SECRET = "Gehe1m"
QUICK = Connecting(pool=2, wait=1, connect=2)


def fails(code: str, act: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as fault:
        act()
    told = f"{fault.value} {fault.value.remedy} {fault.value.__cause__}"
    assert fault.value.code == code, told
    assert fault.value.remedy
    assert SECRET not in told
    return fault.value


def run(server: str, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def at(address: str, *, user: str = "postgres", password: str = "", name: str | None = None) -> str:
    """The same server for another user or database."""
    url = address_of(address).set(username=user, password=password or None)
    return (url if name is None else url.set(database=name)).render_as_string(hide_password=False)


@pytest.fixture
def users(server: Server) -> Iterator[Server]:
    """`locked` needs a password, `reader` may read only, `single` may connect once."""
    run(server.address, f"CREATE ROLE locked LOGIN PASSWORD '{SECRET}'", "CREATE ROLE reader LOGIN",
        "CREATE ROLE single LOGIN CONNECTION LIMIT 1")  # fmt: skip
    yield server
    run(server.address, *(f"DROP OWNED BY {name}" for name in ("locked", "reader", "single")),
        *(f"DROP ROLE {name}" for name in ("locked", "reader", "single")))  # fmt: skip


# -- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("url", "code"), [
    (f"postgresql://me:{SECRET}@127.0.0.1:1/none", "E301"),
    (f"postgresql://me:{SECRET}@no-such-host.invalid/none", "E301"),
    (f"postgresql://me:{SECRET}@127.0.0.1:port/none", "E302"),
    (f"postgres://me:{SECRET}@127.0.0.1/none", "E302"),
    (f"mysql://me:{SECRET}@127.0.0.1/none", "E302"),
    (f"postgresql://127.0.0.1:1/none?password={SECRET}", "E301"),
])  # fmt: skip
def test_wrong_addresses(url: str, code: str) -> None:
    fails(code, lambda: open_store(url, connecting=QUICK))


def test_an_address_is_shown_without_its_password() -> None:
    for url in (f"postgresql://me:{SECRET}@h/d", f"postgresql://h/d?password={SECRET}&user=me",
                f"postgresql://h/d?sslpassword={SECRET}"):  # fmt: skip
        assert SECRET not in shown(url)
        assert "/d" in shown(url)
    for told in (f"postgresql://me:{SECRET}@h/d", f"host=h password={SECRET} user=me", f"password = '{SECRET} x'"):
        assert SECRET not in reason_of(told)


def test_settings_of_connections_are_checked() -> None:
    assert Connecting.from_environment({"MARSAD_STORE_POOL": "5"}).pool == 5
    assert Connecting.from_environment({}) == Connecting()
    for said in ("0", "-1", "x", "1.5", "99999", "٣"):
        fails("E368", lambda said=said: Connecting.from_environment({"MARSAD_STORE_WAIT": said}))  # type: ignore[misc]


# -- what the server refuses ------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_what_a_server_refuses(users: Server) -> None:
    name = address_of(new_database(users.address)).database
    fails("E375", lambda: open_store(at(users.address, user="locked", password=SECRET + "x", name=name)))
    fails("E375", lambda: open_store(at(users.address, user="locked", name=name)))
    fails("E376", lambda: open_store(at(users.address, name="nowhere")))
    fails("E377", lambda: open_store(at(users.address, user="reader", name=name)))  # it may not make the tables


@pytest.mark.postgres
def test_a_user_who_may_only_read_reads(users: Server) -> None:
    address = new_database(users.address)
    with open_store(address) as store:
        store.add(Report("r", "نص"))
    run(address, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    with open_store(at(address, user="reader")) as store:
        assert [r.name for r in store.reports()] == ["r"]
        assert store.verify_custody() == 1
        fails("E377", lambda: store.add(Report("s", "نص آخر")))
    run(address, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM reader")


@pytest.mark.postgres
def test_a_server_that_may_only_be_read(server: Server) -> None:
    address = new_database(server.address)
    open_store(address).close()
    run(address, f"ALTER DATABASE {address_of(address).database} SET default_transaction_read_only = on")
    with open_store(address) as store:
        assert store.reports() == []
        fails("E377", lambda: store.add(Report("s", "نص")))


@pytest.mark.postgres
def test_too_many_connections(users: Server) -> None:
    address = new_database(users.address)
    open_store(address).close()
    run(address, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO single")
    with open_store(at(address, user="single")) as store, store.engine.connect() as held:
        held.execute(text("SELECT 1"))
        fails("E378", lambda: open_store(at(address, user="single")))
    run(address, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM single")
    with open_store(address, connecting=QUICK) as store:
        held = [store.engine.connect() for _ in range(2 * QUICK.pool)]
        fails("E378", store.reports)  # all of ours are busy
        for connection in held:
            connection.close()
        assert store.reports() == []


@pytest.mark.postgres
def test_foreign_databases_and_letters(server: Server) -> None:
    address = new_database(server.address)
    run(address, "CREATE TABLE songs (title text)")
    fails("E303", lambda: open_store(address))
    latin = "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    fails("E367", lambda: open_store(new_database(server.address, options=latin)))


# -- waiting and breaking ---------------------------------------------------------------------------------------------


def test_a_writer_waits_for_another_and_is_told_when_it_lasts(address: str) -> None:
    with open_store(address, connecting=QUICK) as store, open_store(address, connecting=QUICK) as other:
        with writing(other):
            fails("E379", lambda: store.add(Report("r", "نص")))
            assert store.reports() == []  # reading does not wait
            open_store(address, connecting=QUICK).close()  # nor does opening
        assert store.add(Report("r", "نص"))


@contextmanager
def writing(store: Store) -> Iterator[None]:
    with store._writing():
        yield


@pytest.mark.postgres
@pytest.mark.parametrize("state", ["40P01", "40001", "57014"])
def test_conflicts_are_told_with_a_code(server: Server, state: str) -> None:
    with open_store(new_database(server.address)) as store:

        def clash() -> None:
            with store._writing() as connection:
                connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"))

        fails("E379", clash)
        assert store.add(Report("r", "نص"))


@pytest.mark.postgres
def test_a_database_whose_standard_is_stricter(server: Server) -> None:
    """A writer that waited sees what was written before it, whatever isolation the database sets."""
    address = new_database(server.address)
    open_store(address).close()
    run(address, f"ALTER DATABASE {address_of(address).database} SET default_transaction_isolation = 'serializable'")
    done = [threading.Thread(target=add_some, args=(address, who)) for who in "ab"]
    for thread in done:
        thread.start()
    for thread in done:
        thread.join()
    with open_store(address) as store:
        assert store.count()["reports"] == 20
        assert store.verify_custody() == 20


def add_some(address: str, who: str) -> None:
    with open_store(address) as store:
        for n in range(10):
            store.add(Report(f"{who}{n}", f"نص {who} {n}"))


@pytest.mark.postgres
def test_one_question_sees_one_state(server: Server) -> None:
    address = new_database(server.address)
    with open_store(address) as store, open_store(address) as other:
        with store._reading() as connection:
            seen = connection.execute(text("SELECT count(*) FROM reports")).scalar()
            other.add(Report("r", "نص"))
            assert connection.execute(text("SELECT count(*) FROM reports")).scalar() == seen == 0
        assert store.count()["reports"] == 1


@pytest.mark.postgres
def test_after_a_restart_of_the_database_the_next_request_works(server: Server) -> None:
    address = new_database(server.address)
    app = create_app(address, mask=False)
    with open_store(address) as store, TestClient(app, raise_server_exceptions=False) as client:
        store.add(Report("r", "نص"))
        assert client.get("/api/v1/reports").json()["total"] == 1
        server.stop()
        try:
            fails("E301", store.reports)
            told = client.get("/api/v1/reports")
            assert (told.status_code, told.json()["error"]["code"]) == (503, "E301")
        finally:
            server.start()
        assert [r.name for r in store.reports()] == ["r"]
        assert client.get("/api/v1/reports").json()["total"] == 1
        assert store.add(Report("s", "نص آخر"))
        assert store.verify_custody() == 2


@pytest.mark.postgres
def test_a_connection_that_breaks_within_is_told_and_nothing_is_half_there(server: Server) -> None:
    with open_store(new_database(server.address)) as store:

        def broken() -> None:
            with store._writing() as connection:
                store._log(connection, "note", "x", {}, "me")
                held = connection.execute(text("SELECT pg_backend_pid()")).scalar()
                run(server.address, f"SELECT pg_terminate_backend({held})")
                time.sleep(0.1)
                store._log(connection, "note", "y", {}, "me")

        fails("E369", broken)
        assert store.verify_custody() == 0
        assert store.add(Report("r", "نص"))


def test_other_faults_stay_as_the_driver_told_them(address: str) -> None:
    with open_store(address) as store, pytest.raises(DBAPIError), store.engine.connect() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))


def test_a_path_may_hold_any_signs(tmp_path: Path) -> None:
    file = tmp_path / "حالة #1 50%?.sqlite"
    with open_store(file) as store:
        store.add(Report("r", "نص"))
    assert file.exists()
