"""An event as one report tells it, made ready for comparing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from marsad.model import Count, Event
from marsad.packs import fold_word
from marsad.store import Key, StoredReport

NEWS_DAYS = 10  # an undated act of the news happened at most so long before it was published
SCENE_DAYS = 3
EXPECTED_DAYS = 14
BACKGROUND_DAYS = 200  # the same for background
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Told:
    """One event with all that comparing needs. `window` is where an undated event may lie, None if nothing is known."""

    key: Key
    event: Event
    stored: StoredReport
    start: date | None
    end: date | None
    window: tuple[date, date] | None
    point: tuple[float, float] | None
    actors: frozenset[str]
    recipients: frozenset[str]
    shingles: frozenset[tuple[str, ...]]

    @property
    def kind(self) -> str:
        """TYPE/mode, or TYPE alone."""
        return f"{self.event.type}/{self.event.mode}" if self.event.mode else self.event.type

    @property
    def two_sided(self) -> bool:
        """Whether the event has no direction."""
        return len(self.actors) > 1 and not self.recipients

    @property
    def dated(self) -> bool:
        """Whether the report gives it a day or a span of days."""
        return self.start is not None

    @property
    def denied(self) -> bool:
        """Whether the report says that it did not happen."""
        return self.event.status == "denied"

    def figures(self) -> dict[tuple[str, str | None], Count]:
        """(slot, whose) -> count."""
        slots = ("killed", "injured", "captured", "released", "personnel")
        return {(slot, count.of): count for slot in slots for count in getattr(self.event, slot)}


def told(reports: Sequence[StoredReport]) -> list[Told]:
    """All events of all readings, in the order of their keys."""
    events = [_told(s, e) for s in reports if s.reading for e in s.reading.events]
    return sorted(events, key=lambda t: t.key)


def _told(stored: StoredReport, event: Event) -> Told:
    start, end = _days(event) or (None, None)
    place = event.place
    point = (place.lat, place.lon) if place and place.lat is not None and place.lon is not None else None
    return Told(
        key=(stored.name, event.id),
        event=event,
        stored=stored,
        start=start,
        end=end,
        window=_window(stored, event),
        point=point,
        actors=_ids(event.actor),
        recipients=_ids(event.recipient),
        shingles=_shingles(stored.report.text, event),
    )


def _ids(mentions: Sequence[object]) -> frozenset[str]:
    return frozenset(i for m in mentions if (i := getattr(m, "id", None)))


def _window(stored: StoredReport, event: Event) -> tuple[date, date] | None:
    """The days in which `event` may lie: its own; else up to the publication, back to the act told before it there."""
    if own := _days(event):
        return own
    published = stored.report.published or (stored.reading.published if stored.reading else None)
    expected = event.status in ("planned", "possible")
    scene = None if expected else _scene(stored, event)
    if published is None:
        return (scene[0], scene[1] + timedelta(days=SCENE_DAYS)) if scene else None
    back = BACKGROUND_DAYS if event.status in ("historical", "denied") else NEWS_DAYS
    ahead = EXPECTED_DAYS if expected else 0
    first = published - timedelta(days=back)
    return min(first, scene[0]) if scene else first, published + timedelta(days=ahead)


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


def _shingles(text: str, event: Event) -> frozenset[tuple[str, ...]]:
    words = [w for s in event.evidence for w in _WORD.findall(fold_word(s.quote(text)))]
    return frozenset(tuple(words[i : i + 3]) for i in range(len(words) - 2))
