"""The phrases of a language, with a user's own over ours."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from marsad.errors import InputError
from marsad.publish.briefing import arabic, english

Json = dict[str, Any]
TEMPLATES = Path(__file__).parent.parent / "templates"
GRAMMARS: dict[str, ModuleType] = {"ar": arabic, "en": english}
_CHOICE = re.compile(r"\(([^|()]*)\|([^|()]*)\)")


class Words:
    """Says things in one language. `grammar` counts, dates and joins; `data` are the phrases."""

    def __init__(self, lang: str, folder: Path | None = None) -> None:
        self.lang, self.grammar = lang, GRAMMARS[lang]
        self.data = _over(_read(TEMPLATES / f"phrases.{lang}.yml"), _own(folder, f"phrases.{lang}.yml"))

    def get(self, *path: str) -> Any:
        """A phrase or a table of phrases by its path; E611 where it is not there."""
        found: Any = self.data
        for key in path:
            if not isinstance(found, dict) or key not in found:
                raise InputError("E611", f"phrases.{self.lang}.yml lacks {'/'.join(path)}", "restore the phrase")
            found = found[key]
        return found

    def say(self, *path: str, subject: str = "", one: bool = False, **slots: Any) -> str:
        """A sentence from a phrase. (m|f) agrees with `subject`; with `one` the phrase's form for one is taken."""
        return str(self.grammar.phrase(self._formed(path, subject, one, slots)))

    def part(self, *path: str, subject: str = "", one: bool = False, **slots: Any) -> str:
        """A piece of a sentence: the same without capital and full stop."""
        return str(self.grammar.piece(self._formed(path, subject, one, slots))).removesuffix(".")

    def _formed(self, path: tuple[str, ...], subject: str, one: bool, slots: Json) -> str:
        table = self.get(*path[:-1]) if len(path) > 1 else self.data
        key = f"{path[-1]}_one" if one and f"{path[-1]}_one" in table else path[-1]
        form = str(self.get(*path[:-1], key))
        try:
            return _CHOICE.sub(lambda m: arabic.verb((m[1], m[2]), subject), form).format(**slots)
        except (KeyError, IndexError, ValueError) as error:
            message = f"the phrase {'/'.join(path)} has a slot that is not there ({error})"
            raise InputError("E611", message, "see the packaged phrases for its slots") from error

    def list(self, names: list[str], most: int = 3) -> str:
        """Names in a row; from the fourth on only counted."""
        told = [self.grammar.apart(n) for n in dict.fromkeys(names) if n]
        if len(told) <= most:
            return str(self.grammar.joined(told))
        others = self.grammar.counted(len(told) - 2, "other", oblique=True)
        return str(self.get("incident", "and_others")).format(a=told[0], b=told[1], others=others)


def _over(ours: Json, theirs: Json) -> Json:
    out = dict(ours)
    for key, value in theirs.items():
        mine = out.get(key)
        out[key] = _over(mine, value) if isinstance(mine, dict) and isinstance(value, dict) else value
    return out


def _own(folder: Path | None, name: str) -> Json:
    file = folder / name if folder else None
    return _read(file) if file and file.is_file() else {}


@cache
def _read(file: Path) -> Json:
    import yaml

    try:
        data = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        first = str(error).splitlines()[0]
        raise InputError("E611", f"cannot read {file.name}: {first}", "correct the file") from error
    if not isinstance(data, dict):
        raise InputError("E611", f"{file.name} holds no phrases", "see the packaged file of this name")
    return data
