"""marsad read --bulk."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from marsad.read.bulk.engine import Engine
    from marsad.read.bulk.run import Outcome, Progress
    from marsad.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
QUIET = 10.0  # seconds between two lines of a log; a terminal is shown each step
_OPTIONS = (
    click.option("--bulk", "on", is_flag=True, help="Read archives with many workers into the folder OUT."),
    click.option("-o", "--out", metavar="OUT", help="Folder of the part files (with --bulk)."),
    click.option("--engine", type=click.Choice(["processes", "dask"]), help="Who reads in bulk. [default: processes]"),
    click.option("--workers", type=click.IntRange(1), metavar="N", help="So many workers. [default: one a processor]"),
    click.option("--scheduler", metavar="ADDRESS", help="Scheduler of a Dask cluster, such as tcp://10.0.0.1:8786."),
    click.option("--slice-size", type=click.IntRange(1), metavar="BYTES", help="Size of a slice. [default: 2000000]"),
    click.option("--column", "columns", multiple=True, metavar="PART=NAME", help="Column of text, title, published..."),
    click.option("--fresh", is_flag=True, help="Begin again: drop what OUT holds of an earlier bulk reading."),
    click.option("--verify", is_flag=True, help="Check finished parts by their hashes, not only by their sizes."),
)  # fmt: skip


def bulk_options(command: F) -> F:
    """The options of bulk reading; the command takes them as keyword arguments, for `given`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """What the user asked of bulk reading."""

    on: bool = False
    out: str | None = None
    engine: str | None = None
    workers: int | None = None
    scheduler: str | None = None
    slice_size: int | None = None
    columns: tuple[str, ...] = ()
    fresh: bool = False
    verify: bool = False


def given(asked: dict[str, Any]) -> Bulk:
    """Take the options of bulk reading out of a command's keyword arguments. Raises click.UsageError."""
    bulk = Bulk(**{field.name: asked.pop(field.name) for field in fields(Bulk)})
    if not bulk.on and bulk != Bulk():
        raise click.UsageError("-o, --engine, --workers and the other options of bulk reading need --bulk.")
    if bulk.on and not bulk.out:
        raise click.UsageError("--bulk needs -o OUT, the folder of the part files.")
    if bulk.scheduler and bulk.engine != "dask":
        raise click.UsageError("--scheduler needs --engine dask.")
    if bulk.scheduler and bulk.workers:
        raise click.UsageError("--workers does not go with --scheduler: the cluster has the workers that it has.")
    return bulk


def read_in_bulk(
    settings: Settings, files: Sequence[str], bulk: Bulk, *, published: str | None, meta: str | None, reader: str
) -> int:
    """Do it; the exit status. Raises MarsadError."""
    from marsad.commands.output import load_packs
    from marsad.gather.meta import parse_day
    from marsad.read.bulk.request import request_of
    from marsad.read.bulk.run import run
    from marsad.read.bulk.slices import SLICE_SIZE

    if meta or reader != "rules":
        raise click.UsageError("--meta and --reader do not go with --bulk: days and outlets stand in the archives.")
    day = parse_day(published).isoformat() if published else None
    packs = load_packs(settings)
    request = request_of(
        files, packs, settings.packs, slice_size=bulk.slice_size or SLICE_SIZE, published=day,
        columns=dict(_column(one) for one in bulk.columns),
    )  # fmt: skip
    out = Path(str(bulk.out))
    bar = _Bar()
    try:
        outcome = run(request, settings.packs, out, _engine(bulk), fresh=bulk.fresh, verify=bulk.verify, tell=bar)
    finally:
        bar.end()
    return _told(outcome, out)


def _column(one: str) -> tuple[str, str]:
    part, mark, name = one.partition("=")
    if not mark or not name:
        raise click.UsageError(f"--column {one}: write PART=NAME, such as text=body.")
    return part, name


def _engine(bulk: Bulk) -> Engine:
    workers = bulk.workers or _processors()
    if bulk.engine == "dask":
        from marsad.read.bulk.cluster import Cluster

        return Cluster(bulk.scheduler, workers=workers)
    from marsad.read.bulk.processes import Processes

    return Processes(workers)


def _processors() -> int:
    """Those that this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Bar:
    """A bar of slices on standard error, with reports a second and the time that is left."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._seen, self._last = sys.stderr.isatty(), time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Show how far it is: every step on a terminal, now and then in a log."""
        left = progress.slices - progress.before
        if self._bar is None:
            if progress.before:
                click.echo(f"{progress.before} of {progress.slices} slices are done; going on", err=True)
            self._bar = click.progressbar(length=left, label="Reading", file=sys.stderr).__enter__()
        if self._seen or progress.done == left or time.monotonic() - self._last > QUIET:
            self._last = time.monotonic()
            self._bar.label = f"Reading ({progress.speed:.0f} reports/s, {progress.errors} broken)"
            self._bar.update(progress.done - self._bar.pos)

    def end(self) -> None:
        """Leave the line of the bar."""
        if self._bar is not None:
            self._bar.render_finish()


def _told(outcome: Outcome, out: Path) -> int:
    progress, summary = outcome.progress, outcome.summary
    if summary is None:
        done = progress.before + progress.done
        click.echo(f"stopped: {done} of {progress.slices} slices are done; the same command goes on", err=True)
        return 2
    seconds = time.monotonic() - progress.began
    click.echo(f"{summary.reports} reports, {summary.events} events, {summary.errors} broken: {out}")
    click.echo(f"{progress.reports} reports of this run in {seconds:.0f} s ({progress.speed:.0f} a second)", err=True)
    if summary.errors:
        codes = ", ".join(f"{code} {count}" for code, count in summary.codes.items())
        click.echo(f"why broken: {out / 'errors.jsonl'} ({codes})", err=True)
    if summary.again:
        click.echo(f"{summary.again} slices could not be read now; the same command tries them again", err=True)
    return 2 if summary.errors else 0
