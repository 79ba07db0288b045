"""The rules of watching, from `knowledge/watch.yml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from marsad.errors import PackError
from marsad.fuse.tables import knowledge

KINDS = frozenset({"first", "unanswered", "record", "contradiction"})
LEVELS = ("notice", "warning", "alarm")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `options` are those of its kind, `raises` and `quiet` its examples (short form)."""

    id: str
    kind: str
    level: str
    title: dict[str, str]
    reason: dict[str, str]
    raises: tuple[Any, ...]
    quiet: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, and the pairs that pair rules watch."""

    pairs: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]


@cache
def packaged() -> Rules:
    """The packaged rules."""
    return parse(knowledge("watch.yml"))


def parse(data: dict[str, Any]) -> Rules:
    """Rules of parsed YAML. Raises PackError E291 for a rule without example, of an unknown kind or level."""
    return Rules(tuple((a, b) for a, b in data["pairs"]), tuple(_rule(dict(entry)) for entry in data["rules"]))


def _rule(entry: dict[str, Any]) -> Rule:
    name = entry.get("id", "?")
    examples = entry.pop("examples", {})
    if not examples.get("raises") or not examples.get("quiet"):
        raise PackError("E291", f"the watch rule {name} has no examples", "give it raises and quiet")
    if entry["kind"] not in KINDS or entry["level"] not in LEVELS:
        raise PackError("E291", f"the watch rule {name} has an unknown kind or level", "see the head of watch.yml")
    known = {key: entry.pop(key) for key in ("id", "kind", "level", "title", "reason")}
    return Rule(**known, raises=tuple(examples["raises"]), quiet=tuple(examples["quiet"]), options=entry)
