"""Incidents in short form, and the invented quarrel of the rival series with the answers that are known of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import figures
import scorer
from marsad.fuse import Incident, fuse
from marsad.fuse.build import build
from marsad.fuse.kinship import Kinship
from marsad.fuse.told import told
from marsad.fuse.voices import Voices
from marsad.gather import find_copies
from marsad.model import Reading, Report, from_record, to_record
from marsad.packs import Packs, load
from marsad.store import StoredReport
from marsad.watch.prove import short
from relate.world import World

CORPUS = Path(__file__).parents[1] / "corpus"
ADDED = datetime(2026, 1, 1, tzinfo=UTC)
Make = Callable[..., Incident]


@pytest.fixture(scope="session")
def packs() -> Packs:
    return load(strict=False)


@pytest.fixture(scope="session")
def make(packs: Packs) -> Make:
    """make("COERCE/expel", actors, recipients, "2022-01-10", at=[lat, lon], status=...): an incident."""

    def made(kind: str, actor: list[str], recipient: list[str], day: str = "2022-01-10", **more: Any) -> Incident:
        row = [f"i-{kind}-{day}", day, kind, actor, recipient, more.pop("at", None), []]
        return replace(short(row, packs), **more)

    return made


@pytest.fixture(scope="session")
def chains() -> Any:
    """The reference: steps of pairs, open demands."""
    return json.loads((CORPUS / "chains.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def by_reference(packs: Packs) -> World:
    """The rival series as its reference records and its reference incidents have it."""
    named = scorer.load_incidents(CORPUS / "fusion" / "rival.jsonl")
    stored = _stored({name: from_record(record) for name, record in _records().items()})
    events = {t.key: t for t in told(stored)}
    groups: dict[str, list[Any]] = {}
    for key, name in named.items():
        groups.setdefault(name, []).append(events[key])
    found = [build(group, Voices.among(stored, packs), Kinship(packs)) for group in groups.values()]
    return World(sorted(found, key=lambda i: (i.start or "9999", i.id)), stored, named, packs)


@pytest.fixture(scope="session")
def by_own_reading(packs: Packs) -> World:
    """The rival series as the project reads and fuses it."""
    named, reader = scorer.load_incidents(CORPUS / "fusion" / "rival.jsonl"), figures.own_reader()
    readings = {name: reader.read(report) for name, report in _rival().items()}
    ours: dict[tuple[str, str], str] = {}
    for name, reference in _records().items():
        ones, twos = reference["events"], to_record(readings[name], _rival()[name].text)["events"]
        for i, j in scorer.pair(ones, twos, scorer.likeness, 2):
            if ones[i]["type"] == twos[j]["type"] and (name, ones[i]["id"]) in named:
                ours[name, twos[j]["id"]] = named[name, ones[i]["id"]]
    stored = _stored(readings)
    return World(fuse(stored, packs=packs)[0], stored, ours, packs)


def _rival() -> dict[str, Report]:
    return {name: report for name, report in figures.reports().items() if name.startswith("rival-")}


def _records() -> dict[str, Any]:
    return {name: json.loads((CORPUS / "records" / f"{name}.json").read_text("utf-8")) for name in _rival()}


def _stored(readings: dict[str, Reading]) -> list[StoredReport]:
    reports = _rival()
    copies = find_copies(reports.values())
    return [
        StoredReport(reports[n], reading, copies[n].of if n in copies else None, None, ADDED)
        for n, reading in readings.items()
    ]
