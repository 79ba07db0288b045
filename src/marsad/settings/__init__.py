"""Settings: options first, then the environment, then one file, then what Marsad does by itself."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from marsad.settings.faults import Fault, SettingsError
from marsad.settings.places import STORE, VARIABLES, from_environment, strangers, wanted_file

__all__ = [
    "STORE", "VARIABLES", "Database", "Fault", "Limits", "Log", "Metrics", "Serve", "Sessions", "Settings",
    "SettingsError", "data_folder", "is_local", "settings", "strangers",
]  # fmt: skip
PLAIN = {"store", "channels", "cache"}  # variables that need no looking at: their users tell what is wrong


@dataclass(frozen=True, slots=True)
class Database:
    """Connections that are kept open, and how long another writer and the server's first answer are waited for."""

    pool: int = 20
    wait_seconds: int = 60
    connect_seconds: int = 10


@dataclass(frozen=True, slots=True)
class Serve:
    """The server. `public`: the address that people type; `hosts`: further names under which it answers.

    `proxies`: addresses whose X-Forwarded-For is believed. `stop_seconds`: how long a request under way may still take
    when the server stops.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    public: str | None = None
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    stop_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Log:
    """What the server writes to standard error. `level`: debug, info, warning, error; `format`: text or json."""

    level: str = "warning"
    format: str = "text"


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one asker may ask, per minute; `requests_per_minute` 0 stands for no limit."""

    requests_per_minute: int = 1200
    log_ins_per_minute: int = 20


@dataclass(frozen=True, slots=True)
class Sessions:
    """After which idle minutes a session ends, and after which hours at the latest."""

    idle_minutes: int = 30
    longest_hours: int = 12


@dataclass(frozen=True, slots=True)
class Metrics:
    """Who may read /metrics: these addresses and networks, and whoever sends the token."""

    token: str | None = field(default=None, repr=False)
    addresses: tuple[str, ...] = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """`store` is an address for `open_store`; `packs` are folders laid over the packaged knowledge, in order.

    `chosen` tells whether the store was named by the user, `file` is the file that was read, and `origins` tells of
    each setting that was given where it came from.
    """

    store: str = field(repr=False)
    packs: tuple[Path, ...] = ()
    chosen: bool = False
    channels: Path | None = None
    cache: Path | None = None
    backups: Path | None = None
    database: Database = Database()
    serve: Serve = Serve()
    log: Log = Log()
    limits: Limits = Limits()
    sessions: Sessions = Sessions()
    metrics: Metrics = Metrics()
    file: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def for_environment(self) -> dict[str, str]:
        """Variables for the parts of the program, and its child processes, that look there by themselves."""
        told: dict[str, Any] = {"channels": self.channels, "cache": self.cache}
        told |= {f"database.{one.name}": getattr(self.database, one.name) for one in fields(self.database)}
        return {VARIABLES[name]: str(value) for name, value in told.items() if name in self.origins}


def settings(
    *, store: str | None = None, packs: Sequence[str | Path] = (), environment: Mapping[str, str] = os.environ,
    file: str | Path | None = None,
) -> Settings:  # fmt: skip
    """The settings of one run. `file`: the file of settings in place of the usual ones.

    Raises SettingsError (E801-E808) with all faults of file and environment at once.
    """
    values, origins, found = _given(file, environment)
    if store:
        values["store"], origins["store"] = store, "--store"
    if packs:
        values["packs"], origins["packs"] = [str(pack) for pack in packs], "--pack"
    chosen = "store" in values
    address = values.pop("store", None) or f"sqlite:///{data_folder(environment) / 'marsad.sqlite'}"
    return replace(_built(Settings(address, chosen=chosen), values), file=found, origins=origins)


def _given(
    file: str | Path | None, environment: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str], Path | None]:
    """Values, where they came from, and the file."""
    found, _ = wanted_file(file, environment)
    texts = from_environment(environment)
    if found is None and texts.keys() <= PLAIN:
        return dict[str, Any](texts), {name: VARIABLES[name] for name in texts}, None
    from marsad.settings import schema

    levels = [schema.of_file(found)] if found else []
    levels.append(schema.of_environment(texts))
    both = schema.Given(faults=[fault for level in levels for fault in level.faults])
    for level in levels:
        for secret, held in schema.SECRETS.items():
            if secret in level.values or held in level.values:
                both.values.pop(secret, None), both.values.pop(held, None)
        both.values |= level.values
        both.where |= level.where
    values = schema.settle(both)
    if both.faults:
        raise SettingsError(both.faults)
    return values, {name: both.where[name] for name in values}, found


def _built(base: Settings, values: Mapping[str, Any]) -> Settings:
    """`base` with the values laid over it."""
    made: Any = base
    for name, value in values.items():
        section, _, key = name.rpartition(".")
        owner = getattr(made, section) if section else made
        if key not in owner.__slots__:
            continue  # the file of a secret: its content was taken
        shaped = tuple(value) if isinstance(value, list) else value
        if key in ("channels", "cache", "backups"):
            shaped = Path(value)
        elif key == "packs":
            shaped = tuple(Path(pack) for pack in value)
        made = replace(made, **{section: replace(owner, **{key: shaped})} if section else {key: shaped})
    return made  # type: ignore[no-any-return]


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
