"""The command as a user types it, and what a worker costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from marsad.cli import main
from marsad.packs import load
from marsad.read.lexicon import Lexicon, peels
from read.bulk.trials import command, held, read, rows, write_rows

# A worker as it comes to life elsewhere; reads, and tells its seconds of processor and the memory that it holds.
LIFE = """
import json, sys, time
from pathlib import Path
from marsad.read.bulk.cluster import resident
from marsad.read.bulk.request import Folder
from marsad.read.bulk.work import Order, Worker
folder = Folder(Path(sys.argv[1]))
worker = Worker(Order(sys.argv[1], folder.mark(), folder.known().version))
loaded = time.process_time()
done = [worker.read(slice_).reports for slice_ in folder.slices()]
print(json.dumps([loaded, resident() / 1e6, sum(done)]))
"""


def invoke(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(w) for w in words])
    return done.exit_code, done.output


def test_the_command_reads_and_tells(tmp_path: Path) -> None:
    whole = write_rows(tmp_path / "whole.jsonl", rows(3))
    code, told = invoke(*command(tmp_path / "out", whole, workers=1)[3:])
    assert (code, "3 reports, " in told, "0 broken" in told) == (0, True, True), told
    read(tmp_path / "other", whole)
    assert held(tmp_path / "out") == held(tmp_path / "other")
    code, told = invoke(*command(tmp_path / "out", whole, workers=1, slice_size=9)[3:])
    assert code == 2 and "E709" in told and "--fresh" in told


@pytest.mark.parametrize(
    "words",
    [
        ["a.jsonl", "-o", "out"],
        ["a.jsonl", "--workers", "2"],
        ["--bulk", "a.jsonl"],
        ["--bulk", "a.jsonl", "-o", "out", "--scheduler", "tcp://127.0.0.1:1"],
        ["--bulk", "a.jsonl", "-o", "out", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"],
        ["--bulk", "a.jsonl", "-o", "out", "--meta", "m.jsonl"],
        ["--bulk", "a.jsonl", "-o", "out", "--reader", "llm"],
        ["--bulk", "a.jsonl", "-o", "out", "--column", "text"],
    ],
)
def test_options_that_do_not_go_together_are_refused(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text('{"text": "x"}\n', "utf-8")
    code, told = invoke("read", *words)
    assert code == 2 and "Usage:" in told, told
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("source", "code"), [("nothing.jsonl", "E101"), ("a.docx", "E702"), ("empty", "E702")]
)  # fmt: skip
def test_sources_that_are_none_are_refused(tmp_path: Path, source: str, code: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.docx").write_bytes(b"PK")
    status, told = invoke("read", "--bulk", tmp_path / source, "-o", tmp_path / "out")
    assert status == 2 and told.startswith(code), told


def test_a_worker_is_soon_there_and_small(alone: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LIFE, str(alone)], capture_output=True, text=True, check=True)
    seconds, megabytes, reports = json.loads(done.stdout)
    assert reports == 40
    assert seconds < 4.0, "about 0.8 on a quiet machine, and more than 10 without the cache of knowledge"
    assert megabytes < 150


def test_answers_about_words_are_kept_in_bounds() -> None:
    lexicon = Lexicon(load(strict=False))
    forms = [f"كلمة{number}" for number in range(100_000)]
    for form in forms:
        lexicon.kept("length", form, len)
        lexicon.noun(lexicon.people, form)
        peels(form)
    assert len(lexicon.answers["length"]) < 50_000
    assert len(lexicon._nouns) < 50_000
    assert all(lexicon.kept("length", form, len) == len(form) for form in (forms[0], forms[-1]))
