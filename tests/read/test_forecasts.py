"""Forecasts: expectations, and no fears, plans or facts."""

from __future__ import annotations

from typing import Any

import pytest

from marsad.model import Reading, Report
from marsad.packs import load
from marsad.read.reader import Reader

HEAD = "خبر من المنطقة\n\nقالت مصادر محلية إن الهدوء عاد إلى المدينة منذ الصباح بعد ليلة من التوتر بين الطرفين هناك.\n"
WORDS: dict[str, Any] = load(strict=False).words["forecasts"]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(strict=False))


def reading(reader: Reader, sentence: str) -> Reading:
    return reader.read(Report("r", HEAD + sentence + "."))


@pytest.mark.parametrize("entry", WORDS["says"], ids=str)
def test_says(reader: Reader, entry: dict[str, str | None]) -> None:
    (forecast,) = reading(reader, entry["text"] or "").forecasts
    assert (forecast.holder is None) is (entry["holds"] is None)


@pytest.mark.parametrize("text", WORDS["silent"])
def test_silent(reader: Reader, text: str) -> None:
    assert reading(reader, text).forecasts == ()


def test_evidence_is_what_is_expected(reader: Reader) -> None:
    text = "ورجح الباحث رامي الحداد أن تتجدد المواجهات، مشيرا إلى حشود قرب النهر."
    (forecast,) = reading(reader, text).forecasts
    assert forecast.evidence[0].quote(HEAD + text) == "تتجدد المواجهات"
    assert forecast.holder is not None
    assert forecast.holder.span.quote(HEAD + text) == "رامي الحداد"


def test_two_in_one_sentence(reader: Reader) -> None:
    text = "وتوقع المصدر أن تنسحب القوات، مرجحا أن تعود بعد شهر."
    assert len(reading(reader, text).forecasts) == 2
