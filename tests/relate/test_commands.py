"""The commands of relating, on two reports with reference records."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marsad.cli import main
from marsad.store import open_store
from relate.world import World


@pytest.fixture(scope="module")
def address(by_reference: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/rival.sqlite"
    with open_store(url) as store:
        for stored in by_reference.stored:
            store.add(stored.report, stored.reading, copy_of=stored.copy_of)
    return url


def run(address: str, *args: str) -> Result:
    return CliRunner().invoke(main, ["--store", address, *args])


@pytest.mark.parametrize(
    ("args", "keys"),
    [
        (("actors",), {"id", "standpoints", "disputed"}),
        (("actor", "liwa-al-quds"), {"standpoints", "labels", "units", "positions", "persons", "ties"}),
        (("pair", "russia", "iran"), {"period", "conflict", "interval", "proxy", "mood", "exposure", "steps"}),
        (("chains", "russia", "iran"), {"place", "phases", "steps", "demands"}),
        (("chains", "--open"), {"asked_by", "asked_of", "age", "state", "since"}),
        (("network",), {"a", "b", "sign", "change", "before", "incidents"}),
    ],
)  # fmt: skip
def test_both_formats(args: tuple[str, ...], keys: set[str], address: str) -> None:
    lines = run(address, *args, "--format", "jsonl")
    assert lines.exit_code == 0
    rows = [json.loads(line) for line in lines.output.splitlines()]
    assert rows
    assert keys <= rows[0].keys()
    table = run(address, *args)
    assert (table.exit_code, "┃" in table.output) == (0, True)


def test_a_disputed_tie_names_its_reports_and_outlets(address: str) -> None:
    found = json.loads(run(address, "actor", "لواء القدس", "--format", "jsonl").output)
    points = {p["power"]["id"]: p for p in found["standpoints"]}
    assert found["disputed"]
    assert {"russia", "iran"} <= points.keys()
    assert len(points["russia"]["reports"]) > len(points["iran"]["reports"]) > 0
    assert points["iran"]["outlets"]
    assert points["iran"]["since"] >= "2021"
    assert points["russia"]["known"][0]["source"]


def test_open_demands_have_an_age(address: str) -> None:
    told = run(address, "chains", "russia", "iran", "--open", "--as-of", "2022-08-30")
    assert "155 days" in told.output


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("pair", "russia", "irann"), "nearest: iran"),
        (("pair", "russia", "russia"), "makes no pair with itself"),
        (("pair", "russia", "iran", "--by", "week"), "use one of month, quarter, year"),
        (("actor", "liwa-alquds"), "liwa-al-quds"),
        (("chains", "russia", "nobody-at-all-here"), "E310"),
        (("chains", "--as-of", "June"), "E120"),
        (("network", "--level", "village"), "unit, organisation, camp"),
    ],
)
def test_errors_help(args: tuple[str, ...], told: str, address: str) -> None:
    found = run(address, *args)
    assert found.exit_code == 2
    assert told in found.output


def test_a_pair_without_any_data_says_so(address: str) -> None:
    found = run(address, "pair", "israel", "turkey")
    assert found.exit_code == 0
    assert "no incident in the store lies between the two" in found.output


def test_place_in_any_spelling(address: str) -> None:
    assert "الورد" in run(address, "chains", "--place", "حقل الورد").output
    assert "no open demand" in run(address, "chains", "--place", "الطابية").output


def test_help_has_examples(tmp_path: Path) -> None:
    for name in ("actors", "actor", "pair", "chains", "network"):
        assert "Example" in CliRunner().invoke(main, [name, "--help"]).output
