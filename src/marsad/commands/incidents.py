"""marsad incidents, incident, why, same, split."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import FORMAT, figure, json_lines, load_packs, open_settings_store, table, write

if TYPE_CHECKING:
    from marsad.fuse import Incident
    from marsad.settings import Settings
    from marsad.store import Judgement, Key


@click.command()
@click.option("--actor", metavar="ID", help="Only incidents with this actor or one below it.")
@click.option("--type", "type_", metavar="TYPE", help="Only this event type, such as ASSAULT.")
@click.option("--since", metavar="DATE", help="Only from this day on.")
@click.option("--until", metavar="DATE", help="Only up to this day.")
@click.option("--contradicted", is_flag=True, help="Only where reports contradict each other.")
@FORMAT
@click.pass_obj
def incidents(
    settings: Settings, *, actor: str | None, type_: str | None, since: str | None, until: str | None,
    contradicted: bool, style: str,
) -> None:  # fmt: skip
    """List incidents, oldest first.

    \b
    Examples:
      marsad incidents --actor iran --since 2022-01-01
      marsad incidents --contradicted --format jsonl
    """
    from marsad.fuse import incidents as derive
    from marsad.fuse.kinship import Kinship

    packs = load_packs(settings)
    with open_settings_store(settings) as store:
        found = derive(store, packs=packs)
    kinship = Kinship(packs)
    kept = [i for i in found if (not type_ or i.type == type_) and (not contradicted or i.contradictions)]
    kept = [i for i in kept if (not since or (i.end or "") >= since) and (not until or (i.start or "9999") <= until)]
    if actor:
        kept = [i for i in kept if any(actor in kinship.side(p.id) for p in (*i.actor, *i.recipient))]
    if style == "jsonl":
        json_lines(i.to_json() for i in kept)
    else:
        table(("incident", "day", "title", "killed", "voices", "disputed"), [_row(i) for i in kept])


def _row(i: Incident) -> tuple[object, ...]:
    doc = i.to_json()
    return i.id, i.start or "?", i.title_ar, figure(doc["killed"]), i.voices, ", ".join(i.contradictions)


@click.command()
@click.argument("id")
@FORMAT
@click.pass_obj
def incident(settings: Settings, id: str, style: str) -> None:
    """Show one incident: every claim with the reports that make it.

    \b
    Example:
      marsad incident i-81e217034812
    """
    from marsad.fuse import incident as one

    with open_settings_store(settings) as store:
        found = one(store, id, packs=load_packs(settings))
    if style == "jsonl":
        json_lines([found.to_json()])
        return
    write(f"{found.title_ar}\n{found.title_en}\n{found.start or '?'} .. {found.end or '?'}\n")
    rows = [
        (slot, "!" if slot in found.contradictions else "", claim.value, claim.text, _sources(claim))
        for slot, claims in found.claims.items()
        for claim in claims
    ]
    table(("slot", "", "value", "words", "reports"), rows, title=f"{found.voices} voices, {found.reports} reports")


def _sources(claim: Any) -> str:
    return ", ".join(f"{s.report}/{s.event}" for s in claim.sources)


@click.command()
@click.argument("id")
@FORMAT
@click.pass_obj
def why(settings: Settings, id: str, style: str) -> None:
    """Show the verdicts and reasons that hold an incident together.

    \b
    Example:
      marsad why i-81e217034812
    """
    from marsad.fuse import why as reasons

    with open_settings_store(settings) as store:
        judged = reasons(store, id, packs=load_packs(settings))
    if style == "jsonl":
        json_lines(_judgement(j) for j in judged)
        return
    rows = [
        ("/".join(j.left), "/".join(j.right), j.verdict, j.by, f"{sum(r['weight'] for r in j.reasons):+.1f}",
         "; ".join(f"{r['en']} {r['weight']:+g}" for r in j.reasons if r["weight"] or j.verdict == "same"))
        for j in judged
    ]  # fmt: skip
    table(("left", "right", "verdict", "by", "sum", "reasons"), rows)


def _judgement(j: Judgement) -> dict[str, Any]:
    out: dict[str, Any] = {"id": j.id, "left": list(j.left), "right": list(j.right), "verdict": j.verdict}
    return out | {"reasons": list(j.reasons), "by": j.by, "at": j.at.isoformat()}


@click.command()
@click.argument("left")
@click.argument("right")
@click.option("--reason", required=True, help="Why, for those who read it later.")
@click.pass_obj
def same(settings: Settings, left: str, right: str, reason: str) -> None:
    """Say that two events (REPORT/EVENT) are one happening.

    \b
    Example:
      marsad same rival-03/e1 rival-04/e3 --reason "same ultimatum"
    """
    _judge(settings, left, right, "same", reason)


@click.command()
@click.argument("left")
@click.argument("right")
@click.option("--reason", required=True, help="Why, for those who read it later.")
@click.pass_obj
def split(settings: Settings, left: str, right: str, reason: str) -> None:
    """Say that two events (REPORT/EVENT) are different happenings.

    \b
    Example:
      marsad split rival-03/e1 rival-04/e1 --reason "second ultimatum, four weeks later"
    """
    _judge(settings, left, right, "different", reason)


def _judge(settings: Settings, left: str, right: str, verdict: Any, reason: str) -> None:
    with open_settings_store(settings) as store:
        given = store.judge(_key(left), _key(right), verdict, reason=reason, by=getpass.getuser())
    click.echo(f"kept as verdict {given.id}")


def _key(text: str) -> Key:
    report, _, event = text.rpartition("/")
    return report, event
