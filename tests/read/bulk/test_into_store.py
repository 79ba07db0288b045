"""What bulk reading wrote goes into a store with its readings: as if the source had been added, and nothing twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from marsad.cli import main
from marsad.commands import parts as taken_parts
from marsad.commands.add import gather
from marsad.errors import InputError, MarsadError
from marsad.fuse import incidents
from marsad.model import Reading
from marsad.packs import Packs, load
from marsad.read import Reader
from marsad.store import Store, open_store
from marsad.store.gathering import Gathering
from marsad.store.jobs import Jobs
from marsad.store.tables import custody, event_actors, events, originals, read_with, readings, reports
from read.bulk.trials import read, rows, write_rows
from store.conftest import address, postgres

__all__ = ["address", "postgres"]
REPORTS = 28


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load()


@pytest.fixture(autouse=True)
def loaded_once(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands take the knowledge that is loaded already."""
    monkeypatch.setattr("marsad.packs.load", lambda *_: packs)


def source() -> list[dict[str, str]]:
    """Reports: a name that two texts bear, a text that two names bear, a near copy, a foreign paragraph, no day."""
    made = rows(REPORTS - 4)
    made[5] |= {"report": made[2]["report"]}
    again = made[3] | {"report": "again"}
    copy = made[4] | {"report": "copy", "text": made[4]["text"] + " انتهى", "published": "2021-12-30"}
    english = "Reported from the field by a correspondent of the agency, who was in the town."
    foreign = made[6] | {"report": "foreign", "text": f"{made[6]['text']}\n\n{english}\n\nقصفت الطائرات تدمر."}
    undated = {"report": "undated", "text": "قتل مدني بقصف مدفعي نفذته قوات النظام على سرمين يوم 3 أيار 2021."}
    return [*made, again, copy, foreign, undated]


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rows(tmp_path_factory.mktemp("wire") / "wire.jsonl", source())


@pytest.fixture(scope="module")
def whole(wire: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bulk reading of it, which nobody may change."""
    out = tmp_path_factory.mktemp("whole") / "read"
    outcome = read(out, wire)
    assert outcome.summary is not None and outcome.summary.parts > 3
    return out


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy to be changed."""
    return Path(shutil.copytree(whole, tmp_path / "read"))


def content(store: Store) -> dict[str, Any]:
    """All of a store but how things came."""
    columns = [reports.c[name] for name in ("name", "sha256", "text", "outlet", "published", "url", "copy_of")]
    wanted: dict[str, Any] = {
        "reports": [*columns, reports.c.copy_share], "readings": [readings.c.report, readings.c.record],
        "read_with": [read_with], "events": [events], "event_actors": [event_actors],
        "marks": [originals.c.report, originals.c.marks, originals.c.language],
    }  # fmt: skip
    with store.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(*what)).all()))
            for name, what in wanted.items()
        }  # fmt: skip


def log(store: Store) -> list[tuple[str, str]]:
    with store.engine.connect() as connection:
        return [(row.action, row.subject) for row in connection.execute(select(custody).order_by(custody.c.seq))]


def into(store: Store, *given: Path, packs: Packs) -> Any:
    out = gather(store, {"given": [str(one) for one in given], "cwd": str(Path.cwd())}, packs=packs)
    store.verify_custody()
    return out


@pytest.fixture(scope="module")
def added(wire: Path, packs: Packs) -> dict[str, Any]:
    """What adding the source itself gives."""
    with open_store("sqlite://") as store:
        into(store, wire, packs=packs)
        return content(store) | {"incidents": incidents(store, packs=packs)}


def test_as_if_the_source_had_been_added(
    whole: Path, wire: Path, address: str, added: dict[str, Any], packs: Packs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> Reading:
        raise AssertionError("it was read again")

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "read", never)
        with open_store(address) as store:
            out = into(store, whole, packs=packs)
            assert (out.kept["new"], out.kept["known"], out.kept["foreign"], out.faults) == (REPORTS - 1, 1, 0, 0)
            assert content(store) == {key: added[key] for key in content(store)}
            assert any("passage-en" in row for row in added["marks"])
            assert incidents(store, packs=packs) == added["incidents"] != []
            assert Gathering(store).stale(_version(whole)) == []
            for again in (whole, whole / "parts"):
                before = log(store)
                assert into(store, again, packs=packs).kept["new"] == 0
                assert again.name == "parts" or log(store) == before
    with open_store(address) as store:
        assert into(store, wire, packs=packs).kept["new"] == 0
        assert content(store)["readings"] == added["readings"]


