"""marsad serve."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.command()
@click.option("--host", help="The address to listen at. [default: 127.0.0.1, or the setting serve.host]")
@click.option("--port", type=click.IntRange(0, 65535), help="[default: 8765, or the setting serve.port; 0: a free one]")
@click.option("--open/--no-open", "open_", default=False, help="Open a browser window.")
@click.option("--as", "name", metavar="NAME", help="Who you are, where the store has no people (your user name).")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), help="[setting: log.level]")
@click.option("--log-format", type=click.Choice(["text", "json"]), help="[setting: log.format]")
@click.pass_obj
def serve(
    settings: Settings, *, host: str | None, port: int | None, open_: bool, name: str | None, log_level: str | None,
    log_format: str | None,
) -> None:  # fmt: skip
    """Open the workbench in the browser, over the store.

    Without people in the store it is yours alone: only this machine reaches it, and nobody logs in. For a team, add
    people with `marsad users add` first; then --host may be an address that others reach, and everybody logs in.

    SIGTERM or Ctrl+C stops it: requests under way come to their end, for at most serve.stop_seconds.

    \b
    Examples:
      marsad serve
      marsad serve --as huda
      marsad --store sqlite:///case.sqlite serve --port 9000
      marsad --settings /etc/marsad/marsad.toml serve --log-format json
    """
    from marsad.memory import few_arenas
    from marsad.serve.app import serve as run

    few_arenas()
    log = replace(settings.log, **{k: v for k, v in {"level": log_level, "format": log_format}.items() if v})
    given = replace(settings, log=log)
    told = host or settings.serve.host, settings.serve.port if port is None else port
    run(settings.store, *told, open_, packs_dirs=settings.packs, local_user=name, given=given)
