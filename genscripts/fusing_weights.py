"""Learn the weights of comparing two events from the corpus, and write them into fuse.yml.

Learned from the open reports only: their reference records, the reader's own records of them, and copies of the
reference records that are spoilt as reading spoils them (slots lost, taken from a neighbouring event, a mode not
named), each pair with the truth of the reference incidents. The model is a logistic regression over the levels, drawn
towards the weights that stand in the file (a level that the corpus hardly shows keeps its weight), with the levels of
a feature kept in the order in which the file lists them. Run `python genscripts/fusing_weights.py`; with `--dry` the
weights are printed and nothing is written.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from marsad.fuse.compare import Comparer, km
from marsad.fuse.index import Index
from marsad.fuse.kinship import Kinship
from marsad.fuse.tables import weights
from marsad.fuse.told import Told, told
from marsad.model import Report, from_record, to_record
from marsad.packs import load
from marsad.read import Reader
from marsad.store import StoredReport

ROOT = Path(__file__).resolve().parent.parent
CORPUS, TARGET = ROOT / "tests" / "corpus", ROOT / "src" / "marsad" / "knowledge" / "fuse.yml"
NIGHT = datetime(2026, 1, 1, tzinfo=UTC)
LOST = {"place": 0.15, "time": 0.2, "actor": 0.25, "recipient": 0.3, "killed": 0.15, "injured": 0.15, "equipment": 0.2}
BORROWED = {"place": 0.15, "time": 0.05, "actor": 0.12, "recipient": 0.12}  # taken from another event of the report
UNNAMED = 0.05  # the mode is not told
SPOILT = 8  # copies
TWINS = 4
OWN_SLOTS = ("killed", "injured", "captured", "released", "personnel", "equipment", "evidence")
FAR_KM = 30.0  # from here on another place is another incident
PULL = 20.0  # how strongly a weight is drawn to the one in the file
FREE = ("kind", "status", "company")  # never learned: that a demand is no attack is definition, not experience

Key = tuple[str, str]
Record = dict[str, Any]


def main() -> None:
    """Learn and write."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--dry", action="store_true", help="print, write nothing")
    dry = ask.parse_args().dry
    learned = learn(*pairs())
    for (feature, name), value in learned.items():
        print(f"{feature:10} {name:10} {weights().level(feature, name).weight:+.1f} -> {value:+.1f}")
    if not dry:
        write(learned)


def pairs() -> tuple[np.ndarray, np.ndarray, list[tuple[str, str]]]:
    """Rows of levels (0 or 1), truth, and the levels' names, over all inputs."""
    packs = load(strict=False)
    comparer, names = Comparer(weights(), Kinship(packs)), list(weights().levels)
    column = {name: i for i, name in enumerate(names)}
    rows, truth = [], []
    for stored, incident_of in inputs(packs):
        for left, right in candidates(told(stored), comparer):
            row = np.zeros(len(names))
            for level in comparer.compare(left, right).levels:
                row[column[level.feature, level.name]] = 1
            one, two = incident_of.get(left.key), incident_of.get(right.key)
            if one and two:
                rows.append(row)
                truth.append(one == two)
    print(f"{len(rows)} pairs, {sum(truth)} of them one incident")
    return np.array(rows), np.array(truth, dtype=float), names


def candidates(events: list[Told], comparer: Comparer) -> Iterator[tuple[Told, Told]]:
    """Pairs that the index proposes."""
    index = Index(comparer.weights, comparer.kinship.packs)
    for event in events:
        yield from ((events[n], event) for n in index.candidates(event))
        index.add(event)


def inputs(packs: Any) -> Iterator[tuple[list[StoredReport], dict[Key, str]]]:
    """Reports with records, and the reference incident of each event."""
    reports, records = texts(), references()
    truth = reference_incidents()
    yield stored(reports, records), truth
    reader = Reader(packs)
    own = {name: to_record(reader.read(report), report.text) for name, report in reports.items()}
    yield stored(reports, own), own_truth(records, own, truth)
    for seed in range(SPOILT):
        dice = random.Random(seed)
        yield stored(reports, {name: spoil(record, dice) for name, record in records.items()}), truth
    for seed in range(TWINS):
        yield with_twins(reports, records, random.Random(seed))


def with_twins(
    reports: dict[str, Report], records: dict[str, Record], dice: random.Random
) -> tuple[list[StoredReport], dict[Key, str]]:
    """Reports, each with a twin that tells the same acts of a place far away: never one incident."""
    truth = dict(reference_incidents())
    places = [e["place"] for r in records.values() for e in r["events"] if (e.get("place") or {}).get("lat")]
    both, all_records = dict(reports), dict(records)
    for name, record in records.items():
        events = [twin(event, dice, places) for event in record["events"] if (event.get("place") or {}).get("lat")]
        both[f"{name}+"] = Report(f"{name}+", reports[name].text, published=reports[name].published)
        all_records[f"{name}+"] = record | {"report": f"{name}+", "events": events}
        truth |= {(f"{name}+", e["id"]): f"{name}+/{e['id']}" for e in events}
    return stored(both, all_records), truth


