"""marsad alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table

if TYPE_CHECKING:
    from datetime import date

    from marsad.packs import Packs
    from marsad.settings import Settings
    from marsad.store import Store
    from marsad.watch import Alert
    from marsad.watch.marks import Marks
    from marsad.watch.rules import Rules


@click.command()
@click.option("--today", metavar="DATE", help="The day up to which is looked; the last report's where not given.")
@click.option("--level", type=click.Choice(["notice", "warning", "alarm"]), help="Only this level and those above it.")
@click.option("--followed", is_flag=True, help="Only what is followed.")
@click.option("--all", "muted", is_flag=True, help="Muted ones too.")
@FORMAT
@click.pass_obj
def alerts(
    settings: Settings, *, today: str | None, level: str | None, followed: bool, muted: bool, style: str
) -> None:  # fmt: skip
    """List alerts with their reasons, newest first. Muted ones are left out and counted on standard error.

    \b
    Examples:
      marsad alerts --today 2022-02-10
      marsad alerts --level warning --format jsonl
    """
    from marsad.watch.rules import LEVELS

    with open_settings_store(settings) as store:
        found, marks, _, _ = look(settings, store, today)
    kept = [a for a in found if not level or LEVELS.index(a.level) >= LEVELS.index(level)]
    kept = [a for a in kept if not followed or marks.followed(a)]
    shown = [a for a in kept if muted or not marks.muted(a)]
    if len(shown) < len(kept):
        click.echo(f"{len(kept) - len(shown)} muted, see --all", err=True)
    if style == "jsonl":
        json_lines(_document(a, marks) for a in shown)
    else:
        rows = [(a.date, a.level, a.id, a.title_ar, a.reasons[0]["ar"], _said(a, marks)) for a in shown]
        table(("day", "level", "id", "alert", "why", "marks"), rows)


def look(settings: Settings, store: Store, today: str | None) -> tuple[list[Alert], Marks, Rules, date]:
    """All alerts up to a day, the marks that stand on it, the rules behind them, and the day."""
    from marsad.gather.meta import parse_day
    from marsad.watch.alerts import alerts as derive
    from marsad.watch.alerts import last_day
    from marsad.watch.marks import marks
    from marsad.watch.rules import load_rules

    packs: Packs = load_packs(settings)
    rules = load_rules(settings.packs, packs=packs)
    day = parse_day(today, where="--today") if today else last_day(store, packs=packs)
    return derive(store, packs=packs, today=day, rules=rules), marks(store, today=day), rules, day


def _document(alert: Alert, marks: Marks) -> dict[str, Any]:
    return alert.to_json() | {"marks": {kind: mark.to_json() for kind, mark in marks.of(alert).items()}}


def _said(alert: Alert, marks: Marks) -> str:
    return "; ".join(f"{kind} ({mark.by})" for kind, mark in marks.of(alert).items())
