"""A run that was broken off goes on: nothing lost, nothing twice. Real processes, real signals."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from marsad.read.bulk.faults import BulkError
from marsad.read.bulk.finish import left
from marsad.read.bulk.parts import Done
from marsad.read.bulk.processes import Processes
from marsad.read.bulk.request import Folder
from marsad.read.bulk.run import Progress, run
from read.bulk.trials import (
    Here,
    children,
    command,
    gone,
    held,
    killed_after,
    lines,
    parts_done,
    read,
    request,
    rows,
    until,
    write_rows,
)  # fmt: skip


def test_the_order_of_the_slices_does_not_matter(archive: Path, alone: Path, tmp_path: Path) -> None:
    read(tmp_path / "out", archive, engine=Here(lambda s: random.Random(3).sample(s, len(s))))
    assert held(tmp_path / "out") == held(alone)


def test_workers_may_be_killed(archive: Path, alone: Path, tmp_path: Path) -> None:
    engine, killed = Processes(2), []

    def kill(progress: Progress) -> None:
        if progress.done in (1, 3):
            killed.append(engine.pids[0])
            os.kill(killed[-1], signal.SIGKILL)

    outcome = run(request(archive), (), tmp_path / "out", engine, tell=kill)
    assert len(set(killed)) == 2 and outcome.summary is not None
    assert held(tmp_path / "out") == held(alone)
    assert not engine.pids


def test_a_slice_that_kills_is_given_up_told_and_tried_again(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "a.jsonl", rows(24))
    asked = request(file, slice_size=4000)
    out, halt, deaths = tmp_path / "out", threading.Event(), []

    def hunt() -> None:
        while not halt.is_set():  # the name of a part in the making tells who makes it
            for path in (out / "parts").glob(".000001.reports.jsonl.*.part"):
                pid = int(path.name.split("-")[-1].removesuffix(".part"))
                if pid != os.getpid() and pid not in deaths:
                    deaths.append(pid)
                    os.kill(pid, signal.SIGKILL)
            halt.wait(0.001)

    hunter = threading.Thread(target=hunt)
    hunter.start()
    try:
        outcome = run(asked, (), out, Processes(1))
    finally:
        halt.set()
        hunter.join()
    assert len(deaths) == 3 and outcome.summary is not None
    assert (outcome.summary.codes, outcome.summary.again) == ({"E713": 1}, 1)
    (line,) = lines(out, "errors.jsonl")
    assert "part 1" in line["where"] and "poison" in line["message"]
    read(tmp_path / "alone", file, slice_size=4000)
    assert outcome.summary.reports < 24
    read(out, file, slice_size=4000)
    assert held(out) == held(tmp_path / "alone")


def test_a_run_killed_twice_ends_as_one_left_alone(long: Path, long_alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = command(out, long, workers=1)
    for _ in range(2):
        workers = killed_after(asked, out, parts_done(out) + 2)
        assert workers
        until(lambda pids=workers: gone(pids), what="the end of the workers")
    assert 4 <= parts_done(out) < parts_done(long_alone)
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr  # a report was broken
    assert "slices are done; going on" in done.stderr and "160 reports" in done.stdout
    assert held(out) == held(long_alone)


@pytest.fixture
def heard() -> Iterator[None]:
    """Programs that are begun hear Ctrl-C, also where whoever began the tests does not (`&` in a script)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_stops_and_says_how_to_go_on(long: Path, long_alone: Path, tmp_path: Path) -> None:
    for n in range(8):
        out = tmp_path / f"out-{n}"
        process = subprocess.Popen(command(out, long, workers=1), stderr=subprocess.PIPE, text=True)
        until(lambda out=out: parts_done(out), what="a part")  # type: ignore[misc]
        workers = children(process.pid)
        _send(workers, signal.SIGSTOP)  # the rest is short: it must not be done before the signal has come
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        _send(workers, signal.SIGCONT)
        told = process.communicate(timeout=30)[1]
        if "160 reports of this run" not in told:  # all was done already: that happens on a busy machine
            break
    assert process.returncode == 2 and "stopped:" in told and "the same command goes on" in told
    assert "Traceback" not in told
    until(lambda: gone(workers), what="the end of the workers")
    assert not list((out / "parts").glob(".*"))
    read(out, long)
    assert held(out) == held(long_alone)


def _send(pids: list[int], signal_: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal_)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _other_bytes(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:20] + b"?" + data[21:])


