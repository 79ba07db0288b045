"""Several processes over one store: nothing is lost, nothing is there twice, the log is one chain."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from marsad.fuse import incidents
from marsad.packs import load
from marsad.serve.app import create_app
from marsad.store import Store, open_store
from marsad.store.finds import Finds

TESTS = Path(__file__).parents[1]
NAMES, EACH = ("huda", "zayd"), 4


def started(address: str) -> list[subprocess.Popen[str]]:
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    command = [sys.executable, str(Path(__file__).with_name("writers.py")), address]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return [
        subprocess.Popen([*command, name, str(EACH)], env=environment, text=True, **pipes) for name in NAMES
    ]  # fmt: skip


def test_processes_that_write_at_once(address: str) -> None:
    """Both begin with an empty database at the same moment: one makes the tables, the other waits."""
    writers = started(address)
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda w: w.communicate("\n", timeout=120), writers))
    assert [out for out, _ in answers] == ["done\n"] * len(writers), "\n".join(err for _, err in answers)
    with open_store(address) as store:
        check(store)


def check(store: Store) -> None:
    names = sorted(r.name for r in store.reports())
    assert names == sorted([f"{who}{n}" for who in (*NAMES, "both") for n in range(EACH)])
    lines = store.custody()
    assert store.verify_custody() == len(lines)
    acts = Counter(line.action for line in lines)
    assert acts["add"] == len(names) and acts["receive"] == acts["read"] == acts["correct"] == len(NAMES) * EACH
    assert {line.by for line in lines} == set(NAMES)
    packs = load(strict=False)
    found = incidents(store, packs=packs)
    assert found == incidents(store, packs=packs, fresh=True)
    keys = [key for incident in found for key in incident.events]
    assert len(keys) == len(set(keys)) == len(NAMES) * EACH
    now = Finds(store.engine).now()
    assert (now.incidents.alive.sum(), now.reports.alive.sum()) == (len(found), len(names))


def test_servers_answer_alike_while_others_write(address: str) -> None:
    open_store(address).close()
    writers = started(address)
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    with TestClient(create_app(address, mask=False)) as one, TestClient(create_app(address, mask=False)) as two:
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("\n")
            writer.stdin.flush()
        while any(writer.poll() is None for writer in writers):
            time.sleep(0.2)
            for client in (one, two):
                for path in ("incidents?limit=50", "search?q=قصف", "map?bbox=35,32,43,38&zoom=6", "incidents/facets"):
                    assert client.get(f"/api/v1/{path}").status_code == 200, path
        assert [writer.wait() for writer in writers] == [0] * len(writers)
        for writer in writers:
            writer.communicate()
        for path in ("incidents?limit=50", "reports", "incidents/facets", "incidents/histogram", "sources"):
            assert one.get(f"/api/v1/{path}").json() == two.get(f"/api/v1/{path}").json(), path
        assert one.get("/api/v1/reports").json()["total"] == 3 * EACH
