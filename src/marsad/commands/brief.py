"""marsad brief."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from marsad.commands.export import PAIR, PLACE, REASON, UNMASK, list_masked
from marsad.commands.output import load_packs, open_settings_store

if TYPE_CHECKING:
    from marsad.packs import Packs
    from marsad.publish.query import Query
    from marsad.publish.veil import Veil
    from marsad.settings import Settings
    from marsad.store import Store

FROM = click.option("--from", "since", metavar="DATE", required=True, help="First day of the period.")
TO = click.option("--to", "until", metavar="DATE", required=True, help="Last day of the period.")
TEMPLATES = click.option(
    "--templates", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="DIR",
    help="Folder of your own templates and phrases, laid over ours file by file, phrase by phrase.",
)  # fmt: skip


@click.command()
@FROM
@TO
@PAIR
@PLACE
@click.option("--lang", type=click.Choice(["ar", "en"]), default="ar", show_default=True, help="Language.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True,
    help="File to write; its ending (html, pdf, docx, md) says as what.",
)  # fmt: skip
@TEMPLATES
@UNMASK
@REASON
@click.pass_obj
def brief(
    settings: Settings, *, since: str, until: str, pair: tuple[str, str] | None, place: str | None, lang: str,
    output: Path, templates: Path | None, unmask: bool, reason: str,
) -> None:  # fmt: skip
    """Write the briefing of a period: one page and its annex, each sentence with its evidence.

    \b
    Examples:
      marsad brief --from 2022-01-01 --to 2022-03-31 -o brief.pdf
      marsad brief --from 2022-01-01 --to 2022-01-31 --pair russia iran --lang en -o brief.docx
    """
    from marsad.publish.briefing.compose import compose
    from marsad.publish.briefing.layout import check, save
    from marsad.publish.query import Query

    check(output)
    packs, asked = load_packs(settings), Query(since=since, until=until, pair=pair or None, place=place)
    with open_settings_store(settings) as store:
        veil = veiled(store, packs, asked, unmask=unmask, reason=reason)
        made = compose(store, asked, lang=lang, packs=packs, templates=templates, veil=veil)
    save(made, output, templates=templates)
    click.echo(f"{len(made.all)} incidents, {len(made.sentences)} sentences written to {output}")


def veiled(store: Store, packs: Packs, asked: Query, *, unmask: bool, reason: str) -> Veil:
    """The veil of a briefing; taking it off is logged."""
    from marsad.fuse.derive import refresh
    from marsad.publish.export import log_unmasking
    from marsad.publish.veil import Veil

    asked.test(packs)
    if unmask:
        log_unmasking(store, "brief", asked, reason=reason, by=getpass.getuser())
    else:
        list_masked(store)
    refresh(store, packs=packs)
    return Veil.over(store, packs, masked=not unmask)
