"""Where and when acts took place, and how many they cost."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.model import Event, Report
from marsad.packs import load
from marsad.read.reader import Reader

PUBLISHED = date(2022, 3, 1)  # a Tuesday


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(strict=False))


def events(reader: Reader, text: str) -> tuple[Event, ...]:
    return reader.read(Report("x", text, PUBLISHED)).events


def starts(reader: Reader, text: str) -> list[str | None]:
    return [e.time.start.isoformat() if e.time and e.time.start else None for e in events(reader, text)]


def places(reader: Reader, text: str) -> list[str | None]:
    return [text[e.place.span.start : e.place.span.end] if e.place else None for e in events(reader, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قُتل 40 مدنياً في مخيم الهول منذ مطلع العام الجاري.", ["2022-01-01"]),
        ("قصف الطيران الروسي بلدة سرمين منذ يومين.", ["2022-02-27"]),
        ("اعتقل الأمن العسكري شاباً في نوى يوم السبت، وأقامت المخابرات حاجزاً في طفس.", ["2022-02-26", None]),
        ("تداولت صفحات مساء السبت أن القوات الروسية انسحبت من مطار القامشلي.", [None]),
        ("ماذا جرى ليلة الجمعة؟ هاجم مسلحون من داعش حاجزاً قرب كباجب.", ["2022-02-25"]),
    ],
)
def test_which_day_an_act_takes(reader: Reader, text: str, expected: list[str | None]) -> None:
    assert starts(reader, text) == expected


def test_an_act_counted_from_one_told_before_takes_its_day(reader: Reader) -> None:
    text = (
        "سلّمت الفرقة الرابعة حقل التيم إلى لواء القدس يوم 22 شباط. وبعد يوم واحد قصف الطيران الروسي بلدة سرمين. "
        "وقبل التسليم بأسبوع طردت القوات الروسية لواء الباقر من محطة الضخ الثالثة."
    )
    assert "2022-02-15" in starts(reader, text)


def test_what_was_said_at_a_meeting_has_its_day_and_place(reader: Reader) -> None:
    text = (
        "اجتمع قائد لواء الباقر مع وجهاء مدينة الميادين في صبيخان يوم السبت. "
        "وطالبوه في الجلسة نفسها بالإفراج عن الشبان."
    )
    assert starts(reader, text) == ["2022-02-26"] * 2
    assert places(reader, text) == ["صبيخان"] * 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("استهدفت مسيّرة حي المطار القديم في مدينة درنة.", (32.77, 22.64)),
        ("اعتقلت المخابرات الجوية شاباً من أبناء قرية عريقة في مدينة دمشق.", (33.51, 36.29)),
        ("اعتقل لواء الباقر سبعة شبان في حي السوق في مدينة هجين.", (34.69, 40.83)),
    ],
)
def test_where_names_mislead(reader: Reader, text: str, expected: tuple[float, float]) -> None:
    place = events(reader, text)[0].place
    assert place is not None
    assert place.lat == pytest.approx(expected[0], abs=0.05)
    assert place.lon == pytest.approx(expected[1], abs=0.05)


def test_adjectives_are_no_towns(reader: Reader) -> None:
    assert places(reader, "اعتقل الأمن العسكري ناشطاً بسبب الاحتجاجات السلمية يوم السبت.") == [None]


@pytest.mark.parametrize(
    ("text", "killed", "injured"),
    [
        ("قصفت الطائرات مخازن في مدينة السفيرة، ما أودى بستة أشخاص على الأقل.", [6], []),
        ("قُتل وأُصيب 27 شخصاً في قصف على سوق بلدة سرمين.", [], []),
        ("لقي 7 من الدفاع الوطني حتفهم في هجوم لداعش قرب السخنة، فيما قُتل 4 من المهاجمين.", [7, 4], []),
        ("قالت الشبكة إن 18 مدنياً قُتلوا وأُصيب أكثر من 30 آخرين بقصف على بلدة سرمين.", [18], [None]),
    ],
)
def test_tolls(reader: Reader, text: str, killed: list[int], injured: list[int | None]) -> None:
    told = events(reader, text)
    assert [c.best for e in told for c in e.killed] == killed
    assert [c.best for e in told for c in e.injured] == injured
