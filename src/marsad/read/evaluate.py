"""Compare records with reference records, facet by facet, and tell the misses by their cause.

    rows = evaluate("tests/corpus/records", ["tests/corpus/reports"], meta="meta.jsonl", packs=load())

A row holds facet, precision, recall, f1, right, missed and false. The slots of a missed event count as missed too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marsad.errors import InputError
from marsad.model import Reading, Report
from marsad.packs import Packs
from marsad.read.alike import (
    COUNTS,
    Json,
    Pair,
    likeness,
    pair,
    same_actor,
    same_bond,
    same_count,
    same_id,
    same_link,
    same_place,
    same_seat,
    same_time,
    tight,
    told_together,
    touch,
)

_REMEDY = "give records as marsad read prints them"
Same = Callable[[Json, Json], bool]
Records = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Match:
    """One thing of the reference and what was found for it; None on either side where it has no partner."""

    facet: str
    report: str
    reference: Json | None
    found: Json | None
    right: bool


@dataclass(slots=True)
class Comparison:
    """All matches of some reports; `pairs` holds the events as (report, reference, found), None where alone."""

    matches: list[Match] = field(default_factory=list)
    pairs: list[tuple[str, Json | None, Json | None]] = field(default_factory=list)

    def add(self, facet: str, report: str, reference: Json | None, found: Json | None, *, right: bool) -> None:
        """Keep one match."""
        self.matches.append(Match(facet, report, reference, found, right))

    def lists(self, facet: str, report: str, one: Sequence[Json], two: Sequence[Json], same: Same) -> list[Pair]:
        """Match two lists one to one; what is left over is missed or false. Gives the pairs of places."""
        pairs = pair(one, two, lambda a, b: int(same(a, b)), least=1)
        for i, j in pairs:
            self.add(facet, report, one[i], two[j], right=True)
        met, used = {i for i, _ in pairs}, {j for _, j in pairs}
        for i in (k for k in range(len(one)) if k not in met):
            self.add(facet, report, one[i], None, right=False)
        for j in (k for k in range(len(two)) if k not in used):
            self.add(facet, report, None, two[j], right=False)
        return pairs

    def rows(self) -> list[Json]:
        """A row a facet, in the order in which they were met."""
        tally: dict[str, list[int]] = {}
        for match in self.matches:
            row = tally.setdefault(match.facet, [0, 0, 0])
            row[0] += match.right
            row[1] += not match.right and match.reference is not None
            row[2] += not match.right and match.found is not None
        return [_row(facet, *figures) for facet, figures in tally.items()]


def evaluate(reference: str | Path, reports: Iterable[str], *, meta: str | None, packs: Packs) -> list[Json]:
    """The reader's rows over `reports` (files, folders of *.txt) against the records of `reference`.

    References without a report among `reports` are left out. Raises InputError for files that cannot be taken in.
    """
    return compare(references_of(reference, found := read_all(reports, meta=meta, packs=packs)), found).rows()


def references_of(path: str | Path, found: Records) -> dict[str, Json]:
    """The reference records of the reports in `found`. Raises InputError E110 where there is none."""
    known = load_records(path)
    kept = {name: record for name, record in known.items() if name in found}
    if not kept:
        raise InputError("E110", f"no report has a reference record in {path}", "name records after the reports' files")
    return kept


def read_all(
    files: Iterable[str], *, meta: str | None, packs: Packs, read: Callable[[Report], Reading] | None = None
) -> dict[str, Json]:
    """Records by report: *.jsonl files hold them, other files and folders are reports that are read now by `read`.

    The packaged reader reads where no `read` is given.
    """
    from marsad.gather import read_file, read_meta, report_files
    from marsad.model import to_record
    from marsad.read.reader import Reader

    read, known = read or Reader(packs).read, read_meta(meta) if meta else {}
    out: dict[str, Json] = {}
    for path in report_files(files):
        if path.endswith(".jsonl"):
            out |= load_records(path)
            continue
        report = read_file(path, meta=known.get(Path(path).stem))
        out[report.name] = to_record(read(report), report.text)
    return out


def load_records(path: str | Path) -> dict[str, Json]:
    """Records by report, from a folder of *.json or from JSON Lines. Raises InputError E101, E102, E110."""
    place = Path(path)
    files = sorted(place.glob("*.json")) if place.is_dir() else [place]
    found: dict[str, Json] = {}
    for file in files:
        text = _text(file)
        for number, piece in enumerate([text] if place.is_dir() else text.splitlines(), start=1):
            if piece.strip():
                record = _record(piece, f"{file}, line {number}" if file == place else str(file))
                found[record["report"]] = record
    return found


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError("E101", f"cannot read {file}: {error.strerror}", "check the path and its rights") from error
    except UnicodeDecodeError as error:
        raise InputError("E102", f"{file} is not UTF-8", "convert it with iconv -t UTF-8") from error


def _record(piece: str, where: str) -> Json:
    try:
        record = json.loads(piece)
    except json.JSONDecodeError as error:
        raise InputError("E110", f"{where}: no JSON ({error.msg})", _REMEDY) from error
    if not isinstance(record, dict) or not isinstance(record.get("report"), str):
        raise InputError("E110", f"{where}: no record of a report", _REMEDY)
    return record


def compare(references: Records, records: Records) -> Comparison:
    """Every facet of every reference; a report without a record is missed whole."""
    out = Comparison()
    for name, reference in references.items():
        found = records.get(name, {})
        _events(out, name, reference.get("events", []), found.get("events", []))
        _others(out, name, reference, found)
    return out


def _events(out: Comparison, name: str, one: Sequence[Json], two: Sequence[Json]) -> None:
    pairs = [(i, j) for i, j in pair(one, two, likeness, least=2) if one[i]["type"] == two[j]["type"]]
    met, used = {i for i, _ in pairs}, {j for _, j in pairs}
    told: list[tuple[Json | None, Json | None]] = [(one[i], two[j]) for i, j in pairs]
    told += [(e, None) for i, e in enumerate(one) if i not in met]
    told += [(None, e) for j, e in enumerate(two) if j not in used]
    for reference, found in told:
        out.add("event", name, reference, found, right=reference is not None and found is not None)
        out.pairs.append((name, reference, found))
        if reference is not None and found is not None:
            for facet in ("mode", "status"):
                same = reference.get(facet) == found.get(facet)
                out.add(f"{facet} (of matched)", name, reference, found, right=same)
            out.add("evidence (of matched)", name, reference, found, right=tight(reference, found))
        for facet, a, b, alike in slots(reference or {}, found or {}):
            out.lists(facet, name, a, b, alike)


def slots(reference: Json, found: Json) -> Iterator[tuple[str, list[Json], list[Json], Same]]:
    """Facets of two events with what stands on either side and how it is compared."""
    for role in ("actor", "recipient"):
        one, two = reference.get(role, []), found.get(role, [])
        yield role, one, two, same_actor
        yield f"{role} id", one, two, same_id
    for slot in ("place", "from", "to"):
        yield slot, _listed(reference.get(slot)), _listed(found.get(slot)), same_place
    yield "time", _dated(reference), _dated(found), same_time
    for key in COUNTS:
        facet = key if key == "personnel" else "casualties"
        yield facet, _listed(reference.get(key)), _listed(found.get(key)), same_count
    yield "attribution", reference.get("attribution", []), found.get("attribution", []), same_link


def _listed(value: Any) -> list[Json]:
    return value if isinstance(value, list) else [value] if value else []


def _dated(event: Json) -> list[Json]:
    time = event.get("time")
    return [time] if time and time.get("start") else []


def _others(out: Comparison, name: str, reference: Json, found: Json) -> None:
    people, others = reference.get("persons", []), found.get("persons", [])
    for i, j in out.lists("person", name, people, others, touch):
        same = bool(people[i].get("private")) == bool(others[j].get("private"))
        out.add("private (of matched)", name, people[i], others[j], right=same)
    for facet, alike in (("affiliation", same_bond), ("position", same_seat), ("forecast", told_together)):
        out.lists(facet, name, reference.get(f"{facet}s", []), found.get(f"{facet}s", []), alike)


VALUES = ("actor", "recipient", "place", "from", "to", "time", "casualties", "personnel", "attribution")
"""The facets that are values of an event."""


def lost_and_invented(rows: Sequence[Json]) -> tuple[float, float]:
    """Share of the reference's values that were not found, and of the found values that the reference has not."""
    right, missed, false = (sum(row[k] for row in rows if row["facet"] in VALUES) for k in ("right", "missed", "false"))
    lost = missed / (right + missed) if right + missed else 0.0
    return lost, false / (right + false) if right + false else 0.0


def _row(facet: str, right: int, missed: int, false: int) -> Json:
    precision = right / (right + false) if right + false else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    figures = {"precision": precision, "recall": recall, "f1": f1}
    return {"facet": facet, **figures, "right": right, "missed": missed, "false": false}
