"""A store of the corpus as its reference records read it, and one of invented reports that are hard to write out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import marsad
from corpus_records import CORPUS, Json, records
from marsad.gather import read_file, read_meta
from marsad.model import Report, from_record
from marsad.packs import Packs, load
from marsad.store import Store, open_store

DEMO = Path(marsad.__file__).parent / "demo"


@pytest.fixture(scope="session")
def packs() -> Packs:
    return load()


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> Iterator[Store]:
    """Every open report of the corpus with its reference record: whom people call private is private here."""
    from marsad.fuse import incidents

    metas: Json = {}
    for file in (CORPUS / "reports").glob("*.meta.jsonl"):
        metas |= read_meta(str(file))
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('corpus') / 'corpus.sqlite'}") as store:
        for record in records():
            report = read_file(str(CORPUS / "reports" / f"{record['report']}.txt"), meta=metas.get(record["report"]))
            store.add(report, from_record(record))
        incidents(store, packs=packs)
        yield store


@pytest.fixture(scope="session")
def read_corpus(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> Iterator[Store]:
    """The same reports as the reader reads them: whom it overlooks is private all the same."""
    from marsad.fuse import incidents
    from marsad.read import Reader

    read, metas = Reader(packs).read, {}
    for file in (CORPUS / "reports").glob("*.meta.jsonl"):
        metas |= read_meta(str(file))
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('read') / 'read.sqlite'}") as store:
        for record in records():
            name = record["report"]
            report = read_file(str(CORPUS / "reports" / f"{name}.txt"), meta=metas.get(name))
            store.add(report, read(report))
        incidents(store, packs=packs)
        yield store


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> Iterator[Store]:
    """The demonstration's reports as the reader reads them."""
    from marsad.fuse import incidents
    from marsad.gather import find_copies
    from marsad.read import Reader

    read, metas = Reader(packs).read, read_meta(str(DEMO / "meta.jsonl"))
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite'}") as store:
        for file in sorted(DEMO.glob("*.txt")):
            report = read_file(str(file), meta=metas.get(file.stem))
            store.add(report, read(report))
        copies = find_copies(stored.report for stored in store.reports())
        store.put_copies({name: (copy.of, copy.share) for name, copy in copies.items()})
        incidents(store, packs=packs)
        yield store


NASTY_OUTLETS = ('=HYPERLINK("http://x.example","y")', "+1+1", "@cmd", '"نداء، البادية"; الثانية', "صحيفة\nمن سطرين")


def nasty(n: int) -> tuple[Report, Json]:
    """A report whose outlet is a formula, bears quotes and commas, or breaks its line."""
    text = f"{n} قصفت القوات الروسية مواقع للتنظيم في تدمر وقتل ثلاثة."
    spot = text.index("القوات")
    place = {"text": "تدمر", "start": text.index("تدمر"), "end": text.index("تدمر") + 4, "lat": 34.56, "lon": 38.28}
    count = {
        "text": "ثلاثة",
        "start": text.index("ثلاثة"),
        "end": text.index("ثلاثة") + 5,
        "low": 3,
        "high": 3,
        "best": 3,
    }
    day = f"2022-0{n + 1}-05"
    event: Json = {
        "id": "e1", "type": "ASSAULT", "mode": "aerial", "status": "actual", "acled": "Air/drone strike",
        "actor": [{"text": "القوات الروسية", "start": spot, "end": spot + 14, "id": "russia/armed-forces"}],
        "recipient": [], "place": place | {"precision": 1, "id": "sy/homs/tadmur"}, "killed": count,
        "time": {"text": "", "span": [0, 1], "start": day, "end": day, "precision": "day"},
        "attribution": [], "evidence": [[0, len(text)]],
    }  # fmt: skip
    report = Report(
        f"nasty-{n}", text, published=date(2022, n + 1, 6), outlet=NASTY_OUTLETS[n], url="javascript:alert(1)"
    )
    return report, {"report": report.name, "published": f"2022-0{n + 1}-06", "events": [event], "persons": []}


@pytest.fixture
def nasty_store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'nasty.sqlite'}") as store:
        for n in range(len(NASTY_OUTLETS)):
            report, record = nasty(n)
            store.add(report, from_record(record))
        yield store
