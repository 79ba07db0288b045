"""marsad chains, network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table, write
from marsad.errors import InputError

if TYPE_CHECKING:
    from datetime import date

    from marsad.packs import Packs
    from marsad.relate import Chain, Demand
    from marsad.relate.pair import Step
    from marsad.settings import Settings


@click.command()
@click.argument("a", required=False)
@click.argument("b", required=False)
@click.option("--place", metavar="NAME", help="Only at this place (id, or a piece of its name).")
@click.option("--open", "open_", is_flag=True, help="Only the open demands.")
@click.option("--as-of", metavar="DATE", help="Ages on this day; the last day of the store otherwise.")
@FORMAT
@click.pass_obj
def chains(
    settings: Settings, *, a: str | None, b: str | None, place: str | None, open_: bool, as_of: str | None, style: str
) -> None:
    """Show quarrels step by step: demand, refusal, quarrel, clash, separation, withdrawal, hand-over at one site.

    Without actors: of all camps that meet. Demands that nobody answered yet stand below, with their age in days.

    \b
    Examples:
      marsad chains russia iran
      marsad chains --place الطابية
      marsad chains --open --as-of 2022-06-16 --format jsonl
    """
    from marsad.relate import quarrels

    packs = load_packs(settings)
    with open_settings_store(settings) as store:
        found = quarrels(store, a, b, as_of=day(as_of), packs=packs)
    told = [c for q in found for c in q.chains if any(_at(s.incident.place, place, packs) for s in c.steps)]
    asked = [d for q in found for d in q.demands if d.state == "open" and _at(d.place, place, packs)]
    if style == "jsonl":
        json_lines(d.to_json() for d in asked) if open_ else json_lines(c.to_json(packs) for c in told)
        return
    for chain in () if open_ else told:
        _chain(chain)
    _demands(asked)


def day(text: str | None) -> date | None:
    """An ISO day. Raises InputError E120."""
    from datetime import date

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError("E120", f"{text!r} is no day", "write it as 2022-06-16") from error


def _at(site: Any, place: str | None, packs: Packs) -> bool:
    """Whether the site is the place asked for, lies below it, or bears the name (in any spelling)."""
    from marsad.packs import fold_word

    if not place:
        return True
    if site is None:
        return False
    names = " ".join((site.ar, site.en.lower(), site.text))
    entry = packs.places.get(site.id or "")
    names += " " + " ".join(entry.also if entry else ())
    below = bool(site.id) and (site.id == place or site.id.startswith(place + "/"))
    return below or fold_word(place.lower()) in fold_word(names)


def _chain(chain: Chain) -> None:
    rows = [
        (_days(s), s.phase.en, s.incident.title_ar, s.side, f"{s.value:g}",
         "coerced" if s.bearing == "coerced" else s.level, s.incident.voices)
        for s in chain.steps
    ]  # fmt: skip
    title = f"{chain.place.ar} ({chain.place.en}), {chain.a} - {chain.b}, {chain.start} .. {chain.end}"
    table(("day", "step", "told", "side", "value", "", "voices"), rows, title=title)


def _days(step: Step) -> str:
    """The day, or the days within which it lies."""
    last = step.incident.end
    return f"{step.date} .. {last}" if step.dated_by == "time" and last and last != step.date else step.date or "?"


def _demands(asked: list[Demand]) -> None:
    if not asked:
        write("no open demand\n")
        return
    rows = [
        (d.since, f"{d.age} days", " + ".join(p.en for p in d.asked_by), " + ".join(p.en for p in d.asked_of),
         d.place.ar if d.place else "?", d.kind, ", ".join(d.incidents))
        for d in asked
    ]  # fmt: skip
    title = f"Open demands on {asked[0].as_of}"
    table(("since", "age", "asked by", "asked of", "place", "what", "incidents"), rows, title=title)


@click.command()
@click.option("--since", metavar="DATE", help="First day; 90 days up to the last day otherwise.")
@click.option("--until", metavar="DATE", help="Last day; the last day of the store otherwise.")
@click.option("--level", default="camp", show_default=True, help="unit, organisation or camp.")
@FORMAT
@click.pass_obj
def network(settings: Settings, *, since: str | None, until: str | None, level: str, style: str) -> None:
    """Show who is at odds and who is together with whom in a window, and what changed against the window before.

    \b
    Examples:
      marsad network --since 2022-01-01 --until 2022-03-31
      marsad network --level unit --format jsonl
    """
    from marsad.relate import network as derive

    packs = load_packs(settings)
    with open_settings_store(settings) as store:
        found = derive(store, since=day(since), until=day(until), level=level, packs=packs)
    docs = [e.to_json(packs) for e in found]
    if style == "jsonl":
        json_lines(docs)
        return
    if not docs:
        write("nobody met anybody in this window or the one before\n")
        return
    headings = ("a", "b", "sign", "change", "cooperation", "conflict", "by proxies", "before", "incidents")
    table(headings, [_edge(d) for d in docs])


def _edge(d: dict[str, Any]) -> tuple[Any, ...]:
    proxies, before = d["proxy"], d["before"]
    clients = f"{proxies['cooperation']:g} / {proxies['conflict']:g}" if any(proxies.values()) else ""
    was = f"{before['sign']} {before['cooperation']:g} / {before['conflict']:g}"
    figures = (f"{d['cooperation']:g}", f"{d['conflict']:g}", clients, was, len(d["incidents"]))
    return (d["a"]["en"], d["b"]["en"], d["sign"], d["change"], *figures)
