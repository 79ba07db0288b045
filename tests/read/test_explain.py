"""What `marsad explain` prints: words, value, rules and knowledge of each slot."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from marsad.cli import main
from marsad.model import Reading, Report, Span
from marsad.model.reading import Problem
from marsad.packs import Packs, load
from marsad.read import Reader
from marsad.read.explain import explain, isolate

TEXT = (
    "قالت مصادر محلية إن القوات الروسية طردت عناصر الحرس الثوري الإيراني من حقل الورد أمس الثلاثاء.\n"
    "وقُتل ثلاثة مدنيين بانفجار لغم في بلدة صبيخان."
)
REPORT = Report("ward", TEXT, date(2022, 1, 12))
QUOTED = re.compile("\u2068([^\u2068\u2069]*)\u2069 \\[(\\d+), (\\d+)\\)")


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load()


@pytest.fixture(scope="module")
def reading(packs: Packs) -> Reading:
    return Reader(packs).read(REPORT)


def test_each_event_shows_its_slots_with_words_value_rule_and_entry(packs: Packs, reading: Reading) -> None:
    tree = explain(REPORT, reading, packs=packs, event="e1")
    assert "e1 COERCE expel (actual)" in tree
    assert re.search(r"expel  arabic/frames/coerce\.yml:\d+", tree)
    actor = re.search(r"─ actor  russia/armed-forces\n(.*\n){3}", tree)
    assert actor
    assert "\u2068القوات الروسية\u2069 [20, 34)" in actor.group()
    assert "rule   actor › " in actor.group()
    assert re.search(r"entry  [\w/]+\.yml:\d+", actor.group())
    assert "place  sy/deir-ez-zor/field/ward" in tree
    assert "time  2022-01-11 to 2022-01-11, day" in tree
    assert "voucher  local-source, asserts" in tree


def test_quotes_stand_where_their_spans_say(packs: Packs, reading: Reading) -> None:
    found = QUOTED.findall(explain(REPORT, reading, packs=packs))
    assert len(found) > 8
    assert all(words == isolate(TEXT[int(start) : int(end)])[1:-1] for words, start, end in found)


def test_one_event_alone_or_all(packs: Packs, reading: Reading) -> None:
    heads = [f"\n{e.id} " for e in reading.events]
    assert len(heads) > 1
    everything = explain(REPORT, reading, packs=packs)
    assert all(head in everything for head in heads)
    alone = explain(REPORT, reading, packs=packs, event="e2")
    assert [head in alone for head in heads] == [head == "\ne2 " for head in heads]


def test_arabic_is_isolated_on_one_line() -> None:
    assert isolate("طردت\nالقوات") == "\u2068طردت ↵ القوات\u2069"


def test_problems_are_told_with_their_words(packs: Packs) -> None:
    reading = Reading("ward", None, problems=(Problem("R01", "the weekday does not fit", Span(0, 4)),))
    tree = explain(REPORT, reading, packs=packs)
    assert "R01 the weekday does not fit" in tree
    assert "\u2068قالت\u2069 [0, 4)" in tree


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "ward.txt"
    file.write_text(TEXT, "utf-8")
    done = CliRunner().invoke(main, ["explain", str(file), "e1", "--published", "2022-01-12"])
    assert done.exit_code == 0, done.output
    assert "e1 COERCE expel (actual)" in done.stdout
    assert "e2" not in done.stdout
    amiss = CliRunner().invoke(main, ["explain", str(file), "e9"])
    assert amiss.exit_code == 2
    assert amiss.stderr.startswith("E111: ward has no event e9")
