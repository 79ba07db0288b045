"""Private persons hidden in whatever leaves the house (manual, 8): exports, briefings, feeds, pages, the API."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from marsad.fuse.titles import unnamed
from marsad.model import Person, Reading, Span, from_record
from marsad.packs import fold_word
from marsad.publish.spellings import Names
from marsad.store import Store, StoredReport

Json = dict[str, Any]
BLOCK = "█"
HIDDEN = BLOCK * 5
WITHHELD = {"ar": "اسم محجوب", "en": "name withheld"}


@dataclass(slots=True)
class People:
    """The persons whom reports name.

    `spans` are those of private names in each report's text, `names` (name, report, id) of private persons, `public`
    the ids of persons in office and `known` their names.
    """

    spans: dict[str, list[Span]] = field(default_factory=dict)
    names: list[tuple[str, str, str]] = field(default_factory=list)
    public: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, reports: Iterable[StoredReport]) -> People:
        """Those of reports that are at hand."""
        made = cls()
        for stored in reports:
            if stored.reading is not None:
                made.learn(stored.name, stored.report.text, stored.reading)
        return made

    @classmethod
    def of_store(cls, store: Store) -> People:
        """Those of a whole store, read page by page."""
        from marsad.store.streams import corrected_reports, private_persons

        made, corrected = cls(), corrected_reports(store)
        for name, text, record in private_persons(store):
            if name not in corrected:
                made.learn(name, text, from_record(record))
        for name in sorted(corrected):
            stored = store.report(name)
            if stored.reading is not None:
                made.learn(name, stored.report.text, stored.reading)
        return made

    def learn(self, report: str, text: str, reading: Reading) -> None:
        """Take in the persons of one reading."""
        for person in reading.persons:
            spans = (person.span, *person.mentions, *person.aliases)
            if not person.private:
                self.public.update(_ids(person, spans, reading))
                self.known.add(fold_word(person.span.quote(text)))
                continue
            self.spans.setdefault(report, []).extend(spans)
            who = next(_ids(person, spans, reading), None) or f"person/{fold_word(person.span.quote(text))}"
            for span in spans:
                self.names.append((span.quote(text).strip("\"'«»“” "), report, who))

    def listed(self) -> list[tuple[str, str]]:
        """(name, report) of all who are hidden, each once: what the user sees before a first export."""
        return sorted({(name, report) for name, report, _ in self.names})


class Mask:
    """Hides private persons, the same person by the same code everywhere.

    Report texts keep their length, so that every span stays right. Codes hold for one key only: two exports (or two
    starts of the server) have different keys, so that no person can be followed from one to the other, and without the
    key, which is never written down, no code leads back to a name.
    """

    def __init__(self, people: People | Iterable[StoredReport], *, key: bytes | None = None) -> None:
        found = people if isinstance(people, People) else People.of(people)
        self.people, self._key = found, key or secrets.token_bytes(32)
        self._names = Names((name, who) for name, _, who in found.names if not self._shared(name))
        self._own: dict[str, list[tuple[str, str]]] = {}
        for name, report, who in found.names:
            self._own.setdefault(report, []).append((name, who))
        self._local: dict[frozenset[str], Names] = {}

    def code(self, who: str) -> str:
        """The code of a person under this key, 12 hexadecimal digits."""
        return hashlib.blake2b(who.encode(), key=self._key, digest_size=6).hexdigest()

    def text(self, report: str, text: str) -> str:
        """`text` of `report` with every private name under blocks; same length in code points."""
        letters = list(text)
        spans = [(span.start, span.end) for span in self.people.spans.get(report, ())]
        for names in (self._names, self._of([report])):
            spans += [(hit.start, hit.end) for hit in names.find(text)]
        for start, end in spans:
            letters[start:end] = BLOCK * (end - start)
        return "".join(letters)

    def clean(self, text: str, reports: Sequence[str] = ()) -> bool:
        """A quick look whether a text (of a JSON document, say) needs no scrubbing; may say no too often."""
        near = self._of(reports)
        return "person/" not in text and not self._names.within(text) and not near.within(text)

    def words(self, text: str, reports: Sequence[str] = (), *, by: Callable[[str], str] | None = None) -> str:
        """`text` with every private name replaced by blocks, or by what `by` gives for the person.

        Names of a single word are replaced only in what comes from the `reports` that use them: elsewhere they are
        half the country's.
        """
        for names in (self._of(reports), self._names):
            for hit in reversed(names.find(text)):
                text = text[: hit.start] + (by(hit.who) if by else HIDDEN) + text[hit.end :]
        return text

    def address(self, url: str | None, reports: Sequence[str] = ()) -> str | None:
        """An address without the path where the path spells a private name; None stays None."""
        if not url:
            return url
        told = unquote(url)
        if self.words(told, reports) == told:
            return url
        parts = told.split("/")
        return "/".join(parts[:3]) if "://" in told and len(parts) > 3 and self.clean(parts[2]) else HIDDEN

    def scrub(self, value: Any, reports: Sequence[str] = ()) -> Any:
        """A JSON value without private names and ids. `reports` are those it was made from, where that is known."""
        return self._scrub(value, sorted(shown_names(value, self.hides), key=len, reverse=True), reports)

    def hides(self, id: Any) -> bool:
        """Whether an id is that of a private person. Whom nobody recorded as public counts as private."""
        return isinstance(id, str) and id.startswith("person/") and id not in self.people.public

    def _scrub(self, value: Any, shown: list[str], reports: Sequence[str]) -> Any:
        if isinstance(value, str):
            return self._word(value, shown, reports)
        if isinstance(value, list):
            return [self._scrub(item, shown, reports) for item in value]
        if not isinstance(value, dict):
            return value
        inside = _reports(value) or reports
        withheld = WITHHELD if self.hides(value.get("id")) else {}
        # persons may be keys too: the roots of an incident's voices
        return {
            self._word(key, shown, inside): self._under(key, item, withheld, shown, inside)
            for key, item in value.items()
        }

    def _under(self, key: str, item: Any, withheld: dict[str, str], shown: list[str], reports: Sequence[str]) -> Any:
        if not isinstance(item, str):
            return self._scrub(item, shown, reports)
        if key in withheld:
            return withheld[key]
        return self.address(item, reports) if key == "url" else self._word(item, shown, reports)

    def _word(self, word: str, shown: list[str], reports: Sequence[str]) -> str:
        if self.hides(word):
            return f"person/{self.code(word)}"
        for name in shown:
            word = word.replace(name, HIDDEN)
        return self.words(word, reports)

    def _of(self, reports: Sequence[str]) -> Names:
        """The names that some reports use, single words too."""
        key = frozenset(r for r in reports if r in self._own)
        if key not in self._local:
            if len(self._local) > 1000:
                self._local.clear()
            self._local[key] = Names(((n, w) for r in key for n, w in self._own[r]), short=True)
        return self._local[key]

    def _shared(self, name: str) -> bool:
        """Whether somebody in office bears the name as well: then it is hidden only in its own report."""
        folded = fold_word(name)
        return any(folded == known or f" {folded} " in f" {known} " for known in self.people.known)


def _reports(value: Json) -> list[str]:
    """The reports that a document names as its own, if any."""
    if isinstance(value.get("report"), str):
        return [value["report"]]
    events = value.get("events")
    if isinstance(events, list) and events and all(isinstance(e, list) and len(e) == 2 for e in events):
        return [str(report) for report, _ in events]
    return []


def _ids(person: Person, spans: tuple[Span, ...], reading: Reading) -> Iterator[str]:
    if person.id:
        yield person.id
    for event in reading.events:
        for mention in (*event.actor, *event.recipient):
            if mention.id and mention.id.startswith("person/") and any(mention.span.overlap(s) for s in spans):
                yield mention.id


def shown_names(value: Any, hides: Callable[[Any], bool]) -> set[str]:
    """Display names that a document gives to private persons, to be hidden in its title as well."""
    return {name for name in _shown(value, hides) - unnamed() if len(name) > 3}


def _shown(value: Any, hides: Callable[[Any], bool]) -> set[str]:
    if isinstance(value, list):
        return set().union(*(_shown(item, hides) for item in value)) if value else set()
    if not isinstance(value, dict):
        return set()
    own = {value[k] for k in ("ar", "en") if isinstance(value.get(k), str)} if hides(value.get("id")) else set()
    return own.union(*(_shown(item, hides) for item in value.values()))
