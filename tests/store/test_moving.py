"""Moving a store: everything arrives, or nothing; on every way between the two kinds."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, text

from marsad.cli import main
from marsad.errors import StoreError
from marsad.model import Report
from marsad.store import Store, moving, open_store
from marsad.store.moving import Moved, move
from marsad.store.rowstreams import all_tables, tally
from marsad.store.tables import VERSION_TABLE, facts, incidents, reports
from store import everything


@cache
def whole() -> Path:
    """A store with something in every table, made once."""
    file = Path(tempfile.mkdtemp(prefix="marsad-whole-")) / "store.sqlite"
    everything.fill(f"sqlite:///{file}")
    return file


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(whole(), tmp_path / "full.sqlite"))


def fails(code: str, act: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as fault:
        act()
    assert fault.value.code == code, fault.value
    assert fault.value.remedy
    return fault.value


def nothing_in(address: str) -> bool:
    with open_store(address) as store:
        return not any(everything.rows(store).values())


def test_every_table_holds_something(full: Path) -> None:
    with open_store(full) as store:
        assert [name for name, held in everything.rows(store).items() if not held] == []


def test_all_arrives_and_comes_back(full: Path, address: str, tmp_path: Path) -> None:
    there, back = move(full, address), move(address, tmp_path / "back.sqlite")
    assert there.tables == back.tables
    assert (there.lines, there.faults) == (back.lines, back.faults) and there.lines > 10
    with open_store(full) as one, open_store(address) as two, open_store(tmp_path / "back.sqlite") as three:
        assert everything.told(one) == everything.told(two) == everything.told(three)


@pytest.mark.postgres
def test_from_one_server_to_another_database(full: Path, postgres: str) -> None:
    from store.conftest import new_database

    one, two = new_database(postgres), new_database(postgres)
    assert move(full, one).tables == move(one, two).tables
    with open_store(one) as left, open_store(two) as right:
        assert everything.told(left) == everything.told(right)


def test_what_was_moved_goes_on(full: Path, address: str) -> None:
    """Numbers go on after the highest, the log after its last line, and the database's own rules stand."""
    move(full, address)
    with open_store(address) as store:
        lines = store.verify_custody()
        last = max(j.id or 0 for j in store.judgements(withdrawn=True))
        assert (store.judge(("r", "e1"), ("s", "e1"), "same", reason="واحد", by="huda").id or 0) > last
        assert store.add(Report("new", "نص جديد", published=date(2022, 6, 1)))
        assert store.verify_custody() == lines + 2
        assert schema(store) == schema_of_a_new(address)
        with pytest.raises(Exception, match="append-only"), store.engine.begin() as connection:
            connection.execute(text("DELETE FROM custody"))


def schema(store: Store) -> list[Any]:
    """Indexes and keys by table."""
    from sqlalchemy import inspect

    seen = inspect(store.engine)
    return [
        (
            t.name,
            sorted(str(i) for i in seen.get_indexes(t.name)),
            sorted(str(k) for k in seen.get_foreign_keys(t.name)),
        )
        for t in all_tables()
    ]


def schema_of_a_new(address: str) -> list[Any]:
    if address.startswith("sqlite"):
        with open_store(address + ".new") as store:
            return schema(store)
    from store.conftest import new_database

    with open_store(new_database(address, options="")) as store:
        return schema(store)


def test_what_others_write_meanwhile_is_left_out(full: Path, address: str, tmp_path: Path) -> None:
    move(full, address)

    class Writing(moving.Silent):
        def begin(self, what: str, rows: int) -> None:
            if what == "moving":
                with open_store(address) as store:
                    store.add(Report("late", "خبر جاء أثناء النقل"))

    moved = move(address, tmp_path / "copy.sqlite", progress=Writing())
    with open_store(tmp_path / "copy.sqlite") as copy, open_store(address) as source:
        assert moved.tables["reports"].rows == copy.count()["reports"] == source.count()["reports"] - 1
        assert copy.verify_custody() == source.verify_custody() - 1


def test_a_target_that_holds_anything_is_refused(full: Path, address: str) -> None:
    with open_store(address) as store:
        store.add(Report("mine", "نص لي"))
    fails("E361", lambda: move(full, address))
    with open_store(address) as store:
        assert [r.name for r in store.reports()] == ["mine"]


