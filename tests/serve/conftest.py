"""A store with invented reports, one of them hostile and one with a private person."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from marsad.model import Report, from_record
from marsad.store import open_store

CORPUS = Path(__file__).parents[1] / "corpus"
NAMES = ("east-01", "east-02", "east-04", "rival-02", "rival-03", "rival-04", "rival-05", "rival-06", "west-01")

HOSTILE = "اشتبكت قوات النظام مع <script>alert('x')</script> فصائل المعارضة في تدمر <img src=x onerror=alert(1)>."
PRIVATE = "🙂 اعتقل الأمن العسكري المواطن سعيد بن حمد التجريبي في تدمر. وقال شاهد إن سعيد بن حمد التجريبي بريء."


def mention(text: str, words: str, **more: Any) -> dict[str, Any]:
    """`words` as found in `text`, with their span."""
    start = text.index(words)
    return {"text": words, "start": start, "end": start + len(words), **more}


def event(text: str, **more: Any) -> dict[str, Any]:
    """An event told by the whole of `text`, in Palmyra."""
    place = mention(text, "تدمر", lat=34.56, lon=38.28, precision=1)
    empty: dict[str, Any] = {"actor": [], "recipient": [], "attribution": [], "from": None, "to": None, "time": None}
    return {
        "id": "e1",
        "status": "actual",
        "acled": None,
        "place": place,
        "evidence": [[0, len(text)]],
        **empty,
        **more,
    }


def hostile() -> tuple[Report, dict[str, Any]]:
    """A report whose text and outlet carry markup and script."""
    actor = mention(HOSTILE, "قوات النظام", id="syria/army", rule="<b>rule</b>")
    told = event(HOSTILE, type="ASSAULT", mode="clash", actor=[actor])
    report = Report("hostile", HOSTILE, published=date(2022, 5, 1), outlet="<i>صحيفة</i>", url="javascript:alert(2)")
    return report, {"report": "hostile", "published": "2022-05-01", "events": [told], "persons": []}


def private() -> tuple[Report, dict[str, Any]]:
    """A report that names a private person twice, with a letter outside the basic plane before them."""
    words = "سعيد بن حمد التجريبي"
    victim = mention(PRIVATE, words, id="person/saeed-tajribi")
    person = mention(PRIVATE, words, private=True, mentions=[], aliases=[], role=None, organisation=None)
    actor = mention(PRIVATE, "الأمن العسكري", id="syria/military-security")
    told = event(PRIVATE, type="COERCE", mode="arrest", actor=[actor], recipient=[victim])
    record = {"report": "private", "published": "2022-05-02", "events": [told], "persons": [person]}
    return Report("private", PRIVATE, published=date(2022, 5, 2), outlet="منبر"), record


def corpus() -> list[tuple[Report, dict[str, Any]]]:
    """Reports of the corpus with their reference records."""
    lines = [line for file in CORPUS.rglob("*.meta.jsonl") for line in file.read_text(encoding="utf-8").splitlines()]
    meta = {m["report"]: m for m in map(json.loads, filter(str.strip, lines))}
    found = []
    for name in NAMES:
        text = (CORPUS / "reports" / f"{name}.txt").read_bytes().decode("utf-8")
        record = json.loads((CORPUS / "records" / f"{name}.json").read_text(encoding="utf-8"))
        published = date.fromisoformat(record["published"]) if record.get("published") else None
        found.append((Report(name, text, published=published, outlet=meta.get(name, {}).get("outlet")), record))
    return found


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SQLite store on disk with all of them."""
    url = f"sqlite:///{tmp_path_factory.mktemp('serve') / 'store.db'}"
    with open_store(url) as store:
        for report, record in [*corpus(), hostile(), private()]:
            store.add(report, from_record(record))
    return url


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    """A store without a report."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture(scope="session")
def hostile_report() -> tuple[Report, dict[str, Any]]:
    """The hostile report and its record."""
    return hostile()