def twin(event: Record, dice: random.Random, places: list[Record]) -> Record:
    """The same act in another place, its toll, equipment and words its own."""
    here = (event["place"]["lat"], event["place"]["lon"])
    away = [p for p in places if km(here, (p["lat"], p["lon"])) > FAR_KM]
    return {slot: value for slot, value in event.items() if slot not in OWN_SLOTS} | {"place": dice.choice(away)}


def spoil(record: Record, dice: random.Random) -> Record:
    """A copy of a reference record as an imperfect reader might have made it."""
    events = json.loads(json.dumps(record["events"]))
    for event in events:
        for slot, share in LOST.items():
            if slot in event and dice.random() < share:
                event[slot] = [] if isinstance(event[slot], list) else None
        for slot, share in BORROWED.items():
            if dice.random() < share:
                event[slot] = dice.choice(record["events"]).get(slot) or event.get(slot)
        if dice.random() < UNNAMED:
            event["mode"] = None
    return record | {"events": events}


def own_truth(records: dict[str, Record], own: dict[str, Record], truth: dict[Key, str]) -> dict[Key, str]:
    """Incidents of the reader's events, by the scorer's pairing with the reference's."""
    import sys

    sys.path.insert(0, str(ROOT / "tests"))
    import scorer

    found: dict[Key, str] = {}
    for name, record in records.items():
        ones, twos = record["events"], own[name]["events"]
        for i, j in scorer.pair(ones, twos, scorer.likeness, 2):
            if ones[i]["type"] == twos[j]["type"] and (name, ones[i]["id"]) in truth:
                found[name, twos[j]["id"]] = truth[name, ones[i]["id"]]
    return found


def texts() -> dict[str, Report]:
    """The open reports."""
    held = set((CORPUS / "held_back.txt").read_text("utf-8").split("\n"))
    lines = [line for f in CORPUS.glob("reports/*.meta.jsonl") for line in f.read_text("utf-8").splitlines() if line]
    meta = {row["report"]: row for row in map(json.loads, lines)}
    files = [f for f in sorted((CORPUS / "reports").glob("*.txt")) if f.stem not in held]
    return {f.stem: _report(f, meta.get(f.stem, {})) for f in files if (CORPUS / "records" / f"{f.stem}.json").exists()}


def _report(file: Path, meta: dict[str, Any]) -> Report:
    published = meta.get("published")
    day = date.fromisoformat(published) if published else None
    return Report(file.stem, file.read_bytes().decode("utf-8"), published=day, outlet=meta.get("outlet"))


def references() -> dict[str, Record]:
    """Reference records of the open reports."""
    return {name: json.loads((CORPUS / "records" / f"{name}.json").read_text("utf-8")) for name in texts()}


def reference_incidents() -> dict[Key, str]:
    """(report, event) -> incident."""
    rows = [json.loads(x) for f in (CORPUS / "fusion").glob("*.jsonl") for x in f.read_text("utf-8").splitlines() if x]
    return {(report, event): row["incident"] for row in rows for report, event in row["events"]}


def stored(reports: dict[str, Report], records: dict[str, Record]) -> list[StoredReport]:
    """Reports with their records."""
    return [StoredReport(r, from_record(records[name]), None, None, NIGHT) for name, r in reports.items()]


def learn(rows: np.ndarray, truth: np.ndarray, names: list[tuple[str, str]]) -> dict[tuple[str, str], float]:
    """Weights by level: gradient descent on the log loss with the pull to the file, projected to the levels' order."""
    table = weights()
    first = np.array([table.levels[name].weight for name in names])
    held = np.array([feature in FREE or name == "unknown" for feature, name in names])
    now = first.copy()
    for _ in range(3000):
        sure = 1 / (1 + np.exp(-(rows @ now - table.threshold)))
        slope = rows.T @ (sure - truth) + PULL * (now - first)
        now = np.where(held, first, now - 0.003 * slope)
        now = in_order(now, names)
    return {name: round(float(value), 1) for name, value in zip(names, now, strict=True)}


def in_order(values: np.ndarray, names: list[tuple[str, str]]) -> np.ndarray:
    """In a feature no level outweighs one listed before it; those after `unknown` speak against, never for."""
    out, told = values.copy(), [i for i, (_, name) in enumerate(names) if name != "unknown"]
    for before, i in itertools.pairwise(told):
        if names[i][0] == names[before][0] and out[i] > out[before]:
            out[i] = out[before] = (out[i] + out[before]) / 2
    after = [i for i, (feature, _) in enumerate(names) if (feature, "unknown") in names[:i]]
    out[after] = np.minimum(out[after], 0)
    return out


def write(learned: dict[tuple[str, str], float]) -> None:
    """Put the figures into the file; words and comments stay."""
    lines, feature, inside = [], "", False
    for line in TARGET.read_text("utf-8").splitlines():
        inside = inside or line.startswith("features:")
        if inside and (head := re.fullmatch(r"  (\w+):", line)):
            feature = head[1]
        row = re.match(r"    ([\w-]+): \{weight: (-?[\d.]+)", line)
        if inside and row and (feature, row[1]) in learned:
            lines.append(line.replace(f"weight: {row[2]}", f"weight: {learned[feature, row[1]]:.1f}", 1))
        else:
            lines.append(line)
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
