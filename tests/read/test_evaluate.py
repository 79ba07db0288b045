"""The own comparison gives the scorer's figures and names the cause of each difference."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import figures
import scorer
from marsad.cli import main
from marsad.errors import InputError
from marsad.model import to_record
from marsad.packs import load
from marsad.read import Reader
from marsad.read.evaluate import compare, evaluate, load_records, references_of
from marsad.read.misses import CAUSES, misses

RECORDS = figures.CORPUS / "records"


@pytest.fixture(scope="module")
def references() -> dict[str, Any]:
    return load_records(RECORDS)


@pytest.fixture(scope="module")
def records() -> dict[str, Any]:
    reader = Reader(load())
    return {name: to_record(reader.read(report), report.text) for name, report in figures.reports().items()}


def by_facet(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {row["facet"]: {k: v for k, v in row.items() if k != "facet"} for row in rows}


def scored(references: dict[str, Any], records: dict[str, Any]) -> dict[str, Any]:
    tally = scorer.Tally()
    for name, reference in references.items():
        scorer.score_report(tally, reference, records.get(name, {}))
    return scorer.figures(tally)


def test_figures_are_those_of_the_scorer(references: dict[str, Any], records: dict[str, Any]) -> None:
    assert by_facet(compare(references, records).rows()) == scored(references, records)


def test_figures_are_those_of_the_scorer_where_reports_are_missing(
    references: dict[str, Any], records: dict[str, Any]
) -> None:
    some = {name: record for at, (name, record) in enumerate(records.items()) if at % 3}
    assert by_facet(compare(references, some).rows()) == scored(references, some)


def test_the_reference_against_itself_has_no_fault(references: dict[str, Any]) -> None:
    compared = compare(references, references)
    assert {row["f1"] for row in compared.rows()} == {1.0}
    assert misses(compared, references, references) == {}


def test_every_cause_that_the_corpus_shows_is_explained(references: dict[str, Any], records: dict[str, Any]) -> None:
    found = misses(compare(references, records), references, records)
    assert set(found) <= set(CAUSES)
    assert [len(all_) for all_ in found.values()] == sorted((len(all_) for all_ in found.values()), reverse=True)


EVENT: dict[str, Any] = {
    "id": "e1",
    "type": "COERCE",
    "mode": "expel",
    "status": "actual",
    "actor": [{"text": "روسيا", "start": 0, "end": 5, "id": "russia"}],
    "recipient": [{"text": "إيران", "start": 8, "end": 13, "id": "iran"}],
    "place": {"text": "الورد", "start": 20, "end": 25, "lat": 35.0, "lon": 40.0, "precision": 1},
    "time": {"text": "أمس", "span": [26, 29], "start": "2022-01-11", "end": "2022-01-11", "precision": "day"},
    "killed": {"text": "ثلاثة", "start": 30, "end": 35, "low": 3, "high": 3, "best": 3},
    "attribution": [{"text": "مصدر", "start": 40, "end": 44, "kind": "unnamed-source", "stance": "asserts"}],
    "evidence": [[0, 36]],
}
PERSON = {"text": "علي", "start": 50, "end": 53, "private": True}
BASE = {"report": "r", "events": [EVENT], "persons": [PERSON]}


def changed(**values: Any) -> dict[str, Any]:
    record = copy.deepcopy(BASE)
    record["events"][0] |= values
    return record


@pytest.mark.parametrize(
    ("record", "causes"),
    [
        (BASE, {}),
        (BASE | {"events": []}, {"no trigger": 1}),
        (changed(type="REQUEST"), {"wrong type": 1}),
        (changed(mode="seize"), {"wrong mode": 1}),
        (changed(status="denied"), {"wrong status": 1}),
        (changed(actor=[]), {"no actor": 1}),
        (changed(actor=[EVENT["actor"][0] | {"id": "israel"}]), {"wrong actor id": 1}),
        (changed(actor=[{"text": "x", "start": 90, "end": 91, "id": "israel"}]), {"wrong actor": 1}),
        (changed(actor=EVENT["recipient"], recipient=EVENT["actor"]), {"roles swapped": 2}),
        (changed(recipient=[]), {"no recipient": 1}),
        (changed(place=None), {"no place": 1}),
        (changed(place=EVENT["place"] | {"lat": 30.0}), {"wrong place": 1}),
        (changed(time=None), {"no time": 1}),
        (changed(time=EVENT["time"] | {"end": "2022-01-12"}), {"wrong time": 1}),
        (changed(killed=EVENT["killed"] | {"best": 4}), {"wrong count": 1}),
        (changed(captured=EVENT["killed"]), {"count made up": 1}),
        (changed(attribution=[]), {"no voucher": 1}),
        (changed(evidence=[[0, 200]]), {"wrong span of evidence": 1}),
        (BASE | {"events": [EVENT, EVENT | {"id": "e2"}]}, {"told twice": 1}),
        (BASE | {"events": [EVENT, EVENT | {"id": "e2", "evidence": [[300, 320]]}]}, {"made up": 1}),
        (BASE | {"persons": [PERSON | {"private": False}]}, {"wrong privacy": 1}),
        (BASE | {"persons": []}, {"no person": 1}),
    ],
)
def test_each_difference_has_its_cause(record: dict[str, Any], causes: dict[str, int]) -> None:
    one, two = {"r": BASE}, {"r": record}
    found = misses(compare(one, two), one, two)
    assert {cause: len(all_) for cause, all_ in found.items()} == causes


def test_an_event_whose_words_went_into_another_is_told_so() -> None:
    one = {"r": BASE | {"events": [EVENT, EVENT | {"id": "e2", "type": "RETREAT", "mode": None}]}}
    found = misses(compare(one, {"r": BASE}), one, {"r": BASE})
    assert list(found) == ["told within another"]
    assert found["told within another"][0].expected == "RETREAT actual (russia / iran)"


def test_references_without_a_report_are_left_out() -> None:
    name = "east-01"
    text = str(figures.CORPUS / "reports" / f"{name}.txt")
    meta = str(figures.CORPUS / "reports" / "east.meta.jsonl")
    rows = evaluate(RECORDS, [text], meta=meta, packs=load())
    events = next(row for row in rows if row["facet"] == "event")
    assert events["right"] + events["missed"] == len(load_records(RECORDS)[name]["events"])


def test_faulty_records_are_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"report": "a"}\n{"no": 1}\n', "utf-8")
    with pytest.raises(InputError, match=r"line 2: no record"):
        load_records(broken)
    with pytest.raises(InputError, match="E110"):
        references_of(RECORDS, {"unknown": {}})


def test_the_command_prints_figures_causes_and_two_readings_side_by_side(tmp_path: Path) -> None:
    reference, worse = tmp_path / "reference.jsonl", tmp_path / "worse.jsonl"
    reference.write_text(json.dumps(BASE) + "\n", "utf-8")
    worse.write_text(json.dumps(changed(status="denied")) + "\n", "utf-8")
    args = ["evaluate", str(reference), str(worse), "--against", str(reference), "--show", "1"]
    done = CliRunner().invoke(main, [*args, "--format", "jsonl"])
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    status = next(row for row in rows if row.get("facet") == "status (of matched)")
    assert (status["f1"], status["against"], status["change"]) == (0.0, 1.0, -1.0)
    assert rows[-1]["cause"] == "wrong status"
    assert rows[-1]["examples"][0]["found"] == "denied"
    table = CliRunner().invoke(main, args).stdout
    assert "wrong status" in table
    assert "against" in table
