"""Working in what changed gives what deriving from nothing gives, and touches only what lies near it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from marsad.fuse import derive, incidents, near, patching, refresh, why
from marsad.fuse.people import withdraw_report
from marsad.packs import Packs
from marsad.store import Store, StoredReport, open_store
from marsad.store.fuse_tables import (
    fuse_answers,
    fuse_events,
    fuse_headings,
    fuse_outlets,
    fuse_pairs,
    incident_rounds,
)
from telling import killed, told


@contextmanager
def only_patching() -> Iterator[None]:
    """Fails where everything is derived anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derive, "_derived", lambda *_: pytest.fail("derived anew"))
        yield


def kept(store: Store) -> dict[str, Any]:
    """All that fusing keeps, numbers of events put as their keys."""
    found: dict[str, Any] = {"incidents": store.incidents(), "born": store.lineage()}
    with store.engine.connect() as connection:
        rows = connection.execute(select(fuse_events)).all()
        key = {r.number: (r.report, r.event) for r in rows}
        pairs = connection.execute(select(fuse_pairs)).all()
        return found | {
            "events": {key[r.number]: r.body for r in rows},
            "pairs": {(frozenset((key[p.low], key[p.high])), round(p.score, 6), p.retold) for p in pairs},
            "headings": {(r.heading, key[r.number]) for r in connection.execute(select(fuse_headings))},
            "answers": {tuple(r) for r in connection.execute(select(fuse_answers))},
            "outlets": {tuple(r) for r in connection.execute(select(fuse_outlets))},
        }


def check(store: Store, packs: Packs) -> None:
    """The state that stands is the one that deriving from nothing gives."""
    patched = kept(store)
    refresh(store, packs=packs, fresh=True)
    anew = kept(store)
    for name, value in anew.items():
        assert patched[name] == value, name


def another_reading(stored: StoredReport, dice: random.Random) -> StoredReport:
    """The report as another reader might have read it: an event less, days or places lost, numbers given anew."""
    assert stored.reading
    events = [e for e in stored.reading.events if dice.random() > 0.2]
    some = [replace(e, time=None) if dice.random() < 0.2 else e for e in events]
    some = [replace(e, place=None) if dice.random() < 0.1 else e for e in some]
    numbered = [replace(e, id=f"e{n}") for n, e in enumerate(some, start=1)]
    return replace(stored, reading=replace(stored.reading, events=tuple(numbered), engine=f"other {dice.random()}"))


def one_change(store: Store, left: list[StoredReport], there: list[StoredReport], dice: random.Random) -> None:
    """Something that happens to a store."""
    what = dice.choice(("add", "add", "add", "read", "read", "withdraw", "same", "split", "undo", "copies"))
    if what == "add" and left:
        stored = left.pop()
        store.add(stored.report, stored.reading, copy_of=stored.copy_of, copy_share=stored.copy_share)
        there.append(stored)
    elif what == "read":
        stored = another_reading(dice.choice(there), dice)
        assert stored.reading
        store.read(stored.name, stored.reading)
    elif what == "withdraw":
        withdraw_report(store, dice.choice(there).name, reason="سُحب", by="rana", undo=dice.random() < 0.4)
    elif what in ("same", "split"):
        keys = sorted({(s.name, e.id) for s in store.reports() if s.reading for e in s.reading.events})
        one, two = dice.sample(keys, 2)
        store.judge(one, two, "same" if what == "same" else "different", reason="حادثة", by="rana")
    elif what == "undo" and (given := [j for j in store.judgements() if not j.machine]):
        store.withdraw(dice.choice(given).id, by="rana")
    elif what == "copies":
        one, two = dice.sample(there, 2)
        store.put_copies({one.name: (two.name, 0.8)} if dice.random() < 0.7 else {})


