"""Lint lists every fault at once, with file and line."""

import pytest

from marsad.packs import lint
from packs.packs_on_disk import ACTOR, write

FAULTY = """
- id: t/a
  kind: militia
  ar: كتيبة أولى
  en: First
  colour: red
  strong: [كتيبة الأسود]
  says: [هجمت كتيبة الأسود]
- id: t/b
  kind: militia
  ar: كتيبة ثانية
  en: Second
  strong: [كتيبة الاسود]
  parent: nowhere
  says: [هجمت الكتيبة]
  ties:
  - {kind: backed-by, to: russia}
- id: t/b
  kind: militia
  ar: كتيبة ثالثة
  en: Third
- id: t/c
  kind: militia
  ar: كتيبة رابعة
  en: Fourth
  en: Fifth
  strong: داعش
  says: [هجمت الكتيبة]
"""
TWICE = """
- id: t/b
  kind: militia
  ar: كتيبة ثالثة
  en: Third
""".lstrip("\n")
PLACES = """
says: ["وصل إلى {kind} {name}"]
entries:
- {id: t/far, ar: بعيدة, en: Far, kind: village, parent: sy/raqqa, lat: 30.0, lon: 45.0}
- {id: t/near, ar: قريبة, en: Near, kind: village, parent: sy/raqqa, lat: 35.9, lon: 39.1}
- {id: t/nowhere, ar: ضائعة, en: Lost, kind: village, parent: sy/raqqa}
- {id: t/excused, ar: قصية, en: Excused, kind: village, parent: sy/raqqa, lat: 30.0, lon: 45.0, far: an exclave}
"""


def found(folder, name=""):
    return [(f.code, f.line) for f in lint(folder) if str(folder) in f.file and f.file.endswith(name)]


def test_our_own_knowledge_has_no_fault():
    assert lint() == []


def test_all_faults_of_a_pack_are_listed(tmp_path):
    write(tmp_path, {"actors/a.yml": FAULTY, "places/p.yml": PLACES})
    (tmp_path / "actors" / "latin.yml").write_bytes(b"- id: x\n  ar: \xe9\n")
    (tmp_path / "actors" / "broken.yml").write_text("- id: x\n  ar: [a\n- b: c\n")
    assert found(tmp_path, "a.yml") == [
        ("P05", 5),  # unknown key
        ("P09", 15),  # tie without a source
        ("P08", 17),  # no example
        ("P10", 17),  # id twice
        ("P04", 25),  # key twice
        ("P07", 26),  # strong is no list
    ]
    assert found(tmp_path, "p.yml") == [("P13", 3), ("P06", 5)]
    assert found(tmp_path, "latin.yml") == [("P02", 2)]
    assert [code for code, _ in found(tmp_path, "broken.yml")] == ["P01"]


def test_names_targets_and_sources(tmp_path):
    write(tmp_path, {"actors/a.yml": FAULTY.replace(TWICE, "")})
    assert {("P12", 6), ("P12", 12), ("P11", 13)} <= set(found(tmp_path))


def test_a_name_that_both_share_is_no_fault(tmp_path):
    both = "- {id: t/%s, kind: militia, ar: ك, en: K, strong: [كتيبة الليث], shared: [كتيبة الليث], says: [س]}\n"
    assert found(write(tmp_path, {"actors/a.yml": both % "a" + both % "b"})) == []


def test_a_shared_name_must_be_said_by_both(tmp_path):
    one = "- {id: t/a, kind: militia, ar: ك, en: K, strong: [كتيبة الليث], shared: [كتيبة الليث], says: [س]}\n"
    other = "- {id: t/b, kind: militia, ar: ك, en: K, strong: [كتيبة الليث], says: [س]}\n"
    assert found(write(tmp_path, {"actors/a.yml": one + other})) == [("P12", 2)]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("kind: militia", "kind: gang", "P07"),
        ("ar: نسور الاختبار", "ar: 5", "P07"),
        ("  says:", "  lives: {from: 2011}\n  says:", "P07"),
        ("  says:", "  labels: [عصابة]\n  says:", "P07"),
        ("  says:", "  ties: [{kind: friend-of, to: iran, source: s}]\n  says:", "P07"),
        ("  en: Test Eagles\n", "", "P06"),
        ("- id: test/eagles\n", "- knd: x\n", "P05"),
    ],
)
def test_single_faults(tmp_path, before, after, code):
    assert before in ACTOR
    assert code in [c for c, _ in found(write(tmp_path, {"actors/a.yml": ACTOR.replace(before, after)}))]


@pytest.mark.parametrize("text", ["just words\n", "- word\n", "{a: 1}\n"])
def test_files_without_entries(tmp_path, text):
    assert [c for c, _ in found(write(tmp_path, {"actors/a.yml": text}))] == ["P03"]


def test_the_event_table_is_checked(tmp_path):
    faults = found(write(tmp_path, {"plover.yml": "types:\n  ASSAULT: {score: -12, quad: 5, weight: 1}\n"}))
    assert [c for c, _ in faults].count("P14") == 3 + 15
