"""Read the corpus, score it against the reference records, and tell the figures part by part."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

import scorer
from marsad.model import Report, to_record

CORPUS = Path(__file__).parent / "corpus"
NIGHT = datetime(2026, 1, 1, tzinfo=UTC)
PARTS = ("all", "dev", "held-back")
Figures = dict[str, dict[str, float]]


class Reads(Protocol):
    """What the corpus is read with."""

    def read(self, report: Report, /) -> Any: ...


@dataclass(frozen=True)
class Corpus:
    """Reports with their reference records and those that a reader made of them."""

    references: dict[str, Any]
    readings: dict[str, Any]
    texts: dict[str, str]
    incidents: dict[tuple[str, str], str]

    def names(self, part: str) -> list[str]:
        """Names of a part: `all`, `dev`, `held-back`, or a series such as `east`."""
        held = set(held_back())
        wanted = {"all": lambda n: True, "dev": lambda n: n not in held, "held-back": lambda n: n in held}
        keep = wanted.get(part, lambda n: series(n) == part)
        return [name for name in self.references if keep(name)]

    def score(self, part: str) -> dict[str, float]:
        """F1 a facet over the reports of `part`, and `overall`, their mean over the scorer's list of facets."""
        tally = scorer.Tally()
        for name in self.names(part):
            scorer.score_report(tally, self.references[name], self.readings[name])
        rows = {facet: row["f1"] for facet, row in scorer.figures(tally).items()}
        rows |= {facet: row["f1"] for facet, row in self._incidents(part).items()}
        told = [rows[facet] for facet in scorer.OVERALL if facet in rows]
        return {"overall": sum(told) / max(len(told), 1)} | rows

    def _incidents(self, part: str) -> Any:
        refs = {name: self.references[name] for name in self.names(part)}
        return scorer.score_incidents(refs, self.readings, scorer.load_incidents(CORPUS / "fusion"), self.incidents)

    def bad_spans(self) -> list[tuple[str, Any]]:
        """Spans that leave their text or quote what does not stand there."""
        return [(n, bad) for n, record in self.readings.items() for bad in scorer.bad_spans(record, self.texts[n])]


def series(name: str) -> str:
    """`east-03` belongs to `east`."""
    return name.rsplit("-", 1)[0]


def is_held_back(name: str) -> bool:
    """The rule by which a third of the reports is held back."""
    return int(hashlib.md5(name.encode()).hexdigest(), 16) % 3 == 0


def held_back() -> list[str]:
    """The names that are written down as held back."""
    lines = (CORPUS / "held_back.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def reports() -> dict[str, Report]:
    """All reports by name. Read as bytes: universal newlines would move the spans."""
    out = {}
    for meta in sorted((CORPUS / "reports").glob("*.meta.jsonl")):
        for row in map(json.loads, meta.read_text("utf-8").splitlines()):
            name, day = row["report"], row.get("published")
            text = (CORPUS / "reports" / f"{name}.txt").read_bytes().decode("utf-8")
            out[name] = Report(name, text, date.fromisoformat(day) if day else None, row.get("outlet"))
    return out


def read_corpus(reader: Reads) -> Corpus:
    """The whole corpus, read once by `reader`."""
    told = reports()
    readings = {name: reader.read(report) for name, report in told.items()}
    records = {name: to_record(reading, told[name].text) for name, reading in readings.items()}
    texts = {name: report.text for name, report in told.items()}
    return Corpus(scorer.load(CORPUS / "records"), records, texts, fused(told, readings))


def fused(told: dict[str, Report], readings: dict[str, Any]) -> dict[tuple[str, str], str]:
    """The incident of each event, all series fused together: what does not belong together stays apart or it shows."""
    from marsad.fuse import fuse
    from marsad.store import StoredReport

    read = [StoredReport(report, readings[name], None, None, NIGHT) for name, report in told.items()]
    return {event: incident.id for incident in fuse(read)[0] for event in incident.events}


def own_reader() -> Reads:
    """The project's own reader over its own knowledge."""
    from marsad.packs import load
    from marsad.read import Reader

    return Reader(load())


def figures(corpus: Corpus) -> Figures:
    """F1 by part and facet: all, development, held back, and each series."""
    parts = [*PARTS, *sorted({series(name) for name in corpus.references})]
    return {part: corpus.score(part) for part in parts}
