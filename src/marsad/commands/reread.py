"""marsad reread."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.intake import read_one
from marsad.commands.output import complain, load_packs, open_settings_store
from marsad.commands.second import Asked, reader, reader_options
from marsad.errors import MarsadError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from marsad.model import Reading, Report
    from marsad.settings import Settings
    from marsad.store import Store
    from marsad.store.gathering import Gathering


@click.command()
@click.option("--all", "everything", is_flag=True, help="Read reports again that this version has read already.")
@reader_options
@click.pass_context
def reread(ctx: click.Context, /, *, everything: bool, **asked: Any) -> None:
    """Read again what an older reader or older knowledge has read; people's decisions hold.

    A new reading is kept only where it says something else. Broken off, it goes on where it was. With --reader both
    what the two readers tell apart stands high in the review queue; reading again without it returns to the rules.

    \b
    Examples:
      marsad reread
      marsad --pack my-pack/ reread
      marsad reread --reader both --model-url http://127.0.0.1:11434/v1 --model NAME
    """
    from marsad.commands.add import reader_version

    settings: Settings = ctx.obj
    packs, wanted = load_packs(settings), Asked(**asked)
    version = " ".join(filter(None, (reader_version(packs), wanted.version)))
    with open_settings_store(settings) as store, reader(wanted, packs) as chosen:
        read, changed, broken = again(store, chosen.read, version, everything=everything)
    click.echo(f"{read} read again, {changed} changed, {broken} passed over")
    ctx.exit(2 if broken else 0)


def again(
    store: Store, read: Callable[[Report], Reading], version: str, *, everything: bool = False
) -> tuple[int, int, int]:
    """Number of reports read again, of those whose reading changed, and of those that could not be read."""
    from marsad.store.gathering import Gathering

    gathering = Gathering(store)
    names = gathering.stale("" if everything else version)
    changed = broken = 0
    with click.progressbar(names, label="Reading", file=sys.stderr) as bar:
        for name in bar:
            try:
                changed += _one(store, gathering, read, name, version)
            except ModelError:
                raise
            except MarsadError as error:
                if error.code == "E350":
                    raise
                broken += 1
                complain(error)
    return len(names) - broken, changed, broken


def _one(store: Store, gathering: Gathering, read: Callable[[Report], Reading], name: str, version: str) -> bool:
    from marsad.gather.arrive import readable

    report = store.report(name).report
    reading = read_one(read, readable(report))
    return gathering.reread(name, reading, version=version, by=getpass.getuser())
