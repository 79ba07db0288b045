"""Numbers: case tables, hard negatives, and laws."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.read.fold import fold
from marsad.read.numbers import dual, find_numbers, ordinal, whole
from marsad.read.tokens import Token, tokenize


def tokens_of(text: str) -> list[Token]:
    return tokenize(fold(text))


def read(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(n.low, n.high, n.best) for n in find_numbers(tokens_of(text))]


def kinds(text: str) -> list[str]:
    return [n.kind for n in find_numbers(tokens_of(text))]


EXACT = {
    "قتل 7 عناصر": 7,
    "٢٥ آلية": 25,
    "20عسكريا": 20,
    "الـ50 عنصراً": 50,
    "الـ 50 عنصراً": 50,
    "1,200 نازح": 1200,
    "15.000 نازح": 15000,
    "12 ألف نازح": 12000,
    "12 ألفا و500 نازح": 12500,
    "3.5 مليون نازح": 3500000,
    "ثلاثة جنود": 3,
    "وثلاثة جنود": 3,
    "بثلاثة صواريخ": 3,
    "ثلاث دبابات": 3,
    "القرى السبع": 7,
    "المعتقلين الأربعة": 4,
    "عشرة شبان": 10,
    "أحد عشر مدنياً": 11,
    "إحدى عشرة آلية": 11,
    "اثنا عشر عنصراً": 12,
    "اثنتي عشرة سيارة": 12,
    "ثلاث عشرة غارة": 13,
    "خمسة عشر عنصراً": 15,
    "تسعة عشر عنصراً": 19,
    "عشرون جندياً": 20,
    "ثلاثة وعشرون قتيلاً": 23,
    "خمس وثلاثين آلية": 35,
    "تسعة وتسعين أسيراً": 99,
    "مئة عنصر": 100,
    "مائة وخمسة عناصر": 105,
    "مئة وخمسة عشر أسيراً": 115,
    "مئة وثلاثة وعشرون شهيداً": 123,
    "مئتي شاب": 200,
    "مائتان وخمسون مقاتلاً": 250,
    "ثلاثمئة مقاتل": 300,
    "ثلاثمائة مقاتل": 300,
    "أربعمئة مقاتل": 400,
    "ثمانمائة مقاتل": 800,
    "ثلاث مئة جندي": 300,
    "ألف مقاتل": 1000,
    "ألفي مقاتل": 2000,
    "ألفان وثلاثمائة نازح": 2300,
    "ثلاثة آلاف نازح": 3000,
    "خمسة عشر ألف نازح": 15000,
    "مئة وعشرون ألفاً": 120000,
    "ألف وثلاثمئة وخمسة وعشرون": 1325,
    "مليون نازح": 1000000,
    "مليون ومئتا ألف نازح": 1200000,
    "خمسطعش زلمة": 15,
    "ثلاثةِ عناصرَ": 3,
    "/4/ دقائق": 4,
    "استشهاد عائلة منخمسة اشخاص": 5,
}


@pytest.mark.parametrize(("text", "value"), EXACT.items())
def test_a_number_gives_low_high_and_best(text: str, value: int) -> None:
    assert read(text) == [(value, value, value)]


QUALIFIED = {
    "نحو 120 شاباً": (None, None, 120),
    "بنحو 120 شاباً": (None, None, 120),
    "حوالي مئة عنصر": (None, None, 100),
    "قرابة الـ 50 عنصراً": (None, None, 50),
    "زهاء أربعين آلية": (None, None, 40),
    "ما يقارب 30 عنصراً": (None, None, 30),
    "30 عنصراً تقريباً": (None, None, 30),
    "ما لا يقل عن 12 مدنياً": (12, None, 12),
    "لا يقل عن خمسة مدنيين": (5, None, 5),
    "١٢ شخصاً على الأقل": (12, None, 12),
    "خمسة عناصر من الميليشيا على الأقل": (5, None, 5),
    "أكثر من ستين شاباً": (61, None, None),
    "بأكثر من 15 آلية": (16, None, None),
    "ما يزيد عن 200 مقاتل": (201, None, None),
    "فوق الثلاثين قتيلاً": (31, None, None),
    "أقل من 10 عناصر": (None, 9, None),
    "ما يصل إلى 20 عنصراً": (None, 20, None),
    "بين 5 و7 قتلى": (5, 7, None),
    "ما بين ٥ و٧ آخرين": (5, 7, None),
    "بين ستة وثمانية قتلى": (6, 8, None),
    "من 5 إلى 7 قتلى": (5, 7, None),
    "5-7 قتلى": (5, 7, None),
    "خمسة أو ستة قتلى": (5, 6, None),
    "بين 5 و7 آلاف نازح": (5000, 7000, None),
    "عشرات الجنود": (20, None, None),
    "مئات العناصر": (200, None, None),
    "آلاف النازحين": (2000, None, None),
    "عشرات الآلاف من النازحين": (20000, None, None),
    "مئات آلاف النازحين": (200000, None, None),
    "عدد من القتلى": (2, None, None),
    "عدداً من الجرحى": (2, None, None),
    "وعدداً منهم": (2, None, None),
    "عدة صواريخ": (2, None, None),
    "العديد من الجرحى": (2, None, None),
    "بعض العناصر": (2, None, None),
    "بضعة عناصر": (3, None, None),
    "بضعة عشر عنصراً": (13, 19, None),
    "بضع عشرات من المقاتلين": (20, None, None),
    "أكثر من عشرات القتلى": (20, None, None),
}


@pytest.mark.parametrize(("text", "bounds"), QUALIFIED.items())
def test_qualifiers_set_the_bounds(text: str, bounds: tuple[int | None, int | None, int | None]) -> None:
    assert read(text) == [bounds]


NOTHING = [
    "لم يغادر أحد البلدة",
    "أحد وجهاء القرية",
    "قتل بعضهم",
    "لست متأكداً",
    "توجهوا نحو الجولان",
    "وصلوا يوم الاثنين",
    "وصلوا يوم الأربعاء",
    "بعده وصل الرتل",
    "دون وقوع إصابات",
    "فوق سطح المنزل",
    "15/3/2021",
    "حدد الموعد",
    "سترة",
    "عدد الحواجز في المدينة",
]


@pytest.mark.parametrize("text", NOTHING)
def test_words_that_only_look_like_numbers(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [("الفرقة 11", "label"), ("لواء 47", "label"), ("20%", "percent"), ("20 بالمئة", "percent"), ("11 فرقة", "exact")],
)
def test_numbers_that_are_no_quantities_are_marked(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


def test_a_list_is_not_summed() -> None:
    assert [best for _, _, best in read("قتل ثلاثة جنود وخمسة مدنيين وجرح عشرون")] == [3, 5, 20]


def test_the_span_holds_the_qualifier() -> None:
    text = "دخل قرابة الـ 50 عنصراً"
    tokens = tokens_of(text)
    (found,) = find_numbers(tokens)
    assert text[tokens[found.first].start : tokens[found.last - 1].end] == "قرابة الـ 50"
    assert text[tokens[found.core].start : tokens[found.last - 1].end] == "50"


def test_a_qualifier_behind_the_noun_is_told_by_after() -> None:
    tokens = tokens_of("قتل 12 شخصاً على الأقل أمس")
    (found,) = find_numbers(tokens)
    assert [t.form for t in tokens[found.last : found.after]] == ["شخصا", "علي", "الاقل"]


@pytest.mark.parametrize(
    ("form", "singular"),
    [
        ("عنصران", "عنصر"), ("عنصرين", "عنصر"), ("جنديين", "جندي"), ("للعنصرين", "عنصر"), ("سيارتين", "سياره"),
        ("مدنيان", "مدني"), ("مدنيين", None), ("مقاتلين", None), ("شبان", None), ("فرسان", None), ("بلدين", None),
    ],
)  # fmt: skip
def test_duals(form: str, singular: str | None) -> None:
    assert dual(form) == singular


def test_a_written_fatha_tells_the_dual_from_the_plural() -> None:
    assert dual("مقاتلين", raw="مقاتلَين") == "مقاتل"
    assert dual("مقاتلين", raw="مقاتلِين") is None


@pytest.mark.parametrize(
    ("text", "value", "width"),
    [
        ("الأول من أيلول", 1, 1), ("الخامس", 5, 1), ("الثالث عشر", 13, 2), ("الحادي عشر", 11, 2),
        ("الحادي والعشرين", 21, 2), ("الثامن والعشرون", 28, 2), ("العشرين", 20, 1), ("الحادي والثلاثين", 31, 2),
        ("العاشر من محرم", 10, 1),
    ],
)  # fmt: skip
def test_ordinals(text: str, value: int, width: int) -> None:
    assert ordinal(tokens_of(text), 0) == (value, width)


@pytest.mark.parametrize(("form", "value"), [("7", 7), ("1,200", 1200), ("1.200.000", 1200000), ("3.5", None)])
def test_digits(form: str, value: int | None) -> None:
    assert whole(form) == value


WORDS = st.sampled_from(
    "ثلاثة وعشرون مئة ألف ألفان آلاف عشرات و 5 7 12 - / بين من إلى نحو أكثر أقل عن على الأقل عدد عدة بعض عشر أحد الـ "
    "% . جندي مليون".split()
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_numbers_never_overlap_and_bounds_are_ordered(text: str) -> None:
    tokens = tokens_of(text)
    end = 0
    for found in find_numbers(tokens):
        assert end <= found.first <= found.core < found.last <= found.after <= len(tokens)
        assert found.low is None or found.high is None or found.low <= found.high
        assert found.best is None or found.low is None or found.low <= found.best
        end = found.last


@given(st.text(max_size=80))
def test_any_text_is_read_without_error(text: str) -> None:
    find_numbers(tokens_of(text))


def test_reading_is_linear() -> None:
    tokens = tokens_of("دخل نحو ثلاثة وعشرين عنصراً بينهم 5 ضباط على الأقل وعدد من الجرحى. " * 2000)
    start = time.process_time()
    find_numbers(tokens)
    assert time.process_time() - start < 2
