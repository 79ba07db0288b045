"""marsad actors, actor, pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, months, open_settings_store, table

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.command()
@FORMAT
@click.pass_obj
def actors(settings: Settings, style: str) -> None:
    """List the actors of the store, most incidents first.

    \b
    Example:
      marsad actors --format jsonl
    """
    from marsad.relate import actors as derive

    with open_settings_store(settings) as store:
        found = derive(store, packs=load_packs(settings))
    if style == "jsonl":
        json_lines(a.to_json() for a in found)
    else:
        table(("actor", "name", "in English", "camp", "incidents"),
              [(a.id, a.ar, a.en, a.side, len(a.incidents)) for a in found])  # fmt: skip


@click.command()
@click.argument("id")
@FORMAT
@click.pass_obj
def actor(settings: Settings, id: str, style: str) -> None:
    """Show one actor: names, ties as reports state them, ties as the knowledge has them.

    \b
    Example:
      marsad actor liwa-al-quds
    """
    from marsad.relate import actor as derive

    with open_settings_store(settings) as store:
        found = derive(store, id, packs=load_packs(settings))
    if style == "jsonl":
        json_lines([found.to_json()])
        return
    names = ", ".join(f"{text} ({n})" for text, n in found.names)
    table(("actor", "name", "in English", "camp", "names used"), [(found.id, found.ar, found.en, found.side, names)])
    rows = [
        (t.member, t.kind, t.group, t.origin, t.source or ", ".join(s["report"] for s in t.sources))
        for t in (*found.ties_reported, *found.ties_known)
    ]
    table(("member", "tie", "group", "from", "who says so"), rows)


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--by", default="month", show_default=True, help="month, quarter or year.")
@FORMAT
@click.pass_obj
def pair(settings: Settings, a: str, b: str, by: str, style: str) -> None:
    """Cooperation and conflict between two actors or camps, side by side, never summed.

    \b
    Examples:
      marsad pair russia iran
      marsad pair russia iran --by year --format jsonl
    """
    from marsad.relate import pair as derive

    with open_settings_store(settings) as store:
        found = derive(store, a, b, by=by, packs=load_packs(settings))
    if style == "jsonl":
        json_lines(found["periods"])
        return
    title = f"{found['a']['en']} - {found['b']['en']}"
    table((by, "cooperation", "conflict", "incidents"), months(found["periods"]), title=title)
