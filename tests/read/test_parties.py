"""Who did it and who bore it, in turns of phrase that the press likes."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.model import Report
from marsad.packs import load
from marsad.read.reader import Reader

PUBLISHED = date(2022, 3, 1)  # a Tuesday


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load(strict=False))


@pytest.mark.parametrize(
    ("text", "type_", "actors", "recipients"),
    [
        # a delegation of people, and who is meant by the pronoun
        (
            "اجتمع وفد من الأهالي مع المحافظ أمس، وطالبوه بإبعاد الحواجز عن المدينة.",
            "REQUEST",
            ["civilians"],
            ["syria"],
        ),
        (
            "التقى ضابط روسي وجهاء البلدة، ودعاهم إلى إخراج المسلحين من الحي.",
            "REQUEST",
            ["russia/armed-forces"],
            ["civilians"],
        ),
        ("طالب الروس قادة «فاطميون» بإخلاء المدرسة، فرفضوا.", "REJECT", ["fatemiyoun"], ["russia/armed-forces"]),
        # verbal nouns with two parties, with a doer before their preposition, behind verbs of beginning
        (
            "مطالبة وجهاء من درعا الضباط الروس بسحب الحواجز من المدينة.",
            "REQUEST",
            ["civilians"],
            ["russia/armed-forces"],
        ),
        ("إفراج قسد عن عشرين موقوفاً من أبناء الشحيل.", "RETREAT", ["sdf"], ["civilians"]),
        (
            "عمد عناصر «أحرار الشام» إلى طرد مقاتلي «هيئة تحرير الشام» من معبر باب الهوى.",
            "COERCE",
            ["rebels/ahrar-al-sham"],
            ["hts"],
        ),
        # whose weapon it was, who gave what another took, what carries no arms
        ("استُهدفت سيارة قرب عين عيسى بمسيّرة تركية، فقُتل عنصران من قسد.", "ASSAULT", ["turkey/armed-forces"], ["sdf"]),
        ("استلمت قسد حقل العمر من القوات الأميركية أمس.", "RETREAT", ["united-states/armed-forces"], ["sdf"]),
        ("سلاح الجو الأردني أسقط أمس مسيّرة تحمل حبوب الكبتاغون قرب الحدود.", "ASSAULT", ["jordan/air-force"], []),
        # what is condemned has a doer
        ("قصفت إسرائيل مطار دمشق ليلاً. وأدانت الخارجية الإيرانية القصف.", "ACCUSE", ["iran"], ["israel"]),
        ("رفضت طهران طلباً روسياً بسحب المقاتلين من جنوب سوريا.", "REJECT", ["iran"], ["russia"]),
        # agreement and order
        ("زار دمشق الخميس وفد إيراني برئاسة وزير النقل.", "CONSULT", ["iran"], []),
        (
            "تصدت وحدة من الجيش اللبناني لهجوم شنته «جبهة النصرة» قرب عرسال.",
            "ASSAULT",
            ["nusra-front"],
            ["lebanon/armed-forces"],
        ),
        (
            "اتهم المجلس المحلي في أعزاز الفيلق الثالث بسرقة المازوت.",
            "ACCUSE",
            ["azaz-local-council"],
            ["syria/3rd-corps"],
        ),
        ("انفجر لغم بحافلة مبيت للفرقة 17 قرب الشولا.", "ASSAULT", [], ["syria/17th-division"]),
    ],
)
def test_parties(reader: Reader, text: str, type_: str, actors: list[str], recipients: list[str]) -> None:
    found = [e for e in reader.read(Report("x", text, PUBLISHED)).events if e.type == type_]
    assert [[m.id for m in e.actor] for e in found] == [actors]
    assert [[m.id for m in e.recipient] for e in found] == [recipients]


def test_refusal_at_the_end_of_a_text(reader: Reader) -> None:
    assert [e.type for e in reader.read(Report("x", "قسد من جهتها رفضت الطلب.", PUBLISHED)).events] == ["REJECT"]
