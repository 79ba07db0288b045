"""What breaks around a workbench at work, what was lost by it, and how long until all was well again.

    python bench/faults.py                          all trials on both stores, some ten minutes
    python bench/faults.py --only server-killed clock --stores sqlite
    python bench/faults.py --table faults.md        write the table there too

Real processes: `marsad serve`, `marsad add`, a PostgreSQL server of one's own with fsync, all on 127.0.0.1. Four people
read and correct over HTTP all the while. What was answered with 2xx is acknowledged: each such decision must be in the
store afterwards, the log of custody must verify, and whatever else a user was shown must be a whole answer with a code.
"Well" is the first good read and the first good write after the cause has gone. Trials that need root (a small disk) or
libfaketime (a clock that jumps) are skipped with the reason where these are missing. Exit status 1 where anything was
lost or shown badly.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

import service
from crew import HEAD, Crew, Row, Scene, scene
from marsad.errors import MarsadError
from marsad.store import open_store
from service import MARSAD, Cluster, Server

Json = dict[str, Any]
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


# -- the trials -------------------------------------------------------------------------------------------------------


def server_killed(kind: str) -> Row:
    with scene("kill -9 of the server, three times, in mid-write", kind) as s:
        for _ in range(3):
            s.crew.wait_for(5)
            s.server.kill()
            moment = time.monotonic()
            s.server.start()
            s.row.well = max(s.row.well or 0, s.crew.well_after(moment))
        return s.judge()


def server_stopped(kind: str) -> Row:
    with scene("SIGTERM to the server under load, then started again", kind) as s:
        took = s.server.stop()
        status = s.server.process.returncode
        moment = time.monotonic()
        s.server.start()
        s.row.well = s.crew.well_after(moment)
        row: Row = s.judge()
        row.seen += f"; ended after {took:.1f} s with {status}"
        if status not in (0, -signal.SIGTERM) or "cut off" in s.crew.told:
            row.bad.append(f"answers were cut off, or the exit status was {status}")
        return row


def add_killed(kind: str) -> Row:
    """The store of an `add` that was killed again and again beside that of one that was left alone."""
    row = Row("kill -9 of `marsad add`, six times, started again each time", kind)
    with service.folder_of_its_own("marsad-fault-") as folder:
        cluster = Cluster() if kind == "postgresql" else None
        try:
            texts = folder / "texts"
            number = write_texts(texts)
            urls = [cluster.create(n) if cluster else f"sqlite:///{folder / n}.sqlite" for n in ("alone", "killed")]
            left_alone = run_add(urls[0], texts)
            dice = random.Random(7)
            for _ in range(6):
                process = start_add(urls[1], texts)
                time.sleep(dice.uniform(0.4, max(left_alone, 0.8)))
                process.kill()
                process.wait()
            row.well = run_add(urls[1], texts)
            held = [contents(url) for url in urls]
        finally:
            if cluster:
                cluster.close()
    row.acknowledged, row.seen = number, "reports; nobody was served"
    row.lost = len(held[0] - held[1])
    row.bad += [f"{len(held[1] - held[0])} too many"] if held[1] - held[0] else []
    return row


def write_texts(folder: Path) -> int:
    """Reports as files; their number."""
    from marsad.packs import load

    folder.mkdir()
    told = service.tellings(service.happenings(250, 3, load()), 3)
    made = [service.written(f"t{n}", outlet, some)[0] for n, (outlet, some) in enumerate(told)]
    for report in made:
        (folder / f"{report.name}.txt").write_text(report.text, "utf-8")
    return len(made)


def start_add(url: str, texts: Path) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen([*MARSAD, "--store", url, "add", str(texts)], stdout=quiet, stderr=quiet)


def run_add(url: str, texts: Path) -> float:
    """Seconds that it took to its end."""
    start = time.monotonic()
    if (status := start_add(url, texts).wait(300)) != 0:
        raise RuntimeError(f"marsad add ended with {status}")
    return time.monotonic() - start


def contents(url: str) -> set[Any]:
    """What a store holds, but for when; its custody is verified."""
    from sqlalchemy import select

    from marsad.store.tables import originals, readings, reports

    with open_store(url) as store:
        store.verify_custody()
        with store.engine.connect() as connection:
            found = {("report", r.name, r.sha256, r.copy_of) for r in connection.execute(select(reports))}
            found |= {("reading", r.report, r.record) for r in connection.execute(select(readings))}
            return found | {("original", r.key, r.report) for r in connection.execute(select(originals))}


def database_restarted(kind: str) -> Row:
    with scene("restart of the database server in mid-request", kind) as s:
        s.cluster.stop("fast")
        time.sleep(1.0)
        s.cluster.start()
        s.row.well = s.crew.well_after(time.monotonic())
        return s.judge()


def database_killed(kind: str) -> Row:
    with scene("kill -9 of the database server (all its processes) in mid-request, twice", kind) as s:
        for _ in range(2):
            s.crew.wait_for(5)
            s.cluster.kill()
            time.sleep(0.5)
            s.cluster.start()
            s.row.well = max(s.row.well or 0, s.crew.well_after(time.monotonic()))
        return s.judge()


def disk_full(kind: str) -> Row:
    """The store lies on a small disk that a file of somebody else fills; then the file goes."""
    size, what = 600 if kind == "postgresql" else 60, "full disk under the store, then room again"
    with small_disk(size) as disk, scene(what, kind, at=disk) as s:
        ballast = disk / "ballast"
        fill_up(ballast)
        until = time.monotonic() + 25
        while time.monotonic() < until and not any("E3" in what for what in s.crew.told):
            time.sleep(0.1)
        time.sleep(2)
        ballast.unlink()
        moment = time.monotonic()
        if s.cluster:
            service.with_none(s.cluster.start)  # a full disk for its log may have ended it
        s.row.well = s.crew.well_after(moment)
        return s.judge()  # type: ignore[no-any-return]


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of so many megabytes, taken away afterwards whatever happens."""
    with service.folder_of_its_own("marsad-disk-") as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "tmpfs", str(folder)]
        subprocess.run(command, check=True, capture_output=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def fill_up(file: Path) -> None:
    """Write until nothing is left."""
    with file.open("wb", buffering=0) as out:
        for size in (1 << 20, 1 << 12):
            try:
                while os.statvfs(file.parent).f_bavail * os.statvfs(file.parent).f_frsize > size:
                    out.write(b"\0" * size)
            except OSError:
                continue


def clock(kind: str) -> Row:
    """The server's clock goes an hour back and then ten days ahead, as after a wrong setting; time itself goes on."""
    with service.folder_of_its_own("marsad-clock-") as folder:
        offset = folder / "offset"
        offset.write_text("+0s\n")
        env = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_NO_CACHE": "1",
               "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}  # fmt: skip
        with scene("clock an hour back, then ten days ahead", kind, env=env) as s:
            for jump in ("-1h", "+10d", "+0s"):
                offset.write_text(f"{jump}\n")
                moment = time.monotonic()
                s.crew.wait_for(5)
                s.row.well = max(s.row.well or 0, s.crew.well_after(moment))
                commands(s.url, env, s.row)
            return s.judge()


def commands(url: str, env: Json, row: Row) -> None:
    """Jobs, alerts and custody by that clock."""
    for words in (["jobs", "list"], ["watch", "run"], ["custody", "verify"]):
        command = [*MARSAD, "--store", url, *words]
        done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=False)
        if done.returncode or "Traceback" in done.stderr:
            row.bad.append(f"marsad {' '.join(words)}: {done.returncode} {done.stderr[-100:]}")


