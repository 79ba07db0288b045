"""Names that no pack knows, out of made-up reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from marsad.cli import main

REPORTS = {
    "one": "قال مصدر أمني لـ«رواق الشمال» إن مسلحين من «كتائب صقور الهضبة» هاجموا حاجزاً في قرية تل الغزلان أمس.",
    "two": "وأكد ياسر الحلاق، مختار البلدة، أن «كتائب صقور الهضبة» قصفت مدينة إدلب.\n\n"
    "ونقلت قناة على «تلغرام» أن القصف توقف.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in REPORTS.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
    return tmp_path


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["packs", "suggest", *map(str, args)])


def rows(*args: object) -> list[dict[str, Any]]:
    result = run(*args, "--format", "jsonl")
    assert result.exit_code == 0
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_groups_and_outlets_with_the_sentences_that_hold_them(folder: Path) -> None:
    found = {(row["kind"], row["name"]): row for row in rows(folder)}
    group = found["actor", "كتائب صقور الهضبة"]
    assert group["id"].startswith("group/")
    assert group["reports"] == ["one", "two"]
    assert group["examples"][0] in REPORTS["one"]
    assert ("place", "قرية تل الغزلان") in found
    assert ("outlet", "رواق الشمال") in found


def test_most_frequent_first_and_by_kind(folder: Path) -> None:
    counts = [row["count"] for row in rows(folder)]
    assert counts == sorted(counts, reverse=True)
    assert {row["kind"] for row in rows(folder, "--kind", "actor", "--least", 2)} == {"actor"}
    assert rows(folder, "--least", 50) == []


def test_no_person_nor_platform(folder: Path) -> None:
    names = " ".join(row["name"] for row in rows(folder))
    assert "ياسر" not in names
    assert "تلغرام" not in names


def test_yaml_is_ready_to_paste(folder: Path) -> None:
    entries = yaml.safe_load(run(folder, "--kind", "actor", "--format", "yaml").stdout)
    assert entries[0]["strong"] == ["كتائب صقور الهضبة"]
    assert entries[0]["says"][0] in REPORTS["one"]


def test_table_names_each(folder: Path) -> None:
    assert "رواق" in run(folder).stdout