@pytest.mark.parametrize("table", ["reports", "incidents", "trail"])
def test_what_breaks_off_leaves_nothing_and_is_done_again(
    full: Path, address: str, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    class Broken(moving.Silent):
        def step(self, name: str, rows: int) -> None:
            if name == table:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(full, address, progress=Broken())
    assert nothing_in(address)
    assert move(full, address).rows > 0


def test_what_arrives_otherwise_than_sent_is_not_kept(full: Path, address: str, monkeypatch: Any) -> None:
    real = moving.write_rows

    def forgetful(connection: Any, table: Any, rows: Any) -> None:
        altered = ((*row[:-1], "غيره") if table.name == "facts" else row for row in rows)
        real(connection, table, altered)

    monkeypatch.setattr(moving, "write_rows", forgetful)
    assert "facts" in fails("E363", lambda: move(full, address)).message
    assert nothing_in(address)


def test_a_broken_log_is_moved_only_when_asked(full: Path, address: str) -> None:
    with sqlite3.connect(full) as connection:
        connection.execute("UPDATE reports SET text = text || '!' WHERE name = 'r'")
    connection.close()
    assert "text of r" in fails("E364", lambda: move(full, address)).message
    assert nothing_in(address)
    assert move(full, address, keep_faults=True).faults


@pytest.mark.postgres
@pytest.mark.parametrize(("sql", "where"), [
    ("UPDATE facts SET value = 'a' || char(0) || 'b' WHERE name = (SELECT min(name) FROM facts)", "facts"),
    ("UPDATE fetches SET fetched_at = '0123456789012345678901234567890123456789'", "fetches.fetched_at"),
])  # fmt: skip
def test_what_postgresql_cannot_keep_is_named(full: Path, postgres: str, sql: str, where: str) -> None:
    from store.conftest import new_database

    with sqlite3.connect(full) as connection:
        connection.execute(sql)
    connection.close()
    address = new_database(postgres)
    assert where in fails("E365", lambda: move(full, address)).message
    assert nothing_in(address)


def test_wrong_sources_and_targets(full: Path, tmp_path: Path, address: str) -> None:
    gone = tmp_path / "gone.sqlite"
    fails("E360", lambda: move(gone, address))
    assert not gone.exists()
    fails("E360", lambda: move(address, tmp_path / "x.sqlite"))
    fails("E366", lambda: move(full, f"sqlite:///{full.parent}/./{full.name}"))
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    fails("E303", lambda: move(foreign, address))
    fails("E303", lambda: move(full, foreign))


@pytest.mark.parametrize(("revision", "code"), [("0009", "E362"), ("9999", "E304")])
def test_sources_of_another_age(full: Path, address: str, revision: str, code: str) -> None:
    with sqlite3.connect(full) as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{revision}'")
    connection.close()
    fails(code, lambda: move(full, address))


def test_a_file_that_may_only_be_read_can_be_moved(full: Path, tmp_path: Path) -> None:
    full.chmod(0o400)
    before = full.read_bytes()
    assert move(full, tmp_path / "copy.sqlite", still=True).rows
    assert full.read_bytes() == before and not (tmp_path / "full.sqlite-wal").exists()


def test_the_hash_does_not_hang_on_the_order_but_on_every_value(address: str) -> None:
    def content(*rows: tuple[str, str]) -> str:
        with open_store(address) as store, store.engine.execution_options(writes=True).begin() as connection:
            connection.execute(facts.delete())
            for name, value in rows:
                connection.execute(insert(facts), {"name": name, "value": value})
            return tally(connection, facts, step=moving.Silent().step).content

    assert content(("a", "1"), ("b", "2")) == content(("b", "2"), ("a", "1"))
    assert len({content(("a", "1")), content(("a", "2")), content(("a1", "")), content(("a", "1"), ("b", ""))}) == 4


def test_the_command_tells_counts_and_no_password(full: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["migrate-store", str(full), str(tmp_path / "copy.sqlite")])
    assert run.exit_code == 0, run.output
    assert "alike on both sides" in run.output and "incidents" in run.output
    run = CliRunner().invoke(main, ["migrate-store", str(full), "postgresql://me:geheim@127.0.0.1:1/none"])
    assert run.exit_code == 2 and "E301" in run.output
    assert "geheim" not in run.output


def test_memory_stays_small_over_long_tables(tmp_path: Path) -> None:
    """Rows pass one by one: the highest number held at once does not grow with the table."""
    import tracemalloc

    long = tmp_path / "long.sqlite"
    with open_store(long) as store, store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(incidents), [
            {"id": f"i{n}", "position": n, "type": "ASSAULT", "status": "actual", "document": "x" * 4000}
            for n in range(5000)
        ])  # fmt: skip
    tracemalloc.start()
    assert moved_rows(move(long, tmp_path / "copy.sqlite")) == 5000
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def moved_rows(moved: Moved) -> int:
    return moved.tables[incidents.name].rows + moved.tables[reports.name].rows
