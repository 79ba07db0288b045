"""Agreement of coders, against worked examples; and which event of one record is which of another."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.store.agreement import alpha, figures, kappa, matched
from marsad.store.doubt import REASONS, doubt, weight_of
from marsad.store.likeness import align, likeness

Json = dict[str, Any]
# Cohen's example of two readers of 50 proposals: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no
FIFTY = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15


def event(id: str, start: int, end: int, **more: Any) -> Json:
    return {"id": id, "type": "ASSAULT", "mode": "clash", "status": "actual", "evidence": [[start, end]], **more}


def test_kappa_and_alpha_of_a_worked_example() -> None:
    assert kappa(FIFTY) == pytest.approx(0.4)
    assert alpha(FIFTY) == pytest.approx(0.4)


def test_alpha_of_krippendorffs_example() -> None:
    # four observers, twelve units, answers missing; nominal alpha is 0.743 (Krippendorff, 2011)
    observers = ("123321412***", "1233224125*3", "*3332342251*", "12332441251*")
    units = [tuple(answer for answer in unit if answer != "*") for unit in zip(*observers, strict=True)]
    assert alpha(units) == pytest.approx(0.743, abs=0.0005)


@pytest.mark.parametrize("rows", [[], [("a", "a")], [("a", "a"), ("a", "a")]])
def test_where_chance_is_not_defined_nothing_is_told(rows: list[tuple[str, str]]) -> None:
    assert kappa(rows) is None
    assert alpha(rows) is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=30))
def test_agreement_is_at_most_one_and_does_not_care_for_the_order(rows: list[tuple[str, str]]) -> None:
    for figure in (kappa, alpha):
        one, two = figure(rows), figure([(b, a) for a, b in reversed(rows)])
        assert one == pytest.approx(two) if one is not None else two is None
        assert one is None or one <= 1 + 1e-9


def test_figures_over_reports() -> None:
    one = [event("e1", 0, 40), event("e2", 50, 90, status="possible")]
    two = [event("x", 2, 40), event("y", 50, 88), event("z", 100, 140)]
    told = {f.facet: f for f in figures([(one, two)])}
    assert (told["event"].units, told["event"].agreed) == (3, 2)
    assert (told["status"].units, told["status"].agreed) == (2, 1)
    assert [(a and a["id"], b and b["id"]) for a, b in matched(one, two)] == [("e1", "x"), ("e2", "y"), (None, "z")]


def test_events_in_the_same_words_are_told_apart_by_deed_and_parties() -> None:
    left = [event("a", 0, 40), event("b", 0, 40, type="COERCE", mode="arrest")]
    right = [event("1", 0, 40, type="COERCE", mode="arrest"), event("2", 0, 40)]
    assert align(left, right) == {"a": "2", "b": "1"}
    assert align(left, [event("3", 60, 90)]) == {}
    assert likeness(left[0], left[0]) == pytest.approx(1.0)


def test_every_reason_has_points_and_both_languages() -> None:
    for points, ar, en in REASONS.values():
        assert points > 0
        assert ar
        assert en


def test_doubt_grows_with_what_is_unknown() -> None:
    known = event(
        "e", 0, 40, actor=[{"id": "russia"}], place={"lat": 1.0, "precision": 1}, time={"start": "2022-05-01"}
    )
    assert doubt(known).score == 0
    assert doubt(known | {"actor": [{"id": None}]}).score == REASONS["actor-unknown"][0]
    assert doubt(known | {"killed": {"low": 60, "best": 60}}).score == REASONS["toll-very-high"][0]
    clash = known | {"time": {"start": "2022-05-01", "conflict": "x"}}
    assert [r.code for r in doubt(clash).reasons] == ["time-conflict"]
    weighed = weight_of({"contradictions": ["killed", "place", "time", "mode"], "voices": 7}, watched=True)
    assert sum(r.weight for r in weighed) == 30 + 10 + 10
