"""Demands and their answers, and what chains.json says of the rivalry."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from marsad.fuse import Incident, fuse
from marsad.gather import find_copies
from marsad.packs import Packs
from marsad.store import StoredReport
from telling import PLACE, person, told

CORPUS = Path(__file__).parents[1] / "corpus"

DEMAND: dict[str, Any] = {"type": "REQUEST", "mode": "withdraw"}
OBEYS: dict[str, Any] = {"type": "RETREAT", "mode": "withdraw", "actor": person("iran/irgc", 29, 41), "recipient": []}


def links(packs: Packs, *reports: StoredReport) -> set[tuple[str, str, str]]:
    found, _ = fuse(reports, packs=packs)
    report = {i.id: i.events[0][0] for i in found}
    back = {(report[a], report[i.id], kind) for i in found for a, kind in i.answered_by}
    assert {(report[i.id], report[d], kind) for i in found for d, kind in i.answers} == back
    return back


def later(name: str = "b", day: str = "2022-02-01", **more: Any) -> StoredReport:
    return told(name, day=day, published=day, **more)


def test_a_demand_obeyed(packs: Packs) -> None:
    assert links(packs, told("a", **DEMAND), later(**OBEYS)) == {("b", "a", "withdraw")}


def test_a_demand_refused(packs: Packs) -> None:
    refusal = {**OBEYS, "type": "REJECT", "mode": None, "place": None}
    assert links(packs, told("a", **DEMAND), later(**refusal)) == {("b", "a", "reject")}


UNANSWERED = {
    "before it": {"day": "2022-01-01"},
    "half a year later": {"day": "2022-08-01"},
    "by another party": {"actor": person("isis", 29, 41)},
    "in another place": {"place": PLACE | {"lat": 35.9, "lon": 39.0}},
    "denied": {"status": "denied"},
    "another deed": {"type": "MOBILIZE", "mode": "troops"},
}


@pytest.mark.parametrize("other", UNANSWERED.values(), ids=UNANSWERED)
def test_no_answer(other: dict[str, Any], packs: Packs) -> None:
    assert links(packs, told("a", **DEMAND), later(**{**OBEYS, **other})) == set()


def test_the_latest_demand_is_answered(packs: Packs) -> None:
    again = later("c", day="2022-01-25", **DEMAND)
    assert links(packs, told("a", **DEMAND), again, later(**OBEYS)) == {("b", "c", "withdraw")}


def test_captives_let_go(packs: Packs) -> None:
    free = {"type": "RETREAT", "mode": "release"}
    assert links(packs, told("a", mode="arrest"), later(**free)) == {("b", "a", "release")}


@pytest.fixture(scope="module")
def rivalry() -> dict[str, Any]:
    return dict(json.loads((CORPUS / "chains.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def by_reference(
    corpus: list[StoredReport], true_incidents: dict[tuple[str, str], str], packs: Packs
) -> dict[str, Incident]:
    """Reference incident -> the incident that holds most of it."""
    found, _ = fuse(corpus, packs=packs)
    holds = Counter((true_incidents[key], i.id) for i in found for key in i.events if key in true_incidents)
    best = {true: id for (true, id), _ in sorted(holds.items(), key=lambda row: row[1])}
    by_id = {i.id: i for i in found}
    return {true: by_id[id] for true, id in best.items()}


def test_mirrors(corpus: list[StoredReport], rivalry: dict[str, Any]) -> None:
    copies = find_copies(stored.report for stored in corpus)
    found = {frozenset((name, copy.of)) for name, copy in copies.items()}
    assert all(frozenset(pair) in found for pair in rivalry["mirrors"])


def test_independent_voices(rivalry: dict[str, Any], by_reference: dict[str, Incident]) -> None:
    counts = rivalry["independent_voices"]
    right = [id for id, voices in counts.items() if id in by_reference and by_reference[id].voices == voices]
    assert len(right) >= 0.8 * len(counts)


def test_disputed_slots(rivalry: dict[str, Any], by_reference: dict[str, Incident]) -> None:
    slots = ("killed", "injured", "personnel", "actor", "deed", "time")
    wanted = [(d["incident"], d["slot"].partition(" of ")[0]) for d in rivalry["disputed"]]
    wanted = [(id, slot) for id, slot in wanted if slot in slots]
    found = [(id, slot) for id, slot in wanted if any(d.slot == slot for d in by_reference[id].disputes)]
    assert len(found) >= 0.75 * len(wanted)


def test_demands_and_answers(rivalry: dict[str, Any], by_reference: dict[str, Incident]) -> None:
    mine = {i.id for true, i in by_reference.items() if true.startswith("rival")}
    wanted = {(by_reference[a["demand"]].id, by_reference[a["answer"]].id) for a in rivalry["answered_demands"]}
    found = {(i.id, answer) for i in by_reference.values() if i.id in mine for answer, _ in i.answered_by}
    right = len(wanted & found)
    assert 2 * right / (len(wanted) + len(found)) >= 0.85


def test_a_promise_answers_the_demand_whose_place_is_left(packs: Packs) -> None:
    """The promise is given where the two met, next to one site; it is the other site that is left a week later."""
    met = PLACE | {"lat": 35.4, "lon": 40.0}
    near, other = told("a", **DEMAND, place=met), told("b", **DEMAND)
    promise = {**OBEYS, "type": "CONCEDE", "mode": None, "place": met}
    left = later("d", "2022-02-08", **OBEYS)
    found = links(packs, near, other, later("c", **promise), left)
    assert {link for link in found if link[0] == "c"} == {("c", "b", "concede")}


def test_an_old_threat_elsewhere_is_another_story(packs: Packs) -> None:
    threat = told("t", day="2021-10-01", published="2021-10-02", type="THREATEN", mode="expel", place=None)
    refusal = {**OBEYS, "type": "REJECT", "mode": None, "place": None}
    assert links(packs, threat, told("a", **DEMAND), later(**refusal)) == {("b", "a", "reject")}
