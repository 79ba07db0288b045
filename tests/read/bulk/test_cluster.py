"""The engine of many machines: real schedulers and workers, each a process, killed with real signals."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from marsad.packs import load
from marsad.read.bulk import cluster
from marsad.read.bulk.cluster import Cluster
from marsad.read.bulk.faults import BulkError
from marsad.read.bulk.request import request_of
from marsad.read.bulk.run import Progress, run
from read.bulk.trials import Here, command, dask_worker, held, parts_done, read, request, scheduler, until

SKEWED = "import marsad.read.reader as reader\nreader.ENGINE = 'marsad-rules/0.0.1'\n"
OWN = """- id: test/river-guard
  kind: militia
  ar: حراس النهر
  en: River Guard
  strong: [حراس النهر]
  says: [قصف حراس النهر موقعا في البلدة أمس]
"""


def test_dask_on_this_machine_gives_the_same_bytes_with_knowledge_of_ones_own(archive: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine"
    (own / "actors").mkdir(parents=True)
    (own / "actors" / "guard.yml").write_text(OWN, "utf-8")
    file = tmp_path / "a.jsonl"
    file.write_text('{"report": "a", "text": "قصف حراس النهر موقعا في بلدة الرستن أمس"}\n', "utf-8")
    asked = request_of([str(file), str(archive)], load(own), [own], slice_size=3000)
    engine = Cluster(workers=2)
    for name, one in (("here", Here()), ("cluster", engine)):
        run(asked, [own], tmp_path / name, one)
        assert "test/river-guard" in (tmp_path / name / "parts" / "000000.records.jsonl").read_text("utf-8")
    assert len(engine.greetings) == 2
    assert held(tmp_path / "here") == held(tmp_path / "cluster")
    with pytest.raises(BulkError, match=r"E709.*version"):
        read(tmp_path / "here", file, archive)


def test_killed_workers_and_a_killed_scheduler_lose_nothing(long: Path, long_alone: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with scheduler() as (address, process), dask_worker(address) as first, dask_worker(address) as other:

        def kill(progress: Progress) -> None:
            if progress.done == 3:
                first.kill()
            if progress.done == 5:
                until(lambda: parts_done(out) >= 10, what="parts whose results nobody has taken yet")
                process.kill()
                other.kill()  # alone it would soon have done all that it was given

        with pytest.raises(BulkError, match=r"E717.*are done.*are left"):
            run(request(long), (), out, Cluster(address), tell=kill)
    assert 10 <= parts_done(out) < parts_done(long_alone)
    with scheduler() as (address, _), dask_worker(address):
        asked = command(out, long, engine="dask", scheduler=address)
        driver = subprocess.Popen(asked, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        have = parts_done(out)
        until(lambda: parts_done(out) > have + 3 or driver.poll() is not None, what="more parts")
        driver.kill()
        assert driver.wait() == -signal.SIGKILL
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "160 reports" in done.stdout, done.stderr
    assert held(out) == held(long_alone)


def test_hosts_that_read_otherwise_are_named_and_refused(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "skew.py").write_text(SKEWED, "utf-8")
    with (
        scheduler() as (address, _),
        dask_worker(address, flags=["--preload", str(tmp_path / "skew.py"), "--name", "old"]),
    ):
        with pytest.raises(BulkError, match=r"E710.*0\.0\.1.*workers tcp://127") as told:
            run(request(archive), (), tmp_path / "out", Cluster(address))
        assert os.uname().nodename in told.value.message
    assert parts_done(tmp_path / "out") == 0


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "tcp://no-such-host.invalid:8786"])
def test_a_wrong_address_is_told(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 1)
    with pytest.raises(BulkError, match="E716"):
        run(request(archive), (), tmp_path / "out", Cluster(address))


def test_a_scheduler_without_workers_is_told(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 1)
    with scheduler() as (address, _), pytest.raises(BulkError, match=r"E716.*no worker"):
        run(request(archive), (), tmp_path / "out", Cluster(address))
