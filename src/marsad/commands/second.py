"""Options of the second reader, and the readers that they make."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from marsad.errors import ModelError

if TYPE_CHECKING:
    from marsad.model import Reading, Report
    from marsad.packs import Packs
    from marsad.read.second.account import Account
    from marsad.read.second.both import Difference

F = TypeVar("F", bound=Callable[..., Any])
_OPTIONS = (
    click.option("--reader", type=click.Choice(["rules", "llm", "both"]), default="rules", show_default=True,
                 help="The rules, a language model that must show its words, or both beside each other."),
    click.option("--model-url", metavar="URL", help="An OpenAI-compatible server, such as http://127.0.0.1:11434/v1."),
    click.option("--model", metavar="NAME", help="The model to ask."),
    click.option("--model-key-from", metavar="VAR", help="Environment variable that holds the server's key."),
    click.option("--policy", type=click.Choice(["agreed", "careful", "all"]), default="careful", show_default=True,
                 help="How two readings become one; see docs/second-reader.md."),
    click.option("--differences", metavar="JSONL", help="Write what the two readers tell apart, a line each."),
    click.option("--send", is_flag=True, help="Allow texts to leave this machine for --model-url."),
    click.option("--mask-names", is_flag=True, help="Keep the names of private persons at home."),
    click.option("--per-minute", type=float, default=0.0, metavar="N", help="Requests a minute at most."),
    click.option("--no-cache", is_flag=True, help="Ask again what was answered before."),
)  # fmt: skip


def reader_options(command: F) -> F:
    """The options that choose a reader; the command takes them as keyword arguments, for `Asked(**given)`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which reader the user asked for."""

    reader: str = "rules"
    model_url: str | None = None
    model: str | None = None
    model_key_from: str | None = None
    policy: str = "careful"
    differences: str | None = None
    send: bool = False
    mask_names: bool = False
    per_minute: float = 0.0
    no_cache: bool = False

    @property
    def version(self) -> str:
        """What a store remembers of the second reader, empty for the rules alone."""
        return "" if self.reader == "rules" else f"{self.reader} {self.model} {self.policy}"


@dataclass(slots=True)
class Chosen:
    """A reader, and what it has to tell at the end."""

    read: Callable[[Report], Reading]
    account: Account | None = None
    told: list[Difference] = field(default_factory=list)
    apart: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Records by engine and report, where two engines read."""


@contextmanager
def reader(asked: Asked, packs: Packs) -> Iterator[Chosen]:
    """The reader asked for. On leaving, the account goes to standard error and the differences to their file.

    Raises ModelError E405 (no address), E406 (texts would leave the machine), E407 (no model, or no key).
    """
    from marsad.read import Reader

    rules = Reader(packs)
    if asked.reader == "rules":
        yield Chosen(rules.read)
        return
    from marsad.model import to_record
    from marsad.read.second.both import merge
    from marsad.read.second.client import Client
    from marsad.read.second.reader import SecondReader

    with Client(_endpoint(asked)) as client:
        second = SecondReader(packs, client, mask=asked.mask_names)
        chosen = Chosen(second.read, second.account)
        if asked.reader == "both":

            def read(report: Report) -> Reading:
                one, two = rules.read(report), second.read(report)
                both = merge(one, two, report.text, policy=asked.policy)  # type: ignore[arg-type]
                chosen.told.extend(both.differences)
                for engine, reading in (("rules", one), ("model", two)):
                    chosen.apart.setdefault(engine, {})[report.name] = to_record(reading, report.text)
                return both.reading

            chosen.read = read
        try:
            yield chosen
        finally:
            _tell(asked, chosen)


def _tell(asked: Asked, chosen: Chosen) -> None:
    from marsad.commands.output import json_text

    if chosen.account is not None:
        for line in chosen.account.lines():
            click.echo(f"{asked.model}: {line}", err=True)
    if asked.differences:
        from pathlib import Path

        from marsad.files import write_text

        write_text(Path(asked.differences), "".join(json_text(d.to_json()) + "\n" for d in chosen.told))


def _endpoint(asked: Asked) -> Any:
    from marsad.read.second.client import Endpoint
    from marsad.settings import data_folder, is_local

    if not asked.model_url or not asked.model:
        raise ModelError("E407", "a language model needs --model-url and --model", "name the server and the model")
    key = os.environ.get(asked.model_key_from) if asked.model_key_from else None
    if asked.model_key_from and not key:
        raise ModelError(
            "E407", f"the variable {asked.model_key_from} holds no key", "set it, or leave --model-key-from out"
        )
    host = urlsplit(asked.model_url).hostname or ""
    if not is_local(host):
        if not asked.send:
            raise ModelError(
                "E406", f"the texts of the reports would leave this machine for {host or asked.model_url}",
                "say --send if they may, and --mask-names to keep the names of private persons",
            )  # fmt: skip
        names = "without the names of private persons that the rules know" if asked.mask_names else "names included"
        click.echo(f"Warning: the texts of the reports go to {host}, {names}.", err=True)
    cache = None if asked.no_cache else data_folder() / "answers"
    return Endpoint(asked.model_url, asked.model, key, per_minute=asked.per_minute, cache=cache)
