"""Whether a deed happened: denials, plans, fears, demands of an act, background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from marsad.read.clauses import clear_verb, grammar, lemma_of
from marsad.read.denials import Denial, denied_at
from marsad.read.lexicon import VerbRead
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader
from marsad.read.sources_words import source_words

_SPEECH = frozenset(("demand", "accuse"))
_BACKWARD = frozenset(("بعد", "عقب", "اثر", "احتجاجا", "ردا", "بعدما", "خلفيه", "لرفض", "منذ", "جراء", "بسبب", "علي"))
_REACH = 9
_OLD_DAYS = 35
_SERIES_DAYS = 12  # what is dated by a month or a season is a series or long gone
_TAKES_UP = frozenset("لكن ولكن الا غير وقد وحينها وسلمه ثم ف".split())
_CUTS = frozenset("بعد عقب اثر ردا تنفيذا بموجب منذ جراء بسبب نتيجه احتجاجا بعدما".split())
_BEFORE_WHAT = frozenset("، بعد علي وفق حسب كل ان بان واصفا واصفه معتبرا معتبره عن من الي حول ل".split())
_DONE = frozenset(("ASSAULT", "COERCE", "RETREAT", "MOBILIZE", "COOPERATE", "AGREE", "CONSULT"))
_TERMS = frozenset(("قضى", "نص", "تضمن", "اشترط", "شمل"))
# وقف الغارات, لتفادي القصف: a deed that is to stop or to be spared is not told.
_STOPPED = frozenset("وقف ووقف لوقف بوقف ايقاف لايقاف تفادي لتفادي تجنب لتجنب تجنيب لمنع انهاء لانهاء لمواصله ذريعه حجه".split())
_WISHES = frozenset("تريد يريد يريدون تسعي يسعي تحاول يحاول يهدف تهدف ترغب اراد ارادت تنوي سعي سعت".split())


def judge(page: Page, reader: RoleReader, deeds: Sequence[Deed], denials: Sequence[Denial] = ()) -> None:
    """Set `status` and `told` of the deeds of one sentence, of which `denials` are the denials."""
    for deed in deeds:
        deed.status = _status(page, reader, deed, denials)
        _promise(page, deed)
        if (
            _asked_for(page, reader, deed, deeds)
            or _purpose(page, deed)
            or _negated_noun(page, deed)
            or _habit(page, reader, deed)
            or _condition(page, reader, deed)
            or _unreal(page, deed)
            or _foiled(page, deed)
            or _stops(page, deed, deeds)
            or deed.trigger.verb is None and any(d.back and d.first <= deed.trigger.first < d.last for d in denials)
            or any(o.trigger.light == deed.trigger.first and o.type == deed.type and o is not deed for o in deeds)
        ):
            deed.told = False


def settle_age(page: Page, deeds: Sequence[Deed]) -> None:
    """What lies long before the report, or before the other deeds of an undated one, is historical; what lies ahead planned."""
    now = page.report.published
    today = now or max((end for d in deeds if d.status == "actual" and (end := _day(d, "end"))), default=None)
    before: Deed | None = None
    for deed in deeds:
        start, end = _day(deed, "start"), _day(deed, "end")
        if deed.status == "actual" and today and end and (today - end).days > _OLD_DAYS:
            deed.status = "historical"
        elif deed.status == "actual" and start and end and (end - start).days >= _SERIES_DAYS and deed.type != "MOBILIZE":
            deed.status = "historical"
            deed.rules.append("series")
        elif deed.status == "actual" and now and start and start > now:
            deed.status = "planned"
        elif deed.status == "actual" and deed.time is None and before and _goes_on(page, before, deed):
            deed.status = "historical"
        before = deed


def _day(deed: Deed, edge: str) -> date | None:
    found = getattr(deed.time, edge, None)
    return found if isinstance(found, date) else None


def _goes_on(page: Page, before: Deed, deed: Deed) -> bool:
    """The deed follows one of long ago, in its sentence or in one that takes it up (لكن الحرس رفض)."""
    if before.status != "historical" or "series" in before.rules or deed.type == "ACCUSE":
        return False
    if before.sentence == deed.sentence:
        return deed.trigger.first > before.trigger.first
    here, there = page.sentences[deed.sentence], page.sentences[before.sentence]
    return here.paragraph == there.paragraph and deed.sentence == before.sentence + 1 and page.form(here.first) in _TAKES_UP


def _status(page: Page, reader: RoleReader, deed: Deed, denials: Sequence[Denial]) -> str:
    anchor = deed.trigger.light if deed.trigger.light is not None else deed.trigger.first
    anchor = min(anchor, deed.trigger.first)
    cut = max((k for k in range(max(reader.sentence.first, deed.trigger.first - _REACH), deed.trigger.first) if page.form(k) in _CUTS), default=-1)
    anchor = anchor if cut < anchor else deed.trigger.first
    if denied_at(page, denials, deed.trigger.first) is not None:
        return "denied"
    if _negated(page, anchor):
        taken_back = any(d.back and d.at < anchor for d in denials)
        deed.told = deed.trigger.frame.syntax == "outcome" or not taken_back and any(0 < anchor - d.at < 30 for d in denials) or _said_not_done(page, reader, deed, anchor)
        return "denied"
    window = range(max(reader.sentence.first, anchor - _REACH, _statement_start(page, reader, anchor), cut + 1), anchor + 1)
    words = grammar(page)
    ahead = not _past(page, deed, anchor)
    if ahead and (_has(page, window, words.fear_words) or _verb_of(page, window, words.fear_verbs)):
        return "possible"
    if deed.type == "PROTEST" and any(_called(page.form(k)) for k in window):
        return "planned"
    carriers = {deed.trigger.first, anchor} if deed.trigger.verb or anchor != deed.trigger.first else set()
    if any(r.particle == "س" and r.form.tense == "present" for k in carriers for r in page.verbs(k)):
        return "planned"
    if ahead and (_has(page, window, words.plan_words) or _verb_of(page, window, words.plans)):
        return "planned"
    return "historical" if _background(page, reader) else "actual"


def _called(form: str) -> bool:
    return form.removeprefix("و").removeprefix("ف") in ("دعا", "دعوا", "دعوه", "دعوات", "دعت", "دعوتهم", "يدعو", "تدعو")


def _past(page: Page, deed: Deed, anchor: int) -> bool:
    """The deed's own verb, or the verb that carries its noun, tells it as done; قد يكون leaves it open."""
    for k in {deed.trigger.first if deed.trigger.verb else anchor, anchor}:
        reads = [r for r in page.verbs(k) if _as_spoken(page, k, r)]
        if page.form(k).removeprefix("و") in page.lexicon.masdars and not any(r.suffix or r.particle for r in reads):
            continue
        if any(lemma_of(r) in ("أعلن", "نفى") for r in reads):
            continue
        control = any(lemma_of(r) in grammar(page).plans | grammar(page).fear_verbs for r in reads)
        if (deed.trigger.verb or k != deed.trigger.first) and reads and not control and all(r.form.tense == "past" for r in reads):
            return not any(page.form(j) in ("يكون", "تكون", "يكونوا") for j in range(anchor - 5, anchor))
    return False


