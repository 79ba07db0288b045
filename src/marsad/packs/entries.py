"""The entries of the knowledge, frozen and typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from marsad.packs.faults import Fault

ActorKind = Literal[
    "state", "military", "militia", "security", "organisation", "civilians", "criminal", "media", "unknown"
]
TieKind = Literal["part-of", "backed-by", "loyal-to", "led-by"]
LabelStance = Literal["hostile", "friendly", "neutral"]


@dataclass(frozen=True, slots=True)
class Label:
    """A partisan name of an actor and whose stance it shows; recognised like a strong name."""

    text: str
    stance: LabelStance


@dataclass(frozen=True, slots=True)
class Tie:
    """The owner of the entry stands in `kind` to `to`; `since`, `until` are prefixes of ISO dates, None if open."""

    kind: TieKind
    to: str
    source: str
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class ActorEntry:
    """An actor and the names it goes by.

    `strong` names mean it anywhere, `weak` ones only after a strong one in the same report. `shared` lists those of
    its names that other actors bear too; the reader then picks by the report's date (`since`, `until`: the span in
    which the actor was there, prefixes of ISO dates) and theatre. `theatre` is the folder that the entry came from.
    """

    id: str
    kind: ActorKind
    ar: str
    en: str
    parent: str | None = None
    camp: str | None = None
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    shared: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    ties: tuple[Tie, ...] = ()
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    theatre: str = ""
    file: str = ""
    line: int = 0

    def alive(self, day: str | None) -> bool:
        """Whether the actor was there on `day` (ISO date; None: not known, hence yes)."""
        if day is None:
            return True
        return not (self.since and day < self.since) and not (self.until and day[: len(self.until)] > self.until)


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place: `lat`, `lon` in degrees (WGS 84), None for a road `between` two places.

    `precision` 1 exact point, 2 part or area, 3 governorate or larger. `weak`: its bare name is a common word, so it
    counts only right after its type noun. `says` holds whole sentences (the file's carriers filled in).
    """

    id: str
    kind: str
    ar: str
    en: str
    parent: str | None = None
    lat: float | None = None
    lon: float | None = None
    precision: int = 1
    also: tuple[str, ...] = ()
    weak: bool = False
    between: tuple[str, ...] = ()
    far: str | None = None
    source: str = ""
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    theatre: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class NationEntry:
    """A state, its adjectives (masculine singular, without the article) and the ids that they make with nouns.

    `state` is None for a people without one (Kurdish).
    """

    state: str | None
    adjectives: tuple[str, ...]
    names: tuple[str, ...] = ()
    plurals: tuple[str, ...] = ()
    capital: tuple[str, ...] = ()
    forces: str | None = None
    air: str | None = None
    police: str | None = None
    militias: str | None = None
    since: str | None = None
    until: str | None = None
    theatre: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutletEntry:
    """An outlet or monitor; `home` is a country, `owner` its owner in words, `mirrors` outlets that copy it."""

    id: str
    kind: Literal["media", "agency", "monitor"]
    ar: str
    en: str
    also: tuple[str, ...] = ()
    home: str = ""
    leaning: str = ""
    owner: str = ""
    mirrors: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    theatre: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FrameEntry:
    """A kind of deed, as written: `data` is the parsed mapping."""

    id: str
    data: Mapping[str, Any]
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of an event type: PLOVER's score (-10..+10), or ours where `own`; ACLED's sub-event where one fits."""

    score: float
    acled: str | None = None
    own: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class EventKind:
    """An event type: score without mode, quad class (1 verbal cooperation .. 4 material conflict), its modes."""

    score: float
    quad: int
    recipient: bool = False
    acled: str | None = None
    modes: Mapping[str, Mode] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plover:
    """The table of event types and modes, with our departures from the manual."""

    types: Mapping[str, EventKind] = field(default_factory=dict)
    departures: Mapping[str, str] = field(default_factory=dict)
    coerced: float = -7.0

    @property
    def modes(self) -> dict[str, tuple[str, ...]]:
        """The modes of each type."""
        return {name: tuple(kind.modes) for name, kind in self.types.items()}

    @property
    def scores(self) -> dict[tuple[str, str | None], float]:
        """Score of each (type, mode), and of each type alone under (type, None)."""
        alone: dict[tuple[str, str | None], float] = {(name, None): kind.score for name, kind in self.types.items()}
        return alone | {(n, m): mode.score for n, kind in self.types.items() for m, mode in kind.modes.items()}

    def score(self, type: str, mode: str | None = None, *, coerced: bool = False) -> float:
        """Score in -10..+10; a cooperative act that was `coerced` counts as conflict. KeyError if unknown."""
        kind = self.types[type]
        plain = kind.score if mode is None else kind.modes[mode].score
        return self.coerced if coerced and plain > 0 else plain

    def quad(self, type: str) -> int:
        """1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict. KeyError if unknown."""
        return self.types[type].quad

    def acled(self, type: str, mode: str | None = None) -> str | None:
        """ACLED's sub-event type where one fits, else None. KeyError if type or mode is unknown."""
        kind = self.types[type]
        return kind.acled if mode is None else kind.modes[mode].acled


@dataclass(frozen=True, slots=True)
class Packs:
    """All knowledge in use. `version` is a hash of the contents, `names` the folders it came from.

    `words` holds every other file of `arabic/` by stem, as parsed; `kinds` the Arabic type noun of each kind of place.
    `faults` is empty unless the packs were loaded with `strict=False`.
    """

    actors: dict[str, ActorEntry]
    places: dict[str, PlaceEntry]
    nations: tuple[NationEntry, ...]
    outlets: dict[str, OutletEntry]
    plover: Plover
    frames: tuple[FrameEntry, ...]
    words: dict[str, Any]
    kinds: dict[str, str] = field(default_factory=dict)
    version: str = ""
    names: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
