"""The grammar of the briefings, in the cases where it goes wrong."""

from __future__ import annotations

import pytest

from marsad.publish.briefing import arabic, english


@pytest.mark.parametrize(
    ("n", "noun", "oblique", "told"),
    [
        (1, "incident", False, "حادثة واحدة"), (2, "incident", False, "حادثتان"), (2, "incident", True, "حادثتين"),
        (3, "incident", False, "ثلاث حوادث"), (3, "person", False, "ثلاثة أشخاص"),
        (8, "incident", False, "ثماني حوادث"),
        (10, "incident", False, "عشر حوادث"), (10, "person", False, "عشرة أشخاص"), (11, "person", False, "11 شخصاً"),
        (99, "incident", False, "99 حادثة"), (100, "person", False, "100 شخص"), (102, "day", True, "102 يوم"),
        (103, "day", True, "103 أيام"), (111, "day", True, "111 يوماً"), (0, "report", False, "لا تقارير"),
        (2, "voice", False, "مصدران مستقلان"), (2, "voice", True, "مصدرين مستقلين"),
        (3, "voice", True, "ثلاثة مصادر مستقلة"),
        (12, "voice", True, "12 مصدراً مستقلاً"), (1, "voice", False, "مصدر مستقل واحد"),
    ],
)  # fmt: skip
def test_counted(n: int, noun: str, oblique: bool, told: str) -> None:
    assert arabic.counted(n, noun, oblique=oblique) == told


@pytest.mark.parametrize(
    ("name", "feminine"),
    [
        ("القوات الروسية", True), ("الحرس الثوري الإيراني", False), ("الفرقة الرابعة", True), ("روسيا", True),
        ("حزب الله", False), ("الميليشيات الإيرانية", True), ("ميليشيات محلية", True),
        ("تنظيم الدولة الإسلامية (داعش)", False),
        ("الشرطة العسكرية الروسية", True), ("لواء القدس", False), ("اشتباكات بين", True), ("مدنيون", False),
        ("الطيران الروسي", False), ("فصائل المعارضة", True), ("وزارة الدفاع", True), ("الأمم المتحدة", True),
    ],
)  # fmt: skip
def test_gender(name: str, feminine: bool) -> None:
    assert arabic.feminine(name) is feminine


@pytest.mark.parametrize(
    ("start", "end", "precision", "ar", "en"),
    [
        ("2022-01-09", "2022-01-09", "day", "في 9 كانون الثاني/يناير 2022", "on 9 January 2022"),
        ("2022-01-22", "2022-01-23", "day", "بين 22 و23 كانون الثاني/يناير 2022", "between 22 and 23 January 2022"),
        ("2022-01-30", "2022-02-02", "week", "بين 30 كانون الثاني/يناير و2 شباط/فبراير 2022",
         "between 30 January and 2 February 2022"),
        ("2021-12-01", "2021-12-31", "month", "في كانون الأول/ديسمبر 2021", "in December 2021"),
        ("2021-01-01", "2021-12-31", "year", "خلال عام 2021", "in 2021"),
        ("2021-12-30", "2022-01-02", "week", "بين 30 كانون الأول/ديسمبر 2021 و2 كانون الثاني/يناير 2022",
         "between 30 December 2021 and 2 January 2022"),
        (None, None, "unknown", "", ""),
    ],
)  # fmt: skip
def test_days(start: str | None, end: str | None, precision: str, ar: str, en: str) -> None:
    assert arabic.days(start, end, precision) == ar and english.days(start, end, precision) == en


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("تهديد لـالحرس", "تهديد للحرس."), ("حاجز لـلواء القدس", "حاجز للواء القدس."), ("بـعبوة ،  ثم", "بعبوة، ثم."),
        ("وقع ذلك.", "وقع ذلك."), ("قال ، . نعم", "قال، نعم."),
    ],
)  # fmt: skip
def test_phrase(text: str, told: str) -> None:
    assert arabic.phrase(text) == told


def test_after_anna() -> None:
    assert arabic.accusative("أبو فلان الساعدي") == "أبا فلان الساعدي"
