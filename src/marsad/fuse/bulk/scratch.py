"""Scratch files of bulk fusing: passes made of tasks, tables of numbers, lines that are found again by number.

A task writes one folder, which gets its name when all of it is on the disk; a task whose folder stands with the sizes
that it noted is not done again. Rows that have to come together are spread: each task sorts its own by bucket, and who
needs a run of buckets reads one piece of every file.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from marsad.errors import StoreError
from marsad.fuse.judge import uncollected

Rows = NDArray[Any]
Tell = Callable[[str, int, int], None]
"""Name of a pass, tasks done, tasks in all."""

BUCKETS = 4096
AT_ONCE = 4096  # lines
DONE = "done.json"


class Passes:
    """Runs the tasks of passes over one scratch folder, in this process or in `workers` others."""

    def __init__(self, folder: Path, *, workers: int, tell: Tell) -> None:
        self.folder, self.workers, self._tell = folder, workers, tell
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Passes:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(
        self, name: str, work: Callable[..., None], tasks: Sequence[tuple[Any, ...]], *, needs: Sequence[str] = ()
    ) -> list[Path]:
        """Do what is not done yet: `work(folder, *task)` writes into a folder of its own. The folders in order.

        `needs` are earlier passes that it reads and that may be dropped. Raises StoreError E727 where one was dropped
        and is needed again, E728 where a process dies, and what `work` raises.
        """
        folders = [self.folder / name / f"{n:06}" for n in range(len(tasks))]
        if self._dropped(name).exists():
            return folders
        left = [n for n, folder in enumerate(folders) if not finished(folder)]
        if left and any(self._dropped(need).exists() for need in needs):
            message = f"scratch files of the pass {name} in {self.folder} were removed or changed"
            raise StoreError("E727", message, "remove that folder and run the same command again")
        self._tell(name, len(tasks) - len(left), len(tasks))
        done = len(tasks) - len(left)
        for _ in self._each(work, [(folders[n], tasks[n]) for n in left]):
            done += 1
            self._tell(name, done, len(tasks))
        return folders

    def drop(self, *names: str) -> None:
        """Take away the files of passes that nobody needs any more."""
        for name in names:
            put(self._dropped(name), b"")
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _dropped(self, name: str) -> Path:
        return self.folder / f"{name}.dropped"

    def _each(self, work: Callable[..., None], tasks: Sequence[tuple[Path, tuple[Any, ...]]]) -> Iterator[None]:
        if self.workers < 2 or len(tasks) < 2:
            for folder, task in tasks:
                one_task(work, folder, task)
                yield
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"))
        try:
            yield from self._spread_out(self._pool, work, tasks)
        except BrokenProcessPool as error:
            message = "a process of bulk fusing was ended from outside, mostly for want of memory"
            raise StoreError("E728", message, "run the same command again, with fewer --workers") from error

    def _spread_out(
        self, pool: ProcessPoolExecutor, work: Callable[..., None], tasks: Sequence[tuple[Path, tuple[Any, ...]]]
    ) -> Iterator[None]:
        waiting: set[Future[None]] = set()
        for folder, task in tasks:
            if len(waiting) >= self.workers * 2:
                yield from self._ready(waiting)
            waiting.add(pool.submit(one_task, work, folder, task))
        while waiting:
            yield from self._ready(waiting)

    def _ready(self, waiting: set[Future[None]]) -> Iterator[None]:
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            waiting.discard(future)
            future.result()
            yield


def one_task(work: Callable[..., None], folder: Path, task: tuple[Any, ...]) -> None:
    """Let `work` fill a folder, which bears its name only when it is whole."""
    half = folder.with_name(f"{folder.name}.half")
    for old in (half, folder):
        shutil.rmtree(old, ignore_errors=True)
    half.mkdir(parents=True)
    with uncollected():
        work(half, *task)
    sizes = {file.name: file.stat().st_size for file in sorted(half.iterdir())}
    put(half / DONE, json.dumps(sizes).encode())
    for file in half.iterdir():
        settle(file)
    half.rename(folder)
    settle(folder.parent)


def finished(folder: Path) -> bool:
    """Whether a task's folder stands as it was left."""
    try:
        sizes = json.loads((folder / DONE).read_bytes())
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def put(path: Path, data: bytes) -> None:
    """Write a small file whole."""
    path.write_bytes(data)
    settle(path)


