"""Copies found from hashes alone are those that are found from the texts."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from marsad.gather import find_copies
from marsad.gather.repeats import Repeats
from marsad.model import Report

WORDS = [a + b + c for a in "ابتثج" for b in "حخدذر" for c in "زسشصض"]
STOCK = "وقال المصدر إن التفاصيل لم تتضح بعد حتى ساعة إعداد هذا الخبر في المنطقة"


def told(seed: int, count: int) -> list[Report]:
    """Reports that repeat each other wholly, in part, or not; some without a day, some too short to count."""
    dice, made = random.Random(seed), list[Report]()
    for n in range(count):
        words = dice.choices(WORDS, k=dice.choice([5, 14, 30, 60]))
        if made and dice.random() < 0.6:
            before = dice.choice(made).text.split()
            words = before[: dice.randint(1, len(before))] + words[: dice.randint(0, 30)]
        text = " ".join(words) + (f" {STOCK}" if dice.random() < 0.5 else "") + f" {n}"
        day = None if dice.random() < 0.1 else date(2022, 1, 1) + timedelta(days=dice.randint(0, 9))
        made.append(Report(f"r{dice.randint(0, 10**6)}-{n}", text, published=day))
    return made


@pytest.mark.parametrize("seed", range(6))
def test_the_same_is_found_whatever_comes_when(seed: int) -> None:
    reports = told(seed, 120)
    repeats = Repeats()
    for cut in (0, 40, 41, 120):
        heads = [(r.name, r.sha256) for r in reports[:cut]]
        for name in repeats.lacks(heads):
            repeats.add(next(r for r in reports if r.name == name))
        assert repeats.copies() == find_copies(reports[:cut])
    assert len(repeats.copies()) > 20


def test_what_more_reports_share_than_matters_proposes_nobody() -> None:
    reports = [Report(f"r{n:03}", f"{STOCK} {WORDS[n % 125]}{n} {WORDS[n % 7]}") for n in range(230)]
    repeats = Repeats()
    for report in reports:
        repeats.add(report)
    found = repeats.copies()
    assert found == find_copies(reports)
    assert 0 < len(found) < len(reports) - 10


def test_a_report_that_is_gone_or_has_another_text_is_forgotten() -> None:
    one, two = (Report(name, f"{STOCK} {name}") for name in ("a", "b"))
    repeats = Repeats()
    for name in repeats.lacks([("a", one.sha256), ("b", two.sha256)]):
        repeats.add({"a": one, "b": two}[name])
    assert list(repeats.copies()) == ["b"]
    assert repeats.lacks([("b", two.sha256)]) == []
    assert repeats.copies() == {}
    assert repeats.lacks([("b", one.sha256)]) == ["b"]
