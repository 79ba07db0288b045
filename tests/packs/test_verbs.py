"""The verb forms: spellings that must be there, spellings that must not, and that forms.yml is not stale."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FORMS = ROOT / "src" / "marsad" / "knowledge" / "arabic" / "forms.yml"
ALEF_MADDA_DUAL = "يبدآن يبدأان يبدآ يبدأا"

# lemma, part, cell, the spellings in their order
CASES = [
    ("طالب", "present", "mp", "يطالبون يطالبوا"),
    ("طالب", "past_passive", "mp", "طولبوا"),
    ("طالب", "active", "ms", "مطالب مطالبا"),
    ("طالب", "active", "mp", "مطالبون مطالبين"),
    ("قصف", "past", "fs", "قصفت"),
    ("قصف", "past_passive", "ms", "قصف"),
    ("قصف", "passive", "fs", "مقصوفة"),
    ("استهدف", "past_passive", "fs", "استهدفت"),
    ("انسحب", "past", "mp", "انسحبوا"),
    ("انسحب", "present", "fs", "تنسحب"),
    ("اشتبك", "past_passive", "ms", "اشتبك"),
    ("أخلى", "past", "fs", "أخلت"),
    ("أخلى", "past", "mp", "أخلوا"),
    ("أخلى", "present", "ms", "يخلي يخل"),
    ("أخلى", "past_passive", "ms", "أخلي"),
    ("أخلى", "active", "ms", "مخل مخلي مخليا"),
    ("أخلى", "passive", "fs", "مخلاة"),
    ("رمى", "present", "ms", "يرمي يرم"),
    ("رمى", "past", "md", "رميا"),
    ("نفى", "past", "fs", "نفت"),
    ("نفى", "present_passive", "ms", "ينفى ينف"),
    ("دعا", "present", "mp", "يدعون يدعوا"),
    ("دعا", "past_passive", "ms", "دعي"),
    ("ادعى", "present", "ms", "يدعي يدع"),
    ("صفى", "past", "mp", "صفوا"),
    ("استولى", "present", "ms", "يستولي يستول"),
    ("تصدى", "past", "fs", "تصدت"),
    ("تصدى", "active", "ms", "متصد متصدي متصديا"),
    ("توفي", "past", "mp", "توفوا"),
    ("توفي", "active", "ms", "متوفى"),
    ("رأى", "present", "ms", "يرى ير"),
    ("رأى", "past", "mp", "رأوا"),
    ("لقي", "past", "mp", "لقوا"),
    ("لقي", "present", "ms", "يلقى يلق"),
    ("حيد", "past", "ms", "حيد"),
    ("قام", "past", "fp", "قمن"),
    ("قام", "present", "ms", "يقوم يقم"),
    ("قال", "past_passive", "ms", "قيل"),
    ("كان", "present", "fs", "تكون تكن"),
    ("أصاب", "past_passive", "ms", "أصيب"),
    ("أصاب", "present_passive", "fs", "تصاب تصب"),
    ("أغار", "present", "ms", "يغير يغر"),
    ("أدان", "past", "p1", "أدنا"),
    ("اغتال", "past_passive", "ms", "اغتيل"),
    ("استعاد", "present", "fs", "تستعيد تستعد"),
    ("استجاب", "present", "ms", "يستجيب يستجب"),
    ("استحوذ", "present", "mp", "يستحوذون يستحوذوا"),
    ("شن", "past", "s1", "شننت"),
    ("شن", "present", "ms", "يشن"),
    ("فك", "passive", "fs", "مفكوكة"),
    ("احتل", "past", "fp", "احتللن"),
    ("أمد", "past", "fs", "أمدت"),
    ("وصل", "present", "ms", "يصل"),
    ("وضع", "present_passive", "fs", "توضع"),
    ("وقع", "present", "ms", "يقع"),
    ("اتفق", "present", "mp", "يتفقون يتفقوا"),
    ("اتهم", "past", "fs", "اتهمت"),
    ("أوقف", "present", "ms", "يوقف"),
    ("أسر", "present_passive", "ms", "يؤسر"),
    ("أسر", "present", "s1", "آسر"),
    ("بدأ", "past", "mp", "بدؤوا بدأوا"),
    ("بدأ", "present", "md", ALEF_MADDA_DUAL),
    ("أنشأ", "past", "mp", "أنشؤوا أنشأوا"),
    ("أنشأ", "present", "ms", "ينشئ"),
    ("جاء", "present", "ms", "يجيء يجئ"),
    ("جاء", "past", "mp", "جاؤوا جاءوا"),
    ("أساء", "past", "mp", "أساؤوا أساءوا"),
    ("سيطر", "past_passive", "ms", "سيطر سوطر"),
    ("تمركز", "past", "fs", "تمركزت"),
]

MASDARS = [
    ("قصف", "قصف"), ("قتل", "قتلا"), ("طرد", "طرد"), ("انسحب", "انسحاب"), ("أخلى", "إخلاء"), ("تصدى", "تصدي"),
    ("تصدى", "تصد"), ("صفى", "تصفية"), ("استعاد", "استعادة"), ("أغار", "إغارة"), ("سيطر", "سيطرة"), ("عرقل", "عرقلة"),
    ("اغتال", "اغتيالا"), ("استولى", "استيلاء"), ("وصل", "وصول"), ("احتل", "احتلال"), ("استحوذ", "استحواذ"),
]  # fmt: skip

# what reads as another word most of the time must not come in as a verb
NAMESAKES = ["مدينة", "مصدر", "حاجز", "تدمر", "ضابط", "مسيرة", "مساء", "بين", "قبل", "طالبان", "لاحقا", "منه", "عدن"]


def generator() -> ModuleType:
    """The generating script as a module."""
    spec = importlib.util.spec_from_file_location("genscripts_verbs", ROOT / "genscripts" / "verbs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def all_spellings(value: Any) -> set[str]:
    """Every spelling of a table, list or whole file."""
    if isinstance(value, str):
        return {value}
    parts = value.values() if isinstance(value, dict) else value
    return set().union(*(all_spellings(part) for part in parts))


@pytest.fixture(scope="module")
def forms() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(FORMS.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return loaded


@pytest.mark.parametrize(("lemma", "part", "cell", "spellings"), CASES)
def test_spellings_of_a_cell(forms: dict[str, Any], lemma: str, part: str, cell: str, spellings: str) -> None:
    assert forms[lemma][part][cell] == spellings.split()


@pytest.mark.parametrize(("lemma", "masdar"), MASDARS)
def test_masdars(forms: dict[str, Any], lemma: str, masdar: str) -> None:
    assert masdar in forms[lemma]["masdar"]


def test_sound_plurals_of_masdars(forms: dict[str, Any]) -> None:
    assert forms["اشتبك"]["masdar_plural"] == ["اشتباكان", "اشتباكين", "اشتباكات"]
    assert "masdar_plural" not in forms["قصف"]


def test_verbs_without_passive_have_none(forms: dict[str, Any]) -> None:
    assert not {"past_passive", "present_passive", "passive"} & set(forms["انسحب"])
    assert list(forms["أفرج"]["past_passive"]) == ["ms"]


@pytest.mark.parametrize("word", NAMESAKES)
def test_frequent_namesakes_are_left_out(forms: dict[str, Any], word: str) -> None:
    assert [lemma for lemma, entry in forms.items() if word in all_spellings(entry)] == []


def test_only_plain_letters(forms: dict[str, Any]) -> None:
    letters = set("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي")
    assert {word for word in all_spellings(forms) if not set(word) <= letters or len(word) < 2} == set()


def test_small_enough_to_load_at_start() -> None:
    assert FORMS.stat().st_size < 600_000


def test_forms_are_not_stale() -> None:
    pytest.importorskip("mazini", reason="mazini is needed to expand the verbs")
    module = generator()
    assert module.render(module.load_verbs()) == FORMS.read_text("utf-8")


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        ({"lemma": "قصف", "root": "قصف", "wazn": "I/a~i"}, "needs its masdar"),
        ({"lemma": "قصف", "root": "قصد", "wazn": "I/a~i", "masdar": []}, "gives"),
        ({"lemma": "طالب", "root": "طلب", "wazn": "III", "colour": "red"}, "unknown keys"),
        ({"lemma": "طالب", "root": "طلب", "wazn": "III", "drop": ["past.xx"]}, "not there"),
    ],
)
def test_faulty_verbs_are_refused(verb: dict[str, Any], message: str) -> None:
    pytest.importorskip("mazini", reason="mazini is needed to expand the verbs")
    module = generator()
    with pytest.raises(module.VerbTableError, match=message):
        module.expand(verb)


def test_a_lemma_stands_once() -> None:
    pytest.importorskip("mazini", reason="mazini is needed to expand the verbs")
    module = generator()
    verb = {"lemma": "طالب", "root": "طلب", "wazn": "III"}
    with pytest.raises(module.VerbTableError, match="twice"):
        module.expand_all([verb, verb])
