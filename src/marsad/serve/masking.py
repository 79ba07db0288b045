"""Private persons hidden in whatever the API gives to others than the single user of this machine (manual, 8)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from marsad.publish.masking import BLOCK, HIDDEN, WITHHELD, shown_names
from marsad.publish.spellings import Names
from marsad.store.people_index import private_spans

Json = dict[str, Any]
KEPT = 50_000  # words whose answer is kept
NOBODY = Names(())


class Mask:
    """Hides private persons; all that it knows of them comes from the index.

    Report texts keep their length, so that every span stays right. Ids get a code that holds for this process only:
    the same person is the same code in all answers, and none can be traced from one start of the server to another.
    """

    def __init__(self, names: Iterable[str], public: set[str], *, salt: bytes) -> None:
        """`names`: folded words with single spaces; `public`: ids of persons who are no private ones."""
        self._salt, self._public = salt, public
        self._known = set(names)
        self._names = Names((name, name) for name in self._known)
        self._kept: dict[str, str] = {}
        self._version = 0

    @property
    def mark(self) -> str:
        """Changes with whatever changes what is hidden, and how."""
        return hashlib.blake2b(str(self._version).encode(), key=self._salt, digest_size=12).hexdigest()

    def renewed(self, names: Iterable[str], public: set[str]) -> Mask:
        """The mask of later names: this one with the new ones added, made anew only where names have gone."""
        names = set(names)
        if names == self._known and public == self._public:
            return self
        if not self._known <= names:
            made = Mask(names, public, salt=self._salt)
            made._version = self._version + 1
            return made
        self._names.add((name, name) for name in names - self._known)
        self._version += 1
        self._known, self._public, self._kept = names, public, {}
        return self

    def text(self, text: str, record: Json | None) -> str:
        """A report's `text` with every private name under blocks; same length in code points."""
        spans = private_spans(record) if record else []
        spans += [(hit.start, hit.end) for hit in self._names.find(text)]
        letters = list(text)
        for start, end in spans:
            letters[start:end] = BLOCK * (end - start)
        return "".join(letters)

    def scrub(self, value: Any, *, also: Iterable[str] = ()) -> Any:
        """A JSON value without private names and ids. `also`: names that are private in the reports behind it."""
        own = {*also, *shown_names(value, self.hides)}
        return self._scrub(value, Names(((name, name) for name in own), short=True) if own else NOBODY)

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
        return self._hidden(word, own)

    def _hidden(self, word: str, own: Names) -> str:
        if own:
            return _without(word, (self._names, own))
        kept = self._kept
        found = kept.get(word)
        if found is None:
            if len(kept) > KEPT:
                kept.clear()
            found = kept[word] = _without(word, (self._names,))
        return found


def _without(text: str, names: Iterable[Names]) -> str:
    for known in names:
        for hit in reversed(known.find(text)):
            text = text[: hit.start] + HIDDEN + text[hit.end :]
    return text


class Masks:
    """The mask of now, for many threads: a person keeps the code from one to the next."""

    def __init__(self, people: Callable[[], tuple[set[str], set[str]]], *, salt: bytes) -> None:
        """`people`: names and public persons as `Mask` wants them, as they are now."""
        self._people, self._salt, self._lock = people, salt, Lock()
        self._held: tuple[object, Mask] | None = None

    def at(self, state: object) -> Mask:
        """The mask; people are looked up anew where `state` is not what it was."""
        with self._lock:
            if self._held is None or self._held[0] != state:
                people = self._people()
                mask = self._held[1].renewed(*people) if self._held else Mask(*people, salt=self._salt)
                self._held = state, mask
            return self._held[1]
