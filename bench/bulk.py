"""Bulk reading: reports a second with 1 and 2 workers on both engines, the same bytes, kills, a cluster of hosts.

    python bench/bulk.py                                               2,000 reports, 1 and 2 workers, about 2 minutes
    python bench/bulk.py --reports 200000                              the big one, about an hour on two cores
    python bench/bulk.py --reports 0 --kill 10 --kill-reports 3000     kills at random moments
    python bench/bulk.py --reports 0 --kill 1 --kill-reports 200000 --victims dask:worker+scheduler --beside RUN
                                                                       both in one long run, beside one left alone
    python bench/bulk.py --reports 0 --cluster --cluster-reports 6000  three hosts in network namespaces (as root)

Reports are those of bench/generated.py. Each run is the command as a user types it. Printed are JSON lines: reports a
second of the whole command, seconds of processors, hours of a core that a million reports would cost, the most memory
that a worker held; then the ratio of two workers to one, and whether all wrote the same bytes. Kills are SIGKILL of a
worker, of the whole command, of the scheduler; then the same command again, and its folder beside that of a run which
was left alone. The hosts of the cluster have links of their own and a common disk; one link is cut in mid-run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from generated import write
from read.bulk.trials import MARSAD, dask_worker, held, parts_done, scheduler, until

MB = 1_000_000
HOSTS = ("10.77.0.1", "10.77.0.2", "10.77.0.3")
NET = "marsad-bench"
PATIENCE = 3600.0  # seconds for a long run to come to the part where it is killed
# A link that is cut is noticed after seconds, not minutes: for the bench, and for a cluster whose links are trusted.
QUICK = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "12s", "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "15s"}
VICTIMS = ("processes:worker", "processes:command", "dask:worker", "dask:command", "dask:scheduler")
LOAD = """
import json, os, sys, time
began = time.perf_counter()
from pathlib import Path
from marsad.read.bulk.work import Order, Worker
from marsad.read.bulk.request import Folder
from marsad.read.bulk.cluster import resident
folder = Folder(Path(sys.argv[1]))
worker = Worker(Order(sys.argv[1], folder.mark(), folder.known().version))
print(json.dumps({"load_s": round(time.perf_counter() - began, 2), "cpu_s": round(time.process_time(), 2),
                  "mb": round(resident() / 1e6)}))
"""


@dataclass
class Ran:
    """One command that ended: its status, seconds, seconds of processors, most MB of a worker, what it told."""

    status: int
    seconds: float
    cpu: float
    mb: float
    told: str


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--reports", type=int, default=2_000, help="0: no measure of speed")
    ask.add_argument("--engines", nargs="*", default=["processes", "dask"], choices=["processes", "dask"])
    ask.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    ask.add_argument("--skip", nargs="*", default=[], metavar="ENGINE:N", help="runs to leave out, as dask:1")
    ask.add_argument("--slice-size", type=int, help="bytes; by default a hundredth of the file, 2 MB at most")
    ask.add_argument("--kill", type=int, default=0, metavar="N", help="trials of each kind")
    ask.add_argument("--kill-reports", type=int, default=600)
    ask.add_argument("--victims", nargs="*", default=VICTIMS, choices=[*VICTIMS, "dask:worker+scheduler"])
    ask.add_argument("--beside", type=Path, metavar="FOLDER", help="what a run of the same reports left, not killed")
    ask.add_argument("--cluster", action="store_true")
    ask.add_argument("--cluster-reports", type=int, default=1_500)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--folder", type=Path, help="where to write and to leave what was written")
    args = ask.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        top = args.folder or Path(temporary)
        top.mkdir(parents=True, exist_ok=True)
        if args.reports:
            speeds(top, args)
        if args.kill:
            kills(top, args)
        if args.cluster:
            cluster(top, args)


def show(**row: Any) -> None:
    print(json.dumps(row, ensure_ascii=False), flush=True)


def archive(top: Path, reports: int, seed: int) -> Path:
    file = top / f"made-{seed}-{reports}.jsonl"
    if not file.is_file():
        began = time.perf_counter()
        letters = write(reports, file, seed)
        seconds = time.perf_counter() - began
        show(what="generated", reports=reports, characters=round(letters / reports), a_second=round(reports / seconds))
    return file


def asked(file: Path, out: Path, *flags: object, size: int | None = None) -> list[str]:
    size = size or max(5_000, min(2_000_000, file.stat().st_size // 100))
    told = map(str, (*flags, "--slice-size", size))
    return [*MARSAD, "read", "--bulk", str(file), "-o", str(out), *told]


def ran(command: Sequence[str], *, env: dict[str, str] | None = None) -> Ran:
    """Run a command to its end, and look at the memory of those below it meanwhile."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=dict(os.environ) | (env or {}))
        most, ended = [0.0], threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, most, ended))
        watcher.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watcher.join()
        said.seek(0)
        told = said.read().decode("utf-8", errors="replace")
    return Ran(process.returncode, seconds, used.ru_utime + used.ru_stime, most[0], told)


