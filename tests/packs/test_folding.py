"""Folding of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.packs import LETTERS, fold_word

SAME = [
    ("أحمد", "احمد"),
    ("ميليشيا «حزبُ اللّه»", "ميليشيا حزب الله"),
    ("دير  الزور", "دير الزور"),
    ("الفـرقـة ١٧", "الفرقة 17"),
    ("مصطفى", "مصطفي"),
    ("IRGC", "irgc"),
    ("کربلا یک", "كربلا يك"),
    ("لؤي وائل", "لوي وايل"),
]
OTHER = [("قدس", "قدش"), ("لواء القدس", "فيلق القدس"), ("حطلة", "خطلة"), ("گلي", "كلي")]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_same_spelling(left, right):
    assert fold_word(left) == fold_word(right)


@pytest.mark.parametrize(("left", "right"), OTHER)
def test_other_word(left, right):
    assert fold_word(left) != fold_word(right)


@given(st.text(alphabet="اأإآبتثجحخدذرزسشصضطظعغفقكلمنهويىةئؤء ًٌٍَُِّْـ٠١٢۳AZ«»"))
def test_folding_twice_changes_nothing(text):
    assert fold_word(fold_word(text)) == fold_word(text)


def test_each_letter_gives_one_or_none():
    assert all(to is None or len(to) == 1 for to in LETTERS.values())
