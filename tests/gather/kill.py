"""Kill a gathering with SIGKILL again and again, and tell what its store holds. Used by the test and by the bench."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import select

from marsad.store import Store, open_store
from marsad.store.tables import blobs, custody, events, originals, readings, reports

# A gathering with a reader that reads nothing: what is tested is the store, and processes must start quickly.
DRIVER = """
import sys
from marsad.commands.taking import Taking, work
from marsad.gather.gatherer import Gatherer, expand
from marsad.model import Reading
from marsad.store import open_store
from marsad.store.gathering import Gathering
from marsad.store.jobs import Jobs

store = open_store(sys.argv[1])
gathering, gatherer = Gathering(store), Gatherer()
read = lambda report: Reading(report.name, report.published, engine="none/1")
taking = Taking(store, gathering, gatherer, read, "none/1")
items = expand([sys.argv[2]]).items
jobs = Jobs(store)
job = jobs.start("add", {"given": [sys.argv[2]]}, items, by="test")
print("go", flush=True)
work(taking, jobs, job, jobs.items(job))
print("done", flush=True)
"""


def driven(store: Path, folder: Path) -> list[str]:
    """Command of a gathering that reads nothing."""
    return [sys.executable, "-c", DRIVER, f"sqlite:///{store}", str(folder)]


def write_texts(folder: Path, texts: list[str], number: int) -> None:
    """`number` files, most of them unlike, some the same text under two names, in a few folders."""
    for n in range(number):
        below = folder / f"part-{n % 7}"
        below.mkdir(parents=True, exist_ok=True)
        words = texts[n % len(texts)].split("\n")
        first = words[0] if n % 11 == 0 else f"{words[0]} ({n})"
        (below / f"report-{n % 401:04}.txt").write_text("\n".join([first, *words[1:]]), "utf-8")


def run_to_the_end(command: list[str]) -> float:
    """Seconds from the first item to the end."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    began = time.monotonic()
    assert process.stdout.read().strip().endswith("done")
    assert process.wait() == 0
    return time.monotonic() - began


def kill_within(command: list[str], seconds: float, draw: random.Random) -> bool:
    """Kill the command at a random moment after its first item has begun. False where it had ended before."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(draw.uniform(0, seconds))
    process.kill()
    return process.wait() == -9


def content(store: Store) -> dict[str, Any]:
    """All that a gathering leaves, but for the times at which it happened."""
    with store.engine.connect() as connection:
        rows = connection.execute
        return {
            "reports": sorted(
                (r.name, r.sha256, r.text, r.via, r.copy_of, r.copy_share) for r in rows(select(reports))
            ),
            "readings": sorted((r.report, r.record, r.newest) for r in rows(select(readings))),
            "events": sorted((r.report, r.event, r.words) for r in rows(select(events))),
            "originals": sorted((r.key, r.sha256, r.address, r.report, r.language) for r in rows(select(originals))),
            "blobs": sorted((r.sha256, r.size, r.data) for r in rows(select(blobs))),
            "log": [(r.action, r.subject) for r in rows(select(custody).order_by(custody.c.seq))],
        }


def held(path: Path) -> dict[str, Any]:
    """What the store of a path holds; its custody is verified."""
    with open_store(path) as store:
        store.verify_custody()
        return content(store)