def _watch(pid: int, most: list[float], ended: threading.Event) -> None:
    while not ended.wait(0.5):
        try:
            below = psutil.Process(pid).children(recursive=True)
            most[0] = max([most[0], *(p.memory_info().rss / MB for p in below)])
        except psutil.Error:
            continue


# -- speed ----------------------------------------------------------------------------------------------------------


def speeds(top: Path, args: argparse.Namespace) -> None:
    file = archive(top, args.reports, args.seed)
    speed: dict[tuple[str, int], float] = {}
    bytes_: set[str] = set()
    for engine in args.engines:
        for workers in (n for n in args.workers if f"{engine}:{n}" not in args.skip):
            out = top / f"out-{engine}-{workers}"
            shutil.rmtree(out, ignore_errors=True)
            flags = ("--engine", engine, "--workers", workers)
            one = ran(asked(file, out, *flags, size=args.slice_size))
            summary = json.loads((out / "summary.json").read_text("utf-8")) if one.status in (0, 2) else {}
            speed[engine, workers] = args.reports / one.seconds
            bytes_.add(whole(out))
            show(
                what="read", engine=engine, workers=workers, reports=summary.get("reports"),
                events=summary.get("events"), broken=summary.get("errors"), seconds=round(one.seconds, 1),
                a_second=round(speed[engine, workers], 1), cpu_s=round(one.cpu, 1),
                core_hours_a_million=round(one.cpu / args.reports * 1e6 / 3600, 2), worker_mb=round(one.mb),
                sha256=whole(out)[:16],
            )  # fmt: skip
        if {(engine, 1), (engine, 2)} <= speed.keys():
            show(what="ratio", engine=engine, two_to_one=round(speed[engine, 2] / speed[engine, 1], 2))
    show(what="bytes", same=len(bytes_) == 1, runs=len(speed))
    for _ in range(3):
        fresh = subprocess.run([sys.executable, "-c", LOAD, str(out)], check=True, capture_output=True, text=True)
        show(what="a fresh worker", **json.loads(fresh.stdout))


def whole(out: Path) -> str:
    """One hash of all that a run left."""
    return hashlib.sha256(json.dumps(held(out)).encode()).hexdigest()


# -- kills ----------------------------------------------------------------------------------------------------------


def kills(top: Path, args: argparse.Namespace) -> None:
    file, draw = archive(top, args.kill_reports, args.seed), random.Random(args.seed)
    alone = args.beside or top / "alone"
    if not args.beside:
        shutil.rmtree(alone, ignore_errors=True)
        usual = ran(asked(file, alone, "--workers", 2))
        assert usual.status in (0, 2), usual.told
    for engine, victim in (told.split(":") for told in args.victims):
        came: list[tuple[bool, bool, int]] = []
        for trial in range(args.kill):
            out = top / f"killed-{engine}-{victim}-{trial}"
            shutil.rmtree(out, ignore_errors=True)
            hit, again = _killed(asked(file, out, *_flags(engine, victim)), out, engine, victim, draw)
            came.append((hit, held(out) == held(alone), again))
            if not args.folder:
                shutil.rmtree(out)
        show(
            what="kill", engine=engine, victim=victim, trials=len(came), hit=sum(h for h, _, _ in came),
            same_bytes=sum(same for _, same, _ in came), reports=args.kill_reports,
            read_after_it=[again for _, _, again in came],
        )  # fmt: skip


def _flags(engine: str, victim: str) -> list[object]:
    return ["--engine", engine] + ([] if engine == "dask" else ["--workers", 2])


def _killed(command: list[str], out: Path, engine: str, victim: str, draw: random.Random) -> tuple[bool, int]:
    """Run, kill the victim after a random part, run again until the end. Whether it was hit; reports read then."""
    if engine == "processes":
        hit, told = _hit(command, out, [lambda run: _below(run) if victim == "worker" else [run]], draw)
    else:
        with ExitStack() as stack:
            address, process = stack.enter_context(scheduler())
            workers = [stack.enter_context(dask_worker(address)).pid for _ in range(2)]
            victims = {"worker": lambda _: workers, "command": lambda run: [run], "scheduler": lambda _: [process.pid]}
            order = [victims[name] for name in victim.split("+")]
            hit, told = _hit([*command, "--scheduler", address], out, order, draw)
    if not (out / "summary.json").exists():
        if engine == "dask":
            with scheduler() as (address, _), dask_worker(address), dask_worker(address):
                told = ran([*command, "--scheduler", address]).told
        else:
            told = ran(command).told
    match = re.search(r"(\d+) reports of this run", told)
    return hit, int(match[1]) if match else -1


