"""marsad alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.command()
@click.option("--today", metavar="DATE", help="The day up to which is looked; the last report's where not given.")
@FORMAT
@click.pass_obj
def alerts(settings: Settings, today: str | None, style: str) -> None:
    """List alerts with their reasons, newest first.

    \b
    Example:
      marsad alerts --today 2022-02-10
    """
    from marsad.gather.meta import parse_day
    from marsad.watch import alerts as derive

    day = parse_day(today, where="--today") if today else None
    with open_settings_store(settings) as store:
        found = derive(store, packs=load_packs(settings), today=day)
    if style == "jsonl":
        json_lines(a.to_json() for a in found)
    else:
        rows = [(a.date, a.level, a.title_ar, a.reasons[0]["ar"], ", ".join(a.incidents)) for a in found]
        table(("day", "level", "alert", "why", "incidents"), rows)
