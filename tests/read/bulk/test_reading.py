"""What is read in bulk is read as everywhere else; what is broken is told, and harms nothing beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gather.makers import reports, warc
from marsad.cli import main
from marsad.model import from_record, to_record
from marsad.read.bulk.faults import BulkError
from marsad.store import open_store
from read.bulk.trials import Here, held, lines, read, request, rows, write_rows


def test_records_are_to_the_letter_what_read_prints(alone: Path, tmp_path: Path) -> None:
    for number in (0, 17, 39):
        row = rows(40)[number]
        (tmp_path / f"{row['report']}.txt").write_text(row["text"], "utf-8")
        asked = ["read", str(tmp_path / f"{row['report']}.txt"), "--published", row["published"]]
        printed = CliRunner().invoke(main, asked).stdout
        assert printed in [line + "\n" for f in _files(alone, "records") for line in f.read_text("utf-8").splitlines()]


def _files(out: Path, name: str) -> list[Path]:
    return sorted((out / "parts").glob(f"*.{name}.jsonl"))


def test_reports_carry_what_came_and_the_text_of_their_records(alone: Path) -> None:
    told, records = lines(alone, "reports.jsonl"), lines(alone, "records.jsonl")
    assert [{k: v for k, v in row.items() if k != "sha256"} for row in told] == rows(40)
    assert [row["report"] for row in records] == [row["report"] for row in told]
    for row, record in zip(told, records, strict=True):
        assert to_record(from_record(record), row["text"]) == record
        assert record["events"], row["text"]


def test_each_broken_report_is_one_line_with_its_place(alone: Path, archive: Path) -> None:
    whole = [json.loads(line) for line in (alone / "errors.jsonl").read_text("utf-8").splitlines()]
    assert whole == lines(alone, "errors.jsonl")
    assert [(e["where"], e["code"]) for e in whole] == [
        (f"{archive}, row {row}", code) for row, code in ((9, "E144"), (27, "E102"), (36, "E144"), (45, "E103"))
    ]
    assert all(e["message"] and e["remedy"] for e in whole)
    summary = json.loads((alone / "summary.json").read_text("utf-8"))
    assert summary["codes"] == {"E102": 1, "E103": 1, "E144": 2} and summary["reports"] == 40


def test_faults_of_a_report_and_of_the_reader_are_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from marsad.read import Reader

    whole = Reader.read

    def failing(self: Reader, report: object) -> object:
        if "r-001" in report.name:  # type: ignore[attr-defined]
            raise RecursionError("too deep")
        return whole(self, report)  # type: ignore[arg-type]

    monkeypatch.setattr(Reader, "read", failing)
    made = rows(5)
    made[2]["published"] = "never"
    made[3]["text"] = "The army shelled the town on Sunday morning, local sources said."
    made[4]["outlet"] = "\ud83d"  # half a character
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in made), "utf-8")
    outcome = read(tmp_path / "out", file)
    assert outcome.summary is not None and outcome.summary.reports == 1
    assert [e["code"] for e in lines(tmp_path / "out", "errors.jsonl")] == ["E190", "E109", "E105", "E102"]


def test_parquet_gives_what_lines_give(alone: Path, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = tmp_path / "archive.parquet"
    pq.write_table(pa.Table.from_pylist(rows(40)), file, row_group_size=16)
    outcome = read(tmp_path / "out", file)
    assert outcome.progress.slices > 3 and outcome.summary is not None and not outcome.summary.errors
    for name in ("reports.jsonl", "records.jsonl"):
        assert lines(tmp_path / "out", name) == lines(alone, name)


@pytest.mark.parametrize("packed", [True, False])
def test_web_archives_give_what_add_gives(tmp_path: Path, packed: bool) -> None:
    file = tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")
    file.write_bytes(warc(reports()[:6], packed=packed))
    address = f"sqlite:///{tmp_path / 's.sqlite'}"
    done = CliRunner().invoke(main, ["--store", address, "add", str(file)])
    assert done.exit_code == 0, done.output
    outcome = read(tmp_path / "out", file)
    assert outcome.progress.slices > 2 and outcome.summary is not None and outcome.summary.reports == 6
    with open_store(address) as store:
        stored = {s.name: s for s in store.reports()}
    records = {name: to_record(s.reading, s.report.text) for name, s in stored.items() if s.reading}
    told = {row["report"]: row for row in lines(tmp_path / "out", "reports.jsonl")}
    assert {row["report"]: row for row in lines(tmp_path / "out", "records.jsonl")} == records
    for name, report in ((name, s.report) for name, s in stored.items()):
        day = report.published.isoformat() if report.published else None
        assert told[name] == {
            "report": name, "text": report.text, "published": day, "outlet": report.outlet, "url": report.url,
            "sha256": report.sha256,
        }  # fmt: skip


def test_a_web_archive_that_breaks_off_gives_what_stands_before(tmp_path: Path) -> None:
    file = tmp_path / "crawl.warc.gz"
    file.write_bytes(warc(reports()[:4])[:-200])
    outcome = read(tmp_path / "out", file)
    assert outcome.summary is not None
    assert (outcome.summary.reports, outcome.summary.codes) == (4, {"E130": 1})


def test_a_name_belongs_to_the_first_report_that_bears_it(tmp_path: Path) -> None:
    made = rows(9)
    for number in (3, 5, 8):
        made[number]["report"] = "r-000"
    made[5]["text"], made[7] = made[0]["text"], dict(made[6])
    file = write_rows(tmp_path / "a.jsonl", made)
    for name, engine, size in (("one", Here(), 300), ("two", Here(lambda s: s[::-1]), 300), ("whole", Here(), 10**6)):
        outcome = read(tmp_path / name, file, engine=engine, slice_size=size)
        assert outcome.summary is not None
        assert (outcome.summary.reports, outcome.summary.codes) == (7, {"E714": 2})
    told = lines(tmp_path / "one", "reports.jsonl")
    other = [f"r-000-{told[n]['sha256'][:12]}" for n in (3, 6)]
    assert [r["report"] for r in told] == ["r-000", "r-001", "r-002", other[0], "r-004", "r-006", other[1]]
    assert [r["report"] for r in lines(tmp_path / "one", "records.jsonl")] == [r["report"] for r in told]
    assert held(tmp_path / "one") == held(tmp_path / "two")
    assert lines(tmp_path / "whole", "records.jsonl") == lines(tmp_path / "one", "records.jsonl")
    again = read(tmp_path / "one", file, slice_size=300)
    assert again.summary is not None and again.summary.reports == 7
    assert held(tmp_path / "one") == held(tmp_path / "two")


def test_columns_can_be_named_and_are_checked(tmp_path: Path) -> None:
    made = [{"body_ar": row["text"], "day": row["published"]} for row in rows(2)]
    file = write_rows(tmp_path / "wire items.jsonl", made)
    read(tmp_path / "out", file, columns={"text": "body_ar", "published": "day"})
    told = lines(tmp_path / "out", "reports.jsonl")
    assert [(r["report"], r["published"]) for r in told] == [
        ("wire-items-1", "2021-11-01"),
        ("wire-items-2", "2021-11-02"),
    ]
    with pytest.raises(BulkError, match="E705"):
        request(file, columns={"body": "text"})