def network_stalled(kind: str) -> Row:
    with scene("network between server and database stands still for 10 s", kind, wire=True) as (s, wire):
        wire.stall()
        time.sleep(10)
        wire.flow()
        s.row.well = s.crew.well_after(time.monotonic())
        return s.judge()  # type: ignore[no-any-return]


def network_cut(kind: str) -> Row:
    with scene("network between server and database cut for 5 s, three times", kind, wire=True) as (s, wire):
        for _ in range(3):
            wire.cut()
            time.sleep(5)
            wire.flow()
            s.row.well = max(s.row.well or 0, s.crew.well_after(time.monotonic()))
        return s.judge()  # type: ignore[no-any-return]


def two_servers(kind: str) -> Row:
    with scene("two servers on one store, both written through; one killed", kind) as s:
        other = Server(s.server.url, said=s.folder / "other.txt")
        try:
            other.ready()
            both = Crew(s.server, s.people, s.events)
            both.roots.append(other.root)
            s.crew.stop()
            both.start()
            both.wait_for(15)
            delay = visible(s, other)
            other.kill()
            moment = time.monotonic()
            s.row.well = both.well_after(moment)
            both.acknowledged += s.crew.acknowledged
            row: Row = s.judge(both)
            row.seen += f"; a correction through one was in the other's list after {delay:.1f} s"
            return row
        finally:
            other.kill()


