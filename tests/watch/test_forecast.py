"""Forecasts: calibrated where the counts allow it, and honest where a baseline is as good."""

from __future__ import annotations

import numpy as np
import pytest

from marsad.watch.forecast import bounds, forecast, negative_binomial, predict, score
from marsad.watch.simulate import series, volume

DAYS = 4 * 365


@pytest.mark.parametrize("days", [7, 28])
def test_the_interval_holds_what_it_says_and_the_model_beats_both_baselines(days: int) -> None:
    rng = np.random.default_rng(1)
    seen = volume(rng, DAYS)
    made = series(rng, np.exp(rng.uniform(np.log(0.2), np.log(0.6), 80)), DAYS, exposure=seen, bursts=0.5)
    origins = list(range(365, DAYS - days, days))
    told = predict(made.counts, np.broadcast_to(seen, made.counts.shape), origins, days=days)
    truth = np.stack([made.counts[:, t + 1 : t + 1 + days].sum(axis=1) for t in origins], axis=1).ravel()
    scores = {name: score(table.reshape(-1, table.shape[-1]), truth) for name, table in told.items()}
    assert 0.76 <= scores["model"].coverage <= 0.86
    for baseline in ("last-window", "long-mean"):
        assert scores["model"].crps < scores[baseline].crps
        assert scores["model"].brier < scores[baseline].brier


def test_nothing_after_the_origin_is_looked_at() -> None:
    rng = np.random.default_rng(2)
    counts = rng.poisson(0.4, (3, 600)).astype(float)
    exposure = np.ones((3, 600))
    one = predict(counts[:, :500], exposure[:, :500], [300, 400], days=28)
    later = counts[:, :500].copy()
    later[:, 401:] = 0
    two = predict(later, exposure[:, :500], [300, 400], days=28)
    for name, table in one.items():
        cells = min(table.shape[-1], two[name].shape[-1]) - 1
        assert np.allclose(table[..., :cells], two[name][..., :cells])


def test_where_the_model_is_no_better_the_baseline_is_shown() -> None:
    regular = np.zeros(DAYS)
    regular[::28] = 1  # one every four weeks: the last window says it all
    found = forecast(regular, np.ones(DAYS), days=28)
    assert found.count_by != "model"
    assert found.scores[found.count_by].crps <= found.scores["model"].crps


@pytest.mark.parametrize("length", [1, 30, 200])
def test_too_little_past_is_not_scored(length: int) -> None:
    counts = np.zeros(length)
    counts[-1] = 1
    found = forecast(counts, np.ones(length), days=28)
    assert (found.probability_by, found.count_by, found.scores) == ("long-mean", "long-mean", {})


def test_a_pair_without_any_data() -> None:
    for length in (0, 500):
        found = forecast(np.zeros(length), np.ones(length), days=7)
        assert (found.origins, found.scores) == (0, {})
        assert found.outlooks["long-mean"].probability < 0.2


def test_probabilities_add_up() -> None:
    for mean, variance, held in ((0.01, 0.01, 0.99), (3.0, 3.0, 0.815), (40.0, 400.0, 0.8)):
        chances = negative_binomial(np.array(mean), np.array(variance), cells=200)
        assert chances.sum() == pytest.approx(1)
        low, high = bounds(chances)
        assert chances[low : high + 1].sum() == pytest.approx(held, abs=0.02)
