"""Forecasts of counts: the probability of at least one incident and an interval, 7 and 28 days ahead, with their score.

The model is a mixture of negative binomials with short and long memories of the series' own past, weighed by how well
each would have foretold it so far. It is scored at rolling origins against two baselines, the last window and the long
mean; where it is no better, the baseline is shown instead and the forecast says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from marsad.watch.baseline import HALF_LIFE, SPREAD, Floats, discounted, rolling

HORIZONS = (7, 28)  # days
MEMORIES = (
    (28.0, 20.0),
    (91.0, 60.0),
    (365.0, 120.0),
)  # half-life in days; days of usual exposure the long rate is worth
LEARNING = 0.97  # how much of the weight of a memory's earlier scores is kept from origin to origin
SHARE = 0.8
ORIGINS = 130  # of the past at which is scored
ENOUGH = 8  # fewer origins are no score
START = 180  # days before the first origin
CELLS = 400  # highest count told apart
MODELS = ("model", "last-window", "long-mean")


@dataclass(frozen=True, slots=True)
class Score:
    """Means over the origins: `brier` of at least one, `crps` of the count, `coverage` of the 80 % interval."""

    brier: float
    crps: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one model expects in the next `days` days: P(at least one), mean count, 80 % interval (both inclusive)."""

    days: int
    probability: float
    mean: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The three models' outlooks and scores for one series and horizon; `origins` at which they were scored.

    `probability_by` and `count_by` name the model to show for each: "model" only where it beats both baselines.
    """

    days: int
    origins: int
    outlooks: dict[str, Outlook]
    scores: dict[str, Score]
    probability_by: str
    count_by: str


def forecast(counts: Floats, exposure: Floats, *, days: int) -> Forecast:
    """The forecast from the last day of one series on; `counts` and `exposure` of shape (days,)."""
    if not np.any(counts):
        return _unscored(len(np.asarray(counts)), days)
    y, e = np.asarray(counts, float)[None], np.asarray(exposure, float)[None]
    last = y.shape[1] - 1
    past = list(range(max(START - 1, last - ORIGINS * days), last - days + 1))[(last - START + 1) % days :: days]
    told = predict(y, e, [*past, last], days=days)
    outlooks = {name: outlook(table[0, -1], days) for name, table in told.items()}
    truth = np.array([y[0, t + 1 : t + 1 + days].sum() for t in past])
    scores = {name: score(table[0, :-1], truth) for name, table in told.items()} if len(past) >= ENOUGH else {}
    return Forecast(days, len(past), outlooks, scores, _best(scores, "brier"), _best(scores, "crps"))


def _unscored(length: int, days: int) -> Forecast:
    """Of a series without any incident: the long mean, and nothing to score."""
    empty = np.zeros((1, max(length, 1)))
    told = predict(empty, np.ones_like(empty), [empty.shape[1] - 1], days=days)
    shown = {name: outlook(table[0, 0], days) for name, table in told.items()}
    return Forecast(days, 0, shown, {}, "long-mean", "long-mean")


def _best(scores: dict[str, Score], by: str) -> str:
    """The model where it beats both baselines, else the better baseline; the long mean where nothing was scored."""
    if not scores:
        return "long-mean"
    rank = {name: getattr(s, by) for name, s in scores.items()}
    simple = min(MODELS[1:], key=lambda name: rank[name])
    return "model" if rank["model"] < rank[simple] else simple


def predict(counts: Floats, exposure: Floats, origins: Sequence[int], *, days: int) -> dict[str, Floats]:
    """Probabilities of each count 0, 1, ... in the `days` days after each origin, (series, origins, counts), by model.

    `counts` and `exposure` are (series, days); only days up to an origin are looked at for it.
    """
    at = np.asarray(origins)
    windows = rolling(counts, days)
    cells = int(min(max(windows.max(initial=0) * 2 + 20, 20), CELLS))
    ahead = rolling(np.array(exposure), 28)[:, at] / np.minimum(at + 1, 28) * days
    single = [
        negative_binomial(*_moments(counts, exposure, at, ahead, days=days, memory=memory), cells=cells)
        for memory in MEMORIES
    ]
    truth = _truth(counts, at, days)
    return {
        "model": _mixed(np.stack(single), truth),
        "last-window": _last_window(windows[:, at], cells),
        "long-mean": _long_mean(counts, windows, at, days, cells),
    }


def _moments(
    counts: Floats, exposure: Floats, at: Any, ahead: Floats, *, days: int, memory: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Mean and variance of the next window, from a memory that leans on the long rate (see `MEMORIES`)."""
    half_life, worth = memory
    long = (discounted(counts, 2 * HALF_LIFE) + 0.5) / (discounted(exposure, 2 * HALF_LIFE) + 28.0)
    seen = discounted(exposure, half_life) + worth
    rate = (discounted(counts, half_life) + worth * long) / seen
    spread = _spread(counts, exposure, rate, days)
    mean = rate[:, at] * ahead
    doubt = rate[:, at] * (1 + spread[:, at] * mean) / (2 * seen[:, at])
    return mean, mean + spread[:, at] * mean**2 + doubt * ahead**2


def _spread(counts: Floats, exposure: Floats, rate: Floats, days: int) -> Floats:
    """Overdispersion of windows of `days` days about what the rate before them made expect."""
    counted, seen = rolling(counts, days), rolling(np.array(exposure), days)
    before = np.concatenate([np.repeat(rate[:, :1], days, axis=1), rate[:, :-days]], axis=1)[:, : rate.shape[1]]
    mean = before * seen
    believed = SPREAD[0] + SPREAD[1] / days
    worth = mean**2 / (mean + 2 * (mean + believed * mean**2) ** 2) / days
    found = discounted(worth * ((counted - mean) ** 2 - mean), HALF_LIFE)
    told = discounted(worth * mean**2, HALF_LIFE)
    prior = 1 / believed**2
    return np.asarray(np.clip((found + prior * believed) / (told + prior), 0.1 * believed, 6.0))


