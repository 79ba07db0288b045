"""Both kinds of store side by side: how fast one moves into the other, and how fast both answer the same questions.

    python bench/stores.py                          5,000 incidents, a few minutes at most
    python bench/stores.py --store FILE             a store that bench/serving.py made (--keep); it is only read
    python bench/stores.py --store FILE --postgres postgresql://postgres@localhost/empty

Without --postgres a PostgreSQL server of its own is started below --folder (as the user postgres where we are root),
with fsync on and the settings printed, and taken away afterwards; it needs about twice the room of the store. The store
is moved by the same code as `marsad migrate-store`: every row is read again and compared, the custody log verified
(that of a made store is broken and moved as it is). Then two servers, one over each store, get the same questions one
after the other, turn about; no question comes twice. Times are those of a client on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import serving
from marsad.packs import Packs, load
from marsad.store import open_store
from marsad.store.moving import Moved, move
from marsad.store.tables import REVISION, VERSION_TABLE

Answers = dict[str, tuple[list[float], list[float]]]
SETTINGS = {"shared_buffers": "512MB", "maintenance_work_mem": "256MB", "max_wal_size": "4GB", "fsync": "on",
            "default_toast_compression": "lz4"}  # fmt: skip
PORTS = (8797, 8798)
WARM = 20  # questions before times count
KINDS = ("list", "map", "search", "counts", "time", "incident", "suggest", "reports")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--store", type=Path, help="a SQLite store that was made before")
    ask.add_argument("--size", type=int, default=5_000, help="incidents of the store that is made otherwise")
    ask.add_argument("--postgres", help="address of an empty database")
    ask.add_argument("--folder", type=Path, help="where the server's files lie, on a disk with room")
    ask.add_argument("--questions", type=int, default=400)
    ask.add_argument("--json", type=Path, help="write the figures here too")
    args = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="marsad-stores-", dir=args.folder) as name:
        folder = Path(name)
        folder.chmod(0o755)
        file = _of_today(args.store, folder) if args.store else folder / "made.sqlite"
        if not args.store:
            serving.make(file, args.size)
        with a_server(args.postgres, folder) as address:
            figures = moved(file, address) | asked(file, address, args.questions)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def _of_today(file: Path, folder: Path) -> Path:
    """The store, or a copy of an older one brought to today's form: what was given is never written to."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        (found,) = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
    connection.close()
    if found == REVISION:
        return file
    print(f"a copy is brought from {found} to {REVISION} first", flush=True)
    copy = Path(shutil.copy(file, folder / "copy.sqlite"))
    open_store(copy).close()
    return copy


# -- moving -----------------------------------------------------------------------------------------------------------


def moved(file: Path, address: str) -> dict[str, Any]:
    """Move the store and tell how fast."""
    began = time.perf_counter()
    done: Moved = move(file, address, keep_faults=True, still=True)
    took, size = time.perf_counter() - began, file.stat().st_size
    rate = done.rows / done.moving
    print(f"{done.rows:,} rows, {size / 1e6:,.0f} MB moved in {done.moving:.1f} s ({rate:,.0f} rows/s, "
          f"{size / 1e6 / done.moving:.0f} MB/s), read again and compared in {done.checking:.1f} s, "
          f"{took:.1f} s with counting and statistics", flush=True)  # fmt: skip
    for name, tally in sorted(done.tables.items(), key=lambda t: -t[1].rows)[:8]:
        print(f"  {name:20}{tally.rows:>12,}  {tally.content[:16]}")
    return {"rows": done.rows, "bytes": size, "moving": done.moving, "checking": done.checking, "rows_per_second": rate}


# -- asking -----------------------------------------------------------------------------------------------------------


def asked(file: Path, address: str, number: int) -> dict[str, Any]:
    """Ask both and print the times by kind."""
    servers = [serving.served(store, port) for store, port in zip((str(file), address), PORTS, strict=True)]
    try:
        took, alike = asyncio.run(_in_turn(number))
    finally:
        for server in servers:
            server.terminate()
            server.wait(20)
    print(f"{alike} of {number} answers alike byte for byte; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'kind':10}{'answers':>8}{'SQLite p50':>12}{'p95 ms':>9}{'PostgreSQL p50':>16}{'p95 ms':>9}"
          f"{'ratio p50':>11}{'p95':>7}")  # fmt: skip
    every = ([t for one, _ in took.values() for t in one], [t for _, two in took.values() for t in two])
    return {kind: _row(kind, *times) for kind, times in (*took.items(), ("all", every))} | {"alike": alike}


