"""Where alerts go: channels of a YAML file, each an address that apprise understands."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marsad.errors import InputError
from marsad.watch.rules import LEVELS, nearest

CHANNELS = "MARSAD_CHANNELS"
DIGESTS = {"daily": 1, "weekly": 7}
KEYS = ("id", "url", "levels", "followed", "digest", "language")


@dataclass(frozen=True, slots=True)
class Channel:
    """`url` is an address of apprise (json://, mailtos://, slack:// ...).

    `levels` are sent; with `followed` only what somebody follows; `digest` is daily, weekly or None for at once;
    `language` ar or en.
    """

    id: str
    url: str
    levels: tuple[str, ...] = LEVELS
    followed: bool = False
    digest: str | None = None
    language: str = "ar"


def load_channels(file: Path | None, *, environment: Mapping[str, str] = os.environ) -> list[Channel]:
    """The channels of `file`, else of the file that MARSAD_CHANNELS names, else none.

    $NAME in an address stands for a variable of the environment, so that the file holds no secret. Raises InputError
    E123 for a file that cannot be read or a faulty channel.
    """
    import yaml

    chosen = file or (Path(environment[CHANNELS]) if environment.get(CHANNELS) else None)
    if chosen is None:
        return []
    try:
        data = yaml.load(chosen.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        first = str(error).splitlines()[0]
        raise InputError("E123", f"cannot read the channels of {chosen}: {first}", "see docs/watch.md") from error
    entries = data.get("channels") if isinstance(data, dict) else None
    if not isinstance(entries, list):
        raise InputError("E123", f"{chosen} holds no list of channels", "see docs/watch.md")
    made = [_channel(entry, environment) for entry in entries]
    if len({c.id for c in made}) < len(made):
        raise InputError("E123", f"two channels of {chosen} share an id", "rename one")
    return made


def _channel(entry: Any, environment: Mapping[str, str]) -> Channel:
    if not isinstance(entry, dict) or not entry.get("id") or not entry.get("url"):
        raise InputError("E123", "a channel lacks id or url", "see docs/watch.md")
    where = f"the channel {entry['id']}"
    for key in entry:
        if key not in KEYS:
            raise InputError("E123", f"{where} has an unknown key {key!r}", nearest(str(key), KEYS))
    levels = tuple(entry.get("levels", LEVELS))
    choices = {"level": (levels, LEVELS), "digest": ((entry.get("digest"),), (None, *DIGESTS))}
    choices["language"] = ((entry.get("language", "ar"),), ("ar", "en"))
    for what, (given, known) in choices.items():
        for value in given:
            if value not in known:
                raise InputError(
                    "E123", f"{where} has an unknown {what} {value!r}", nearest(str(value), map(str, known))
                )
    url = _filled(str(entry["url"]), where, environment)
    followed, digest, language = bool(entry.get("followed")), entry.get("digest"), entry.get("language", "ar")
    return Channel(str(entry["id"]), url, levels, followed, digest, language)


def _filled(url: str, where: str, environment: Mapping[str, str]) -> str:
    from string import Template

    try:
        return Template(url).substitute(environment)
    except (KeyError, ValueError) as error:
        message = f"{where} names a variable that is not set ({error})"
        raise InputError("E123", message, "set it, or write $$ for a dollar sign") from error


def plugin(channel: Channel) -> Any:
    """Apprise's object for the address. Raises InputError E123 for one that it does not know, E124 without apprise."""
    try:
        import apprise
    except ImportError as error:
        raise InputError("E124", "apprise is missing, which sends alerts", "install marsad[alerts]") from error
    made = apprise.Apprise.instantiate(channel.url)
    if made is None:
        scheme = channel.url.partition("://")[0]
        message = f"the channel {channel.id} has an address that cannot be used ({scheme}://...)"
        raise InputError("E123", message, "see apprise's list of addresses")
    return made
