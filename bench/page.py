"""Run the benches and write what they print into one page: docs/benchmarks.md.

    python bench/page.py list                 what there is, and how long it takes
    python bench/page.py run [NAME...]        run in the small size (all where none is named)
    python bench/page.py run NAME... --full   run in the size of the page
    python bench/page.py write                docs/benchmarks.md, of the last full run of each
    python bench/page.py write --small        .bench/benchmarks.md, of any run

Each bench runs alone, one after the other, as a process of its own; what it printed is kept in .bench/, with the
machine and the moment, so that a long one need not be run again for the others' sake.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marsad import __version__

ROOT = Path(__file__).parents[1]
KEPT, PAGE = ROOT / ".bench", ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Bench:
    """One section: what is asked, how it is run small and full, and how to read it. `full` takes `minutes`, about."""

    title: str
    small: str
    full: str
    minutes: int
    reading: str
    compiled: bool = False  # with the compiled reader, which is made once


BENCHES: dict[str, Bench] = {
    "reading": Bench(
        "Reading beside peers",
        "bench/reading.py --rounds 1",
        "bench/reading.py",
        4,
        "The plain reader on the reports of the corpus. `event F1` is beside a list of trigger words, dates beside "
        "dateparser and HeidelTime; speeds are reports a second of one core, and the ratio is what to read.",
    ),
    "compiled": Bench(
        "The compiled reader",
        "bench/compiled.py .bench/compiled --rounds 2",
        "bench/compiled.py .bench/compiled --rounds 10",
        4,
        "Both readers in turns, over the same reports; `differing` must be 0.",
        compiled=True,
    ),
    "bulk": Bench(
        "Bulk reading: 200,000 reports, one and two workers, processes and Dask",
        "bench/bulk.py --reports 2000",
        "bench/bulk.py --reports 200000 --skip dask:1",
        40,
        "Reports of 900 characters on average, made from the corpus by a seeded grammar, read by the compiled reader. "
        "`ratio` is two workers to one; the same bytes are asked of every run; `core_hours_per_million` is what a "
        "million such reports cost.",
        compiled=True,
    ),
    "kills": Bench(
        "Bulk reading: kills",
        "bench/bulk.py --reports 0 --kill 1 --kill-reports 600",
        "bench/bulk.py --reports 0 --kill 4 --kill-reports 3000",
        12,
        "SIGKILL of a worker, of the whole command and of the scheduler at random moments, then the same command "
        "again: its folder must be that of a run which was left alone.",
        compiled=True,
    ),
    "kills-long": Bench(
        "Bulk reading: a worker and the scheduler killed in one run of 200,000 reports",
        "bench/bulk.py --reports 0 --kill 1 --kill-reports 600 --victims dask:worker+scheduler",
        "bench/bulk.py --reports 0 --kill 1 --kill-reports 200000 --victims dask:worker+scheduler",
        30,
        "On Dask: a worker is killed early in the run, the scheduler later; then the same command on a new cluster. "
        "What it leaves is compared with a run on processes which was left alone. `read_after_it` reports were not yet "
        "read when the scheduler died.",
        compiled=True,
    ),
    "cluster": Bench(
        "Bulk reading: a cluster of hosts",
        "bench/bulk.py --reports 0 --cluster --cluster-reports 400",
        "bench/bulk.py --reports 0 --cluster --cluster-reports 6000",
        5,
        "Hosts in network namespaces with links of their own; one link is cut in mid-run. All share this machine's two "
        "cores, so the ratio tells what the network and the scheduler cost, not what more machines bring.",
        compiled=True,
    ),
    "bulk-fusing": Bench(
        "Bulk fusing",
        "bench/bulk_fusing.py --events 10000",
        "bench/bulk_fusing.py --events 10000 100000 1000000",
        20,
        "Parts to incidents in bounded memory; up to the size where both run, the incidents are compared with those "
        "made in memory.",
    ),
    "fusing": Bench(
        "Fusing in memory beside peers",
        "bench/fusing.py --sizes 3000",
        "bench/fusing.py",
        4,
        "Events a second of processor time, and how well they are grouped, beside Splink and exact matching.",
    ),
    "stores": Bench(
        "A million incidents on both stores",
        "bench/stores.py",
        "bench/stores.py --store .bench/million.db",
        40,
        "The store is moved by the code of `marsad migrate-store`; then both answer the same questions in turns. The "
        "million is made by `bench/serving.py --million --keep`.",
    ),
    "team": Bench(
        "Fifty users on PostgreSQL, with writers",
        "bench/team.py --trial",
        "bench/team.py",
        14,
        "Milliseconds by kind of question; 409 is the answer to the second of two who decide the same. COPY is a copy "
        "of a store that the bench filled before.",
    ),
    "team-two": Bench(
        "The same on two servers over the one store",
        "bench/team.py --trial --servers 2",
        "bench/team.py --servers 2",
        14,
        "People are spread over two processes of `marsad serve`, as a proxy would do.",
    ),
    "soak": Bench(
        "A day of feeds in ten minutes",
        "bench/soak.py",
        "bench/soak.py --minutes 10",
        12,
        "Growth of memory in MB a simulated hour with its 95 % interval, and whether an item was lost or came twice. "
        "The store is empty at the beginning, so what is worked out over all of it needs more each hour.",
    ),
    "soak-archive": Bench(
        "The same over a store that has 5,000 incidents already",
        "bench/soak.py --before 500",
        "bench/soak.py --minutes 10 --before 5000",
        12,
        "What is left behind and never given back, apart from the growth of the store.",
    ),
}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("what", choices=["list", "run", "write"])
    ask.add_argument("names", nargs="*", metavar="NAME")
    ask.add_argument("--full", action="store_true")
    ask.add_argument("--small", action="store_true")
    args = ask.parse_args()
    if unknown := set(args.names) - set(BENCHES):
        ask.error(f"no bench {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}")
    if args.what == "list":
        for name, bench in BENCHES.items():
            print(f"{name:12} {bench.title} ({bench.minutes} min in full)")
    elif args.what == "run":
        sys.exit(max([run(name, full=args.full) for name in args.names or BENCHES], default=0))
    else:
        KEPT.mkdir(exist_ok=True)
        (KEPT / PAGE.name if args.small else PAGE).write_text(page(full=not args.small), "utf-8")


def run(name: str, *, full: bool) -> int:
    """Run one bench, showing and keeping what it prints; its exit status."""
    bench = BENCHES[name]
    command = bench.full if full else bench.small
    print(f"\n== {bench.title}: python {command}", flush=True)
    began, lines = time.monotonic(), list[str]()
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "COLUMNS": "110"}
    if bench.compiled:
        environment["PYTHONPATH"] = str(compiled())
    words = [sys.executable, *shlex.split(command)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    now = datetime.now(UTC).isoformat("T", "minutes")
    told = {
        "command": command, "full": full, "status": process.returncode, "at": now,
        "seconds": round(time.monotonic() - began), "machine": machine(), "out": "".join(lines),
    }  # fmt: skip
    KEPT.mkdir(exist_ok=True)
    file = KEPT / f"{name}{'' if full else '.small'}.json"
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    return process.returncode


def compiled() -> Path:
    """The folder of the compiled package, made where it is missing."""
    folder = KEPT / "compiled"
    if not (folder / "marsad").is_dir():
        subprocess.run([sys.executable, "genscripts/compile.py", str(folder)], cwd=ROOT, check=True)
    return folder


def machine() -> str:
    """The machine in one line."""
    model = next((row.partition(":")[2].strip() for row in _lines("/proc/cpuinfo") if row.startswith("model name")), "")
    memory = next((int(row.split()[1]) // 1_000_000 for row in _lines("/proc/meminfo") if row.startswith("MemT")), 0)
    cores, system = os.cpu_count(), f"{platform.system()} {platform.machine()}"
    return f"{cores} cores {model or system}, {memory} GB, Python {platform.python_version()}, Marsad {__version__}"


def page(*, full: bool) -> str:
    """The whole page."""
    head = (Path(__file__).with_name("page.md")).read_text("utf-8").rstrip()
    sections = [section(name, bench, full=full) for name, bench in BENCHES.items()]
    return "\n\n".join([head, *(s for s in sections if s)]) + "\n"


def section(name: str, bench: Bench, *, full: bool) -> str:
    """What the last run of a bench printed, with how to read and to repeat it."""
    kept = [KEPT / f"{name}.json", *([] if full else [KEPT / f"{name}.small.json"])]
    found = next((file for file in kept if file.exists()), None)
    if found is None:
        return ""
    told: dict[str, Any] = json.loads(found.read_text("utf-8"))
    status = "" if told["status"] == 0 else f" It ended with status {told['status']}."
    return (
        f"## {bench.title}\n\n{bench.reading}\n\n```\n$ python {told['command']}\n{told['out'].rstrip()}\n```\n\n"
        f"{told['at'][:10]}, {told['seconds']} s, {told['machine']}.{status}"
    )


def _lines(file: str) -> list[str]:
    return Path(file).read_text("utf-8").splitlines() if Path(file).exists() else []


if __name__ == "__main__":
    main()
