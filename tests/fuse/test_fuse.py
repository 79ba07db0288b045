"""Incidents: right on the corpus, the same in any order, every claim kept."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from marsad.errors import StoreError
from marsad.fuse import Incident, from_json, fuse, incident, incidents, why
from marsad.fuse.adding import Adding
from marsad.fuse.compare import Comparer
from marsad.fuse.index import Index
from marsad.fuse.kinship import Kinship
from marsad.fuse.tables import weights
from marsad.fuse.told import told as told_by_all
from marsad.packs import Packs
from marsad.store import StoredReport, open_store
from telling import PLACE, killed, person, told

FLOOR = 0.92  # pairs of events, over the reference records of the whole corpus


def one(reports: list[StoredReport], packs: Packs) -> Incident:
    found, _ = fuse(reports, packs=packs)
    assert len(found) == 1
    return found[0]


def test_the_corpus(corpus: list[StoredReport], true_incidents: dict[tuple[str, str], str], packs: Packs) -> None:
    found, _ = fuse(corpus, packs=packs)
    guess = {key: i.id for i in found for key in i.events}
    keys = sorted(true_incidents.keys() & guess.keys())
    same = [(true_incidents[a] == true_incidents[b], guess[a] == guess[b]) for a, b in combinations(keys, 2)]
    right, missed, false = same.count((True, True)), same.count((True, False)), same.count((False, True))
    assert 2 * right / (2 * right + missed + false) >= FLOOR


def test_a_withdrawal_and_a_reinforcement_stay_apart(packs: Packs) -> None:
    leaving = told("a", type="RETREAT", mode="withdraw", recipient=[])
    assert len(fuse([leaving, told("b", type="MOBILIZE", mode="troops", recipient=[])], packs=packs)[0]) == 2


def test_an_undated_report_does_not_bridge_two_days(packs: Packs) -> None:
    bridge = told("b", published="2022-01-15", time=None)
    found, _ = fuse([told("a"), bridge, told("c", day="2022-01-15", published="2022-01-15")], packs=packs)
    assert len(found) == 2


@pytest.mark.parametrize("seed", range(10))
def test_adding_one_by_one_in_any_order(corpus: list[StoredReport], packs: Packs, seed: int) -> None:
    events = told_by_all(corpus)
    straight, shuffled = (Adding(Comparer(weights(), Kinship(packs))) for _ in range(2))
    for event in events:
        straight.add(event)
    for n, event in enumerate(random.Random(seed).sample(events, k=len(events))):
        shuffled.add(event)
        if n % 100 == 0:
            shuffled.groups()  # asking in between must not matter
    assert straight.groups() == shuffled.groups()


@pytest.mark.parametrize("seed", range(5))
def test_candidates_are_mutual(corpus: list[StoredReport], packs: Packs, seed: int) -> None:
    events = random.Random(seed).sample(told_by_all(corpus), k=200)
    index = Index(weights(), packs)
    for event in events:
        index.add(event)
    found = {(a.key, events[n].key) for a in events for n in index.candidates(a)}
    assert found == {(b, a) for a, b in found}


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_adding_changes_nothing(corpus: list[StoredReport], packs: Packs, seed: int) -> None:
    some = random.Random(seed).sample(corpus, k=min(20, len(corpus)))
    straight, judged = fuse(sorted(some, key=lambda s: s.name), packs=packs)
    shuffled, judged_too = fuse(some, packs=packs)
    assert [i.to_json() for i in straight] == [i.to_json() for i in shuffled]
    assert judged == judged_too


def test_json_there_and_back(corpus: list[StoredReport], packs: Packs) -> None:
    found, _ = fuse(corpus, packs=packs)
    assert [from_json(i.to_json()) for i in found] == found


def test_two_reports_of_one_act(packs: Packs) -> None:
    made = one([told("a"), told("b", published="2022-01-14", status="historical")], packs)
    assert made.title_ar.startswith("القوات الروسية طردت الحرس الثوري الإيراني")
    assert made.title_en.startswith("Russian armed forces expelled Islamic Revolutionary Guard Corps")
    assert (made.status, made.voices, made.reports, made.contradictions) == ("actual", 2, 2, ())
    assert (made.start, made.quad) == ("2022-01-11", 4)


AWAY = PLACE | {"lat": 35.4, "lon": 36.0}
APART = {
    "the next day": {"day": "2022-01-12"},
    "another day": {"day": "2022-01-17", "published": "2022-01-18"},
    "another place": {"place": {"start": 47, "end": 56, "lat": 35.4, "lon": 36.0, "precision": 1}},
    "another kind of act": {"type": "REQUEST", "mode": "withdraw"},
    "the sides swapped": {
        "actor": [{"start": 29, "end": 41, "id": "iran/irgc"}],
        "recipient": [{"start": 5, "end": 19, "id": "russia/armed-forces"}],
    },
    "a reinforcement of the same place": {"type": "MOBILIZE", "mode": "troops", "recipient": []},
    "an evacuation of the same place": {"type": "RETREAT", "mode": "withdraw", "recipient": []},
    "another kind of coercion": {"mode": "arrest"},
    "a week later, the toll the same": {"day": "2022-01-18", "killed": killed(5)},
    "the same day, a town 40 km away": {"place": PLACE | {"lat": 35.1, "lon": 40.7}},
    "planned": {"status": "planned"},
    "undated, published months later": {"time": None, "published": "2022-06-01"},
}


@pytest.mark.parametrize("other", APART.values(), ids=APART)
def test_what_stays_apart(other: dict[str, Any], packs: Packs) -> None:
    found, _ = fuse([told("a"), told("b", **other)], packs=packs)
    assert len(found) == 2


JOINED = {
    "undated, published next day": {"time": None},
    "near": {"place": {"start": 47, "end": 56, "lat": 34.8, "lon": 40.5, "precision": 2}},
    "a kindred actor": {"actor": [{"start": 5, "end": 19, "id": "russia/military-police"}]},
    "no actor": {"actor": []},
    "no place": {"place": None},
}


@pytest.mark.parametrize("other", JOINED.values(), ids=JOINED)
def test_what_is_joined(other: dict[str, Any], packs: Packs) -> None:
    one([told("a"), told("b", **other)], packs)


def test_tolls_stand_side_by_side(packs: Packs) -> None:
    made = one([told("a", killed=killed(5)), told("b", killed=killed(7)), told("c", killed=killed(5))], packs)
    assert made.contradictions == ("killed",)
    assert made.killed
    assert (made.killed.low, made.killed.high, made.killed.best) == (5, 7, None)
    first, second = made.claims["killed"]
    assert (first.value["best"], [s.report for s in first.sources]) == (5, ["a", "c"])
    assert (second.value["best"], [s.report for s in second.sources]) == (7, ["b"])


def test_different_sides_tolls_do_not_contradict(packs: Packs) -> None:
    sides = [told("a", killed=killed(5, "iran/irgc")), told("b", killed=killed(2, "russia/armed-forces"))]
    assert one(sides, packs).contradictions == ()


def test_copies_and_one_outlet_are_one_voice(packs: Packs) -> None:
    assert one([told("a"), told("b", copy_of="a")], packs).voices == 1
    assert one([told("a", outlet="منبر"), told("b", outlet="«منبر»")], packs).voices == 1


def test_what_leans_on_another_outlet_is_its_voice(packs: Packs) -> None:
    chain = [{"start": 5, "end": 19, "kind": "media", "stance": "asserts"}]
    leaning = told("b", attribution=chain, outlet="صحيفة")
    assert one([told("a", outlet="القوات الروسية"), leaning], packs).voices == 1


def test_told_and_denied_in_one_report_is_one_incident(packs: Packs) -> None:
    stored = told("a")
    assert stored.reading
    event = stored.reading.events[0]
    denial = replace(event, id="e2", status="denied", time=None, place=None)
    again = replace(event, id="e3", type="RETREAT", mode="release")
    both = replace(stored, reading=replace(stored.reading, events=(event, denial, again)))
    found, _ = fuse([both], packs=packs)
    assert sorted(len(i.events) for i in found) == [1, 2]
    made = next(i for i in found if len(i.events) == 2)
    assert (made.status, made.contradictions, made.voices) == ("actual", ("status",), 1)


def test_two_acts_of_one_report_stay_two(packs: Packs) -> None:
    stored = told("a")
    assert stored.reading
    event = stored.reading.events[0]
    both = replace(stored, reading=replace(stored.reading, events=(event, replace(event, id="e2"))))
    assert len(fuse([both], packs=packs)[0]) == 2


def test_people_stand_above_the_program(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        for stored in (told("a"), told("b"), told("c", "2022-03-01", published="2022-03-02")):
            store.add(stored.report, stored.reading)
        assert [len(i.events) for i in incidents(store, packs=packs)] == [2, 1]
        store.judge(("a", "e1"), ("b", "e1"), "different", reason="حادثتان", by="rana")
        assert [len(i.events) for i in incidents(store, packs=packs)] == [1, 1, 1]
        given = store.judge(("a", "e1"), ("c", "e1"), "same", reason="واحدة", by="rana")
        assert sorted(len(i.events) for i in incidents(store, packs=packs)) == [1, 2]
        store.withdraw(given.id, by="rana")
        assert [len(i.events) for i in incidents(store, packs=packs)] == [1, 1, 1]


def test_the_id_stays_when_reports_come_in(packs: Packs) -> None:
    before = one([told("a")], packs)
    after = one([told("a"), told("b", published="2022-01-13")], packs)
    assert before.id == after.id


def test_why(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        for stored in (told("a"), told("b")):
            store.add(stored.report, stored.reading)
        made = incidents(store, packs=packs)[0]
        (judged,) = why(store, made.id, packs=packs)
        assert judged.machine
        assert {"feature", "level", "weight", "ar", "en"} <= judged.reasons[0].keys()
        assert sum(r["weight"] for r in judged.reasons) >= 5
        assert incident(store, made.id, packs=packs) == made
        with pytest.raises(StoreError, match="E308"):
            incident(store, "i-0", packs=packs)


def test_incidents_are_kept_until_something_changes(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        first = told("a")
        store.add(first.report, first.reading)
        assert incidents(store, packs=packs) == incidents(store, packs=packs)
        kept = store.basis()
        second = told("b")
        store.add(second.report, second.reading)
        assert len(incidents(store, packs=packs)[0].events) == 2
        assert store.basis() != kept


@pytest.mark.parametrize(("mode", "number"), [("recruit", 1), ("troops", 2)])
def test_what_goes_on_for_weeks(mode: str, number: int, packs: Packs) -> None:
    """Recruiting told without a day may have begun a month before; a convoy may not."""
    begun = told("a", type="MOBILIZE", mode=mode, recipient=[])
    later = told("b", type="MOBILIZE", mode=mode, recipient=[], time=None, published="2022-02-12")
    assert len(fuse([begun, later], packs=packs)[0]) == number


def test_who_denies_other_victims_denies_nothing(packs: Packs) -> None:
    stored = told("a", type="ASSAULT", mode="abduct", recipient=person("civilians", 29, 41), actor=person("unknown"))
    assert stored.reading
    event = stored.reading.events[0]
    officer = told("x", recipient=person("syria/army", 29, 41)).reading
    assert officer
    denial = replace(
        event, id="e2", status="denied", time=None, recipient=officer.events[0].recipient, actor=officer.events[0].actor
    )
    both = replace(stored, reading=replace(stored.reading, events=(event, denial)))
    assert len(fuse([both], packs=packs)[0]) == 2
