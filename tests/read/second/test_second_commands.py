"""The second reader from the command line, up to the review queue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from marsad.cli import main
from marsad.store import open_store
from marsad.store.doubt import doubt
from scripted_model import says, scripted

TEXT = (
    "طرد من حقل الورد\n\nقال مصدر محلي لشبكة الوادي إن القوات الروسية طردت عناصر الميليشيات الإيرانية من حقل الورد "
    "مساء الجمعة، وأسفرت المواجهة عن مقتل أربعة عناصر وإصابة اثنين.\n"
)
SWAPPED = {
    "type": "COERCE", "mode": "expel", "evidence": ["القوات الروسية طردت عناصر الميليشيات الإيرانية من حقل الورد"],
    "actor": ["عناصر الميليشيات الإيرانية"], "recipient": ["القوات الروسية"],
}  # fmt: skip


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "ward.txt"
    file.write_text(TEXT, "utf-8")
    return file


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(w) for w in words])
    return done.exit_code, done.output


def test_both_readers_print_one_record_and_write_what_they_tell_apart(report: Path, tmp_path: Path) -> None:
    apart = tmp_path / "apart.jsonl"
    with scripted(says(json.dumps({"events": [SWAPPED]}, ensure_ascii=False))) as script:
        code, out = run("read", report, "--published", "2022-09-04", "--reader", "both", "--model-url", script.url,
                        "--model", "m", "--differences", apart)  # fmt: skip
    assert code == 0, out
    record = json.loads(next(line for line in out.splitlines() if line.startswith("{")))
    assert [a["id"] for a in record["events"][0]["actor"]] == ["russia/armed-forces"]
    rows = [json.loads(line) for line in apart.read_text("utf-8").splitlines()]
    assert {"actor", "recipient"} <= {row["slot"] for row in rows}
    assert "quotes 3 anchored" in out


def test_what_two_readers_tell_apart_stands_in_the_review_queue(report: Path, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'store.db'}"
    assert run("--store", address, "add", report, "--published", "2022-09-04")[0] == 0
    with scripted(says(json.dumps({"events": [SWAPPED]}, ensure_ascii=False))) as script:
        code, out = run("--store", address, "reread", "--reader", "both", "--model-url", script.url, "--model", "m")
        assert code == 0, out
        assert "1 read again, 1 changed" in out
        again, out = run("--store", address, "reread", "--reader", "both", "--model-url", script.url, "--model", "m")
        assert (again, len(script.asked)) == (0, 1), "read once with this reader, and not again"
    with open_store(address) as store:
        from marsad.model import to_record

        stored = store.report("ward")
        assert stored.reading is not None
        record = to_record(stored.reading, TEXT)
    (event,) = (e for e in record["events"] if e.get("mode") == "expel")
    told = [r for r in doubt(event).reasons if r.code == "readers-apart"]
    assert {r.slot for r in told} >= {"actor", "recipient"}
    assert any(
        "«القوات الروسية»" in p["message"] and "«عناصر الميليشيات الإيرانية»" in p["message"]
        for p in record["problems"]
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--reader", "llm"), "E407"),
        (("--reader", "llm", "--model-url", "http://example.org/v1", "--model", "m"), "E406"),
        (("--reader", "llm", "--model-url", "ftp://127.0.0.1/", "--model", "m"), "E405"),
        (("--reader", "llm", "--model-url", "http://127.0.0.1:9/v1", "--model", "m"), "E401"),
        (
            ("--reader", "llm", "--model-url", "http://127.0.0.1/v1", "--model", "m", "--model-key-from", "NO_SUCH"),
            "E407",
        ),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_sent(report: Path, words: tuple[str, ...], code: str) -> None:
    status, out = run("read", report, *words)
    assert status == 2
    assert code in out


def test_texts_leave_the_machine_with_a_warning_only(report: Path) -> None:
    _, out = run("read", report, "--reader", "llm", "--model-url", "http://model.invalid/v1", "--model", "m", "--send")
    assert "Warning: the texts of the reports go to model.invalid, names included." in out
    assert "E401" in out


def test_evaluate_sets_rules_model_and_both_side_by_side(report: Path, tmp_path: Path) -> None:
    reference = tmp_path / "records"
    reference.mkdir()
    (reference / "ward.json").write_text(run("read", report)[1], "utf-8")
    with scripted(says(json.dumps({"events": [SWAPPED]}, ensure_ascii=False))) as script:
        code, out = run("evaluate", reference, report, "--reader", "both", "--model-url", script.url, "--model", "m",
                        "--format", "jsonl")  # fmt: skip
    assert code == 0, out
    rows = {row["facet"]: row for row in map(json.loads, (line for line in out.splitlines() if line.startswith("{")))}
    assert rows["actor id"]["rules"] == rows["actor id"]["both"] == 1.0
    assert rows["actor id"]["model"] == 0.0
    assert rows["values invented"]["model"] > rows["values invented"]["both"] == 0.0
