"""What all commands print: JSON Lines for programs, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from marsad.errors import MarsadError

if TYPE_CHECKING:
    from marsad.packs import Packs
    from marsad.settings import Settings
    from marsad.store import Store

FORMAT = click.option(
    "--format", "style", type=click.Choice(["table", "jsonl"]), default="table", show_default=True,
    help="Tables for people, JSON Lines for programs.",
)  # fmt: skip


def open_settings_store(settings: Settings) -> Store:
    """The store of this run."""
    from marsad.store import open_store

    return open_store(settings.store)


def load_packs(settings: Settings) -> Packs:
    """The packs of this run."""
    from marsad.packs import load

    return load(*settings.packs)


def write(text: str) -> None:
    """Text to standard output, UTF-8 whatever the locale."""
    stream = sys.stdout.buffer
    stream.write(text.encode("utf-8"))
    stream.flush()


def json_text(row: dict[str, Any]) -> str:
    """One object on one line."""
    return json.dumps(row, ensure_ascii=False, separators=(", ", ": "))


def json_lines(rows: Iterable[dict[str, Any]]) -> None:
    """One object a line."""
    for row in rows:
        write(json_text(row) + "\n")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """A table, as wide as the terminal, or wide enough for programs that read it."""
    from io import StringIO

    from rich.console import Console
    from rich.table import Table

    made = Table(*headings, title=title, title_justify="left", header_style="bold")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    seen = sys.stdout.isatty()
    held = StringIO()
    console = Console(file=held, force_terminal=seen, width=None if seen else 200)
    console.print(made)
    write("\n".join(line.rstrip() for line in held.getvalue().splitlines()) + "\n")


def months(periods: Sequence[dict[str, Any]]) -> list[tuple[object, ...]]:
    """Rows of a pair's periods; a long stretch without incidents is one row of dots."""
    rows: list[tuple[object, ...]] = []
    for at, period in enumerate(periods):
        empty = [not p["incidents"] for p in periods[max(at - 1, 0) : at + 2]]
        if all(empty) and len(empty) == 3:
            if rows[-1][0] != "…":
                rows.append(("…", "", "", ""))
            continue
        rows.append((period["period"], f"{period['cooperation']:g}", f"{period['conflict']:g}", period["incidents"]))
    return rows


def complain(error: MarsadError) -> None:
    """A coded error on standard error."""
    click.echo(f"{error.code}: {error.message} / {error.remedy}", err=True)


def figure(toll: dict[str, Any] | None) -> str:
    """A toll in short form: "4", "2-8", ">=2"."""
    if not toll:
        return ""
    low, high, best = toll["low"], toll["high"], toll["best"]
    if best is not None:
        return str(best)
    if high is None:
        return f">={low}" if low is not None else ""
    return f"{low}-{high}" if low != high else str(low)
