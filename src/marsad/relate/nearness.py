"""Which rows of a ledger lie near others in time and place, for many at once."""

from __future__ import annotations

import numpy as np

from marsad.fuse.compare import km as distance
from marsad.relate.ledger import Flags, Floats, Ints, Ledger

DAYS = 1 << 22  # room for an ordinal day below the number of a square
AROUND = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]


def near(ledger: Ledger, rows: Ints, anchors: Ints, *, degrees: float, back: int, ahead: int) -> Flags:
    """Whether an anchor lies in the same or a neighbouring square, at most `back` days before or `ahead` days after."""
    if not len(anchors) or not len(rows):
        return np.zeros(len(rows), np.bool_)
    keys = np.sort(np.concatenate([_keys(ledger, anchors, degrees, x, y) for x, y in AROUND]))
    own = _keys(ledger, rows, degrees, 0, 0)
    first = np.searchsorted(keys, own - back, side="left")
    found: Flags = (first < len(keys)) & (keys[np.minimum(first, len(keys) - 1)] <= own + ahead)
    return found


def _keys(ledger: Ledger, rows: Ints, degrees: float, x: int, y: int) -> Ints:
    square = (_cells(ledger.lat[rows], degrees) + x) * 8192 + _cells(ledger.lon[rows], degrees) + y
    keys: Ints = square * DAYS + ledger.day[rows]
    return keys


def _cells(angle: Floats, degrees: float) -> Ints:
    return (np.floor((angle + 180) / degrees)).astype(np.int64)


def last_before(ledger: Ledger, rows: Ints, targets: Ints, *, days: int, km: float, anywhere: Flags) -> Ints:
    """For each row the latest target of the `days` before it (itself included) at most `km` away, else -1.

    Rows that are flagged in `anywhere` need no place.
    """
    order = np.lexsort((targets, ledger.day[targets]))
    targets = targets[order]
    when = ledger.day[targets]
    last = np.searchsorted(when, ledger.day[rows], side="right")
    first = np.searchsorted(when, ledger.day[rows] - days, side="left")
    unplaced = np.isnan(ledger.lat[rows])  # may still name the same site
    sieve = anywhere | unplaced | _any_near(ledger, rows, targets, days=days, km=km)
    hopeful = (last > first) & sieve
    out = np.full(len(rows), -1, np.int64)
    for at in np.flatnonzero(hopeful):
        row, near_by = int(rows[at]), targets[first[at] : last[at]]
        out[at] = near_by[-1] if anywhere[at] else _latest(ledger, row, near_by, km)
    return out


def _any_near(ledger: Ledger, rows: Ints, targets: Ints, *, days: int, km: float) -> Flags:
    """A quick sieve: squares are wider than `km`."""
    placed = targets[~np.isnan(ledger.lat[targets])]
    found = np.zeros(len(rows), np.bool_)
    pointed = ~np.isnan(ledger.lat[rows])
    found[pointed] = near(ledger, rows[pointed], placed, degrees=km / 50, back=days, ahead=0)
    return found


def _latest(ledger: Ledger, row: int, targets: Ints, km: float) -> int:
    here, site = (ledger.lat[row], ledger.lon[row]), ledger.acts[row].place
    for target in targets[::-1]:
        if site and site == ledger.acts[int(target)].place:
            return int(target)
        if distance(here, (ledger.lat[target], ledger.lon[target])) <= km:
            return int(target)
    return -1
