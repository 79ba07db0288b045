"""Data sets of others as layers: round trips, slips of the file, what is compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from marsad.errors import InputError, StoreError
from marsad.packs import Packs
from marsad.publish.compare import compare, matched
from marsad.publish.export import export
from marsad.publish.query import Query
from marsad.publish.reference import bring
from marsad.store import Store, open_store
from marsad.store.references import drop_layer, layer, layer_rows, layers


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'other.sqlite'}")


@pytest.mark.parametrize(("name", "suffix"), [("plover", "jsonl"), ("acled", "csv"), ("ucdp", "csv")])
def test_round_trip(demo: Store, empty: Store, packs: Packs, tmp_path: Path, name: str, suffix: str) -> None:
    made = export(demo, name, tmp_path / f"x.{suffix}", packs=packs)
    kept = bring(empty, name, made.file, "back", by="me")
    assert kept.rows == made.counts["written"] and not kept.told["passed over"]
    rows = list(layer_rows(empty, "back"))
    assert len(rows) == kept.rows and empty.count()["incidents"] == 0, "never among our incidents"
    own = [d for d in demo.incidents() if d["start"] and d["status"] in ("actual", "historical")]
    found = matched(own, rows)
    dated = [r for r in rows if r["lat"] is not None and r["start"]]
    assert len(found.both) >= 0.8 * len([r for r in dated if r["id"] in {d["incident"] for d in own} or name == "ucdp"])
    if name == "plover":
        assert all(m.ours["incident"] == m.theirs["id"] and not m.differs for m in found.both)


ACLED = (
    "event_id_cnty,event_date,time_precision,sub_event_type,actor1,actor2,latitude,longitude,geo_precision,fatalities,notes\n"
    'SYR1,2022-05-02,1,Air/drone strike,Military Forces of Russia (2000-),ISIS,34.56,38.28,1,9,"a, ""b"""\n'
    "SYR2,2022-05-02,1,Air/drone strike,Military Forces of Russia (2000-),,36.2,37.1,1,0,far away\n"
    "SYR3,no day,1,Attack,x,,1,2,1,0,\nSYR4,2022-05-02,1,Attack,x,,,,1,,no point\n"
)  # fmt: skip


def test_coverage_and_disagreement(nasty_store: Store, packs: Packs, tmp_path: Path) -> None:
    from marsad.fuse import incidents

    incidents(nasty_store, packs=packs)
    (tmp_path / "a.csv").write_text(ACLED.replace("2022-05-02,1,Air", "2022-05-05,1,Air"), "utf-8-sig")
    kept = bring(nasty_store, "acled", tmp_path / "a.csv", "acled-2022", by="me")
    assert kept.rows == 3 and sum(kept.told["passed over"].values()) == 1
    found = compare(nasty_store, "acled-2022", query=Query(since="2022-05-01", until="2022-05-31"), packs=packs)
    assert [(m.theirs["id"], list(m.differs)) for m in found.both] == [("SYR1", ["killed"])]
    assert {r["id"] for r in found.theirs} == {"SYR2", "SYR4"} and not found.ours
    told = found.summary()
    assert told["both"] == 1 and told["theirs"] == 2 and told["disagreements"] == {"killed": 1}
    places = found.geojson()["features"]
    assert len(places) == 3 and {p["properties"]["in"] for p in places} == {"both", "theirs"}


def test_layers(nasty_store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(ACLED, "utf-8")
    for name in ("one", "two", "one"):
        bring(nasty_store, "acled", tmp_path / "a.csv", name, by="me")
    assert [found.name for found in layers(nasty_store)] == ["one", "two"] and layer(nasty_store, "one").rows == 3
    drop_layer(nasty_store, "one")
    with pytest.raises(StoreError) as caught:
        list(layer_rows(nasty_store, "one"))
    assert caught.value.code == "E342"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("acled", b"a,b\n1,2\n", "E607"), ("ucdp", b"", "E607"), ("acled", b"\xff\xfe\x00", "E607"),
        ("other", b"", "E604"),
    ],
)  # fmt: skip
def test_faulty_files(empty: Store, tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        bring(empty, name, tmp_path / "x.csv", "x", by="me")
    assert caught.value.code == code and not layers(empty)


def test_a_file_that_is_not_there(empty: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        bring(empty, "acled", tmp_path / "none.csv", "x", by="me")
    assert caught.value.code == "E602"


def test_plover_lines(empty: Store, tmp_path: Path) -> None:
    lines = [
        {"id": "1", "date": "2022-01-01", "event": ["ASSAULT"], "actor": ["RUSMIL"], "recipient": [],
         "size": {"dead": 3}},
        {"id": "2", "event": "REQUEST", "event_loc": "Homs"}, ["no", "event"], {"id": "3"},
        {"id": "4", "event": ["AID"], "date": "2022-13-01"},
    ]  # fmt: skip
    (tmp_path / "x.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\n{broken\n\n", "utf-8")
    kept = bring(empty, "plover", tmp_path / "x.jsonl", "x", by="me")
    assert kept.rows == 2 and sum(kept.told["passed over"].values()) == 4