def visible(s: Scene, other: Server) -> float:
    """Seconds until an incident as the other server tells it has what was corrected through the first."""
    one, two = (logged_in(root, s.people[0]) for root in (s.server.root, other.root))
    report, event = s.events[-1]
    seen = one.get("/review/event", params={"report": report, "event": event}).json()
    body = {"report": report, "event": event, "revision": seen["review"]["revision"], "reason": "كما في النص"}
    given = one.post("/review/correct", json=body | {"changes": {"killed": [{"best": 7654, "judgement": True}]}})
    if given.status_code >= 400:
        raise RuntimeError(given.text)
    start = time.monotonic()
    while "7654" not in two.get("/incidents", params={"sort": "severity", "limit": 5}).text:
        if time.monotonic() - start > 30:
            s.row.bad.append("a correction was not seen through the other server within 30 s")
            break
        time.sleep(0.1)
    return time.monotonic() - start


def logged_in(root: str, who: tuple[str, str, str]) -> httpx.Client:
    http = httpx.Client(base_url=f"{root}/api/v1", timeout=60, trust_env=False)
    told = http.post("/session", json={"name": who[0], "password": who[2]}).json()
    http.headers["X-CSRF-Token"] = told["csrf"]
    return http


BOTH, POSTGRES = ("sqlite", "postgresql"), ("postgresql",)
TRIALS: dict[str, tuple[Callable[[str], Row], tuple[str, ...]]] = {
    "server-killed": (server_killed, BOTH), "server-stopped": (server_stopped, BOTH), "add-killed": (add_killed, BOTH),
    "database-restarted": (database_restarted, POSTGRES), "database-killed": (database_killed, POSTGRES),
    "disk-full": (disk_full, BOTH), "clock": (clock, BOTH), "network-stalled": (network_stalled, POSTGRES),
    "network-cut": (network_cut, POSTGRES), "two-servers": (two_servers, BOTH),
}  # fmt: skip


def why_not(name: str) -> str:
    """Why a trial cannot be made here, "" where it can."""
    if name == "disk-full" and os.geteuid() != 0:
        return "a small disk is mounted by root only"
    if name == "clock" and FAKETIME is None:
        return "libfaketime is not installed"
    return ""


def tried(name: str, kind: str) -> Row:
    """A trial's row, whatever becomes of it."""
    trial, _ = TRIALS[name]
    if reason := why_not(name):
        return Row(name, kind, skipped=reason)
    try:
        return trial(kind)
    except (RuntimeError, MarsadError, httpx.HTTPError, subprocess.SubprocessError, OSError, ValueError) as error:
        return Row(name, kind, bad=[f"the trial failed: {type(error).__name__}: {error}"[:500]])


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--only", nargs="*", choices=list(TRIALS), default=list(TRIALS))
    ask.add_argument("--stores", nargs="*", choices=BOTH, default=BOTH)
    ask.add_argument("--table", type=Path, help="write the table to this file too")
    args = ask.parse_args()
    service.tidy()
    rows, start = [], time.monotonic()
    print(HEAD, flush=True)
    for name in args.only:
        for kind in (k for k in TRIALS[name][1] if k in args.stores):
            rows.append(tried(name, kind))
            print(rows[-1].line(), flush=True)
    if args.table:
        args.table.write_text("\n".join([HEAD, *(row.line() for row in rows)]) + "\n", "utf-8")
    wrong = sum(bool(row.lost or row.bad) for row in rows)
    took, none = round(time.monotonic() - start), sum(bool(row.skipped) for row in rows)
    print(json.dumps({"trials": len(rows), "wrong": wrong, "skipped": none, "seconds": took}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
