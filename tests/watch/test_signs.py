"""Statistical alarms: known bursts are found, jumps of volume are not, the stated rate of false alarms holds."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from marsad.watch.panel import Panel, smoothed, volume
from marsad.watch.signs import KINDS, alarms, changed, threshold
from marsad.watch.simulate import series
from marsad.watch.simulate import volume as made_volume

DAYS = 3 * 365


def flat(days: int = DAYS) -> np.ndarray:
    return np.ones(days)


def test_a_burst_is_found_within_three_weeks_and_the_figures_tell_why() -> None:
    rng = np.random.default_rng(3)
    counts = rng.poisson(0.15, (20, DAYS)).astype(float)
    counts[:, 700:742] = rng.poisson(0.9, (20, 42))
    found = {s.series: s for s in alarms(counts, flat(), rates={"surprise": 0.1}) if s.day >= 700}
    quick = [n for n, s in found.items() if s.day <= 721]
    assert len(quick) >= 18
    one = found[quick[0]]
    assert one.counted > one.mean
    assert one.rarity >= one.threshold


def test_a_jump_of_volume_is_no_alarm() -> None:
    rng = np.random.default_rng(4)
    real = np.where(np.arange(DAYS) < 600, 1.0, 4.0)
    counts = rng.poisson(0.2 * real, (60, DAYS)).astype(float)
    seen = smoothed(rng.poisson(real * 30).astype(float), DAYS)
    near = [s for s in alarms(counts, seen, rates={"surprise": 0.1}) if 595 <= s.day <= 640]
    blind = [s for s in alarms(counts, flat(), rates={"surprise": 0.1}) if 595 <= s.day <= 640]
    assert len(near) <= 3
    assert len(blind) > 30


@pytest.mark.parametrize("kind", KINDS)
def test_the_stated_rate_of_false_alarms_holds(kind: str) -> None:
    rng = np.random.default_rng(5)
    rates = np.exp(rng.uniform(np.log(0.02), np.log(1), 300))
    made = series(rng, rates, 5 * 365, exposure=made_volume(rng, 5 * 365))
    years = 300 * (5 * 365 - 180) / 365
    told = sum(1 for _ in alarms(made.counts, made.exposure, rates={kind: 0.2}))
    assert 0.1 < told / years < 0.28


def test_a_lower_rate_asks_for_more() -> None:
    usual = np.array([0.1, 1.0, 10.0])
    assert (threshold("surprise", 0.02, usual) >= threshold("surprise", 0.5, usual)).all()


def test_too_few_is_a_change_and_its_day_is_found() -> None:
    counts = np.concatenate([np.tile([0, 1, 0, 1.0], 100), np.zeros(100)])[None]
    (sign,) = [s for s in alarms(counts, flat(500), rates={"change": 0.05}) if s.day > 400]
    assert sign.below
    assert abs(changed(counts[0], flat(500), sign.day) - 400) <= 3


def test_one_incident_changes_only_its_own_series() -> None:
    rng = np.random.default_rng(6)
    counts = rng.poisson(0.3, (5, DAYS)).astype(float)
    before = [s for s in alarms(counts, flat(), rates={"surprise": 1.0}) if s.series != 2]
    counts[2, 800:810] += 3
    assert [s for s in alarms(counts, flat(), rates={"surprise": 1.0}) if s.series != 2] == before


def test_empty_and_short_series_raise_nothing() -> None:
    for counts in (np.zeros((3, 400)), np.zeros((0, 400)), np.ones((2, 10)), np.zeros((1, 1))):
        assert list(alarms(counts, flat(counts.shape[1]), rates=dict.fromkeys(KINDS, 1.0))) == []


def test_volume_is_never_nothing_and_follows_a_jump_quickly() -> None:
    start = date(2022, 1, 1)
    reports = {start + timedelta(days=n): 10 if n < 100 else 40 for n in range(200)}
    seen = volume(reports, start, 200)
    assert seen[107] > 3.5 * seen[99]
    assert (volume({start: 1}, start, 1000) > 0).all()
    assert (volume({}, start, 10) == 1).all()


def test_the_same_series_at_two_levels_is_watched_once() -> None:
    row = np.ones(10)
    panel = Panel((("iran/irgc", "russia"), ("iran", "russia")), date(2022, 1, 1), np.stack([row, row]), row)
    assert panel.kept(1).subjects == (("iran", "russia"),)
    assert panel.kept(11).subjects == ()
