"""The commands as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marsad.cli import COMMANDS, HELP, main
from marsad.settings import settings

TEXT = "قالت مصادر محلية إن القوات الروسية طردت عناصر الحرس الثوري الإيراني من حقل الورد أمس الثلاثاء."


def run(*args: str, data: bytes | None = None, store: Path | None = None) -> Result:
    named = ["--store", f"sqlite:///{store}"] if store else []
    return CliRunner().invoke(main, [*named, *args], input=data)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "ward.txt"
    file.write_text(TEXT, "utf-8")
    return file


def test_help_imports_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "yaml", "rich", "marsad.packs", "marsad.read", "marsad.store")
    code = (
        "import sys; from marsad.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_every_command_has_help_with_an_example() -> None:
    assert COMMANDS.keys() == HELP.keys()
    for name in COMMANDS:
        done = run(name, "--help")
        assert done.exit_code == 0
        assert "marsad " in done.output.replace("Usage: main", "")
        assert "Example" in done.output


def test_reading_is_the_same_each_time(report: Path) -> None:
    one = run("read", str(report), "--published", "2022-01-12")
    assert one.exit_code == 0
    assert one.stdout_bytes == run("read", str(report), "--published", "2022-01-12").stdout_bytes
    record = json.loads(one.stdout)
    assert (record["report"], record["published"]) == ("ward", "2022-01-12")
    piped = json.loads(run("read", "-", data=TEXT.encode()).stdout)
    assert piped["report"] == "stdin"


def test_one_broken_report_does_not_stop_the_others(report: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(TEXT.encode("cp1256"))
    done = run("read", str(broken), str(report), "nowhere.txt")
    assert done.exit_code == 2
    assert [json.loads(line)["report"] for line in done.stdout.splitlines()] == ["ward"]
    first, second = done.stderr.splitlines()
    assert first.startswith("E102: ")
    assert " / convert with iconv -f CP1256" in first
    assert second.startswith("E101: ")


def test_a_reader_that_fails_is_told(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("marsad.read.Reader.read", fail)
    done = run("read", str(report))
    assert done.exit_code == 2
    assert done.stderr.startswith("E190: ")


def test_meta_lines_are_joined_by_the_stem(report: Path, tmp_path: Path) -> None:
    meta = tmp_path / "meta.jsonl"
    meta.write_text('{"report": "ward", "published": "2022-01-12", "outlet": "منبر"}', "utf-8")
    assert json.loads(run("read", str(report), "--meta", str(meta)).stdout)["published"] == "2022-01-12"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["read", "x", "--published", "yesterday"], "E109"),
        (["read", "x", "--meta", "nowhere.jsonl"], "E101"),
        (["--pack", "nowhere", "read", "x"], "E202"),
        (["--store", "mysql://x", "incidents"], "E302"),
        (["incident", "i-0"], "E308"),
        (["actor", "nobody"], "E310"),
        (["pair", "russia", "iran", "--by", "week"], "E120"),
    ],
)
def test_coded_errors(args: list[str], code: str, tmp_path: Path) -> None:
    done = run(*args, store=None if "--store" in args else tmp_path / "s.sqlite")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{code}: ")
    assert " / " in done.stderr
    assert "Traceback" not in done.output


def test_adding_twice_is_once(report: Path, tmp_path: Path) -> None:
    store = tmp_path / "s.sqlite"
    assert "1 new, 0 already there" in run("add", str(tmp_path), store=store).stdout
    assert "0 new, 1 already there" in run("add", str(report), store=store).stdout
    assert "all sound" in run("custody", "verify", store=store).stdout


def test_the_demonstration(tmp_path: Path) -> None:
    store = tmp_path / "demo.sqlite"
    done = run("demo", "--no-serve", store=store)
    assert done.exit_code == 0
    assert "incidents" in done.stdout
    assert "Russia - Iran" in done.stdout
    rows = [json.loads(line) for line in run("incidents", "--format", "jsonl", store=store).stdout.splitlines()]
    assert rows
    assert all(row["incident"] and row["events"] for row in rows)
    first = rows[0]["incident"]
    for args in (["incident", first], ["why", first], ["actors"], ["alerts"], ["pair", "russia", "iran"]):
        for style in ("table", "jsonl"):
            assert run(*args, "--format", style, store=store).exit_code == 0


def test_verdicts(tmp_path: Path) -> None:
    store = tmp_path / "demo.sqlite"
    run("demo", "--no-serve", store=store)
    rows = [json.loads(line) for line in run("incidents", "--format", "jsonl", store=store).stdout.splitlines()]
    joined = next((r for r in rows if r["reports"] > 1), None)
    if joined is None:
        pytest.skip("the demonstration has no incident of two reports")
    left, right = ("/".join(key) for key in joined["events"][:2])
    assert run("split", left, right, "--reason", "test", store=store).exit_code == 0
    assert run("same", left, "nowhere/e1", "--reason", "test", store=store).exit_code == 2


def test_where_the_store_is() -> None:
    assert settings(store="sqlite://", environment={}).store == "sqlite://"
    assert settings(environment={"MARSAD_STORE": "sqlite:///x"}).store == "sqlite:///x"
    assert settings(environment={"XDG_DATA_HOME": "/data"}).store == "sqlite:////data/marsad/marsad.sqlite"
    assert not settings(environment={}).chosen
