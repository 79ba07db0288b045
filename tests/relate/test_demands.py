"""Demands: open with an age, refused, promised, met, taken by force."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from marsad.fuse import Incident
from marsad.fuse.kinship import Kinship
from marsad.packs import Packs
from marsad.relate.demands import Demand, demands
from marsad.relate.pair import steps
from marsad.relate.sides import Sides
from relate.conftest import Make

RUSSIA, IRGC = ["russia/armed-forces"], ["iran/irgc"]
FIELD, BASE = [34.76, 40.54], [35.4, 35.95]


def asked(packs: Packs, *found: Incident, as_of: str = "2022-02-20") -> list[Demand]:
    sides = Sides("iran", "russia", Kinship(packs))
    return demands(steps(found, "iran", "russia", packs=packs), sides, as_of=date.fromisoformat(as_of))


def ask(make: Make, day: str = "2022-01-09", **more: Any) -> Incident:
    return make("REQUEST/withdraw", RUSSIA, IRGC, day, **{"at": FIELD} | more)


def test_an_open_demand_has_an_age(make: Make, packs: Packs) -> None:
    (demand,) = asked(packs, ask(make), as_of="2022-01-24")
    assert (demand.state, demand.age, demand.since) == ("open", 15, "2022-01-09")


@pytest.mark.parametrize(
    ("kind", "by", "on", "state"),
    [
        ("REJECT/yield", IRGC, RUSSIA, "refused"),
        ("CONCEDE", IRGC, RUSSIA, "promised"),
        ("RETREAT/withdraw", IRGC, [], "met"),
        ("RETREAT/hand-over", IRGC, ["syria/5th-corps"], "met"),
        ("COERCE/expel", RUSSIA, IRGC, "forced"),
        ("RETREAT/withdraw", RUSSIA, [], "open"),
        ("RETREAT/release", IRGC, RUSSIA, "open"),
        ("REJECT/yield", RUSSIA, IRGC, "open"),
    ],
)
def test_answers(kind: str, by: list[str], on: list[str], state: str, make: Make, packs: Packs) -> None:
    (demand,) = asked(packs, ask(make), make(kind, by, on, "2022-01-20", at=FIELD))
    assert demand.state == state


@pytest.mark.parametrize("more", [{"at": BASE}, {"status": "denied"}, {"status": "planned"}])
def test_what_answers_nothing(more: dict[str, Any], make: Make, packs: Packs) -> None:
    gone = make("RETREAT/withdraw", IRGC, [], "2022-01-20", **{"at": FIELD} | more)
    assert asked(packs, ask(make), gone)[0].state == "open"


def test_told_again_it_is_one_demand_until_it_is_answered(make: Make, packs: Packs) -> None:
    first, again = ask(make), ask(make, "2022-01-15")
    refused, third = make("REJECT/yield", IRGC, RUSSIA, "2022-01-16", at=FIELD), ask(make, "2022-02-01")
    made = asked(packs, first, again, refused, third)
    assert [(d.incidents, d.state, d.age) for d in made] == [
        ((first.id, again.id), "refused", 42),
        ((third.id,), "open", 19),
    ]


def test_a_refusal_without_a_place_answers_the_last_demand_if_there_is_one(make: Make, packs: Packs) -> None:
    no = make("REJECT/yield", IRGC, RUSSIA, "2022-01-20")
    assert [d.state for d in asked(packs, ask(make), no)] == ["refused"]
    two = [ask(make), ask(make, id="i-other", place=ask(make, at=BASE).place)]
    assert [d.state for d in asked(packs, *two, no)] == ["open", "open"]


def test_a_promise_at_a_meeting_is_about_the_site_that_is_left(make: Make, packs: Packs) -> None:
    here, there = ask(make), ask(make, id="i-other", place=ask(make, at=BASE).place)
    met = make("CONSULT/multilateral", [*RUSSIA, *IRGC], [], "2022-01-20", at=BASE)
    promised, gone = (make(k, IRGC, [], d, at=p) for k, d, p in [
        ("CONCEDE", "2022-01-20", BASE), ("RETREAT/withdraw", "2022-01-25", FIELD),
    ])  # fmt: skip
    states = {d.incidents[0]: d.state for d in asked(packs, here, there, met, promised, gone)}
    assert states == {here.id: "met", "i-other": "open"}


def test_after_a_year_it_is_lapsed(make: Make, packs: Packs) -> None:
    assert asked(packs, ask(make), as_of="2023-03-01")[0].state == "lapsed"
