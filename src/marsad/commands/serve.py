"""marsad serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8765, show_default=True)
@click.option("--open/--no-open", "open_", default=False, help="Open a browser window.")
@click.option("--as", "name", metavar="NAME", help="Who you are, where the store has no people (your user name).")
@click.pass_obj
def serve(settings: Settings, host: str, port: int, open_: bool, name: str | None) -> None:
    """Open the workbench in the browser, over the store.

    Without people in the store it is yours alone: only this machine reaches it, and nobody logs in. For a team, add
    people with `marsad users add` first; then --host may be an address that others reach, and everybody logs in.

    \b
    Examples:
      marsad serve
      marsad serve --as huda
      marsad --store sqlite:///case.sqlite serve --port 9000
    """
    from marsad.serve.app import serve as run

    run(settings.store, host, port, open_, packs_dirs=settings.packs, local_user=name)
