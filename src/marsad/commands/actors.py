"""marsad actors, actor, pair."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table, write

if TYPE_CHECKING:
    from marsad.relate import Actor
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
        rows = [(a.id, a.ar, a.en, a.side, "disputed" if a.disputed else "", len(a.incidents)) for a in found]
        table(("actor", "name", "in English", "camp", "ties", "incidents"), rows)


@click.command()
@click.argument("id")
@FORMAT
@click.pass_obj
def actor(settings: Settings, id: str, style: str) -> None:
    """Show one actor, by id or name: whose it is said to be and by whom, labels, units, posts, officers.

    \b
    Examples:
      marsad actor liwa-al-quds
      marsad actor "لواء القدس" --format jsonl
    """
    from marsad.relate import actor as derive

    with open_settings_store(settings) as store:
        found = derive(store, id, packs=load_packs(settings))
    if style == "jsonl":
        json_lines([found.to_json()])
        return
    names = ", ".join(f"{text} ({n})" for text, n in found.names)
    write(f"{found.ar}\n{found.en}\n{found.id}, {found.kind}, camp {found.side or '-'}, parent {found.parent or '-'}\n")
    write(f"names used: {names or '-'}\nunits: {', '.join(found.units) or '-'}\n{len(found.incidents)} incidents\n")
    for headings, rows, title in _sections(found):
        if rows:
            table(headings, rows, title=title)


def _sections(found: Actor) -> Iterator[tuple[tuple[str, ...], list[tuple[Any, ...]], str]]:
    disputed = "Whose it is said to be" + (" (disputed)" if found.disputed else "")
    yield ("whose", "tie", "reports", "outlets", "published", "knowledge"), [
        (s.en, ", ".join(s.relations), ", ".join(s.reports), ", ".join(s.outlets), _years(s.since, s.until),
         "; ".join(f"{t.kind} {t.group} {t.since or ''}-{t.until or ''}" for t in s.known))
        for s in found.standpoints
    ], disputed  # fmt: skip
    yield ("member", "tie", "group", "from", "who says so"), [
        (t.member, t.kind, t.group, t.origin, t.source or ", ".join(s["report"] for s in t.sources))
        for t in (*found.ties_reported, *found.ties_known)
    ], "Ties"  # fmt: skip
    yield ("label", "stance", "reports", "outlets"), [
        (x["text"], x["stance"], x["count"], ", ".join(x["outlets"])) for x in found.labels
    ], "Labels"  # fmt: skip
    yield ("place", "held as", "published", "reports"), [
        (x["place"], x["kind"], _years(x["since"], x["until"]), ", ".join(x["reports"])) for x in found.positions
    ], "Positions"  # fmt: skip
    yield ("person", "role", "", "reports"), [
        (x["name"], x["role"], x["relation"], ", ".join(x["reports"])) for x in found.persons
    ], "Persons in office"  # fmt: skip


def _years(since: str | None, until: str | None) -> str:
    return since or "" if since == until else f"{since} .. {until}"


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--by", default="month", show_default=True, help="month, quarter or year.")
@FORMAT
@click.pass_obj
def pair(settings: Settings, a: str, b: str, by: str, style: str) -> None:
    """Cooperation and conflict between two actors or camps (ids or names), side by side, never summed.

    Brackets show what rival claims would give. What only clients of the two did stands apart, as by proxies. Exposure
    tells how much the sources published: 1 is the mean of all periods.

    \b
    Examples:
      marsad pair russia iran
      marsad pair روسيا إيران --by year
      marsad pair syria/5th-corps syria/4th-division --format jsonl
    """
    from marsad.relate import pair as derive

    with open_settings_store(settings) as store:
        found = derive(store, a, b, by=by, packs=load_packs(settings))
    if style == "jsonl":
        json_lines(found["periods"])
        return
    title = f"{found['a']['en']} - {found['b']['en']}"
    if not found["total"]["incidents"]:
        write(f"{title}: no incident in the store lies between the two\n")
        return
    headings = (by, "cooperation", "conflict", "by proxies", "incidents", "mood", "exposure")
    table(headings, _periods(found["periods"]), title=title)
    if found["undated"]:
        write(f"{len(found['undated'])} more without a day\n")


def _periods(periods: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Rows; a long stretch without incidents is one row of dots."""
    rows: list[tuple[Any, ...]] = []
    for at, each in enumerate(periods):
        empty = [not p["incidents"] for p in periods[max(at - 1, 0) : at + 2]]
        if all(empty) and len(empty) == 3:
            if rows[-1][0] != "…":
                rows.append(("…", "", "", "", "", "", ""))
            continue
        proxy, exposure = each["proxy"], each["exposure"]
        clients = f"{proxy['cooperation']:g} / {proxy['conflict']:g}" if proxy["incidents"] else ""
        figures = (_figure(each, "cooperation"), _figure(each, "conflict"), clients, each["incidents"])
        rows.append((each["period"], *figures, each["mood"], "" if exposure is None else f"{exposure:g}"))
    return rows


def _figure(period: dict[str, Any], side: str) -> str:
    low, high = period["interval"][side]
    return f"{period[side]:g}" + (f" [{low:g}-{high:g}]" if low != high else "")
