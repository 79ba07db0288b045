"""Turns of the press by which doer and bearer change places, or nothing happened at all: every event of a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.model import Event, Report, to_record
from marsad.packs import load
from marsad.read import Reader

READER = Reader(load(strict=False))

CASES = [
    # what is believed of those who act goes with them
    ("استهدفت طائرات حربية يعتقد أنها روسية بلدة نوى بخمس غارات", ["ASSAULT/aerial russia/air-force >"]),
    ("طائرة مسيرة يُعتقد أنها تركية استهدفت سيارة لقسد في عين عيسى", ["ASSAULT/drone turkey/armed-forces > sdf"]),
    ("قتل مسلحون يرجّح أنهم من خلايا تنظيم الدولة عنصرين من قسد في بلدة الشحيل", ["ASSAULT isis > sdf"]),
    ("قصفت طائرة مسيّرة يُرجَّح أن تكون أميركية مقراً للميليشيات الإيرانية في البوكمال",
     ["ASSAULT/drone united-states/air-force > iran-backed-militias"]),
    ("اعتقلت قسد شخصين يُشتبه بانتمائهما إلى تنظيم داعش", ["COERCE/arrest sdf > civilians"]),
    # by what they were killed, and who fired it
    ("قتل عنصر من قوات النظام بقذيفة مدفعية في الشيخ مسكين", ["ASSAULT/heavy-weapons > syria/army"]),
    ("قتل جندي تركي برصاص أطلقه عناصر قسد على دورية في عفرين", ["ASSAULT/firearms sdf > turkey/armed-forces"]),
    ("جرح جنديان إسرائيليان بعبوة زرعها حزب الله", ["ASSAULT/explosives hezbollah > israel/armed-forces"]),
    ("استشهد شاب برصاصة أطلقها عليه مسلحون مجهولون", ["ASSAULT/firearms unknown > civilians"]),
    ("قتلت قسد بقذيفة أطلقتها جندياً تركياً في عفرين", ["ASSAULT/heavy-weapons sdf > turkey/armed-forces"]),
    ("قتل ضابط من قوات النظام باستهداف سيارة عسكرية كانت تقله بصاروخ", ["ASSAULT/heavy-weapons > syria/army"]),
    ("شيعت الميليشيات القيادي أبو علي الذي قتل في غارة على البوكمال", ["ASSAULT/aerial > person/abu-ali"]),
    ("مقتل القيادي أبو علي في معارك الشيخ مسكين", ["ASSAULT/clash > person/abu-ali"]),
    ("قضى عنصر من لواء القدس بلغم أرضي في بادية السخنة", ["ASSAULT/explosives > liwa-al-quds"]),
    ("عثر الأهالي على جثة عنصر من لواء القدس مقتولاً بطلق ناري في بادية المسرب",
     ["ASSAULT/firearms > liwa-al-quds"]),
    ("عثرت فرق الإنقاذ على جثة غريق في نهر الفرات", []),
    ("خشيت ميليشيا الدفاع الوطني استهدافها من الطيران الإسرائيلي",
     ["ASSAULT/aerial israel/air-force > syria/national-defence"]),
    # one deed told by verb and noun
    ("استهدف الطيران الروسي مدينة نوى بسلسلة من الغارات الجوية أدت إلى مقتل ثلاثة مدنيين",
     ["ASSAULT/aerial russia/air-force > civilians"]),
    ("ضبطت الشرطة العسكرية الروسية شحنة صواريخ لحزب الله وصادرتها",
     ["COERCE/seize russia/military-police > hezbollah"]),
    ("دخل رتل إيراني من 12 شاحنة محملة بالذخائر من معبر البوكمال وتوجه إلى منطقة عياش",
     ["MOBILIZE/weapons iran/armed-forces >"]),
    # letting through, and not
    ("لم تسمح الفرقة الرابعة لعناصر لواء القدس بدخول المعبر", ["COERCE/restrict syria/4th-division > liwa-al-quds"]),
    ("رفضت الفرقة الرابعة السماح لعناصر لواء القدس بدخول المعبر", ["REJECT/yield syria/4th-division > liwa-al-quds"]),
    ("سمحت الفرقة الرابعة لعناصر لواء القدس بدخول المعبر", ["RETREAT/access syria/4th-division > liwa-al-quds"]),
    ("لن تسمح روسيا لإيران بالتمركز في الجنوب", []),
    ("منعت القوات الروسية دخول شاحنات أسلحة إيرانية إلى المطار",
     ["COERCE/restrict russia/armed-forces > iran/armed-forces"]),
    ("منعت قسد رتلاً روسياً من المرور", ["COERCE/restrict sdf > russia/armed-forces"]),
    # claimed, blamed, protested against
    ("تبنى تنظيم داعش الهجوم على حاجز قسد في الشحيل", ["ASSAULT/clash isis > sdf"]),
    ("حمّلت إيران إسرائيل مسؤولية شن الغارة على القنصلية", ["ACCUSE/allege iran > israel"]),
    ("خرج العشرات من أبناء بلدة أبو حمام في مظاهرة تنديداً باعتقال قسد للناشط علي الصالح", ["PROTEST/demo civilians >"]),
    ("اتهمت ميليشيا لواء الباقر القوات الروسية بتسريب إحداثيات مقراتها بعد تكرار استهدافها",
     ["ACCUSE/allege baqir-brigade > russia/armed-forces"]),
    # who hands over, who takes over, who asks whom
    ("جرى استلام القوات الروسية للنقاط العسكرية غرب دير الزور", ["RETREAT/hand-over > russia/armed-forces"]),
    ("رفضت ميليشيا الحرس الثوري طلباً روسياً بتسليم مطار التيفور", ["REJECT/yield iran/irgc > russia"]),
    ("تفقد قائد القوات الروسية حقل توينان، وطالب قادة الفرقة الرابعة بإخراج عناصرهم منه",
     ["CONSULT/visit russia/armed-forces >", "REQUEST/withdraw russia/armed-forces > syria/4th-division"]),
    ("امتنع عناصر الدفاع الوطني عن الالتحاق بمقراتهم", ["REJECT/yield syria/national-defence >"]),
    ("أوقفت القوات الروسية رواتب عناصر لواء القدس", []),
    # goes on with the subject of the sentence, not with who stands nearest
    ("دخلت دورية من الأمن العسكري بلدة حطلة لتقوم باعتقال ثلاثة شبان",
     ["MOBILIZE/troops syria/military-security >", "COERCE/arrest syria/military-security > civilians"]),
    ("أسقط الجيش السوداني مسيّرة تابعة للدعم السريع كانت تستهدف مطار مروي",
     ["ASSAULT/drone rapid-support-forces > sudan/armed-forces", "ASSAULT/drone rapid-support-forces >"]),
    ("اعتقلت قسد خلية لداعش كانت تخطط لاستهداف سجن الصناعة", ["COERCE/arrest sdf > isis", "ASSAULT isis >"]),
    ("طوّقت دورية من الأمن العسكري البلدة وشنت حملة دهم اعتقلت خلالها تسعة أشخاص",
     ["COERCE/restrict syria/military-security >", "COERCE/arrest syria/military-security > civilians"]),
    # nouns that look like verbs, and the other way round
    ("فرضت الشرطة العسكرية الروسية سيطرتها على مفرق حطلة بعد خروج حزب الله العراقي منه",
     ["COERCE/seize russia/military-police >"]),
    ("قامت ميليشيا الحرس الثوري بتوزيع سلال غذائية على أهالي حطلة لكسب ودهم", ["AID iran/irgc > civilians"]),
    ("دمرت كتائب القسام ناقلة جند إسرائيلية", ["ASSAULT/destroy hamas/qassam-brigades >"]),
    ("استهدفت غارة رتلاً لحزب الله في القصير", ["ASSAULT/aerial > hezbollah"]),
    ("قُتل القيادي في الحرس الثوري أبو مهدي مع اثنين من مرافقيه بغارة في الميادين",
     ["ASSAULT/aerial > person/abu-mhdi iran/irgc"]),
    # a unit keeps its name whatever state stands behind it
    ("انسحبت قوات الفيلق الخامس الروسية من مدينة الميادين", ["RETREAT/withdraw syria/5th-corps >"]),
    ("تعرضت قاعدة عسكرية تضم قوات أميركية لهجوم بطائرة مسيّرة", ["ASSAULT/drone > united-states/armed-forces"]),
]  # fmt: skip


def told(event: Event) -> str:
    sides = (" ".join(m.id for m in side if m.id) for side in (event.actor, event.recipient))
    kind = f"{event.type}/{event.mode}" if event.mode else event.type
    return " ".join(f"{kind} {' > '.join(sides)}".split())


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_every_event_with_its_sides(text: str, expected: list[str]) -> None:
    assert [told(e) for e in READER.read(Report("one", text, date(2022, 3, 1))).events] == expected


def test_a_place_named_like_a_plan() -> None:
    """نوى is a town, and "he intended" as well."""
    text = "نفذت طائرات حربية في بلدة نوى غارات أسفرت عن مقتل مدني"
    assert [e.status for e in READER.read(Report("one", text)).events] == ["actual"]


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("وثق المرصد السوري مقتل 3 من عناصر قوات النظام في بادية السخنة", ["المرصد السوري"]),
        ("علم المرصد السوري من مصادر محلية أن القوات الروسية انسحبت من درعا", ["المرصد السوري", "مصادر محلية"]),
        ("نفت وزارة الدفاع الروسية صحة الأنباء عن انسحاب قواتها من الجولان", ["وزارة الدفاع الروسية"]),
        ("نعت صفحات موالية للنظام العقيد حيدر سلوم الذي قتل في كمين", ["صفحات موالية للنظام"]),
    ],
)
def test_vouchers_end_where_what_they_tell_begins(text: str, chain: list[str]) -> None:
    (event,) = READER.read(Report("one", text, date(2022, 3, 1))).events
    assert [link.span.quote(text) for link in event.attribution] == chain


def test_families_are_counted_one_by_one() -> None:
    text = "استهدفت طائرات روسية بلدة نصيب، ما أسفر عن مقتل أب وطفليه وامرأة"
    (event,) = to_record(READER.read(Report("one", text)), text)["events"]
    assert [(c["text"], c["best"]) for c in event["killed"]] == [("أب", 1), ("طفليه", 2), ("امرأة", 1)]


def test_a_quoted_name_is_read_to_its_end() -> None:
    text = 'قتل العميد "صفوان ربيع علوش" في درعا'
    assert [p.span.quote(text) for p in READER.read(Report("one", text)).persons] == ["صفوان ربيع علوش"]


@pytest.mark.parametrize("text", ["قصف الحوثيون محافظة البيضا بثلاثة صواريخ", "قصف الجيش محافظة البيضا في اليمن"])
def test_a_governorate_is_no_village(text: str) -> None:
    places = [e.place.id for e in READER.read(Report("one", text)).events if e.place]
    assert set(places) <= {"ye/bayda-gov"}
