"""People's verdicts, ids for life, reports withdrawn, runs interrupted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marsad.errors import InputError
from marsad.fuse import incident, incidents, verdicts
from marsad.fuse.cluster import settle
from marsad.fuse.people import rate_claim, rate_source, ratings, withdraw_report
from marsad.model import Span
from marsad.packs import Packs
from marsad.store import Judgement, Store, StoredReport, open_store
from telling import told

A, B, C, D = (("a", "e1"), ("b", "e1"), ("c", "e1"), ("d", "e1"))


def store_of(*reports: StoredReport) -> Store:
    store = open_store("sqlite://")
    for stored in reports:
        store.add(stored.report, stored.reading)
    return store


def said(number: int, left: Any, right: Any, verdict: Any) -> Judgement:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    return Judgement(left, right, verdict, ({"feature": "person", "weight": 0.0},), "rana", at, id=number)


CONTRADICTIONS = {
    "the newer of two on one pair": ([(A, B, "same"), (A, B, "different")], [1]),
    "a newer chain against an older split": ([(A, C, "different"), (A, B, "same"), (B, C, "same")], [1]),
    "a newer split against the older end of a chain": ([(A, B, "same"), (B, C, "same"), (A, C, "different")], [1]),
    "nothing": ([(A, B, "same"), (B, C, "different"), (C, D, "same")], []),
    "said twice": ([(A, B, "same"), (A, B, "same")], []),
}


@pytest.mark.parametrize(("given", "aside"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_the_newer_verdict_holds(given: list[Any], aside: list[int]) -> None:
    settled = settle(said(n, *row) for n, row in enumerate(given, start=1))
    assert [older.id for older, _ in settled.aside] == aside
    assert all(newer.id > older.id for older, newer in settled.aside)


def test_what_is_set_aside_is_told(packs: Packs) -> None:
    with store_of(told("a"), told("b")) as store:
        first = store.judge(A, B, "different", reason="حادثتان", by="rana")
        second = store.judge(A, B, "same", reason="واحدة", by="omar")
        ((older, newer),) = verdicts(store).aside
        assert (older.id, newer.id) == (first.id, second.id)
        assert len(incidents(store, packs=packs)) == 1


def test_a_verdict_survives_reading_anew(packs: Packs) -> None:
    first, second = told("a"), told("b")
    with store_of(first, second) as store:
        store.judge(A, B, "different", reason="حادثتان", by="rana")
        assert first.reading
        event = first.reading.events[0]
        other = replace(event, evidence=(Span(60, 95),), type="AID", mode=None)
        store.read("a", replace(first.reading, events=(other, replace(event, id="e2")), engine="next"))
        found = incidents(store, packs=packs)
        assert sorted(i.events for i in found) == [(("a", "e1"),), (("a", "e2"),), (("b", "e1"),)]


def test_ids_are_for_life(packs: Packs) -> None:
    early, late = told("c", published="2022-01-11"), told("d", day="2022-01-25", published="2022-01-26")
    with store_of(told("a"), late) as store:
        ids = {i.events[0]: i.id for i in incidents(store, packs=packs)}
        store.add(early.report, early.reading)  # published before all others: must not take the id over
        assert {i.id for i in incidents(store, packs=packs)} == set(ids.values())
        given = store.judge(A, D, "same", reason="واحدة", by="rana")
        (merged,) = incidents(store, packs=packs)
        assert merged.id in ids.values()
        assert all(incident(store, id, packs=packs).id == merged.id for id in ids.values())
        store.withdraw(given.id, by="rana")
        again = {key: i.id for i in incidents(store, packs=packs) for key in i.events}
        assert {key: again[key] for key in ids} == ids


def test_a_split_off_part_gets_its_own_id(packs: Packs) -> None:
    with store_of(told("a"), told("b")) as store:
        (whole,) = incidents(store, packs=packs)
        store.judge(A, B, "different", reason="حادثتان", by="rana")
        ids = {i.events[0]: i.id for i in incidents(store, packs=packs)}
        assert ids[A] == whole.id != ids[B]


def test_a_report_withdrawn(packs: Packs) -> None:
    alone = told("d", day="2022-03-01", published="2022-03-02")
    with store_of(told("a"), told("b"), alone) as store:
        ids = {key: i.id for i in incidents(store, packs=packs) for key in i.events}
        for report in ("a", "d"):
            withdraw_report(store, report, reason="سُحب", by="rana")
        (left,) = incidents(store, packs=packs)
        assert (left.id, left.events) == (ids[A], (B,))
        withdraw_report(store, "a", reason="عاد", by="rana", undo=True)
        (whole,) = incidents(store, packs=packs)
        assert (whole.id, whole.events) == (ids[A], (A, B))


def test_an_interrupted_run_ends_in_the_same_state(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [told("a"), told("b"), told("d", day="2022-03-01", published="2022-03-02")]
    with store_of(*reports) as straight, store_of(*reports[:2]) as broken:
        incidents(broken, packs=packs)
        before = broken.incidents()
        broken.add(reports[2].report, reports[2].reading)
        with monkeypatch.context() as patch:
            patch.setattr("marsad.store.lineage.lay", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                incidents(broken, packs=packs)
        assert broken.incidents() == before
        assert incidents(broken, packs=packs) == incidents(straight, packs=packs)


def test_grades_keep_who_and_why() -> None:
    with store_of(told("a")) as store:
        rate_source(store, "«منبر»", "B", reason="صُحح مرتين", by="rana")
        rate_source(store, "منبر", "C", reason="مالك جديد", by="omar", since="2023-01-01")
        rate_claim(store, A, "killed", 2, reason="قائمة المشفى", by="rana")
        given = ratings(store.decisions()).given
        assert [(r.grade, r.reason, r.by) for r in given] == [
            ("B", "صُحح مرتين", "rana"), ("C", "مالك جديد", "omar"), ("2", "قائمة المشفى", "rana"),
        ]  # fmt: skip
        for wrong in ("G", "2"):
            with pytest.raises(InputError, match="E150"):
                rate_source(store, "منبر", wrong, reason="", by="rana")
        with pytest.raises(InputError, match="E150"):
            rate_claim(store, A, "killed", 7, reason="", by="rana")
