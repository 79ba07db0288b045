"""A small archive with broken lines, and what an undisturbed run makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from read.bulk.trials import read, rows, write_rows

BROKEN = (b'{"text": "no end\n', b"\n", b"\xff\xfe\n", b"[1, 2]\n", b'{"report": "bare", "text": " "}\n')


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 reports, a broken line after every eighth, no line end at the last."""
    made = []
    for number, row in enumerate(rows(40)):
        made.append(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        if number % 8 == 7:
            made.append(BROKEN[number // 8])
    file = tmp_path_factory.mktemp("archive") / "archive.jsonl"
    file.write_bytes(b"".join(made).rstrip(b"\n"))
    return file


@pytest.fixture(scope="session")
def alone(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nothing disturbed."""
    out = tmp_path_factory.mktemp("alone") / "out"
    outcome = read(out, archive)
    assert outcome.summary is not None
    assert (outcome.summary.reports, outcome.summary.errors) == (40, 4)
    return out


@pytest.fixture(scope="session")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """160 reports and one that is broken: time enough to kill somebody."""
    return write_rows(tmp_path_factory.mktemp("long") / "long.jsonl", [*rows(160), {"text": ""}])


@pytest.fixture(scope="session")
def long_alone(long: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an undisturbed run makes of it."""
    out = tmp_path_factory.mktemp("long-alone") / "out"
    read(out, long)
    return out
