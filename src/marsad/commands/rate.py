"""marsad rate: the register of sources and the grades of claims, kept apart."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from marsad.commands.output import FORMAT, json_lines, open_settings_store, table

if TYPE_CHECKING:
    from marsad.settings import Settings

WHY = click.option("--why", "reason", required=True, help="Why, for those who read it later.")


@click.group()
def rate() -> None:
    """Grade sources (reliability A-F) and claims (credibility 1-6), and show who graded what and why.

    \b
    Examples:
      marsad rate source "عنب بلدي" B --why "checked against footage, wrong twice in a year"
      marsad rate claim rival-06/e1 killed 2 --why "hospital list agrees"
      marsad rate list
    """


@rate.command()
@click.argument("outlet")
@click.argument("grade", type=click.Choice(list("ABCDEF")))
@click.option("--since", metavar="DATE", help="From this day of publication on; from the beginning where not given.")
@WHY
@click.pass_obj
def source(settings: Settings, outlet: str, *, grade: str, since: str | None, reason: str) -> None:
    """Grade an outlet: A completely reliable .. E unreliable, F cannot be judged. Earlier grades stay in the register.

    \b
    Example:
      marsad rate source "عنب بلدي" C --since 2023-01-01 --why "new owner"
    """
    from marsad.fuse.people import rate_source
    from marsad.gather.meta import parse_day

    day = parse_day(since).isoformat() if since else None
    with open_settings_store(settings) as store:
        made = rate_source(store, outlet, grade, reason=reason, by=getpass.getuser(), since=day)
    click.echo(f"kept as decision {made.id}")


@rate.command()
@click.argument("event")
@click.argument("slot")
@click.argument("grade", type=click.IntRange(1, 6))
@WHY
@click.pass_obj
def claim(settings: Settings, event: str, *, slot: str, grade: int, reason: str) -> None:
    """Grade what an event (REPORT/EVENT) says in a slot: 1 confirmed .. 5 improbable, 6 cannot be judged.

    \b
    Example:
      marsad rate claim rival-06/e1 killed 5 --why "the outlet counts the wounded in"
    """
    from marsad.fuse.people import rate_claim

    report, _, number = event.rpartition("/")
    with open_settings_store(settings) as store:
        store.report(report)
        made = rate_claim(store, (report, number), slot, grade, reason=reason, by=getpass.getuser())
    click.echo(f"kept as decision {made.id}")


@rate.command("list")
@click.option("--claims", is_flag=True, help="Claims instead of sources.")
@FORMAT
@click.pass_obj
def list_(settings: Settings, *, claims: bool, style: str) -> None:
    """Show every grade that was given, oldest first, with who gave it and why.

    \b
    Example:
      marsad rate list --claims
    """
    from marsad.fuse.people import ratings

    with open_settings_store(settings) as store:
        given = [r for r in ratings(store.decisions()).given if (r.slot is not None) == claims]
    rows = [
        {"subject": r.subject, "slot": r.slot, "grade": r.grade, "since": r.since, "why": r.reason, "by": r.by,
         "at": r.at.isoformat(timespec="seconds")}
        for r in given
    ]  # fmt: skip
    if style == "jsonl":
        json_lines(rows)
        return
    table(("subject", "slot", "grade", "since", "why", "by", "at"), [tuple(row.values()) for row in rows])
