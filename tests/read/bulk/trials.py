"""What the tests and the bench of bulk reading share: small archives, runs as processes, what a run leaves."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from marsad.packs import load
from marsad.read.bulk.engine import Engine, Told
from marsad.read.bulk.request import Request, request_of
from marsad.read.bulk.run import Outcome, run
from marsad.read.bulk.slices import Slice
from marsad.read.bulk.work import Order, Worker

MARSAD = (sys.executable, "-m", "marsad.cli")
TOWNS = "الرستن سرمين الباب تدمر البوكمال الميادين جاسم نوى".split()
WAIT = 60.0


def rows(count: int) -> list[dict[str, str]]:
    """Short reports, no two alike."""
    return [
        {
            "report": f"r-{n:03d}",
            "text": f"قصف مدفعي على {TOWNS[n % 8]}\n\nقُتل {3 + n} مدنيين، أمس الأحد، بقصف مدفعي نفذته قوات النظام "
            f"على بلدة {TOWNS[n % 8]}، بحسب مصادر محلية. ووصلت إلى {TOWNS[(n + 3) % 8]} تعزيزات من الجيش التركي.",
            "published": f"2021-11-{1 + n % 28:02d}", "outlet": "شبكة التجربة", "url": f"https://news.example/{n}",
        }
        for n in range(count)
    ]  # fmt: skip


def write_rows(file: Path, made: Sequence[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made), "utf-8")
    return file


class Here:
    """An engine without processes: this one reads, in the order that `order` gives."""

    worker: Worker | None = None

    def __init__(self, order: Callable[[Sequence[Slice]], Sequence[Slice]] = lambda s: s) -> None:
        self.order = order

    def run(self, order: Order, slices: Sequence[Slice]) -> Generator[Told, None, None]:
        worker = Worker(order)
        for slice_ in self.order(slices):
            yield worker.read(slice_)


def request(*sources: Path, **options: Any) -> Request:
    return request_of([str(s) for s in sources], load(strict=False), (), **({"slice_size": 3000} | options))


def read(out: Path, *sources: Path, engine: Engine | None = None, fresh: bool = False, **options: Any) -> Outcome:
    return run(request(*sources, **options), (), out, engine or Here(), fresh=fresh)


def command(out: Path, *sources: Path, **options: object) -> list[str]:
    """The command that does what `read` does, as a user types it."""
    flags = {"slice_size": 3000} | options
    told = [word for key, value in flags.items() for word in (f"--{key.replace('_', '-')}", str(value))]
    return [*MARSAD, "read", "--bulk", *map(str, sources), "-o", str(out), *told]


def held(out: Path) -> dict[str, str]:
    """Hash of each file that a run leaves, but for the request itself, which tells when it began."""
    files = [p for p in sorted(out.rglob("*")) if p.is_file() and p.name not in ("bulk.json", ".lock")]
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def lines(out: Path, name: str) -> list[dict[str, Any]]:
    """All lines of a kind of part file, in order."""
    files = sorted((out / "parts").glob(f"*.{name}"))
    return [json.loads(line) for f in files for line in f.read_text("utf-8").splitlines()]


def until(test: Callable[[], Any], *, what: str, seconds: float = WAIT) -> Any:
    """Wait until something is there, and give it."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := test():
            return found
        time.sleep(0.005)
    raise AssertionError(f"{what} did not come in {seconds:.0f} s")


def parts_done(out: Path) -> int:
    return len(list((out / "parts").glob("*.done.json")))


def children(pid: int) -> list[int]:
    """Process numbers below a process."""
    import psutil

    try:
        return [p.pid for p in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def gone(pids: Sequence[int]) -> bool:
    import psutil

    return not any(psutil.pid_exists(p) and psutil.Process(p).status() != psutil.STATUS_ZOMBIE for p in pids)


def killed_after(run_: Sequence[str], out: Path, parts: int) -> list[int]:
    """Start a run, and kill it (not its workers) with SIGKILL when `parts` parts are there. Its children then."""
    process = subprocess.Popen(run_, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: parts_done(out) >= parts or process.poll() is not None, what="parts")
    below = children(process.pid)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it ended before it could be killed"
    return below


@contextmanager
def scheduler(*, port: int = 0, host: str = "127.0.0.1", prefix: Sequence[str] = ()) -> Iterator[tuple[str, Any]]:
    """A scheduler process and its address."""
    run_ = [*prefix, sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", host, "--port", str(port)]
    with _process([*run_, "--no-dashboard", "--no-jupyter"], "Scheduler at:") as (line, process):
        yield line.split()[-1], process


@contextmanager
def dask_worker(address: str, *, flags: Sequence[str] = (), prefix: Sequence[str] = ()) -> Iterator[Any]:
    """A worker process of a scheduler."""
    run_ = [*prefix, sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
    with _process([*run_, "--no-nanny", *flags], "Registered to:") as (_, process):
        yield process


@contextmanager
def _process(run_: Sequence[str], sign: str) -> Iterator[tuple[str, Any]]:
    """A process that has said on standard error that it is well; ended on leaving."""
    process = subprocess.Popen(run_, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    patience = threading.Timer(3 * WAIT, process.kill)
    patience.start()
    try:
        line = next((one for one in process.stderr if sign in one), None)
        patience.cancel()
        assert line is not None, f"{run_[2]} did not start"
        os.set_blocking(process.stderr.fileno(), False)  # what else it says is left in the pipe
        yield line, process
    finally:
        patience.cancel()
        for pid in children(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.kill()
        process.wait()
        process.stderr.close()
