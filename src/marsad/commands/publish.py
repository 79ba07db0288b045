"""marsad publish: site, run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from marsad.commands.brief import FROM, TEMPLATES, TO, veiled
from marsad.commands.export import PAIR, PLACE, REASON, UNMASK
from marsad.commands.output import load_packs, open_settings_store
from marsad.errors import InputError

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.group()
def publish() -> None:
    """Sites and briefings for others.

    \b
    Examples:
      marsad publish site --from 2022-01-01 --to 2022-03-31 -o site
      marsad publish run --channels channels.yml
    """


@publish.command()
@FROM
@TO
@PAIR
@PLACE
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to make.")
@TEMPLATES
@UNMASK
@REASON
@click.pass_obj
def site(
    settings: Settings, *, since: str, until: str, pair: tuple[str, str] | None, place: str | None, output: Path,
    templates: Path | None, unmask: bool, reason: str,
) -> None:  # fmt: skip
    """Write a static site of a period that works from a folder, without a network.

    \b
    Example:
      marsad publish site --from 2022-01-01 --to 2022-03-31 -o site
    """
    from marsad.publish.query import Query
    from marsad.publish.site import site as make

    packs, asked = load_packs(settings), Query(since=since, until=until, pair=pair or None, place=place)
    with open_settings_store(settings) as store:
        veil = veiled(store, packs, asked, unmask=unmask, reason=reason)
        made = make(store, asked, output, packs=packs, templates=templates, veil=veil)
    click.echo(f"{made.incidents} incidents, {made.files} files in {made.folder}; open index.html")


@publish.command()
@click.option(
    "--channels", "file", type=click.Path(path_type=Path), metavar="FILE", envvar="MARSAD_CHANNELS",
    help="YAML file of channels and briefings (MARSAD_CHANNELS).",
)  # fmt: skip
@click.option("--today", metavar="DATE", help="The day on which periods must be over; this day where not given.")
@click.option("--limit", default=20.0, show_default=True, help="Seconds to wait for all channels together.")
@TEMPLATES
@click.pass_obj
def run(settings: Settings, *, file: Path | None, today: str | None, limit: float, templates: Path | None) -> None:
    """Send the briefings of all periods that are over to their subscribers. Run it as often as you like.

    \b
    Example:
      marsad publish run --channels channels.yml
    """
    from datetime import date

    from marsad.gather.meta import parse_day
    from marsad.publish.subscriptions import load_subscriptions
    from marsad.publish.subscriptions import run as once
    from marsad.watch.channels import load_channels

    if file is None:
        raise InputError("E614", "no file of channels and briefings", "give --channels, see docs/publish.md")
    channels = load_channels(file)
    wanted = load_subscriptions(file, channels)
    day = parse_day(today, where="--today") if today else date.today()
    with open_settings_store(settings) as store:
        made = once(store, wanted, channels, today=day, packs=load_packs(settings), templates=templates, limit=limit)
    click.echo(f"{len(wanted)} briefings, {len(made.queued)} new")
    for written in made.files:
        click.echo(f"written to {written}")
    for outcome in made.outcomes:
        click.echo(f"{outcome.channel}: {outcome.sent} sent, {outcome.failed} failed, {outcome.waiting} put off")
        if outcome.told:
            click.echo(f"{outcome.channel}: {outcome.told}", err=True)
