"""Counting what fits a sieve: over time, and by each of its questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np

from marsad.packs import Packs
from marsad.serve.finder import Finder, above
from marsad.serve.sieve import Sieve
from marsad.store.finds import Snapshot
from marsad.store.sheet import ACTOR, RECIPIENT, SLOTS, SOURCE, STATUSES, Array, Flags

Json = dict[str, Any]
STEPS = {"day": 1, "week": 7, "month": 30.44, "quarter": 91.31, "year": 365.25}
FINEST, MOST = 120, 400  # bins: of `auto`, and of any answer


def histogram(now: Snapshot, fit: Flags, *, by: str) -> Json:
    """{"by", "total", "undated", "first", "last", "bins": [{"start", "end", "count", "quads"}]} by first day.

    `by` is coarsened where the answer would have more than 400 bins.
    """
    day, quad = now.incidents["day"][fit], now.incidents["quad"][fit]
    dated = day > 0
    out: Json = {"by": by, "total": len(day), "undated": int((~dated).sum()), "first": None, "last": None, "bins": []}
    if not dated.any():
        return out | {"by": "month" if by == "auto" else by}
    day, quad = day[dated], quad[dated]
    first, last = (date.fromordinal(int(d)) for d in (day.min(), day.max()))
    by = _fitting(by, (last - first).days + 1)
    starts = list(_starts(first, last, by))
    # a table of days: looking each day up among the bins takes ten times as long
    widths = np.diff([*(s.toordinal() for s in starts), last.toordinal() + 1])
    at = np.repeat(np.arange(len(starts)), widths)[day - starts[0].toordinal()]
    counted = np.bincount(at * 5 + quad, minlength=len(starts) * 5).reshape(-1, 5)
    ends = [*(s - timedelta(days=1) for s in starts[1:]), _end(starts[-1], by)]
    bins = [
        {"start": str(s), "end": str(e), "count": int(row.sum()), "quads": row[1:].tolist()}
        for s, e, row in zip(starts, ends, counted, strict=True)
    ]
    return out | {"by": by, "first": str(first), "last": str(last), "bins": bins}


def _fitting(by: str, days: int) -> str:
    least, most = ("day", FINEST) if by == "auto" else (by, MOST)
    coarser = list(STEPS)[list(STEPS).index(least) :]
    return next((step for step in coarser if days / STEPS[step] <= most), "year")


def _starts(first: date, last: date, by: str) -> Iterator[date]:
    start = _start(first, by)
    while start <= last:
        yield start
        end = _end(start, by)
        if end == date.max:
            return
        start = end + timedelta(days=1)


def _start(day: date, by: str) -> date:
    if by == "week":
        return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}.get(by)
    return day.replace(month=month, day=1) if month else day


def _end(start: date, by: str) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}.get(by)
    if not months:
        return date.fromordinal(min(start.toordinal() + int(STEPS[by]) - 1, date.max.toordinal()))
    month = start.month - 1 + months
    year = start.year + month // 12
    return date(year, month % 12 + 1, 1) - timedelta(days=1) if year <= date.max.year else date.max


class Facets:
    """Counts of the values of each question, each without the question itself."""

    def __init__(self, finder: Finder, packs: Callable[[], Packs]) -> None:
        self._finder, self._packs = finder, packs

    def of(self, now: Snapshot, sieve: Sieve, *, names: bool, top: int) -> Json:
        """{"total", "facets": {name: [{"value", "count", "ar"?, "en"?}]}}, most frequent first."""
        parts = self._finder.parts(now, sieve, names=names)
        whole = self._finder.joined(now, parts.values())
        told = {}
        for name, count in COUNTS.items():
            others = [part for key, part in parts.items() if key != name]
            fit = self._finder.joined(now, others) if name in parts else whole
            told[name] = count(now, fit, self._packs)[:top]
        return {"total": int(whole.sum()), "facets": told}


Counted = list[Json]
Loader = Callable[[], Packs]


def _terms(now: Snapshot, counted: Array) -> Counted:
    order = np.argsort(-counted, kind="stable")
    terms = (now.terms[int(n)] for n in order[: np.count_nonzero(counted)])
    return [{"value": t.value, "count": int(counted[t.id]), "ar": t.ar, "en": t.en} for t in terms if t.id]


def _column(name: str) -> Callable[[Snapshot, Flags, Loader], Counted]:
    def count(now: Snapshot, fit: Flags, _packs: Loader) -> Counted:
        return _terms(now, np.bincount(now.incidents[name][fit], minlength=len(now.terms)))

    return count


def linked(now: Snapshot, fit: Flags, *roles: int) -> Array:
    """How many fitting rows are linked to each term in one of `roles`; nobody stands on both sides of an incident."""
    counted = np.zeros(len(now.terms), np.int64)
    for role in roles:
        rows, terms = now.incidents.links[role]
        counted += np.bincount(terms[fit[rows]], minlength=len(now.terms))
    return counted


def _links(*roles: int) -> Callable[[Snapshot, Flags, Loader], Counted]:
    def count(now: Snapshot, fit: Flags, _packs: Loader) -> Counted:
        return _terms(now, linked(now, fit, *roles))

    return count


def _governorates(now: Snapshot, fit: Flags, packs: Loader) -> Counted:
    """Places brought up to their governorates; those that have none count for themselves."""
    known = packs()
    counted: dict[str, int] = {}
    places = np.bincount(now.incidents["place"][fit], minlength=len(now.terms))
    for number in np.flatnonzero(places).tolist():
        value = now.terms[number].value
        if value and not value.startswith("?"):
            top = governorate(value, known)
            counted[top] = counted.get(top, 0) + int(places[number])
    out = []
    for id, count in sorted(counted.items(), key=lambda item: -item[1]):
        entry, term = known.places.get(id), now.terms[now.term("place", id)]
        named = {"ar": entry.ar, "en": entry.en} if entry else {"ar": term.ar or id, "en": term.en or id}
        out.append({"value": id, "count": count, **named})
    return out


def governorate(id: str, packs: Packs) -> str:
    """The governorate that a place lies in, itself where none is known."""
    line = above(id, "place", packs)
    kinds = ((one, packs.places[one].kind) for one in line if one in packs.places)
    return next((one for one, kind in kinds if kind == "governorate"), id)


def _statuses(now: Snapshot, fit: Flags, _packs: Loader) -> Counted:
    return _sorted(zip(STATUSES, np.bincount(now.incidents["status"][fit], minlength=5).tolist(), strict=False))


def _quads(now: Snapshot, fit: Flags, _packs: Loader) -> Counted:
    return _sorted(list(enumerate(np.bincount(now.incidents["quad"][fit], minlength=5).tolist()))[1:])


def _voices(now: Snapshot, fit: Flags, _packs: Loader) -> Counted:
    counted = np.bincount(np.minimum(now.incidents["voices"][fit], 10), minlength=2)
    return [{"value": n, "count": c} for n, c in enumerate(counted.tolist()) if n and c]


def _contradicted(now: Snapshot, fit: Flags, _packs: Loader) -> Counted:
    clash = int((now.incidents["slots"][fit] > 0).sum())
    return [{"value": True, "count": clash}, {"value": False, "count": int(fit.sum()) - clash}]


def _disputed(now: Snapshot, fit: Flags, _packs: Loader) -> Counted:
    slots = now.incidents["slots"][fit]
    slots = slots[slots > 0]
    return _sorted((slot, int(((slots >> n) & 1).sum())) for n, slot in enumerate(SLOTS))


def _sorted(counted: Any) -> Counted:
    return [{"value": v, "count": c} for v, c in sorted(counted, key=lambda item: -item[1]) if c]


COUNTS: dict[str, Callable[[Snapshot, Flags, Loader], Counted]] = {
    "type": _column("type"), "mode": _column("mode"), "status": _statuses, "quad": _quads,
    "actor": _links(ACTOR, RECIPIENT), "place": _governorates, "source": _links(SOURCE), "voices": _voices,
    "contradiction": _contradicted, "disputed": _disputed,
}  # fmt: skip
