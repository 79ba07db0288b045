"""Readings of real reports that lie beside the checkout: what a reader of the field would say of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from marsad.model import Attribution, Event, Reading, Report, Span
from marsad.packs import load
from marsad.read import Reader

READER = Reader(load())
Told = tuple[str, Reading]


@pytest.fixture(scope="module")
def seed(request: pytest.FixtureRequest) -> Callable[[str], Told]:
    folder = Path(__file__).parents[2].parent / "shared" / "corpus" / "seeds"
    if not folder.is_dir():
        pytest.skip("no seed reports beside this checkout (../shared/corpus/seeds)")
    read: dict[str, Told] = {}

    def told(number: str) -> Told:
        if number not in read:
            path = next(folder.glob(f"{number}_*.txt"))
            text = path.read_bytes().decode("utf-8")
            read[number] = text, READER.read(Report(path.stem, text))
        return read[number]

    return told


def ids(event: Event, role: str) -> set[str | None]:
    return {mention.id for mention in getattr(event, role)}


def deeds(reading: Reading, kind: str, mode: str | None) -> Iterator[Event]:
    return (e for e in reading.events if (e.type, e.mode) == (kind, mode))


def words(spans: tuple[Span, ...], text: str) -> set[str]:
    return {span.quote(text).strip("\"“”' ") for span in spans}


def voucher(chain: tuple[Attribution, ...], text: str) -> str:
    return " > ".join(link.span.quote(text) for link in chain)


def only(events: Iterator[Event]) -> Event:
    found = list(events)
    assert len(found) == 1, [(e.id, e.type, e.mode, e.status) for e in found]
    return found[0]


@pytest.fixture
def expulsion(seed: Callable[[str], Told]) -> Event:
    _, reading = seed("002")
    actual = (e for e in deeds(reading, "COERCE", "expel") if e.status == "actual")
    return only(actual)


def test_the_expulsion_from_the_field_is_one_event_with_its_sides(expulsion: Event) -> None:
    assert "russia/armed-forces" in ids(expulsion, "actor")
    assert ids(expulsion, "recipient") == {"iran-backed-militias"}
    assert expulsion.place
    assert expulsion.place.id == "sy/deir-ez-zor/field/ward"


def test_a_weekday_dates_the_expulsion_without_a_publication_date(expulsion: Event) -> None:
    assert expulsion.time
    assert (expulsion.time.start, expulsion.time.end) == (date(2020, 7, 4), date(2020, 7, 4))
    assert expulsion.time.precision == "day"


def test_both_forces_that_entered_are_counted(expulsion: Event) -> None:
    assert {(c.of, c.best) for c in expulsion.personnel} == {("russia/armed-forces", 20), ("liwa-al-quds", 50)}


def test_a_man_and_his_kunya_are_one_person(seed: Callable[[str], Told]) -> None:
    text, reading = seed("001")
    person = next(p for p in reading.persons if p.span.quote(text) == "محمد علي الهادي")
    told = words((*person.aliases, *person.mentions), text)
    assert "أبو رقية الأحوازي" in told
    assert not [p for p in reading.persons if p is not person and "أبو رقية" in p.span.quote(text)]
    assert not person.private


def test_village_notables_are_private(seed: Callable[[str], Told]) -> None:
    text, reading = seed("001")
    private = {p.span.quote(text) for p in reading.persons if p.private}
    assert {"محمد الركاض", "معتصم المشوح", "عبد الرحمن غازي العبد الرحمن", "محمد خلف الحسين", "فاضل الظاهر"} == private


def bombings(reading: Reading, actor: str) -> list[Event]:
    return [e for e in deeds(reading, "ASSAULT", "aerial") if ids(e, "actor") == {actor}]


def test_two_sites_tell_two_accounts_of_who_bombed_the_guards(seed: Callable[[str], Told]) -> None:
    text, reading = seed("003")
    russian = [e for e in bombings(reading, "russia/air-force") if ids(e, "recipient") == {"iran/irgc"}]
    assert russian
    assert "سحام نيوز" in " ".join(voucher(c, text) for e in russian for c in (e.attribution, *e.other_attributions))


def test_the_other_site_blames_the_coalition(seed: Callable[[str], Told]) -> None:
    text, reading = seed("003")
    coalition = only(iter(bombings(reading, "international-coalition")))
    assert ids(coalition, "recipient") == {"iran/irgc"}
    assert [c.best for c in coalition.killed] == [4]
    assert "عصر بهبهان" in voucher(coalition.attribution, text)


@pytest.fixture
def demand(seed: Callable[[str], Told]) -> tuple[str, Event]:
    text, reading = seed("004")
    hama = (
        e
        for e in deeds(reading, "REQUEST", "withdraw")
        if e.status == "actual" and any("الفوج 49" in span.quote(text) for span in e.evidence)
    )
    return text, only(hama)


def test_the_demand_names_its_sides(demand: tuple[str, Event]) -> None:
    _, event = demand
    assert ids(event, "actor") <= {"russia", "russia/armed-forces"}
    assert event.actor
    assert any(str(one).startswith("iran") for one in ids(event, "recipient"))


def test_the_demand_has_the_regiment_as_its_place(demand: tuple[str, Event]) -> None:
    text, event = demand
    assert event.place
    assert "الفوج 49" in event.place.span.quote(text)


def test_a_newspaper_stands_before_its_source(demand: tuple[str, Event]) -> None:
    text, event = demand
    kinds = [link.kind for link in event.attribution]
    assert kinds == ["media", "unnamed-source"]
    assert "الشرق الأوسط" in event.attribution[0].span.quote(text)
