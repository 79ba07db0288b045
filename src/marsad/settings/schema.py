"""What each setting may be, and all faults of the given ones at once."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from marsad.settings.faults import Fault
from marsad.settings.places import VARIABLES, lines_of

BACKENDS = ("sqlite", "postgresql", "postgresql+psycopg")
SECRETS = {"store": "store_file", "metrics.token": "metrics.token_file"}  # what a file may hold in its place
NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+")
LONGEST_SECRET = 65_536


@dataclass
class Given:
    """What one place gives: setting -> value, and where each stands to be shown ("marsad.toml:12")."""

    values: dict[str, Any] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def _address(value: str) -> str:
    kind, _, rest = value.partition("://")
    if "://" in value and kind not in BACKENDS:
        raise ValueError(f"no store is reached by {kind}://: write sqlite:///FILE or postgresql://USER@HOST/NAME")
    if kind.startswith("postgresql"):
        try:
            port = urlsplit(value).port
        except ValueError as error:
            raise ValueError("the port of the store's address is no number from 1 to 65535") from error
        if port == 0 or not rest.strip("/"):
            raise ValueError("the store's address names no database: write postgresql://USER@HOST/NAME")
    return value


def _host(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError("write an address or a name, without http:// and without a port")
    return value


def _network(value: str) -> str:
    try:
        ip_network(value, strict=False)
    except ValueError as error:
        raise ValueError(f"{value!r} is neither an address nor a network such as 10.0.0.0/8") from error
    return value


def _public(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and NAME.fullmatch(parts.hostname or "") and parts.port != 0
    except ValueError:
        sound = None
    if not sound or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("write the address as it is typed into a browser, such as https://marsad.example.org")
    return value.rstrip("/")


Text = Annotated[str, Field(min_length=1)]
Host = Annotated[str, AfterValidator(_host)]
Network = Annotated[str, AfterValidator(_network)]
Count = Annotated[int, Field(ge=1, le=10_000)]
SCHEMA: Mapping[str, Any] = {
    "store": Annotated[Text, AfterValidator(_address)], "store_file": Text, "store_password_file": Text,
    "packs": list[Text], "channels": Text, "cache": Text, "backups": Text,
    **dict.fromkeys(("database.pool", "database.wait_seconds", "database.connect_seconds"), Count),
    "serve.host": Host, "serve.port": Annotated[int, Field(ge=0, le=65535)],
    "serve.public": Annotated[str, AfterValidator(_public)], "serve.hosts": list[Host], "serve.proxies": list[Network],
    "serve.stop_seconds": Annotated[float, Field(ge=0, le=600)],
    "log.level": Literal["debug", "info", "warning", "error"], "log.format": Literal["text", "json"],
    "limits.requests_per_minute": Annotated[int, Field(ge=0, le=1_000_000)],
    "limits.log_ins_per_minute": Annotated[int, Field(ge=1, le=100_000)],
    "sessions.idle_minutes": Annotated[int, Field(ge=1, le=525_600)],
    "sessions.longest_hours": Annotated[int, Field(ge=1, le=8_760)],
    "metrics.token": Annotated[str, Field(min_length=16)], "metrics.token_file": Text,
    "metrics.addresses": list[Network],
}  # fmt: skip
FILES = ("store_file", "store_password_file", "metrics.token_file", "channels")
SEPARATORS = {"packs": os.pathsep}


def of_file(file: Path) -> Given:
    """What a TOML file gives; its faults E801-E805."""
    given = Given()
    try:
        text = file.read_text("utf-8")
        told = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not written in UTF-8"
        fault = Fault("E801", f"the settings cannot be read: {why}", "check its name and rights", str(file))
        return Given(faults=[fault])
    except tomllib.TOMLDecodeError as error:
        return Given(faults=[_no_toml(file, text, str(error))])
    lines = lines_of(text)
    for name, value in _flat(told):
        where = f"{file}:{lines[name]}" if name in lines else str(file)
        given.where[name] = where
        _take(given, name, value, where, strict=True)
    return given


def of_environment(values: Mapping[str, str]) -> Given:
    """What variables give (setting -> text); lists are parted by commas, packs as in PATH."""
    given = Given()
    for name, text in values.items():
        where, separator = VARIABLES[name], SEPARATORS.get(name, ",")
        many = str(SCHEMA[name]).startswith("list")
        given.where[name] = where
        value = [part.strip() for part in text.split(separator) if part.strip()] if many else text
        _take(given, name, value, where, strict=False)
    return given


def settle(given: Given) -> dict[str, Any]:
    """Values with the secrets that files hold; what is wrong between settings goes to the faults (E805-E807)."""
    values = given.values
    given.faults += _unreadable(given)
    for secret, file in SECRETS.items():
        if secret in values and file in values:
            _clash(given, secret, file, "give one of the two")
        elif file in values and (held := _held(values[file])) is not None:
            given.where[secret] = f"{given.where[file]} ({values[file]})"
            _take(given, secret, held, given.where[secret], strict=False)
    _set_password(given)
    if (idle := values.get("sessions.idle_minutes", 30)) > (most := values.get("sessions.longest_hours", 12)) * 60:
        names = ("sessions.idle_minutes", "sessions.longest_hours")
        given.faults.append(Fault("E807", f"{names[0]} = {idle} is longer than {names[1]} = {most}",
                                  "let a session end first when idle", _where(given, *names)))  # fmt: skip
    return values


def _no_toml(file: Path, text: str, told: str) -> Fault:
    at = re.search(r"\(at line (\d+)", told)
    line = f":{at[1] if at else max(len(text.splitlines()), 1)}"
    why = re.sub(r"\s*\(at [^)]*\)$", "", told)
    return Fault("E802", f"this is no TOML: {why}", "put text in quotes, and a list in [ ]", f"{file}{line}")


def _flat(told: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    sections = {name.partition(".")[0] for name in SCHEMA if "." in name}
    for name, value in told.items():
        if isinstance(value, dict) and (name in sections or name not in SCHEMA):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
            if not value and name not in sections:
                yield name, value
        else:
            yield name, value


def _take(given: Given, name: str, value: Any, where: str, *, strict: bool) -> None:
    if name not in SCHEMA:
        given.faults.append(_unknown(name, where))
        return
    try:
        given.values[name] = _checker(name).validate_python(value, strict=strict)
    except ValidationError as error:
        given.faults += [_wrong(name, told, where) for told in error.errors()]


@cache
def _checker(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(SCHEMA[name])


def _unknown(name: str, where: str) -> Fault:
    near = get_close_matches(name, SCHEMA, n=1, cutoff=0.7)
    same = [known for known in SCHEMA if known.rpartition(".")[2] == name.rpartition(".")[2]]
    near = near or same[:1] or _near_last(name)
    remedy = f"did you mean {near[0]!r}?" if near else "all settings: marsad settings show"
    return Fault("E803", f"there is no setting {name!r}", remedy, where)


def _near_last(name: str) -> list[str]:
    last = {known.rpartition(".")[2]: known for known in SCHEMA}
    return [last[word] for word in get_close_matches(name.rpartition(".")[2], last, n=1, cutoff=0.7)]


def _wrong(name: str, told: Any, where: str) -> Fault:
    kind, message = told["type"], str(told["msg"]).removeprefix("Value error, ")
    at = "".join(f"[{part}]" for part in told["loc"])
    why = message[:1].lower() + message[1:]
    if kind.endswith(("_type", "_parsing")):
        return Fault("E804", f"{name}{at} is of a wrong kind: {why}", f"write it as in: {_example(name)}", where)
    return Fault("E805", f"{name}{at} cannot be so: {why}", "see docs/configuration.md for what is allowed", where)


def _example(name: str) -> str:
    examples = {
        "serve.port": "port = 8765",
        "packs": 'packs = ["/srv/marsad/packs"]',
        "store": 'store = "sqlite:///FILE"',
    }
    kind, last = str(SCHEMA[name]), name.rpartition(".")[2]
    if name in examples:
        return examples[name]
    return f'{last} = ["..."]' if kind.startswith("list") else f"{last} = 10" if "int" in kind else f'{last} = "..."'


def _unreadable(given: Given) -> Iterator[Fault]:
    for name in FILES:
        if name in given.values and (why := _closed(Path(given.values[name]))):
            yield Fault("E806", f"{name}: {given.values[name]}: {why}", "check name and rights", given.where[name])
    for folder in given.values.get("packs", ()):
        if not Path(folder).is_dir():
            yield Fault("E806", f"packs: {folder}: there is no such folder", "check the name", given.where["packs"])


def _closed(file: Path) -> str | None:
    try:
        with file.open("rb"):
            return None
    except OSError as error:
        return error.strerror


def _held(file: str) -> str | None:
    """What a file of a secret holds, without the line's end; None where it cannot be read (told elsewhere)."""
    try:
        with Path(file).open(encoding="utf-8") as opened:
            return opened.read(LONGEST_SECRET).strip()
    except (OSError, UnicodeDecodeError):
        return None


def _set_password(given: Given) -> None:
    """Put the password of a file into the store's address."""
    file, store = given.values.get("store_password_file"), given.values.get("store")
    if file is None:
        return
    told = re.fullmatch(r"(postgresql(?:\+psycopg)?://)([^:@/]+)(:[^@]*)?(@.*)", store or "")
    if told and told[3]:
        _clash(given, "store", "store_password_file", "leave the password out of the address")
    elif not told:
        message = "store_password_file needs a store such as postgresql://USER@HOST/NAME"
        given.faults.append(
            Fault("E807", message, "name the user in the address", _where(given, "store_password_file", "store"))
        )
    elif (password := _held(file)) is not None:
        given.values["store"] = f"{told[1]}{told[2]}:{quote(password, safe='')}{told[4]}"


def _clash(given: Given, one: str, other: str, remedy: str) -> None:
    where = _where(given, one, other)
    given.faults.append(Fault("E807", f"{one} and {other} exclude each other", remedy, where))


def _where(given: Given, *names: str) -> str:
    return ", ".join(dict.fromkeys(given.where[name] for name in names if name in given.where))
