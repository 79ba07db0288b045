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
PARTS = ("all", "dev", "held-back", "press", "press-held", "extra")
# Later sets of reports, by other hands: they tell how well the rules carry over. `press` has its own held-back third;
# `extra` is held back whole.
LATER = {"press": ("press", "wire", "field", "desk"), "extra": ("extra",)}
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
        """Names of a part (`PARTS`), or of a series such as `east`. `all` are the first 72 reports."""
        if part not in PARTS:
            return [name for name in self.references if series(name) == part]
        own = part.removesuffix("-held") if part.startswith(tuple(LATER)) else ""
        names = [name for name in self.references if folder(name) == own]
        return names if part in ("all", "extra") else [name for name in names if is_held_back(name) == ("held" in part)]

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


def folder(name: str) -> str:
    """The later set that a report belongs to; empty for the first 72."""
    return next((own for own, all_series in LATER.items() if series(name) in all_series), "")


def is_held_back(name: str) -> bool:
    """The rule by which a third of the reports is held back."""
    return int(hashlib.md5(name.encode()).hexdigest(), 16) % 3 == 0


def held_back() -> list[str]:
    """The names that are written down as held back."""
    lines = (CORPUS / "held_back.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def reports(own: str = "") -> dict[str, Report]:
    """The reports of a set by name. Read as bytes: universal newlines would move the spans."""
    out = {}
    for meta in sorted((CORPUS / own).glob("**/*meta.jsonl" if own else "reports/*.meta.jsonl")):
        for row in map(json.loads, meta.read_text("utf-8").splitlines()):
            name, day = row["report"], row.get("published")
            text = (CORPUS / own / "reports" / f"{name}.txt").read_bytes().decode("utf-8")
            out[name] = Report(name, text, date.fromisoformat(day) if day else None, row.get("outlet"))
    return out


def read_corpus(reader: Reads) -> Corpus:
    """All sets, each report read once by `reader`."""
    told = {name: report for own in ("", *LATER) for name, report in reports(own).items()}
    readings = {name: reader.read(report) for name, report in told.items()}
    records = {name: to_record(reading, told[name].text) for name, reading in readings.items()}
    texts = {name: report.text for name, report in told.items()}
    references = {name: ref for own in ("", *LATER) for name, ref in scorer.load(CORPUS / own / "records").items()}
    first = {name: report for name, report in told.items() if not folder(name)}
    return Corpus(references, records, texts, fused(first, readings))


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
    """F1 by part and facet: the parts, then each series."""
    parts = [*PARTS, *sorted({series(name) for name in corpus.references})]
    return {part: corpus.score(part) for part in parts}