def _version(folder: Path) -> str:
    told = json.loads((folder / "bulk.json").read_text("utf-8"))["version"]
    return f"{told['engine']} {told['packs']}"


def test_the_original_is_the_part(whole: Path, packs: Packs) -> None:
    with open_store("sqlite://") as store:
        into(store, whole, packs=packs)
        (kept, *_), gathering = Gathering(store).originals(report="undated"), Gathering(store)
        file = Path(kept.received.address)
        assert (kept.received.inlet, file.parent, kept.received.language) == ("bulk", whole / "parts", "ar")
        assert gathering.data(kept.received.sha256) == file.read_bytes()
        line = file.read_text("utf-8").splitlines()[int(kept.received.locator.removeprefix("line ")) - 1]
        assert json.loads(line)["report"] == "undated"
        assert kept.received.how["source"].endswith("wire.jsonl")


def test_killed_in_the_middle_nothing_stands_twice(whole: Path, tmp_path: Path, packs: Packs) -> None:
    address = f"sqlite:///{tmp_path / 'killed.sqlite'}"
    if (child := os.fork()) == 0:
        _killed(address, whole, packs)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    with open_store(address) as store:
        assert 0 < store.count()["reports"] < REPORTS - 1
        assert [job.state for job in Jobs(store).all()] == ["broken"]
    done = CliRunner().invoke(main, ["--store", address, "jobs", "resume", "1"])
    assert done.exit_code == 0, done.output
    with open_store(address) as store, open_store("sqlite://") as alone:
        into(alone, whole, packs=packs)
        assert log(store) == log(alone)
        assert content(store) == content(alone)


def _killed(address: str, whole: Path, packs: Packs) -> None:
    """Run by a child: it kills itself after the third writing, with more of a part in its hands."""
    try:
        take_all, times = Gathering.take_all, []

        def third(self: Gathering, *given: Any, **more: Any) -> Any:
            times.append(take_all(self, *given, **more))
            if len(times) == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            return times[-1]

        Gathering.take_all = third  # type: ignore[method-assign]
        taken_parts.TOGETHER = 4
        with open_store(address) as store:
            into(store, whole, packs=packs)
    finally:
        os._exit(1)


def line_of(path: Path, number: int, change: Callable[[bytes], bytes]) -> None:
    """Change a line of a file, which keeps its size."""
    lines = path.read_bytes().splitlines(keepends=True)
    changed = change(lines[number])
    assert len(changed) == len(lines[number]) and changed != lines[number]
    lines[number] = changed
    path.write_bytes(b"".join(lines))


DAMAGE: dict[str, tuple[str, Callable[[bytes], bytes], int]] = {
    "no JSON": ("reports", lambda line: b"?" + line[1:], 1),
    "no line end": ("reports", lambda line: line[:-1] + b" ", 2),
    "another text": ("reports", lambda line: line.replace("قصف".encode(), "قفص".encode(), 1), 1),
    "another day": ("reports", lambda line: line.replace(b"2021-11", b"2021-10"), 1),
    "no record": ("records", lambda line: b"?" + line[1:], 1),
    "records in one line": ("records", lambda line: line[:-1] + b" ", 2),
    "another place in the text": ("records", lambda line: re.sub(rb'"start": .', b'"start": 0', line, count=1), 1),
}  # fmt: skip


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_line_is_told_and_the_rest_goes_on(how: str, folder: Path, packs: Packs) -> None:
    name, change, lost = DAMAGE[how]
    line_of(folder / "parts" / f"000001.{name}.jsonl", 1, change)
    with open_store("sqlite://") as store:
        out = into(store, folder, packs=packs)
        (failed,) = Jobs(store).items(1, "failed")
        told = [(fault["code"], fault["where"].rsplit("/", 1)[-1]) for fault in failed.faults]
        assert told[-1] == ("E722", f"000001.{name}.jsonl")
        assert [code for code, _ in told[:-1]] == ["E725"] * (len(told) - 1)
        assert told[0][1] in ("000001.reports.jsonl:2", "000001.reports.jsonl:3")
        assert REPORTS - 1 - lost <= out.kept["new"] < REPORTS - 1


