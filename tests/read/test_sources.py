"""Chains of vouchers: made-up sentences of the pack, then how a chain runs on through a report."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from marsad.model import Report
from marsad.packs import load
from marsad.read.chunks import Chunk
from marsad.read.fold import fold_words
from marsad.read.lexicon import Lexicon
from marsad.read.page import open_page
from marsad.read.roles import Deed
from marsad.read.scan import Scanner
from marsad.read.sources import SourceReader
from marsad.read.triggers import Trigger

_EXAMPLES = load(strict=False).words["sources"]


@cache
def lexicon() -> Lexicon:
    return Lexicon(load(strict=False))


def reader(text: str, outlet: str | None = None) -> SourceReader:
    page = open_page(Report("made-up", text, None, outlet), lexicon())
    return SourceReader(page, Scanner(page, day=None).run())


def deed(sources: SourceReader, act: str, *, status: str = "actual", type_: str = "ASSAULT") -> Deed:
    """A deed whose trigger is the first word spelled as `act`."""
    page, form = sources.page, fold_words(act)
    at = next(t.i for t in page.tokens if t.form == form)
    number = next(n for n, s in enumerate(page.sentences) if s.first <= at < s.last)
    frame = next(f for f in page.lexicon.frames.values() if f.syntax == "strike")
    found = Deed(Trigger(frame, at, at + 1), number, (at, at + 1), type_, None, status=status)
    found.evidence = [(at, at + 1)]
    return found


def told(text: str, act: str, *, outlet: str | None = None, status: str = "actual") -> list[tuple[str, str, str]]:
    sources = reader(text, outlet)
    chain, _ = sources.chain(deed(sources, act, status=status))
    return [(text[a.span.start : a.span.end], a.kind, a.stance) for a in chain]


@pytest.mark.parametrize("example", _EXAMPLES["says"], ids=lambda e: e["act"])
def test_says(example: dict[str, Any]) -> None:
    stance = example.get("stance", "asserts")
    found = told(example["text"], example["act"], status="denied" if stance == "denies" else "actual")
    assert [kind for _, kind, _ in found] == example["kinds"]
    assert found[-1][2] == stance
    assert all(s == "asserts" for _, _, s in found[:-1])


@pytest.mark.parametrize("example", _EXAMPLES["never"], ids=lambda e: e["act"])
def test_never(example: dict[str, Any]) -> None:
    assert told(example["text"], example["act"]) == []


def test_spans_hold_the_words_of_the_voucher_only() -> None:
    text = 'اعتقلت دورية شابين، وفق ما نقلت شبكة "ضوء" عن مصدر طبي في مشفى المدينة.'
    assert [words for words, *_ in told(text, "اعتقلت")] == ['شبكة "ضوء"', "مصدر طبي في مشفى المدينة"]


def test_outlet_spoken_to_is_the_outer_link() -> None:
    text = "ونفى مسؤول محلي، في حديث إلى قناة عراقية، قصف البلدة."
    assert told(text, "قصف", status="denied") == [
        ("قناة عراقية", "media", "asserts"),
        ("مسؤول محلي", "official", "denies"),
    ]


@pytest.mark.parametrize("name", ['لـ"رواق السهل"', "لرواق السهل", "لموقعنا", "لمراسلنا"])
def test_own_outlet_is_a_link_where_named(name: str) -> None:
    text = f"وقال مصدر محلي {name} إن مسلحين هاجموا الحاجز."
    assert [kind for _, kind, _ in told(text, "هاجموا", outlet="رواق السهل")] == ["media", "local-source"]


PARAGRAPHS = (
    "قصفت طائرة مستودعاً شرق البلدة، وفق ما أفاد مراسل شبكة ضوء نقلاً عن مصدر أمني.\n\n"
    "وأضاف المصدر أن دورية داهمت منزلين في الحي.\n\n"
    "وأوضح أن عناصرها اعتقلوا شاباً. وسبق أن اغتال مجهولون مختار البلدة.\n\n"
    "وخطفت مجموعة مسلحة سائق حافلة على الطريق."
)


def test_running_chain() -> None:
    kinds = {act: [k for _, k, _ in told(PARAGRAPHS, act)] for act in ("قصفت", "داهمت", "اعتقلوا", "اغتال", "وخطفت")}
    assert kinds == {
        "قصفت": ["media", "official"],
        "داهمت": ["media", "official"],
        "اعتقلوا": ["media", "official"],
        "اغتال": ["media", "official"],
        "وخطفت": [],
    }


def test_correspondent_alone_drops_his_source() -> None:
    text = PARAGRAPHS.replace("وأضاف المصدر", "وأضاف المراسل")
    assert [words for words, *_ in told(text, "داهمت")] == ["المراسل"]


def test_lead_without_voucher_takes_the_one_that_goes_into_it() -> None:
    text = "قُتل مدنيان بقصف على سوق البلدة صباح اليوم.\n\nوقال مراسلنا إن القصف انطلق من التلال القريبة."
    assert [kind for _, kind, _ in told(text, "بقصف")] == ["media"]


def test_outlet_named_later_stands_before_the_source_all_along() -> None:
    text = (
        "مصدر مقرب من الحكومة أفاد بأن طائرة قصفت الموقع.\n\n"
        'وقال المصدر في تصريحات نقلتها صحيفة "المسار"، إن دورية داهمت البلدة.'
    )
    assert [kind for _, kind, _ in told(text, "قصفت")] == ["media", "unnamed-source"]


def test_two_parties_of_a_denial() -> None:
    text = "ونفى مصدر في المحافظة ما تداولته صفحات محلية عن قصف البلدة."
    sources = reader(text)
    denied = deed(sources, "قصف", status="denied")
    assert [(a.kind, a.stance) for a in sources.chain(denied)[0]] == [("official", "denies")]
    assert [(text[a.span.start : a.span.end], a.stance) for a in sources.claimants(denied)] == [
        ("صفحات محلية", "alleges")
    ]


def test_denial_after_the_fact() -> None:
    sources = reader("وقال سكان الحي إن الدورية قصفت المنازل، الأمر الذي نفته وزارة الداخلية.")
    asserted = deed(sources, "قصفت")
    assert [(a.kind, a.stance) for a in sources.chain(asserted)[0]] == [("local-source", "alleges")]
    assert [(a.kind, a.stance) for a in sources.denied_by(asserted)] == [("official", "denies")]


def test_claim_of_responsibility() -> None:
    sources = reader("هاجم مسلحون حافلة شرق السخنة، وتبنى تنظيم داعش الهجوم.")
    found = sources.claimed_by(deed(sources, "هاجم"))
    assert found is not None
    assert found.id is not None
    assert reader("هاجم مسلحون حافلة، ولم تتبنَّ أي جهة الهجوم.").claimed_by(deed(sources, "هاجم")) is None


def test_headline_voucher_yields_to_the_body() -> None:
    text = "مصدر أمني: مقتل شرطي بهجوم\n\nقال مراسلنا إن مسلحين هاجموا مخفراً عند مدخل البلدة وقتلوا شرطياً ثم فروا."
    assert [kind for _, kind, _ in told(text, "هاجموا")] == ["media"]


def test_any_text_is_read() -> None:
    for text in ("", "قال", "وفق", "نقلاً عن", "قال إن", '""', "وبحسب ما", ": : :", 'ل"', "تبنى"):
        sources = reader(text)
        assert len(sources.claims) == len(sources.page.sentences)


def test_chunk_is_not_needed() -> None:
    page = open_page(Report("made-up", "قال مصدر أمني إن مسلحين هاجموا الحاجز.", None, None), lexicon())
    none: list[list[Chunk]] = [[] for _ in page.sentences]
    assert SourceReader(page, none).claims[0]


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("07:40 مراسلتنا: قصف مدفعي على أطراف البلدة", ["media"]),
        ("عاجل | مصدر عسكري للمنار: قصف عنيف على أطراف البلدة", ["media", "military"]),
        ("رويترز عن مسؤول محلي: قصف عنيف على أطراف البلدة", ["agency", "official"]),
        ("القناة 9: قصف عنيف على أطراف البلدة", ["media"]),
        ("عاجل: قصف عنيف على أطراف البلدة", []),
        ("09:15 قصف عنيف على أطراف البلدة", []),
    ],
)
def test_line_of_a_ticker(line: str, kinds: list[str]) -> None:
    assert [kind for _, kind, _ in told(line, "قصف")] == kinds


def test_list_under_a_named_source() -> None:
    text = (
        "حصيلة الأحد بحسب غرفة طوارئ الحي:\n\n- قصف على السوق أوقع قتيلين.\n- خطفت مجموعة شابين.\n\n"
        "ووصلت قافلة إغاثة إلى المدينة مساء ودخلت المستودع."
    )
    kinds = {act: [k for _, k, _ in told(text, act)] for act in ("قصف", "خطفت", "ودخلت")}
    assert kinds == {"قصف": ["local-source"], "خطفت": ["local-source"], "ودخلت": []}


def test_source_in_a_line_of_its_own() -> None:
    text = "المصدر: غرفة طوارئ الحي\n\n• قصف على السوق أوقع قتيلين.\n• خطفت مجموعة شابين من المخيم."
    assert [kind for _, kind, _ in told(text, "خطفت")] == ["local-source"]


def test_signatory_vouches_for_the_statement_only_where_it_says_we() -> None:
    body = "في ظل ما جرى اعتقلت دورية ثلاثة من أبناء البلدة يوم الأحد.\n\n{we}\n\nوجهاء عشيرة السهول\n"
    assert told(body.format(we="وإننا نطالب بالإفراج عنهم فوراً."), "اعتقلت") == [
        ("وجهاء عشيرة السهول", "local-source", "asserts")
    ]
    assert told(body.format(we="وقال الأهالي «إننا نطالب بالإفراج عنهم»."), "اعتقلت") == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("وحكالي جارنا إنو قصفوا الحارة بالليل.", ["local-source"]),
        ("عم يقولوا إنو قصفوا الحارة بالليل.", ["unnamed-source"]),
        ("وورد أن الطائرات قصفوا الحارة.", ["unnamed-source"]),
        ("كما نُقل عن ضابط متقاعد أنهم قصفوا الحارة.", ["military"]),
        ("وقال قيس الراوي، المتحدث باسم البلدية، للصحفيين إن مسلحين قصفوا الحارة.", ["official"]),
        ("وقال ثلاثة مسؤولين إنهم قصفوا الحارة.", ["official"]),
    ],
)
def test_ways_of_saying(text: str, kinds: list[str]) -> None:
    assert [kind for _, kind, _ in told(text, "قصفوا")] == kinds


def test_questions_and_answers() -> None:
    text = (
        "عقد الناطق باسم الجيش مؤتمراً صحفياً.\n\nوأوضح الناطق أن مسلحين هاجموا المعسكر.\n\n"
        "سؤال: متى بدأ ذلك؟\n\nجواب: قصف المسلحون البوابة فجراً ثم انسحبوا."
    )
    assert [kind for _, kind, _ in told(text, "هاجموا")] == ["military"]
    assert [kind for _, kind, _ in told(text, "قصف")] == ["military"]


def test_guest_of_an_interview_vouches_for_his_answers() -> None:
    text = (
        "التقينا مدير المشفى في البلدة وحاورناه حول ما جرى.\n\n"
        "• متى بدأ الهجوم؟\n– هاجموا الحي عند الفجر وقتلوا حارسين.\n\n"
        "• وماذا جرى بعد ذلك؟\n– قصفوا السوق مرتين."
    )
    assert [kind for _, kind, _ in told(text, "هاجموا")] == ["local-source"]
    assert [kind for _, kind, _ in told(text, "قصفوا")] == ["local-source"]
    assert told(text.replace("التقينا", "زرنا").replace("وحاورناه", "وسمعنا"), "قصفوا") == []


@pytest.mark.parametrize("after", ["، مع ضابط متقاعد", ""])
def test_relative_clause_about_the_voucher_is_not_his_word(after: str) -> None:
    text = f"وروى الشيخ حمد العبود، الذي خطفه مسلحون قبل عام{after}، أن القوات قصفوا البلدة."
    assert told(text, "خطفه") == []
    assert [kind for _, kind, _ in told(text, "قصفوا")] == ["local-source"]


def test_voucher_behind_an_inserted_clause_covers_that_clause_alone() -> None:
    text = "هاجموا الحاجز فجراً، فيما قصفوا، وفق ناشطين، محيط البلدة."
    assert told(text, "هاجموا") == []
    assert [kind for _, kind, _ in told(text, "قصفوا")] == ["activist"]


def test_country_that_heads_a_line_is_no_voucher() -> None:
    assert told("ليبيا: مسلحون قصفوا محيط المصفاة وسط الزاوية", "قصفوا") == []
    assert [k for _, k, _ in told("مصدر أمني: مسلحون قصفوا محيط المصفاة وسط الزاوية", "قصفوا")] == ["official"]


def test_named_outlet_stands_before_outlets_in_general() -> None:
    text = "كشفت مواقع محلية أن الطائرات قصفوا المخزن.\n\nوأكد مرصد السهول أن الطائرات قصفوا المخزن."
    assert [kind for _, kind, _ in told(text, "قصفوا")] == ["media"]


def test_the_press_at_large_is_no_link() -> None:
    text = "وأوضح مصدر أمني، في تصريح للإعلام، أن مسلحين قصفوا الحي."
    assert [kind for _, kind, _ in told(text, "قصفوا")] == ["official"]
