"""Where settings may stand: the file of settings, the variables of the environment, and the lines of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

STORE = "MARSAD_STORE"
FILE = "MARSAD_SETTINGS"
SYSTEM = Path("/etc/marsad/marsad.toml")
VARIABLES: Mapping[str, str] = MappingProxyType({
    "store": STORE, "store_file": "MARSAD_STORE_FILE", "store_password_file": "MARSAD_STORE_PASSWORD_FILE",
    "packs": "MARSAD_PACKS", "channels": "MARSAD_CHANNELS", "cache": "MARSAD_CACHE", "backups": "MARSAD_BACKUPS",
    "database.pool": "MARSAD_STORE_POOL", "database.wait_seconds": "MARSAD_STORE_WAIT",
    "database.connect_seconds": "MARSAD_STORE_CONNECT",
    "serve.host": "MARSAD_SERVE_HOST", "serve.port": "MARSAD_SERVE_PORT", "serve.public": "MARSAD_SERVE_PUBLIC",
    "serve.hosts": "MARSAD_SERVE_HOSTS", "serve.proxies": "MARSAD_SERVE_PROXIES",
    "serve.stop_seconds": "MARSAD_SERVE_STOP_SECONDS",
    "log.level": "MARSAD_LOG_LEVEL", "log.format": "MARSAD_LOG_FORMAT",
    "limits.requests_per_minute": "MARSAD_LIMITS_REQUESTS_PER_MINUTE",
    "limits.log_ins_per_minute": "MARSAD_LIMITS_LOG_INS_PER_MINUTE",
    "sessions.idle_minutes": "MARSAD_SESSIONS_IDLE_MINUTES",
    "sessions.longest_hours": "MARSAD_SESSIONS_LONGEST_HOURS",
    "metrics.token": "MARSAD_METRICS_TOKEN", "metrics.token_file": "MARSAD_METRICS_TOKEN_FILE",
    "metrics.addresses": "MARSAD_METRICS_ADDRESSES",
})  # fmt: skip
"""Setting -> variable. The names with a dot stand in a section of the file."""
FAMILY = re.compile(r"MARSAD_(?!TEST_)\w+")


def wanted_file(given: str | Path | None, environment: Mapping[str, str]) -> tuple[Path | None, bool]:
    """The file of settings, and whether somebody named it.

    One file is read: what --settings names, else MARSAD_SETTINGS (empty: none), else the user's, else the machine's.
    The folder one works in is not looked at: whoever unpacks a foreign folder must not take its settings along.
    """
    named = given if given is not None else environment.get(FILE)
    if named is not None:
        return (Path(named), True) if str(named) else (None, True)
    base = environment.get("XDG_CONFIG_HOME")
    own = (Path(base) if base else Path.home() / ".config") / "marsad" / "marsad.toml"
    return next(((file, False) for file in (own, SYSTEM) if _there(file)), (None, False))


def _there(file: Path) -> bool:
    try:
        return file.is_file()
    except PermissionError:
        return True  # a file that may not be looked at is told, never passed over: another store would be used


def from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Setting -> text of the variables that are set and not empty."""
    return {name: value for name, variable in VARIABLES.items() if (value := environment.get(variable))}


def strangers(environment: Mapping[str, str]) -> list[str]:
    """Variables that look like ours and are none."""
    return sorted(v for v in environment if FAMILY.fullmatch(v) and v != FILE and v not in VARIABLES.values())


def lines_of(text: str) -> dict[str, int]:
    """Name -> line (from 1) of each setting and [section] of a TOML text, as far as plain lines tell."""
    found: dict[str, int] = {}
    for name, line in _headings(text):
        found.setdefault(name, line)
    return found


def _headings(text: str) -> Iterator[tuple[str, int]]:
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if opened := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            section = opened[1]
            yield section, number
        elif key := re.match(r"\s*([\w.-]+|\"[^\"]*\")\s*=", line):
            yield ".".join(filter(None, (section, key[1].strip('"')))), number
