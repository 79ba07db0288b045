"""Positions: standing presence, and no posts that the report's own events win or lose."""

from __future__ import annotations

from typing import Any

import pytest

from marsad.model import Report
from marsad.packs import load
from marsad.read.reader import Reader

HEAD = "خبر من المنطقة\n\nقالت مصادر محلية إن الهدوء عاد إلى المدينة منذ الصباح بعد ليلة من التوتر بين الطرفين هناك.\n"
WORDS: dict[str, Any] = load(strict=False).words["positions"]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(strict=False))


def seats(reader: Reader, sentence: str) -> list[tuple[str, str | None, str]]:
    text = HEAD + sentence + "."
    return [(p.kind, p.actor.id, p.place.span.quote(text)) for p in reader.read(Report("r", text)).positions]


@pytest.mark.parametrize("entry", WORDS["says"], ids=lambda e: e["kind"])
def test_says(reader: Reader, entry: dict[str, str]) -> None:
    assert [kind for kind, _, _ in seats(reader, entry["text"])] == [entry["kind"]]


@pytest.mark.parametrize("text", WORDS["never"])
def test_never(reader: Reader, text: str) -> None:
    assert seats(reader, text) == []


def test_each_place_once(reader: Reader) -> None:
    text = "تتمركز القوات التركية في رأس العين. وتنتشر القوات التركية في رأس العين."
    assert len(seats(reader, text)) == 1


def test_the_subject_goes_on(reader: Reader) -> None:
    text = "ينتشر حزب الله في مدينة القصير، ويتخذ من مطار الضبعة مقرا له."
    assert {kind for kind, _, _ in seats(reader, text)} == {"presence", "headquarters"}
