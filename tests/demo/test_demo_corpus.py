"""The demonstration corpus: complete, honest about its copies, and its reference records quote it letter for letter.

The reports of `tests/corpus/extra` are held to the same: meta, model and spans.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz

import marsad
from marsad.model import from_record

Json = dict[str, Any]
HERE = Path(__file__).parent
DEMO = Path(marsad.__file__).parent / "demo"
REPORTS = sorted(p.stem for p in DEMO.glob("*.txt"))
RECORDS = sorted((HERE / "records").glob("*.json"))
EXTRA = HERE.parent / "corpus" / "extra"
EXTRA_RECORDS = sorted((EXTRA / "records").glob("*.json"))
MIRRORS = [("demo-hatla-1", "demo-hatla-3"), ("demo-ward-1", "demo-ward-4")]
NOTE = "written for the demonstration; outlet and private names invented"


def text_of(report: str) -> str:
    folder = DEMO if report.startswith("demo-") else EXTRA / "reports"
    return (folder / f"{report}.txt").read_bytes().decode("utf-8")


def lines_of(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def record_of(path: Path) -> Json:
    record: Json = json.loads(path.read_text("utf-8"))
    return record


def spans_of(node: object) -> Iterator[tuple[int, int, str | None]]:
    """Every span of a record, with the words it claims to quote where it claims any."""
    if isinstance(node, list):
        for item in node:
            yield from spans_of(item)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("start"), int):
        yield node["start"], node["end"], node.get("text")
    if "span" in node:
        yield node["span"][0], node["span"][1], node.get("text")
    for key, value in node.items():
        if key in ("mentions", "evidence"):
            yield from ((start, end, None) for start, end in value)
        else:
            yield from spans_of(value)


def test_there_are_at_least_twelve_reports() -> None:
    assert len(REPORTS) >= 12


@pytest.mark.parametrize("report", REPORTS)
def test_report_is_plain_utf8_of_fair_length(report: str) -> None:
    text = text_of(report)
    assert 600 <= len(text) <= 2200
    assert "\r" not in text and "\ufeff" not in text and "\ufffd" not in text


def test_meta_tells_of_every_report_once() -> None:
    assert sorted(row["report"] for row in lines_of(DEMO / "meta.jsonl")) == REPORTS


def test_meta_is_complete() -> None:
    for row in lines_of(DEMO / "meta.jsonl"):
        assert list(row) == ["report", "published", "outlet", "url", "note"]
        assert row["outlet"] and row["url"] is None and row["note"] == NOTE


def test_some_reports_have_no_date() -> None:
    undated = [row["report"] for row in lines_of(DEMO / "meta.jsonl") if row["published"] is None]
    assert undated == ["demo-khasham-3", "demo-palmyra-3"]


@pytest.mark.parametrize(("first", "second"), MIRRORS)
def test_mirrors_are_near_copies(first: str, second: str) -> None:
    one, two = text_of(first), text_of(second)
    assert one.splitlines()[0] != two.splitlines()[0]
    assert fuzz.token_set_ratio(one, two) > 85


@pytest.mark.parametrize("report", [r for r in REPORTS if r not in {name for pair in MIRRORS for name in pair}])
def test_other_reports_are_no_copies(report: str) -> None:
    others = (text_of(other) for other in REPORTS if other != report)
    assert max(fuzz.ratio(text_of(report), other) for other in others) < 60


def test_at_least_six_reports_have_a_record() -> None:
    assert len(RECORDS) >= 6
    assert {path.stem for path in RECORDS} <= set(REPORTS)


@pytest.mark.parametrize("path", RECORDS + EXTRA_RECORDS, ids=lambda p: p.stem)
def test_every_span_quotes_its_text(path: Path) -> None:
    text = text_of(path.stem)
    for start, end, words in spans_of(record_of(path)):
        assert 0 <= start < end <= len(text)
        assert words is None or text[start:end] == words


@pytest.mark.parametrize("path", RECORDS + EXTRA_RECORDS, ids=lambda p: p.stem)
def test_record_fits_the_model_and_the_meta(path: Path) -> None:
    record = record_of(path)
    reading = from_record(record)
    rows = lines_of(DEMO / "meta.jsonl") + lines_of(EXTRA / "meta.jsonl")
    published = {row["report"]: row["published"] for row in rows}
    assert reading.report == path.stem and record["published"] == published[path.stem]
    assert all(event.evidence for event in reading.events)


def test_every_event_stands_in_one_incident() -> None:
    fused = [tuple(event) for row in lines_of(HERE / "fusion.jsonl") for event in row["events"]]
    told = [(path.stem, event["id"]) for path in RECORDS for event in record_of(path)["events"]]
    assert sorted(fused) == sorted(told)


def test_every_extra_report_has_a_record_and_meta() -> None:
    reports = sorted(path.stem for path in (EXTRA / "reports").glob("*.txt"))
    assert len(reports) == 10
    assert reports == [path.stem for path in EXTRA_RECORDS]
    assert reports == sorted(row["report"] for row in lines_of(EXTRA / "meta.jsonl"))
