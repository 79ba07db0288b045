"""Each format opened by a reader of its own: number of things written, and all text in the file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]


def table(file: Path) -> list[Json]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def acled(file: Path) -> int:
    rows = table(file)
    assert all(row["event_type"] and row["sub_event_type"] and row["disorder_type"] for row in rows)
    assert all(row["time_precision"] in "123" and row["geo_precision"] in "123" for row in rows)
    assert all(int(row["fatalities"]) >= 0 and int(row["timestamp"]) for row in rows)
    return len(rows)


def ucdp(file: Path) -> int:
    rows = table(file)
    for row in rows:
        low, best, high = (int(row[k]) for k in ("low", "best", "high"))
        assert 0 <= low <= best <= high and high >= 1
        assert sum(int(row[f"deaths_{k}"]) for k in ("a", "b", "civilians", "unknown")) == best
        assert row["where_prec"] in "1234567" and row["date_prec"] in "12345" and row["type_of_violence"] in "123"
    return len(rows)


def plover(file: Path) -> int:
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert all(row["quad_code"] in (1, 2, 3, 4) and isinstance(row["actor"], list) for row in rows)
    return len(rows)


def geojson(file: Path) -> int:
    found = json.loads(file.read_text("utf-8"))
    assert found["type"] == "FeatureCollection" and set(found) == {"type", "features"}
    for feature in found["features"]:
        assert feature["type"] == "Feature" and isinstance(feature["properties"], dict) and feature["id"]
        if feature["geometry"] is not None:
            lon, lat = feature["geometry"]["coordinates"]
            assert feature["geometry"]["type"] == "Point" and -180 <= lon <= 180 and -90 <= lat <= 90
    return len(found["features"])


def parquet(file: Path) -> int:
    read = pytest.importorskip("pyarrow.parquet").read_table(file)
    assert read.column("incident").null_count == 0
    return int(read.num_rows)


def xlsx(file: Path) -> int:
    book = pytest.importorskip("openpyxl").load_workbook(file)
    assert book.sheetnames == ["الحوادث", "الروايات", "المصادر"]
    for sheet in book:
        assert sheet.sheet_view.rightToLeft
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return book["الحوادث"].max_row - 1


def hxl(file: Path) -> int:
    with file.open(encoding="utf-8", newline="") as stream:
        headings, tags, *rows = list(csv.reader(stream))
    assert len(headings) == len(tags) and all(tag.startswith("#") and " " not in tag for tag in tags)
    assert len(set(tags)) == len(tags) and all(len(row) == len(tags) for row in rows)
    return len(rows)


def ftm(file: Path) -> int:
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids))
    ends = {v for r in rows for k in ("subject", "object", "involved", "proof") for v in r["properties"].get(k, [])}
    assert ends <= set(ids)
    return sum(row["schema"] == "Event" for row in rows)


def stix(file: Path) -> int:
    bundle = json.loads(file.read_text("utf-8"))
    ids = [o["id"] for o in bundle["objects"]]
    assert len(ids) == len(set(ids))
    named = {o[k] for o in bundle["objects"] for k in ("source_ref", "target_ref", "created_by_ref") if k in o}
    assert named <= set(ids)
    return sum(o["type"] == "incident" for o in bundle["objects"])


def graphml(file: Path) -> int:
    graph = pytest.importorskip("networkx").read_graphml(file)
    assert graph.is_directed() and all(d["incidents"] > 0 for _, _, d in graph.edges(data=True))
    return -1  # edges are sums, no incidents


def feed(file: Path) -> int:
    read = pytest.importorskip("feedparser").parse(file.read_bytes())
    assert not read.bozo and len({e.id for e in read.entries}) == len(read.entries)
    return len(read.entries)


READERS: dict[str, Callable[[Path], int]] = {
    "acled": acled, "ucdp": ucdp, "plover": plover, "geojson": geojson, "parquet": parquet, "xlsx": xlsx, "hxl": hxl,
    "ftm": ftm, "stix": stix, "graphml": graphml, "rss": feed, "atom": feed,
}  # fmt: skip


def text_of(file: Path) -> str:
    """All text in a file, whatever its kind."""
    data = file.read_bytes()
    if data[:2] == b"PK":
        import zipfile

        with zipfile.ZipFile(file) as archive:
            names = [n for n in archive.namelist() if n.endswith((".xml", ".rels"))]
            return "\n".join(archive.read(n).decode("utf-8") for n in names)
    if data[:4] == b"PAR1":
        import pyarrow.parquet

        return json.dumps(pyarrow.parquet.read_table(file).to_pylist(), ensure_ascii=False)
    return data.decode("utf-8", "replace") if data[:4] not in (b"%PDF", b"\x00\x01\x00\x00") else ""