@pytest.mark.parametrize(("seed", "most"), [(0, 50), (1, 50), (2, 1), (3, 2), (10, 2), (18, 1)])
def test_working_in_is_deriving_anew(
    corpus: list[StoredReport], packs: Packs, seed: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it is done in many rounds: `most` new reports in each."""
    monkeypatch.setattr(patching, "ROUND", most)
    dice = random.Random(seed)
    left = dice.sample(corpus, k=len(corpus))
    there = [left.pop() for _ in range(30)]
    with open_store("sqlite://") as store:
        for stored in there:
            store.add(stored.report, stored.reading, copy_of=stored.copy_of, copy_share=stored.copy_share)
        refresh(store, packs=packs)
        with only_patching():
            for _ in range(8):
                for _ in range(dice.choice((1, 1, 3) if most > 2 else (3, 6, 9))):
                    one_change(store, left, there, dice)
                refresh(store, packs=packs)
        check(store, packs)


@pytest.mark.parametrize("seed", range(2))
def test_reports_one_by_one_in_any_order(corpus: list[StoredReport], packs: Packs, seed: int) -> None:
    some = random.Random(seed).sample([s for s in corpus if s.name.startswith(("rival", "east"))], k=24)
    with open_store("sqlite://") as store, open_store("sqlite://") as whole:
        for stored in some:
            store.add(stored.report, stored.reading, copy_of=stored.copy_of, copy_share=stored.copy_share)
            refresh(store, packs=packs)
        for stored in sorted(some, key=lambda s: s.name):
            whole.add(stored.report, stored.reading, copy_of=stored.copy_of, copy_share=stored.copy_share)
        groups = {frozenset(i.events) for i in incidents(whole, packs=packs)}
        assert {frozenset(i.events) for i in incidents(store, packs=packs)} == groups
        check(store, packs)


def test_only_what_lies_near_is_written(packs: Packs) -> None:
    far = [told(f"far{n}", day="2023-05-01", published="2023-05-02", place=None) for n in range(3)]
    with open_store("sqlite://") as store:
        for stored in (told("a"), *far):
            store.add(stored.report, stored.reading)
        refresh(store, packs=packs)
        new = told("b", killed=killed(7))
        store.add(new.report, new.reading)
        with only_patching():
            assert refresh(store, packs=packs)
        with store.engine.connect() as connection:
            rounds = {r.incident: r.round for r in connection.execute(select(incident_rounds))}
        last = max(rounds.values())
        assert [id for id, round_ in rounds.items() if round_ == last] == [
            i.id for i in incidents(store, packs=packs) if ("b", "e1") in i.events
        ]
        assert not refresh(store, packs=packs)


def test_a_new_outlet_gives_older_quotes_their_root(packs: Packs) -> None:
    chain = [{"start": 5, "end": 19, "kind": "media", "stance": "asserts"}]  # the words: القوات الروسية
    quoting, other = told("a", attribution=chain, outlet="صحيفة"), told("x", outlet="ورقة")
    with open_store("sqlite://") as store:
        for stored in (quoting, other):
            store.add(stored.report, stored.reading)
        (before,) = [i for i in incidents(store, packs=packs) if ("a", "e1") in i.events]
        assert {root for root, _ in before.working} == {"صحيفه", "ورقه"}
        quoted = told("c", day="2023-01-01", published="2023-01-02", outlet="القوات الروسية")
        store.add(quoted.report, quoted.reading)
        with only_patching():
            (after,) = [i for i in incidents(store, packs=packs) if ("a", "e1") in i.events]
        assert {root for root, _ in after.working} == {"القوات الروسيه", "ورقه"}
        check(store, packs)


def test_a_copy_that_is_read_anew_leaves_the_outlet_of_its_original_counted(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        first, copy = told("a", outlet="ورقة"), told("b", outlet="صحيفة")
        store.add(first.report, first.reading)
        store.add(copy.report, copy.reading, copy_of="a", copy_share=0.9)
        refresh(store, packs=packs)
        store.read("b", told("b", killed=killed(7)).reading)
        with only_patching():
            refresh(store, packs=packs)
        assert kept(store)["outlets"] == {("ورقه", 1), ("صحيفه", 1)}
        check(store, packs)


def test_grades_alter_no_incident(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        stored = told("a")
        store.add(stored.report, stored.reading)
        before = incidents(store, packs=packs)
        value = {"grade": "B", "since": None, "outlet": "منبر"}
        store.decide("outlet:منبر", "reliability", value, reason="", by="rana")
        with only_patching():
            assert incidents(store, packs=packs) == before


def test_two_at_once(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes second sees that the incidents are not what they were and works in what is left."""
    with open_store("sqlite://") as store:
        for stored in (told("a"), told("b")):
            store.add(stored.report, stored.reading)
        refresh(store, packs=packs)
        late, other = told("c"), told("d")
        store.add(late.report, late.reading)
        put, calls = derive.put_changes, []

        def overtaken(store_: Store, change: Any) -> bool:
            calls.append(change.basis)
            if len(calls) == 1:
                store.add(other.report, other.reading)
                refresh(store, packs=packs)
            return put(store_, change)

        monkeypatch.setattr(derive, "put_changes", overtaken)
        refresh(store, packs=packs)
        assert [len(i.events) for i in incidents(store, packs=packs)] == [4]
        check(store, packs)


def test_overtaken_in_each_round(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often somebody else is quicker, all that was told is worked in, by either."""
    monkeypatch.setattr(patching, "ROUND", 1)
    with open_store("sqlite://") as store:
        store.add(told("a").report, told("a").reading)
        refresh(store, packs=packs)
        for name in "bcdefghij":
            store.add(told(name).report, told(name).reading)
        put = derive.put_changes
        monkeypatch.setattr(derive, "put_changes", lambda *what: put(*what) and put(*what))
        with only_patching():
            assert refresh(store, packs=packs)
        assert [len(i["events"]) for i in store.incidents()] == [10]
        check(store, packs)


def test_others_who_never_stop_are_not_waited_for(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store("sqlite://") as store:
        store.add(told("a").report, told("a").reading)
        refresh(store, packs=packs)
        store.add(told("b").report, told("b").reading)
        put, names = derive.put_changes, list("cdefghijkl")

        def overtaken(store_: Store, change: Any) -> bool:
            put(store_, change)
            new = told(names.pop(0))
            store.add(new.report, new.reading)
            return False

        monkeypatch.setattr(derive, "put_changes", overtaken)
        assert refresh(store, packs=packs)
        assert len(names) == 9
        assert [len(i["events"]) for i in store.incidents()] == [2]


def test_many_new_reports_are_worked_in_a_few_at_a_time(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is interrupted has kept the rounds that were done."""
    monkeypatch.setattr(patching, "ROUND", 2)
    with open_store("sqlite://") as store:
        for stored in (told("a"), told("b")):
            store.add(stored.report, stored.reading)
        refresh(store, packs=packs)
        for name in "cdefg":
            new = told(name)
            store.add(new.report, new.reading)
        put, bases = derive.put_changes, list[str]()

        def stopped(store_: Store, change: Any) -> bool:
            if len(bases) == 2:
                raise KeyboardInterrupt
            bases.append(change.basis)
            return put(store_, change)

        monkeypatch.setattr(derive, "put_changes", stopped)
        with pytest.raises(KeyboardInterrupt):
            refresh(store, packs=packs)
        assert store.basis() == bases[-1]
        assert [len(i["events"]) for i in store.incidents()] == [6]
        monkeypatch.undo()
        with only_patching():
            assert [len(i.events) for i in incidents(store, packs=packs)] == [7]
        check(store, packs)


def test_why_and_near_misses(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        for stored in (told("a"), told("b"), told("c", day="2022-01-12", published="2022-01-13")):
            store.add(stored.report, stored.reading)
        one = next(i for i in incidents(store, packs=packs) if len(i.events) == 2)
        (judged,) = why(store, one.id, packs=packs)
        assert (judged.left, judged.right, judged.verdict) == (("a", "e1"), ("b", "e1"), "same")
        assert {(left, right) for _, left, right in near(store, least=2.0)} <= {
            (("a", "e1"), ("c", "e1")), (("b", "e1"), ("c", "e1")),
        }  # fmt: skip
