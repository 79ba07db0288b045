"""Where things are: options first, then the environment, then the user's data folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STORE = "MARSAD_STORE"


@dataclass(frozen=True, slots=True)
class Settings:
    """`store` is an address for `open_store`; `packs` are folders laid over the packaged knowledge, in order.

    `chosen` tells whether the store was named by the user.
    """

    store: str
    packs: tuple[Path, ...] = ()
    chosen: bool = False


def settings(
    *, store: str | None = None, packs: Sequence[str | Path] = (), environment: Mapping[str, str] = os.environ
) -> Settings:
    """The settings of one run."""
    named = store or environment.get(STORE)
    address = named or f"sqlite:///{data_folder(environment) / 'marsad.sqlite'}"
    return Settings(address, tuple(Path(p) for p in packs), chosen=bool(named))


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's data folder of Marsad (XDG), whether it is there or not."""
    base = environment.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "marsad"


def is_local(host: str) -> bool:
    """Whether `host` is this machine and reachable from it only."""
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
