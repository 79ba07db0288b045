"""The briefing: every sentence has its evidence, both languages say the same, and all four kinds open."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from marsad.errors import InputError, MarsadError
from marsad.packs import Packs
from marsad.publish.briefing.brief import Brief, Note, Sentence
from marsad.publish.briefing.compose import compose
from marsad.publish.briefing.layout import can_print, html, markdown, notes, save
from marsad.publish.briefing.words import Words
from marsad.publish.query import Query
from marsad.store import Store

AUGUST = Query(since="2024-08-01", until="2024-08-31")


@pytest.fixture(scope="module")
def briefs(demo: Store, packs: Packs) -> dict[str, Brief]:
    return {lang: compose(demo, AUGUST, lang=lang, packs=packs) for lang in ("ar", "en")}


def test_no_sentence_without_evidence(briefs: dict[str, Brief], demo: Store) -> None:
    reports, incidents = {s.name for s in demo.reports()}, {d["incident"] for d in demo.incidents()}
    for brief in briefs.values():
        assert len(brief.sentences) > 20
        for sentence in brief.sentences:
            assert set(sentence.note.reports) <= reports and sentence.note.reports
            assert set(sentence.note.incidents) <= incidents
    with pytest.raises(MarsadError) as caught:
        Sentence("كلام بلا شاهد.", Note((), ()))
    assert caught.value.code == "E610"


def test_both_languages_rest_on_the_same(briefs: dict[str, Brief]) -> None:
    ar, en = briefs["ar"], briefs["en"]
    assert [i.incident for i in ar.incidents] == [i.incident for i in en.incidents]
    assert [f.now for f in ar.figures] == [f.now for f in en.figures]
    assert [s.note for s in ar.headline] == [s.note for s in en.headline]


def test_arabic_reads_right(briefs: dict[str, Brief]) -> None:
    told = " ".join(s.text for s in briefs["ar"].sentences)
    assert (
        "رُصدت 12 حادثة بين 1 و31 آب/أغسطس 2024" in told and "طالبت القوات الروسية الحرس الثوري الإيراني بإخلاء" in told
    )
    for wrong in ("لـ", "بـ", "{", "}", "  ", "None", "،،", "..", "في في", " ،", "على على", "لال", "للل"):
        assert wrong not in told, wrong
    assert not re.search(r"[A-Za-z]", told)
    assert all(s.text.endswith((".", "؟")) for s in briefs["ar"].sentences)


def test_english_reads_right(briefs: dict[str, Brief]) -> None:
    told = " ".join(s.text for s in briefs["en"].sentences)
    assert "12 incidents were recorded between 1 and 31 August 2024" in told
    assert not any(wrong in told for wrong in ("{", "}", "None", "  ", "..", " ,", "one people", "people was"))
    assert all(s.text[0].isupper() or s.text[0] in "0123456789\u2068" for s in briefs["en"].sentences)


def test_one_incident_agrees(demo: Store, packs: Packs) -> None:
    days = [d["start"] for d in demo.incidents() if d["start"] == d["end"] and d["status"] == "actual"]
    day = next(d for d in days if d and days.count(d) == 1 and d.startswith("2024"))
    query = Query(since=day, until=day)
    ar, en = (compose(demo, query, lang=lang, packs=packs).headline[0].text for lang in ("ar", "en"))
    assert ar.startswith("رُصدت حادثة واحدة في ") and en.startswith("One incident was recorded on ")


def test_tolls_are_never_made_up(briefs: dict[str, Brief], demo: Store) -> None:
    known = {d["incident"]: d for d in demo.incidents()}
    for item in briefs["ar"].incidents:
        if "قُتل" in item.sentences[0].text:
            assert known[item.incident]["killed"]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_an_empty_period(demo: Store, packs: Packs, tmp_path: Path, lang: str) -> None:
    brief = compose(demo, Query(since="1999-01-01", until="1999-01-31"), lang=lang, packs=packs)
    assert not brief.headline and not brief.incidents
    assert Words(lang).get("empty") in markdown(brief) and Words(lang).get("empty") in html(brief)
    save(brief, tmp_path / "x.docx")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (Query(since="2024-08-01"), "E603"), (Query(since="2024-08-02", until="2024-08-01"), "E603"),
        (Query(since="2024-08-01", until="August"), "E603"),
        (Query(since="2024-08-01", until="2024-08-02", pair=("russia", "nobody-at-all")), "E310"),
    ],
)  # fmt: skip
def test_faulty_periods(demo: Store, packs: Packs, query: Query, code: str) -> None:
    with pytest.raises(MarsadError) as caught:
        compose(demo, query, packs=packs)
    assert caught.value.code == code


def test_pair_and_place(demo: Store, packs: Packs) -> None:
    whole = compose(demo, AUGUST, packs=packs)
    pair = compose(demo, Query(since=AUGUST.since, until=AUGUST.until, pair=("روسيا", "إيران")), packs=packs)
    place = compose(demo, Query(since=AUGUST.since, until=AUGUST.until, place="حطلة"), packs=packs)
    assert 0 < len(pair.all) < len(whole.all) and "روسيا وإيران" in pair.heading
    assert 0 < len(place.all) < len(whole.all) and "حطلة" in place.heading


def test_markdown_and_html(briefs: dict[str, Brief]) -> None:
    brief = briefs["ar"]
    text = markdown(brief)
    used = {int(n) for n in re.findall(r"\[\^(\d+)\](?!:)", text)}
    assert (
        used
        == {int(n) for n in re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)}
        == set(range(1, len(notes(brief, Words("ar"))) + 1))
    )
    page = html(brief)
    assert 'dir="rtl"' in page and "<script" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page), "the page asks the network for nothing"
    targets = set(re.findall(r'href="#(n\d+)"', page))
    assert targets and all(f'id="{t}"' in page for t in targets)


def test_templates_of_ones_own(briefs: dict[str, Brief], demo: Store, packs: Packs, tmp_path: Path) -> None:
    (tmp_path / "phrases.ar.yml").write_text(
        'title: "نشرة البيت"\nheadline: {disputed: "وفيها خلاف في {n}."}\n', "utf-8"
    )
    (tmp_path / "briefing.md.j2").write_text(
        "{{ w.get('title') }}: {{ b.headline|map(attribute='text')|join(' ') }}", "utf-8"
    )
    brief = compose(demo, AUGUST, packs=packs, templates=tmp_path)
    text = markdown(brief, templates=tmp_path)
    assert text.startswith("نشرة البيت: رُصدت") and "وفيها خلاف في واحدة." in text


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("phrases.ar.yml", "headline: {more: '{nothing} here', first: '{nothing}'}"), ("phrases.ar.yml", "- a list"),
        ("briefing.md.j2", "{{ nothing_here }}"), ("briefing.md.j2", "{% if %}"),
    ],
)  # fmt: skip
def test_faulty_templates(demo: Store, packs: Packs, tmp_path: Path, file: str, content: str) -> None:
    (tmp_path / file).write_text(content, "utf-8")
    with pytest.raises(InputError) as caught:
        markdown(compose(demo, AUGUST, packs=packs, templates=tmp_path), templates=tmp_path)
    assert caught.value.code == "E611"


def test_kinds(briefs: dict[str, Brief], tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        save(briefs["ar"], tmp_path / "x.odt")
    assert caught.value.code == "E613" and not list(tmp_path.iterdir())


def test_word(briefs: dict[str, Brief], tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    save(briefs["ar"], tmp_path / "x.docx")
    document = docx.Document(str(tmp_path / "x.docx"))
    told = "\n".join(p.text for p in document.paragraphs)
    assert briefs["ar"].headline[0].text in told and "[1]" in told
    paragraphs = [p for p in document.paragraphs if p.text.strip()]
    assert all(p._p.pPr is not None and p._p.pPr.find(docx.oxml.ns.qn("w:bidi")) is not None for p in paragraphs)
    assert all(t._tbl.tblPr.find(docx.oxml.ns.qn("w:bidiVisual")) is not None for t in document.tables)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_pdf_copies_out_right(briefs: dict[str, Brief], tmp_path: Path, lang: str) -> None:
    if not can_print():
        pytest.skip("WeasyPrint, or the Pango that it draws with, is missing")
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext on this machine")
    save(briefs[lang], tmp_path / "x.pdf")
    done = subprocess.run(["pdftotext", str(tmp_path / "x.pdf"), "-"], capture_output=True, text=True, check=True)
    text = re.sub(r"[\u200e\u200f\u202a-\u202e\u2060-\u2069]", "", done.stdout)
    words = {"ar": ("خلاصة المدة", "ما لا نعرفه", "القوات الروسية", "الملحق"), "en": ("The period in brief", "Annex")}
    for word in words[lang]:
        assert word in text, word
    fonts = subprocess.run(["pdffonts", str(tmp_path / "x.pdf")], capture_output=True, text=True, check=True).stdout
    assert "Noto-Naskh-Arabic" in fonts and "DejaVu" not in fonts


def test_nothing_is_fetched() -> None:
    if not can_print():
        pytest.skip("WeasyPrint, or the Pango that it draws with, is missing")
    from marsad.publish.briefing.layout import print_page

    made = print_page('<img src="http://127.0.0.1:9/x.png"><img src="file:///etc/passwd"><p>x</p>')
    assert made.startswith(b"%PDF")
