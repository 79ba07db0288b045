"""What every exporter keeps to: it opens, its counts are the store's, it is masked, whole, and tells what it loses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from marsad.errors import InputError, MarsadError
from marsad.packs import Packs
from marsad.publish import export as exporting
from marsad.publish.cells import harmless
from marsad.publish.export import FORMATS, beside, export, format_of
from marsad.publish.query import Query
from marsad.store import Store
from publish_readers import READERS, table, text_of


@pytest.fixture(params=FORMATS)
def name(request: pytest.FixtureRequest) -> str:
    needs = format_of(request.param).needs
    if needs:
        pytest.importorskip(needs)
    return str(request.param)


def out(tmp_path: Path, name: str) -> Path:
    return tmp_path / f"{name}.{format_of(name).suffix}"


def test_opens_and_counts(corpus: Store, packs: Packs, tmp_path: Path, name: str) -> None:
    made = export(corpus, name, out(tmp_path, name), packs=packs)
    counts, read = made.counts, READERS[name](made.file)
    assert counts["store"] == corpus.count()["incidents"] == counts["matched"]
    assert counts["written"] + sum(counts["left_out"].values()) == counts["matched"]
    assert read in (counts["written"], -1) and counts["written"] > 0


def test_manifest(corpus: Store, packs: Packs, tmp_path: Path, name: str) -> None:
    query = Query(actor="russia", since="2021-01-01")
    made = export(corpus, name, out(tmp_path, name), query=query, packs=packs)
    document = json.loads(beside(made.file).read_text("utf-8"))
    assert document == made.document and document["query"] == {"actor": "russia", "since": "2021-01-01"}
    assert document["sha256"] == exporting.sha256(made.file) and document["bytes"] == made.file.stat().st_size
    assert document["masked"] and document["versions"]["packs"] == packs.version
    assert all(loss["ar"] and loss["en"] for loss in document["loses"]) and document["loses"]
    assert 0 < document["counts"]["matched"] < document["counts"]["store"]


def test_filters_that_match_nothing(corpus: Store, packs: Packs, tmp_path: Path, name: str) -> None:
    made = export(corpus, name, out(tmp_path, name), query=Query(since="1999-01-01", until="1999-12-31"), packs=packs)
    assert made.counts["matched"] == made.counts["written"] == 0
    assert READERS[name](made.file) in (0, -1)


def test_nothing_runs(nasty_store: Store, packs: Packs, tmp_path: Path, name: str) -> None:
    made = export(nasty_store, name, out(tmp_path, name), packs=packs)
    assert READERS[name](made.file) in (len(nasty_store.reports()), -1)
    if made.file.suffix == ".csv":
        cells = [cell for row in table(made.file) for cell in row.values() if isinstance(cell, str)]
        assert not [c for c in cells if c[:1] in "=+@\t\r" and c]
    assert "javascript:" not in text_of(made.file)


def test_whole_or_not_at_all(corpus: Store, packs: Packs, tmp_path: Path, name: str, monkeypatch: object) -> None:
    file = out(tmp_path, name)
    file.write_text("old")
    pages = exporting.let_out

    def breaks(*args: object, **more: object) -> object:
        for n, document in enumerate(pages(*args, **more)):  # type: ignore[arg-type]
            if n == 20:
                raise OSError(28, "No space left on device")
            yield document

    monkeypatch.setattr(exporting, "let_out", breaks)  # type: ignore[attr-defined]
    with pytest.raises(MarsadError) as caught:
        export(corpus, name, file, packs=packs)
    assert caught.value.code == "E601" and file.read_text() == "old"
    assert [f.name for f in tmp_path.iterdir()] == [file.name]


def test_a_full_disk(tmp_path: Path, nasty_store: Store) -> None:
    """A real limit on the size of files, in a process of its own."""
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from marsad.files import write_text\n"
        "from marsad.errors import MarsadError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try: write_text(Path(sys.argv[1]), 'x' * 5000)\n"
        "except MarsadError as error: print(error.code)\n"
    )
    file = tmp_path / "big.txt"
    done = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "E601" and not list(tmp_path.glob("*big*"))


def test_an_unknown_folder(corpus: Store, packs: Packs, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        export(corpus, "acled", tmp_path / "none" / "x.csv", packs=packs)
    assert caught.value.code == "E602"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (Query(since="yesterday"), "E603"), (Query(since="2022-02-01", until="2022-01-01"), "E603"),
        (Query(pair=("russia", "nobody-at-all")), "E310"),
    ],
)  # fmt: skip
def test_faulty_filters(corpus: Store, packs: Packs, tmp_path: Path, query: Query, code: str) -> None:
    with pytest.raises(MarsadError) as caught:
        export(corpus, "acled", tmp_path / "x.csv", query=query, packs=packs)
    assert caught.value.code == code and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        (Query(type="PROTEST"), lambda d: d["type"] == "PROTEST"),
        (Query(contradicted=True), lambda d: bool(d["contradictions"])),
        (Query(until="2021-12-31"), lambda d: bool(d["start"]) and d["start"] <= "2021-12-31"),
    ],
)  # fmt: skip
def test_filters(corpus: Store, packs: Packs, tmp_path: Path, query: Query, fits: object) -> None:
    made = export(corpus, "plover", tmp_path / "x.jsonl", query=query, packs=packs)
    ids = {json.loads(line)["id"] for line in made.file.read_text("utf-8").splitlines()}
    assert ids == {d["incident"] for d in corpus.incidents() if fits(d)} and ids  # type: ignore[operator]


@pytest.mark.parametrize("place", ["sy/deir-ez-zor", "حطلة", "hatla"])
def test_place(demo: Store, packs: Packs, tmp_path: Path, place: str) -> None:
    made = export(demo, "plover", tmp_path / "x.jsonl", query=Query(place=place), packs=packs)
    places = [json.loads(line)["event_loc"]["id"] for line in made.file.read_text("utf-8").splitlines()]
    assert places and all(id.startswith("sy/deir-ez-zor") for id in places)


def test_pair(corpus: Store, packs: Packs, tmp_path: Path) -> None:
    made = export(corpus, "plover", tmp_path / "x.jsonl", query=Query(pair=("روسيا", "iran")), packs=packs)
    rows = [json.loads(line) for line in made.file.read_text("utf-8").splitlines()]
    assert rows and all(len(row["actor"]) + len(row["recipient"]) > 1 for row in rows)


def test_acled_vocabulary(corpus: Store, packs: Packs, tmp_path: Path) -> None:
    from marsad.fuse.tables import knowledge

    book = knowledge("codebooks.yml")["acled"]
    rows = table(export(corpus, "acled", tmp_path / "x.csv", packs=packs).file)
    assert list(rows[0]) == book["columns"] and len(book["columns"]) == 31 and len(book["events"]) == 25
    for row in rows:
        assert [row["event_type"], row["disorder_type"]] == book["events"][row["sub_event_type"]]
        assert {row["inter1"], row["inter2"]} <= {*book["inter"].values(), ""}


def test_acled_names(demo: Store, packs: Packs, tmp_path: Path) -> None:
    rows = table(export(demo, "acled", tmp_path / "x.csv", packs=packs).file)
    names = {row["actor1"]: row["inter1"] for row in rows} | {row["actor2"]: row["inter2"] for row in rows}
    assert names["Military Forces of Russia (2000-) Russian air force"] == "External/Other forces"
    assert {row["country"]: row["iso"] for row in rows if row["country"]} == {"Syria": "760"}


def test_an_attack_on_armed_men_is_a_clash(corpus: Store, packs: Packs, tmp_path: Path) -> None:
    rows = table(export(corpus, "acled", tmp_path / "x.csv", packs=packs).file)
    attacks = [row for row in rows if row["sub_event_type"] == "Attack"]
    assert attacks and all(row["inter2"] in ("Civilians", "Protesters", "Rioters", "") for row in attacks)


def test_stix_library(corpus: Store, packs: Packs, tmp_path: Path) -> None:
    stix2 = pytest.importorskip("stix2")
    made = export(corpus, "stix", tmp_path / "x.json", query=Query(actor="iran"), packs=packs)
    bundle = stix2.parse(made.file.read_text("utf-8"), allow_custom=False)
    assert len([o for o in bundle.objects if o["type"] == "incident"]) == made.counts["written"]


def test_followthemoney_library(corpus: Store, packs: Packs, tmp_path: Path) -> None:
    model = pytest.importorskip("followthemoney").model
    made = export(corpus, "ftm", tmp_path / "x.jsonl", packs=packs)
    for line in made.file.read_text("utf-8").splitlines():
        entity = model.get_proxy(json.loads(line), cleaned=False)
        entity.schema.validate(json.loads(line))
        assert entity.caption


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), (" =1", "' =1"),
        ("＝1", "'＝1"), ("\u200f=1", "'\u200f=1"), ("قصف", "قصف"), ("", ""), (-12.5, -12.5), (None, None),
        ("a\x00b\x1f", "ab"), ("ا" * 40000, "ا" * 32766 + "…"),
    ],
)  # fmt: skip
def test_cells(given: object, shown: object) -> None:
    assert harmless(given) == shown
