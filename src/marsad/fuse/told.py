"""An event as one report tells it, made ready for comparing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from marsad.fuse.incident import coded
from marsad.fuse.tables import weights
from marsad.model import Event, Reading, Span
from marsad.packs import fold_word
from marsad.store import Key, StoredReport

SCENE_DAYS = 3
EXPECTED_DAYS = 14
BACKGROUND_DAYS = 200  # the same for background
COUNTED = ("killed", "injured", "captured", "released", "personnel")
_WORD = re.compile(r"[^\W_]+")

Days = tuple[int, int]
Figure = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """All of an event that comparing needs, and no more: small enough to be held for a million events.

    `days` are its first and last day as ordinals, both inclusive, None where the report gives none; `window` is where
    an undated event may lie, None where nothing is known. `figures` maps (slot, whose) to (low, high, best).
    `people` are folded names of at least two words; `shingles` hashes of the evidence's word triples.
    """

    key: Key
    type: str
    mode: str | None
    status: str
    days: Days | None
    window: Days | None
    point: tuple[float, float] | None
    place: str | None
    precision: int
    actors: frozenset[str]
    recipients: frozenset[str]
    figures: dict[tuple[str, str | None], Figure]
    items: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    shingles: frozenset[int] = frozenset()

    @property
    def kind(self) -> str:
        """TYPE/mode, or TYPE alone."""
        return coded(self.type, self.mode)

    @property
    def two_sided(self) -> bool:
        """Whether the event has no direction."""
        return len(self.actors) > 1 and not self.recipients

    @property
    def dated(self) -> bool:
        """Whether the report gives it a day or a span of days."""
        return self.days is not None

    @property
    def denied(self) -> bool:
        """Whether the report says that it did not happen."""
        return self.status == "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Traits):
    """One event with its report."""

    event: Event
    stored: StoredReport

    @property
    def start(self) -> date | None:
        """The first day that the report gives it."""
        return date.fromordinal(self.days[0]) if self.days else None

    @property
    def end(self) -> date | None:
        """The last day that the report gives it."""
        return date.fromordinal(self.days[1]) if self.days else None


def told(reports: Iterable[StoredReport]) -> list[Told]:
    """All events of all readings, in the order of their keys."""
    events = [event for stored in reports for event in told_by(stored)]
    return sorted(events, key=lambda t: t.key)


def told_by(stored: StoredReport) -> list[Told]:
    """The events of one report."""
    return [_told(stored, stored.reading, event) for event in stored.reading.events] if stored.reading else []


def _told(stored: StoredReport, reading: Reading, event: Event) -> Told:
    place = event.place
    return Told(
        key=(stored.name, event.id),
        type=event.type,
        mode=event.mode,
        status=event.status,
        days=_ordinals(_days(event)),
        window=_ordinals(_window(stored, event)),
        point=(place.lat, place.lon) if place and place.lat is not None and place.lon is not None else None,
        place=place.id if place else None,
        precision=(place.precision if place else None) or 1,
        actors=_ids(event.actor),
        recipients=_ids(event.recipient),
        figures={(slot, c.of): (c.low, c.high, c.best) for slot in COUNTED for c in getattr(event, slot)},
        items=frozenset(piece.item for piece in event.equipment),
        people=_people(stored.report.text, reading, event),
        shingles=_shingles(stored.report.text, event),
        event=event,
        stored=stored,
    )


def _ordinals(days: tuple[date, date] | None) -> Days | None:
    return (days[0].toordinal(), days[1].toordinal()) if days else None


def _ids(mentions: Sequence[object]) -> frozenset[str]:
    return frozenset(i for m in mentions if (i := getattr(m, "id", None)))


def _window(stored: StoredReport, event: Event) -> tuple[date, date] | None:
    """The days in which `event` may lie: its own; else up to the publication, back to the act told before it there."""
    if own := _days(event):
        return own
    published = stored.report.published or (stored.reading.published if stored.reading else None)
    expected = event.status in ("planned", "possible")
    scene = None if expected else _scene(stored, event)
    if published is None and scene:
        return scene[0], scene[1] + timedelta(days=SCENE_DAYS)
    published = published or _news_day(stored.reading)
    if published is None:
        return None
    back = BACKGROUND_DAYS if event.status in ("historical", "denied") else weights().news_days(event.type, event.mode)
    ahead = EXPECTED_DAYS if expected else 0
    first = published - timedelta(days=back)
    return min(first, scene[0]) if scene else first, published + timedelta(days=ahead)


def _news_day(reading: Reading | None) -> date | None:
    """About when a report without a date was published: just after the latest act that it tells as having happened."""
    days = [days[1] for e in (reading.events if reading else ()) if e.status == "actual" and (days := _days(e))]
    return max(days) + timedelta(days=1) if days else None


def _days(event: Event) -> tuple[date, date] | None:
    start, end = (event.time.start, event.time.end) if event.time else (None, None)
    return (start or end, end or start) if start or end else None  # type: ignore[return-value]


def _scene(stored: StoredReport, event: Event) -> tuple[date, date] | None:
    """Days of the last dated act that the report tells before `event` at the same point."""
    here = event.evidence[0].start if event.evidence else 0
    before = [
        (other.evidence[0].start, days)
        for other in (stored.reading.events if stored.reading else ())
        if (days := _days(other)) and other.evidence and other.evidence[0].start <= here and _together(other, event)
    ]
    return max(before)[1] if before else None


def _together(a: Event, b: Event) -> bool:
    if not a.place or not b.place or a.place.lat is None:
        return False
    return (a.place.lat, a.place.lon) == (b.place.lat, b.place.lon)


def _people(text: str, reading: Reading, event: Event) -> frozenset[str]:
    names = [
        fold_word(p.span.quote(text)) for p in reading.persons if any(_inside(s, event) for s in (p.span, *p.mentions))
    ]
    return frozenset(name for name in names if " " in name)


def _inside(span: Span, event: Event) -> bool:
    return any(e.start <= span.start and span.end <= e.end for e in event.evidence)


def _shingles(text: str, event: Event) -> frozenset[int]:
    words = [w for s in event.evidence for w in _WORD.findall(fold_word(s.quote(text)))]
    return frozenset(hash_words(words[i : i + 3]) for i in range(len(words) - 2))


def hash_words(words: Sequence[str]) -> int:
    """A number for a run of words, the same in every process (Python's own hash of text is not)."""
    from zlib import crc32

    return crc32(" ".join(words).encode("utf-8"))
