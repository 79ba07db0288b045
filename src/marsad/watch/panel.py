"""The series that are watched: conflict counts of pairs and governorates, and the volume of publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from marsad.fuse import Incident
from marsad.relate.counting import Counter
from marsad.watch.baseline import Floats

Subject = tuple[str, ...]
"""Two ids of actors, or one id of a place."""

WINDOWS = (7, 14, 28, 91)  # days over which the volume may be averaged
REPORTS = 20  # in a window make it steady enough
LEAST = 0.05  # of the usual volume: what nobody published about may still be told later
COUNTS = ("conflicts", "material")


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """`counts` (series, days) of the `subjects`, from `start` on; `exposure` (days,) is 1 where usual, never 0."""

    subjects: tuple[Subject, ...]
    start: date
    counts: Floats
    exposure: Floats

    def day(self, at: int) -> date:
        """The date of a day's number."""
        return self.start + timedelta(days=at)

    def kept(self, least: int) -> Panel:
        """Without the series that have fewer incidents, and without those that repeat a series of a higher level."""
        order = sorted(range(len(self.subjects)), key=lambda n: (sum(map(len, self.subjects[n])), self.subjects[n]))
        seen: dict[bytes, int] = {}
        for n in order:
            if self.counts[n].sum() >= least:
                seen.setdefault(self.counts[n].tobytes(), n)
        rows = sorted(seen.values())
        return Panel(tuple(self.subjects[n] for n in rows), self.start, self.counts[rows], self.exposure)

    def only(self, place: str) -> Panel:
        """The series of one place alone, all zero where nothing is known of it."""
        empty = np.zeros(len(self.exposure))
        counts = next((row for s, row in zip(self.subjects, self.counts, strict=True) if s == (place,)), empty)
        return Panel(((place,),), self.start, counts[None], self.exposure)


def volume(published: Mapping[date, int], start: date, days: int) -> Floats:
    """Reports a day up to each day, as parts of the usual; 1 where none are known. Shape (days,).

    Averaged over as few days as hold enough reports: a long average would lag behind a jump of an outlet's output, and
    every pair would seem to flare up.
    """
    longest = WINDOWS[-1]
    counts = np.zeros(days + longest - 1)
    for day, n in published.items():
        at = (day - start).days + longest - 1
        if 0 <= at < len(counts):
            counts[at] += n
    return smoothed(counts, days)


def smoothed(counts: Floats, days: int) -> Floats:
    """The volume of the last `days` days from daily counts of reports, which may begin earlier."""
    told = counts[len(counts) - days :]
    if not days or not told.sum():
        return np.ones(days)
    width = next((w for w in WINDOWS if told.mean() * w >= REPORTS), WINDOWS[-1])
    padded = np.concatenate([np.full(width, told[: width * 4].mean()), counts])
    smooth = np.convolve(padded, np.ones(width) / width, "valid")[-days:]
    return np.asarray(np.maximum(smooth / smooth.mean(), LEAST))


def pairs(
    counter: Counter, *, published: Mapping[date, int], until: date | None = None, count: str = "conflicts",
    only: Sequence[Subject] = (), least: int = 0,
) -> Panel:  # fmt: skip
    """The series of all pairs at all levels between whom something lies, or of `only` these.

    Pairs of which less than `least` incidents tell are left out: there are many more of them than of others.
    `count` is conflicts (words and deeds) or material (deeds told as having happened).
    """
    from marsad.relate.pairs import pairs as between
    from marsad.relate.series import filled, window

    days = window(counter.ledger, published, until=until)
    steps = [(a, b, counter.pair(a, b)) for a, b in only] if only else between(counter)
    rows: dict[Subject, Floats] = {
        (a, b): getattr(filled(counter, c, c.day > 0, (a, b), days), count) for a, b, c in steps if len(c) >= least
    }
    return _panel(rows, days.start, volume(published, days.start, days.days))


def places(found: Sequence[Incident], *, published: Mapping[date, int], until: date | None = None) -> Panel:
    """The series of all governorates: material conflict told as having happened."""
    days = [i.start for i in found if i.start]
    if not days:
        return _panel({}, until or date(1970, 1, 1), np.ones(0))
    start, last = date.fromisoformat(min(days)), until or max(date.fromisoformat(max(days)), *published, date.min)
    length = max((last - start).days + 1, 0)
    rows: dict[Subject, Floats] = {}
    for incident in found:
        where = governorate(incident)
        at = (date.fromisoformat(incident.start) - start).days if incident.start else -1
        if where and 0 <= at < length and incident.quad == 4 and incident.status in ("actual", "historical"):
            rows.setdefault((where,), np.zeros(length))[at] += 1
    return _panel(rows, start, volume(published, start, length))


def governorate(incident: Incident) -> str | None:
    """The id of the governorate, the second step of a place's id."""
    parts = (incident.place.id or "").split("/") if incident.place else []
    return "/".join(parts[:2]) if len(parts) > 1 else None


def _panel(rows: Mapping[Subject, Floats], start: date, exposure: Floats) -> Panel:
    names = tuple(sorted(rows))
    counts = np.stack([np.asarray(rows[name], float) for name in names]) if names else np.zeros((0, len(exposure)))
    return Panel(names, start, counts, exposure)
