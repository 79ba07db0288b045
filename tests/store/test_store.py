"""The contract that both kinds of store keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marsad.errors import StoreError
from marsad.model import Event, Mention, Place, Reading, Report, Span, Time
from marsad.store import Store

TEXT = "طردت القوات الروسية عناصر الميليشيات من حقل الورد أمس"


def report(name: str = "ward-1", words: str = TEXT) -> Report:
    return Report(name, words, published=date(2021, 11, 24), outlet="منبر", via="test")


def reading(of: Report, *, engine: str = "test/1") -> Reading:
    span = Span(0, len(of.text))
    place = Place(Span(39, 48), 34.76, 40.54, 1, "sy/ward")
    time = Time(Span(49, 52), date(2021, 11, 23), date(2021, 11, 23), "day")
    event = Event(
        "e1", "COERCE", "expel", "actual", (span,), actor=(Mention(Span(5, 19), "russia/armed-forces"),),
        recipient=(Mention(Span(20, 36), "iran-backed-militias"),), place=place, time=time,
    )  # fmt: skip
    return Reading(of.name, of.published, (event,), engine=engine, packs=("syria",))


def test_what_is_added_comes_back(store: Store) -> None:
    one = report()
    assert store.add(one, reading(one))
    found = store.report("ward-1")
    assert (found.report, found.reading, found.copy_of) == (one, reading(one), None)
    assert [s.name for s in store.reports()] == ["ward-1"]


def test_the_same_text_is_one_report_whatever_its_name(store: Store) -> None:
    one = report()
    assert store.add(one, reading(one))
    head = store.head()
    assert not store.add(one, reading(one))
    assert not store.add(replace(one, name="other"), reading(one))
    assert store.count() == {"reports": 1, "readings": 1, "events": 1, "incidents": 0}
    assert store.head() == head


def test_a_name_taken_by_another_text_is_refused_and_nothing_is_written(store: Store) -> None:
    store.add(report())
    with pytest.raises(StoreError) as fault:
        store.add(report(words="نص آخر تماماً"))
    assert fault.value.code == "E305"
    assert store.count()["reports"] == 1
    assert len(store.custody()) == 1


def test_nothing_is_half_written(store: Store) -> None:
    one = report()
    twice = reading(one)
    broken = replace(twice, events=twice.events * 2)  # two events of one id
    with pytest.raises(DBAPIError):
        store.add(one, broken)
    assert store.count() == {"reports": 0, "readings": 0, "events": 0, "incidents": 0}
    assert store.custody() == []


def test_a_new_reading_lies_over_the_old(store: Store) -> None:
    one = report()
    store.add(one, reading(one))
    assert store.read("ward-1", replace(reading(one, engine="test/2"), events=()))
    found = store.report("ward-1").reading
    assert found is not None
    assert found.engine == "test/2"
    assert store.count() == {"reports": 1, "readings": 2, "events": 0, "incidents": 0}


@pytest.mark.parametrize(
    ("asked", "hits"),
    [
        ({"actor": "russia"}, 1), ({"actor": "russia/armed-forces"}, 1), ({"actor": "rus"}, 0), ({"type": "COERCE"}, 1),
        ({"place": "sy"}, 1), ({"since": "2021-11-23", "until": "2021-11-23"}, 1), ({"until": "2021-11-22"}, 0),
        ({"words": "حقل الورد"}, 1), ({"words": "%"}, 0),
    ],
)  # fmt: skip
def test_finding(store: Store, asked: dict[str, str], hits: int) -> None:
    one = report()
    store.add(one, reading(one))
    assert len(store.find(**asked)) == hits  # type: ignore[arg-type]


def test_verdicts_are_kept_and_withdrawn(store: Store) -> None:
    one, two = report(), report("ward-2", TEXT + " الأول")
    store.add(one, reading(one))
    store.add(two, reading(two))
    given = store.judge(("ward-2", "e1"), ("ward-1", "e1"), "different", reason="يومان", by="rana")
    assert given.left == ("ward-1", "e1")
    assert [j.id for j in store.judgements()] == [given.id]
    store.withdraw(given.id, by="rana")
    assert store.judgements() == []
    assert store.judgements(withdrawn=True)[0].withdrawn
    with pytest.raises(StoreError, match="E309"):
        store.judge(("ward-1", "e9"), ("ward-2", "e1"), "same", reason="", by="rana")


def test_decisions(store: Store) -> None:
    made = store.decide("event:ward-1/e1", "mode", "seize", reason="لم يُطرد أحد", by="rana")
    assert store.decisions(subject="event:ward-1/e1") == [made]


def test_the_custody_log_is_a_chain(store: Store) -> None:
    one = report()
    store.add(one, reading(one))
    store.decide("event:ward-1/e1", "mode", "seize", reason="", by="rana")
    assert store.verify_custody() == 3
    assert [e.action for e in store.custody()] == ["add", "read", "decide"]


@pytest.mark.parametrize("change", ["UPDATE custody SET made_by = 'x'", "DELETE FROM custody"])
def test_the_custody_log_cannot_be_changed(store: Store, change: str) -> None:
    store.add(report())
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(text(change))


def test_a_changed_text_shows(store: Store) -> None:
    store.add(report())
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE reports SET text = 'x'"))
    with pytest.raises(StoreError, match="E306"):
        store.verify_custody()


def test_marking_copies(store: Store) -> None:
    store.add(report())
    store.add(report("ward-2", TEXT + " الأول"))
    assert store.put_copies({"ward-2": ("ward-1", 0.9)}) == 1
    assert store.put_copies({"ward-2": ("ward-1", 0.9)}) == 0
    assert store.report("ward-2").copy_of == "ward-1"
    store.put_copies({})
    assert store.report("ward-2").copy_of is None


def test_unknown_names(store: Store) -> None:
    with pytest.raises(StoreError, match="E307"):
        store.report("nobody")
    with pytest.raises(StoreError, match="E308"):
        store.incident("i-0")
