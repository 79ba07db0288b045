"""Deeds that a report names without telling them: demands, purposes, terms, conditions, habits, absences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from marsad.read.clauses import clear_verb, grammar, lemma_of
from marsad.read.denials import Denial, denied_at
from marsad.read.habits import habitual
from marsad.read.lexicon import peels
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader

_BACKWARD = frozenset(("بعد", "عقب", "اثر", "احتجاجا", "ردا", "بعدما", "خلفيه", "لرفض", "منذ", "جراء", "بسبب", "علي"))
_DEATHS = frozenset("مقتل اغتيال وفاه اصابه استشهاد تصفيه بمقتل باصابه".split())
_DEALS = frozenset("بنود بنودها بنوده شروط شروطها نصت تضمنت تضمن نص اتفاق وثيقه تسويه صلح مطالب مطالبهم".split())
_FACTS = frozenset("نتيجه تعرضت تعرض تعرضوا تعرضهم تعرضه تعرضها خضع خضعت نظرا تبعا".split())
_REACTS = ("ادان", "استنكار", "رفض", "شجب", "تعرض")
_TABLED = frozenset("تقدم تقدمت تقدموا".split())
_TABLED_BY = frozenset("قدمه قدمته وجهه وجهته قدموه".split())
_TALKS = frozenset(("حاور", "ناقش", "بحث", "تحدث", "سأل", "تباحث"))
_OUGHT = frozenset("ضروره وجوب اهميه لزوم حتميه استحاله صعوبه حق ضروريه".split())
_GOVERNS = frozenset(
    "لمواصله لتنفيذ لشن لبدء لاستكمال لوقف لمنع بوقف وقف ايقاف لايقاف لانهاء لاستيناف لتفادي لمنعها لمواجهه".split()
)
_CALLS = frozenset(("دعا", "حرض", "حث", "أهاب"))
_MUST = frozenset("ينبغي يجب يتعين يتوجب يلزم الضروري ضروري المفروض المطلوب مطلوب بد لابد".split())
_PROTESTED = frozenset(
    "للتنديد تنديدا للاحتجاج احتجاجا استنكارا للاستنكار رفضا تضامنا للتضامن لاستنكار لرفض احتجاج".split()
)
_TERMS = frozenset(("قضى", "نص", "تضمن", "اشترط", "شمل"))
_WISHES = frozenset("تريد يريد يريدون تسعي يسعي تحاول يحاول يهدف تهدف ترغب اراد ارادت تنوي سعي سعت".split())
_AVERTED = frozenset("تجنيب تجنيبها تجنيبه تجنب لتجنب لتجنيب تفادي لتفادي تفاديا تجنبا درء لدرء".split())
_ABLE = ("قادر", "قدر", "القدر", "بوسع", "بامكان", "بمقدور", "يستطيع", "تستطيع", "نستطيع")


def happens(page: Page, reader: RoleReader, deed: Deed, deeds: Sequence[Deed], denials: Sequence[Denial]) -> bool:
    """Whether `deed` is told at all: not only asked for, aimed at, agreed on, foiled, averted or a condition."""
    return not (
        _asked_for(page, reader, deed, deeds)
        or _purpose(page, deed)
        or _for_use(page, deed)
        or _negated_noun(page, deed, denials)
        or habitual(page, reader, deed)
        or _condition(page, reader, deed)
        or _unreal(page, deed)
        or _foiled(page, deed)
        or _asked(page, reader, deed)
        or _cut_off(page, deed, deeds)
        or _of_captives(page, deed)
        or _shut_shops(page, deed)
        or _grievance(page, deed)
        or _in_protest(page, deed, deeds)
        or _blamed(page, deed, deeds)
        or _talked_of(page, deed)
        or _needed(page, reader, deed)
        or _agreed(page, deed, deeds)
        or _listed_term(page, reader, deed)
        or _refused(deed, deeds)
        or _interview(page, deed)
        or _stops(page, deed, deeds)
        or (deed.trigger.verb is None and any(d.back and d.first <= deed.trigger.first < d.last for d in denials))
        or any(o.trigger.light == deed.trigger.first and o.type == deed.type and o is not deed for o in deeds)
    )


def _refused(deed: Deed, deeds: Sequence[Deed]) -> bool:
    """رفض X توجيهات Y بالخروج: the demand that is refused is told by the refusal."""
    if deed.type != "REQUEST" or deed.trigger.verb is not None:
        return False
    return any(o.type == "REJECT" and 0 < deed.trigger.first - o.trigger.last <= 6 for o in deeds)


def _interview(page: Page, deed: Deed) -> bool:
    """قال فلان، في اتصال هاتفي مع كذا: how the report spoke with its source."""
    if deed.trigger.frame.id != "call" or deed.trigger.verb is not None or deed.trigger.light is not None:
        return False
    inside = page.form(deed.trigger.first - 1) in ("في", "خلال", "عبر")
    return inside and len({c.id for c in deed.actors if c.id}) < 2


_HOUSES = frozenset("مركزا مركز مكتبا مكتب نقطه معسكرا معسكر مقرا مقر مستودعا مستودع ورشه مصنعا مصنع غرفه".split())


def _for_use(page: Page, deed: Deed) -> bool:
    """مركزاً لتوزيع المساعدات: what a building is for."""
    first = min(k for k in (deed.trigger.first, deed.trigger.light) if k is not None)
    return (
        deed.trigger.verb is None and page.form(first)[:1] == "ل" and page.form(first - 1).removeprefix("و") in _HOUSES
    )


def _unreal(page: Page, deed: Deed) -> bool:
    """تجنيب المنطقة الغارات, قادرة على إخراجها: averted, or only within somebody's power."""
    anchor = min(deed.trigger.light if deed.trigger.light is not None else deed.trigger.first, deed.trigger.first)
    near = [page.form(k) for k in range(max(anchor - 3, 0), deed.trigger.first)]
    able = (any(f.startswith(_ABLE) and len(f) <= 10 for f in near) and "علي" in near) or any(
        f.startswith(_ABLE[3:]) for f in near
    )
    return (able and deed.status == "actual") or (deed.trigger.verb is None and any(f in _AVERTED for f in near))


