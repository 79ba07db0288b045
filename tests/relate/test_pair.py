"""The two series: what counts, on which side, how much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from marsad.errors import InputError, StoreError
from marsad.fuse import Claim, Incident, Voucher
from marsad.fuse.kinship import Kinship
from marsad.packs import Packs, load
from marsad.relate import pair
from marsad.relate.pair import Step, period, series, steps
from marsad.relate.sides import Sides
from marsad.store import open_store
from marsad.watch.prove import short

WARD = [34.76, 40.54]
RUSSIA, IRGC = ["russia/armed-forces"], ["iran/irgc"]


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load(strict=False)


def act(
    packs: Packs, kind: str, actor: list[str], recipient: list[str], day: str = "2022-01-10", **more: Any
) -> Incident:
    """An incident in short form; `more` may give its place (`at`) and replace fields."""
    at = more.pop("at", None)
    made = short([f"i-{kind}-{day}", day, kind, actor, recipient, at, []], packs)
    return replace(made, **more)


def between(packs: Packs, *found: Incident) -> list[Step]:
    return steps(found, "russia", "iran", packs=packs)


@pytest.mark.parametrize(
    ("kind", "actor", "recipient", "side", "bearing"),
    [
        ("COERCE/expel", RUSSIA, IRGC, "conflict", "directed"),
        ("RETREAT/release", IRGC, RUSSIA, "cooperation", "directed"),
        ("ASSAULT/clash", [*RUSSIA, *IRGC], [], "conflict", "opposed"),
        ("COOPERATE", [*RUSSIA, *IRGC], [], "cooperation", "joint"),
        ("CONSULT/multilateral", [*RUSSIA, *IRGC], [], "cooperation", "joint"),
        ("ASSAULT/aerial", [*RUSSIA, *IRGC], ["isis"], "cooperation", "joint"),
        ("ACCUSE/disapprove", ["syria/5th-corps", "militias?backer=iran/irgc&kind=local"], [], "conflict", "opposed"),
        ("ASSAULT/firearms", ["fatemiyoun"], ["russia/military-police"], "conflict", "directed"),
        ("CONSULT/third-party", ["russia/military-police"], [*IRGC, "syria/5th-corps"], "cooperation", "joint"),
        ("CONSULT/third-party", ["syria"], [*RUSSIA, *IRGC], "cooperation", "joint"),
    ],
)
def test_what_lies_between(
    kind: str, actor: list[str], recipient: list[str], side: str, bearing: str, packs: Packs
) -> None:
    (step,) = between(packs, act(packs, kind, actor, recipient))
    assert (step.side, step.bearing) == (side, bearing)


@pytest.mark.parametrize(
    ("kind", "actor", "recipient"),
    [
        ("MOBILIZE/troops", RUSSIA, []),
        ("RETREAT/withdraw", IRGC, []),
        ("ASSAULT/aerial", ["israel/air-force"], IRGC),
        ("ASSAULT/explosives", ["isis"], [*RUSSIA, *IRGC]),
        ("COERCE/arrest", ["russia/military-police"], ["civilians"]),
        ("ASSAULT/clash", ["russia/armed-forces", "russia/wagner"], []),
    ],
)
def test_what_does_not(kind: str, actor: list[str], recipient: list[str], packs: Packs) -> None:
    assert between(packs, act(packs, kind, actor, recipient)) == []


@pytest.mark.parametrize(("day", "side"), [("2022-01-20", "a"), ("2018-01-20", None), ("2015-01-20", "b")])
def test_a_disputed_client_stands_where_its_dated_ties_put_it(day: str, side: str | None, packs: Packs) -> None:
    """Liwa al-Quds: tied to Iran since 2013, to Russia since 2017, to both for two years."""
    assert Sides("russia", "iran", Kinship(packs)).of("liwa-al-quds", day) == side


def demand(packs: Packs) -> Incident:
    return act(packs, "REQUEST/withdraw", RUSSIA, IRGC, "2022-01-09", at=WARD)


def test_a_withdrawal_under_a_demand_is_conflict(packs: Packs) -> None:
    asked, gone = demand(packs), act(packs, "RETREAT/withdraw", IRGC, [], "2022-02-02", at=WARD)
    step = between(packs, asked, gone)[1]
    assert (step.side, step.bearing, step.answers, step.value) == (
        "conflict",
        "coerced",
        asked.id,
        round(packs.plover.coerced * 0.8, 4),
    )


def test_a_promise_under_a_demand_is_conflict_wherever_it_is_made(packs: Packs) -> None:
    asked = demand(packs)
    promised = act(packs, "CONCEDE", IRGC, RUSSIA, "2022-02-02", at=[35.4, 35.95])
    assert between(packs, asked, promised)[1].side == "conflict"


@pytest.mark.parametrize(
    ("actor", "day", "at"),
    [
        (IRGC, "2022-01-05", WARD),
        (IRGC, "2022-09-01", WARD),
        (IRGC, "2022-02-02", [35.4, 35.95]),
        (RUSSIA, "2022-02-02", WARD),
        (["isis"], "2022-02-02", WARD),
    ],
    ids=["before", "long after", "elsewhere", "by who asked", "by a third"],
)
def test_other_withdrawals_answer_no_demand(actor: list[str], day: str, at: list[float], packs: Packs) -> None:
    gone = act(packs, "RETREAT/withdraw", actor, [], day, at=at)
    assert [s.incident.type for s in between(packs, demand(packs), gone)] == ["REQUEST"]


@pytest.mark.parametrize(("status", "weight"), [("actual", 1), ("planned", 0.5), ("possible", 0.25), ("denied", 0)])
def test_what_is_uncertain_weighs_less(status: str, weight: float, packs: Packs) -> None:
    (step,) = between(packs, act(packs, "COERCE/expel", RUSSIA, IRGC, status=status, voices=3))
    assert step.weight == weight
    full = step.score if status != "denied" else 0
    assert (step.low, step.high) == ((full, 0) if status in ("planned", "possible") else (full, full))


def test_what_is_disputed_weighs_less(packs: Packs) -> None:
    (step,) = between(packs, act(packs, "COERCE/expel", RUSSIA, IRGC, contradictions=("status",), voices=3))
    assert step.weight == 0.7


@pytest.mark.parametrize(("voices", "weight"), [(1, 0.8), (2, 0.9), (3, 1), (9, 1)])
def test_more_independent_voices_weigh_more(voices: int, weight: float, packs: Packs) -> None:
    (step,) = between(packs, act(packs, "COERCE/expel", RUSSIA, IRGC, voices=voices))
    assert step.weight == weight


def test_the_two_are_never_summed(packs: Packs) -> None:
    found = [
        act(packs, "COOPERATE", [*RUSSIA, *IRGC], [], "2021-11-05"),
        act(packs, "COERCE/expel", RUSSIA, IRGC, "2021-11-20"),
        act(packs, "REJECT/yield", IRGC, RUSSIA, "2022-01-10"),
        act(packs, "ACCUSE/allege", IRGC, RUSSIA, "2022-01-11", start=None, end=None, first_published=None),
    ]
    told = series(between(packs, *found), "russia", "iran", by="month", packs=packs)
    assert [p["period"] for p in told["periods"]] == ["2021-11", "2021-12", "2022-01"]
    first = told["periods"][0]
    assert first["cooperation"] > 0
    assert first["conflict"] > 0
    assert first["incidents"] == 2
    assert len(told["undated"]) == 1
    assert told["total"]["incidents"] == 4
    assert (told["a"]["ar"], told["b"]["en"]) == ("روسيا", "Iran")


def test_the_pair_is_the_same_from_both_ends(packs: Packs) -> None:
    found = [demand(packs), act(packs, "RETREAT/withdraw", IRGC, [], "2022-02-02", at=WARD)]
    one, two = (steps(found, *ends, packs=packs) for ends in (("russia", "iran"), ("iran", "russia")))
    assert [s.to_json() for s in one] == [s.to_json() for s in two]


@pytest.mark.parametrize(("by", "name"), [("month", "2021-11"), ("quarter", "2021-Q4"), ("year", "2021")])
def test_periods(by: str, name: str) -> None:
    assert period("2021-11-24", by) == name


def test_bad_questions(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        with pytest.raises(InputError, match="E120"):
            pair(store, "russia", "iran", by="week", packs=packs)
        with pytest.raises(InputError, match="E120"):
            pair(store, "iran", "iran", packs=packs)
        with pytest.raises(StoreError, match="E310"):
            pair(store, "russia", "atlantis", packs=packs)
        assert pair(store, "russia", "iran", packs=packs)["periods"] == []


def test_strength_gathered_where_the_two_quarrel_is_conflict(packs: Packs) -> None:
    asked = demand(packs)
    convoy = act(packs, "MOBILIZE/troops", IRGC, [], "2022-01-12", at=WARD)
    far = act(packs, "MOBILIZE/troops", IRGC, [], "2022-01-13", at=[35.4, 35.95])
    late = act(packs, "MOBILIZE/troops", IRGC, [], "2022-06-12", at=WARD)
    made = between(packs, asked, convoy, far, late)
    assert [(s.bearing, s.side) for s in made[1:]] == [("posture", "conflict")]


def test_two_who_recruit_side_by_side_are_rivals(packs: Packs) -> None:
    one = act(packs, "MOBILIZE/recruit", ["syria/5th-corps"], [], "2021-11-20", at=[35.3, 40.29])
    two = act(packs, "MOBILIZE/recruit", IRGC, [], "2021-11-22", at=[35.36, 40.19])
    assert [(s.side, s.level) for s in between(packs, one, two)] == [("conflict", "clients"), ("conflict", "mixed")]


def test_a_pair_without_anything_between_says_so(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        made = pair(store, "turkey" if "turkey" in packs.actors else "israel", "iran", packs=packs)
    assert (made["periods"], made["total"]["incidents"]) == ([], 0)


def test_both_high_at_once_is_ambivalent(packs: Packs) -> None:
    both = [act(packs, k, [*RUSSIA, *IRGC], [], "2022-01-10") for k in ("COOPERATE", "ASSAULT/clash")]
    for made, mood in ((both, "ambivalent"), (both[:1], "cooperation"), (both[1:], "conflict")):
        told = series(between(packs, *made), "russia", "iran", by="month", packs=packs)
        assert told["periods"][0]["mood"] == mood


def test_each_source_of_a_disputed_act_bounds_it(packs: Packs) -> None:
    """One outlet tells a clash, another an attack of unknown gunmen: nothing, or all of it."""
    told = act(packs, "ASSAULT/clash", [*RUSSIA, *IRGC], [], voices=3)
    voucher = Voucher("r1", "e1", "منبر", (), "منبر")
    other = Voucher("r2", "e1", "زاجل", (), "زاجل")
    claims = {"actor": (Claim("actor", [*RUSSIA, *IRGC], "", (voucher,)), Claim("actor", ["unknown"], "", (other,)))}
    (step,) = between(packs, replace(told, claims=claims, contradictions=("actor",)))
    assert (step.low, step.value, step.high) == (-9, -9, 0)
    assert step.bounds["conflict"] == (0, 9)
