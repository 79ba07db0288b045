"""marsad watch: rules, test, run, log, feed, acknowledge, mute, follow."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from marsad.commands.alerts import look
from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table, write

if TYPE_CHECKING:
    from marsad.settings import Settings

CHANNELS = click.option(
    "--channels", "file", type=click.Path(path_type=Path), metavar="FILE",
    help="YAML file of channels (MARSAD_CHANNELS).",
)  # fmt: skip
TODAY = click.option(
    "--today", metavar="DATE", help="The day up to which is looked; the last report's where not given."
)


@click.group()
def watch() -> None:
    """Rules that raise alerts, and where the alerts go.

    \b
    Examples:
      marsad watch rules
      marsad watch run --channels channels.yml
      marsad watch mute russia iran --until 2022-03-01 --reason "known"
    """


@watch.command()
@FORMAT
@click.pass_obj
def rules(settings: Settings, style: str) -> None:
    """List the rules in use, yours over ours.

    \b
    Example:
      marsad --pack mine watch rules
    """
    from marsad.watch.rules import load_rules

    found = load_rules(settings.packs, packs=load_packs(settings)).rules
    if style == "jsonl":
        json_lines({"rule": r.id, "kind": r.kind, "level": r.level, "options": r.options} for r in found)
        return
    rows = [(r.id, r.kind, r.level, ", ".join(f"{k}={v}" for k, v in r.options.items())) for r in found]
    table(("rule", "kind", "level", "options"), rows)


@watch.command()
@click.pass_obj
def test(settings: Settings) -> None:
    """Run the rules' own examples: what must raise them and what must not.

    \b
    Example:
      marsad --pack mine watch test
    """
    from marsad.watch.prove import failures
    from marsad.watch.rules import load_rules

    packs = load_packs(settings)
    found = load_rules(settings.packs, packs=packs)
    wrong = list(failures(found, packs))
    for line in wrong:
        click.echo(line, err=True)
    n = sum(len(r.raises) + len(r.quiet) for r in found.rules)
    click.echo(f"{len(found.rules)} rules, {n} examples, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


@watch.command()
@TODAY
@CHANNELS
@click.option("--limit", default=20.0, show_default=True, help="Seconds to wait for all channels together.")
@click.pass_obj
def run(settings: Settings, today: str | None, file: Path | None, limit: float) -> None:
    """Queue new alerts for the channels and send what is due. Run it as often as you like: nothing is queued twice.

    \b
    Example:
      marsad watch run --channels channels.yml
    """
    from marsad.watch.channels import load_channels
    from marsad.watch.run import run as once

    channels = load_channels(file)
    with open_settings_store(settings) as store:
        found, marks, _, day = look(settings, store, today)
        made = once(store, found, marks, channels, today=day, limit=limit)
    shown = [a for a in found if not marks.muted(a)]
    click.echo(f"{len(shown)} alerts up to {day}, {len(found) - len(shown)} muted")
    for outcome in made.outcomes:
        line = f"{outcome.channel}: {made.queued[outcome.channel]} new, {outcome.sent} sent"
        click.echo(f"{line}, {outcome.failed} failed, {outcome.waiting} put off")
        if outcome.told:
            click.echo(f"{outcome.channel}: {outcome.told}", err=True)
    if not channels:
        click.echo("no channels: nothing is sent; see --channels", err=True)


@watch.command()
@click.option("--channel", metavar="ID", help="Only this channel.")
@FORMAT
@click.pass_obj
def log(settings: Settings, channel: str | None, style: str) -> None:
    """List deliveries, newest first: what was sent, what waits, what was given up and why.

    \b
    Example:
      marsad watch log --channel desk
    """
    from marsad.store.outbox import Outbox

    with open_settings_store(settings) as store:
        found = Outbox(store).log(channel=channel)
    if style == "jsonl":
        json_lines(d.to_json() for d in found)
        return
    rows = [(d.made_at.isoformat(timespec="seconds"), d.channel, d.alert, d.state, d.tries, d.told) for d in found]
    table(("queued", "channel", "alert", "state", "tries", "last answer"), rows)


@watch.command()
@click.option("--kind", type=click.Choice(["atom", "rss"]), default="atom", show_default=True)
@click.option("--language", type=click.Choice(["ar", "en"]), default="ar", show_default=True)
@click.option("--site", default="", metavar="URL", help="Address of the workbench, for links.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; standard output if not given.")
@TODAY
@click.pass_obj
def feed(
    settings: Settings, *, kind: str, language: str, site: str, output: Path | None, today: str | None
) -> None:  # fmt: skip
    """Write the alerts as an Atom or RSS feed, without the muted ones.

    \b
    Example:
      marsad watch feed --kind rss -o alerts.xml
    """
    from marsad.watch.feed import feed as document

    with open_settings_store(settings) as store:
        found, marks, _, _ = look(settings, store, today)
    text = document([a for a in found if not marks.muted(a)], kind=kind, language=language, site=site)
    if output is None:
        write(text)
        return
    from marsad.files import write_text

    write_text(output, text)  # half a feed is no feed: readers may fetch it at any moment


@watch.command()
@click.argument("alert")
@click.option("--reason", default="", help="Why, for those who read it later.")
@click.pass_obj
def acknowledge(settings: Settings, alert: str, reason: str) -> None:
    """Say that an alert has been seen.

    \b
    Example:
      marsad watch acknowledge a-0f3c1d2e4b5a --reason "called the source"
    """
    _mark(settings, "acknowledged", (alert,), reason=reason, until=None, on=True)


@watch.command()
@click.argument("subject", nargs=-1, required=True)
@click.option("--until", metavar="DATE", help="The last day; for good where not given.")
@click.option("--reason", default="", help="Why, for those who read it later.")
@click.option("--off", is_flag=True, help="Lift it again.")
@click.pass_obj
def mute(settings: Settings, *, subject: tuple[str, ...], until: str | None, reason: str, off: bool) -> None:
    """Neither list nor send an alert, or all of a rule, of two actors, or of a place.

    \b
    Examples:
      marsad watch mute culprit-disputed
      marsad watch mute russia iran --until 2022-03-01 --reason "talks are on"
    """
    _mark(settings, "muted", subject, reason=reason, until=until, on=not off)


@watch.command()
@click.argument("subject", nargs=-1, required=True)
@click.option("--reason", default="", help="Why, for those who read it later.")
@click.option("--off", is_flag=True, help="Lift it again.")
@click.pass_obj
def follow(settings: Settings, *, subject: tuple[str, ...], reason: str, off: bool) -> None:
    """Follow an alert, a rule, two actors or a place: channels may ask for followed ones only.

    \b
    Example:
      marsad watch follow russia iran
    """
    _mark(settings, "followed", subject, reason=reason, until=None, on=not off)


def _mark(
    settings: Settings, kind: str, words: tuple[str, ...], *, reason: str, until: str | None, on: bool
) -> None:  # fmt: skip
    from marsad.gather.meta import parse_day
    from marsad.watch.marks import mark, named

    day = parse_day(until, where="--until") if until else None
    with open_settings_store(settings) as store:
        found, _, known, _ = look(settings, store, None)
        subject = named(words, found=found, rules=known, packs=load_packs(settings))
        given = mark(store, kind, subject, by=getpass.getuser(), reason=reason, until=day, on=on)
    click.echo(f"{subject} {kind if on else 'no longer ' + kind} by {given.by}")
