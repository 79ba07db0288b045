"""Opening: new, older, newer, foreign."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from marsad.errors import StoreError
from marsad.store import Store, open_store
from marsad.store.opening import _address, _engine, migration_config
from marsad.store.tables import REVISION, VERSION_TABLE, metadata


def test_the_revision_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(migration_config()).get_current_head() == REVISION


def test_the_migrations_make_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert [d for d in compare_metadata(context, metadata) if VERSION_TABLE not in str(d)] == []


def test_an_older_store_is_migrated_and_keeps_its_reports(address: str) -> None:
    engine = _engine(_address(address))
    with engine.execution_options(writes=True).begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO reports (name, sha256, text, added_at) VALUES ('r', 'h', 'نص', '2024-01-01T00:00:00')")
        )
    engine.dispose()
    with open_store(address) as store:
        assert [s.name for s in store.reports()] == ["r"]
        assert store.incidents() == []


def test_a_newer_store_is_refused(address: str) -> None:
    with open_store(address) as store, store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError) as fault:
        open_store(address)
    assert fault.value.code == "E304"


def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "foreign.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    with pytest.raises(StoreError) as fault:
        open_store(file)
    assert fault.value.code == "E303"


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("تقرير" * 1000, "utf-8")
    with pytest.raises(StoreError) as fault:
        open_store(file)
    assert fault.value.code == "E303"
    assert file.read_text("utf-8") == "تقرير" * 1000


@pytest.mark.parametrize(
    ("url", "code"),
    [("mysql://x/y", "E302"), ("http://x", "E302"), ("sqlite:////proc/nowhere/s.sqlite", "E301"),
     ("postgresql://nobody@127.0.0.1:1/none", "E301")],
)  # fmt: skip
def test_bad_addresses(url: str, code: str) -> None:
    with pytest.raises(StoreError) as fault:
        open_store(url)
    assert fault.value.code == code
    assert fault.value.remedy


def test_a_password_is_not_told() -> None:
    with pytest.raises(StoreError) as fault:
        open_store("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(fault.value)
