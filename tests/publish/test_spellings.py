"""A private name is found in whatever way it is written, and others' names are left alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.publish.spellings import Names, sound, tokens

KNOWN = Names(
    [("سالم أبو محمّد الزعيتر", "a"), ("عبد الله بن حمد المجرّب", "b"), ("أبو_الورد", "c"), ("خلفَ الغريبِ", "d"),
     ("يوسف الحاج راضي", "e")]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("قال الشيخ سالم الزعيتر أمس", "a"), ("سالمُ أبو محمد زعيتر", "a"), ("وسالم الزعيتر", "a"),
        ("سالم أبي محمد الزعيتر", "a"), ("سالمالزعيتر", "a"), ("سـالم الزعـيتر", "a"), ("س ا ل م ا ل ز ع ي ت ر", "a"),
        ("س.ا.ل.م الزعيتر", "a"),
        ("ﻻ ﻻ س ا ل م ا ل ز ع ي ت ر", "a"), ("وبسالم الزعيتر", "a"), ("سـ ـا ـلـ ـم الزعيتر", "a"),
        ("ﺳﺎﻟﻢ ﺍﻟﺰﻋﻴﺘﺮ", "a"), ("Salem al-Zaaitar", "a"),
        ("Salim Al Zuaytir", "a"), ("person/salim-al-zaitar", "a"), ("س\u200dالم الزعيتر", "a"),
        ("عبدالله المجرب", "b"), ("لعبد الله المجرّب", "b"), ("عبد الله حمد المجرب", "b"), ("Abdullah al-Mujarrab", "b"),
        ("Abd Allah Mjrb", "b"), ("أبا الورد", "c"), ("أبوالورد", "c"), ("وأبي الورد", "c"), ("Abu al-Ward", "c"),
        ("خلف غريب", "d"), ("خَلَف الغَريب", "d"), ("Khalaf al-Gharib", "d"), ("Yousef Hajj Radi", "e"),
    ],
)  # fmt: skip
def test_found(text: str, who: str) -> None:
    assert [hit.who for hit in KNOWN.find(text)] == [who]


@pytest.mark.parametrize(
    "text",
    [
        "سالم من أهل البلدة والزعيتر اسم وادٍ", "عاد المدنيون سالمين", "حقل الورد", "رجل غريب", "Salem said so",
        "the ward",
        "i-81e217034812", "", "خلفه رجل غريب", "الحاج راضي",
    ],
)  # fmt: skip
def test_left_alone(text: str) -> None:
    assert KNOWN.find(text) == []


def test_spans() -> None:
    text = "قُتل سالمُ الزعيتر وخلف الغريب."
    assert [text[h.start : h.end] for h in KNOWN.find(text)] == ["سالمُ الزعيتر", "وخلف الغريب"]


def test_one_word() -> None:
    assert not Names([("يزن", "x")]).find("قُتل يزن")
    assert Names([("يزن", "x")], short=True).find("قُتل ويزن هناك")


def test_tokens_and_sounds() -> None:
    assert tokens("الشيخ أبو محمّد بن عبد الله العلي") == ("شيخ", "ابومحمد", "عبدالله", "علي")
    assert sound("Khaled") == sound("خالد") and sound("Hussein") == sound("حسين") and sound("Qasim") == sound("قاسم")


LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
NAME = st.lists(st.text(LETTERS, min_size=3, max_size=7), min_size=2, max_size=4).map(" ".join)


@given(NAME, st.text(LETTERS + " .،", max_size=30), st.sampled_from(["", "َ", "ـ", "\u200d"]))
def test_any_name_is_found_with_marks_between_its_letters(name: str, around: str, mark: str) -> None:
    names = Names([(name, "x")])
    if len(tokens(name)) < 2:
        return
    written = " ".join(mark.join(word) for word in name.split())
    assert any(hit.who == "x" for hit in names.find(f"{around} . {written} . {around}"))


@given(st.text(max_size=60))
def test_the_quick_look_never_says_no_wrongly(text: str) -> None:
    assert KNOWN.within(text) or not KNOWN.find(text)
    assert json.dumps(text) is not None
