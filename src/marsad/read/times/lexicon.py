"""Words of time, looked up by folded form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from marsad.packs.files import knowledge
from marsad.read.fold import fold_words
from marsad.read.tokens import Token

_PROCLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "فب")


# Words of another meaning that a proclitic would make of ours (لامس: touched).
_NEVER = frozenset(("لامس", "ولامس", "كامس", "كعام", "بعام"))


class Sense(NamedTuple):
    """What words mean: `kind` and `value`; `width` tokens; `joined` when written with و or ف.

    `weak` names of months are common words: 1 needs at least a preposition of time before it, 2 a date around it.
    """

    kind: str
    value: Any
    width: int = 1
    joined: bool = False
    weak: int = 0


class Lexicon(NamedTuple):
    """`heads`: first token -> (other tokens, sense), longest first. `words`: named sets of plain words."""

    heads: Mapping[str, Sequence[tuple[tuple[str, ...], Sense]]]
    words: Mapping[str, frozenset[str]]


class _Builder:
    def __init__(self) -> None:
        self.heads: dict[str, list[tuple[tuple[str, ...], Sense]]] = {}

    def add(self, text: str, kind: str, value: Any, *, weak: int = 0, glued: Iterable[str] = _PROCLITICS) -> None:
        head, *rest = fold_words(text).split()
        for clitic in glued:
            form = clitic + head
            if head.startswith("ال") and clitic.endswith("ل"):
                form = clitic + ("" if head.startswith("الل") else "ل") + head[2:]
            if form in _NEVER:
                continue
            sense = Sense(kind, value, 1 + len(rest), clitic[:1] in ("و", "ف"), weak)
            choices = self.heads.setdefault(form, [])
            if all(old != tuple(rest) for old, _ in choices):
                choices.append((tuple(rest), sense))

    def table(self, kind: str, table: Mapping[Any, Sequence[str]], **options: Any) -> None:
        for value, texts in table.items():
            for text in texts:
                self.add(text, kind, value, **options)


def _months(build: _Builder) -> None:
    data = knowledge("arabic/months.yml")
    weak = dict.fromkeys(map(fold_words, data["weak"]), 2) | dict.fromkeys(map(fold_words, data["in_phrase"]), 1)
    for calendar in ("gregorian", "hijri"):
        for number, names in data[calendar].items():
            for name in names:
                build.add(name, "month", (number, calendar == "hijri"), weak=weak.get(fold_words(name), 0))


def _units(build: _Builder, data: Mapping[str, Mapping[str, Mapping[str, int]]]) -> None:
    for unit, forms in data["units"].items():
        for form, number in forms.items():
            build.add(form, "unit", (unit, number))
    for unit, forms in data["definite"].items():
        for form, number in forms.items():
            build.add(form, "definite", (unit, number))


def _glued_parts(build: _Builder, parts: Mapping[str, Sequence[str]]) -> None:
    """Slips of the keyboard: فجراليوم, صباحامس."""
    for part, texts in parts.items():
        for text in texts:
            if " " not in text:
                build.add(text + "اليوم", "glued", (part, 0))
                build.add(text + "أمس", "glued", (part, -1))


@cache
def lexicon() -> Lexicon:
    """All words of time, from the knowledge files months.yml and times.yml."""
    data, build = knowledge("arabic/times.yml"), _Builder()
    _months(build)
    build.table("vague", {"recent": data["recent"], "soon": data["soon"], "now": data["now"]})
    build.table("same", {"same": data["same"]})
    build.table("night", data["nights"])
    build.table("relative", data["relative"])
    build.table("weekday", data["weekdays"])
    build.table("adverb", data["adverbs"])
    build.table("later", data["later"])
    build.table("phase", data["phases"])
    build.table("part", data["parts"])
    build.table("shift", data["shifts"], glued=("",))
    build.table("season", data["seasons"])
    _units(build, data)
    _glued_parts(build, data["parts"])
    for choices in build.heads.values():
        choices.sort(key=lambda choice: -len(choice[0]))
    names = ("few", "around", "names_before")
    words = {name: frozenset(form for text in data[name] for form in _with_clitics(fold_words(text))) for name in names}
    return Lexicon(build.heads, words)


def _with_clitics(form: str) -> Iterable[str]:
    return (clitic + form for clitic in ("", "و", "ف", "ب", "ل"))


def sense(tokens: Sequence[Token], i: int) -> Sense | None:
    """The longest meaning of the words at `i`."""
    if not 0 <= i < len(tokens):
        return None
    for rest, meaning in lexicon().heads.get(tokens[i].form, ()):
        if not rest or (
            i + len(rest) < len(tokens) and all(tokens[i + 1 + k].form == word for k, word in enumerate(rest))
        ):
            return meaning
    return None


def senses(tokens: Sequence[Token], i: int) -> list[Sense]:
    """All meanings of the words at `i`, longest first."""
    found = lexicon().heads.get(tokens[i].form, ()) if 0 <= i < len(tokens) else ()
    return [meaning for rest, meaning in found if [t.form for t in tokens[i + 1 : i + 1 + len(rest)]] == list(rest)]
