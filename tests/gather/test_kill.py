"""A gathering that is killed at any moment ends, started again, in the store of one that was left alone."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from gather.kill import content, driven, held, kill_within, run_to_the_end, write_texts
from gather.makers import reports
from marsad.cli import main
from marsad.commands.add import gather, taking_of
from marsad.commands.taking import Taking, work
from marsad.errors import StoreError
from marsad.gather.pieces import Found, Parcel
from marsad.model import Reading
from marsad.packs import Packs
from marsad.store import open_store
from marsad.store.gathering import Gathering
from marsad.store.jobs import Jobs

FILES, KILLS = 60, 4


def test_kills_leave_no_trace(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    write_texts(folder, [r.text for r in reports()], FILES)
    seconds = run_to_the_end(driven(tmp_path / "left-alone.sqlite", folder))
    draw = random.Random(11)
    killed = sum(kill_within(driven(tmp_path / "killed.sqlite", folder), seconds / 4, draw) for _ in range(KILLS))
    assert killed >= KILLS / 2, f"{killed} killed"
    run_to_the_end(driven(tmp_path / "killed.sqlite", folder))
    alone, again = held(tmp_path / "left-alone.sqlite"), held(tmp_path / "killed.sqlite")
    assert len(alone["originals"]) == FILES
    assert again == alone
    with open_store(tmp_path / "killed.sqlite") as store:
        assert {job.state for job in Jobs(store).all()[:-1]} <= {"broken", "done"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_texts(tmp_path / "reports", [r.text for r in reports()], 8)
    return tmp_path / "reports"


def test_a_stopped_job_is_taken_up_again(
    folder: Path, tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Taking._piece
    taken: list[str] = []

    def piece(self: Taking, one: object) -> None:
        whole(self, one)  # type: ignore[arg-type]
        taken.append("")
        self.halt = len(taken) == 3

    monkeypatch.setattr(Taking, "_piece", piece)
    address = f"sqlite:///{tmp_path / 's.sqlite'}"
    asked = {"given": [str(folder)], "cwd": str(tmp_path)}
    with open_store(address) as store:
        out = gather(store, asked, packs=packs)
        assert out.stopped
        (job,) = Jobs(store).all()
        assert (job.state, dict(job.counts)) == ("stopped", {"done": 3, "waiting": 5})
    done = CliRunner().invoke(main, ["--store", address, "jobs", "resume", "1"])
    assert done.exit_code == 0, done.output
    assert "5 new" in done.output
    with open_store(address) as store, open_store(tmp_path / "whole.sqlite") as other:
        assert Jobs(store).get(1).state == "done"
        with pytest.raises(StoreError, match="E352"):
            Jobs(store).claim(1)
        gather(other, asked, packs=packs)
        assert content(store) == content(other)


def test_a_fault_that_nobody_foresaw_loses_nothing_else(
    folder: Path, tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marsad.gather.inlets.text import TextInlet

    whole = TextInlet._find

    def find(self: TextInlet, parcel: Parcel, data: bytes) -> Found:
        if parcel.stem.endswith("3"):
            raise RuntimeError("a fault of a library")
        return whole(self, parcel, data)

    monkeypatch.setattr(TextInlet, "_find", find)
    with open_store(tmp_path / "s.sqlite") as store:
        out = gather(store, {"given": [str(folder)]}, packs=packs)
        assert (out.kept["new"], out.faults) == (7, 1)
        assert [f["code"] for i in Jobs(store).items(1, "failed") for f in i.faults] == ["E149"]


def test_a_job_stops_when_asked_within_a_large_file(tmp_path: Path, packs: Packs) -> None:
    rows = [{"id": f"{r.name}-{n}", "text": f"{r.title} ({n})"} for n in range(12) for r in reports()]
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    with open_store(tmp_path / "s.sqlite") as store:
        asked = {"given": [str(tmp_path / "rows.jsonl")], "cwd": str(tmp_path)}
        taking = taking_of(store, asked, packs=packs)
        jobs = Jobs(store)
        job = jobs.start("add", asked, asked["given"], by="test")
        jobs.ask_stop(job)
        out = work(taking, jobs, job, jobs.items(job))
        assert out.stopped and 0 < out.kept["new"] < len(rows)
        assert [i.state for i in jobs.items(job)] == ["waiting"]


def test_a_failed_item_says_why_and_is_tried_again(folder: Path, tmp_path: Path) -> None:
    (folder / "broken.txt").write_bytes("قصف".encode("cp1256"))
    store = ["--store", f"sqlite:///{tmp_path / 's.sqlite'}"]
    done = CliRunner().invoke(main, [*store, "add", str(folder)])
    assert (done.exit_code, "8 new" in done.output) == (2, True)
    shown = CliRunner().invoke(main, [*store, "jobs", "show", "1"]).output
    assert "E102" in shown and "broken.txt" in shown
    (folder / "broken.txt").write_text("قصف الطيران الموقع", "utf-8")
    again = CliRunner().invoke(main, [*store, "jobs", "resume", "1"])
    assert again.exit_code == 0 and "1 new" in again.output


def test_a_full_disk_stops_cleanly_and_tells(
    folder: Path, tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "marsad.commands.taking.read_one", lambda _read, report: Reading(report.name, None, engine="none/1")
    )
    monkeypatch.setattr("marsad.commands.taking.AT_ONCE", 4)
    write_texts(folder, [r.text * 8 for r in reports()], 24)
    path = tmp_path / "s.sqlite"
    with open_store(path) as store:
        _shrink(store, 50)
        with pytest.raises(StoreError, match="E350") as fault:
            gather(store, {"given": [str(folder)]}, packs=packs)
        assert "marsad jobs resume" in fault.value.remedy
        kept = store.count()["reports"]
        assert 0 < kept < 24
        _shrink(store, 1_000_000)
        assert store.verify_custody() > kept
        out = gather(store, {"given": [str(folder)]}, packs=packs)
        assert out.kept["new"] == 24 - kept
        store.verify_custody()


def _shrink(store: object, pages: int) -> None:
    """Let the database have so many pages more than it has."""
    with store.engine.connect() as connection:  # type: ignore[attr-defined]
        now = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count = {now + pages}"))


def test_reread_reads_only_what_another_version_read(folder: Path, tmp_path: Path, packs: Packs) -> None:
    from marsad.commands.reread import again

    with open_store(tmp_path / "s.sqlite") as store:
        gather(store, {"given": [str(folder)]}, packs=packs)
        seen: list[str] = []

        def read(report: object) -> Reading:
            seen.append(report.name)  # type: ignore[attr-defined]
            return Reading(report.name, None, engine="new/2")  # type: ignore[attr-defined]

        assert again(store, read, "new/2 p1") == (8, 8, 0)
        assert again(store, read, "new/2 p1") == (0, 0, 0)
        assert again(store, read, "new/2 p2") == (8, 0, 0)
        assert len(seen) == 16
        assert again(store, read, "new/2 p2", everything=True) == (8, 0, 0)
        assert len(Gathering(store).stale("new/2 p3")) == 8
        store.verify_custody()
