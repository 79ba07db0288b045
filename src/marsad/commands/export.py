"""marsad export."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import load_packs, open_settings_store

if TYPE_CHECKING:
    from marsad.publish.query import Query
    from marsad.settings import Settings
    from marsad.store import Store

NAMES = ("acled", "ucdp", "plover", "geojson", "parquet", "xlsx", "hxl", "ftm", "stix", "graphml", "rss", "atom")
LISTED = "masking-listed"

UNMASK = click.option("--unmask", is_flag=True, help="Leave private persons' names in; asks for --reason, is logged.")
REASON = click.option("--reason", default="", help="Why names leave the house.")
PLACE = click.option("--place", metavar="NAME", help="Only at this place or below it (id, or a piece of its name).")
PAIR = click.option("--pair", nargs=2, metavar="A B", help="Only what lies between these two (ids or names).")


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """The filters of `marsad incidents`, and place and pair."""
    options = (
        click.option("--actor", metavar="ID", help="Only incidents with this actor or one below it."),
        click.option("--type", "type_", metavar="TYPE", help="Only this event type, such as ASSAULT."),
        click.option("--since", metavar="DATE", help="Only from this day on."),
        click.option("--until", metavar="DATE", help="Only up to this day."),
        click.option("--contradicted", is_flag=True, help="Only where reports contradict each other."), PLACE, PAIR,
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def query(
    *, actor: str | None, type_: str | None, since: str | None, until: str | None, contradicted: bool,
    place: str | None, pair: tuple[str, str] | None,
) -> Query:  # fmt: skip
    """The query of the options of `filters`."""
    from marsad.publish.query import Query

    return Query(actor, type_, since, until, contradicted, pair or None, place)


@click.command()
@click.argument("format", type=click.Choice(NAMES))
@filters
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
@click.option("--site", default="", metavar="URL", help="Address of the workbench, for links of feeds.")
@UNMASK
@REASON
@click.pass_obj
def export(
    settings: Settings, /, format: str, *, output: Path, site: str, unmask: bool, reason: str, **given: Any
) -> None:  # fmt: skip
    """Write incidents in a format that others' tools open, with a manifest beside the file.

    The manifest (FILE.manifest.json) tells the query, the counts, the versions, and what this format loses. Private
    persons are masked, and where people live is told coarsely; before the first export the names to be masked are
    listed on standard error.

    \b
    Examples:
      marsad export acled --since 2022-01-01 --until 2022-03-31 -o acled.csv
      marsad export xlsx --pair russia iran -o russia-iran.xlsx
      marsad export plover --place sy/deir-ez-zor -o deir.jsonl
      marsad export geojson --unmask --reason "handed to the court" -o court.geojson
    """
    from marsad.publish.export import export as write

    packs = load_packs(settings)
    with open_settings_store(settings) as store:
        if not unmask:
            list_masked(store)
        made = write(
            store, format, output, query=query(**given), packs=packs, masked=not unmask, reason=reason,
            by=getpass.getuser(), site=site,
        )  # fmt: skip
    counts = made.counts
    click.echo(f"{counts['written']} of {counts['matched']} incidents written to {output}")
    for why, n in counts["left_out"].items():
        click.echo(f"{n} left out: {why}", err=True)


def list_masked(store: Store) -> None:
    """Tell once on standard error whose names will be masked; again when there are new ones."""
    from hashlib import sha256

    from marsad.publish.masking import People
    from marsad.store.outbox import Outbox

    listed = People.of_store(store).listed()
    mark = sha256(repr(listed).encode()).hexdigest()
    outbox = Outbox(store)
    if not listed or outbox.fact(LISTED) == mark:
        return
    click.echo(f"{len(listed)} names of private persons will be masked:", err=True)
    for name, report in listed:
        click.echo(f"  {name} ({report})", err=True)
    outbox.remember(LISTED, mark)
