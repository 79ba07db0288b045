"""What the load, soak and fault benches share: a database server, a store with people and incidents, a real workbench.

Everything listens on 127.0.0.1, and everything that is started here is ended here.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil

from marsad.commands.taking import copies_marked
from marsad.fuse import refresh
from marsad.model import Attribution, Event, Mention, Place, Reading, Report, Span, Time
from marsad.packs import Packs, load
from marsad.store import Store, open_store

Json = dict[str, Any]
UNLIMITED = {"MARSAD_LIMITS_REQUESTS_PER_MINUTE": "0", "MARSAD_LIMITS_LOG_INS_PER_MINUTE": "100000"}  # measure no limit
MARSAD = [sys.executable, "-c", "from marsad.cli import main; main()"]
FIRST, DAYS = date(2014, 3, 1), 4000
MONTHS = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split()
PASSWORD = "قارب خشبي على ضفة النهر {n}"
IN_ONE = 3  # incidents that a report tells
AT_ONCE = 500  # reports that are written together


# -- PostgreSQL -------------------------------------------------------------------------------------------------------


class Cluster:
    """A PostgreSQL server of one's own, with fsync as it comes (on). Its folder goes when it is closed."""

    def __init__(self, folder: Path | None = None, **options: str) -> None:
        """`folder` holds the data (made where None); `options` are settings of postgresql.conf."""
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        if not programs:
            raise SystemExit("no PostgreSQL server programs under /usr/lib/postgresql")
        self._bin, self._ours = programs[0], folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="marsad-bench-pg-"))
        self.folder.chmod(0o777)
        self.port, self.data = free_port(), self.folder / "data"
        self._options = options
        self._run("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", str(self.data))
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        given = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {k}={v}" for k, v in (given | self._options).items())
        self._run("pg_ctl", "-D", str(self.data), "-o", options, "-l", "/dev/null", "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: smart, fast or immediate."""
        self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """SIGKILL to the server and all its processes, as a loss of power to the machine's database would."""
        head = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        family = [head, *head.children(recursive=True)]
        for one in family:
            with_none(one.kill)
        psutil.wait_procs(family, timeout=10)

    def close(self) -> None:
        """Stop it whatever its state, and remove its folder."""
        with_none(lambda: self.stop("immediate"))
        if self._ours:
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, *, port: int | None = None) -> str:
        """The address of a database for Marsad."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{port or self.port}/{database}"

    def create(self, database: str) -> str:
        """Make an empty database; its address."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", database)
        return self.url(database)

    def _run(self, program: str, *args: str) -> None:
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*prefix, str(self._bin / program), *args]
        # no pipes: the server that pg_ctl leaves behind would hold them open
        quiet = subprocess.DEVNULL
        done = subprocess.run(command, stdout=quiet, stderr=quiet, cwd="/", timeout=120, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}")


def tidy() -> None:
    """Let SIGTERM end the bench as Ctrl-C does, so that nothing that it started is left behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def with_none(work: Any) -> None:
    """Do what may have been done already: ending what has ended is no fault here."""
    try:
        work()
    except (OSError, RuntimeError, psutil.Error, subprocess.SubprocessError):
        pass


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# -- processes --------------------------------------------------------------------------------------------------------


class Server:
    """A workbench as `marsad serve` starts it, in a process of its own. Its words go to the file `said`."""

    def __init__(self, url: str, *, port: int | None = None, env: Mapping[str, str] = {}, said: Path) -> None:
        self.url, self.port, self.env, self.said = url, port or free_port(), dict(env), said
        self.root = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        """Start (again)."""
        command = [*MARSAD, "--store", self.url, "serve", "--port", str(self.port)]
        with self.said.open("ab") as out:
            self.process = subprocess.Popen(command, env=os.environ | UNLIMITED | self.env, stdout=out, stderr=out)
        return self.process

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    def ready(self, seconds: float = 60.0) -> float:
        """Seconds until it answers an API question. Raises RuntimeError."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}: {self.tail()}")
            try:
                with urllib.request.urlopen(f"{self.root}/api/v1/session", timeout=5):
                    return time.monotonic() - start
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"the server did not answer: {self.tail()}")

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 40.0) -> float:
        """SIGTERM; seconds until it has ended. Its exit status is in `process.returncode`."""
        start = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return time.monotonic() - start

    def tail(self, lines: int = 8) -> str:
        """Its last words."""
        return "\n".join(self.said.read_text("utf-8", "replace").splitlines()[-lines:])