def _of_captives(page: Page, deed: Deed) -> bool:
    """تم اقتياد المعتقلين إلى السجن: those already taken are only led away."""
    word = page.form(deed.trigger.first).removeprefix("و").removeprefix("ب")
    if deed.trigger.frame.id != "arrest" or not word.startswith("اقتيا"):
        return False
    near = range(deed.trigger.last, deed.trigger.last + 3)
    return any(page.form(k).startswith(("المعتقل", "الموقوف", "المحتجز")) for k in near)


def _shut_shops(page: Page, deed: Deed) -> bool:
    """إغلاق التجار لمحلاتهم: people shut their own shops."""
    if deed.trigger.frame.id != "bar" or any(c.id != "civilians" for c in (*deed.actors, *deed.recipients)):
        return False
    near = range(deed.trigger.last, deed.trigger.last + 6)
    return any(page.form(k).removeprefix("ل").removeprefix("ال").startswith(("محلات", "محال", "متاجر")) for k in near)


def _cut_off(page: Page, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """أسفرت الغارات عن قطع الطريق: nobody protests where a strike closes the road."""
    if deed.type != "PROTEST" or deed.mode != "obstruct" or any(c.id for c in deed.actors):
        return False
    struck = any(o.type == "ASSAULT" and o.trigger.first < deed.trigger.first for o in deeds)
    window = (page.form(k).removeprefix("و") for k in range(max(0, deed.trigger.first - 12), deed.trigger.first))
    return struck and any(w.startswith(("اسفر", "ادي", "ادت", "تسبب", "تودي", "يودي")) for w in window)


def _grievance(page: Page, deed: Deed) -> bool:
    """للتنديد بقصف البلدة, احتجاجاً على اعتقال ناشط: what a protest is about is only pointed at."""
    first = deed.trigger.first
    if deed.trigger.verb is not None:
        return False
    before = [page.form(k) for k in (first - 1, first - 2)]
    return any(w.removeprefix("و") in _PROTESTED for w in before[: 2 if before[0] in ("علي", "ضد", "مع") else 1])


def _in_protest(page: Page, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """خرجت مظاهرة تنديداً بكذا، رفضاً لكذا: the protest's own reason is no deed beside it."""
    if deed.type not in ("ACCUSE", "REJECT", "SUPPORT") or deed.trigger.verb is not None:
        return False
    why = page.form(deed.trigger.first).removeprefix("و") in _PROTESTED
    return why and any(o.type == "PROTEST" and o.trigger.first < deed.trigger.first for o in deeds)


def _blamed(page: Page, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """اتهم X Y بنهب النفط, حمّله مسؤولية مقتله: what one is accused of, unless it is told with its place."""
    first, peel = deed.trigger.first, deed.trigger.peel
    if deed.trigger.verb is not None or deed.status != "actual" or deed.type == "ACCUSE":
        return False
    accused = any(o.type == "ACCUSE" and o.mode == "allege" and o.trigger.first < first for o in deeds)
    near = [page.form(k) for k in range(max(0, first - 3), first)]  # مسؤولية شن الغارة, المسؤولية عن الهجوم
    guilt = any(w.endswith("مسووليه") for w in near)
    own = deed.place is not None and deed.place.first > first
    return (accused and guilt) or (accused and peel is not None and peel.prep == "ب" and not own)


def _needed(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """ضرورة انسحاب القوات, حق المقاومة في قصفها; لولا كذا: what ought to be or would have been."""
    first = deed.trigger.first
    if _obliged(page, reader, first):
        return True
    if deed.status == "possible" and any(
        page.form(k) == "لولا" for k in range(reader.sentence.first, reader.sentence.last)
    ):
        return True
    if deed.trigger.verb is not None or deed.status == "denied":
        return False
    before = page.form(first - 1)
    if deed.status == "actual" and (before in _GOVERNS or (before == "قبل" and deed.trigger.frame.id == "arrive")):
        return True
    return any(page.form(k).lstrip("وبل") in _OUGHT or page.form(k) in _OUGHT for k in (first - 1, first - 2))


def _obliged(page: Page, reader: RoleReader, first: int) -> bool:
    """ينبغي أن تنسحب, لو أن القوات قصفت: what is owed, or only imagined."""
    for k in range(first - 1, max(reader.sentence.first, first - 9) - 1, -1):
        form = page.form(k)
        if form in "،,؛." or form in _BACKWARD - {"علي"}:
            return False
        if form.removeprefix("و") in _MUST or form in ("لو", "ولو", "لولا"):
            return True
    return False


def _talked_of(page: Page, deed: Deed) -> bool:
    """حاورناه حول هجمات التنظيم: a matter that is talked about."""
    first = deed.trigger.first
    if deed.trigger.verb is not None or page.form(first - 1) not in ("حول", "عن", "بشان", "بخصوص"):
        return False
    return any(lemma_of(r) in _TALKS for k in range(first - 5, first - 1) for r in page.verbs(k)) and not deed.counts


def _asked(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """كيف ستنسحب القوات؟ ومن قصف البلدة؟: a question tells nothing."""
    last = reader.sentence.last
    return page.form(last) in ("؟", "?") and page.tokens[last].kind == "punct" and last - deed.trigger.first < 25


def _agreed(page: Page, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """اتفق المجتمعون على تسليم الحاجز: what a deal sets is its term."""
    first = deed.trigger.first
    if _heads_terms(page, deed, deeds):
        return True
    if (
        deed.trigger.verb is not None
        or deed.mode == "ceasefire"
        or deed.status != "actual"
        or (page.form(first - 1) != "علي" and not deed.trigger.definite and not _further_term(page, deed))
    ):
        return False
    if _further_term(page, deed):
        return True
    if page.form(first - 1) == "علي" and any(
        page.form(k).removeprefix("ال") in ("اتفاق", "تفاهم") for k in (first - 2, first - 3)
    ):
        return True
    window = range(max(0, first - 7), first - 1)
    return any(
        lemma_of(r) in ("اتفق", "توافق", "تفاهم") and r.form.tense == "past" for k in window for r in page.verbs(k)
    ) and "علي" in [page.form(k) for k in (first - 1, first - 2)]


_FOREMOST = frozenset("ابرزها اهمها بينها منها اولها ابرزه اهمه تضمن تضمنت يتضمن تتضمن يشمل تشمل ينص تنص".split())


def _heads_terms(page: Page, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """تفاهم من ثلاثة بنود أبرزها السماح بكذا: the first of the terms."""
    first = deed.trigger.first
    dealt = any(o.type == "AGREE" and o.trigger.first < first for o in deeds)
    return deed.trigger.verb is None and dealt and bool({page.form(first - 1), page.form(first - 2)} & _FOREMOST)


def _further_term(page: Page, deed: Deed) -> bool:
    """اتفقوا على تسليم السلاح وانسحاب المقاتلين: one more thing agreed on."""
    first, peel = deed.trigger.first, deed.trigger.peel
    if peel is None or not peel.conj or peel.definite:
        return False
    on = next((k for k in range(first - 2, max(0, first - 10), -1) if page.form(k) == "علي"), None)
    if on is None or any(clear_verb(page, k) or page.form(k) in "،." for k in range(on + 1, first)):
        return False
    return any(lemma_of(r) in ("اتفق", "توافق", "تفاهم") for k in range(max(0, on - 8), on) for r in page.verbs(k))


def _listed_term(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """1- تسليم البنادق: a numbered noun under "the terms are:" is a term of the deal."""
    first = reader.sentence.first
    token = page.tokens[first]
    numbered = token.kind == "number" or page.form(first) in ("اولا", "ثانيا", "ثالثا", "رابعا", "خامسا", "-", "•")
    if (
        not numbered
        or deed.trigger.verb is not None
        or deed.trigger.light is not None
        or deed.trigger.first - first > 3
    ):
        return False
    above = [page.form(k) for k in range(max(0, first - 160), first)]
    return any(f.removeprefix("و").removeprefix("ال") in _DEALS for f in above) and ":" in above


def _foiled(page: Page, deed: Deed) -> bool:
    """أحبطت محاولة تفجير: what was only tried and foiled has not happened; the foiling is its own deed."""
    first = deed.trigger.first
    if deed.trigger.verb is not None or deed.type != "ASSAULT" or deed.trigger.frame.id == "repel":
        return False
    if not any(
        page.form(k).removeprefix("ال") in ("محاوله", "محاولات", "مخطط", "مخططا") for k in range(first - 3, first)
    ):
        return False
    return any(lemma_of(r) in ("أحبط", "أفشل") for k in range(max(0, first - 14), first) for r in page.verbs(k)) or any(
        page.form(k) in ("احباط", "افشال") for k in range(first - 4, first)
    )


def _in_case(page: Page, i: int) -> bool:
    return (page.form(i) in ("في", "وفي") and page.form(i + 1) == "حال") or page.form(i) == "حال"


def _stops(page: Page, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """اتفاق على وقف إطلاق النار: a deal whose only content is that fighting stops is that stop."""
    stops = (
        [o for o in deeds if o.mode == "ceasefire" and o.trigger.first > deed.trigger.first]
        if deed.type == "AGREE"
        else []
    )
    for other in stops:
        k = other.trigger.first
        if page.form(k - 1) == "علي" and any(
            page.form(j).removeprefix("ال")[:4] in ("اتفا", "تفاه", "هدنه") for j in (k - 2, k - 3)
        ):
            return True
    return False


def _condition(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """إذا استؤنفت الرحلات, إن لم تفرج: what a clause of condition names has not happened."""
    first = deed.clause[0]
    if (deed.status == "planned" and page.form(reader.sentence.first) in ("اذا", "واذا", "لو", "ان")) or (
        _in_case(page, reader.sentence.first) and deed.status == "planned"
    ):
        return True
    anchor = min(deed.trigger.light if deed.trigger.light is not None else deed.trigger.first, deed.trigger.first)
    for k in range(anchor - 1, max(first, anchor - 5) - 1, -1):
        form = page.form(k)
        if form in ("اذا", "واذا", "لو", "ولو", "لولا") or (form == "ما" and page.form(k - 1) in ("اذا", "حال")):
            return True
        if form in ("هل", "وهل", "فهل"):
            return True
        if form == "حال" and page.form(k - 1) in ("في", "وفي"):
            return True
        if form in ("ان", "وان", "ما", "وما") and page.form(k + 1) == "لم" and k + 1 == anchor - 1:
            return True
    return False


def _asked_for(page: Page, reader: RoleReader, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """The deed is what another one asks for, threatens, refuses or prevents."""
    i = deed.trigger.first
    if (
        _put_forward(page, deed) or deed.trigger.participle or deed.trigger.frame.syntax == "warn"
    ):  # ملوّحين: a deed of the main clause's subject
        return False
    for other in deeds:
        if other is deed or other.complement is None or other.trigger.frame.syntax not in ("demand", "bar"):
            continue
        if other.complement <= i and not _breaks_demand(page, reader, other, i):
            return True
        if deed.trigger.verb is None and any(c.first <= i < c.last for c in other.recipients):
            return True  # منعت X رتلاً لـY من المرور: the column that did not pass
    return _phrase_demand(page, reader, i)


def _put_forward(page: Page, deed: Deed) -> bool:
    """رفضت طلباً تقدّم به X: the demand is told with its maker."""
    if deed.type != "REQUEST" or deed.trigger.verb is not None:
        return False
    near = [page.form(k) for k in range(deed.trigger.last, deed.trigger.last + 4)]
    return any(a in _TABLED and b == "به" for a, b in pairwise(near)) or bool(set(near) & _TABLED_BY)


def _breaks_demand(page: Page, reader: RoleReader, other: Deed, i: int) -> bool:
    assert other.complement is not None
    for k in range(other.complement + 1, i + 1):
        form = page.form(k)
        if form in _BACKWARD or form in (
            "فيما",
            "بينما",
            "لكن",
            "حيث",
            "وذلك",
            "؛",
            "وان",
            "وانه",
            "وانها",
            "قبل",
            "مقابل",
            "خوفا",
            "خشيه",
            "تحسبا",
            "يعني",
            "موكدا",
            "موكده",
            "مشيرا",
            "مشيره",
            "موضحا",
            "موضحه",
            "الا",
            "غير",
            "كان",
            "كانوا",
            "كانت",
        ):
            return True
        read = clear_verb(page, k)
        if read and read.form.tense == "past" and (read.conj or (read.suffix and page.form(k - 1) != "ما")):
            return True  # طالب بالإفراج عن اثنين أوقفتهما دورية: what was done to them is told
    return False


def _phrase_demand(page: Page, reader: RoleReader, i: int) -> bool:
    """A verb of asking that opened no deed of its own (دعا إلى ..., أمر باعتقال)."""
    if page.form(i).startswith("ب") and any(
        lemma_of(r) == "أمر" and not r.suffix
        for k in range(max(reader.sentence.first, i - 5), i)
        for r in page.verbs(k)
    ):
        return True
    for k in range(i - 1, max(reader.sentence.first, i - 14) - 1, -1):
        lemmas = {lemma_of(r) for r in page.verbs(k)}
        if (
            lemmas & _CALLS
            and page.form(i - 1) in ("الي", "علي")
            and not any(t.first == k or (t.first == i and t.frame.type == "PROTEST") for t in reader.triggers)
        ):
            return True  # دعا الناشطون إلى قصف المواقع; a called protest is planned
        if page.form(k) in ("،", ".", "بعد", "عقب") or (i - k > 6 and not lemmas & _TERMS):
            if page.form(k) in ("،", ".", "بعد", "عقب"):
                return False
            continue
        if page.form(k) in _WISHES or page.form(k) in ("القاضي", "القاضيه"):
            return True
        if lemmas & _TERMS and not any(t.first == k for t in reader.triggers):
            return True
        if lemmas & {"طالب", "رفض", "هدد", "لوح", "توعد"} and page.form(k + 1) not in ("ان",):
            return not any(t.first == k for t in reader.triggers)
    return False


def _purpose(page: Page, deed: Deed) -> bool:
    """لاستهداف, بهدف إخلاء: a purpose is no deed."""
    trigger = deed.trigger
    if any(page.form(k) == "تمهيدا" for k in range(trigger.first - 3, trigger.first)):
        return True
    aimed = page.form(trigger.first - 1) in ("مسعي", "سعي", "محاوله", "خطوه", "مسعاه")
    if deed.status in ("denied", "planned", "possible") and trigger.peel and trigger.peel.prep == "ل" and not aimed:
        return False
    to = trigger.peel is not None and trigger.peel.prep == "ل"
    if (trigger.verb is not None and not to) or (trigger.light is not None and trigger.light_kind == "patient"):
        return False
    if trigger.frame.id in ("aid-sent", "aid-convoy") and page.form(trigger.first - 1) in _TO_GIVE:
        return True
    if deed.type in ("MOBILIZE", "COERCE", "RETREAT") and _attempted(page, trigger.first):
        return not any(page.form(k) in ("بعد", "احبطت", "احبط") for k in range(trigger.first - 3, trigger.first))
    if trigger.frame.syntax == "outcome" or trigger.frame.id in ("repel",):
        return False
    if (
        not aimed
        and trigger.light is not None
        and any(lemma_of(r) in grammar(page).plans for r in page.verbs(trigger.light))
    ):
        return False  # تستعد لإقامة: the plan itself
    if trigger.peel and trigger.peel.prep == "ل":
        before = page.form(trigger.first - 1).removeprefix("و")
        fact = before in _FACTS or before.startswith(_REACTS)
        fact = fact or any(page.form(k).endswith("حصيله") for k in range(trigger.first - 4, trigger.first))
        aims = deed.type in ("ACCUSE", "SUPPORT", "PROTEST", "REQUEST") or trigger.frame.id == "clash"
        return not fact and (not trigger.peel.definite or aims)
    words = grammar(page)
    return any(_ends_with(page, trigger.first, phrase) for phrase in words.purpose) or _joined_purpose(page, deed)


_TO_GIVE = frozenset("لتوزيع لايصال لتقديم لاستلام لتسلم لادخال لتخزين".split())  # مركز لتوزيع المساعدات


def _joined_purpose(page: Page, deed: Deed) -> bool:
    """لفرض الهدنة ومنع تجدد كذا, من أجل إنهاء كذا وبسط كذا: the second of two purposes."""
    trigger = deed.trigger
    if trigger.verb is not None or not (trigger.peel and trigger.peel.conj) or trigger.peel.definite or deed.counts:
        return False
    for k in range(trigger.first - 1, max(trigger.first - 10, -1), -1):
        if page.tokens[k].kind != "word" or clear_verb(page, k):
            return False
        aim = next((p for p in peels(page.form(k)) if p.prep == "ل" and not p.definite and not p.conj), None)
        if aim and aim.stem in page.lexicon.masdars:
            return True
        if any(_ends_with(page, k, phrase) for phrase in grammar(page).purpose):
            return True
    return False


def _attempted(page: Page, first: int) -> bool:
    """محاولة X الوصول إلى البلدة وإنشاء حواجز: all that hangs on an attempt is only tried."""
    for k in range(first - 1, max(-1, first - 46), -1):
        if page.form(k).removeprefix("ال") in ("محاوله", "محاولات", "محاولته", "محاولتها", "محاولتهم"):
            return True
        if page.form(k) in ".؛" or (first - k > 1 and clear_verb(page, k)):
            return False
    return False


def _ends_with(page: Page, i: int, phrase: str) -> bool:
    parts = phrase.split()
    return [page.form(k) for k in range(i - len(parts), i)] == parts


def _negated_noun(page: Page, deed: Deed, denials: Sequence[Denial]) -> bool:
    """دون وقوع, عدم تسجيل, أي: the absence of a deed is none; a death that somebody denies is told (نفى مقتله)."""
    bare = any(
        page.form(k).removeprefix("ل") in ("دون", "عدم", "بدون", "بلا", "لم")
        for k in range(deed.trigger.first - 3, deed.trigger.first)
    )
    if deed.status == "denied" and deed.trigger.frame.syntax == "outcome":
        borne = any((c.id and c.id != "unknown") or c.kind == "person" for c in deed.recipients)
        named = page.form(deed.trigger.first) in _DEATHS
        return bare or not borne or not named or denied_at(page, denials, deed.trigger.first) is None
    return deed.trigger.verb is None and bare and deed.status != "denied" and not deed.trigger.frame.negated