def _as_spoken(page: Page, k: int, read: VerbRead) -> bool:
    """A present form of the third person begins with ي or ت; reports hardly say "I" (انسحب is "he withdrew")."""
    return read.form.tense != "present" or read.form.cell not in ("s1", "p1") or page.form(k)[:1] == "ن"


def _said_not_done(page: Page, reader: RoleReader, deed: Deed, anchor: int) -> bool:
    """A voucher says that somebody did not do it (قال إن القوات لم تنسحب): told as denied."""
    if page.form(anchor - 1) not in ("لم", "ما") or not deed.actors or deed.type not in _DONE:
        return False
    words = source_words(page)
    return any(words.does(page, k) for k in range(reader.sentence.first, anchor - 1))


def _verb_of(page: Page, window: range, lemmas: frozenset[str]) -> bool:
    return any(lemma_of(r) in lemmas and not r.suffix for k in window for r in page.verbs(k))


_AVERTED = frozenset("تجنيب تجنيبها تجنيبه تجنب لتجنب لتجنيب تفادي لتفادي تفاديا تجنبا درء لدرء".split())
_ABLE = ("قادر", "قدر", "القدر", "بوسع", "بامكان", "بمقدور", "يستطيع", "تستطيع", "نستطيع")


def _unreal(page: Page, deed: Deed) -> bool:
    """تجنيب المنطقة الغارات, قادرة على إخراجها: averted, or only within somebody's power."""
    anchor = min(deed.trigger.light if deed.trigger.light is not None else deed.trigger.first, deed.trigger.first)
    near = [page.form(k) for k in range(max(anchor - 3, 0), deed.trigger.first)]
    able = any(f.startswith(_ABLE) and len(f) <= 10 for f in near) and "علي" in near or any(f.startswith(_ABLE[3:]) for f in near)
    return able and deed.status == "actual" or deed.trigger.verb is None and any(f in _AVERTED for f in near)


def _promise(page: Page, deed: Deed) -> None:
    """تعهّد بإخلاء مقره: yielding in words is done when it is said."""
    if deed.status != "planned" or deed.type != "RETREAT" or deed.trigger.verb is not None:
        return
    if any(lemma_of(r) == "تعهد" and r.form.tense == "past" for k in range(max(0, deed.trigger.first - 5), deed.trigger.first) for r in page.verbs(k)):
        deed.type, deed.mode, deed.status = "CONCEDE", None, "actual"


