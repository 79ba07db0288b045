"""marsad settings show, check."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import table

if TYPE_CHECKING:
    from marsad.settings import Settings, SettingsError

HIDDEN = {"file", "origins", "chosen"}


@click.group()
def settings() -> None:
    """Show or check the settings: options, environment, file.

    \b
    Examples:
      marsad settings show
      marsad settings check /etc/marsad/marsad.toml
    """


@settings.command()
@click.pass_obj
def show(given: Settings | SettingsError) -> None:
    """All settings with their values, secrets hidden, and where each comes from.

    \b
    Examples:
      marsad settings show
      marsad --settings trial.toml settings show
    """
    made = _sound(given)
    click.echo(f"file: {made.file or 'none'}")
    origin = {name: made.origins.get(name, "by itself") for name, _ in values(made)}
    table(("setting", "value", "from"), [(name, shown(name, value), origin[name]) for name, value in values(made)])
    for warning in warnings(made):
        click.echo(warning, err=True)


@settings.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def check(given: Settings | SettingsError, file: Path | None) -> None:
    """Check a file of settings, or the settings as they are now; all faults are told at once.

    \b
    Examples:
      marsad settings check
      marsad settings check deploy/marsad.toml
    """
    from marsad.settings import settings as load

    made = load(file=file) if file else _sound(given)
    for warning in warnings(made):
        click.echo(warning, err=True)
    click.echo(f"{made.file or 'settings'}: in order")


def values(made: Any, *, section: str = "") -> Iterator[tuple[str, Any]]:
    """All settings with their values, the names as in the file."""
    for one in fields(made):
        value = getattr(made, one.name)
        if is_dataclass(value):
            yield from values(value, section=f"{one.name}.")
        elif one.name not in HIDDEN:
            yield f"{section}{one.name}", value


def shown(name: str, value: Any) -> str:
    """A value as others may see it."""
    if value is None:
        return "-"
    if name == "store":
        return _without_password(str(value))
    if name == "metrics.token":
        return "(hidden)"
    return ", ".join(map(str, value)) or "-" if isinstance(value, tuple) else str(value)


def warnings(made: Settings) -> list[str]:
    """What is no fault and yet likely not meant."""
    from difflib import get_close_matches

    from marsad.settings import VARIABLES, strangers

    told = []
    for name in strangers(os.environ):
        near = get_close_matches(name, VARIABLES.values(), n=1)
        told.append(f"note: {name} is no setting" + (f"; did you mean {near[0]}?" if near else ""))
    if (made.serve.public or "").startswith("https:") and not made.serve.proxies:
        told.append(
            "note: serve.public has TLS and serve.proxies is empty: nothing tells us which requests came over TLS"
        )
    if made.file and _open_secret(made):
        told.append(f"note: {made.file} holds a secret and others may read it; chmod 640, or name a file of the secret")
    return told


def _open_secret(made: Settings) -> bool:
    assert made.file
    here = [name for name in ("store", "metrics.token") if made.origins.get(name, "").startswith(f"{made.file}:")]
    if "store" in here and _without_password(made.store) == made.store:
        here.remove("store")
    return bool(here) and os.name == "posix" and bool(made.file.stat().st_mode & 0o004)


def _without_password(address: str) -> str:
    import re

    return re.sub(
        r"(?<=://)([^:@/]*):.*(?=@)|(?<=[?&]password=)[^&]*",
        lambda m: f"{m[1]}:***" if m[1] is not None else "***",
        address,
    )


def _sound(given: Settings | SettingsError) -> Settings:
    if isinstance(given, Exception):
        raise given
    return given
