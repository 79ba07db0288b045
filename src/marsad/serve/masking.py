"""Private persons hidden in whatever the API gives to others than the single user of this machine (manual, 8)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from marsad.model import Person, Reading, Span
from marsad.store import StoredReport

BLOCK = "█"
HIDDEN = BLOCK * 5
WITHHELD = {"ar": "اسم محجوب", "en": "name withheld"}


class Mask:
    """Hides the private persons of `reports`.

    Report texts keep their length, so that every span stays right. Ids get a code that holds for this process only:
    the same person is the same code in all answers, and none can be traced from one start of the server to another.
    """

    def __init__(self, reports: Iterable[StoredReport]) -> None:
        self._salt = secrets.token_bytes(16)
        self._spans: dict[str, list[Span]] = {}
        self._public: set[str] = set()
        names: set[str] = set()
        for stored in reports:
            names.update(self._learn(stored))
        self._names = sorted(names, key=len, reverse=True)

    def text(self, report: str, text: str) -> str:
        """`text` of `report` with every private name under blocks; same length in code points."""
        letters = list(text)
        for span in self._spans.get(report, ()):
            letters[span.start : span.end] = BLOCK * (span.end - span.start)
        hidden = "".join(letters)
        for name in self._names:
            hidden = hidden.replace(name, BLOCK * len(name))
        return hidden

    def scrub(self, value: Any) -> Any:
        """A JSON value without private names and ids."""
        return self._scrub(value, self._names + sorted(_shown(value, self._hides), key=len, reverse=True))

    def _scrub(self, value: Any, names: list[str]) -> Any:
        if isinstance(value, str):
            return self._word(value, names)
        if isinstance(value, list):
            return [self._scrub(item, names) for item in value]
        if not isinstance(value, dict):
            return value
        shown = WITHHELD if self._hides(value.get("id")) else {}
        return {
            key: shown[key] if key in shown and isinstance(item, str) else self._scrub(item, names)
            for key, item in value.items()
        }

    def _word(self, word: str, names: list[str]) -> str:
        if self._hides(word):
            return "person/" + hashlib.blake2b(word.encode(), key=self._salt, digest_size=4).hexdigest()
        for name in names:
            word = word.replace(name, HIDDEN)
        return word

    def _hides(self, id: Any) -> bool:
        # a person nobody recorded as public counts as private: better one name too many
        return isinstance(id, str) and id.startswith("person/") and id not in self._public

    def _learn(self, stored: StoredReport) -> Iterator[str]:
        if stored.reading is None:
            return
        for person in stored.reading.persons:
            spans = (person.span, *person.mentions, *person.aliases)
            if not person.private:
                self._public.update(_ids(person, spans, stored.reading))
                continue
            self._spans.setdefault(stored.name, []).extend(spans)
            quotes = (span.quote(stored.report.text).strip("\"'«»“” ") for span in (person.span, *person.aliases))
            # a single given name would hide half the country
            yield from (quote for quote in quotes if " " in quote)


def _ids(person: Person, spans: tuple[Span, ...], reading: Reading) -> Iterator[str]:
    if person.id:
        yield person.id
    for event in reading.events:
        for mention in (*event.actor, *event.recipient):
            if mention.id and any(mention.span.overlap(span) for span in spans):
                yield mention.id


def _shown(value: Any, hides: Any) -> set[str]:
    """Display names that a document gives to private persons, to be hidden in its title as well."""
    if isinstance(value, list):
        return set().union(*(_shown(item, hides) for item in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = {value[k] for k in ("ar", "en") if isinstance(value.get(k), str)} if hides(value.get("id")) else set()
    return {name for name in own if len(name) > 3}.union(*(_shown(item, hides) for item in value.values()))