def test_a_mended_part_is_taken_by_resuming(folder: Path, whole: Path, packs: Packs, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 's.sqlite'}"
    line_of(folder / "parts" / "000001.reports.jsonl", 0, lambda line: b"?" + line[1:])
    run = CliRunner().invoke(main, ["--store", address, "add", str(folder)])
    assert (run.exit_code, "E725" in run.stderr, "2 passed over" in run.stdout) == (2, True, True)
    shutil.copy(whole / "parts" / "000001.reports.jsonl", folder / "parts")
    run = CliRunner().invoke(main, ["--store", address, "jobs", "resume", "1"])
    assert (run.exit_code, "1 new" in run.stdout) == (0, True), run.output
    with open_store(address) as store:
        assert store.count()["reports"] == REPORTS - 1


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        (("summary.json",), "E721"),
        (("parts/000001.done.json",), "E721"),
        (tuple(f"parts/000000.{kind}" for kind in ("done.json", "reports.jsonl", "records.jsonl")), "E721"),
        (("parts/000001.records.jsonl",), "E722"),
    ],
)
def test_what_is_not_finished_is_not_taken(gone: tuple[str, ...], code: str, folder: Path, packs: Packs) -> None:
    for name in gone:
        (folder / name).unlink()
    with open_store("sqlite://") as store:
        with pytest.raises(InputError, match=code):
            into(store, folder, packs=packs)
        assert (store.count()["reports"], Jobs(store).all()) == (0, [])


def test_the_last_part_is_missed(folder: Path, packs: Packs) -> None:
    last = max((folder / "parts").glob("*.done.json")).name[:6]
    for file in (folder / "parts").glob(f"{last}.*"):
        file.unlink()
    with open_store("sqlite://") as store, pytest.raises(InputError, match="E721"):
        into(store, folder, packs=packs)


@pytest.mark.parametrize("asked", [{"published": "2022-01-01"}, {"outlet": "x"}, {"inlet": "table"}])
def test_options_that_come_too_late_are_refused(whole: Path, packs: Packs, asked: dict[str, str]) -> None:
    with open_store("sqlite://") as store, pytest.raises(MarsadError, match="E731"):
        gather(store, {"given": [str(whole)], **asked}, packs=packs)


def test_another_version_is_noted_and_lays_nothing_over_what_is_there(folder: Path, wire: Path, packs: Packs) -> None:
    asked = json.loads((folder / "bulk.json").read_text("utf-8"))
    today = _version(folder)
    asked["version"] |= {"code": "0" * 16}
    (folder / "bulk.json").write_text(json.dumps(asked), "utf-8")
    with open_store("sqlite://") as store:
        into(store, folder, packs=packs)
        assert len(Gathering(store).stale(today)) == REPORTS - 1
    for records in (folder / "parts").glob("*.records.jsonl"):
        records.write_bytes(records.read_bytes().replace(b"marsad-rules/", b"marsad-rulez/"))
    with open_store("sqlite://") as store:
        into(store, wire, packs=packs)
        before = content(store)
        out = into(store, folder, packs=packs)
        assert (out.kept["new"], out.kept["known"], out.kept["foreign"]) == (0, REPORTS, 0)
        after = content(store)
        assert {key: after[key] for key in ("readings", "read_with", "events")} == {
            key: before[key] for key in ("readings", "read_with", "events")
        }
        assert Gathering(store).stale(today) == []


def test_folders_of_files_are_as_they_were(whole: Path, tmp_path: Path, packs: Packs) -> None:
    """Files with the names of parts are tables; a bulk reading below a folder is left alone and told."""
    top = tmp_path / "top"
    (top / "parts").mkdir(parents=True)
    write_rows(top / "parts" / "000000.reports.jsonl", rows(2))
    shutil.copytree(whole, top / "read")
    with open_store("sqlite://") as store:
        out = into(store, top, packs=packs)
        assert (out.kept["new"], out.faults) == (2, 0)
        (told,) = [p for p in out.passed if "bulk reading" in p.why]
        assert told.count > 6
        assert {o.received.inlet for o in Gathering(store).originals()} == {"table"}


def test_what_could_not_be_read_is_told(archive: Path, alone: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["--store", f"sqlite:///{tmp_path / 's.sqlite'}", "add", str(alone)])
    assert run.exit_code == 0, run.output
    assert f"{alone}: 4 could not be read in bulk" in run.stderr
    assert "40 new, 0 already there, 0 passed over" in run.stdout
