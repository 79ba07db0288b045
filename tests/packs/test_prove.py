"""Proofs: the mechanism, with a reader made of a table."""

from datetime import date

import pytest

from marsad.model import Event, Mention, Reading, Span
from marsad.packs import firings, load, prove
from packs.packs_on_disk import ACTOR, write

FRAME = """
- id: bomb
  event: ASSAULT/aerial
  says:
  - {text: قصف الطيران الروسي حطلة, gives: {actor: الطيران الروسي, recipient: null, status: actual}}
  never: [طالب بقصف حطلة]
"""


class Table:
    """Finds the words that it was given; reads قصف as an air strike."""

    def __init__(self, names, mode="aerial"):
        self.words, self.mode = names, mode

    def names(self, text):
        return {(id, word) for id, word in self.words.items() if word in text}

    def read(self, text):
        start = text.find("الطيران الروسي")
        actor = (Mention(Span(start, start + 14), "russia/air-force"),) if start >= 0 else ()
        event = Event("e1", "ASSAULT", self.mode, "actual", (Span(0, 3),), actor=actor, rules=("bomb",))
        return Reading("r", date(2024, 9, 1), events=(event,) if "قصف" in text and "طالب" not in text else ())


@pytest.fixture
def packs(tmp_path, monkeypatch):
    monkeypatch.setenv("MARSAD_CACHE", str(tmp_path / "cache"))
    actor = ACTOR + "  never: [حلق نسر فوق الجبل]\n"
    return load(write(tmp_path / "pack", {"actors/a.yml": actor, "arabic/frames/bomb.yml": FRAME}))


def mine(results, id):
    return [r for r in results if r.id == id]


def test_names_that_are_found_are_proved(packs):
    results = mine(prove(packs, Table({"test/eagles": "نسور الاختبار"}), kinds=["actor"]), "test/eagles")
    assert [(r.expect, r.carried) for r in results] == [(e, c) for e in ("says", "never") for c in (False, True)]
    assert all(r.ok for r in results)


def test_names_that_are_missed_or_found_amiss_are_told(packs):
    missed = mine(prove(packs, Table({}), kinds=["actor"]), "test/eagles")
    amiss = mine(prove(packs, Table({"test/eagles": "نسر"}), kinds=["actor"]), "test/eagles")
    assert [r.ok for r in missed] == [False, False, True, True]
    assert [r.ok for r in amiss] == [False, False, False, False]
    assert "test/eagles" in amiss[-1].problem


def test_a_frame_is_proved_alone_and_carried(packs):
    results = mine(prove(packs, Table({}), kinds=["frame"]), "bomb")
    assert len(results) == 4
    assert all(r.ok for r in results), [r.problem for r in results]


def test_a_frame_that_gives_another_mode_is_told(packs):
    results = mine(prove(packs, Table({}, mode="drone"), kinds=["frame"]), "bomb")
    assert results[0].problem == "mode is drone, not aerial"
    assert results[2].ok


def test_firings_count_first_rules():
    assert firings([Table({}).read("قصف"), Table({}).read("قصف"), Table({}).read("صمت")]) == {"bomb": 2}
