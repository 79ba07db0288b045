"""Made-up series of which it is known when something happens: for thresholds, tests and the bench."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from marsad.watch.baseline import Floats
from marsad.watch.signs import KINDS, measure, starts


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """`counts` (series, days), `exposure` (days,) with mean 1, and the [first, last] day of each burst by series."""

    counts: Floats
    exposure: Floats
    bursts: list[list[tuple[int, int]]]


def volume(rng: np.random.Generator, days: int, *, jumps: float = 0.7) -> Floats:
    """What sources publish a day: jumps (`jumps` a year, by up to a factor of 4), weeks, noise; mean 1."""
    level = np.zeros(days)
    for day in np.nonzero(rng.random(days) < jumps / 365)[0]:
        level[day:] = rng.uniform(-np.log(4) / 2, np.log(4) / 2)
    week = 1 + 0.15 * np.sin(2 * np.pi * np.arange(days) / 7)
    made = np.exp(level) * week * rng.gamma(20, 1 / 20, days)
    return np.asarray(made / made.mean())


def series(
    rng: np.random.Generator, rates: Floats, days: int, *, exposure: Floats, bursts: float = 0.0, factor: float = 6.0,
    length: int = 42, first: int = 365,
) -> Made:  # fmt: skip
    """Counts of series with the given `rates` (incidents a day at usual volume).

    Daily overdispersion (negative binomial, size 0.3 to 3) and a slow one over four weeks; `bursts` a year of `length`
    days in which the rate is `factor` times as high, none before day `first`.
    """
    n = len(rates)
    mean = rates[:, None] * exposure[None, :]
    placed = [_bursts(rng, days, bursts, length, first) for _ in range(n)]
    for row, found in zip(mean, placed, strict=True):
        for start, end in found:
            row[start : end + 1] *= factor
    slow = 1 / rng.uniform(0.001, 0.05, n)[:, None]
    mean *= np.repeat(rng.gamma(slow, 1 / slow, (n, days // 28 + 1)), 28, axis=1)[:, :days]
    size = np.exp(rng.uniform(np.log(0.3), np.log(3), n))[:, None]
    return Made(rng.poisson(rng.gamma(size, mean / size)).astype(float), exposure, placed)


def _bursts(rng: np.random.Generator, days: int, rate: float, length: int, first: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for day in np.nonzero(rng.random(days) < rate / 365)[0]:
        # bursts lie half a year apart, and all of one is seen
        if day >= first and day + length <= days and (not found or day - found[-1][1] > 180):
            found.append((int(day), int(day) + length - 1))
    return found


def table(
    *, usual: Sequence[float], rates: Sequence[float], seed: int = 7, each: int = 300, days: int = 3650
) -> dict[str, Any]:
    """Thresholds: the rarity from which a kind is an alarm `rates` times a year in series where nothing happens.

    One row for each `usual` count of 28 days, from `each` series of `days` days.
    """
    rng = np.random.default_rng(seed)
    found: dict[str, Any] = {"rates": list(rates), "usual": list(usual)} | {kind: [] for kind in KINDS}
    for count in usual:
        for kind, row in _row(rng, count, rates, each, days).items():
            found[kind].append(row)
    return found


def _row(
    rng: np.random.Generator, count: float, rates: Sequence[float], each: int, days: int
) -> dict[str, list[float]]:
    grid = np.arange(2.0, 9.05, 0.1)  # what happens once in a hundred windows is no alarm
    alarms = {kind: np.zeros(len(grid)) for kind in KINDS}
    for _ in range(each // 50):
        made = series(rng, np.full(50, count / 28), days, exposure=volume(rng, days))
        for signs in measure(made.counts, np.broadcast_to(made.exposure, made.counts.shape)):
            alarms[signs.kind] += [len(starts(signs.rarity >= limit)) for limit in grid]
    years = each // 50 * 50 * (days - 180) / 365
    return {kind: [_limit(grid, told / years, rate) for rate in rates] for kind, told in alarms.items()}


def _limit(grid: Floats, told: Floats, rate: float) -> float:
    """The lowest limit from which on there are at most `rate` alarms a year."""
    more = np.nonzero(told > rate)[0]
    return float(round(grid[min(more[-1] + 1, len(grid) - 1)] if len(more) else grid[0], 2))
