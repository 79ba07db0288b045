"""marsad custody verify, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from marsad.commands.output import json_lines, open_settings_store

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.group()
def custody() -> None:
    """Verify or export the custody log: who added, read or judged what, and when.

    \b
    Examples:
      marsad custody verify
      marsad custody export > custody.jsonl
    """


@custody.command()
@click.pass_obj
def verify(settings: Settings) -> None:
    """Check that no line of the log and no stored text was changed."""
    with open_settings_store(settings) as store:
        click.echo(f"{store.verify_custody()} lines, all sound")


@custody.command()
@click.pass_obj
def export(settings: Settings) -> None:
    """Print the log as JSON Lines."""
    with open_settings_store(settings) as store:
        json_lines(
            {"seq": e.seq, "at": e.at.isoformat(), "by": e.by, "action": e.action, "subject": e.subject,
             "detail": e.detail, "previous": e.previous, "hash": e.hash} for e in store.custody()
        )  # fmt: skip
