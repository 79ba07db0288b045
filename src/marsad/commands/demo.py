"""marsad demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.add import gather
from marsad.commands.output import load_packs, months, table

if TYPE_CHECKING:
    from marsad.packs import Packs
    from marsad.settings import Settings
    from marsad.store import Store

FOLDER = Path(__file__).parent.parent / "demo"


@click.command()
@click.option("--serve/--no-serve", "open_", default=True, help="Open the workbench afterwards.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8765, show_default=True)
@click.option("--open/--no-open", "browser", default=False, help="Open a browser window.")
@click.pass_obj
def demo(settings: Settings, *, open_: bool, host: str, port: int, browser: bool) -> None:
    """Read the packaged demonstration reports, show what came out, and open the workbench.

    Reports, outlets and private persons of the demonstration are invented. It has a store of its own, made anew
    each time, unless --store or MARSAD_STORE names one.

    \b
    Examples:
      marsad demo
      marsad demo --no-serve
    """
    from marsad.gather import report_files
    from marsad.store import open_store

    packs = load_packs(settings)
    address = settings.store if settings.chosen else _own_store()
    asked = {"given": report_files([str(FOLDER)]), "meta": str(FOLDER / "meta.jsonl")}
    with open_store(address) as store:
        gather(store, asked, packs=packs)
        _summary(store, packs)
    if open_:
        from marsad.serve.app import serve

        serve(address, host, port, browser, packs_dirs=settings.packs)


def _own_store() -> str:
    from marsad.settings import data_folder

    file = data_folder() / "demo.sqlite"
    file.unlink(missing_ok=True)
    return f"sqlite:///{file}"


def _summary(store: Store, packs: Packs) -> None:
    from marsad.fuse import incidents
    from marsad.relate import pair

    found = incidents(store, packs=packs)
    disputed = [i for i in found if i.contradictions]
    counts = store.count()
    told = f"{counts['reports']} reports, {counts['events']} events"
    click.echo(f"{told}, {len(found)} incidents, {len(disputed)} disputed")
    rows: list[Any] = [(i.start or "?", i.title_ar, ", ".join(i.contradictions), i.reports) for i in disputed]
    table(("day", "incident", "reports disagree on", "reports"), rows, title="Contradictions")
    both = pair(store, "russia", "iran", packs=packs)
    series = months(both["periods"])
    table(("month", "cooperation", "conflict", "incidents"), series, title="Russia - Iran, month by month")
