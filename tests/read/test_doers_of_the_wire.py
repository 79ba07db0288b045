"""Doers and bearers as news agencies tell them: partners, operations, own losses, nameless gunmen, organisations."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.model import Event, Report
from marsad.packs import load
from marsad.read import Reader

READER = Reader(load(strict=False))

CASES = [
    # partners in the deed
    ("نفذت الفرقة الرابعة بالاشتراك مع حزب الله حملة تمشيط في بادية التنف",
     "MOBILIZE", "syria/4th-division hezbollah", ""),
    ("شن الجيش العراقي بالتنسيق مع التحالف الدولي ضربات على مخابئ داعش في جبال حمرين",
     "ASSAULT", "iraq/armed-forces international-coalition", "isis"),
    ("قصف جيش الاحتلال التركي ومرتزقته قرى ريف عين عيسى", "ASSAULT", "turkey/armed-forces sna", ""),
    # who puts an end to whom
    ("قضت وحدات من الجيش السوري على عشرات من عناصر جبهة النصرة في ريف حماة", "ASSAULT", "syria/army", "nusra-front"),
    ("حيّدت القوات التركية سبعة عناصر من قسد في منطقة عين عيسى", "ASSAULT", "turkey/armed-forces", "sdf"),
    # an operation as the subject
    ("نفذت قوات سوريا الديمقراطية عملية أمنية استهدفت خلية لتنظيم داعش في ذيبان", "ASSAULT", "sdf", "isis"),
    ("شنت قسد حملة أمنية في بلدة الشحيل أسفرت عن اعتقال خمسة من عناصر داعش", "COERCE", "sdf", "isis"),
    # who tells of its own losses did not strike
    ("أعلن الجيش السوداني مقتل سبعة مدنيين بقصف مدفعي لقوات الدعم السريع على مدينة الفاشر",
     "ASSAULT", "rapid-support-forces", "civilians"),
    # nobody knows who
    ("هاجمت مجموعة مسلحة حاجزاً لقوات النظام قرب نوى", "ASSAULT", "unknown", "syria/army"),
    ("خطف مسلحون تاجراً في مدينة السويداء", "ASSAULT", "unknown", "civilians"),
    # clothes, brackets, what stands beside
    ("هاجم مجهولون يرتدون زي قوات النظام مدجنة في القورية", "ASSAULT", "unknown", ""),
    ("فككت قوات سوريا الديمقراطية (قسد) بإسناد من التحالف الدولي خلية لتنظيم داعش", "COERCE", "sdf", "isis"),
    ("استهدفت قوات النظام تجمعات المسلحين وتحصيناتهم في ريف إدلب", "ASSAULT", "syria/army", ""),
    ("أصيب اثنا عشر شخصاً على الأقل من الميليشيات الإيرانية بغارة في الميادين", "ASSAULT", "", "iran-backed-militias"),
    ("انفجرت عبوة ناسفة أثناء مرور دورية لقوات النظام قرب السخنة", "ASSAULT", "", "syria/army"),
    ("أسقطت الدفاعات الجوية التابعة للتحالف الدولي مسيّرة فوق حقل العمر", "ASSAULT", "", "international-coalition"),
    ("انفجار لغم بدورية لقوات النظام قرب السخنة", "ASSAULT", "", "syria/army"),
    ("أطلق مسلحون قذائف صاروخية باتجاه قاعدة التحالف الدولي في حقل كونيكو",
     "ASSAULT", "unknown", "international-coalition"),
    ("قُتل ثمانية عناصر على الأقل من الفرقة 18 بكمين نصبه تنظيم داعش قرب السخنة",
     "ASSAULT", "isis", "syria/18th-division"),
    # posts left, set up, taken over
    ("أصدرت قيادة الحرس الثوري أوامر لعناصرها بإخلاء مقراتهم في الميادين", "REQUEST", "iran/irgc", "iran/irgc"),
    ("غادرت عناصر الحرس الثوري مقارها في البوكمال", "RETREAT", "iran/irgc", ""),
    ("حوّلت الميليشيات الإيرانية مدرسة في الميادين إلى مقر عسكري", "MOBILIZE", "iran-backed-militias", ""),
    ("أوعزت قيادة لواء القدس لعناصرها بإخلاء مواقعهم في الشولا", "REQUEST", "liwa-al-quds", "liwa-al-quds"),
    # speech of organisations that no pack knows
    ("عبرت طهران عن تنديدها بالقصف الإسرائيلي على دمشق", "ACCUSE", "iran", "israel"),
    ("أعربت الحكومة العراقية عن استنكارها للعدوان الأمريكي", "ACCUSE", "iraq", "united-states"),
]  # fmt: skip


def first(text: str, type_: str) -> Event:
    events = READER.read(Report("one", text, date(2022, 3, 1))).events
    return next(e for e in events if e.type == type_)


@pytest.mark.parametrize(("text", "type_", "actors", "recipients"), CASES)
def test_who_did_it_and_who_bore_it(text: str, type_: str, actors: str, recipients: str) -> None:
    event = first(text, type_)
    assert [m.id for m in event.actor] == actors.split()
    assert [m.id for m in event.recipient] == recipients.split()


def test_attackers_are_who_struck_before():
    text = "هاجمت خلايا تنظيم الدولة نقطة للدفاع الوطني في بادية التبني. ودمر المهاجمون ثلاث سيارات."
    events = READER.read(Report("one", text, date(2022, 3, 1))).events
    assert [m.id for m in events[-1].actor] == ["isis"]


def test_an_organisation_keeps_its_id_under_its_short_name():
    text = "أصدرت الرابطة الأهلية للسجناء تقريراً. وطالبت الرابطة قوات النظام بالإفراج عن المعتقلين."
    event = first(text, "REQUEST")
    assert [m.id for m in event.actor] == ["organisation/rabt-ahli-llsjna"]
    assert [m.id for m in event.recipient] == ["syria/army"]


@pytest.mark.parametrize(
    "text",
    [
        "الحملة استهدفت تحقيق الأمن في المدينة",  # what it was for
        "سقوط الأمطار مستمر في المدينة",
        "أدى الحريق إلى سلسلة خسائر في الحقول",
    ],
)
def test_no_deed(text: str) -> None:
    assert READER.read(Report("one", text, date(2022, 3, 1))).events == ()


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("مقتل أربعة وإصابة آخرين في انفجار داخل مضافة في درعا البلد", 4),
        ("أكدت مصادر أن 16 لقوا حتفهم في هجوم على مقر لقوات النظام", 16),
        ("أسفر القصف عن سقوط عشرين شخصاً في بلدة كفريا", 20),
    ],
)
def test_the_dead_are_counted(text: str, killed: int) -> None:
    events = READER.read(Report("one", text, date(2022, 3, 1))).events
    assert [c.best for e in events for c in e.killed] == [killed]


def test_an_act_so_long_after_another_is_not_planned():
    text = "ويأتي هذا بعد يوم واحد من توغل قوة إسرائيلية في بلدة كودنة حيث أقامت حاجزاً مؤقتاً."
    events = READER.read(Report("one", text, date(2025, 12, 19))).events
    assert [(e.type, e.status, [m.id for m in e.actor]) for e in events] == [
        ("MOBILIZE", "actual", ["israel/armed-forces"]),
        ("MOBILIZE", "actual", ["israel/armed-forces"]),
    ]
