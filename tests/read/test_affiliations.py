"""Affiliations: what a report says of who belongs to whom."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml

from marsad.model import Report
from marsad.packs import load
from marsad.read.reader import Reader

PHRASES = yaml.safe_load(files("marsad").joinpath("knowledge/arabic/allegiance.yml").read_text("utf-8"))
HEAD = "خبر من المنطقة\n\nقالت مصادر محلية إن الهدوء عاد إلى المدينة منذ الصباح بعد ليلة من التوتر بين الطرفين هناك.\n"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(strict=False))


def ties(reader: Reader, sentence: str) -> list[tuple[str | None, str, str | None]]:
    reading = reader.read(Report("r", HEAD + sentence + "."))
    return [(a.member.id, a.relation, a.group.id) for a in reading.affiliations]


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        ("انتشر لواء القدس المدعوم من روسيا في البلدة", ("liwa-al-quds", "backed-by", "russia")),
        ("انتشر لواء القدس الموالي لروسيا في البلدة", ("liwa-al-quds", "loyal-to", "russia")),
        ("وصلت مجموعات من الأسايش التابعة لقسد إلى المخيم", ("sdf/asayish", "part-of", "sdf")),
        ("دمرت الغارة مخزنا يعود إلى قوة القدس في الحرس الثوري", ("iran/quds-force", "part-of", "iran/irgc")),
        ("قتل قائد لواء القدس سليم الناصر بعبوة", ("liwa-al-quds", "led-by", "person/slim-al-nasr")),
        ('اجتمع القيادي "سليم الناصر" ممثلا للحرس الثوري مع الوفد', ("person/slim-al-nasr", "represents", "iran/irgc")),
    ],
)
def test_ties(reader: Reader, text: str, tie: tuple[str, str, str]) -> None:
    assert tie in ties(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "هاجمت ميليشيات مدعومة من إيران الحاجز",
        "اعتقلت الدورية الشاب سليم الناصر الموالي لقسد",
        "أفاد مصدر في الحركة بوقوع انفجار",
    ],
)
def test_none(reader: Reader, text: str) -> None:
    assert ties(reader, text) == []


def test_once_a_report(reader: Reader) -> None:
    text = "انتشر لواء القدس المدعوم من روسيا في البلدة. ثم غادر لواء القدس المدعوم من روسيا."
    assert ties(reader, text).count(("liwa-al-quds", "backed-by", "russia")) == 1


@pytest.mark.parametrize("entry", PHRASES["says"], ids=lambda e: "/".join(e["tie"]))
def test_phrases_of_allegiance_say(reader: Reader, entry: dict[str, object]) -> None:
    assert tuple(entry["tie"]) in ties(reader, str(entry["text"]).rstrip("."))


@pytest.mark.parametrize("text", PHRASES["never"])
def test_phrases_of_allegiance_never_say(reader: Reader, text: str) -> None:
    assert not ties(reader, text)
