"""What a series' own past lets one expect: mean and spread of the counts of a window of days.

The model is a negative binomial whose mean grows with the volume of publication (exposure). Mean and overdispersion
come from the series' own past, in which older days count less; days of an earlier burst count little, so that one
burst does not hide the next. Nothing is shared between series: a new incident changes only its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

HALF_LIFE = 365.0  # days after which a day of the past counts half
PRIOR = (0.5, 7.0)  # half an incident in a week: what is believed before the first day
SPREAD = (0.04, 0.6)  # overdispersion believed before the first day: slow part, and daily part divided by the window
BURST = 3.0  # a window rarer than 1 in 10^3 is no measure of what is usual
KEPT = 0.05  # weight in the past of days within such a window
RAMP = 90.0  # days of usual exposure before which a window tells little of the spread: its mean is not known yet
SETTLED = 120  # after so many days in a row the new level is the usual one
GAP = 21  # days between the past and today: a burst is no part of the past that it is measured by


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Of a window that ends on each day, (series, days): what was counted, its expected mean and variance."""

    days: int
    counted: Floats
    mean: Floats
    variance: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Discounted sums over the days up to and with each day, (series, days)."""

    counts: Floats
    exposure: Floats
    squares: Floats
    rate: Floats


def rolling(values: Floats, days: int) -> Floats:
    """Sums over the last `days` days up to each day; shorter at the start. Shape kept."""
    total = np.cumsum(values, axis=-1)
    total[..., days:] = total[..., days:] - total[..., :-days]
    return total


def discounted(values: Floats, half_life: float) -> Floats:
    """Sums over all days up to each day, a day `half_life` ago counted half."""
    kept = 0.5 ** (1 / half_life)
    out = np.ascontiguousarray(np.moveaxis(values, -1, 0), dtype=float)  # scipy.signal does it too, after 2 s of import
    out = out.copy() if np.shares_memory(out, values) else out
    for day in range(1, len(out)):
        out[day] += kept * out[day - 1]
    return np.moveaxis(out, 0, -1)


def earlier(values: Floats, days: int, first: float = 0.0) -> Floats:
    """The values as they were `days` days before each day, `first` before the start."""
    out = np.full_like(values, first)
    if days < values.shape[-1]:
        out[..., days:] = values[..., : values.shape[-1] - days]
    return out


def past(counts: Floats, exposure: Floats, weight: Floats | None = None) -> Past:
    """Rate per day of usual exposure, from all days up to each day; `weight` of each day is 1 where None."""
    usual = np.broadcast_to(exposure, counts.shape)
    told, seen = (counts, usual) if weight is None else (counts * weight, usual * weight)
    s, e = discounted(told, HALF_LIFE), discounted(seen, HALF_LIFE)
    squares = discounted(seen if weight is None else seen * weight, HALF_LIFE / 2)
    return Past(s, e, squares, (s + PRIOR[0]) / (e + PRIOR[1]))


def expected(counts: Floats, exposure: Floats, known: Past, days: int, weight: Floats | None = None) -> Expected:
    """Windows of `days` days against the past before them, at least `GAP` days ago; arrays are (series, days).

    The variance holds the overdispersion seen in earlier windows and the doubt about the rate itself.
    """
    usual = np.broadcast_to(exposure, counts.shape)
    counted, seen = rolling(counts, days), rolling(np.array(usual), days)
    back = max(days, GAP)
    rate = earlier(known.rate, back, PRIOR[0] / PRIOR[1])
    mean = rate * seen
    e, squares = (earlier(part, back) for part in (known.exposure, known.squares))
    worth = np.minimum(e / RAMP, 1) * (1 if weight is None else weight)
    spread = earlier(_spread(counted, mean, days, worth), back, SPREAD[0] + SPREAD[1] / days)
    doubt = rate * (1 + spread * mean) * (squares + PRIOR[1]) / (e + PRIOR[1]) ** 2
    return Expected(days, counted, mean, mean + spread * mean**2 + doubt * seen**2)


def _spread(counted: Floats, mean: Floats, days: int, weight: Floats) -> Floats:
    """Overdispersion of windows: each earlier window tells of it as much as its mean allows (weighted moments)."""
    believed = SPREAD[0] + SPREAD[1] / days
    worth = weight * mean**2 / (mean + 2 * (mean + believed * mean**2) ** 2) / days
    found = discounted(worth * ((counted - mean) ** 2 - mean), HALF_LIFE)
    told = discounted(worth * mean**2, HALF_LIFE)
    prior = 1 / believed**2
    return np.asarray(np.clip((found + prior * believed) / (told + prior), 0.2 * believed, 4.0))


def rarity(e: Expected, *, least: float = 1.0, below: bool = False) -> Floats:
    """-log10 of the probability of so many (or, `below`, so few) incidents in the window; 0 where it is nothing rare.

    `least` is the number of incidents under which nothing is rare.
    """
    from scipy.special import betainc

    out = np.zeros_like(e.mean)
    width = np.sqrt(e.variance)
    odd = (e.counted < e.mean - 1.2 * width) if below else (e.counted >= least) & (e.counted > e.mean + 1.2 * width)
    y, mean, variance = e.counted[odd], e.mean[odd], e.variance[odd]
    size = mean**2 / np.maximum(variance - mean, 1e-9)
    p = size / (size + mean)
    chance = betainc(size, y + 1, p) if below else betainc(y, size, 1 - p)
    out[odd] = -np.log10(np.maximum(chance, 1e-300))
    return out


def usual_weight(counts: Floats, exposure: Floats) -> Floats | None:
    """Weight of each day in the past: less within earlier bursts. None where there was no burst."""
    known = past(counts, exposure)
    within = np.zeros(counts.shape, bool)
    for days in (7, 21):
        burst = rarity(expected(counts, exposure, known, days), least=3) >= BURST
        within |= rolling(burst[:, ::-1].astype(float), days)[:, ::-1] > 0
    if not within.any():
        return None
    settled = rolling(within.astype(float), SETTLED) > SETTLED - 1
    return np.where(within & ~settled, KEPT, 1.0)


def interval(mean: float, variance: float, share: float = 0.8) -> tuple[int, int]:
    """The counts between which a negative binomial with this mean and variance lies with `share` (both inclusive)."""
    from scipy.special import betainc

    size = mean**2 / max(variance - mean, 1e-9)
    most = int(mean + 12 * np.sqrt(max(variance, mean)) + 12)
    below = betainc(size, np.arange(most) + 1.0, size / (size + mean)) if mean > 0 else np.ones(1)
    low, high = np.searchsorted(below, [(1 - share) / 2, (1 + share) / 2])
    return int(low), int(high)
