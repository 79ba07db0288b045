"""How outlets write of strikes and raids: one act told once, by whom, on whom; habits and grounds are no acts."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.model import Event, Report
from marsad.packs import load
from marsad.read.reader import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(strict=False))


def told(reader: Reader, text: str) -> list[Event]:
    return list(reader.read(Report("r", text + ".", date(2022, 3, 1))).events)


def ids(event: Event, role: str) -> list[str | None]:
    return [mention.id for mention in getattr(event, role)]


@pytest.mark.parametrize(
    "text",
    [
        "وتتعرض بلدة كنصفرة لقصف متكرر من قوات النظام",
        "وغالبا ما تستهدف الطائرات التركية سيارات في ريف القامشلي",
        "وتنشط خلايا داعش في البادية، ومنها تنطلق هجماتها ضد قسد",
        "تكثر في المدينة عمليات الخطف والاغتيال",
        "العاصفة الرملية التي تضرب ريف الرقة",
    ],
)
def test_habits_are_no_acts(reader: Reader, text: str) -> None:
    assert told(reader, text) == []


@pytest.mark.parametrize(
    ("text", "actors", "recipients"),
    [
        ("الغارات التي استهدفت لواء القدس قرب تدمر كانت عنيفة", [], ["liwa-al-quds"]),
        ("قصفت طائرة روسية مناطق سيطرة داعش في بادية الرصافة", ["russia/air-force"], ["isis"]),
        ("ردت القوات التركية بقصف مواقع لقسد في عين عيسى", ["turkey/armed-forces"], ["sdf"]),
        ("تعرضت بلدة سرمين لقصف مدفعي من قوات النظام وحزب الله", ["syria/army", "hezbollah"], []),
        ("الطائرات الحربية التابعة للاحتلال الروسي استهدفت بلدة بليون", ["russia/air-force"], []),
        ("استهدف داعش حافلة تقل عناصر من الفرقة الرابعة قرب السخنة", ["isis"], ["syria/4th-division"]),
        ("أعلن الجيش السوري مقتل أحد جنوده في هجوم إسرائيلي قرب تدمر", ["israel"], ["syria/army"]),
    ],
)
def test_who_struck_whom(reader: Reader, text: str, actors: list[str], recipients: list[str]) -> None:
    events = told(reader, text)
    assert [(ids(e, "actor"), ids(e, "recipient")) for e in events] == [(actors, recipients)]


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("دوت انفجارات في الميادين نتيجة قصف من طائرة مسيرة", "drone"),
        ("أسفرت غارات جوية على البوكمال عن انفجارات ضخمة", "aerial"),
        ("أفادت مصادر باستهداف غارات جوية مقرات للحرس الثوري قرب الميادين", "aerial"),
    ],
)
def test_a_strike_and_its_blasts_are_one(reader: Reader, text: str, mode: str) -> None:
    assert [e.mode for e in told(reader, text)] == [mode]


def test_the_doers_seat_is_not_the_place(reader: Reader) -> None:
    (event,) = told(reader, "قصفت القوات التركية المتمركزة في أعزاز بالمدفعية بلدة منغ")
    assert event.place is not None and event.place.id == "sy/aleppo/minagh"


def test_the_same_toll_told_again_is_one(reader: Reader) -> None:
    lead = "قتل خمسة من عناصر قسد بانفجار لغم في ريف الرقة أمس"
    detail = "وقال مصدر محلي إن لغماً انفجر بسيارة لقسد قرب عين عيسى، ما أدى إلى مقتل خمسة عناصر"
    assert len(told(reader, f"{lead}.\n\n{detail}")) == 1


def test_what_set_off_a_raid_stands_apart(reader: Reader) -> None:
    events = told(reader, "شنت قسد حملة مداهمات في بلدة الطيانة بعد مقتل جنديين من قسد برصاص مجهولين")
    assert [(e.type, e.mode) for e in events] == [("COERCE", "arrest"), ("ASSAULT", "firearms")]
