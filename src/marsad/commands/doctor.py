"""marsad doctor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from marsad.errors import MarsadError

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check store, custody log, knowledge and workbench; the exit status is 2 where something is wrong.

    \b
    Example:
      marsad doctor
    """
    checks: dict[str, Callable[[Settings], str]] = {
        "store": _store, "custody": _custody, "knowledge": _knowledge, "workbench": _workbench
    }  # fmt: skip
    wrong = 0
    for name, check in checks.items():
        try:
            click.echo(f"ok     {name}: {check(ctx.obj)}")
        except MarsadError as error:
            wrong += 1
            click.echo(f"wrong  {name}: {error.code}: {error.message} / {error.remedy}")
    ctx.exit(2 if wrong else 0)


def _store(settings: Settings) -> str:
    from marsad.store import open_store

    with open_store(settings.store) as store:
        return f"{store.shown}, " + ", ".join(f"{n} {name}" for name, n in store.count().items())


def _custody(settings: Settings) -> str:
    from marsad.store import open_store

    with open_store(settings.store) as store:
        return f"{store.verify_custody()} lines, all sound"


def _knowledge(settings: Settings) -> str:
    from marsad.packs import load

    packs = load(*settings.packs)
    return f"{len(packs.actors)} actors, {len(packs.places)} places, {len(packs.frames)} frames, no faults"


def _workbench(settings: Settings) -> str:
    from pathlib import Path

    import marsad.serve
    from marsad.errors import StoreError

    page = Path(marsad.serve.__file__).parent / "static" / "index.html"
    if not page.exists():
        raise StoreError("E320", "the pages of the workbench are not built", "install the wheel, or run make web")
    return "its pages are there"
