"""One run of bulk reading, from what was asked to the summary."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from marsad.read.bulk.engine import Engine, GivenUp, Told
from marsad.read.bulk.finish import SUMMARY, Summary, finish, left
from marsad.read.bulk.parts import Done
from marsad.read.bulk.request import Folder, Request
from marsad.read.bulk.work import Order, given_up


@dataclass(slots=True)
class Progress:
    """How far a run is: slices of the whole plan, reports and errors of this run, seconds since it began to read."""

    slices: int
    before: int
    done: int = 0
    reports: int = 0
    errors: int = 0
    began: float = 0.0

    @property
    def speed(self) -> float:
        """Reports a second."""
        return self.reports / max(time.monotonic() - self.began, 0.001)

    def add(self, done: Done) -> None:
        """Count a part."""
        self.done += 1
        self.reports += done.reports
        self.errors += done.errors


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run; `summary` is None where it was stopped before the end."""

    progress: Progress
    summary: Summary | None = None


def run(
    request: Request, folders: Sequence[Path], out: Path, engine: Engine, *, fresh: bool = False, verify: bool = False,
    tell: Callable[[Progress], None] = lambda _: None,
) -> Outcome:  # fmt: skip
    """Read what is asked into the folder `out`, or what of it is not yet done.

    `folders` are the user's packs, `tell` is called at the start and after each part. Ctrl-C ends it with no summary.
    Raises BulkError, PackError; what is done stays done, and the same call goes on.
    """
    folder = Folder(out.resolve())
    folder.check()
    with folder.held():
        if fresh:
            folder.clear()
        known, slices = folder.open(request, folders)
        folder.parts.sweep()
        todo, done = left(folder, slices, verify=verify)
        progress = Progress(len(slices), len(done), began=time.monotonic())

        def told(one: Done) -> None:
            progress.add(one)
            tell(progress)

        tell(progress)
        if todo:
            (folder.path / SUMMARY).unlink(missing_ok=True)
            order = Order(str(folder.path), folder.mark(), known.version)
            try:
                _read(folder, known, engine.run(order, todo), told)
            except KeyboardInterrupt:
                return Outcome(progress)
            finally:
                folder.parts.sweep()  # what the killed left
        return Outcome(progress, finish(folder, slices))


def _read(folder: Folder, request: Request, parts: Generator[Told, None, None], told: Callable[[Done], None]) -> None:
    with closing(parts):
        for one in parts:
            told(given_up(folder, request, one.slice, deaths=one.deaths) if isinstance(one, GivenUp) else one)
