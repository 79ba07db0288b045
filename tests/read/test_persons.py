"""Persons: every example of the knowledge, and what the patterns must and must not take for a name."""

from __future__ import annotations

import pytest

from marsad.model import Person, Report
from marsad.packs import load
from marsad.packs.files import KNOWLEDGE
from marsad.read.lexicon import Lexicon
from marsad.read.page import open_page
from marsad.read.persons import find_persons
from marsad.read.reader import Reader
from marsad.read.slugs import slug

HEAD = "خبر من المنطقة\n\nقالت مصادر محلية إن الهدوء عاد إلى المدينة منذ الصباح بعد ليلة من التوتر بين الطرفين هناك.\n"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(strict=False))


def persons(reader: Reader, sentence: str) -> dict[str, Person]:
    text = HEAD + sentence + "."
    return {p.span.quote(text): p for p in reader.read(Report("r", text)).persons}


def examples() -> list[tuple[str, str, bool | None]]:
    words = load(strict=False).words
    return [
        (e["text"], e["name"], e.get("private"))
        for key in ("given", "titles")
        for e in words[key]["says"]
        if "name" in e
    ]


def silences() -> list[str]:
    import yaml

    out: list[str] = []
    for name in ("given", "titles"):
        text = (KNOWLEDGE / "arabic" / f"{name}.yml").read_text("utf-8")
        out += yaml.load(text, yaml.CSafeLoader)["never"]
    return out


@pytest.mark.parametrize(("text", "name", "private"), examples())
def test_says(reader: Reader, text: str, name: str, private: bool | None) -> None:
    found = persons(reader, text)
    assert name in found
    if private is not None:
        assert found[name].private is private


@pytest.mark.parametrize("text", silences())
def test_never(reader: Reader, text: str) -> None:
    assert persons(reader, text) == {}


@pytest.mark.parametrize(
    ("text", "name", "alias"),
    [
        ('قتل المدعو سليم الناصر، الملقب بـ"أبو ماجد"، قرب الدوار', "سليم الناصر", "أبو ماجد"),
        ("عثر على جثة سليم الناصر الملقب بأبي ماجد في البئر", "سليم الناصر", "أبي ماجد"),
        ("شيع الأهالي سليم الناصر «أبو ماجد» في القرية", "سليم الناصر", "أبو ماجد"),
    ],
)
def test_aliases(reader: Reader, text: str, name: str, alias: str) -> None:
    found = persons(reader, text)
    assert [a.quote(HEAD + text) for a in found[name].aliases] == [alias]


@pytest.mark.parametrize(
    ("text", "name", "role", "organisation"),
    [
        (
            "أمهل قائد الدفاع الوطني في المدينة، سليم الناصر، العناصر ثلاثة أيام",
            "سليم الناصر",
            "قائد الدفاع الوطني في المدينة",
            "syria/national-defence",
        ),
        ("زار مختار القرية سليم الناصر الجرحى", "سليم الناصر", "مختار القرية", None),
        ('التقى المدعو "سليم الناصر" مختار قرية حطلة الوفد', "سليم الناصر", "مختار قرية حطلة", None),
    ],
)
def test_roles(reader: Reader, text: str, name: str, role: str, organisation: str | None) -> None:
    person = persons(reader, text)[name]
    assert person.role is not None
    assert person.role.quote(HEAD + text).startswith(role)
    assert (person.organisation.id if person.organisation else None) == organisation


def test_one_person_once(reader: Reader) -> None:
    text = "قال الباحث رامي الشويخ إن التوتر مستمر. وأضاف الشويخ أن الحل بعيد."
    found = persons(reader, text)
    assert list(found) == ["رامي الشويخ"]
    assert [m.quote(HEAD + text) for m in found["رامي الشويخ"].mentions] == ["الشويخ"]


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("قتل القيادي سامر الحداد بعبوة", False),
        ("قتل المساعد سامر الحداد بعبوة", True),
        ("ناشد رئيس بلدية مراط سامر الحداد الجيش", True),
        ("أعلن محافظ حمص سامر الحداد القرار", False),
        ("قال المحلل السياسي سامر الحداد إن القرار متأخر", False),
        ("فارق سامر الحداد الحياة", True),
    ],
)
def test_private(reader: Reader, text: str, private: bool) -> None:
    assert persons(reader, text)["سامر الحداد"].private is private


def test_pairs(reader: Reader) -> None:
    found = persons(reader, "اعتقل الحاجز الشقيقين يوسف وأحمد الصالح وابن عمهما")
    assert {"يوسف", "أحمد الصالح"} <= set(found)


@pytest.mark.parametrize(
    "text",
    [
        "انتشر عناصر من نظام بشار الأسد في الحي",
        "إعداد: سليم الناصر",
        "اشتبكت كتائب خالد بن الوليد مع لواء أبو الفضل العباس",
        "قصفت المدفعية قرية أم الزيتون وتل أبو الظهور",
    ],
)
def test_no_persons(reader: Reader, text: str) -> None:
    assert persons(reader, text) == {}


def test_chunks_leave_the_title_out_of_the_span() -> None:
    text = HEAD + "قتل الشاب كرم الحداد أمام منزله."
    page = open_page(Report("r", text), Lexicon(load(strict=False)))
    (chunk,) = find_persons(page)
    assert chunk.kind == "person"
    assert chunk.span.quote(text) == "كرم الحداد"
    assert page.form(chunk.first) == "الشاب"


def test_slug() -> None:
    assert slug(("خلف", "الدرويش")) == "person/khlf-al-druish"


def test_there_are_names_enough() -> None:
    words = load(strict=False).words["given"]
    assert len({n for k in ("male", "female", "foreign", "common") for n in words[k]}) >= 700
