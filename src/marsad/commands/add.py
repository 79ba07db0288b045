"""marsad add."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from marsad.commands.intake import Intake, intake
from marsad.commands.output import load_packs, open_settings_store
from marsad.commands.read import META, PUBLISHED
from marsad.errors import MarsadError

if TYPE_CHECKING:
    from marsad.settings import Settings
    from marsad.store import Store


@click.command()
@click.argument("paths", nargs=-1, required=True)
@PUBLISHED
@META
@click.pass_context
def add(ctx: click.Context, paths: tuple[str, ...], published: str | None, meta: str | None) -> None:
    """Add reports to the store and read them; a folder stands for its *.txt files.

    The same text is kept once. A broken report is told and passed over; the exit status is then 2.

    \b
    Examples:
      marsad add reports/ --meta reports/meta.jsonl
      marsad --store sqlite:///case.sqlite add one.txt two.txt
    """
    from marsad.gather import report_files

    settings: Settings = ctx.obj
    source = intake(meta=meta, published=published, packs=load_packs(settings))
    with open_settings_store(settings) as store:
        new, known = add_all(store, source, report_files(paths))
    click.echo(f"{new} new, {known} already there, {source.broken} passed over")
    ctx.exit(2 if source.broken else 0)


def add_all(store: Store, source: Intake, paths: list[str]) -> tuple[int, int]:
    """Add all files with a progress bar on standard error; number of new and of known reports. Marks copies."""
    from marsad.gather import find_copies

    new = known = 0
    with click.progressbar(paths, label="Reading", file=sys.stderr) as bar:
        for path in bar:
            if (pair := source.take(path)) is None:
                continue
            try:
                added = store.add(*pair)
            except MarsadError as error:
                source.fail(error)
                continue
            new, known = new + added, known + (not added)
    copies = find_copies(stored.report for stored in store.reports())
    store.put_copies({name: (copy.of, copy.share) for name, copy in copies.items()})
    return new, known
