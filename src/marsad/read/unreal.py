"""Deeds that a report names without telling them: demands, purposes, terms, conditions, habits, absences."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.clauses import clear_verb, grammar, lemma_of
from marsad.read.denials import Denial, denied_at
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader

_BACKWARD = frozenset(("بعد", "عقب", "اثر", "احتجاجا", "ردا", "بعدما", "خلفيه", "لرفض", "منذ", "جراء", "بسبب", "علي"))
_DEATHS = frozenset("مقتل اغتيال وفاه اصابه استشهاد تصفيه بمقتل باصابه".split())
_DEALS = frozenset("بنود بنودها بنوده شروط شروطها نصت تضمنت تضمن نص اتفاق وثيقه تسويه صلح مطالب مطالبهم".split())
_TERMS = frozenset(("قضى", "نص", "تضمن", "اشترط", "شمل"))
_WISHES = frozenset("تريد يريد يريدون تسعي يسعي تحاول يحاول يهدف تهدف ترغب اراد ارادت تنوي سعي سعت".split())
_AVERTED = frozenset("تجنيب تجنيبها تجنيبه تجنب لتجنب لتجنيب تفادي لتفادي تفاديا تجنبا درء لدرء".split())
_ABLE = ("قادر", "قدر", "القدر", "بوسع", "بامكان", "بمقدور", "يستطيع", "تستطيع", "نستطيع")


def happens(page: Page, reader: RoleReader, deed: Deed, deeds: Sequence[Deed], denials: Sequence[Denial]) -> bool:
    """Whether `deed` is told at all: not only asked for, aimed at, agreed on, foiled, averted or a condition."""
    return not (
        _asked_for(page, reader, deed, deeds)
        or _purpose(page, deed)
        or _negated_noun(page, deed, denials)
        or _habit(page, reader, deed)
        or _condition(page, reader, deed)
        or _unreal(page, deed)
        or _foiled(page, deed)
        or _agreed(page, deed, deeds)
        or _listed_term(page, reader, deed)
        or _stops(page, deed, deeds)
        or (deed.trigger.verb is None and any(d.back and d.first <= deed.trigger.first < d.last for d in denials))
        or any(o.trigger.light == deed.trigger.first and o.type == deed.type and o is not deed for o in deeds)
    )


def _unreal(page: Page, deed: Deed) -> bool:
    """تجنيب المنطقة الغارات, قادرة على إخراجها: averted, or only within somebody's power."""
    anchor = min(deed.trigger.light if deed.trigger.light is not None else deed.trigger.first, deed.trigger.first)
    near = [page.form(k) for k in range(max(anchor - 3, 0), deed.trigger.first)]
    able = (any(f.startswith(_ABLE) and len(f) <= 10 for f in near) and "علي" in near) or any(
        f.startswith(_ABLE[3:]) for f in near
    )
    return (able and deed.status == "actual") or (deed.trigger.verb is None and any(f in _AVERTED for f in near))


