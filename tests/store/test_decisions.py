"""What people decide on events, laid over readings: on both kinds of store, and over readings by newer readers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from marsad.errors import StoreError
from marsad.model import Report, from_record
from marsad.store import Corrections, Stale, Store
from marsad.store.decisions import revision

TEXT = "قصفت طائرات مجهولة موقعا في بادية الشعلان. واعتقلت دورية ثلاثة شبان في قرية الرملة. ونفى مصدر سقوط قتلى."
Json = dict[str, Any]


def words(quote: str, **more: Any) -> Json:
    start = TEXT.index(quote)
    return {"text": quote, "start": start, "end": start + len(quote), **more}


def event(id: str, quote: str, type: str, mode: str | None = None, **more: Any) -> Json:
    at = words(quote)
    return {"id": id, "type": type, "mode": mode, "status": "actual", "evidence": [[at["start"], at["end"]]], **more}


STRIKE = "قصفت طائرات مجهولة موقعا في بادية الشعلان"
ARREST = "واعتقلت دورية ثلاثة شبان في قرية الرملة"
PLANES = words("طائرات مجهولة", id=None)
PLACE = words("بادية الشعلان", lat=None, lon=None, precision=None)


def strike(id: str = "e1", **more: Any) -> Json:
    return event(id, STRIKE, "ASSAULT", "aerial", **{"actor": [PLANES], "place": PLACE} | more)


def arrest(id: str = "e2", **more: Any) -> Json:
    return event(id, ARREST, "COERCE", "arrest", **{"captured": words("ثلاثة شبان", low=3, high=3, best=3)} | more)


def read(store: Store, *events: Json, engine: str = "rules/1", name: str = "r") -> None:
    reading = from_record({"report": name, "events": list(events), "engine": engine})
    store.add(Report(name, TEXT), reading)


@pytest.fixture
def kept(store: Store) -> Corrections:
    read(store, strike(), arrest())
    return Corrections(store)


def told(store: Store) -> dict[str, Any]:
    reading = store.report("r").reading
    assert reading
    return {e.id: e for e in reading.events}


def correct(kept: Corrections, event: str = "e1", by: str = "هدى", **changes: Any) -> int:
    return kept.decide("r", event, "correct", changes=changes, reason="كما في النص", by=by).id


ACTOR = [words("طائرات مجهولة", id="israel/air-force", rule="person/words")]


def test_a_correction_lies_over_the_reading_and_is_searched(store: Store, kept: Corrections) -> None:
    head = store.head()
    id = correct(kept, actor=ACTOR, status="possible")
    assert told(store)["e1"].actor[0].id == "israel/air-force"
    assert told(store)["e1"].actor[0].rule == "person/words"
    assert told(store)["e1"].status == "possible"
    assert store.find(actor="israel") == [("r", "e1")]
    assert store.reports()[0].reading == store.report("r").reading
    assert store.head() != head
    line = store.custody()[-1]
    assert (line.action, line.subject, line.by, line.detail["decision"]) == ("correct", "report:r", "هدى", id)
    assert store.verify_custody()


def test_undo_and_redo(store: Store, kept: Corrections) -> None:
    id = correct(kept, actor=ACTOR)
    kept.undo(id, by="هدى")
    assert told(store)["e1"].actor[0].id is None
    assert store.find(actor="israel") == []
    assert kept.history()[0].withdrawn_by == "هدى"
    kept.redo(id, by="هدى")
    assert told(store)["e1"].actor[0].id == "israel/air-force"
    assert [e.action for e in store.custody()][-3:] == ["correct", "uncorrect", "correct"]


def test_only_a_lead_takes_back_what_others_decided(kept: Corrections) -> None:
    id = correct(kept, actor=ACTOR)
    with pytest.raises(StoreError, match="E330"):
        kept.undo(id, by="زيد", others=False)
    assert kept.undo(id, by="زيد").withdrawn_by == "زيد"
    with pytest.raises(StoreError, match="E330"):
        kept.undo(id, by="زيد")


def test_a_rejected_event_is_gone_until_the_undo(store: Store, kept: Corrections) -> None:
    id = kept.decide("r", "e2", "reject", reason="لم يقع", by="هدى").id
    assert list(told(store)) == ["e1"]
    assert store.find(type="COERCE") == []
    laid = kept.laid("r")
    assert [e["id"] for e in laid.rejected] == ["e2"]
    assert laid.review("e2").state == "rejected"
    kept.undo(id, by="هدى")
    assert list(told(store)) == ["e1", "e2"]


def test_a_missed_event_is_added_and_corrected(store: Store, kept: Corrections) -> None:
    missed = event("", "ونفى مصدر سقوط قتلى", "ASSAULT", "heavy-weapons")
    del missed["id"]
    made = kept.add("r", missed, reason="فات القارئ", by="هدى")
    assert told(store)[made.event].mode == "heavy-weapons"
    correct(kept, made.event, status="denied")
    assert told(store)[made.event].status == "denied"
    assert kept.laid("r").review(made.event).state == "added"
    kept.undo(made.id, by="هدى")
    assert list(told(store)) == ["e1", "e2"]


def test_the_second_person_is_told_of_the_first_change(kept: Corrections) -> None:
    laid = kept.laid("r")
    seen = revision(laid.find("e1"), laid.review("e1").touches)
    correct(kept, actor=ACTOR)
    with pytest.raises(Stale) as stale:
        kept.decide("r", "e1", "accept", by="زيد", revision=seen)
    assert stale.value.code == "E332"
    assert "هدى" in stale.value.message
    laid = stale.value.laid
    now = revision(laid.find("e1"), laid.review("e1").touches)
    assert kept.decide("r", "e1", "accept", by="زيد", revision=now).act == "accept"


def test_of_many_at_one_time_one_comes_first(kept: Corrections) -> None:
    laid = kept.laid("r")
    seen = revision(laid.find("e1"), laid.review("e1").touches)

    def correct_it(n: int) -> str:
        try:
            kept.decide("r", "e1", "correct", changes={"status": "possible"}, reason="كذا", by=f"p{n}", revision=seen)
        except Stale as stale:
            return stale.code
        return "kept"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(correct_it, range(8)))
    assert sorted(results) == ["E332"] * 7 + ["kept"]
    assert len(kept.history()) == 1


@pytest.mark.parametrize(
    "changes",
    [{"actor": [{"id": "x", "start": 5, "end": 900}]}, {"actor": [{"id": "x"}]}, {"evidence": []}, {"colour": 1},
     {"time": {"span": [3, 9], "start": "tomorrow"}}, {"place": {"start": 9, "end": 9}}, {"type": "ASSAULT"},
     {"killed": [{"low": 3}]}, {"evidence": [[0, 999]]}],
)  # fmt: skip
def test_values_without_words_and_outside_the_text_are_refused(kept: Corrections, changes: Json) -> None:
    with pytest.raises(StoreError, match="E331"):
        kept.decide("r", "e1", "correct", changes=changes, reason="كذا", by="هدى")
    assert kept.history() == []


def test_a_correction_needs_a_reason_and_a_known_event(kept: Corrections) -> None:
    with pytest.raises(StoreError, match="E331"):
        kept.decide("r", "e1", "reject", reason=" ", by="هدى")
    with pytest.raises(StoreError, match="E309"):
        kept.decide("r", "e9", "reject", reason="كذا", by="هدى")
    with pytest.raises(StoreError, match="E307"):
        kept.decide("none", "e1", "reject", reason="كذا", by="هدى")


# -- a new version of the reader ---------------------------------------------------------------------------------------


def test_decisions_follow_the_event_when_ids_shift(store: Store, kept: Corrections) -> None:
    correct(kept, actor=ACTOR)
    kept.decide("r", "e2", "reject", reason="لم يقع", by="هدى")
    read(store, event("e1", "ونفى مصدر سقوط قتلى", "ASSAULT"), strike("e2"), arrest("e3"), engine="rules/2")
    assert list(told(store)) == ["e1", "e2"]
    assert told(store)["e2"].actor[0].id == "israel/air-force"
    assert kept.conflicts() == []
    assert kept.laid("r").review("e3").state == "rejected"


def test_two_events_in_the_same_words_are_kept_apart(store: Store, kept: Corrections) -> None:
    read(store, strike(), event("e2", STRIKE, "MOBILIZE", "troops"), engine="rules/2")
    correct(kept, "e1", actor=ACTOR)
    read(store, event("e1", STRIKE, "MOBILIZE", "troops"), engine="rules/3")
    events = told(store)
    assert events["e1"].type == "MOBILIZE"
    lost = next(e for e in events.values() if e.type == "ASSAULT")
    assert lost.id.startswith("p")
    assert [c["kind"] for c in kept.conflicts()] == ["reading-lost"]


def test_a_slot_that_the_new_reading_moves_is_shown_and_the_person_holds(store: Store, kept: Corrections) -> None:
    correct(kept, actor=ACTOR)
    read(store, strike(actor=[PLANES | {"id": "syria/army"}]), arrest(), engine="rules/2")
    assert told(store)["e1"].actor[0].id == "israel/air-force"
    (conflict,) = kept.conflicts()
    assert (conflict["kind"], conflict["field"]) == ("reading-moved", "actor")
    assert (conflict["was"], conflict["now"], conflict["decided"]) == (
        ["طائرات مجهولة"], ["syria/army"], ["israel/air-force"],
    )  # fmt: skip
    kept.decide("r", "e1", "accept", by="زيد")
    assert kept.conflicts() == []
    assert told(store)["e1"].actor[0].id == "israel/air-force"


def test_a_new_reading_that_agrees_is_no_conflict(store: Store, kept: Corrections) -> None:
    correct(kept, actor=ACTOR)
    read(store, strike(actor=ACTOR), arrest(), engine="rules/2")
    assert kept.conflicts() == []


def test_an_accepted_event_stays_as_it_was_accepted(store: Store, kept: Corrections) -> None:
    kept.decide("r", "e1", "accept", by="هدى")
    read(store, strike(status="possible"), arrest(), engine="rules/2")
    assert told(store)["e1"].status == "actual"
    assert [(c["field"], c["now"]) for c in kept.conflicts()] == [("status", "possible")]
    kept.decide("r", "e1", "accept", by="هدى")
    assert kept.conflicts() == []
    assert told(store)["e1"].status == "actual"
    last = kept.history()[0]
    kept.undo(last.id, by="هدى")
    kept.undo(kept.history()[1].id, by="هدى")
    assert told(store)["e1"].status == "possible"


def test_what_was_decided_outlives_a_reader_that_no_longer_finds_it(store: Store, kept: Corrections) -> None:
    correct(kept, actor=ACTOR)
    read(store, arrest("e1"), engine="rules/2")
    events = told(store)
    assert events["e1"].type == "COERCE"
    kept_id = next(id for id in events if id != "e1")
    assert events[kept_id].actor[0].id == "israel/air-force"
    assert [c["kind"] for c in kept.conflicts()] == ["reading-lost"]
    kept.decide("r", kept_id, "accept", by="هدى")
    assert kept.conflicts() == []
    read(store, arrest("e1"), strike("e2"), engine="rules/3")
    assert told(store)["e2"].actor[0].id == "israel/air-force"
    assert len(told(store)) == 2


def test_a_reader_that_finds_the_added_event_does_not_double_it(store: Store, kept: Corrections) -> None:
    missed = {k: v for k, v in event("", "ونفى مصدر سقوط قتلى", "ASSAULT").items() if k != "id"}
    made = kept.add("r", missed, reason="فات القارئ", by="هدى")
    read(store, strike(), arrest(), event("e3", "ونفى مصدر سقوط قتلى", "ASSAULT", "clash"), engine="rules/2")
    assert list(told(store)) == ["e1", "e2", made.event]
    assert told(store)[made.event].mode is None
    assert [c["kind"] for c in kept.conflicts()] == ["reads-it-too"]
    correct(kept, made.event, mode="clash")
    assert kept.conflicts() == []
    assert list(told(store)) == ["e1", "e2", made.event]


def test_a_rejection_does_not_hide_another_deed(store: Store, kept: Corrections) -> None:
    kept.decide("r", "e2", "reject", reason="لم يقع", by="هدى")
    read(store, strike(), event("e2", ARREST, "MOBILIZE", "troops"), engine="rules/2")
    assert told(store)["e2"].type == "MOBILIZE"
    assert [c["kind"] for c in kept.conflicts()] == ["reading-changed-kind"]


def test_a_skip_changes_nothing_and_ends_with_a_new_reading(store: Store, kept: Corrections) -> None:
    before = told(store)
    kept.decide("r", "e1", "skip", by="هدى")
    assert told(store) == before
    assert kept.laid("r").review("e1").state == "skipped"
    read(store, strike(status="possible"), arrest(), engine="rules/2")
    assert kept.laid("r").review("e1").state == "open"


def test_verdicts_follow_an_event_that_a_person_added(store: Store, kept: Corrections) -> None:
    missed = {k: v for k, v in event("", "ونفى مصدر سقوط قتلى", "ASSAULT").items() if k != "id"}
    made = kept.add("r", missed, reason="فات القارئ", by="هدى")
    given = store.judge(("r", "e1"), ("r", made.event), "different", reason="آخر", by="هدى")
    assert given.reasons[0]["marks"][1] == missed["evidence"]


# -- coders ------------------------------------------------------------------------------------------------------------


def test_coders_work_alone_until_done(store: Store, kept: Corrections) -> None:
    one, two = kept.ask("r", ["هدى", "زيد"], by="ليلى")
    kept.decide("r", "e1", "correct", changes={"actor": ACTOR}, reason="كذا", by="هدى", coding=one.id)
    assert told(store)["e1"].actor[0].id is None
    assert kept.laid("r", coding=two.id).find("e1")["actor"][0]["id"] is None  # type: ignore[index]
    assert kept.laid("r", coding=one.id).find("e1")["actor"][0]["id"] == "israel/air-force"  # type: ignore[index]
    assert [c.by for c in kept.history(blind_to="زيد")] == []
    assert [c.by for c in kept.history(blind_to="هدى")] == ["هدى"]
    kept.done(one.id, by="هدى")
    with pytest.raises(StoreError, match="E333"):
        kept.decide("r", "e1", "accept", by="هدى", coding=one.id)
    with pytest.raises(StoreError, match="E333"):
        kept.done(one.id, by="هدى")
    kept.done(two.id, by="زيد")
    assert [c.by for c in kept.history(blind_to="زيد")] == ["هدى"]
    assert [c.coder for c in kept.ask("r", ["هدى"], by="ليلى")] == ["هدى", "زيد"]
