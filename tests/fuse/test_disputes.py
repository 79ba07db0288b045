"""Contradiction, revision, precision; voices and who took it back; the best value by policy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from marsad.errors import InputError
from marsad.fuse import Incident, fuse
from marsad.fuse.people import Ratings, ratings
from marsad.fuse.policies import POLICIES, best
from marsad.packs import Packs
from marsad.store import Decision, StoredReport
from telling import killed, person, told


def one(reports: list[StoredReport], packs: Packs) -> Incident:
    found, _ = fuse(reports, packs=packs)
    assert len(found) == 1
    return found[0]


def kinds(made: Incident) -> dict[str, str]:
    return {d.slot: d.kind for d in made.disputes}


TOLLS = {
    "same day": ([("a", "12", 5), ("b", "12", 7)], "contradiction"),
    "later and more": ([("a", "12", 5), ("b", "14", 7)], "revision"),
    "later and fewer": ([("a", "12", 5), ("b", "14", 3)], "contradiction"),
    "up and down": ([("a", "12", 5), ("b", "13", 9), ("c", "14", 7)], "contradiction"),
}


@pytest.mark.parametrize(("tellings", "kind"), TOLLS.values(), ids=TOLLS)
def test_revision_is_no_contradiction(tellings: list[tuple[str, str, int]], kind: str, packs: Packs) -> None:
    made = one([told(n, published=f"2022-01-{day}", killed=killed(k)) for n, day, k in tellings], packs)
    assert kinds(made)["killed"] == kind
    assert made.contradictions == (("killed",) if kind == "contradiction" else ())
    assert len(made.claims["killed"]) == len(tellings)


def test_a_slip_of_a_copy(packs: Packs) -> None:
    made = one([told("a", killed=killed(50)), told("b", copy_of="a", killed=killed(60))], packs)
    assert kinds(made) == {"killed": "copying"}


def test_a_month_and_a_day_in_it(packs: Packs) -> None:
    week = {"span": [57, 70], "start": "2022-01-10", "end": "2022-01-12", "precision": "week"}
    made = one([told("a"), told("b", time=week)], packs)
    assert kinds(made) == {"time": "precision"}
    assert (made.start, made.end) == ("2022-01-11", "2022-01-11")


def test_two_culprits(packs: Packs) -> None:
    made = one([told("a"), told("b", actor=person("us-coalition"))], packs)
    assert kinds(made) == {"actor": "contradiction"}
    assert {tuple(c.value) for c in made.claims["actor"]} == {("russia/armed-forces",), ("us-coalition",)}


def test_a_unit_and_its_army_are_no_dispute(packs: Packs) -> None:
    assert kinds(one([told("a"), told("b", actor=person("russia"))], packs)) == {}


def test_a_source_that_denies_itself_is_no_voice(packs: Packs) -> None:
    first, other = told("a", outlet="منبر"), told("b", outlet="صحيفة")
    later = told("c", outlet="منبر", published="2022-01-15", status="denied")
    made = one([first, other, later], packs)
    assert (made.voices, made.retracted, made.status) == (1, ("منبر",), "actual")
    assert any(s.report == "a" for c in made.claims["actor"] for s in c.sources)


def test_who_quotes_a_denial_takes_nothing_back(packs: Packs) -> None:
    said = [{"start": 5, "end": 19, "kind": "official", "stance": "denies"}]
    later = told("c", outlet="منبر", published="2022-01-15", status="denied", attribution=said)
    assert one([told("a", outlet="منبر"), later], packs).retracted == ()


def test_voices_show_their_working(packs: Packs) -> None:
    made = one([told("a", outlet="منبر"), told("b", copy_of="a"), told("c")], packs)
    assert made.working == (("منبر", (("a", "e1"), ("b", "e1"))), ("c", (("c", "e1"),)))
    because = {s.report: s.because for c in made.claims["actor"] for s in c.sources}
    assert because == {"a": "own", "b": "copy of a", "c": "own"}


def graded(*rows: tuple[str, str, Any]) -> Ratings:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return ratings(Decision(subject, field, value, "لأنه", "rana", at) for subject, field, value in rows)


POLICY_CASES = {"independence": 5, "latest": 7, "lowest": 2, "rating": 7, "closeness": 2}


@pytest.mark.parametrize(("policy", "figure"), POLICY_CASES.items())
def test_policies(policy: str, figure: int, packs: Packs) -> None:
    chain = [{"start": 82, "end": 90, "kind": "local-source", "stance": "asserts"}]
    made = one(
        [
            told("a", killed=killed(5), attribution=chain), told("b", killed=killed(5), attribution=chain),
            told("c", killed=killed(2)), told("d", killed=killed(7), published="2022-01-16", attribution=chain),
        ],
        packs,
    )  # fmt: skip
    grades = graded(("event:d/e1", "credibility:killed", 2))
    (toll,) = [b for b in best(made, policy, grades) if b.slot == "killed"]
    assert (toll.value["best"], toll.low, toll.high) == (figure, 2, 7)
    assert set(POLICIES) == set(POLICY_CASES)
    assert len(made.claims["killed"]) == 3


def test_an_improbable_claim_is_never_best_and_never_hidden(packs: Packs) -> None:
    made = one([told("a", killed=killed(2)), told("b", killed=killed(7))], packs)
    (toll,) = [b for b in best(made, "lowest", graded(("event:a/e1", "credibility:killed", 5))) if b.slot == "killed"]
    assert (toll.value["best"], toll.low, toll.high) == (7, 7, 7)
    assert len(made.claims["killed"]) == 2


def test_reliability_has_a_history() -> None:
    early = {"grade": "B", "since": None, "outlet": "منبر"}
    late = {"grade": "D", "since": "2023-01-01", "outlet": "منبر"}
    register = graded(("outlet:منبر", "reliability", early), ("outlet:منبر", "reliability", late))
    assert [register.reliability("منبر", day) for day in ("2022-05-01", "2023-05-01", None)] == ["B", "D", "D"]
    assert register.reliability("غيره", None) == "F"
    assert register.credibility(("a", "e1"), "killed") == 6


def test_an_unknown_policy(packs: Packs) -> None:
    with pytest.raises(InputError, match="E151"):
        best(one([told("a")], packs), "loudest")