def settle(path: Path) -> None:
    """See to it that what was written is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- tables of numbers ------------------------------------------------------------------------------------------------


def save(path: Path, rows: Rows) -> None:
    """Write a table."""
    rows.tofile(path)


def read(path: Path, kind: DTypeLike, first: int = 0, last: int | None = None) -> Rows:
    """The rows from `first` to before `last` of a table."""
    kind = np.dtype(kind)
    count = -1 if last is None else max(last - first, 0)
    return np.fromfile(path, kind, count=count, offset=first * kind.itemsize)


def mapped(path: Path, kind: DTypeLike) -> Rows:
    """A table that is read where it is asked for."""
    if not path.stat().st_size:
        return np.empty(0, kind)
    return np.memmap(path, kind, mode="r")


def spread(folder: Path, rows: Rows, buckets: Rows, name: str = "rows") -> None:
    """Write rows sorted by bucket (below BUCKETS), with the place where each bucket begins."""
    order = np.argsort(buckets, kind="stable")
    save(folder / f"{name}.bin", rows[order])
    begins = np.zeros(BUCKETS + 1, np.uint64)
    np.cumsum(np.bincount(buckets, minlength=BUCKETS), out=begins[1:])
    save(folder / f"{name}.at", begins)


def gathered(folders: Iterable[Path], kind: DTypeLike, buckets: tuple[int, int], name: str = "rows*") -> Rows:
    """All rows of some buckets (first, before), from all files of some folders in order."""
    found = []
    for folder in folders:
        for at in sorted(folder.glob(f"{name}.at")):
            first, last = (int(read(at, np.uint64, b, b + 1)[0]) for b in buckets)
            if last > first:
                found.append(read(at.with_suffix(".bin"), kind, first, last))
    return np.concatenate(found) if found else np.empty(0, kind)


def sizes(folders: Iterable[Path], name: str = "rows*") -> Rows:
    """How many rows each bucket has."""
    total = np.zeros(BUCKETS, np.int64)
    for folder in folders:
        for at in folder.glob(f"{name}.at"):
            begins = read(at, np.uint64).astype(np.int64)
            total += begins[1:] - begins[:-1]
    return total


def equals(sorted_: Rows) -> Iterator[tuple[int, int]]:
    """Where equal values begin and end."""
    if len(sorted_):
        begins = np.flatnonzero(np.r_[True, sorted_[1:] != sorted_[:-1]])
        yield from zip(begins.tolist(), [*begins[1:].tolist(), len(sorted_)], strict=True)


def runs(loads: Rows, most: float) -> list[tuple[int, int]]:
    """Runs of buckets (first, before) whose loads stay below `most` together, one bucket at least each."""
    found, first, held = [], 0, 0.0
    for bucket, load in enumerate(loads.tolist()):
        if bucket > first and held + load > most:
            found.append((first, bucket))
            first, held = bucket, 0.0
        held += load
    return [*found, (first, len(loads))]


# -- lines ------------------------------------------------------------------------------------------------------------


class Lines:
    """Writes lines, and where each begins."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._at, self._path = [0], path

    def add(self, line: str) -> None:
        """One line, without its end."""
        data = line.encode("utf-8") + b"\n"
        self._file.write(data)
        self._at.append(self._at[-1] + len(data))

    def close(self) -> None:
        """Write where they begin."""
        self._file.close()
        save(self._path.with_suffix(".at"), np.array(self._at, np.uint64))


def lines(path: Path, numbers: Rows) -> Iterator[bytes]:
    """Lines of a file by their numbers (ascending); neighbours are read at once."""
    if not len(numbers):
        return
    cuts = np.flatnonzero((np.diff(numbers) != 1) | (np.arange(1, len(numbers)) % AT_ONCE == 0)) + 1
    with path.open("rb") as text, path.with_suffix(".at").open("rb") as places:
        for some in np.split(numbers, cuts):
            first, count = int(some[0]), len(some)
            places.seek(first * 8)
            at = np.fromfile(places, np.uint64, count + 1)
            text.seek(int(at[0]))
            yield from text.read(int(at[-1] - at[0])).splitlines()
