"""What comes in, and what is refused by name."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path

import pytest

from marsad.errors import InputError
from marsad.gather import Meta, find_copies, read_file, read_meta, report_files
from marsad.gather.language import foreign
from marsad.model import Report

ARABIC = "قالت مصادر محلية إن القوات الروسية طردت الميليشيات من حقل الورد في ريف دير الزور."
PERSIAN = "دولت ایران اعلام کرد که نیروهای خود را از سوریه خارج نمی‌کند و این تصمیم گرفته شده است."
PERSIAN_PLAIN = "نیروهای روسی و ایرانی در سوریه با هم درگیر شدند"
SORANI = "هێزەکانی سووریا لە شاری دێرەزوور شەڕیان کرد لەگەڵ چەکدارانی ئێران و چەند کەسێک کوژران"
URDU = "روسی فوج نے شام میں ایرانی ملیشیا کو تیل کے میدان سے نکال دیا ہے اور علاقے پر قبضہ کر لیا ہے"
QUOTING = "قال مصدر في گناباد إن قائد لواء چمران زار ريف دير الزور أمس مع عناصر من الحرس الثوري برفقة پرويز."
FARSI_KEYS = "قتل عنصران من المیلیشیات الإیرانیة في حقل الورد بحسب مصادر محلیة قالت إن الروس طردوهم"
PAGE = f"<!DOCTYPE html><html><body><p>{ARABIC}</p></body></html>"


def refused(data: bytes, tmp_path: Path, **more: int) -> InputError:
    file = tmp_path / "report.txt"
    file.write_bytes(data)
    with pytest.raises(InputError) as fault:
        read_file(file, **more)  # type: ignore[arg-type]
    assert fault.value.remedy
    return fault.value


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (ARABIC.encode("cp1256"), "E102", "Windows-1256"),
        (ARABIC.encode("utf-16"), "E102", "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\xff" * 9, "E102", "binary"),
        (b"caf\xe9", "E102", "byte 0xe9"),
        (b"", "E103", "empty"),
        ("\ufeff \n\t\r\n".encode(), "E103", "empty"),
        (PAGE.encode(), "E104", "HTML"),
        (PERSIAN.encode(), "E105", "Persian"),
        (PERSIAN_PLAIN.encode(), "E105", "Persian"),
        (SORANI.encode(), "E105", "Kurdish"),
        (URDU.encode(), "E105", "Urdu"),
        (b"Russian forces expelled the militias.", "E106", "Arabic"),
        (b"12345 67890", "E106", "Arabic"),
        (("كلمة " * 1_200_000).encode(), "E107", "larger"),
    ],
)
def test_refusals(data: bytes, code: str, word: str, tmp_path: Path) -> None:
    fault = refused(data, tmp_path)
    assert fault.code == code
    assert word in fault.message


def test_the_old_encoding_comes_with_its_remedy(tmp_path: Path) -> None:
    assert refused(ARABIC.encode("cp1256"), tmp_path).remedy == "convert with iconv -f CP1256 -t UTF-8"


def test_a_missing_file() -> None:
    with pytest.raises(InputError, match="E101"):
        read_file("nowhere/report.txt")


@pytest.mark.parametrize("text", [ARABIC, QUOTING, FARSI_KEYS, ARABIC * 500])
def test_arabic_passes_even_with_foreign_names(text: str) -> None:
    assert foreign(text) is None


def test_all_reports_of_the_corpus_pass(root: Path) -> None:
    for file in sorted((root / "tests" / "corpus" / "reports").glob("*.txt")):
        assert read_file(file).text


def test_the_text_is_exactly_what_came(tmp_path: Path) -> None:
    text = "\ufeff" + ARABIC + "\r\nسطر ثانٍ\u200f\r\n\n"
    file = tmp_path / "one.two.txt"
    file.write_bytes(text.encode())
    report = read_file(file, published=date(2021, 1, 1))
    assert (report.name, report.text, report.published) == ("one.two", text, date(2021, 1, 1))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ARABIC.encode())))
    report = read_file("-", meta=Meta("x", date(2020, 2, 3), "منبر", "http://x"))
    assert (report.name, report.via, report.outlet) == ("stdin", "stdin", "منبر")


def test_meta_lines(tmp_path: Path) -> None:
    file = tmp_path / "m.jsonl"
    file.write_text(
        '{"report": "a", "published": "2021-11-24", "outlet": "منبر", "style": "x"}\n\n{"report": "b"}\n', "utf-8"
    )
    assert read_meta(file) == {"a": Meta("a", date(2021, 11, 24), "منبر"), "b": Meta("b")}


@pytest.mark.parametrize(
    ("lines", "code", "where"),
    [
        ('{"report": "a"}\nnonsense', "E108", "line 2"),
        ('{"published": "2021-11-24"}', "E108", "line 1"),
        ('{"report": "a", "published": "24.11.2021"}', "E109", "line 1"),
        ('{"report": "a", "outlet": 5}', "E108", "outlet"),
        ('{"report": "a"}\n{"report": "a"}', "E108", "twice"),
        ("[1]", "E108", "report"),
    ],
)
def test_bad_meta_lines(lines: str, code: str, where: str, tmp_path: Path) -> None:
    file = tmp_path / "m.jsonl"
    file.write_text(lines, "utf-8")
    with pytest.raises(InputError) as fault:
        read_meta(file)
    assert fault.value.code == code
    assert where in fault.value.message


def test_folders_stand_for_their_texts(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "c.json"):
        (tmp_path / name).write_text("", "utf-8")
    assert [Path(p).name for p in report_files([str(tmp_path), str(tmp_path / "a.txt"), "-"])] == [
        "a.txt",
        "b.txt",
        "-",
    ]


LONG = (
    "أفادت مصادر محلية لمراسلنا بأن رتلاً من ثلاثين آلية وصل مساء الجمعة إلى مطار قريب من البلدة وأن عناصره"
    " انتشروا على الطريق العام وأقاموا نقطتي تفتيش قبل أن يغادر نصفهم في صباح اليوم التالي إلى جهة غير معروفة"
)


def test_near_copies_do_not_depend_on_order() -> None:
    first = Report("z-first", LONG, published=date(2022, 1, 1))
    mirror = Report("a-mirror", "شارك الخبر " + LONG.replace("القـوات", "القوات"), published=date(2022, 1, 2))
    other = Report("m-other", ARABIC * 2, published=date(2022, 1, 1))
    found = find_copies([mirror, other, first])
    assert found == find_copies([first, mirror, other])
    assert {name: copy.of for name, copy in found.items()} == {"a-mirror": "z-first"}
    assert found["a-mirror"].share > 0.9