def _row(kind: str, one: list[float], two: list[float]) -> dict[str, float]:
    marks = [_mark(times, share) * 1000 for times in (one, two) for share in (0.5, 0.95)]
    ratios = marks[2] / marks[0], marks[3] / marks[1]
    print(f"{kind:10}{len(one):8}{marks[0]:12.1f}{marks[1]:9.1f}{marks[2]:16.1f}{marks[3]:9.1f}"
          f"{ratios[0]:11.2f}{ratios[1]:7.2f}")  # fmt: skip
    names = ("sqlite_p50", "sqlite_p95", "postgresql_p50", "postgresql_p95")
    return dict(zip(names, marks, strict=True)) | {"ratio_p50": ratios[0], "ratio_p95": ratios[1]}


def _mark(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


async def _in_turn(number: int) -> tuple[Answers, int]:
    for name, port in zip(("SQLite", "PostgreSQL"), PORTS, strict=True):
        print(f"first view over {name} {await serving.first_view(port):.2f} s", flush=True)
    lines = [await asyncio.open_connection("127.0.0.1", port) for port in PORTS]
    took: Answers = {kind: ([], []) for kind in KINDS}
    told = json.loads(await serving.asked(*lines[0], "incidents?limit=1000"))
    ids, alike = [i["incident"] for i in told["incidents"]], 0
    for n, (kind, path) in enumerate(_questions(number + WARM, ids)):
        bodies: list[Any] = [None, None]
        for place in (0, 1) if n % 2 else (1, 0):
            began = time.perf_counter()
            bodies[place] = await serving.asked(*lines[place], path)
            if n >= WARM:
                took[kind][place].append(time.perf_counter() - began)
        alike += n >= WARM and bodies[0] == bodies[1]
    for _, writer in lines:
        writer.close()
    return {kind: times for kind, times in took.items() if times[0]}, alike


def _questions(number: int, ids: list[str]) -> Iterator[tuple[str, str]]:
    packs, dice, known = load(strict=False), random.Random(20_260_131), set[str]()
    while len(known) < number:
        kind, path = _question(dice, packs, ids)
        if path not in known:
            known.add(path)
            yield kind, path


def _question(dice: random.Random, packs: Packs, ids: list[str]) -> tuple[str, str]:
    kind, path = serving.question(dice, packs)
    if dice.random() < 0.5:
        return kind, path
    kind = dice.choice(KINDS[3:])
    given = path.partition("?")[2] if path.startswith("map?") else ""
    given = "&".join(p for p in given.split("&") if p and not p.startswith(("bbox", "zoom")))
    word = serving.made_word(dice.randint(0, 2000))
    day = f"{dice.randint(2012, 2024)}-{dice.randint(1, 12):02}"
    return kind, {
        "counts": f"incidents/facets?{given}&since={day}", "time": f"incidents/histogram?by=month&{given}&until={day}",
        "incident": f"incidents/{dice.choice(ids)}",
        "suggest": f"suggest?{urlencode({'q': word[: dice.randint(2, 4)]})}",
        "reports": f"reports?{urlencode({'q': word, 'limit': 20})}",
    }[kind]  # fmt: skip


# -- a server of our own ----------------------------------------------------------------------------------------------


@contextmanager
def a_server(given: str | None, folder: Path) -> Iterator[str]:
    """The address given, or that of a PostgreSQL server that is there as long as it is needed."""
    if given:
        yield given
        return
    programs = next((f for f in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if programs is None:
        sys.exit("no PostgreSQL under /usr/lib/postgresql: give --postgres")
    home = folder / "postgresql"
    home.mkdir()
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    port, data = 8796, str(home / "data")
    _run(str(programs / "initdb"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale", "C.UTF-8", "-D", data)
    said = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {home} {said}"
    _run(str(programs / "pg_ctl"), "-D", data, "-o", options, "-l", str(home / "log"), "-w", "start")
    try:
        version = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        print(f"{version.stdout.strip()}, {said.replace('-c ', '')}", flush=True)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        _run(str(programs / "pg_ctl"), "-D", data, "-m", "fast", "-w", "stop")


def _run(*command: str) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=600)


if __name__ == "__main__":
    main()
