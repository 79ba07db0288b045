"""Whether a deed happened: denials, plans, fears, demands of an act, background."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.clauses import clear_verb, grammar, lemma_of
from marsad.read.names import match_name
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader

_SPEECH = frozenset(("demand", "accuse"))
_BACKWARD = frozenset(("بعد", "عقب", "اثر", "احتجاجا", "ردا", "بعدما", "خلفيه", "لرفض", "منذ", "جراء", "بسبب", "علي"))
_REACH = 9
_TERMS = frozenset(("قضى", "نص", "تضمن", "اشترط", "شمل"))
_WISHES = frozenset("تريد يريد يريدون تسعي يسعي تحاول يحاول يهدف تهدف ترغب اراد ارادت تنوي سعي سعت".split())


def judge(page: Page, reader: RoleReader, deeds: Sequence[Deed]) -> None:
    """Set `status` and `told` of the deeds of one sentence."""
    for deed in deeds:
        deed.status = _status(page, reader, deed)
        if _asked_for(page, reader, deed, deeds) or _purpose(page, deed) or _negated_noun(page, deed) or _habit(page, reader, deed):
            deed.told = False


def _status(page: Page, reader: RoleReader, deed: Deed) -> str:
    anchor = deed.trigger.light if deed.trigger.light is not None else deed.trigger.first
    anchor = min(anchor, deed.trigger.first)
    if _denied(page, reader, anchor):
        return "denied"
    if _negated(page, anchor):
        deed.told = deed.trigger.frame.syntax == "outcome" or any(denial_in(page, k) for k in range(reader.sentence.first, reader.sentence.last))
        return "denied"
    window = range(max(reader.sentence.first, anchor - _REACH), anchor)
    bound = _statement_start(page, reader, anchor)
    window = range(max(window.start, bound), anchor + 1)
    words = grammar(page)
    read = deed.trigger.verb
    if _has(page, window, words.fear_words) and not _has_after_colon(page, window):
        return "possible"
    if deed.type == "PROTEST" and any(page.form(k) in ("دعا", "ودعا", "دعوا", "دعوه", "دعوات", "دعت", "ودعت") for k in window):
        return "planned"
    if (read and read.particle == "س" and read.form.tense == "present") or _has(page, window, words.plan_words):
        return "planned"
    if _background(page, reader):
        return "historical"
    return "actual"


def _statement_start(page: Page, reader: RoleReader, anchor: int) -> int:
    """Where the statement around `anchor` begins: after the last deed before it."""
    earlier = [t.last for t in reader.triggers if t.first < anchor and t.frame.syntax not in ("demand",)]
    return max([reader.sentence.first, *earlier])


def _has(page: Page, window: range, phrases: Sequence[str]) -> bool:
    text = " " + " ".join(page.form(k) for k in window) + " "
    for phrase in phrases:
        if f" {phrase} " in text or f" و{phrase} " in text or f" ف{phrase} " in text:
            if phrase == "قد" and not _present_after(page, window):
                continue
            return True
    return False


def _present_after(page: Page, window: range) -> bool:
    for k in window:
        if page.form(k) in ("قد", "وقد"):
            return any(r.form.tense == "present" for r in page.verbs(k + 1))
    return False


def _habit(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """تشهد المنطقة اغتيالات شبه يومية: a habit is no event."""
    light = deed.trigger.light
    habit = light is not None and any(lemma_of(r) == "شهد" and r.form.tense == "present" for r in page.verbs(light))
    near = " ".join(page.form(k) for k in range(deed.trigger.first, min(reader.sentence.last, deed.trigger.last + 8)))
    return habit or "شبه يومي" in near or "بين الحين والاخر" in near


def _has_after_colon(page: Page, window: range) -> bool:
    return False


def _negated(page: Page, i: int) -> bool:
    """A particle of negation right before the verb: لم تخرج, ما انسحبت."""
    for k in (i - 1, i - 2):
        form = page.form(k)
        plain = form[1:] if form[:1] in ("و", "ف") else form
        if plain in ("لم", "لن", "لا", "ليس", "ليست", "دون", "بدون", "بلا", "عدم", "بعدم", "لعدم"):
            return k == i - 1 or plain not in ("لا", "دون")
        if plain == "ما" and k == i - 1 and any(r.form.tense == "past" and not r.conj for r in page.verbs(i)):
            return page.form(k - 1) not in ("،", "بعد", "علي", "وفق", "حسب", "كل")
    return False


def _denied(page: Page, reader: RoleReader, i: int) -> bool:
    """The deed stands in what a verb of denial denies."""
    words = grammar(page)
    for k in range(i - 1, max(reader.sentence.first, i - 24) - 1, -1):
        reads = page.verbs(k)
        if any(lemma_of(r) in words.denial_verbs for r in reads) or page.form(k) in ("نفي", "نفيه", "نفيها", "نافيا", "نافيه", "ونفي", "ينفي", "تنفي"):
            return not _breaks(page, reader, k + 1, i)
    after = " ".join(page.form(k) for k in range(i, min(reader.sentence.last, i + 16)))
    return "عار عن الصحه" in after or "عاريه عن الصحه" in after or " اشاعه" in after or "لا صحه ل" in " ".join(page.form(k) for k in range(max(reader.sentence.first, i - 8), i + 1))


def _breaks(page: Page, reader: RoleReader, first: int, last: int) -> bool:
    """A new finite statement begins in between (وأكد, فيما)."""
    for k in range(first, last):
        form = page.form(k)
        if form in ("فيما", "بينما", "لكن", "مؤكدا", "موكدا", "وان", "مشيرا", "موضحا", "؛", "الا"):
            return True
        read = clear_verb(page, k)
        if read and read.conj == "و" and page.form(k - 1) in "،":
            return True
    return False


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
        if form in _BACKWARD or form in ("فيما", "بينما", "لكن", "حيث", "وذلك", "؛", "وان", "وانه", "وانها", "قبل", "مقابل", "خوفا", "خشيه", "تحسبا", "يعني", "الا", "غير", "كان", "كانوا", "كانت"):
            return True
        read = clear_verb(page, k)
        if read and read.conj and read.form.tense == "past":
            return True
    return False


def _phrase_demand(page: Page, reader: RoleReader, i: int) -> bool:
    """A verb of asking that opened no deed of its own (دعا إلى ...)."""
    words = grammar(page)
    for k in range(i - 1, max(reader.sentence.first, i - 14) - 1, -1):
        lemmas = {lemma_of(r) for r in page.verbs(k)}
        if page.form(k) in ("،", ".", "بعد", "عقب") or i - k > 6 and not lemmas & _TERMS:
            if page.form(k) in ("،", ".", "بعد", "عقب"):
                return False
            continue
        if page.form(k) in _WISHES:
            return True
        if lemmas & _TERMS and not any(t.first == k for t in reader.triggers):
            return True
        if lemmas & {"طالب", "رفض", "هدد", "لوح", "توعد"} and page.form(k + 1) not in ("ان",):
            return not any(t.first == k for t in reader.triggers)
    del words
    return False


def _purpose(page: Page, deed: Deed) -> bool:
    """لاستهداف, بهدف إخلاء: a purpose is no deed."""
    trigger = deed.trigger
    if trigger.verb is not None or trigger.light is not None and trigger.light_kind == "patient":
        return False
    if deed.type in ("MOBILIZE", "COERCE", "RETREAT") and any(page.form(k) in ("محاوله", "محاولات", "محاولته") for k in range(trigger.first - 14, trigger.first)):
        return not any(page.form(k) in ("بعد", "احبطت", "احبط") for k in range(trigger.first - 3, trigger.first))
    if trigger.frame.syntax == "outcome" or trigger.frame.id in ("repel",):
        return False
    if trigger.peel and trigger.peel.prep == "ل" and not trigger.peel.definite:
        before = page.form(trigger.first - 1)
        return before not in ("نتيجه", "تعرضت", "تعرض")
    words = grammar(page)
    return any(_ends_with(page, trigger.first, phrase) for phrase in words.purpose)


def _ends_with(page: Page, i: int, phrase: str) -> bool:
    parts = phrase.split()
    return [page.form(k) for k in range(i - len(parts), i)] == parts


def _negated_noun(page: Page, deed: Deed) -> bool:
    """دون وقوع, عدم تسجيل, أي: the absence of a deed is none."""
    if deed.status == "denied" and deed.trigger.frame.syntax == "outcome":
        return True
    if deed.trigger.verb is None:
        window = [page.form(k) for k in range(deed.trigger.first - 3, deed.trigger.first)]
        return any(w in ("دون", "عدم", "بدون", "بلا") for w in window) and deed.status != "denied"
    return False


def _background(page: Page, reader: RoleReader) -> bool:
    """The sentence opens as background: ويذكر أن, وسبق أن, وكانت ... قد."""
    words = grammar(page)
    first = reader.sentence.first
    head = " ".join(page.form(k) for k in range(first, min(reader.sentence.last, first + 7)))
    for phrase in words.background:
        if phrase in ("وكان", "وكانت", "كانوا", "وكانوا"):
            if head.startswith(phrase + " ") and (" قد " in f" {head} " or _any_kad(page, reader)):
                return True
        elif head.startswith(phrase + " ") or f" {phrase} " in f" {head} " and phrase in ("سبق", "وسبق", "يذكر", "ويذكر", "يشار", "ويشار"):
            return True
    return False


def _any_kad(page: Page, reader: RoleReader) -> bool:
    first = reader.sentence.first
    return any(page.form(k) == "قد" for k in range(first, min(reader.sentence.last, first + 14)))


def denial_in(page: Page, i: int) -> bool:
    """Token `i` is a verb of denial."""
    return match_name(page, i) is None and any(lemma_of(r) in grammar(page).denial_verbs for r in page.verbs(i))
