"""Work over the whole store in processes of their own: the same answers, and what happens when one dies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from marsad.errors import MarsadError, Refusal
from marsad.serve import desk as desks
from marsad.serve import tasks
from marsad.serve.app import create_app
from marsad.serve.aside import Lane
from marsad.serve.desk import Desk
from marsad.store import open_store
from serve.chores import about, dies, fails
from serve.chromium import copied
from serve.team import Client, quarrel


@pytest.fixture
def own_url(store_url: str, tmp_path: Path) -> str:
    return copied(store_url, tmp_path)


@pytest.fixture
def desk(own_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk that has its work done elsewhere; the processes find what this file defines."""
    monkeypatch.setattr(desks, "LARGE", 0)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    made = Desk(own_url, mask=True)
    yield made
    made.close()


def test_what_is_done_elsewhere_is_the_same_to_the_byte(desk: Desk) -> None:
    desk.warm()
    for a, b in (("russia", "iran"), ("syria", "iran"), ("syria/army", "rebels")):
        for names in (True, False):
            there = desk.aside.answers.do(tasks.pair, a, b, by="month", names=names)
            assert there == tasks.pair(desk, a, b, by="month", names=names)
    today = date(2024, 1, 1)
    assert desk.aside.whole.do(tasks.alerts, today) == tasks.alerts(desk, today)
    assert desk.aside.whole.do(tasks.forecasts, "pairs", ()) == tasks.forecasts(desk, "pairs", ())
    assert desk.aside.answers.do(about)[0] != os.getpid()


def test_a_server_works_in_what_is_new_elsewhere(own_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "LARGE", 0)
    with TestClient(create_app(own_url, mask=False)) as client, open_store(own_url) as store:
        person = Client(client)
        before = person.get("/incidents")["total"]
        pairs = person.get("/pairs", a="russia", b="iran")["total"]["incidents"]
        store.add(*quarrel("new"))
        assert person.get("/incidents", limit=1)["total"] == before + 1
        assert person.get("/pairs", a="russia", b="iran")["total"]["incidents"] == pairs + 1
        assert person.get("/alerts")["total"] >= 0


def test_a_process_that_is_killed_is_told_and_another_is_begun(desk: Desk) -> None:
    lane = desk.aside.upkeep
    first, count = lane.do(about)
    assert count and lane.do(about)[0] == first
    with pytest.raises(MarsadError, match=r"E560.*-9"):
        lane.do(dies, signal.SIGKILL)
    second = lane.do(about)[0]
    assert second not in (first, os.getpid())
    assert lane._process
    lane._process.kill()  # between two tasks
    lane._process.wait()
    assert lane.do(about)[0] not in (first, second)


def test_a_process_ends_by_itself_and_nobody_notices(desk: Desk) -> None:
    short = Lane(desk, desk.aside.upkeep._given, desk.stopping, large=lambda: True, most=2)
    seen = [short.do(about)[0] for _ in range(4)]
    assert len(set(seen)) == 2
    assert short._process
    assert short._process.wait(20) == 0
    idle = desk.aside.answers
    number = idle.do(about)[0]
    os.kill(number, signal.SIGALRM)  # as after minutes without a task
    assert idle.do(about)[0] != number
    idle.end()
    short.end()


def test_faults_come_back_as_they_are(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    lane = desk.aside.answers
    with pytest.raises(Refusal, match="E309") as told:
        lane.do(fails, "fault")
    assert (told.value.status, told.value.message, told.value.remedy) == (404, "no", "do")
    with pytest.raises(MarsadError, match=r"E503.*ZeroDivisionError"):
        lane.do(fails, "bug")
    assert lane.do(about)[0] != os.getpid()
    assert "chores.py" in capfd.readouterr().err


def test_a_stop_ends_them(desk: Desk) -> None:
    numbers = [lane.do(about)[0] for lane in (desk.aside.upkeep, desk.aside.answers)]
    desk.close()
    for lane in (desk.aside.upkeep, desk.aside.answers):
        assert lane._process and lane._process.wait(10) == -signal.SIGKILL
        with pytest.raises(Refusal, match="E554"):
            lane.do(about)
    assert all(number != os.getpid() for number in numbers)


def test_they_end_with_a_server_that_is_killed(own_url: str) -> None:
    import subprocess
    import sys

    code = (
        "import sys, time\nfrom marsad.serve import desk as desks\nfrom serve.chores import about\n"
        "desks.LARGE = 0\ndesk = desks.Desk(sys.argv[1], mask=True)\n"
        "print(desk.aside.upkeep.do(about)[0], flush=True)\ntime.sleep(60)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    server = subprocess.Popen([sys.executable, "-c", code, own_url], stdout=subprocess.PIPE, text=True, env=env)
    with server:
        assert server.stdout
        number = int(server.stdout.readline())
        server.kill()
    end = time.monotonic() + 20
    while Path(f"/proc/{number}").exists() and time.monotonic() < end:
        state = Path(f"/proc/{number}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.05)
    assert time.monotonic() < end


def test_small_stores_and_those_in_memory_have_it_done_here(own_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for url in (own_url, "sqlite://"):
        made = Desk(url, mask=True)
        if url == "sqlite://":
            monkeypatch.setattr(desks, "LARGE", 0)
        assert made.aside.upkeep.do(about)[0] == os.getpid()
        made.close()
