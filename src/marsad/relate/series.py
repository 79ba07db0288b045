"""Daily series of a pair of actors: cooperation, conflict, their intervals, counts, and exposure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from marsad.fuse import Incident
from marsad.fuse.kinship import Kinship
from marsad.packs import Packs, load
from marsad.relate.counting import Columns, Counter
from marsad.relate.ledger import Flags, Floats, Ledger, Members, act
from marsad.relate.packed import DEED, STEP, SURE, Packed, figure, packed
from marsad.relate.sides import Standings
from marsad.store import Store

Counts = NDArray[np.int64]
WINDOW = 28  # days over which exposure is averaged
LEAST = 0.05  # exposure is never less: what nobody published about still has a chance to be told later
LONG = 7  # days; what is dated more coarsely is spread over its days and raises no count


@dataclass(frozen=True, slots=True, eq=False)
class Daily:
    """One pair, one value a day from `start` on; all arrays have the same length.

    `cooperation` and `conflict` are sums of absolute weighted scores (>= 0) of what the two did themselves;
    `proxy_cooperation` and `proxy_conflict` of what only their clients did. `*_low` and `*_high` bound the first two by
    the rival claims of disputed incidents. An incident dated to more than a week is spread evenly over its days and
    stands in no count. `incidents` counts all other steps, `conflicts` those of the conflict series (own and proxy),
    `material` the conflicts that are deeds and not words (PLOVER's quad 4, or coerced compliance) and are told as
    having happened: what alarms and forecasts count. `exposure` tells how much the sources published around the day,
    1 where it is the window's mean, never 0: expected counts grow with it.
    """

    a: str
    b: str
    start: date
    cooperation: Floats
    conflict: Floats
    cooperation_low: Floats
    cooperation_high: Floats
    conflict_low: Floats
    conflict_high: Floats
    proxy_cooperation: Floats
    proxy_conflict: Floats
    incidents: Counts
    conflicts: Counts
    material: Counts
    exposure: Floats

    def __len__(self) -> int:
        return len(self.conflict)

    @property
    def end(self) -> date:
        """The last day, the day before `start` where the series is empty."""
        return self.start + timedelta(days=len(self) - 1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a series, and the sources' exposure on each."""

    start: date
    exposure: Floats

    @property
    def days(self) -> int:
        """Number of days."""
        return len(self.exposure)


def daily(
    store: Store, a: str, b: str, *, packs: Packs | None = None, since: date | None = None, until: date | None = None,
    place: str | None = None,
) -> Daily:  # fmt: skip
    """The series of `a` and `b` (ids of any level: unit, organisation, camp; order does not matter).

    From the first day of the store's incidents to the last day of its incidents or reports, or `since` to `until`
    (both inclusive). `place` keeps incidents at a place (id) or below it. All zero where nothing lies between the two.
    """
    from marsad.relate.kept import counter, kept, steps_of

    packs = packs or load()
    relations = kept(store, packs=packs)
    days = _window(relations.span(), relations.published(), since=since, until=until)
    standings = Standings(Kinship(packs))
    if a in standings.ends(b) or b in standings.ends(a):  # pairs of which one is part of the other are not kept
        return counted_daily(counter(relations, packs=packs), a, b, days, place=place)
    steps = steps_of(relations, a, b)
    at = sorted(relations.places(place)) if place is not None else None
    keep = steps["day"] > 0 if at is None else (steps["day"] > 0) & np.isin(steps["number"], at)
    return laid(steps, keep, (a, b), days)


def every(
    store: Store, *, packs: Packs | None = None, since: date | None = None, until: date | None = None
) -> Iterator[Daily]:
    """The series of all pairs at all levels that have a step, by their ids."""
    from marsad.relate.kept import kept

    relations = kept(store, packs=packs or load())
    days = _window(relations.span(), relations.published(), since=since, until=until)
    for a, b, kept_steps in relations.every():
        steps = np.frombuffer(kept_steps, STEP)
        yield laid(steps, steps["day"] > 0, (a, b), days)


def of(
    found: Sequence[Incident], a: str, b: str, *, packs: Packs, published: Mapping[date, int] | None = None,
    since: date | None = None, until: date | None = None, place: str | None = None, members: Members | None = None,
) -> Daily:  # fmt: skip
    """The same from incidents; `published` counts reports (without copies) a day, None where that is not known."""
    counted = Counter(Ledger([act(i, members) for i in found]), packs)
    days = window(counted.ledger, published or {}, since=since, until=until)
    return counted_daily(counted, a, b, days, place=place)


def window(
    ledger: Ledger, published: Mapping[date, int], *, since: date | None = None, until: date | None = None
) -> Window:
    """The days from the ledger's first to its last or that of the last report, or those asked for."""
    days = ledger.day[ledger.day > 0]
    return _window((int(days.min()), int(days.max())) if len(days) else None, published, since=since, until=until)


def _window(
    span: tuple[int, int] | None, published: Mapping[date, int], *, since: date | None, until: date | None
) -> Window:
    seen = [date.fromordinal(day) for day in span or ()]
    first, last = since or min([*seen, *published], default=None), until or max([*seen, *published], default=None)
    if first is None or last is None:
        return Window(since or until or date(1970, 1, 1), np.zeros(0))
    return Window(first, exposure(published, first, max((last - first).days + 1, 0)))


def exposure(published: Mapping[date, int], start: date, days: int) -> Floats:
    """Reports a day over the 28 days up to each day, divided by the mean of all days; 1 where none is known."""
    counts = np.zeros(days + WINDOW - 1)
    for day, n in published.items():
        at = (day - start).days + WINDOW - 1
        if 0 <= at < len(counts):
            counts[at] += n
    if not counts.sum() or not days:
        return np.ones(days)
    smooth = np.convolve(counts, np.ones(WINDOW) / WINDOW, "valid")
    return np.asarray(np.maximum(smooth / smooth.mean(), LEAST))


def counted_daily(counter: Counter, a: str, b: str, days: Window, *, place: str | None = None) -> Daily:
    """The series of a pair out of a counter that is already made."""
    columns = counter.pair(a, b)
    keep = columns.day > 0
    if place is not None:
        keep &= _within(counter.ledger, columns.rows, place)
    return filled(counter, columns, keep, (a, b), days)


def filled(counter: Counter, columns: Columns, keep: Flags, ends: tuple[str, str], days: Window) -> Daily:
    """The kept steps of a counter's pair laid out over the days."""
    return laid(packed(counter, columns, np.arange(len(counter.ledger)) + 1), keep, ends, days)


def laid(steps: Packed, keep: Flags, ends: tuple[str, str], days: Window) -> Daily:
    """Packed steps laid out over the days."""
    own, lay = steps["level"] > 0, _Layer(steps, keep, days)
    value, low, high = (figure(steps, name) for name in ("value", "low", "high"))
    fight, happened = value < 0, (steps["flags"] & (DEED | SURE)) == DEED | SURE
    return Daily(
        *ends, days.start,
        cooperation=lay.sum(value * (own & (value > 0))), conflict=lay.sum(-value * (own & fight)),
        cooperation_low=lay.sum(np.maximum(low, 0) * own), cooperation_high=lay.sum(np.maximum(high, 0) * own),
        conflict_low=lay.sum(np.maximum(-high, 0) * own), conflict_high=lay.sum(np.maximum(-low, 0) * own),
        proxy_cooperation=lay.sum(value * (~own & (value > 0))), proxy_conflict=lay.sum(-value * (~own & fight)),
        incidents=lay.count(np.ones(len(steps), np.bool_)), conflicts=lay.count(fight),
        material=lay.count(fight & happened), exposure=days.exposure,
    )  # fmt: skip


class _Layer:
    """Lays values of steps out over days."""

    def __init__(self, steps: Packed, keep: Flags, window: Window) -> None:
        days = self._days = window.days
        at = self._at = steps["day"].astype(np.int64) - window.start.toordinal()
        length = self._length = steps["length"].astype(np.int64)
        self._short = np.flatnonzero(keep & (length <= LONG) & (at >= 0) & (at < days))
        self._long = np.flatnonzero(keep & (length > LONG) & (at < days) & (at + length > 0))

    def sum(self, values: Floats) -> Floats:
        """Sums a day."""
        out = np.bincount(self._at[self._short], values[self._short], minlength=self._days).astype(np.float64)
        for row in self._long[values[self._long] != 0]:
            first, length = int(self._at[row]), int(self._length[row])
            out[max(first, 0) : first + length] += values[row] / length
        return np.round(out, 6)

    def count(self, flags: Flags) -> Counts:
        """Number of flagged steps a day."""
        rows = self._short[flags[self._short]]
        return np.bincount(self._at[rows], minlength=self._days).astype(np.int64)


def _within(ledger: Ledger, rows: Iterable[int], place: str) -> Flags:
    sites = [ledger.acts[int(row)].place or "" for row in rows]
    return np.array([s == place or s.startswith(place + "/") for s in sites], np.bool_)
