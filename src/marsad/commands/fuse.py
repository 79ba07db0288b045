"""marsad fuse."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from marsad.settings import Settings

QUIET = 10.0  # seconds between two lines of a log; a terminal is shown each step
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def _bytes(_: click.Context, __: click.Parameter, value: str) -> int:
    """Bytes of "2G", "512M", "1.5G"."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", value.strip().upper())
    if not found:
        raise click.BadParameter(f"{value!r} is no size; write 2G or 512M.")
    return int(float(found[1]) * UNITS[found[2]])


@click.command()
@click.argument("parts", nargs=-1, required=True, metavar="PARTS...")
@click.option("-o", "--out", required=True, metavar="OUT", help="Folder of the incidents.")
@click.option("--memory", default="2G", show_default=True, callback=_bytes, metavar="SIZE",
              help="What all processes together may hold.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), metavar="N", help="So many processes. [default: one a processor]")
@click.option("--keep", is_flag=True, help="Leave the scratch files in OUT.")
@click.pass_context
def fuse(ctx: click.Context, *, parts: tuple[str, ...], out: str, memory: int, workers: int | None, keep: bool) -> None:
    """Fuse what `marsad read --bulk` read into incidents, without a store and in bounded memory.

    PARTS are folders that `marsad read --bulk -o` wrote. OUT gets incidents.jsonl, copies.jsonl, errors.jsonl and
    summary.json. The incidents are those that a store would derive from the same reports. Broken off, the same
    command goes on where it was.

    \b
    Examples:
      marsad fuse parts/ -o incidents/
      marsad fuse parts-2022/ parts-2023/ -o incidents/ --memory 8G --workers 4
    """
    from marsad.fuse.bulk import fuse_parts

    settings: Settings = ctx.obj
    done = fuse_parts(
        [Path(part) for part in parts], Path(out), memory=memory, workers=workers or len(os.sched_getaffinity(0)),
        packs=tuple(map(str, settings.packs)), tell=_Steps(), keep=keep,
    )  # fmt: skip
    click.echo(
        f"{done.reports:,} reports ({done.copies:,} copies, {done.same_text:,} with a text that came before), "
        f"{done.events:,} events, {done.incidents:,} incidents, {done.links:,} links, {done.errors:,} errors"
    )
    click.echo(str(Path(out) / "incidents.jsonl"))


class _Steps:
    """How far it is, on standard error."""

    def __init__(self) -> None:
        self._last, self._begun = 0.0, time.monotonic()

    def __call__(self, name: str, done: int, of: int) -> None:
        """A pass with its finished tasks."""
        now, terminal = time.monotonic(), sys.stderr.isatty()
        if not terminal and done < of and now - self._last < QUIET:
            return
        self._last = now
        end = "\n" if done == of or not terminal else ""
        click.echo(f"\r{name:>10}: {done:,} of {of:,} tasks, {now - self._begun:,.0f} s{end}", err=True, nl=False)
