"""What a briefing is made of. A sentence without evidence cannot be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from marsad.errors import MarsadError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """What a sentence rests on: incidents and reports, by id and name."""

    incidents: tuple[str, ...]
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and its evidence. Raises MarsadError E610 where there is none."""

    text: str
    note: Note

    def __post_init__(self) -> None:
        if not self.note.reports:
            raise MarsadError("E610", f"a sentence without evidence: {self.text}", "this is a fault of ours, report it")


@dataclass(frozen=True, slots=True)
class Item:
    """One incident worth knowing: its id and what is said of it, the first sentence telling what happened."""

    incident: str
    quad: int | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table of figures: the measure and its values now and before, as shown."""

    name: str
    now: str
    before: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What one outlet published in the period: reports, how many of them copies, incidents that it alone tells."""

    outlet: str
    reports: int
    copies: int
    alone: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An incident in the annex's list."""

    incident: str
    day: str
    title: str
    killed: str
    voices: int
    disputed: bool
    quad: int | None
    reports: tuple[str, ...]


@dataclass(slots=True)
class Brief:
    """One briefing, ready to be laid out. `pictures` are SVG texts by name (map, series)."""

    lang: str
    since: str
    until: str
    heading: str
    headline: list[Sentence] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    incidents: list[Item] = field(default_factory=list)
    demands: list[Sentence] = field(default_factory=list)
    pairs: list[Sentence] = field(default_factory=list)
    ties: list[Sentence] = field(default_factory=list)
    unknown: list[Sentence] = field(default_factory=list)
    sources: list[Sentence] = field(default_factory=list)
    outlets: list[SourceRow] = field(default_factory=list)
    all: list[Listed] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    series_pair: str = ""
    heads: dict[str, Json] = field(default_factory=dict)
    masked: bool = True
    versions: Json = field(default_factory=dict)

    @property
    def sentences(self) -> list[Sentence]:
        """All sentences in the order in which they stand."""
        told = [s for item in self.incidents for s in item.sentences]
        return [*self.headline, *told, *self.demands, *self.pairs, *self.ties, *self.unknown, *self.sources]

    def numbered(self) -> dict[Note, int]:
        """The notes with their numbers, in the order in which they are first met."""
        return {note: n for n, note in enumerate(dict.fromkeys(s.note for s in self.sentences), 1)}


def note(documents: Sequence[Json], reports: Sequence[str] = ()) -> Note:
    """The note of some incidents (and of further reports)."""
    named = [r for d in documents for r, _ in d["events"]]
    return Note(tuple(d["incident"] for d in documents), tuple(dict.fromkeys([*named, *reports])))
