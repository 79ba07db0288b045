"""The store over which the recorded questions are asked: reports of the corpus, and what sorts differently elsewhere.

`python genscripts/queries.py` writes the questions.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from marsad.fuse import incidents
from marsad.model import Report, from_record
from marsad.packs import load
from marsad.store import Corrections, Store, open_store

Json = dict[str, Any]
CORPUS = Path(__file__).parents[1] / "corpus"
FILE = Path(__file__).with_name("queries.jsonl")
DAYS = (date(2021, 11, 3), None, date(2021, 11, 20))
NAMES = ("Zebra", "apple", "Äpfel", "_under", "zebra-2", "أول", "اول", "ياء", "a b", "A-b", "a_b")


@cache
def corpus_store() -> Path:
    """A SQLite store with it, made once."""
    file = Path(tempfile.mkdtemp(prefix="marsad-recorded-")) / "store.sqlite"
    with open_store(file) as store:
        for report, record in (*_corpus(), *_odd()):
            store.add(report, from_record(record))
        _decide(store)
        incidents(store, packs=load(strict=False))
    return file


def fresh(folder: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(corpus_store(), folder / "recorded.sqlite"))


def recorded() -> list[Json]:
    """The questions: {"kind", "path", "masked"}."""
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def _corpus() -> list[tuple[Report, Json]]:
    """Open reports of the corpus with their reference records."""
    held = {line for line in (CORPUS / "held_back.txt").read_text("utf-8").split() if not line.startswith("#")}
    lines = [line for file in CORPUS.rglob("*.meta.jsonl") for line in file.read_text("utf-8").splitlines()]
    meta = {m["report"]: m for m in map(json.loads, filter(str.strip, lines))}
    found = []
    for file in sorted((CORPUS / "records").glob("*.json")):
        name = file.stem
        if name in held:
            continue
        record = json.loads(file.read_text("utf-8"))
        text = (CORPUS / "reports" / f"{name}.txt").read_bytes().decode("utf-8")
        published = date.fromisoformat(record["published"]) if record.get("published") else None
        found.append((Report(name, text, published=published, outlet=meta.get(name, {}).get("outlet")), record))
    return found


def _odd() -> list[tuple[Report, Json]]:
    """Names and outlets that languages put in another order than letters' numbers; some without a day or outlet."""
    return [_made(n, name) for n, name in enumerate(NAMES)]


def _made(n: int, name: str) -> tuple[Report, Json]:
    text = f"قصف الجيش بلدة تدمر وقتل {n % 3} جنود، ونقل رتلا إلى السخنة. المصدر {name}"
    spot = {"text": "تدمر", "start": 15, "end": 19, "lat": 34.56, "lon": 38.28, "precision": 1, "id": "sy/homs/palmyra"}
    side = {"text": "الجيش", "start": 4, "end": 9, "id": "syria/army"}
    there = spot | {"lat": 34.88, "lon": 38.87, "id": "sy/homs/sukhnah"}
    shelled = {"id": "e1", "type": "ASSAULT", "mode": "heavy-weapons", "status": "actual", "evidence": [[0, 30]]}
    moved = {"id": "e2", "type": "MOBILIZE", "mode": "troops", "status": "possible", "evidence": [[31, len(text)]]}
    published = DAYS[n % 3]
    days = {"published": published.isoformat()} if published else {}
    told = [shelled | {"place": spot, "actor": [side]}, moved | {"actor": [side], "from": spot, "to": there}]
    report = Report(name, text, published=published, outlet=None if n % 4 == 3 else name.upper())
    return report, {"report": name, "events": told, **days}


def _decide(store: Store) -> None:
    store.put_copies({"apple": ("Zebra", 0.9), "zebra-2": ("Zebra", 0.8), "ياء": ("أول", 0.7)})
    store.judge(("Zebra", "e1"), ("أول", "e1"), "same", reason="واحد", by="huda")
    store.judge(("a b", "e1"), ("A-b", "e1"), "different", reason="غيره", by="huda")
    corrections = Corrections(store)
    for name in ("Äpfel", "_under", "a_b"):
        corrections.decide(name, "e1", "accept", by="huda")
    corrections.decide("اول", "e2", "reject", reason="لم يقع", by="zayd")
