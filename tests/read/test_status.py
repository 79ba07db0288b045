"""Status of deeds on made-up sentences: denials and their two records, plans, fears, background."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from marsad.model import Event, Report
from marsad.packs import load
from marsad.read import Reader


@cache
def reader() -> Reader:
    return Reader(load(strict=False))


def events(text: str) -> tuple[Event, ...]:
    return reader().read(Report("made-up", text, date(2025, 6, 20), None)).events


def told(text: str) -> list[tuple[str, str]]:
    return [(e.type, e.status) for e in events(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("نفت قسد اعتقال نازحين في بلدة الصور.", [("COERCE", "denied")]),
        ("لا صحة لما يتردد عن انسحاب الجيش السوري من مدينة السخنة.", [("RETREAT", "denied")]),
        ("أنباء عن انسحاب الجيش السوري من تدمر، وهي أنباء عارية عن الصحة.", [("RETREAT", "denied")]),
        ("فشلت قوات النظام في اقتحام بلدة كفر نبل.", [("COERCE", "denied")]),
        ("أكد مسؤول أن قوات سوريا الديمقراطية لم تعتقل أي مدني في مدينة الطبقة.", [("COERCE", "denied")]),
        ("لا توجد نية لدى الجيش للانسحاب من مدينة سرت.", [("RETREAT", "denied")]),
        ("يعتزم الجيش اللبناني إقامة حاجز عند مدخل بلدة القاع.", [("MOBILIZE", "planned")]),
        ("ستشن قسد حملة اعتقالات في الرقة الأسبوع المقبل.", [("COERCE", "planned")]),
        ("قررت الفرقة الرابعة سحب حاجزها من بلدة ناحتة.", [("RETREAT", "planned")]),
        ("دعا ناشطون إلى التظاهر في مدينة السويداء يوم الجمعة.", [("PROTEST", "planned")]),
        ("يجري التحضير لعقد اجتماع بين قسد والحكومة السورية في مدينة الرقة.", [("CONSULT", "planned")]),
        ("يخشى سكان درعا من تكرار القصف على المدينة.", [("ASSAULT", "possible")]),
        ("تسود مخاوف من اندلاع اشتباكات جديدة في مدينة الزاوية.", [("ASSAULT", "possible")]),
        ("من المحتمل أن تشن إسرائيل غارات على مطار حلب.", [("ASSAULT", "possible")]),
        ("أحصى المرصد 19 غارة إسرائيلية على مطار حلب منذ مطلع العام.", [("ASSAULT", "historical")]),
        ("وكانت القوات التركية قد قصفت مدينة عين عيسى الأسبوع الماضي.", [("ASSAULT", "historical")]),
    ],
)
def test_status_of_a_deed(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "إذا قصفت إسرائيل مطار حماة فإن الرد قادم.",
        "هل تقصف إسرائيل مطار حماة مجدداً؟",
        "لن تنسحب القوات التركية من بلدة عين عيسى.",
        "يهدف الاتفاق إلى انسحاب الفصائل من مدينة السويداء.",
        "وأكد أنه لم تسجل إصابات.",
        "أمر القائد باعتقال المتظاهرين في مدينة درعا.",
    ],
)
def test_deeds_named_without_being_told(text: str) -> None:
    assert told(text) == []


def test_a_named_teller_gives_two_records() -> None:
    denied, asserted = events("كذّبت وزارة الداخلية ما نشره ناشطون عن اعتقال شاب في مدينة بانياس.")
    assert (denied.status, denied.attribution[-1].stance) == ("denied", "denies")
    assert (asserted.status, asserted.attribution[-1].stance) == ("actual", "alleges")


def test_what_was_rumoured_gives_the_denied_record_alone() -> None:
    assert told("نفى مصدر في الحركة ما أُشيع عن احتجاز ضابط في مدينة شهبا.") == [("ASSAULT", "denied")]


def test_a_pronoun_takes_back_the_deed_before() -> None:
    text = "أفادت مصادر بأن تركيا انسحبت من قاعدة بعشيقة، الأمر الذي نفته أنقرة."
    first, second = events(text)
    assert (first.status, second.status) == ("actual", "denied")
    assert second.evidence[0].quote(text) == "الأمر الذي نفته أنقرة"
    assert [m.id for m in second.actor] == [m.id for m in first.actor]


def test_a_later_sentence_takes_back_the_deed_before() -> None:
    assert told("اعتقل حاجز للأمن العسكري شابين في مدينة نوى. ونفى مصدر أمني ذلك.") == [
        ("COERCE", "actual"),
        ("COERCE", "denied"),
    ]


def test_a_counter_version_is_told() -> None:
    text = (
        "نفى الجيش الإسرائيلي أن تكون قواته قد قصفت المشفى في الرفيد، مؤكداً أنها قصفت موقعاً لحزب الله في بلدة الخيام."
    )
    assert [e.status for e in events(text)] == ["denied", "actual"]


def test_what_only_the_author_of_denies() -> None:
    denied, undisputed = events("نفت قسد مسؤوليتها عن قصف مدينة عفرين.")
    assert [m.id for m in denied.actor] == ["sdf"]
    assert (undisputed.status, undisputed.actor) == ("actual", ())


def test_background_reaches_only_the_deeds_behind_it() -> None:
    first, second = events("قصفت تركيا مدينة عين عيسى أمس، وسبق أن قصفتها في آذار.")
    assert (first.status, second.status) == ("actual", "historical")
