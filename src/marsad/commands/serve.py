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
@click.pass_obj
def serve(settings: Settings, host: str, port: int, open_: bool) -> None:
    """Open the workbench in the browser, over the store.

    \b
    Examples:
      marsad serve
      marsad --store sqlite:///case.sqlite serve --port 9000
    """
    from marsad.serve.app import serve as run

    run(settings.store, host, port, open_, packs_dirs=settings.packs)
