"""Folding keeps the way back to every character of the text as received."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from marsad.read.fold import TABLE, fold, fold_words
from read.arabic_noise import anything

QUICK = settings(max_examples=150, deadline=None)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("إستهداف", "استهداف"),
        ("آخر", "اخر"),
        ("القُوّاتُ", "القوات"),
        ("قـــوات", "قوات"),
        ("مدينة", "مدينه"),
        ("موسى", "موسي"),
        ("٢٠٢٢", "2022"),
        ("۴۵", "45"),
        ("«الورد»", '"الورد"'),
        ("قتـ ـلى", "قتلي"),
        ("اقتـ.ـتال", "اقتتال"),
        ("ﻻ", "لا"),
    ],
)
def test_spellings_come_together(written: str, folded: str) -> None:
    assert fold(written).text == folded


@pytest.mark.parametrize("text", ["قتل و جرح", "ثلاثة - أربعة", "M5"])
def test_what_is_no_cut_word_stays_apart(text: str) -> None:
    assert fold(text).text.count(" ") == text.count(" ")


@QUICK
@given(anything)
def test_the_map_never_goes_back_and_never_leaves_the_text(text: str) -> None:
    folded = fold(text)
    assert len(folded.origin) == len(folded.text)
    assert all(a <= b for a, b in zip(folded.origin, folded.origin[1:], strict=False))
    assert all(0 <= k < len(text) for k in folded.origin)


@QUICK
@given(anything)
def test_each_folded_character_comes_from_the_character_that_it_points_to(text: str) -> None:
    folded = fold(text)
    for piece, origin in zip(folded.text, folded.origin, strict=True):
        raw = text[origin]
        assert piece in TABLE.get(ord(raw), raw)


@QUICK
@given(anything)
def test_spans_hold_what_they_were_folded_from(text: str) -> None:
    folded = fold(text)
    for k in range(0, len(folded.text), 7):
        end = min(k + 5, len(folded.text))
        assert fold(folded.span(k, end).quote(text)).text.find(folded.text[k]) >= 0


@QUICK
@given(anything)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once
    assert fold_words(fold_words(text)) == fold_words(text)
