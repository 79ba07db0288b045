"""Private persons hidden in whatever the API gives to others than the single user of this machine (manual, 8)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from marsad.fuse.titles import unnamed
from marsad.store.people_index import private_spans
from marsad.store.words import Names, Token, tokens

Json = dict[str, Any]
BLOCK = "█"
HIDDEN = BLOCK * 5
WITHHELD = {"ar": "اسم محجوب", "en": "name withheld"}
KEPT = 50_000  # words whose answer is kept


class Mask:
    """Hides private persons; all that it knows of them comes from the index.

    Report texts keep their length, so that every span stays right. Ids get a code that holds for this process only:
    the same person is the same code in all answers, and none can be traced from one start of the server to another.
    """

    def __init__(self, names: Iterable[str], public: set[str], *, salt: bytes) -> None:
        """`names`: folded words with single spaces; `public`: ids of persons who are no private ones."""
        self._salt, self._public = salt, public
        self._names = Names(name.split() for name in names)
        self._kept: dict[str, str] = {}

    def text(self, text: str, record: Json | None) -> str:
        """A report's `text` with every private name under blocks; same length in code points."""
        found = tokens(text)
        spans = private_spans(record) if record else []
        spans += _stretches(found, self._names.found([t.word for t in found]))
        letters = list(text)
        for start, end in spans:
            letters[start:end] = BLOCK * (end - start)
        return "".join(letters)

    def scrub(self, value: Any, *, also: Iterable[str] = ()) -> Any:
        """A JSON value without private names and ids. `also`: names that are private in the reports behind it."""
        own = [name.split() for name in also]
        own += [[t.word for t in tokens(name)] for name in _shown(value, self.hides)]
        return self._scrub(value, Names(own))

    def hides(self, id: Any) -> bool:
        """Whether an id is a private person's; one that nobody recorded as public counts as private."""
        return isinstance(id, str) and id.startswith("person/") and id not in self._public

    def _scrub(self, value: Any, own: Names) -> Any:
        if isinstance(value, str):
            return self._word(value, own)
        if isinstance(value, list):
            return [self._scrub(item, own) for item in value]
        if not isinstance(value, dict):
            return value
        shown = WITHHELD if self.hides(value.get("id")) else {}
        # persons may be keys too: the roots of an incident's voices
        return {
            self._word(key, own): shown[key] if key in shown and isinstance(item, str) else self._scrub(item, own)
            for key, item in value.items()
        }

    def _word(self, word: str, own: Names) -> str:
        if self.hides(word):
            return "person/" + hashlib.blake2b(word.encode(), key=self._salt, digest_size=4).hexdigest()
        if not own and " " not in word:  # what is hidden everywhere has two words at least
            return word
        return self._hidden(word, own)

    def _hidden(self, word: str, own: Names) -> str:
        if own:
            return _without(word, (self._names, own))
        found = self._kept.get(word)
        if found is None:
            if len(self._kept) > KEPT:
                self._kept.clear()
            found = self._kept[word] = _without(word, (self._names,))
        return found


def _without(text: str, names: Iterable[Names]) -> str:
    found = tokens(text)
    row = [t.word for t in found]
    hidden = set[int]().union(*(known.found(row) for known in names))
    for start, end in reversed(_stretches(found, hidden)):
        text = text[:start] + HIDDEN + text[end:]
    return text


def _stretches(found: Sequence[Token], hidden: set[int]) -> list[tuple[int, int]]:
    """Where runs of hidden words begin and end."""
    out: list[tuple[int, int]] = []
    for at in sorted(hidden):
        if out and at - 1 in hidden:
            out[-1] = (out[-1][0], found[at].end)
        else:
            out.append((found[at].start, found[at].end))
    return out


def _shown(value: Any, hides: Any) -> set[str]:
    """Display names that a document gives to private persons, to be hidden in its title as well."""
    if isinstance(value, list):
        return set().union(*(_shown(item, hides) for item in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = {value[k] for k in ("ar", "en") if isinstance(value.get(k), str)} if hides(value.get("id")) else set()
    return {name for name in own - unnamed() if len(name) > 3}.union(*(_shown(item, hides) for item in value.values()))