def _foiled(page: Page, deed: Deed) -> bool:
    """أحبطت محاولة تفجير: what was only tried and foiled has not happened; the foiling is its own deed."""
    first = deed.trigger.first
    if deed.trigger.verb is not None or deed.type != "ASSAULT" or deed.trigger.frame.id == "repel":
        return False
    if not any(page.form(k).removeprefix("ال") in ("محاوله", "محاولات", "مخطط", "مخططا") for k in range(first - 3, first)):
        return False
    return any(lemma_of(r) in ("أحبط", "أفشل") for k in range(max(0, first - 14), first) for r in page.verbs(k)) or any(page.form(k) in ("احباط", "افشال") for k in range(first - 4, first))


def _stops(page: Page, deed: Deed, deeds: Sequence[Deed]) -> bool:
    """اتفاق على وقف إطلاق النار: a deal whose only content is that fighting stops is that stop."""
    stops = [o for o in deeds if o.mode == "ceasefire" and o.trigger.first > deed.trigger.first] if deed.type == "AGREE" else []
    for other in stops:
        k = other.trigger.first
        if page.form(k - 1) == "علي" and any(page.form(j).removeprefix("ال")[:4] in ("اتفا", "تفاه", "هدنه") for j in (k - 2, k - 3)):
            return True
    return False


def _condition(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """إذا استؤنفت الرحلات, إن لم تفرج: what a clause of condition names has not happened."""
    first = deed.clause[0]
    anchor = min(deed.trigger.light if deed.trigger.light is not None else deed.trigger.first, deed.trigger.first)
    for k in range(anchor - 1, max(first, anchor - 5) - 1, -1):
        form = page.form(k)
        if form in ("اذا", "واذا", "لو", "ولو", "لولا") or form == "ما" and page.form(k - 1) in ("اذا", "حال"):
            return True
        if form == "حال" and page.form(k - 1) in ("في", "وفي"):
            return True
        if form in ("ان", "وان") and page.form(k + 1) == "لم" and k + 1 == anchor - 1:
            return True
    return False


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
    """قد with a present verb: it may happen."""
    for k in window:
        if page.form(k) in ("قد", "وقد") and not any(page.form(j).lstrip("وف") in ("كان", "كانت", "كانوا") for j in range(k - 10, k)):
            return any(r.form.tense == "present" and _as_spoken(page, k + 1, r) for r in page.verbs(k + 1))
    return False


def _habit(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """تشهد المنطقة اغتيالات شبه يومية: a habit is no event."""
    light = deed.trigger.light
    habit = light is not None and any(lemma_of(r) == "شهد" and r.form.tense == "present" for r in page.verbs(light))
    near = " ".join(page.form(k) for k in range(deed.trigger.first, min(reader.sentence.last, deed.trigger.last + 8)))
    return habit or "شبه يومي" in near or "بين الحين والاخر" in near


def _negated(page: Page, i: int) -> bool:
    """A particle of negation right before the verb: لم تخرج, ما انسحبت."""
    for k in (i - 1, i - 2):
        form = page.form(k)
        plain = form[1:] if form[:1] in ("و", "ف") else form
        if plain in ("لم", "لن", "لا", "ليس", "ليست", "دون", "بدون", "بلا", "عدم", "بعدم", "لعدم"):
            return k == i - 1 or plain not in ("لا", "دون")
        if plain == "ما" and k == i - 1 and any(r.form.tense == "past" and not r.conj for r in page.verbs(i)):
            return page.form(k - 1) not in _BEFORE_WHAT
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
    return False


def _purpose(page: Page, deed: Deed) -> bool:
    """لاستهداف, بهدف إخلاء: a purpose is no deed."""
    trigger = deed.trigger
    aimed = page.form(trigger.first - 1) in ("مسعي", "سعي", "محاوله", "خطوه", "مسعاه")
    if deed.status in ("denied", "planned", "possible") and trigger.peel and trigger.peel.prep == "ل" and not aimed:
        return False
    to = trigger.peel is not None and trigger.peel.prep == "ل"
    if trigger.verb is not None and not to or trigger.light is not None and trigger.light_kind == "patient":
        return False
    if deed.type in ("MOBILIZE", "COERCE", "RETREAT") and any(page.form(k) in ("محاوله", "محاولات", "محاولته") for k in range(trigger.first - 14, trigger.first)):
        return not any(page.form(k) in ("بعد", "احبطت", "احبط") for k in range(trigger.first - 3, trigger.first))
    if trigger.frame.syntax == "outcome" or trigger.frame.id in ("repel",):
        return False
    if not aimed and trigger.light is not None and any(lemma_of(r) in grammar(page).plans for r in page.verbs(trigger.light)):
        return False  # تستعد لإقامة: the plan itself
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
        if any(w in _STOPPED for w in window[1:]):
            return True
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
