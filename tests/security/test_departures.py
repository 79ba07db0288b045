"""What leaves the house: words of reports never become code where they are opened."""

from __future__ import annotations

import csv
import io
import os
import pickle
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from marsad.cli import main
from marsad.model import Report, from_record
from marsad.packs import cache
from marsad.publish.cells import harmless
from marsad.publish.tables import write_table
from marsad.store import open_store
from serve.conftest import event, mention

FORMULA, TEMPLATE, SCRIPT = "=cmd|'/c calc'!A1", "{{7*7}}", "<script>alert(1)</script>"
TEXT = f"اشتبكت {FORMULA} مع {TEMPLATE} {SCRIPT} في تدمر [x](javascript:alert(1)) <img src=x onerror=alert(2)>."
OUTLET = "منبر;=cmd()<script>alert(9)</script>\n[a](javascript:x)|`b`"
DAYS = ("--from", "2022-04-01", "--to", "2022-06-30")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that a hostile report leaves as."""
    folder = tmp_path_factory.mktemp("departures")
    url = f"sqlite:///{folder / 's.sqlite'}"
    told = event(TEXT, type="ASSAULT", mode="clash", actor=[mention(TEXT, FORMULA, id=None)],
                 recipient=[mention(TEXT, f"{TEMPLATE} {SCRIPT}", id=None)])  # fmt: skip
    record = {"report": "h", "published": "2022-05-01", "events": [told], "persons": []}
    with open_store(url) as store:
        store.add(
            Report("h", TEXT, published=date(2022, 5, 1), outlet=OUTLET, url="javascript:alert(2)"), from_record(record)
        )
    leave(url, "brief", *DAYS, "-o", str(folder / "b.html"))
    leave(url, "brief", *DAYS, "-o", str(folder / "b.md"))
    leave(url, "publish", "site", *DAYS, "-o", str(folder / "site"))
    for name, suffix in (("hxl", "csv"), ("xlsx", "xlsx"), ("rss", "xml"), ("graphml", "graphml")):
        leave(url, "export", name, "-o", str(folder / f"{name}.{suffix}"))
    return folder


def leave(url: str, *words: str) -> None:
    run = CliRunner().invoke(main, ["--store", url, *words])
    assert run.exit_code == 0, run.output


def test_pages_hold_words_not_code(out: Path) -> None:
    pages = [out / "b.html", *sorted((out / "site").rglob("*.html"))]
    assert len(pages) > 4
    words = 0
    for page in pages:
        told = page.read_text("utf-8")
        for code in (SCRIPT, "<script>alert(9)", "<img src=x", 'href="javascript:', "href='javascript:"):
            assert code not in told, (page, code)
        assert "49" not in re.findall(r"اشتبكت[^.]{0,80}", told)
        words += told.count("&lt;script&gt;alert(9)")
    assert words > 0, "the words of the outlet are nowhere: the test shows nothing"


def test_markdown_holds_words_not_code(out: Path) -> None:
    told = (out / "b.md").read_text("utf-8")
    assert "&lt;script" in told
    assert "<script" not in told and "<img" not in told
    assert not re.search(r"(?<!\\)\]\(javascript:", told)
    assert not re.search(r"(?<!\\)`b", told)


def rows(file: Path, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text("utf-8"), newline=""), delimiter=delimiter))


def test_no_cell_begins_a_formula_whatever_parts_the_cells(out: Path, tmp_path: Path) -> None:
    table, desk = tmp_path / "table.csv", SimpleNamespace(written=0)
    write_table([{}], table, desk, columns=("a", "n"), row=lambda _: {"a": f"{OUTLET};+1\t@x", "n": -3})  # type: ignore[arg-type]
    for file in (table, out / "hxl.csv"):
        assert len(rows(file, ",")) > 1
        for cell in (cell for delimiter in ",;\t" for row in rows(file, delimiter) for cell in row):
            assert not cell.lstrip().startswith(("=", "+", "@", "\t", "\r")), (file, cell)


def test_no_cell_of_a_workbook_is_a_formula(out: Path) -> None:
    from openpyxl import load_workbook

    cells = [
        c for sheet in load_workbook(out / "xlsx.xlsx") for row in sheet.iter_rows() for c in row if c.value is not None
    ]
    assert any("cmd" in str(c.value) for c in cells)
    assert {c.data_type for c in cells} <= {"s", "n", "d", "b"}


@given(st.text(alphabet="=+-@\t\r\n |\u00a0\u200b\u3000\ufeff\u202eab1", max_size=12))
def test_no_text_stays_a_formula(text: str) -> None:
    told = harmless(text)
    shown = re.sub(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", "", told)
    assert not shown.startswith(("=", "+", "-", "@"))


def test_xml_that_leaves_is_read_back_as_words(out: Path) -> None:
    from defusedxml.ElementTree import parse

    for name in ("rss.xml", "graphml.graphml"):
        tree = parse(out / name)
        assert not [e for e in tree.iter() if e.tag.endswith("script")]
    links = [e.text or "" for e in parse(out / "rss.xml").iter("link")]
    assert links and not any(link.startswith("javascript") for link in links)


def test_a_template_of_somebody_else_runs_nothing(out: Path, tmp_path: Path) -> None:
    (tmp_path / "briefing.html.j2").write_text(
        "{{ w.get.__globals__ }}{{ ''.__class__.__mro__[1].__subclasses__() }}"
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}"
    )
    words = ["--store", f"sqlite:///{out / 's.sqlite'}", "brief", *DAYS, "--templates", str(tmp_path)]
    run = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "b.html")])
    assert run.exit_code == 2
    assert "E611" in run.output
    assert not (tmp_path / "b.html").exists()


class Program:
    """Runs when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.mkdir, (os.environ["MARSAD_TEST_MADE"],)


def test_knowledge_that_others_could_have_written_is_not_unpickled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "made"
    monkeypatch.setenv("MARSAD_CACHE", str(tmp_path))
    monkeypatch.setenv("MARSAD_TEST_MADE", str(made))
    file = tmp_path / "packs-k.pickle"
    file.write_bytes(pickle.dumps(Program()))
    for rights in ((0o666, 0o700), (0o620, 0o700), (0o600, 0o777)):
        file.chmod(rights[0])
        tmp_path.chmod(rights[1])
        assert cache.fetch("k") is None
        assert not made.exists(), rights
    file.chmod(0o600)
    tmp_path.chmod(0o700)
    cache.fetch("k")
    assert made.exists(), "the file would not have run anyway: the test shows nothing"


def test_a_pack_is_data(tmp_path: Path) -> None:
    from marsad.packs.files import pack_files, parse

    made, folder = tmp_path / "made", tmp_path / "pack" / "world" / "actors"
    folder.mkdir(parents=True)
    (folder / "a.yml").write_text(f"- !!python/object/apply:os.mkdir ['{made}']\n")
    found = parse(pack_files([tmp_path / "pack"]))
    assert [fault.code for fault in found.faults] == ["P01"]
    assert not made.exists()
