"""The chain at Tabiyah Jazira, on the reference records of the demonstration."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from marsad.fuse import fuse
from marsad.model import Report, from_record
from marsad.packs import Packs
from marsad.store import StoredReport
from relate.world import World

HERE = Path(__file__).parents[1] / "demo" / "records"
TEXTS = Path(__file__).parents[2] / "src" / "marsad" / "demo"
ADDED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(packs: Packs) -> World:
    rows = [json.loads(line) for line in (TEXTS / "meta.jsonl").read_text("utf-8").splitlines() if line.strip()]
    stored = []
    for row in rows:
        text = (TEXTS / f"{row['report']}.txt").read_bytes().decode("utf-8")
        day = date.fromisoformat(row["published"]) if row["published"] else None
        reading = from_record(json.loads((HERE / f"{row['report']}.json").read_text("utf-8")))
        report = Report(row["report"], text, published=day, outlet=row["outlet"])
        stored.append(StoredReport(report, reading, None, None, ADDED))
    return World(fuse(stored, packs=packs)[0], stored, {}, packs)


def test_the_chain_at_tabiyah_jazira(demo: World) -> None:
    """Barred from setting up posts, then the quarrel at Khasham the same evening, in this order."""
    made = demo.quarrels("russia", "iran", "2024-12-31")
    (chain,) = [c for c in made.chains if "طابية" in c.place.ar]
    assert [p.id for p in chain.phases] == ["barring", "quarrel"]
    assert [s.side for s in chain.steps] == ["conflict", "conflict"]
    assert chain.start == "2024-08-25"


def test_both_series_and_a_demand_with_its_age(demo: World) -> None:
    made = demo.quarrels("russia", "iran", "2024-12-31")
    assert any(s.side == "conflict" for s in made.steps)
    assert any(s.side == "cooperation" for s in made.steps)
    assert all(d.age > 0 for d in made.demands)
    assert made.demands
