"""The rules of watching, from `knowledge/watch.yml` and from `watch.yml` in the user's own folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from marsad.errors import PackError
from marsad.packs import Packs, knowledge

LEVELS = ("notice", "warning", "alarm")
WHICH = frozenset({
    "pair", "actors", "types", "places", "near", "voices", "killed", "injured", "captured", "released", "personnel",
})  # fmt: skip
SIGNS = {"of", "count", "false_alarms", "history", "least"}
OPTIONS: dict[str, frozenset[str]] = {
    "first": WHICH, "deed": WHICH, "quiet": WHICH | {"days"},
    "unanswered": frozenset({"pair", "types", "answers", "days", "km"}),
    "record": frozenset({"least", "history"}), "contradiction": frozenset({"slots", "types"}),
    "surprise": frozenset(SIGNS), "change": frozenset(SIGNS), "high": frozenset(SIGNS),
}  # fmt: skip
KINDS = frozenset(OPTIONS)
STATISTICAL = frozenset({"surprise", "change", "high"})
NEEDED = {"unanswered": ("types", "answers", "days"), "quiet": ("days",), "record": ("least", "history")}


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


def load_rules(folders: Sequence[Path] = (), *, packs: Packs | None = None) -> Rules:
    """The packaged rules, with `watch.yml` of each folder laid over them rule by rule.

    Raises PackError: E291 for a faulty rule, E292 for an actor, place or deed that `packs` do not know.
    """
    rules = packaged()
    for folder in folders:
        file = folder / "watch.yml"
        if file.is_file():
            more = parse(_parsed(file))
            laid = {r.id: r for r in rules.rules} | {r.id: r for r in more.rules}
            rules = Rules(tuple(dict.fromkeys((*rules.pairs, *more.pairs))), tuple(laid.values()))
    if packs is not None:
        check(rules, packs)
    return rules


def _parsed(file: Path) -> Any:
    import yaml

    try:
        return yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0]
        raise PackError("E291", f"{file} is no YAML ({first})", "correct the line (indent, quotes, colons)") from error


def parse(data: Any) -> Rules:
    """Rules of parsed YAML. Raises PackError E291 for a rule without example, with an unknown kind, level or option."""
    if not isinstance(data, dict) or not isinstance(data.get("rules", []), list):
        raise PackError("E291", "the file of watch rules has no list of rules", "see knowledge/watch.yml")
    pairs = tuple((str(a), str(b)) for a, b in data.get("pairs", ()))
    return Rules(pairs, tuple(_rule(dict(entry)) for entry in data.get("rules", ())))


def _rule(entry: dict[str, Any]) -> Rule:
    name = entry.get("id", "?")
    lacking = [key for key in ("id", "kind", "level", "title", "reason") if key not in entry]
    if lacking:
        raise PackError("E291", f"the watch rule {name} lacks {', '.join(lacking)}", "see the head of watch.yml")
    examples = entry.pop("examples", None) or {}
    if not examples.get("raises") or not examples.get("quiet"):
        raise PackError("E291", f"the watch rule {name} has no examples", "give it raises and quiet")
    if entry["kind"] not in KINDS or entry["level"] not in LEVELS:
        raise PackError("E291", f"the watch rule {name} has an unknown kind or level", "see the head of watch.yml")
    known = {key: entry.pop(key) for key in ("id", "kind", "level", "title", "reason")}
    _options(name, known["kind"], entry)
    return Rule(**known, raises=tuple(examples["raises"]), quiet=tuple(examples["quiet"]), options=entry)


def _options(name: str, kind: str, options: dict[str, Any]) -> None:
    for key in options:
        if key not in OPTIONS[kind]:
            raise PackError("E291", f"the watch rule {name} has an unknown option {key!r}", nearest(key, OPTIONS[kind]))
    lacking = [key for key in NEEDED.get(kind, ()) if key not in options]
    if lacking:
        raise PackError("E291", f"the watch rule {name} lacks {', '.join(lacking)}", "see the head of watch.yml")
    rate = options.get("false_alarms", 0.1)
    if not isinstance(rate, int | float) or not 0.02 <= rate <= 1:
        raise PackError("E291", f"the watch rule {name} asks for {rate} false alarms a year", "ask for 0.02 to 1")


def check(rules: Rules, packs: Packs) -> None:
    """Raise PackError E292 for the first actor, place or deed that the packs do not know, with the nearest names."""
    camps = {entry.camp for entry in packs.actors.values() if entry.camp}
    actors = frozenset(packs.actors) | camps
    deeds = frozenset(packs.plover.types) | {f"{t}/{m}" for t, modes in packs.plover.modes.items() for m in modes}
    known = {"actor": actors, "deed": deeds, "place": frozenset(packs.places)}
    for where, what, word in _words(rules):
        if word not in known[what] and not (what == "actor" and "?" in word):
            raise PackError("E292", f"{where} names an unknown {what} {word!r}", nearest(word, known[what]))


def _words(rules: Rules) -> Iterator[tuple[str, str, str]]:
    for pair in rules.pairs:
        yield from (("the list of pairs", "actor", id) for id in pair)
    for rule in rules.rules:
        where, options = f"the watch rule {rule.id}", rule.options
        yield from ((where, "actor", id) for key in ("pair", "actors") for id in options.get(key, ()))
        yield from ((where, "deed", kind) for key in ("types", "answers") for kind in options.get(key, ()))
        yield from ((where, "place", id) for id in options.get("places", ()))


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy that tells the nearest known words."""
    names = sorted(known)
    last = {name.rpartition("/")[2]: name for name in reversed(names)}
    found = list(get_close_matches(word, names, n=3, cutoff=0.55))
    found += [last[n] for n in get_close_matches(word.rpartition("/")[2], list(last), n=3, cutoff=0.6)]
    return (
        "did you mean " + ", ".join(list(dict.fromkeys(found))[:3])
        if found
        else f"known are {', '.join(names[:8])} ..."
    )