@dataclass
class Watcher:
    """Looks at processes now and then: seconds since the start, name, MB, threads, open files, CPU seconds.

    MB and CPU seconds are those of the process with all below it.
    """

    every: float = 1.0
    rows: list[tuple[float, str, float, int, int, float]] = field(default_factory=list)
    _known: dict[str, psutil.Process] = field(default_factory=dict)
    _done: threading.Event = field(default_factory=threading.Event)
    _began: float = field(default_factory=time.monotonic)

    def watch(self, name: str, pid: int) -> None:
        """Look at this process too."""
        self._known[name] = psutil.Process(pid)

    def start(self) -> Watcher:
        """Begin."""
        self._began = time.monotonic()
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def stop(self) -> None:
        """Look no more."""
        self._done.set()

    def of(self, name: str) -> list[tuple[float, float, int, int, float]]:
        """What was seen of one process: (seconds, MB, threads, files, CPU seconds)."""
        return [(t, mb, threads, files, cpu) for t, who, mb, threads, files, cpu in self.rows if who == name]

    def _run(self) -> None:
        while not self._done.wait(self.every):
            for name, process in list(self._known.items()):
                try:
                    threads, files = process.num_threads(), process.num_fds()
                    cost = list(map(_cost, [process, *process.children(recursive=True)]))
                    seen = round(time.monotonic() - self._began, 2)
                    mb, cpu = (sum(part) for part in zip(*cost, strict=True))
                    cpu += sum(process.cpu_times()[2:4])  # of those that have ended
                    self.rows.append((seen, name, mb, threads, files, cpu))
                except psutil.Error:
                    del self._known[name]


def _cost(process: psutil.Process) -> tuple[float, float]:
    try:
        with process.oneshot():
            cpu = process.cpu_times()
            return process.memory_info().rss / 1e6, cpu.user + cpu.system
    except psutil.NoSuchProcess:  # it has ended meanwhile
        return 0.0, 0.0


@contextmanager
def folder_of_its_own(prefix: str) -> Iterator[Path]:
    """A folder that is removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix=prefix))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


# -- people -----------------------------------------------------------------------------------------------------------


def hire(url: str, count: int) -> list[tuple[str, str, str]]:
    """People with passwords: name, role, password. The first is an admin, then 1 lead and 3 coders in 5, readers."""
    from marsad.store.people import People

    roles = ["admin", *(("lead", "coder", "coder", "coder", "reader")[n % 5] for n in range(count - 1))]
    made = [(f"person-{n}", role, PASSWORD.format(n=n)) for n, role in enumerate(roles)]
    with open_store(url) as store:
        people = People(store)
        there = {one.name for one in people.all()}
        for name, role, password in made:
            if name not in there:
                people.add(name, role, password, by="person-0")
    return made


# -- reports ----------------------------------------------------------------------------------------------------------

TELLINGS: dict[tuple[str, str | None], str] = {
    ("ASSAULT", "heavy-weapons"): "قصفت {actor} بالمدفعية مواقع {recipient} في {place} {day}",
    ("ASSAULT", "clash"): "اشتبكت {actor} مع عناصر {recipient} قرب {place} {day}",
    ("ASSAULT", "aerial"): "شنت {actor} غارات جوية على {recipient} في محيط {place} {day}",
    ("COERCE", "arrest"): "اعتقلت {actor} عددا من عناصر {recipient} في {place} {day}",
    ("MOBILIZE", "troops"): "أرسلت {actor} تعزيزات بعد تحركات {recipient} إلى {place} {day}",
}
VOUCHERS = ("قال مصدر محلي إن الوضع ما زال متوترا", "أفاد ناشطون بأن الطريق أغلق ساعات", "ولم يصدر تعليق رسمي")


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened, for reports to tell."""

    kind: tuple[str, str | None]
    actor: Any
    recipient: Any
    place: Any
    day: date


def happenings(count: int, seed: int, packs: Packs, *, first: date = FIRST, days: int = DAYS) -> list[Happening]:
    """`count` of them in the order of their days."""
    dice = random.Random(seed)
    actors = [a for a in packs.actors.values() if a.kind in ("military", "militia", "security", "state")]
    places = [p for p in packs.places.values() if p.lat is not None and p.kind in ("town", "village", "city")]
    kinds = list(TELLINGS)
    found = [
        Happening(dice.choice(kinds), *dice.sample(actors, 2), dice.choice(places),
                  first + timedelta(days=dice.randrange(days))) for _ in range(count)
    ]  # fmt: skip
    return sorted(found, key=lambda h: h.day)


