"""Times: found without a clock, resolved with one. Published on Wednesday 15 September 2021 unless told."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.model import Time
from marsad.read.clock import Clock, anchors, resolve
from marsad.read.dates import FoundTime, find_times
from marsad.read.fold import fold
from marsad.read.tokens import tokenize

PUBLISHED = date(2021, 9, 15)


def found_in(text: str) -> list[FoundTime]:
    return find_times(tokenize(fold(text)), text=text)


def times(
    text: str, *, published: date | None = PUBLISHED, ahead: bool = False, years: tuple[int, int] | None = None
) -> list[Time]:
    found = found_in(text)
    clock = Clock(found, published=published, years=years)
    return [clock.resolve(item, ahead=ahead) for item in found]


def days(text: str, **options: object) -> list[str | None]:
    """Each time as 2021-09-12, as 2021-09-12..2021-09-13, or None."""
    out: list[str | None] = []
    for t in times(text, **options):  # type: ignore[arg-type]
        if t.start is None or t.end is None:
            out.append(None)
        else:
            out.append(f"{t.start}" if t.start == t.end else f"{t.start}..{t.end}")
    return out


DAYS = {
    # counted from the publication day
    "قتل ثلاثة اليوم": "2021-09-15",
    "صباح اليوم": "2021-09-15",
    "فجر هذا اليوم": "2021-09-15",
    "أمس": "2021-09-14",
    "مساء يوم أمس الثلاثاء": "2021-09-14",
    "ليلة أمس": "2021-09-14",
    "الليلة الماضية": "2021-09-14",
    "امبارح العصر": "2021-09-14",
    "أول أمس": "2021-09-13",
    "أول من أمس": "2021-09-13",
    "أمس الأول": "2021-09-13",
    "قبل أمس": "2021-09-13",
    "صباح غد الخميس": "2021-09-16",
    "بعد غد": "2021-09-17",
    "بعد منتصف ليل أمس": "2021-09-15",
    "قبل يومين": "2021-09-13",
    "قبل ثلاثة أيام": "2021-09-12",
    "قبل نحو ثلاثة أيام": "2021-09-12",
    "قبل أسبوع": "2021-09-08",
    "قبل ساعات": "2021-09-15",
    "خلال الساعات الماضية": "2021-09-15",
    "خلال الـ 24 ساعة الماضية": "2021-09-15",
    "الليلة قبل الماضية": "2021-09-13",
    "في وقت سابق من صباح اليوم": "2021-09-15",
    "فجراليوم": "2021-09-15",
    # weekdays
    "الأحد قبل الماضي": "2021-09-05",
    "الاثنين 13-9": "2021-09-13",
    "الأحد": "2021-09-12",
    "الأربعاء": "2021-09-15",
    "يوم الأربعاء الماضي": "2021-09-08",
    "يوم السبت الماضي": "2021-09-11",
    "مساء الإثنين": "2021-09-13",
    "الجمعة المقبل": "2021-09-17",
    "الأربعاء القادم": "2021-09-22",
    "يوم الجمعة الفائت الموافق 10 أيلول": "2021-09-10",
    # full dates
    "15/3/2021": "2021-03-15",
    "2021/3/15": "2021-03-15",
    "2021-03-15": "2021-03-15",
    "15.3.2021": "2021-03-15",
    "3/15/2021": "2021-03-15",
    "بتاريخ: ١٠/٩/٢٠٢١": "2021-09-10",
    "الثلاثاء 13 تشرين الأول/ أكتوبر 2020": "2020-10-13",
    "12 ديسمبر (كانون الأول) 2020": "2020-12-12",
    "الجمعة (10 أيلول/ سبتمبر)": "2021-09-10",
    "مساء السبت 11-9-2021": "2021-09-11",
    "الأربعاء، 8 أيلول 2021،": "2021-09-08",
    "الثامن من كانون الأول/ديسمبر 2020": "2020-12-08",
    "الحادي والعشرين من شهر آب الماضي": "2021-08-21",
    "فجر الخامس من أيلول": "2021-09-05",
    "يوم 15/3": "2021-03-15",
    "30 أيلول، 2015": "2015-09-30",
    "أيلول 30, 2015": "2015-09-30",
    # without a year
    "12 أيلول": "2021-09-12",
    "5 تشرين الأول": "2020-10-05",
    "الخامس من تشرين الأول الماضي": "2020-10-05",
    "20 أيلول الجاري": "2021-09-20",
    "الـ 14 من الشهر الجاري": "2021-09-14",
    "في 12 الجاري": "2021-09-12",
    "الثاني من الشهر الماضي": "2021-08-02",
    "10 تشرين الأول المقبل": "2021-10-10",
    "غرة أيلول": "2021-09-01",
    "9 جويلية الماضي": "2021-07-09",
    "27 جوان الفارط": "2021-06-27",
    # Hijri
    "10 محرم 1443هـ": "2021-08-18",
    "العاشر من محرم": "2021-08-18",
}
SPANS = {
    "ليل السبت – الأحد": "2021-09-11..2021-09-12",
    "ليلة السبت/الأحد": "2021-09-11..2021-09-12",
    "ليل السبت الأحد": "2021-09-11..2021-09-12",
    "بعد منتصف ليل السبت – الأحد": "2021-09-12",
    "ليل 6 – 7 أيلول": "2021-09-06..2021-09-07",
    "ليل 10/11 أيلول": "2021-09-10..2021-09-11",
    "ليل السبت – الأحد 12/9/2021": "2021-09-11..2021-09-12",
    "بين 5 و7 أيار": "2021-05-05..2021-05-07",
    "من 28 آب إلى 3 أيلول": "2021-08-28..2021-09-03",
    "في السادس والسابع من أيار": "2021-05-06..2021-05-07",
    "يومي السبت والأحد": "2021-09-11..2021-09-12",
    "خلال شهري تموز وآب": "2021-07-01..2021-08-31",
    "بين أيلول وتشرين الثاني 2020": "2020-09-01..2020-11-30",
    "من مساء السبت حتى صباح الأحد": "2021-09-11..2021-09-12",
    "قبل أيام": "2021-09-08..2021-09-15",
    "قبل أيام قليلة": "2021-09-08..2021-09-15",
    "خلال الأيام القليلة الماضية": "2021-09-08..2021-09-15",
    "في الأيام المقبلة": "2021-09-16..2021-09-22",
    "خلال اليومين الماضيين": "2021-09-13..2021-09-15",
    "الأسبوع الماضي": "2021-09-08..2021-09-15",
    "آب الماضي": "2021-08-01..2021-08-31",
    "أيلول الجاري": "2021-09-01..2021-09-30",
    "شهر تشرين الثاني المقبل": "2021-11-01..2021-11-30",
    "في آب": "2021-08-01..2021-08-31",
    "آب/ أغسطس 2020": "2020-08-01..2020-08-31",
    "أكتوبر الماضي": "2020-10-01..2020-10-31",
    "أوت من العام الماضي": "2020-08-01..2020-08-31",
    "في مارس": "2021-03-01..2021-03-31",
    "مطلع أيلول": "2021-09-01..2021-09-10",
    "منتصف آب الماضي": "2021-08-11..2021-08-20",
    "أواخر شهر آب": "2021-08-21..2021-08-31",
    "نهاية الشهر الماضي": "2021-08-21..2021-08-31",
    "خلال النصف الأول من تموز": "2021-07-01..2021-07-15",
    "الشهر الماضي": "2021-08-01..2021-08-31",
    "الشهر الحالي": "2021-09-01..2021-09-30",
    "قبل شهرين": "2021-07-01..2021-07-31",
    "صيف 2020": "2020-06-01..2020-08-31",
    "الصيف الماضي": "2021-06-01..2021-08-31",
    "شتاء 2019 - 2020": "2019-12-01..2020-02-29",
    "الشتاء المقبل": "2021-12-01..2022-02-28",
    "عام 2017": "2017-01-01..2017-12-31",
    "في 2018": "2018-01-01..2018-12-31",
    "بين عامي 2012 و2015": "2012-01-01..2015-12-31",
    "العام الفائت": "2020-01-01..2020-12-31",
    "أواخر العام الفائت": "2020-10-01..2020-12-31",
    "الأسبوع قبل الماضي": "2021-09-01..2021-09-08",
    "الشهر قبل الماضي": "2021-07-01..2021-07-31",
    "من 2012 حتى 2016": "2012-01-01..2016-12-31",
    "منذ عام 2011": "2011-01-01..2021-09-15",
    "خلال العام الجاري 2021": "2021-01-01..2021-12-31",
    "قبل أكثر من عام": "2020-01-01..2020-12-31",
    "منذ تموز 2018": "2018-07-01..2021-09-15",
    "رمضان 1442": "2021-04-13..2021-05-12",
}


@pytest.mark.parametrize(("text", "expected"), (DAYS | SPANS).items())
def test_words_resolve_against_the_publication_day(text: str, expected: str) -> None:
    assert days(text) == [expected]


UNKNOWN = ["مؤخراً", "في الآونة الأخيرة", "في الأسابيع القليلة الماضية", "قريباً", "منذ سنوات", "قبل نهاية العام",
           "قبل حلول شهر رمضان", "30 شباط", "قرابة الرابعة فجراً", "في اليوم التالي"]  # fmt: skip


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_cannot_be_known_keeps_its_words(text: str) -> None:
    assert days(text) == [None]


NO_TIME = [
    "لم يسمح لأحد بالدخول",
    "مارس الجيش ضغوطاً على الأهالي",
    "قتل أب وابنه في القصف",
    "خلال الربيع العربي",
    "استمر القتال ثلاث سنوات",
    "لمدة ثلاثة أيام",
    "أصيب محمد شعبان ورجب الحسن",
    "قرب جامع الجمعة في حي السبت",
    "صلاة الجمعة",
    "في شارع 8 آذار",
    "قوى 14 آذار",
    "سد تشرين",
    "جامعة تشرين",
    "وقع الخلاف بين الاثنين",
    "قتل الشخصان الاثنان",
    "فجّر عنصر نفسه قرب الحاجز",
    "ظهر الرجل في تسجيل",
    "فجر ليبيا",
    "في اليوم الثالث للعملية",
    "اليوم العالمي للمرأة",
    "ما زالت حتى اليوم",
    "حتى الأمس القريب",
    "كل يوم جمعة",
    "قبل أذان المغرب",
    "الأمين العام للحزب",
    "أوت القرية النازحين",
    "جوان محمد",
    "سيارة نيسان",
    "لامس الخلاف حد القطيعة",
    "المغرب والجزائر",
    "24 ساعة لتسليم العنصرين",
    "عصر التحولات",
    "وذلك على مدى ساعتين",
    "15/3",
    "خسر 2000 مقاتل",
]


@pytest.mark.parametrize("text", NO_TIME)
def test_words_that_only_look_like_times(text: str) -> None:
    assert [(f.value.shape, text[f.span.start : f.span.end]) for f in found_in(text)] == []


LEANING = {
    "مساء السبت 4 أيلول. وفي اليوم التالي انسحبوا": "2021-09-05",
    "يوم الأحد الماضي. وفي اليوم نفسه": "2021-09-12",
    "يوم الأحد الماضي. ثم قصفوا ليلاً": "2021-09-12",
    "يوم الأحد الماضي، قرابة الساعة التاسعة ليلاً": "2021-09-12",
    "يوم الأحد الماضي. بعد يومين": "2021-09-14",
    "يوم الأحد الماضي. وبعد أسبوع من الحادثة": "2021-09-19",
    "في 27 حزيران. وبعده بستة أيام": "2021-07-03",
    "في حزيران 2015. بعد ذلك بشهرين": "2015-08-01..2015-08-31",
    "في حزيران 2015. بعد يومين": None,
    "ليل 6 – 7 أيلول. قبل الاشتباكات بأيام": "2021-08-30..2021-09-06",
    "فجر أمس. بعد الهجوم بنحو ساعة": "2021-09-14",
    "في أيار 2020. حينذاك": "2020-05-01..2020-05-31",
    "في أيار 2020. وفي تشرين الأول من العام نفسه": "2020-10-01..2020-10-31",
    "الثالث عشر من مارس 2020. ليل التاسع عشر من الشهر نفسه": "2020-03-19",
    "منذ أواخر 2017. فجراً": None,
}


@pytest.mark.parametrize(("text", "expected"), LEANING.items())
def test_times_lean_on_the_nearest_date_before(text: str, expected: str | None) -> None:
    assert days(text)[-1] == expected


AHEAD = {"يوم الجمعة": "2021-09-17", "مطلع تشرين الأول": "2021-10-01..2021-10-10", "5 تشرين الأول": "2021-10-05",
         "خلال الصيف المقبل": "2022-06-01..2022-08-31"}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), AHEAD.items())
def test_a_planned_act_lies_ahead(text: str, expected: str) -> None:
    assert days(text, ahead=True) == [expected]


UNDATED = {
    "أمس": None,
    "الجمعة": None,
    "قبل أيام": None,
    "خلال الشهر الفائت": None,
    "مساء الرابع من كانون الأول": None,
    "أواخر العام الفائت": None,
    "يوم السبت 4 تموز الجاري": "2020-07-04",
    "مساء الثلاثاء 13 تشرين الأول": "2020-10-13",
    "عام 2019": "2019-01-01..2019-12-31",
}


@pytest.mark.parametrize(("text", "expected"), UNDATED.items())
def test_without_a_publication_day_only_the_text_tells(text: str, expected: str | None) -> None:
    assert days(text, published=None) == [expected]


def test_a_month_takes_its_year_from_a_dated_day_of_the_text() -> None:
    text = "اشتبكوا بداية شهر تموز الحالي. ثم وصل الرتل يوم السبت 4 تموز الجاري إلى القرية"
    assert days(text, published=None) == ["2020-07-01..2020-07-10", "2020-07-04"]


def test_the_years_of_the_actors_fix_a_weekday_that_fits_several() -> None:
    assert days("يوم السبت 4 تموز", published=None, years=(2011, 2017)) == ["2015-07-04"]
    assert days("يوم السبت 4 تموز", published=None, years=(2017, 2019)) == [None]


def test_the_text_may_tell_what_today_is() -> None:
    text = "وصل الرتل ظهر اليوم الجمعة 11 آذار، وغادر الثكنة الأربعاء. وتجمعوا أمس الخميس"
    assert days(text, published=None, years=(2011, 2025)) == ["2022-03-11", "2022-03-09", "2022-03-10"]


def test_a_dateline_stands_for_the_publication_day() -> None:
    text = "شبكة الضفة\nالثلاثاء 13 تشرين الأول 2020\nقتل ثلاثة عناصر أمس في البلدة بنيران مجهولين لاذوا بالفرار"
    assert days(text, published=None)[-1] == "2020-10-12"


def test_a_date_inside_a_sentence_is_no_dateline() -> None:
    text = "قتل ثلاثة عناصر في البلدة يوم 13 تشرين الأول 2020 بنيران مجهولين. وتوقعوا حملة خلال الأيام القادمة"
    assert days(text, published=None) == ["2020-10-13", None]


def test_a_weekday_that_does_not_fit_its_date_is_kept_and_told() -> None:
    (told,) = times("السبت 5 تموز 2020")
    assert told.start == date(2020, 7, 5)
    assert told.conflict and told.conflict.startswith("weekday")


def test_a_day_that_does_not_exist_is_told() -> None:
    (told,) = times("31 نيسان 2021")
    assert told.start is None
    assert told.conflict and told.conflict.startswith("calendar")


def test_yesterday_with_the_weekday_of_a_page_dated_a_day_late() -> None:
    (told,) = times("أمس الإثنين")
    assert told.start == date(2021, 9, 13)
    assert told.conflict


def test_a_hijri_day_seen_a_day_apart_follows_its_weekday() -> None:
    (told,) = times("الخميس 11 محرم 1443")
    assert (told.start, told.conflict) == (date(2021, 8, 19), None)
    (told,) = times("الجمعة 11 محرم 1443")
    assert (told.start, told.conflict) == (date(2021, 8, 20), None)


def test_since_and_deadlines_do_not_date_an_event() -> None:
    assert [f.dates_event for f in found_in("منذ أواخر 2017")] == [False]
    assert [f.dates_event for f in found_in("قبل الجمعة")] == [False]
    assert [f.dates_event for f in found_in("منذ صباح اليوم")] == [True]
    assert [f.dates_event for f in found_in("يوم الجمعة")] == [True]


PRECISION = {"أمس": "day", "قبل أيام": "week", "في الأيام المقبلة": "week", "مطلع أيلول": "month", "آب الماضي": "month",
             "صيف 2020": "season", "عام 2017": "year", "مؤخراً": "unknown", "ليل السبت – الأحد": "day",
             "غرة أيلول": "day", "منذ مطلع العام الجاري": "year"}  # fmt: skip


@pytest.mark.parametrize(("text", "precision"), PRECISION.items())
def test_precision_is_that_of_the_words(text: str, precision: str) -> None:
    assert [t.precision for t in times(text)] == [precision]


def test_the_span_is_that_of_the_report() -> None:
    text = "قُتل ثلاثة مساءَ أمسِ الثلاثاءِ في البلدة"
    (told,) = times(text)
    assert told.span.quote(text).startswith("مساءَ أمسِ الثلاثاء")


def test_anchors_are_the_full_dates_of_the_text() -> None:
    found = found_in("يوم 5 أيار 2020 ثم 7 أيار ثم 1/6/2020")
    assert anchors(found, published=PUBLISHED) == [PUBLISHED, date(2020, 5, 5), date(2020, 6, 1)]


def test_one_time_can_be_resolved_alone() -> None:
    (found,) = found_in("أمس")
    assert resolve(found, published=PUBLISHED).start == date(2021, 9, 14)


MONTHS = {
    1: ["كانون الثاني", "يناير", "جانفي"], 2: ["شباط", "فبراير", "فيفري"], 3: ["آذار", "مارس"],
    4: ["نيسان", "أبريل", "إبريل", "أفريل"], 5: ["أيار", "مايو", "ماي"], 6: ["حزيران", "يونيو", "جوان"],
    7: ["تموز", "يوليو", "جويلية"], 8: ["آب", "أغسطس", "أوت", "غشت"], 9: ["أيلول", "سبتمبر", "شتنبر"],
    10: ["تشرين الأول", "أكتوبر"], 11: ["تشرين الثاني", "نوفمبر"], 12: ["كانون الأول", "ديسمبر"],
}  # fmt: skip


@pytest.mark.parametrize(("number", "name"), [(n, name) for n, names in MONTHS.items() for name in names])
def test_every_name_of_every_month(number: int, name: str) -> None:
    assert days(f"قتل في 7 {name} 2020 ثلاثة") == [f"2020-{number:02}-07"]


SHAPES = st.sampled_from(["{d}/{m}/{y}", "{y}-{m:02}-{d:02}", "{d}.{m}.{y}"])


@given(st.dates(date(1990, 1, 1), date(2035, 12, 31)), SHAPES)
def test_figures_come_back_as_their_day(day: date, shape: str) -> None:
    assert days(f"في يوم {shape.format(d=day.day, m=day.month, y=day.year)} قتل") == [day.isoformat()]


WORDS = st.sampled_from(
    "اليوم أمس الأحد الاثنين ليل فجر مساء – / و من إلى بين منذ قبل بعد 5 12 2020 أيلول تشرين الأول آب الماضي "
    "المقبل الشهر نفسه العام يومين أيام شهر يوم مطلع صيف محرم هـ الساعة فجراً حينها التالي ( ) ، خلال القليلة \n".split(
        " "
    )
)


@given(st.lists(WORDS, max_size=30).map(" ".join), st.booleans(), st.booleans())
def test_any_words_resolve_without_error_and_in_order(text: str, dated: bool, ahead: bool) -> None:
    end = 0
    for item in found_in(text):
        assert end <= item.first < item.last
        end = item.last
    for told in times(text, published=PUBLISHED if dated else None, ahead=ahead):
        assert (told.start is None) == (told.end is None)
        assert told.start is None or (told.end is not None and told.start <= told.end)


@given(st.text(max_size=80))
def test_any_text_is_read_without_error(text: str) -> None:
    times(text)


def test_reading_and_resolving_are_fast_on_a_long_text() -> None:
    text = "قتل ثلاثة فجر اليوم الأحد 12 أيلول. وفي اليوم التالي انسحبوا ليلاً. منذ مطلع العام 2020\n" * 1000
    tokens = tokenize(fold(text))
    start = time.process_time()
    found = find_times(tokens, text=text)
    Clock(found, published=PUBLISHED).resolve_all()
    assert time.process_time() - start < 3
