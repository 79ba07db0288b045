"""Daily series: what stands on which day, spread, counted, exposed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from marsad.packs import Packs
from marsad.relate.series import LEAST, exposure, of
from relate.conftest import Make

RUSSIA, IRGC = ["russia/armed-forces"], ["iran/irgc"]
FIELD = [34.76, 40.54]


def test_each_day_has_its_sums(make: Make, packs: Packs) -> None:
    found = [
        make("ASSAULT/clash", [*RUSSIA, *IRGC], [], "2022-01-05", voices=3),
        make("COOPERATE", [*RUSSIA, *IRGC], [], "2022-01-05", voices=3),
        make("REQUEST/withdraw", RUSSIA, IRGC, "2022-01-07", voices=3),
    ]
    made = of(found, "iran", "russia", packs=packs)
    assert (made.start, made.end) == (date(2022, 1, 5), date(2022, 1, 7))
    assert made.conflict.tolist() == [9, 0, 1.5]
    assert made.cooperation.tolist() == [9.5, 0, 0]
    assert made.conflicts.tolist() == [1, 0, 1]
    assert made.material.tolist() == [1, 0, 0]


def test_a_withdrawal_under_demand_raises_no_cooperation(make: Make, packs: Packs) -> None:
    asked = make("REQUEST/withdraw", RUSSIA, IRGC, "2022-01-09", at=FIELD)
    gone = make("RETREAT/withdraw", IRGC, [], "2022-02-02", at=FIELD)
    given = make("RETREAT/hand-over", IRGC, ["syria/5th-corps"], "2022-02-03", at=FIELD)
    made = of([asked, gone, given], "russia", "iran", packs=packs)
    assert not made.cooperation.any()
    assert not made.proxy_cooperation.any()
    assert made.conflict[-2:].all()
    assert made.material[-2:].tolist() == [1, 1]


def test_clients_stand_apart(make: Make, packs: Packs) -> None:
    clash = make("ASSAULT/clash", ["syria/5th-corps", "militias?backer=iran/irgc&kind=local"], [])
    made = of([clash], "russia", "iran", packs=packs)
    assert not made.conflict.any()
    assert made.proxy_conflict.sum() > 0
    assert made.material.sum() == 1


def test_what_is_dated_coarsely_is_spread_and_not_counted(make: Make, packs: Packs) -> None:
    month = make("ASSAULT/clash", [*RUSSIA, *IRGC], [], "2022-03-01", end="2022-03-31", voices=3)
    made = of([month], "russia", "iran", packs=packs, until=date(2022, 3, 31))
    assert made.conflict.tolist() == pytest.approx([9 / 31] * 31, abs=1e-5)
    assert not made.incidents.any()


def test_disputed_claims_widen_the_interval(by_reference: object, make: Make, packs: Packs) -> None:
    planned = make("ASSAULT/clash", [*RUSSIA, *IRGC], [], status="planned", voices=3)
    made = of([planned], "russia", "iran", packs=packs)
    assert (made.conflict_low[0], made.conflict[0], made.conflict_high[0]) == (0, 4.5, 9)


def test_a_place_keeps_what_lies_below_it(make: Make, packs: Packs) -> None:
    found = [make("ASSAULT/clash", [*RUSSIA, *IRGC], [], at=FIELD)]
    assert not of(found, "russia", "iran", packs=packs, place="sy/homs").conflict.any()


def test_exposure_follows_what_was_published() -> None:
    start = date(2022, 1, 1)
    steady = {start + timedelta(days=n): 4 for n in range(-28, 100)}
    assert exposure(steady, start, 100) == pytest.approx(np.ones(100))
    doubled = {day: n * (2 if day >= start + timedelta(days=50) else 1) for day, n in steady.items()}
    made = exposure(doubled, start, 100)
    assert made[-1] == pytest.approx(2 * made[0])
    assert made.mean() == pytest.approx(1)


def test_exposure_is_never_nothing() -> None:
    start = date(2022, 1, 1)
    assert exposure({}, start, 3).tolist() == [1, 1, 1]
    assert exposure({start: 1}, start, 100)[-1] == LEAST
