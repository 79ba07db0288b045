"""The laws of the reader: the text is never changed, nothing stands without its words and rule, nothing breaks it."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scorer
from marsad.model import Report, from_record, to_record
from marsad.packs import load
from marsad.read import Reader
from read.arabic_noise import OPEN, days, joins, pieces, texts

READER = Reader(load())
THOROUGH = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
STRUCTURE = {"events", "persons", "affiliations", "positions", "forecasts", "problems", "packs", "rules", "evidence"}


def read(text: str, day: date | None = None) -> dict[str, Any]:
    report = Report("noise", text, day)
    record = to_record(READER.read(report), text)
    assert report.text == text
    return record


def parts(node: Any) -> Iterator[dict[str, Any]]:
    """All parts of a record that were read from words: mentions, places, times, counts, links."""
    if isinstance(node, dict):
        if "start" in node and "text" in node:
            yield node
        for value in node.values():
            yield from parts(value)
    elif isinstance(node, list):
        for value in node:
            yield from parts(value)


def span_of(part: dict[str, Any]) -> tuple[int, int]:
    start, end = part.get("span") or (part["start"], part["end"])
    return start, end


def holds(record: dict[str, Any], text: str) -> None:
    """Laws 1 and 2 for one record."""
    assert scorer.bad_spans(record, text) == []
    for part in parts(record):
        start, end = span_of(part)
        assert 0 <= start < end <= len(text)
        assert text[start:end] == part["text"]
    for event in record["events"]:
        assert event["evidence"], "an event without words"
        assert event["rules"], "an event without a rule"
        for role in ("actor", "recipient", "attribution", "equipment"):
            assert all(item["rule"] for item in event.get(role, [])), role
        single = [event[slot] for slot in ("place", "from", "to", "time") if event.get(slot)]
        counts = [event[key] for key in scorer.COUNTS if event.get(key)]
        flat = [c for item in counts for c in (item if isinstance(item, list) else [item])]
        assert all(item["rule"] for item in [*single, *flat])
    for kind in ("persons", "affiliations", "positions", "forecasts"):
        assert all(item["rule"] for item in record[kind]), kind


@THOROUGH
@given(texts, days)
def test_laws_hold_on_random_text(text: str, day: date | None) -> None:
    holds(read(text, day), text)


@THOROUGH
@given(st.one_of(pieces, joins), days)
def test_laws_hold_on_cut_and_joined_reports(text: str, day: date | None) -> None:
    holds(read(text, day), text)


WHOLE = (
    "قال الشيخ محمد الأحمد وجيه بلدة صبيخان لشبكة الوادي، السبت 4 تموز/يوليو 2020، إن ميليشيا لواء القدس المدعومة من "
    'روسيا قتلت نحو 20 عنصراً من "الحرس الثوري" قرب حقل الورد النفطي بين الميادين والبوكمال، ونفى الناطق باسمها ذلك.'
)


@pytest.mark.parametrize("day", [None, date(2020, 7, 5)])
def test_a_report_may_end_and_begin_anywhere(day: date | None) -> None:
    for k in range(len(WHOLE)):
        holds(read(WHOLE[:k], day), WHOLE[:k])
        holds(read(WHOLE[k:], day), WHOLE[k:])


@pytest.mark.parametrize("name", sorted(OPEN)[::4])
def test_laws_hold_on_reports(name: str) -> None:
    report = OPEN[name]
    holds(to_record(READER.read(report), report.text), report.text)


@settings(THOROUGH, max_examples=30)
@given(pieces, days)
def test_same_input_same_output(text: str, day: date | None) -> None:
    one = READER.read(Report("a", text, day))
    READER.read(Report("b", "قصف الطيران الروسي بلدة الباغوز أمس", date(2017, 1, 1)))
    assert READER.read(Report("a", text, day)) == one
    assert Reader(READER.packs).read(Report("a", text, day)) == one


@settings(THOROUGH, max_examples=30)
@given(st.one_of(texts, pieces), days)
def test_readings_survive_the_way_through_records(text: str, day: date | None) -> None:
    reading = READER.read(Report("noise", text, day))
    record = to_record(reading, text)
    assert to_record(from_record(copy.deepcopy(record)), text) == record


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "\ufeff",
        ".",
        "ـ",
        "َ",
        "و",
        "ال",
        "«",
        "1",
        "🚨",
        "x" * 5000,
        "و" * 5000,
        "ـ ـ" * 500,
        "«" * 3000,
    ],
)
def test_hardly_any_text(text: str) -> None:
    assert read(text)["events"] == []


def test_evidence_is_short_enough_to_prove_something() -> None:
    for report in list(OPEN.values())[::5]:
        for event in READER.read(report).events:
            assert all(span.end - span.start <= 600 for span in event.evidence)


def book(sentences: int) -> str:
    """A long report: as many different expulsions."""
    places = [p.ar for p in READER.packs.places.values() if p.kind == "village" and not p.weak and p.theatre == "syria"]
    told = "قالت مصادر محلية إن القوات الروسية طردت عناصر الحرس الثوري الإيراني من بلدة {} يوم {} آذار 2021.\n\n"
    return "".join(told.format(places[k % len(places)], 1 + k % 28) for k in range(sentences))


def calls(text: str) -> int:
    """Calls of functions while `text` is read: a measure of the work that does not hang on the machine's load."""
    counted = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        READER.read(Report("book", text, date(2022, 1, 1)))
    finally:
        sys.setprofile(before)
    return counted


def test_four_times_the_text_is_about_four_times_the_work() -> None:
    calls(book(40))  # fills what is remembered between reports
    assert calls(book(120)) / calls(book(30)) < 6


def test_a_book_is_read_in_one_piece() -> None:
    """300 kB in one report."""
    if calls(book(120)) / calls(book(30)) > 8:
        pytest.fail("the work grows with the square of the length; 300 kB would take minutes")
    text = book(1900)
    assert len(text.encode()) > 300_000
    reading = READER.read(Report("book", text, date(2022, 1, 1)))
    assert len(reading.events) > 500
    assert max(span.end for event in reading.events for span in event.evidence) > len(text) * 0.9
