"""Cheap looks spare work and never change a reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import figures
from marsad.model import to_record
from marsad.packs import load
from marsad.read import Reader
from marsad.read.lexicon import Answers, Lexicon

OPEN = [r for n, r in figures.reports().items() if not figures.is_held_back(n)][::3]
LOOKS = ("named", "may-act", "may-place", "may-open", "may-claim", "may-deny", "tells", "expects", "before-names")


@pytest.fixture(scope="module")
def quick() -> list[Any]:
    reader = Reader(load())
    return [to_record(reader.read(r), r.text) for r in OPEN]


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_lost_by_looking_cheaply_first(look: str, quick: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Lexicon.looks

    def always(self: Lexicon, question: str, answer: Callable[[str], Any]) -> Answers[Any]:
        return looks(self, question, bool if question == look else answer)

    monkeypatch.setattr(Lexicon, "looks", always)
    reader = Reader(load())
    assert [to_record(reader.read(r), r.text) for r in OPEN] == quick
    assert look in reader.lexicon.answers
