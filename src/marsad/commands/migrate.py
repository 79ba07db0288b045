"""marsad migrate-store."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

if TYPE_CHECKING:
    from marsad.store.moving import Moved

WORDS = {"moving": "Moving", "checking": "Checking"}


@click.command("migrate-store")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--keep-faults", is_flag=True, help="Take a store whose custody log has faults as it is.")
def migrate_store(source: str, target: str, *, keep_faults: bool) -> None:
    """Move all of a store into an empty one: from SQLite to PostgreSQL, back, or to another of its kind.

    What is written to the source meanwhile is left out: stop what writes to it first. Every table is counted and
    compared on both sides and the custody log verified before anything is kept. The source stays. A password is best
    given to PostgreSQL by PGPASSFILE or PGPASSWORD, for an address on the command line is seen by others.

    \b
    Examples:
      marsad migrate-store marsad.sqlite postgresql://marsad@db.example.org/marsad
      marsad migrate-store postgresql://marsad@db.example.org/marsad copy.sqlite
    """
    from marsad.store.connecting import shown
    from marsad.store.moving import move

    with Bars() as bars:
        moved = move(source, target, progress=bars, keep_faults=keep_faults)
    tell_moved(moved)
    click.echo(f"{shown(source)} is in {shown(target)} now; use it with --store or MARSAD_STORE")


def tell_moved(moved: Moved) -> None:
    """The tables that hold something, and that all of them were checked."""
    from marsad.commands.output import table

    rows = [(name, f"{t.rows:,}", t.content[:16]) for name, t in sorted(moved.tables.items()) if t.rows]
    table(("table", "rows", "content"), rows)
    for fault in moved.faults:
        click.echo(f"E306: {fault}", err=True)
    log = f"{len(moved.faults)} faults in the custody log" if moved.faults else f"{moved.lines} lines of custody sound"
    click.echo(f"{moved.rows:,} rows alike on both sides, {log}; {moved.moving:.1f} s and {moved.checking:.1f} s")


class Bars:
    """A bar for moving and one for checking, on standard error."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def begin(self, what: str, rows: int) -> None:
        """Start the next bar."""
        self._end()
        self._bar = click.progressbar(
            length=rows, label=f"{WORDS[what]} {rows:,} rows", file=sys.stderr, item_show_func=str, show_pos=True
        )
        self._bar.__enter__()

    def step(self, table: str, rows: int) -> None:
        """Let it grow."""
        if self._bar is not None:
            self._bar.update(rows, table)

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
