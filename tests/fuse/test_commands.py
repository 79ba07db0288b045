"""The commands of fusing as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marsad.cli import main
from marsad.store import open_store
from telling import killed, told


@pytest.fixture
def store(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'case.sqlite'}"
    with open_store(url) as opened:
        for stored in (told("a", killed=killed(5)), told("b", killed=killed(7))):
            opened.add(stored.report, stored.reading)
    return url


def run(store: str, *args: str) -> Result:
    return CliRunner().invoke(main, ["--store", store, *args], catch_exceptions=False)


def ids(store: str) -> list[str]:
    lines = run(store, "incidents", "--format", "jsonl").stdout.splitlines()
    return [json.loads(line)["incident"] for line in lines]


def test_an_event_is_split_off_and_put_back(store: str) -> None:
    (whole,) = ids(store)
    assert run(store, "split", whole, "b/e1", "--why", "حادثتان").exit_code == 0
    assert len(ids(store)) == 2
    assert run(store, "undo", "1").exit_code in (0, 2)  # machine verdicts hold the first numbers
    given = [json.loads(line) for line in run(store, "verdicts", "--format", "jsonl").stdout.splitlines()]
    if given:
        run(store, "undo", str(given[0]["id"]))
    assert ids(store) == [whole]


def test_two_incidents_are_made_one_and_the_old_id_leads_there(store: str) -> None:
    (whole,) = ids(store)
    run(store, "split", whole, "b/e1", "--why", "حادثتان")
    one, two = ids(store)
    told_on = run(store, "same", one, two, "--why", "واحدة")
    assert "is set aside" in told_on.stderr
    assert ids(store) == [whole]
    gone = two if one == whole else one
    assert json.loads(run(store, "incident", gone, "--format", "jsonl").stdout)["incident"] == whole


def test_policies_on_the_command_line(store: str) -> None:
    (whole,) = ids(store)
    for policy, figure in (("lowest", 5), ("independence", 5)):
        doc = json.loads(run(store, "incident", whole, "--policy", policy, "--format", "jsonl").stdout)
        assert [b["value"]["best"] for b in doc["best"] if b["slot"] == "killed"] == [figure]
    refused = run(store, "incident", whole, "--policy", "loudest")
    assert (refused.exit_code, "E151" in refused.stderr) == (2, True)


def test_why_adds_up(store: str) -> None:
    (whole,) = ids(store)
    english, arabic = run(store, "why", whole).stdout, run(store, "why", whole, "--lang", "ar").stdout
    assert "same place" in english
    assert "المكان نفسه" in arabic


def test_grades(store: str) -> None:
    assert run(store, "rate", "source", "a", "B", "--why", "دقيق").exit_code == 0
    assert run(store, "rate", "claim", "a/e1", "killed", "2", "--why", "قائمة").exit_code == 0
    assert json.loads(run(store, "rate", "list", "--format", "jsonl").stdout)["grade"] == "B"
    (whole,) = ids(store)
    doc = json.loads(run(store, "incident", whole, "--policy", "rating", "--format", "jsonl").stdout)
    assert [b["grade"] for b in doc["best"] if b["slot"] == "killed"] == ["B2"]


def test_a_report_is_taken_out(store: str) -> None:
    assert run(store, "withdraw", "a", "--why", "سُحب").exit_code == 0
    doc = json.loads(run(store, "incidents", "--format", "jsonl").stdout)
    assert doc["events"] == [["b", "e1"]]
    assert run(store, "withdraw", "nowhere", "--why", "سُحب").exit_code == 2
