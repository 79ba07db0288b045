"""One contract for every inlet, and each from a real file of its kind to incidents."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gather.makers import ALL, SAMPLES, Sample, reports, telegram_html, telegram_json
from marsad.cli import main
from marsad.commands.add import gather
from marsad.commands.flags import given_options
from marsad.fuse import incidents
from marsad.gather.arrive import Arrival, arrive
from marsad.gather.gatherer import Gatherer, expand
from marsad.gather.inlet import Inlet, Options
from marsad.gather.pieces import Found, Parcel, Passed, Piece, Refusal, file_parcel
from marsad.gather.registry import INLETS, OPTIONS, gather_options, inlets_page, recognise
from marsad.packs import Packs
from marsad.store import open_store
from marsad.store.gathering import Gathering

OFFLINE = gather_options({"feed_follow": False})
SAMPLED = pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.file)


@pytest.fixture
def made(sample: Sample, tmp_path: Path) -> Path:
    if sample.needs and not shutil.which(sample.needs):
        pytest.skip(f"{sample.needs} is not installed")
    file = tmp_path / sample.file
    file.write_bytes(sample.make())
    return file


def opened(parcel: Parcel) -> list[Piece | Refusal | Passed]:
    return list(Gatherer(OFFLINE).open(parcel))


def arrivals(parcel: Parcel) -> list[Arrival]:
    return [arrive(one, one.find(), options=OFFLINE) for one in opened(parcel) if isinstance(one, Piece)]


@pytest.mark.parametrize("inlet", INLETS, ids=lambda i: i.name)
def test_an_inlet_says_what_it_is(inlet: type[Inlet]) -> None:
    assert inlet.name.isalpha()
    assert inlet.title and inlet.takes and inlet.example.startswith("marsad ")
    assert issubclass(inlet.options, Options)
    for field in inlet.options.model_fields.values():
        assert field.description and field.description.endswith((".", ")"))
    assert f"## {inlet.name}\n" in inlets_page()
    assert any(sample.inlet == inlet.name for sample in SAMPLES)


@SAMPLED
def test_the_contract(sample: Sample, made: Path) -> None:
    before = made.read_bytes()
    parcel = file_parcel(made)
    assert recognise(parcel).name == sample.inlet
    out = opened(parcel)
    assert [one for one in out if isinstance(one, Refusal)] == []
    pieces = [one for one in out if isinstance(one, Piece)]
    assert len(pieces) == sample.holds
    for piece in pieces:
        original = piece.original
        assert original.address == str(made)
        assert original.data is not None and original.size == len(original.data)
        assert original.sha256 == hashlib.sha256(original.data).hexdigest()
        assert original.came_at.tzinfo is not None
        assert isinstance(piece.find(), Found)
        assert sample.inlet == "image" or piece.find() == piece.find()  # tesseract takes its time
    keys = [(p.original.sha256, p.original.address, p.locator) for p in pieces]
    assert len(set(keys)) == len(keys)
    again = [one for one in opened(file_parcel(made)) if isinstance(one, Piece)]
    assert [(p.original.sha256, p.original.address, p.locator) for p in again] == keys
    assert made.read_bytes() == before


@SAMPLED
def test_the_text_and_the_day_come_through(sample: Sample, made: Path) -> None:
    found = arrivals(file_parcel(made))
    assert sum(a.report.published is not None for a in found) == sample.dated
    assert {a.language for a in found} == {"ar"}
    if sample.inlet in ("image", "pdf"):
        assert "الورد" in found[0].report.text
        return
    for told, arrival in zip(reports(), found, strict=False):
        assert max(told.paragraphs, key=len) in arrival.report.text
        if sample.dated > 1:
            assert str(arrival.report.published) == told.published
    assert all(a.report.name for a in found)


@SAMPLED
def test_end_to_end_into_incidents(sample: Sample, made: Path, tmp_path: Path, packs: Packs) -> None:
    asked = {"given": [str(made)], "published": "2024-08-18", "options": {"feed_follow": False}}
    with open_store(tmp_path / "s.sqlite") as store:
        out = gather(store, asked, packs=packs)
        assert (out.kept["new"], out.faults) == (sample.holds, 0)
        assert incidents(store, packs=packs)
        store.verify_custody()
        originals = Gathering(store).originals()
        assert len(originals) == sample.holds
        assert [o.received.marks for o in originals if sample.inlet == "image"] in ([], [("ocr",)])
        out = gather(store, asked, packs=packs)
        assert (out.kept["new"], out.kept["known"]) == (0, sample.holds)


def test_the_commands(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(SAMPLES[9].make())
    store = ["--store", f"sqlite:///{tmp_path / 's.sqlite'}"]
    done = CliRunner().invoke(main, [*store, "add", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert f"{ALL} new" in done.output
    told = CliRunner().invoke(main, [*store, "custody", "originals", "--format", "jsonl"])
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert {row["inlet"] for row in rows} == {"table"}
    got = CliRunner().invoke(main, [*store, "custody", "originals", "--bytes", rows[0]["sha256"]])
    assert got.stdout_bytes == SAMPLES[9].make()
    assert CliRunner().invoke(main, [*store, "custody", "verify"]).exit_code == 0
    assert "done" in CliRunner().invoke(main, [*store, "jobs", "list"]).output


def test_flags_come_from_the_options() -> None:
    told = CliRunner().invoke(main, ["add", "--help"]).output
    for name, options in OPTIONS.items():
        for key in options.model_fields:
            assert f"--{name}-{key}".replace("_", "-") in told
    assert given_options({"table_text": "x", "pdf_ocr": None, "meta": "y"}) == {"table_text": "x"}


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (["--text-encoding", "klingon"], "--text-encoding"), (["--web-tries", "0"], "--web-tries"),
        (["--warc-since", "gestern"], "--warc-since"), (["--image-languages", "ara;rm"], "--image-languages"),
    ],
)  # fmt: skip
def test_wrong_options_are_refused_by_name(flags: list[str], word: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--store", f"sqlite:///{tmp_path / 's.sqlite'}", "add", "x.txt", *flags])
    assert done.exit_code == 2
    assert "E142" in done.output and word in done.output


def test_a_folder_is_taken_whole_and_links_to_itself_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "below" / "page_files").mkdir(parents=True)
    for name in ("b.txt", "below/a.html", "below/page_files/x.html", ".hidden.txt", "meta.jsonl", "photo.png"):
        (tmp_path / name).write_text("نص", "utf-8")
    (tmp_path / "below" / "loop").symlink_to(tmp_path)
    found = expand([str(tmp_path), str(tmp_path / "b.txt")])
    assert [Path(p).name for p in found.items] == ["b.txt", "a.html"]
    assert found.other == 4


def test_a_telegram_export_is_one_thing(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.html").write_text("<html></html>", "utf-8")
    (tmp_path / "messages.html").write_bytes(telegram_html(reports()[:2]))
    (tmp_path / "messages2.html").write_bytes(telegram_html(reports()[2:]))
    assert [Path(p).name for p in expand([str(tmp_path)]).items] == ["messages.html", "messages2.html"]
    (tmp_path / "result.json").write_bytes(telegram_json(reports()))
    assert [Path(p).name for p in expand([str(tmp_path)]).items] == ["result.json"]
    assert len(arrivals(file_parcel(tmp_path / "result.json"))) == ALL


@pytest.mark.parametrize("program", ["pdftotext", "pypdf"])
def test_pdf_letters_stand_in_order(program: str) -> None:
    if program == "pdftotext" and not shutil.which(program):
        pytest.skip("pdftotext is not installed")
    options = gather_options({"pdf_program": program})
    file = Path(__file__).parent / "files" / "statement.pdf"
    (piece,) = Gatherer(options).open(file_parcel(file))
    assert isinstance(piece, Piece)
    found = piece.find()
    assert "أقامت سواتر ترابية" in " ".join(found.text.split()) or program == "pypdf"
    assert "إن الميليشيات كانت تبيع النفط الخام لتجار محليين" in found.text
    assert ("line-order" in found.marks) == (program == "pypdf")


def test_letters_that_came_out_backwards_are_turned_and_marked() -> None:
    from marsad.gather.inlets.pdf import in_order

    right = "قالت مصادر في المدينة إن 25 سيارة وصلت إلى القاعدة\nمن الرقة بعد الظهر على الطريق"
    wrong = "\n".join(line[::-1].replace("52", "25") for line in right.splitlines())
    assert in_order(wrong) == (right, True)
    assert in_order(right) == (right, False)
    assert in_order("دمشق") == ("دمشق", False)
