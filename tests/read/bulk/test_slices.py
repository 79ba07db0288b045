"""Slices: every report stands in one, whatever their size."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from gather.makers import reports, warc, warc_record
from marsad.read.bulk.faults import BulkError
from marsad.read.bulk.kinds import Kind, kind
from marsad.read.bulk.slices import Slice, plan, sources_of


def of(file: Path) -> Kind:
    return kind(sources_of([str(file)])[0])


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
def test_lines_are_cut_at_their_ends(tmp_path: Path, end: bytes) -> None:
    draw = random.Random(5)
    file = tmp_path / "a.jsonl"
    texts = [b'{"text": "%s"}' % (b"a" * draw.choice([0, 1, 7, 90, 1500])) for _ in range(300)]
    whole = b"\n".join(texts) + end
    file.write_bytes(whole)
    for size in (1, 13, 100, 999, len(whole) - 1, len(whole), 10 * len(whole)):
        cuts = list(of(file).cut(size=size, asked={}))
        assert cuts[0][0] == 0 and cuts[-1][1] == len(whole)
        for (start, stop, first, _), (after, *_) in zip(cuts, [*cuts[1:], cuts[-1][1:]], strict=True):
            assert stop == after and start < stop
            assert first == whole[:start].count(b"\n") + 1
            assert stop == len(whole) or whole[stop - 1 : stop] == b"\n"
            assert stop - start >= size or stop == len(whole)


def test_lines_that_are_too_long_are_refused_and_passed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marsad.read.bulk.lines.LONGEST_LINE", 200)
    file = tmp_path / "a.jsonl"
    file.write_bytes(b'{"text": "a"}\n{"text": "' + b"b" * 5000 + b'"}\n{"text": "c"}\n')
    source = of(file)
    found = list(source.pieces(Slice(0, 0, 0, file.stat().st_size, 1, {"text": "text"})))
    assert [getattr(one, "locator", None) for one in found] == ["row 1", None, "row 3"]
    assert found[1].error.code == "E107"  # type: ignore[union-attr]


@pytest.mark.parametrize("packed", [True, False])
def test_archives_are_cut_between_records(tmp_path: Path, packed: bool) -> None:
    inside = b"<html><body>\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\n\r\n" + gzip.compress(warc(reports()[:1]))
    records = [warc_record(f"https://a.example/{n}", inside * (1 + n % 3)) for n in range(20)]
    parts = [gzip.compress(r) if packed else r for r in records]
    edges = {0, *(sum(map(len, parts[: n + 1])) for n in range(20))}
    file = tmp_path / ("a.warc.gz" if packed else "a.warc")
    file.write_bytes(b"".join(parts))
    for size in (1, 900, 4000, 10**6):
        cuts = list(of(file).cut(size=size, asked={}))
        assert [a for a, *_ in cuts[1:]] == [b for _, b, *_ in cuts[:-1]]
        assert {a for a, *_ in cuts} | {b for _, b, *_ in cuts} <= edges
        assert len(cuts) == (20 if size == 1 else len(cuts))
    assert len(list(of(file).cut(size=10**6, asked={}))) == 1


def test_one_gzip_member_around_all_records_is_one_slice(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(gzip.compress(warc(reports()[:4], packed=False)))
    (only,) = of(file).cut(size=100, asked={})
    assert only[:2] == (0, file.stat().st_size)


def test_rows_of_large_groups_are_cut_too(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"{n} " * 50 for n in range(1000)]}), file, row_group_size=400)
    for size in (1000, 20_000, 10**9):
        cuts = list(of(file).cut(size=size, asked={}))
        assert [a for a, *_ in cuts] == [0, *(b for _, b, *_ in cuts[:-1])] and cuts[-1][1] == 1000
        assert all(first == start + 1 for start, _, first, _ in cuts)
    assert len(list(of(file).cut(size=1000, asked={}))) > 10


def test_folders_give_their_archives_and_no_others(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a/c.warc.gz", "a/meta.jsonl", ".hidden.jsonl", "x.txt", "run/parts/000000.reports.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"{}")
    (tmp_path / "run" / "bulk.json").write_bytes(b"{}")
    found = [Path(s.path).relative_to(tmp_path).as_posix() for s in sources_of([str(tmp_path), str(tmp_path)])]
    assert found == ["a/c.warc.gz", "b.jsonl"]
    with pytest.raises(BulkError, match="E702"):
        sources_of([str(tmp_path / "x.txt")])


def test_a_file_that_cannot_be_read_is_one_slice_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"body_ar": "x"}\n', "utf-8")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 no")
    (tmp_path / "c.warc").write_bytes(b"")
    found = plan(sources_of([str(tmp_path)]), size=100, asked={})
    assert [s.fault["code"] for s in found if s.fault] == ["E143", "E144", "E103"]
    (named,) = plan(sources_of([str(tmp_path / "a.jsonl")]), size=100, asked={"text": "body_ar"})
    assert named.columns == {"text": "body_ar"} and named.fault is None