def _agreed(page: Page, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """اتفق المجتمعون على تسليم الحاجز: what a deal sets is its term."""
    first = deed.trigger.first
    if (
        deed.trigger.verb is not None
        or deed.mode == "ceasefire"
        or deed.status != "actual"
        or (page.form(first - 1) != "علي" and not deed.trigger.definite)
    ):
        return False
    if page.form(first - 1) == "علي" and any(
        page.form(k).removeprefix("ال") in ("اتفاق", "تفاهم") for k in (first - 2, first - 3)
    ):
        return True
    window = range(max(0, first - 7), first - 1)
    return any(
        lemma_of(r) in ("اتفق", "توافق", "تفاهم") and r.form.tense == "past" for k in window for r in page.verbs(k)
    ) and "علي" in [page.form(k) for k in (first - 1, first - 2)]


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
        if form in ("ان", "وان") and page.form(k + 1) == "لم" and k + 1 == anchor - 1:
            return True
    return False


def _habit(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """تشهد المنطقة اغتيالات شبه يومية: a habit is no event."""
    light = deed.trigger.light
    habit = light is not None and any(lemma_of(r) == "شهد" and r.form.tense == "present" for r in page.verbs(light))
    near = " ".join(page.form(k) for k in range(deed.trigger.first, min(reader.sentence.last, deed.trigger.last + 8)))
    return habit or "شبه يومي" in near or "بين الحين والاخر" in near


def _asked_for(page: Page, reader: RoleReader, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """The deed is what another one asks for, threatens, refuses or prevents."""
    i = deed.trigger.first
    if deed.trigger.participle:  # ملوّحين: a deed of the main clause's subject
        return False
    for other in deeds:
        if other is deed or other.complement is None or other.trigger.frame.syntax not in ("demand", "bar"):
            continue
        if other.complement <= i and not _breaks_demand(page, reader, other, i):
            return True
    return _phrase_demand(page, reader, i)


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
            "الا",
            "غير",
            "كان",
            "كانوا",
            "كانت",
        ):
            return True
        read = clear_verb(page, k)
        if read and read.conj and read.form.tense == "past":
            return True
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
        if page.form(k) in ("،", ".", "بعد", "عقب") or (i - k > 6 and not lemmas & _TERMS):
            if page.form(k) in ("،", ".", "بعد", "عقب"):
                return False
            continue
        if page.form(k) in _WISHES:
            return True
        if lemmas & _TERMS and not any(t.first == k for t in reader.triggers):
            return True
        if lemmas & {"طالب", "رفض", "هدد", "لوح", "توعد"} and page.form(k + 1) not in ("ان",):
            return not any(t.first == k for t in reader.triggers)
    return False


def _purpose(page: Page, deed: Deed) -> bool:
    """لاستهداف, بهدف إخلاء: a purpose is no deed."""
    trigger = deed.trigger
    aimed = page.form(trigger.first - 1) in ("مسعي", "سعي", "محاوله", "خطوه", "مسعاه")
    if deed.status in ("denied", "planned", "possible") and trigger.peel and trigger.peel.prep == "ل" and not aimed:
        return False
    to = trigger.peel is not None and trigger.peel.prep == "ل"
    if (trigger.verb is not None and not to) or (trigger.light is not None and trigger.light_kind == "patient"):
        return False
    if deed.type in ("MOBILIZE", "COERCE", "RETREAT") and any(
        page.form(k) in ("محاوله", "محاولات", "محاولته") for k in range(trigger.first - 14, trigger.first)
    ):
        return not any(page.form(k) in ("بعد", "احبطت", "احبط") for k in range(trigger.first - 3, trigger.first))
    if trigger.frame.syntax == "outcome" or trigger.frame.id in ("repel",):
        return False
    if (
        not aimed
        and trigger.light is not None
        and any(lemma_of(r) in grammar(page).plans for r in page.verbs(trigger.light))
    ):
        return False  # تستعد لإقامة: the plan itself
    if trigger.peel and trigger.peel.prep == "ل" and not trigger.peel.definite:
        before = page.form(trigger.first - 1)
        return before not in ("نتيجه", "تعرضت", "تعرض")
    words = grammar(page)
    return any(_ends_with(page, trigger.first, phrase) for phrase in words.purpose)


def _ends_with(page: Page, i: int, phrase: str) -> bool:
    parts = phrase.split()
    return [page.form(k) for k in range(i - len(parts), i)] == parts


def _negated_noun(page: Page, deed: Deed, denials: Sequence[Denial]) -> bool:
    """دون وقوع, عدم تسجيل, أي: the absence of a deed is none; a death that somebody denies is told (نفى مقتله)."""
    bare = any(
        page.form(k) in ("دون", "عدم", "بدون", "بلا", "لم") for k in range(deed.trigger.first - 3, deed.trigger.first)
    )
    if deed.status == "denied" and deed.trigger.frame.syntax == "outcome":
        borne = any((c.id and c.id != "unknown") or c.kind == "person" for c in deed.recipients)
        named = page.form(deed.trigger.first) in _DEATHS
        return bare or not borne or not named or denied_at(page, denials, deed.trigger.first) is None
    return deed.trigger.verb is None and bare and deed.status != "denied"