@pytest.mark.parametrize(
    ("name", "harm", "verify"),
    [
        ("000001.records.jsonl", _cut, False),
        ("000001.reports.jsonl", Path.unlink, False),
        ("000001.done.json", _cut, False),
        ("000001.done.json", Path.unlink, False),
        ("000002.records.jsonl", _other_bytes, True),
    ],
)
def test_half_written_parts_are_made_again(
    archive: Path, alone: Path, tmp_path: Path, name: str, harm: Callable[[Path], None], verify: bool
) -> None:
    out, asked = tmp_path / "out", request(archive)
    run(asked, (), out, Here())
    harm(out / "parts" / name)
    (out / "parts" / ".000003.reports.jsonl.elsewhere-17.part").write_bytes(b"{")
    outcome = run(asked, (), out, Here(), verify=verify)
    assert outcome.progress.done == 1
    assert held(out) == held(alone)


def test_an_old_errors_file_does_not_stay(archive: Path, alone: Path, tmp_path: Path) -> None:
    out, asked = tmp_path / "out", request(archive)
    run(asked, (), out, Here())
    (out / "parts" / "000000.errors.jsonl").write_bytes(b'{"code": "E101"}\n')
    assert run(asked, (), out, Here()).progress.done == 1
    assert held(out) == held(alone)


def test_a_finished_run_reads_nothing_again(archive: Path, alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    read(out, archive)
    before = {p: p.stat().st_mtime_ns for p in (out / "parts").iterdir()}
    outcome = read(out, archive, engine=Processes(2))
    assert (outcome.progress.done, outcome.progress.before) == (0, len(list(left(*_opened(out))[1])))
    assert {p: p.stat().st_mtime_ns for p in (out / "parts").iterdir()} == before
    assert held(out) == held(alone)


def _opened(out: Path) -> tuple[Folder, list]:  # type: ignore[type-arg]
    folder = Folder(out)
    return folder, folder.slices()


def test_another_request_is_refused_and_a_fresh_one_begins_again(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    read(out, archive)
    with pytest.raises(BulkError, match=r"E709.*slice size"):
        read(out, archive, slice_size=5000)
    with pytest.raises(BulkError, match=r"E709.*published"):
        read(out, archive, published="2020-01-01")
    other = write_rows(tmp_path / "other.jsonl", rows(2))
    with pytest.raises(BulkError, match=r"E709.*sources"):
        read(out, archive, other)
    outcome = read(out, other, fresh=True)
    assert outcome.summary is not None and outcome.summary.reports == 2
    assert parts_done(out) == 1


def test_folders_that_hold_other_things_or_are_in_use_are_refused(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", "utf-8")
    for fresh in (False, True):
        with pytest.raises(BulkError, match=r"E708.*thesis"):
            read(tmp_path / "mine", archive, fresh=fresh)
    with Folder(tmp_path / "out").held(), pytest.raises(BulkError, match="E706"):
        read(tmp_path / "out", archive)
    (tmp_path / "out" / "bulk.json").write_text("{", "utf-8")
    with pytest.raises(BulkError, match="E707"):
        read(tmp_path / "out", archive)


def test_sources_that_change_or_vanish_are_told(tmp_path: Path) -> None:
    files = [write_rows(tmp_path / f"{n}.jsonl", rows(4)[2 * n :][:2]) for n in range(2)]
    asked, out = request(*files), tmp_path / "out"

    def vanish(progress: Progress) -> None:
        if progress.done == 0:
            files[1].rename(tmp_path / "away")

    first = run(asked, (), out, Here(), tell=vanish)
    assert first.summary is not None and (first.summary.codes, first.summary.again) == ({"E101": 1}, 1)
    (tmp_path / "away").rename(files[1])
    second = run(asked, (), out, Here())
    assert second.summary is not None and (second.summary.errors, second.summary.again) == (0, 0)
    assert second.progress.done == 1
    (out / "parts" / "000001.done.json").unlink()
    files[1].write_bytes(files[1].read_bytes() + b"\n")
    with pytest.raises(BulkError, match="E712"):
        run(asked, (), out, Here())


def test_a_full_disk_stops_the_run_and_leaves_nothing_half(
    archive: Path, alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marsad.read.bulk import parts

    whole = parts._File.write

    def full(self: parts._File, line: bytes) -> None:
        if "000002" in self.path.name:
            raise OSError(28, "No space left on device")
        whole(self, line)

    with monkeypatch.context() as patch:
        patch.setattr(parts._File, "write", full)
        with pytest.raises(BulkError, match="E703"):
            read(tmp_path / "out", archive)
    assert parts_done(tmp_path / "out") == 2 and not list((tmp_path / "out" / "parts").glob(".*"))
    read(tmp_path / "out", archive)
    assert held(tmp_path / "out") == held(alone)


def test_what_done_says_is_what_lies_there(alone: Path) -> None:
    for slice_ in _opened(alone)[1]:
        done = Folder(alone).parts.done(slice_, verify=True)
        assert isinstance(done, Done)
        told = json.loads(Folder(alone).parts.path(slice_.part, "done.json").read_text("utf-8"))
        assert told["reports"] == len(Folder(alone).parts.path(slice_.part, "reports.jsonl").read_bytes().splitlines())
