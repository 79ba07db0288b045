"""Cheap looks spare work and never change a reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import figures
from marsad.model import to_record
from marsad.packs import load
from marsad.read import Reader
from marsad.read.lexicon import Lexicon

OPEN = [r for n, r in figures.reports().items() if not figures.is_held_back(n)][::3]


@pytest.mark.parametrize("look", ["may-act", "may-place", "tells", "expects"])
def test_nothing_is_lost_by_looking_cheaply_first(look: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(load())
    quick = [to_record(reader.read(r), r.text) for r in OPEN]
    kept = Lexicon.kept

    def always(self: Lexicon, question: str, form: str, answer: Callable[[str], Any]) -> Any:
        return True if question == look and form else kept(self, question, form, answer)

    monkeypatch.setattr(Lexicon, "kept", always)
    assert [to_record(reader.read(r), r.text) for r in OPEN] == quick
