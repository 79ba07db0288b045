"""The index of incidents and reports: in step with the store, the same on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from marsad.model import Report, from_record
from marsad.store import Store
from marsad.store.finding import catch_up, forget, lay
from marsad.store.finds import Finds
from marsad.store.words import Names, asked, forms, marked, words

NAME = "سعيد بن حمد التجريبي"
TEXT = f"قال شاهد إن {NAME} كان في تدمر حين قصفها الجيش."


def person(text: str, name: str = NAME, **more: Any) -> dict[str, Any]:
    start = text.index(name)
    return {"text": name, "start": start, "end": start + len(name), "private": True, "mentions": [], **more}


def add(store: Store, name: str, text: str, *, persons: Sequence[dict[str, Any]] = ()) -> None:
    event = {"id": "e1", "type": "ASSAULT", "mode": "clash", "status": "actual", "evidence": [[0, len(text)]]}
    record = {"report": name, "events": [event], "persons": list(persons)}
    store.add(Report(name, text, published=date(2022, 5, 1), outlet="منبر"), from_record(record))


def document(id: str, *, report: str = "a", title: str = "قصف الجيش تدمر", **more: Any) -> dict[str, Any]:
    place = {"text": "تدمر", "lat": 34.56, "lon": 38.28, "precision": 1, "id": "sy/homs/palmyra"}
    place["name"] = {"ar": "تدمر", "en": "Palmyra"}
    told = {"incident": id, "type": "ASSAULT", "mode": "clash", "status": "actual", "start": "2022-05-01"}
    told |= {"end": "2022-05-01", "title": {"ar": title, "en": "Shelling"}, "place": place, "actor": [], "quad": 4}
    told |= {"recipient": [], "claims": {}, "contradictions": [], "voices": 1, "reports": 1}
    return told | {"events": [[report, f"e{id[2:]}"]]} | more


def found(store: Store, question: str, *, kind: str = "i", private: bool = False) -> set[str]:
    finds = Finds(store.engine)
    now = finds.now()
    sheet = now.of(kind)
    fit = sheet.alive.copy()
    for term in asked(question):
        fit &= finds.holding(sheet, kind, term, private=private)
    return {name for name, _, _ in finds.rows(kind, fit.nonzero()[0].tolist()).values()}


def patch(store: Store, documents: Sequence[dict[str, Any]], gone: Sequence[str] = ()) -> None:
    with store.engine.execution_options(writes=True).begin() as connection:
        forget(connection, [*gone, *(d["incident"] for d in documents)])
        lay(connection, documents)


# -- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("ميليشيات", "والميليشيات"), ("والميليشيات", "ميليشيات"), ("قوات", "بقواتها"), ("بلدة", "وبلدتهم"),
        ("إستهداف", "استهداف"), ("٢٠٢١", "2021"), ("2021", "۲۰۲۱"), ("حَقْل", "حقل"), ("القرية", "قريه"),
        ("IRGC", "irgc"), ("للجيش", "الجيش"), ("مدرسة", "المدرسه"),
    ],
)  # fmt: skip
def test_words_that_are_found_by_each_other(question: str, text: str) -> None:
    assert not set(forms(words(question)[0])).isdisjoint(forms(words(text)[0]))


@pytest.mark.parametrize(("question", "text"), [("حقل", "حلق"), ("تدمر", "تدمير"), ("جيش", "جيوش"), ("20", "2021")])
def test_words_that_are_not(question: str, text: str) -> None:
    assert set(forms(words(question)[0])).isdisjoint(forms(words(text)[0]))


def test_voiced_words_are_one_word() -> None:
    assert words("قُتِلوا ٣ جُنودٍ") == ["قتلوا", "3", "جنود"]


def test_names_are_hidden_with_their_proclitics() -> None:
    row = words(f"وقال ل{NAME} كلاما")
    hidden = Names([words(NAME)]).found(row)
    assert hidden == {1, 2, 3, 4}
    kept = marked(row, hidden)
    assert "التجريبي" not in kept and "#التجريبي" in kept and "كلاما" in kept


# -- incidents ------------------------------------------------------------------------------------------------------


def test_incidents_are_filed_with_the_fusion(store: Store) -> None:
    add(store, "a", TEXT)
    store.put_fusion(basis="b", documents=[document("i-1"), document("i-2", title="اشتباك في حلب")])
    assert found(store, "قصف تدمر") == {"i-1"}
    assert found(store, "وحلب") == {"i-2"}
    assert found(store, "شاه*") == {"i-1"}, "the words of the report count too"
    assert found(store, "غائب") == set()
    now = Finds(store.engine).now()
    assert now.incidents.alive.sum() == 2 and now.term("place", "sy/homs/palmyra")


def test_changes_touch_their_own_rows_only(store: Store) -> None:
    add(store, "a", TEXT)
    store.put_fusion(basis="b", documents=[document(f"i-{n}") for n in range(5)])
    finds = Finds(store.engine)
    before = finds.now()
    patch(store, [document("i-2", title="هدنة في حلب")], gone=["i-3"])
    now = finds.now()
    assert now.version > before.version and now.incidents.alive.sum() == 4
    assert found(store, "هدنة") == {"i-2"} and found(store, "تدمر") == {"i-0", "i-1", "i-2", "i-4"}
    assert finds.now() is now


def test_a_new_fusion_takes_the_place_of_the_old_one(store: Store) -> None:
    store.put_fusion(basis="b", documents=[document("i-1")])
    store.put_fusion(basis="c", documents=[document("i-2", title="اشتباك")])
    assert found(store, "اشتباك") == {"i-2"} == found(store, "تدمر")
    store.put_fusion(basis="d", documents=[])
    assert found(store, "تدمر") == set()


def test_many_rows_fill_several_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from marsad.store import sheet

    monkeypatch.setattr(sheet, "PAGE", 64)
    monkeypatch.setattr(sheet, "BITMAP", 8)
    store.put_fusion(basis="b", documents=[document(f"i-{n}", title=f"رقم {n}") for n in range(200)])
    assert found(store, "تدمر") == {f"i-{n}" for n in range(200)}
    assert found(store, "رقم 77") == {"i-77"}
    patch(store, [document("i-77", title="بدل"), document("i-900", title="رقم 900")])
    assert found(store, "رقم 77") == set() and found(store, "900") == {"i-900"}
    assert len(found(store, "تدمر")) == 201


# -- reports and persons --------------------------------------------------------------------------------------------


def test_reports_are_filed_from_the_custody_log(store: Store) -> None:
    add(store, "a", TEXT)
    with store.engine.execution_options(writes=True).begin() as connection:
        assert catch_up(connection)
        assert not catch_up(connection)
    assert found(store, "شاهد", kind="r") == {"a"}
    add(store, "b", "اشتباك في حلب")
    store.put_fusion(basis="b", documents=[])
    assert found(store, "حلب", kind="r") == {"b"}


def test_private_names_are_found_by_those_only_who_may_see_them(store: Store) -> None:
    add(store, "a", TEXT, persons=[person(TEXT)])
    store.put_fusion(basis="b", documents=[document("i-1")])
    for kind, name in (("i", "i-1"), ("r", "a")):
        assert found(store, "سعيد", kind=kind) == found(store, "تجريب*", kind=kind) == set()
        assert found(store, NAME, kind=kind, private=True) == {name}
        assert found(store, "تدمر شاهد", kind=kind) == {name}


def test_a_name_that_turns_out_private_later_is_hidden_in_what_was_filed_before(store: Store) -> None:
    add(store, "a", TEXT)
    store.put_fusion(basis="b", documents=[document("i-1")])
    assert found(store, "التجريبي") == {"i-1"} and found(store, "التجريبي", kind="r") == {"a"}
    other = f"شيع الأهالي {NAME} أمس."
    add(store, "b", other, persons=[person(other)])
    patch(store, [])
    for kind, name in (("i", "i-1"), ("r", "a")):
        assert found(store, "التجريبي", kind=kind) == set()
        assert found(store, "التجريبي", kind=kind, private=True) >= {name}


def test_movements_are_kept_beside(store: Store) -> None:
    text = "انسحبت القوات من تدمر إلى حمص"
    event: dict[str, Any] = {
        "id": "e1",
        "type": "RETREAT",
        "mode": "withdraw",
        "status": "actual",
        "evidence": [[0, 9]],
    }
    for end, name in (("from", "تدمر"), ("to", "حمص")):
        start = text.index(name)
        event[end] = {"text": name, "start": start, "end": start + 4, "lat": 34.5, "lon": 38.2, "precision": 1}
    store.add(Report("a", text), from_record({"report": "a", "events": [event]}))
    store.put_fusion(basis="b", documents=[document("i-1")])
    (move,) = Finds(store.engine).moves(["i-1"])["i-1"]
    assert (move["from"]["text"], move["to"]["text"]) == ("تدمر", "حمص")
