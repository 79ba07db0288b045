"""marsad import, compare."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.export import filters, query
from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table, write
from marsad.errors import InputError

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.command(name="import")
@click.argument("format", type=click.Choice(["plover", "acled", "ucdp"]), required=False)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--as", "name", metavar="NAME", help="Name of the layer; the file's own where not given.")
@click.option("--list", "listed", is_flag=True, help="List the layers.")
@click.option("--drop", metavar="NAME", help="Take a layer out.")
@FORMAT
@click.pass_obj
def import_(
    settings: Settings, format: str | None, file: Path | None, *, name: str | None, listed: bool, drop: str | None,
    style: str,
) -> None:  # fmt: skip
    """Keep a data set of others as a layer to compare with; it never mixes with our incidents.

    \b
    Examples:
      marsad import acled acled-syria-2022.csv --as acled-2022
      marsad import --list
      marsad compare acled-2022
    """
    from marsad.publish.reference import bring
    from marsad.store.references import drop_layer, layers

    with open_settings_store(settings) as store:
        if drop:
            drop_layer(store, drop)
            click.echo(f"{drop} taken out")
        elif listed:
            _list([layer.to_json() for layer in layers(store)], style)
        elif format and file:
            made = bring(store, format, file, name or file.stem, by=getpass.getuser())
            click.echo(f"{made.rows} rows kept as {made.name}")
            for why, n in made.told["passed over"].items():
                click.echo(f"{n} passed over: {why}", err=True)
        else:
            raise InputError("E608", "nothing to import", "give a format and a file, or --list")


def _list(rows: list[dict[str, Any]], style: str) -> None:
    if style == "jsonl":
        json_lines(rows)
        return
    table(
        ("layer", "format", "rows", "file", "at"),
        [[r[k] for k in ("layer", "format", "rows", "file", "at")] for r in rows],
    )


@click.command()
@click.argument("layer")
@filters
@click.option(
    "--format", "style", type=click.Choice(["table", "jsonl", "geojson"]), default="table", show_default=True,
    help="A summary for people; every happening for programs and maps.",
)  # fmt: skip
@click.pass_obj
def compare(settings: Settings, /, layer: str, *, style: str, **given: Any) -> None:
    """Lay our incidents beside a reference layer: what both tell, what only one tells, where they disagree.

    \b
    Examples:
      marsad compare acled-2022 --since 2022-01-01 --until 2022-03-31
      marsad compare acled-2022 --place sy/homs --format geojson
    """
    from marsad.fuse.derive import refresh
    from marsad.publish.compare import compare as lay

    packs = load_packs(settings)
    with open_settings_store(settings) as store:
        refresh(store, packs=packs)
        found = lay(store, layer, query=query(**given), packs=packs)
    if style == "geojson":
        write(json.dumps(found.geojson(), ensure_ascii=False) + "\n")
    elif style == "jsonl":
        json_lines(found.rows())
    else:
        told = found.summary()
        rows = [(m, n.get("both", 0), n.get("ours", 0), n.get("theirs", 0)) for m, n in told["months"].items()]
        table(
            ("month", "both", "only ours", "only theirs"), [*rows, ("all", told["both"], told["ours"], told["theirs"])]
        )
        table(("they disagree on", "happenings"), list(told["disagreements"].items()))
