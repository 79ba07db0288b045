"""A backup holds everything, is proved by restoring it, and is never half there."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from marsad.cli import main
from marsad.model import Report
from marsad.store import backups, moving, open_store
from marsad.store.backups import back_up, read_manifest, restore
from marsad.store.moving import move
from store import everything
from store.test_moving import fails, nothing_in, whole

NOW = datetime(2026, 1, 31, 2, tzinfo=UTC)


@pytest.fixture
def full(address: str) -> str:
    """A store of either kind with something in every table."""
    move(whole(), address, still=True)
    return address


@pytest.fixture
def made(tmp_path: Path) -> backups.Backup:
    """A backup of it."""
    return back_up(whole(), tmp_path / "backups", now=NOW)


def test_everything_comes_back(full: str, tmp_path: Path) -> None:
    backup = back_up(full, tmp_path / "backups")
    with open_store(full) as store:
        before = everything.told(store)
    for target in (tmp_path / "restored.sqlite", fresh(full, tmp_path)):
        moved = restore(backup.file, target)
        assert {name: (t.rows, t.content) for name, t in moved.tables.items()} == backup.content
        with open_store(target) as store:
            assert everything.told(store) == before
    with open_store(shutil.copy(backup.file, tmp_path / "used.sqlite")) as store:  # it is a working store itself
        assert everything.told(store) == before


def fresh(address: str, folder: Path) -> str:
    if address.startswith("sqlite"):
        return f"sqlite:///{folder / 'fresh.sqlite'}"
    from store.conftest import new_database

    return new_database(address)


def test_only_its_owner_may_read_it_and_nothing_else_is_left(made: backups.Backup) -> None:
    folder = made.file.parent
    assert sorted(folder.iterdir()) == [made.file, made.manifest]
    assert {stat.S_IMODE(f.stat().st_mode) for f in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_manifest_tells_what_is_in_it(made: backups.Backup) -> None:
    told = json.loads(made.manifest.read_text("utf-8"))
    assert told["format"] == "marsad-backup/1"
    assert told["made_at"] == NOW.isoformat()
    assert told["sha256"] == backups.sha256_of(made.file)
    with open_store(whole()) as store:
        assert {name: t["rows"] for name, t in told["tables"].items()} == {
            name: len(held) for name, held in everything.rows(store).items()
        }
        assert told["custody_lines"] == store.verify_custody()
    assert read_manifest(made.file) == made


def test_it_is_taken_while_the_server_writes(full: str, tmp_path: Path) -> None:
    stop, written = threading.Event(), list[str]()

    def write() -> None:
        with open_store(full) as store:
            while not stop.is_set():
                name = f"n{len(written)}"
                store.add(Report(name, f"خبر {name}"))
                written.append(name)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        taken = [back_up(full, tmp_path / f"{n}.sqlite") for n in range(2)]
    finally:
        stop.set()
        writer.join()
    assert len(written) > 3
    for n, backup in enumerate(taken):
        target = tmp_path / f"back{n}.sqlite"
        restore(backup.file, target)
        with open_store(target) as store:
            names = {r.name for r in store.reports()} - {"r", "s", "من الشبكة"}
            assert names == set(written[: len(names)])  # one moment: no hole before the last
            store.verify_custody()


def test_a_store_that_is_in_use_is_not_overwritten(made: backups.Backup, address: str) -> None:
    with open_store(address) as store:
        store.add(Report("mine", "نص لي"))
    fails("E361", lambda: restore(made.file, address))
    with open_store(address) as store:
        assert store.count()["reports"] == 1


def damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize(("harm", "code"), [
    (damage, "E371"),
    (lambda f: f.write_bytes(f.read_bytes()[:-4096]), "E371"),
    (lambda f: f.with_name(f.name + ".json").unlink(), "E370"),
    (lambda f: f.with_name(f.name + ".json").write_text("{}"), "E370"),
    (lambda f: f.with_name(f.name + ".json").write_text("[1"), "E370"),
    (lambda f: f.unlink(), "E370"),
])  # fmt: skip
def test_a_damaged_one_is_refused(made: backups.Backup, address: str, harm: Callable[[Path], Any], code: str) -> None:
    harm(made.file)
    fails(code, lambda: restore(made.file, address))
    assert nothing_in(address)


def test_one_whose_manifest_tells_otherwise_is_refused(made: backups.Backup, address: str) -> None:
    told = json.loads(made.manifest.read_text("utf-8"))
    told["tables"]["people"]["content"] = "0" * 64
    made.manifest.write_text(json.dumps(told), "utf-8")
    assert "people" in fails("E371", lambda: restore(made.file, address)).message
    assert nothing_in(address)


def test_a_backup_stays_as_it_is_when_it_is_restored(made: backups.Backup, tmp_path: Path) -> None:
    before = made.file.read_bytes()
    for n in range(2):
        restore(made.file, tmp_path / f"{n}.sqlite")
    assert made.file.read_bytes() == before
    assert sorted(made.file.parent.iterdir()) == [made.file, made.manifest]


def test_one_of_an_older_marsad_is_brought_to_todays_form(made: backups.Backup, address: str) -> None:
    from alembic import command

    from marsad.store.opening import _address, _engine, migration_config

    engine = _engine(_address(made.file))
    with engine.execution_options(writes=True).begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0010")
    engine.dispose()
    told = json.loads(made.manifest.read_text("utf-8"))
    told |= {"revision": "0010", "sha256": backups.sha256_of(made.file), "bytes": made.file.stat().st_size}
    made.manifest.write_text(json.dumps(told), "utf-8")
    before = made.file.read_bytes()
    restore(made.file, address)
    assert made.file.read_bytes() == before
    with open_store(address) as store, open_store(whole()) as source:
        assert everything.told(store) == everything.told(source)


def test_only_the_newest_of_this_store_are_kept(tmp_path: Path) -> None:
    folder, other = tmp_path / "backups", tmp_path / "other.sqlite"
    with open_store(other) as store:
        store.add(Report("mine", "نص لي"))
    theirs = back_up(other, folder, now=NOW)
    (folder / "marsad-notes.sqlite").write_text("x")
    mine = [back_up(whole(), folder, keep=2, now=NOW + timedelta(days=n)) for n in range(1, 5)]
    assert [b.file for b in backups.backups(folder)] == [theirs.file, mine[-2].file, mine[-1].file]
    assert len(list(folder.iterdir())) == 7
    fails("E373", lambda: back_up(whole(), folder, keep=0))
    fails("E373", lambda: back_up(whole(), tmp_path / "one.sqlite", keep=3))


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken(moving.Silent):
        def step(self, name: str, rows: int) -> None:
            if name == "reports":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(whole(), tmp_path / "backups", progress=Broken())
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(moving, "write_rows", full)
    assert "disk is full" in fails("E365", lambda: back_up(whole(), tmp_path / "backups")).message
    assert list((tmp_path / "backups").iterdir()) == []


def test_what_cannot_be_written_is_told(tmp_path: Path, made: backups.Backup) -> None:
    fails("E372", lambda: back_up(whole(), made.file))
    (tmp_path / "file").write_text("x")
    fails("E372", lambda: back_up(whole(), tmp_path / "file" / "backups"))


def test_what_a_killed_backup_left_goes_with_the_next(made: backups.Backup) -> None:
    import os

    old, new = (made.file.with_name(f".marsad-x.{n}.part") for n in ("old", "new"))
    for rest in (old, new):
        rest.write_text("x")
    os.utime(old, (0, 0))
    back_up(whole(), made.file.parent)
    assert not old.exists() and new.exists()


def test_the_commands(tmp_path: Path) -> None:
    folder, target = tmp_path / "backups", tmp_path / "restored.sqlite"
    run = CliRunner().invoke(main, ["--store", str(whole()), "backup", "-o", str(folder), "--keep", "1"])
    assert run.exit_code == 0 and "checked" in run.output, run.output
    (backup,) = backups.backups(folder)
    run = CliRunner().invoke(main, ["--store", str(target), "restore", str(backup.file)])
    assert run.exit_code == 0 and "alike on both sides" in run.output, run.output
    run = CliRunner().invoke(main, ["--store", str(target), "restore", str(backup.file)])
    assert run.exit_code == 2 and "E361" in run.output