def _hit(command: list[str], out: Path, victims: Sequence[Any], draw: random.Random) -> tuple[bool, str]:
    """Run, and kill one of each of `victims` after ever more parts. Whether all were hit; what the command told."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    until(lambda: (out / "plan.jsonl").is_file() or process.poll() is not None, what="a plan", seconds=PATIENCE)
    parts = len((out / "plan.jsonl").read_text("utf-8").splitlines())
    hit = True
    for number, choose in enumerate(victims):
        share = 0.1 + (draw.random() + number) * 0.6 / len(victims)
        until(partial(_at, out, share * parts, process), what="parts", seconds=PATIENCE)
        time.sleep(draw.random() * 0.2)
        hit = hit and process.poll() is None
        if hit and (choice := choose(process.pid)):
            os.kill(draw.choice(choice), 9)
    return hit, process.communicate(timeout=PATIENCE)[0]


def _at(out: Path, parts: float, process: subprocess.Popen[str]) -> bool:
    return parts_done(out) >= parts or process.poll() is not None


def _below(run: int) -> list[int]:
    """The workers of a run of processes."""
    below = psutil.Process(run).children(recursive=True)
    return [p.pid for p in below if "spawn_main" in " ".join(p.cmdline())]


# -- a cluster of hosts ---------------------------------------------------------------------------------------------


def cluster(top: Path, args: argparse.Namespace) -> None:
    """One worker host, two, and two of which one is cut off in mid-run."""
    file = archive(top, args.cluster_reports, args.seed)
    alone = top / "cluster-alone"
    shutil.rmtree(alone, ignore_errors=True)
    assert ran(asked(file, alone, "--workers", 2)).status in (0, 2)
    with hosts():
        speed = {}
        for workers, cut in ((1, False), (2, False), (2, True)):
            out = top / f"cluster-{workers}{'-cut' if cut else ''}"
            shutil.rmtree(out, ignore_errors=True)
            one = _on_hosts(asked(file, out, "--engine", "dask"), out, workers, cut=cut)
            speed[workers, cut] = args.cluster_reports / one.seconds
            show(
                what="cluster", worker_hosts=workers, cut=cut, status=one.status, seconds=round(one.seconds, 1),
                a_second=round(speed[workers, cut], 1), same_bytes=held(out) == held(alone),
                told=one.told.splitlines()[-1:],
            )  # fmt: skip
        show(what="ratio", cluster=True, two_to_one=round(speed[2, False] / speed[1, False], 2))


def _on_hosts(command: list[str], out: Path, workers: int, *, cut: bool) -> Ran:
    os.environ.update(QUICK)
    with ExitStack() as stack:
        address, _ = stack.enter_context(scheduler(host=HOSTS[0], prefix=_inside(0)))
        for number in range(1, workers + 1):
            stack.enter_context(_kept(address, number))
        knife = threading.Thread(target=_cut, args=(out, workers))
        if cut:
            knife.start()
        done = ran([*_inside(0), *command, "--scheduler", address])
        if cut:
            knife.join()
        return done


@contextmanager
def _kept(address: str, number: int) -> Iterator[None]:
    """A worker on a host, started again whenever it ends, as a service would be."""
    halt = threading.Event()
    first = threading.Event()

    def keep() -> None:
        while not halt.is_set():
            try:
                with dask_worker(address, prefix=_inside(number)) as process:
                    first.set()
                    while process.poll() is None and not halt.wait(0.2):
                        pass
            except AssertionError:  # the link is down
                halt.wait(0.5)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        assert first.wait(240), f"no worker on host {number}"
        yield
    finally:
        halt.set()
        keeper.join()


def _cut(out: Path, host: int) -> None:
    """Take the host's link down at the fortieth part, and up again after a while."""
    until(lambda: parts_done(out) >= 40, what="parts", seconds=900)
    _ip("-n", f"{NET}-{host}", "link", "set", "eth0", "down")
    show(what="link down", host=host, parts=parts_done(out))
    time.sleep(30)
    _ip("-n", f"{NET}-{host}", "link", "set", "eth0", "up")
    show(what="link up", host=host, parts=parts_done(out))


def _inside(number: int) -> list[str]:
    return ["ip", "netns", "exec", f"{NET}-{number}"]


def _ip(*words: str, check: bool = True) -> None:
    subprocess.run(["ip", *words], check=check, capture_output=True)


@contextmanager
def hosts() -> Iterator[None]:
    """Three hosts with a link each to a switch, in namespaces of their own; taken down again whatever happens."""
    spaces = [f"{NET}-switch", *(f"{NET}-{n}" for n in range(len(HOSTS)))]
    for space in spaces:
        _ip("netns", "del", space, check=False)
    try:
        for space in spaces:
            _ip("netns", "add", space)
            _ip("-n", space, "link", "set", "lo", "up")
        _ip("-n", spaces[0], "link", "add", "switch", "type", "bridge")
        _ip("-n", spaces[0], "link", "set", "switch", "up")
        for number, (space, address) in enumerate(zip(spaces[1:], HOSTS, strict=True)):
            port = f"port{number}"
            _ip("-n", space, "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", spaces[0])
            _ip("-n", spaces[0], "link", "set", port, "master", "switch", "up")
            _ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
            _ip("-n", space, "link", "set", "eth0", "up")
        yield
    finally:
        for space in spaces:
            _ip("netns", "del", space, check=False)


if __name__ == "__main__":
    main()
