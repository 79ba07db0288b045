"""Random text of the kind that reports are made of, clean and spoilt."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

import figures

WORDS = (
    "القوات الروسية طردت عناصر الحرس الثوري الإيراني من حقل الورد أمس الثلاثاء وقتل ثلاثة مدنيين في بلدة صبيخان قالت "
    "مصادر محلية إن ميليشيا لواء القدس المدعومة من إيران انسحبت إلى دير الزور ونفى المتحدث وقوع اشتباكات بين الطرفين "
    "بحسب مراسل الشبكة و ف ب كما أن أبو علي قائد الفوج 47 اعتقل 20 شخصاً يوم 4 تموز/يوليو 2020 وطالبت موسكو بإخلاء "
    "المقرات مساء الجمعة الماضي الشيخ محمد الأحمد مليشيات ومئات العناصر طريق M5 بين حمص وحماة عشرات القتلى"
).split()
MARKS = "ًٌٍَُِّْٰـ"
ODD = "\u200f\u200e\u200b\u200c\u00a0\ufeff\u2068\u2069🚨🇸🇾ﷺﻻﷲ٠١٢٣۴۵۶abcXYZ-–—«»“”\"'()[]…،؛؟.:!/_#@*\t\r\n"
CUT = (" ـ", "ـ ـ", "ـ.ـ", "ـ*ـ", "ـ")


def spoil(word: str, marks: list[int], odd: str, cut: int) -> str:
    """The word with vowel marks, odd characters, and perhaps cut apart as writers do to slip past filters."""
    letters = [
        letter + "".join(MARKS[k] for k in marks if k < len(MARKS) and k % (at + 2) == 0)
        for at, letter in enumerate(word)
    ]
    if cut < len(CUT) and len(letters) > 2:
        letters.insert(len(letters) // 2, CUT[cut])
    return odd + "".join(letters)


spoilt = st.builds(
    spoil,
    st.sampled_from(WORDS),
    st.lists(st.integers(0, 30), max_size=3),
    st.text(ODD, max_size=2),
    st.integers(0, 30),
)
texts = st.lists(st.one_of(st.sampled_from(WORDS), spoilt, st.text(ODD + MARKS, max_size=4)), max_size=60).map(" ".join)
anything = st.one_of(
    texts, st.text(max_size=200), st.text(ODD + MARKS + "ابتثجحخدذرزسشصضطظعغفقكلمنهويأإآةىءؤئ ", max_size=300)
)
days = st.one_of(st.none(), st.dates(date(2012, 1, 1), date(2026, 12, 31)))
OPEN = {name: report for name, report in figures.reports().items() if not figures.is_held_back(name)}


def cut_report(name: str, start: int, length: int, noise: str, at: int) -> str:
    """A piece of an open report of the corpus with some noise put in."""
    text = OPEN[name].text
    piece = text[start % len(text) :][:length]
    where = at % (len(piece) + 1)
    return piece[:where] + noise + piece[where:]


pieces = st.builds(
    cut_report,
    st.sampled_from(sorted(OPEN)[::6]),
    st.integers(0, 3000),
    st.integers(1, 900),
    st.text(ODD + MARKS, max_size=5),
    st.integers(0, 900),
)
joins = st.lists(pieces, min_size=1, max_size=3).map("".join)