def tellings(found: Sequence[Happening], seed: int) -> Iterator[tuple[str, list[Happening]]]:
    """Outlet and what one report tells: each happening is told once, a third of them twice or three times."""
    dice = random.Random(seed)
    again = [0.3, 0.1]
    streams = [list(found), *([h for h in found if dice.random() < share] for share in again)]
    for n, stream in enumerate(streams):
        for at in range(0, len(stream), IN_ONE):
            yield f"منبر {n}-{dice.randrange(12)}", stream[at : at + IN_ONE]


def written(name: str, outlet: str, told: Sequence[Happening]) -> tuple[Report, Reading]:
    """A report in words, and the reading that a faultless reader would make of it."""
    text, events = "", []
    for n, one in enumerate(told):
        line, spots = _sentence(one)
        spans = {slot: Span(len(text) + s, len(text) + e) for slot, (s, e) in spots.items()}
        events.append(_event(f"e{n + 1}", one, spans, Span(len(text), len(text) + len(line))))
        text += f"{line}. {VOUCHERS[(len(name) + n) % len(VOUCHERS)]}.\n"
    text += f"({name})"
    published = max(h.day for h in told) + timedelta(days=1)
    report = Report(name, text, published=published, outlet=outlet)
    return report, Reading(name, published, tuple(events), engine="bench/1")


def day_in_words(day: date) -> str:
    """ "يوم 3 مارس 2021"."""
    return f"يوم {day.day} {MONTHS[day.month - 1]} {day.year}"


def _sentence(one: Happening) -> tuple[str, dict[str, tuple[int, int]]]:
    words = {"actor": one.actor.ar, "recipient": one.recipient.ar, "place": one.place.ar, "day": day_in_words(one.day)}
    line, spots = "", {}
    for piece in TELLINGS[one.kind].replace("{", "\0{").replace("}", "}\0").split("\0"):
        slot = piece.strip("{}") if piece.startswith("{") else None
        said = words[slot] if slot else piece
        if slot:
            spots[slot] = (len(line), len(line) + len(said))
        line += said
    return line, spots


def _event(id: str, one: Happening, spans: dict[str, Span], evidence: Span) -> Event:
    place = one.place
    return Event(
        id, one.kind[0], one.kind[1], "actual", (evidence,),  # type: ignore[arg-type]
        actor=(Mention(spans["actor"], one.actor.id),), recipient=(Mention(spans["recipient"], one.recipient.id),),
        place=Place(spans["place"], place.lat, place.lon, place.precision or 1, place.id),
        time=Time(spans["day"], one.day, one.day, "day"), attribution=(Attribution(spans["day"], "local-source"),),
    )  # fmt: skip


def fill(url: str, incidents: int, *, seed: int = 1, tell: bool = True) -> Json:
    """A store with about `incidents` incidents; each report is added, read and fused by the store's own ways.

    The readings are those of a faultless reader (reading is measured elsewhere). What it took is printed.
    """
    packs, start = load(strict=False), time.perf_counter()
    found = happenings(incidents, seed, packs)
    made = (written(f"b{n}", outlet, told) for n, (outlet, told) in enumerate(tellings(found, seed)))
    with open_store(url) as store:
        number = sum(_put(store, some) for some in _pieces(made))
        stored = time.perf_counter()
        refresh(store, packs=packs)
        fused = time.perf_counter()
        copies_marked(store)  # as every command that adds reports does at its end
        if store.engine.dialect.name == "postgresql":
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        counts = store.count()
    took = {"stored_s": round(stored - start, 1), "fused_s": round(fused - stored, 1)}
    took |= {"copies_s": round(time.perf_counter() - fused, 1)}
    if tell:
        print(json.dumps({"store": counts, "reports": number, **took}), flush=True)
    return counts


def _put(store: Store, some: list[tuple[Report, Reading]]) -> int:
    with store._writing() as connection:
        for report, reading in some:
            store._add_report(connection, report, None, None, "bench")
            store._put_reading(connection, report, reading, "bench")
    return len(some)


def _pieces(made: Iterable[tuple[Report, Reading]]) -> Iterator[list[tuple[Report, Reading]]]:
    some: list[tuple[Report, Reading]] = []
    for one in made:
        some.append(one)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


# -- figures ----------------------------------------------------------------------------------------------------------


def marks(times: Sequence[float]) -> tuple[float, float, float]:
    """The times that half, 95 and 99 of a hundred stay below, in milliseconds."""
    ordered = sorted(times) or [0.0]
    at = (ordered[min(int(len(ordered) * p), len(ordered) - 1)] * 1000 for p in (0.5, 0.95, 0.99))
    return tuple(at)  # type: ignore[return-value]
