"""Do no harm: masked by default, not joinable, not reversible, homes told coarsely, unmasking logged."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from marsad.cli import main
from marsad.errors import InputError
from marsad.model import Report, from_record
from marsad.packs import Packs
from marsad.publish.export import export
from marsad.publish.masking import BLOCK, Mask, People
from marsad.store import Store, open_store

TEXT = "داهم الأمن العسكري منزل الحاج سعيد بن حمد التجريبي في حطلة واعتقله، وقال أبو سعيد إنه بريء."
NAME = "سعيد بن حمد التجريبي"


def record(name: str, text: str) -> dict[str, object]:
    def at(words: str, **more: object) -> dict[str, object]:
        return {"text": words, "start": text.index(words), "end": text.index(words) + len(words), **more}

    event = {
        "id": "e1", "type": "COERCE", "mode": "arrest", "status": "actual", "acled": "Arrests", "attribution": [],
        "actor": [at("الأمن العسكري", id="syria/military-security")], "recipient": [at(NAME, id="person/said-tajribi")],
        "place": at("حطلة", id="sy/deir-ez-zor/hatla", lat=35.36, lon=40.19, precision=1), "evidence": [[0, len(text)]],
        "time": {"text": "", "span": [0, 1], "start": "2022-05-01", "end": "2022-05-01", "precision": "day"},
    }  # fmt: skip
    person = at(NAME, private=True, mentions=[], aliases=[at("أبو سعيد")], role=None, organisation=None)
    return {"report": name, "published": "2022-05-02", "events": [event], "persons": [person]}


@pytest.fixture
def home(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path / 'home.sqlite'}")
    url = "https://news.example/2022/%D8%B3%D8%B9%D9%8A%D8%AF-%D8%A7%D9%84%D8%AA%D8%AC%D8%B1%D9%8A%D8%A8%D9%8A.html"
    report = Report("home", TEXT, published=date(2022, 5, 2), outlet="منبر", url=url)
    store.add(report, from_record(record("home", TEXT)))
    return store


def rows(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_text_keeps_its_length(home: Store) -> None:
    mask = Mask(People.of_store(home))
    hidden = mask.text("home", TEXT)
    assert len(hidden) == len(TEXT) and "سعيد" not in hidden and BLOCK * len(NAME) in hidden


def test_masked_by_default(home: Store, packs: Packs, tmp_path: Path) -> None:
    file = export(home, "plover", tmp_path / "x.jsonl", packs=packs).file
    text = file.read_text("utf-8")
    assert "سعيد" not in text and "tajribi" not in text and "%D8%B3" not in text and "اسم محجوب" in text


def test_codes_are_the_same_within_one_export_and_others_in_the_next(home: Store, packs: Packs, tmp_path: Path) -> None:
    again = TEXT.replace("واعتقله", "واقتاده")
    home.add(Report("home-2", again, published=date(2022, 6, 2), outlet="منبر"), from_record(record("home-2", again)))
    codes = []
    for n in range(2):
        file = export(home, "plover", tmp_path / f"{n}.jsonl", packs=packs).file
        codes.append({p["id"] for row in rows(file) for p in row["recipient"]})  # type: ignore[attr-defined]
    assert len(codes[0]) == len(codes[1]) == 1 and codes[0] != codes[1]


def test_a_key_gives_the_same_codes(home: Store) -> None:
    people = People.of_store(home)
    one, two, three = (Mask(people, key=key).code("person/x") for key in (b"1", b"1", b"2"))
    assert one == two != three


def test_homes_are_told_as_their_governorate(home: Store, packs: Packs, tmp_path: Path) -> None:
    row = rows(export(home, "plover", tmp_path / "x.jsonl", packs=packs).file)[0]
    place = row["event_loc"]
    assert isinstance(place, dict) and place["id"] == "sy/deir-ez-zor" and place["precision"] == 3
    text = (tmp_path / "x.jsonl").read_text("utf-8")
    assert "حطلة" not in text and "Hatla" not in text and "35.36" not in text


@pytest.mark.parametrize("words", ["قصفت القوات بيت جن", "في دار العدل", "مقر البلدية", "تدمير منزلق الجسر"])
def test_no_homes(words: str, packs: Packs) -> None:
    from marsad.packs import fold_word
    from marsad.publish.homes import _dwellings

    assert not list(_dwellings(fold_word(words), frozenset(["جن"])))


@pytest.mark.parametrize("words", ["داهموا منزله", "في بيت العائلة", "استهدف منازل المدنيين", "دخلوا داره", "بشقته"])
def test_homes(words: str) -> None:
    from marsad.packs import fold_word
    from marsad.publish.homes import _dwellings

    assert list(_dwellings(fold_word(words), frozenset(["جن"])))


def test_unmasking_needs_a_reason_and_is_logged(home: Store, packs: Packs, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        export(home, "plover", tmp_path / "x.jsonl", packs=packs, masked=False, by="me")
    assert caught.value.code == "E606" and not (tmp_path / "x.jsonl").exists()
    made = export(home, "xlsx", tmp_path / "x.xlsx", packs=packs, masked=False, by="me", reason="for the court")
    assert made.document["unmasked"] == {"by": "me", "reason": "for the court"} and not made.document["masked"]
    last = home.custody()[-1]
    assert last.by == "me" and last.detail["reason"] == "for the court" and last.subject == "export:xlsx"
    assert home.verify_custody()


def test_what_is_masked_is_listed_before_the_first_export(home: Store, tmp_path: Path) -> None:
    arguments = ["--store", str(home.engine.url), "export", "acled", "-o", str(tmp_path / "x.csv")]
    first, second = (CliRunner().invoke(main, arguments) for _ in range(2))
    assert first.exit_code == second.exit_code == 0
    assert NAME in first.stderr and NAME not in second.stderr and NAME not in first.stdout


def test_namesakes_in_office_keep_their_names() -> None:
    people = People()
    people.names = [("أبو تراب", "r1", "person/a")]
    people.known = {"ابو تراب الساعدي"}
    mask = Mask(people)
    assert mask.words("قال أبو تراب الساعدي", ["r2"]) == "قال أبو تراب الساعدي"
    assert "تراب" not in mask.words("قال أبو تراب", ["r1"])
