"""The corpus' reference records as stored reports."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from marsad.gather import find_copies
from marsad.model import Report, from_record
from marsad.packs import Packs, load
from marsad.store import StoredReport

CORPUS = Path(__file__).parents[1] / "corpus"
ADDED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def packs() -> Packs:
    return load(strict=False)


def stored(name: str, text: str, record: dict[str, Any], *, outlet: str | None = None, **more: Any) -> StoredReport:
    published = record.get("published")
    day = date.fromisoformat(published) if published else None
    report = Report(name, text, published=day, outlet=outlet)
    return StoredReport(report, from_record(record), more.get("copy_of"), more.get("copy_share"), ADDED)


@pytest.fixture(scope="session")
def corpus() -> list[StoredReport]:
    """All reports with reference records, outlets from the meta lines."""
    lines = [line for f in CORPUS.rglob("*.meta.jsonl") for line in f.read_text("utf-8").splitlines() if line.strip()]
    outlets = {row["report"]: row.get("outlet") for row in map(json.loads, lines)}
    found = []
    for file in sorted((CORPUS / "records").glob("*.json")):
        text = (CORPUS / "reports" / f"{file.stem}.txt").read_bytes().decode("utf-8")
        found.append(stored(file.stem, text, json.loads(file.read_text("utf-8")), outlet=outlets.get(file.stem)))
    if not found:
        pytest.skip("the corpus holds no reference records")
    copies = find_copies(one.report for one in found)
    return [replace(one, copy_of=c.of, copy_share=c.share) if (c := copies.get(one.name)) else one for one in found]


@pytest.fixture(scope="session")
def true_incidents() -> dict[tuple[str, str], str]:
    """(report, event) -> incident of the reference."""
    rows = [
        json.loads(line)
        for file in sorted((CORPUS / "fusion").glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
        if line.strip()
    ]
    return {(report, event): row["incident"] for row in rows for report, event in row["events"]}
