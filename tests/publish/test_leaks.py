"""No private person's name, alias or any spelling of it in whatever leaves the house.

The persons are those of the reference records (as people coded them), for the corpus as reference records read it and
as the reader reads it; held-back reports are no part of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus_records import HELD, records
from marsad.packs import Packs, fold_word
from marsad.publish.briefing.compose import compose
from marsad.publish.briefing.layout import save
from marsad.publish.export import FORMATS, export, format_of
from marsad.publish.masking import People
from marsad.publish.query import Query
from marsad.publish.site import site
from marsad.publish.spellings import Hit, Names, tokens
from marsad.store import Store
from publish_readers import text_of

PERIOD = ("2020-01-01", "2025-12-31")


def private() -> list[tuple[str, str, list[str]]]:
    """(name, report, aliases) of every private person of the open corpus."""
    return [
        (p["text"], r["report"], [a["text"] for a in p.get("aliases", [])])
        for r in records() for p in r["persons"] if p["private"]
    ]  # fmt: skip


def spellings() -> Names:
    """All private names and aliases; a single word counts only where nobody else of the corpus bears it."""
    public = {w for r in records() for p in r["persons"] if not p["private"] for w in tokens(p["text"])}
    named = [(n, f"{report}: {n}") for name, report, aliases in private() for n in (name, *aliases)]
    return Names([(n, who) for n, who in named if len(tokens(n)) > 1 or not set(tokens(n)) & public])


def namesake(text: str, hit: Hit) -> bool:
    """Whether the words found are part of the longer name of somebody in office."""
    public = {fold_word(p["text"]) for r in records() for p in r["persons"] if not p["private"]}
    around = fold_word(text[max(0, hit.start - 30) : hit.end + 30])
    found = fold_word(text[hit.start : hit.end])
    return any(found in name and name in around for name in public)


def leaks(text: str) -> list[str]:
    """What is found of private names in a text."""
    return [f"{h.who}: {text[h.start : h.end]}" for h in NAMES.find(text) if not namesake(text, h)]


NAMES = spellings()


def test_there_is_something_to_hide(corpus: Store) -> None:
    assert len(private()) >= 40
    texts = {s.name: s.report.text for s in corpus.reports()}
    hit = {h.who.partition(":")[0] for text in texts.values() for h in NAMES.find(text)}
    assert len(hit) >= 20, "the search finds the names where they stand in the clear"
    assert not HELD & set(texts)


@pytest.fixture(params=["corpus", "read_corpus", "demo"])
def told(request: pytest.FixtureRequest) -> Store:
    store: Store = request.getfixturevalue(request.param)
    return store


def outlets(store: Store, packs: Packs, folder: Path) -> Iterator[tuple[str, str]]:
    """(what, its text) of every export, briefing and page of a site."""
    for name in FORMATS:
        if (needs := format_of(name).needs) is None or pytest.importorskip(needs):
            yield name, text_of(export(store, name, folder / f"{name}.{format_of(name).suffix}", packs=packs).file)
    query = Query(since=PERIOD[0], until=PERIOD[1])
    for lang, kinds in (("ar", ("html", "docx")), ("en", ("md",))):
        made = compose(store, query, lang=lang, packs=packs)
        for kind in kinds:
            save(made, folder / f"brief.{kind}")
            yield f"brief {lang} {kind}", text_of(folder / f"brief.{kind}")
    for file in site(store, query, folder / "site", packs=packs).folder.rglob("*"):
        if file.is_file():
            yield str(file.relative_to(folder)), f"{file.name}\n{text_of(file)}"


def test_files(told: Store, packs: Packs, tmp_path: Path) -> None:
    found = {what: leak for what, text in outlets(told, packs, tmp_path) if (leak := leaks(text))}
    assert found == {}


def test_one_word_names_of_a_report_are_hidden_in_its_claims(corpus: Store, packs: Packs, tmp_path: Path) -> None:
    """A bare يوسف may be anybody's name elsewhere; in what comes from the report that names him it is hidden."""
    short = {(n, r) for n, r, _ in private() if len(tokens(n)) == 1}
    people = People.of_store(corpus)
    assert short <= {(n, r) for n, r, _ in people.names}
    made = export(corpus, "parquet", tmp_path / "x.parquet", packs=packs)
    import pyarrow.parquet

    for row in pyarrow.parquet.read_table(made.file).to_pylist():
        for name, report in short:
            if report in row["sources"]:
                text = json.dumps({k: v for k, v in row.items() if k.startswith(("title", "actor", "recipient"))})
                assert not Names([(name, "x")], short=True).find(json.loads(json.dumps(text)))


def test_alerts_feed_and_api(told: Store) -> None:
    """Every answer that the masked API gives, report texts too."""
    testing = pytest.importorskip("fastapi.testclient")
    from marsad.serve.app import create_app

    app = create_app(told.engine.url.render_as_string(hide_password=False), mask=True)
    found = {}
    with testing.TestClient(app, base_url="http://localhost") as client:
        paths = ["incidents", "incidents.geojson", "actors", "pairs", "alerts", "meta", "health"]
        paths += [f"incidents/{d['incident']}" for d in told.incidents()[::3]]
        paths += [f"reports/{s.name}" for s in told.reports()]
        for path in paths:
            answer = client.get(f"/api/v1/{path}")
            assert answer.status_code in (200, 401), path
            if leak := leaks(json.dumps(answer.json(), ensure_ascii=False).replace("\\n", " ")):
                found[path] = leak
    assert found == {}
