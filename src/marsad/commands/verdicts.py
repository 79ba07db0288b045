"""marsad same, split, verdicts, undo, withdraw: what people say about incidents."""

from __future__ import annotations

import getpass
import itertools
from typing import TYPE_CHECKING

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table

if TYPE_CHECKING:
    from marsad.fuse.cluster import Pair
    from marsad.settings import Settings
    from marsad.store import Judgement, Key, Store
    from marsad.store.nouns import Verdict

WHY = click.option("--why", "--reason", "reason", required=True, help="Why, for those who read it later.")


@click.command()
@click.argument("left")
@click.argument("right")
@WHY
@click.pass_obj
def same(settings: Settings, left: str, right: str, reason: str) -> None:
    """Say that two incidents, or two events (REPORT/EVENT), are one happening.

    \b
    Examples:
      marsad same rival-03/e1 rival-04/e3 --why "same ultimatum"
      marsad same i-81e217034812 i-0c5d13b2a9f4 --why "one strike, told with two dates"
    """
    with open_settings_store(settings) as store:
        one, two = (_events(store, settings, text) for text in (left, right))
        keys = [*one, *two]
        _give(store, list(itertools.pairwise(keys)), "same", reason)


@click.command()
@click.argument("left")
@click.argument("right")
@WHY
@click.pass_obj
def split(settings: Settings, left: str, right: str, reason: str) -> None:
    """Say that an event (REPORT/EVENT) does not belong to an incident, or that two events are two happenings.

    \b
    Examples:
      marsad split i-81e217034812 rival-04/e1 --why "second ultimatum, four weeks later"
      marsad split rival-03/e1 rival-04/e1 --why "second ultimatum, four weeks later"
    """
    with open_settings_store(settings) as store:
        one, two = (_events(store, settings, text) for text in (left, right))
        _give(store, [(a, b) for a in one for b in two if a != b], "different", reason)


def _events(store: Store, settings: Settings, text: str) -> list[Key]:
    """The events of an incident's id, or the one event REPORT/EVENT."""
    from marsad.fuse import incident

    report, slash, event = text.rpartition("/")
    if slash:
        return [(report, event)]
    return list(incident(store, text, packs=load_packs(settings)).events)


def _give(store: Store, pairs: list[Pair], verdict: Verdict, reason: str) -> None:
    from marsad.fuse import verdicts as standing

    given = [store.judge(a, b, verdict, reason=reason, by=getpass.getuser()) for a, b in pairs]
    for judgement in given:
        click.echo(f"kept as verdict {judgement.id}")
    for older, newer in standing(store).aside:
        click.echo(
            f"verdict {older.id} ({older.verdict}) is set aside: {newer.id} ({newer.verdict}) is newer", err=True
        )


@click.command()
@click.option("--all", "all_", is_flag=True, help="Also those that were taken back.")
@FORMAT
@click.pass_obj
def verdicts(settings: Settings, *, all_: bool, style: str) -> None:
    """List what people said about incidents, and which verdicts newer ones set aside.

    Where verdicts contradict each other, over any number of steps, the newer one holds.

    \b
    Example:
      marsad verdicts --all
    """
    from marsad.fuse import verdicts as standing

    with open_settings_store(settings) as store:
        given = [j for j in store.judgements(withdrawn=all_) if not j.machine]
        aside = {older.id: newer.id for older, newer in standing(store).aside}
    if style == "jsonl":
        json_lines({**_row(j), "set_aside_by": aside.get(j.id)} for j in given)
        return
    rows = [(*_row(j).values(), f"set aside by {aside[j.id]}" if j.id in aside else "") for j in given]
    table(("id", "left", "right", "verdict", "why", "by", "at", "taken back", ""), rows)


def _row(j: Judgement) -> dict[str, object]:
    out: dict[str, object] = {"id": j.id, "left": "/".join(j.left), "right": "/".join(j.right), "verdict": j.verdict}
    out |= {"why": j.reasons[0]["en"], "by": j.by, "at": j.at.isoformat(timespec="seconds"), "withdrawn": j.withdrawn}
    return out


@click.command()
@click.argument("verdict", type=int)
@click.pass_obj
def undo(settings: Settings, verdict: int) -> None:
    """Take a verdict back; it stays in the history.

    \b
    Example:
      marsad undo 12
    """
    with open_settings_store(settings) as store:
        store.withdraw(verdict, by=getpass.getuser())
    click.echo(f"verdict {verdict} taken back")


@click.command()
@click.argument("report")
@WHY
@click.option("--undo", "back", is_flag=True, help="Take the report in again.")
@click.pass_obj
def withdraw(settings: Settings, report: str, *, reason: str, back: bool) -> None:
    """Take a report out: its claims go, and incidents stay where other reports tell them. The text is kept.

    \b
    Examples:
      marsad withdraw rival-05 --why "the outlet took it down"
      marsad withdraw rival-05 --undo --why "it is up again"
    """
    from marsad.fuse.people import withdraw_report

    with open_settings_store(settings) as store:
        withdraw_report(store, report, reason=reason, by=getpass.getuser(), undo=back)
    click.echo(f"{report} is {'in again' if back else 'out'}")