def negative_binomial(mean: Floats, variance: Floats, *, cells: int) -> Floats:
    """Probabilities of 0 .. `cells` - 1, the last cell holds the rest; shape of `mean` with one axis more."""
    mean = np.maximum(mean, 1e-9)
    size = mean**2 / np.maximum(variance - mean, 1e-6 * mean)
    out = np.empty((*mean.shape, cells))
    out[..., 0] = np.exp(-size * np.log1p(mean / size))
    share = mean / (size + mean)
    for k in range(1, cells):
        out[..., k] = out[..., k - 1] * share * (size + k - 1) / k
    out[..., -1] += np.maximum(1 - out.sum(axis=-1), 0)
    return out


def _truth(counts: Floats, at: Any, days: int) -> Floats:
    """Counts of the window after each origin, nan where it is not over."""
    total = np.concatenate([np.zeros((len(counts), 1)), np.cumsum(counts, axis=1)], axis=1)
    ends = np.minimum(at + 1 + days, counts.shape[1])
    return np.where(at + 1 + days <= counts.shape[1], total[:, ends] - total[:, at + 1], np.nan)


def _mixed(single: Floats, truth: Floats) -> Floats:
    """The memories (memories, series, origins, counts) weighed by their scores at earlier, finished origins."""
    logs = np.zeros(single.shape[:2])
    mixed = np.empty(single.shape[1:])
    for n in range(single.shape[2]):
        weights = np.exp(logs - logs.max(axis=0))
        mixed[:, n] = np.einsum("ms,msk->sk", weights / weights.sum(axis=0), single[:, :, n])
        known = ~np.isnan(truth[:, n])
        cell = np.minimum(np.nan_to_num(truth[:, n]), single.shape[3] - 1).astype(int)
        got = np.log(np.maximum(single[:, np.arange(single.shape[1]), n, cell], 1e-12))
        logs = LEARNING * logs + np.where(known, got, 0.0)
    return mixed


def _last_window(counted: Floats, cells: int) -> Floats:
    """As many as in the last window, with the doubt of one window (gamma-Poisson)."""
    mean = counted + 0.5
    return negative_binomial(mean, 2 * mean, cells=cells)


def _long_mean(counts: Floats, windows: Floats, at: Any, days: int, cells: int) -> Floats:
    """As many as on average so far, as scattered as all windows so far."""
    known = np.maximum(at + 1.0, days)
    mean = (np.cumsum(counts, axis=1)[:, at] + 0.5) / (known + 28) * days
    squares = np.cumsum(windows**2, axis=1)[:, at] / known
    variance = np.maximum(squares - (np.cumsum(windows, axis=1)[:, at] / known) ** 2, mean)
    return negative_binomial(mean, variance * (1 + days / known), cells=cells)


def bounds(chances: Floats) -> tuple[Any, Any]:
    """The stretch of counts whose probability is nearest to 80 %, of each distribution: (lowest, highest), inclusive.

    Counts are whole, so no stretch holds 80 % to the letter: the shortest that holds at least as much, or the same
    without its less likely end where that comes nearer.
    """
    total = np.cumsum(chances, axis=-1)
    low = np.zeros(total.shape[:-1], int)
    high = np.full(total.shape[:-1], total.shape[-1] - 1)
    before = np.zeros(total.shape[:-1])
    for start in range(total.shape[-1]):
        end = (total < (before + SHARE - 1e-9)[..., None]).sum(axis=-1)
        better = (end < total.shape[-1]) & (end - start < high - low)
        low, high = np.where(better, start, low), np.where(better, end, high)
        before = total[..., start]
        if (before > 1 - SHARE).all():
            break
    return _nearer(chances, total, low, high)


def _nearer(chances: Floats, total: Floats, low: Any, high: Any) -> tuple[Any, Any]:
    first, last = (np.take_along_axis(chances, at[..., None], -1)[..., 0] for at in (low, high))
    mass = np.take_along_axis(total, high[..., None], -1)[..., 0] - _below(total, low)
    less = mass - np.minimum(first, last)
    cut = (low < high) & (SHARE - less < mass - SHARE)
    return np.where(cut & (first < last), low + 1, low), np.where(cut & (first >= last), high - 1, high)


def _below(total: Floats, low: Any) -> Floats:
    found = np.take_along_axis(total, np.maximum(low - 1, 0)[..., None], -1)[..., 0]
    return np.where(low > 0, found, 0.0)


def outlook(chances: Floats, days: int) -> Outlook:
    """The outlook of one distribution (counts,)."""
    low, high = bounds(chances)
    return Outlook(days, float(1 - chances[0]), float(chances @ np.arange(len(chances))), int(low), int(high))


def score(chances: Floats, truth: Floats) -> Score:
    """Scores of distributions (origins, counts) against what came (origins,)."""
    steps = np.cumsum(chances, axis=-1)
    crps = ((steps - (np.arange(chances.shape[-1]) >= truth[:, None])) ** 2).sum(axis=-1).mean()
    low, high = bounds(chances)
    brier = ((1 - chances[:, 0] - (truth > 0)) ** 2).mean()
    return Score(float(brier), float(crps), float(((truth >= low) & (truth <= high)).mean()))
