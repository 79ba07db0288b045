"""Whether a deed happened: denials, plans, fears, demands of an act, background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from marsad.read.clauses import grammar, lemma_of
from marsad.read.denials import Denial, denied_at
from marsad.read.lexicon import VerbRead
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader
from marsad.read.sources_words import source_words
from marsad.read.unreal import happens

# وقف الغارات, لتفادي القصف: a deed that is to stop or to be spared is not told.

_REACH = 9
_OLD_DAYS = 35
_FRESH = 1
_TODAY = frozenset("فجر صباح مساء ليل امس اليوم ساعات الساعه الساعات ظهر عصر".split())
_NOTES = frozenset(("يذكر", "ويذكر", "يشار", "ويشار"))
_GRANTS = frozenset(("وافق",))
_FAILS = frozenset(("فشل", "أخفق", "عجز", "تعذر"))
_NOT = frozenset("لا ليس ليست لم عدم دون وجود توجد يوجد اي لدي بلا".split())
_SERIES_DAYS = 12  # what is dated by a month or a season is a series or long gone
_TAKES_UP = frozenset("لكن ولكن الا غير وقد وحينها وسلمه ثم ف".split())
_CUTS = frozenset("بعد عقب اثر ردا تنفيذا بموجب منذ جراء بسبب نتيجه احتجاجا بعدما".split())
_BEFORE_WHAT = frozenset("، بعد علي وفق حسب كل ان بان واصفا واصفه معتبرا معتبره عن من الي حول ل".split())
_WORKS = frozenset("تعمل يعمل يعملون تعملان يعملان يعكف تعكف يعكفون عاكفه تعمد".split())
_READIES = frozenset(("أعد", "حضر", "جهز", "هيأ", "تجهز"))
_STARTS = frozenset(
    ("تجدد", "اندلع", "وقع", "عاد", "بدأ", "انطلق", "دخل", "استؤنف", "حدث", "نشب", "تكرر", "حصل", "جرى")
)
_DONE = frozenset(("ASSAULT", "COERCE", "RETREAT", "MOBILIZE", "COOPERATE", "AGREE", "CONSULT"))


def judge(page: Page, reader: RoleReader, deeds: Sequence[Deed], denials: Sequence[Denial] = ()) -> None:
    """Set `status` and `told` of the deeds of one sentence, of which `denials` are the denials."""
    for deed in deeds:
        deed.status = _status(page, reader, deed, denials)
        if not happens(page, reader, deed, deeds, denials):
            deed.told = False


_WORDS = frozenset(("REQUEST", "REJECT", "ACCUSE", "THREATEN"))  # their date may be that of what is spoken of


def settle_age(page: Page, deeds: Sequence[Deed]) -> None:
    """Long before the report, or before the other deeds of an undated one, is historical; what lies ahead planned."""
    now = page.report.published
    today = now or max((end for d in deeds if d.status == "actual" and (end := _day(d, "end"))), default=None)
    before: Deed | None = None
    for deed in deeds:
        start, end = _day(deed, "start"), _day(deed, "end")
        if now and deed.status == "historical" and end and start == end and 0 <= (now - end).days <= _FRESH:
            deed.status = "actual"  # يشار إلى أن ... أمس: told as background, but new
        if deed.status == "actual" and today and end and (today - end).days > _OLD_DAYS:
            deed.status = "historical"
        elif (
            deed.status == "actual"
            and start
            and end
            and (end - start).days >= _SERIES_DAYS
            and deed.type in ("ASSAULT", "COERCE", "RETREAT")
        ):
            deed.status = "historical"
            deed.rules.append("series")
        elif deed.status == "actual" and now and start and start > now and deed.type not in _WORDS:
            deed.status = "planned"
        elif deed.status == "actual" and end is None and before and _goes_on(page, before, deed):
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
    return (
        here.paragraph == there.paragraph
        and deed.sentence == before.sentence + 1
        and page.form(here.first) in _TAKES_UP
    )


def _status(page: Page, reader: RoleReader, deed: Deed, denials: Sequence[Denial]) -> str:
    anchor = deed.trigger.light if deed.trigger.light is not None else deed.trigger.first
    anchor = min(anchor, deed.trigger.first)
    cut = max(
        (
            k
            for k in range(max(reader.sentence.first, deed.trigger.first - _REACH), deed.trigger.first)
            if page.form(k) in _CUTS
        ),
        default=-1,
    )
    anchor = anchor if cut < anchor else deed.trigger.first
    if denied_at(page, denials, deed.trigger.first) is not None or _failed(page, reader, deed):
        return "denied"
    if _negated(page, anchor) and not deed.trigger.frame.negated:
        taken_back = any(d.back and d.at < anchor for d in denials)
        deed.told = deed.trigger.frame.syntax == "outcome" or (
            not taken_back
            and (any(0 < anchor - d.at < 30 for d in denials) or _said_not_done(page, reader, deed, anchor))
        )
        return "denied"
    first = max(reader.sentence.first, anchor - _REACH, _statement_start(page, reader, anchor), cut + 1)
    window = _outside(reader, range(first, anchor + 1))
    words = grammar(page)
    if _no_plan(page, window):
        return "denied"
    ahead = deed.type != "CONCEDE" and not _past(page, deed, anchor)
    feared = _has(page, window, "fear_words") or _verb_of(page, window, words.fear_verbs)
    if ahead and (feared or _left_open(page, window)):
        return "possible"
    between = range(max(anchor, cut) + 1, deed.trigger.first)
    if deed.trigger.verb is None and len(between) > 0 and deed.trigger.light is not None:
        if _has(page, between, "fear_words"):
            return "possible"
        if _has(page, between, "plan_words"):
            return "planned"
    if deed.trigger.frame.negated and not (_negated(page, anchor) or _negated(page, deed.trigger.first)):
        deed.told = False
    if deed.type == "PROTEST" and any(_called(page.form(k)) for k in window):
        return "planned"
    carriers = {deed.trigger.first, anchor} if deed.trigger.verb or anchor != deed.trigger.first else set()
    if any(r.particle == "س" and r.form.tense == "present" for k in carriers for r in page.verbs(k)):
        return "planned"
    if ahead and (_has(page, window, "plan_words") or _verb_of(page, window, words.plans | _GRANTS)):
        return "planned"
    if opened := _opened_ahead(page, reader, deed):
        return opened
    return "historical" if _background(page, reader, anchor) or _series(page, reader, deed) else "actual"


def _outside(reader: RoleReader, window: range) -> Sequence[int]:
    """A window without names of places (بلدة نوى is no plan) and without what is believed of who acts."""
    named = [c for c in reader.chunks if c.last > window.start and (c.kind == "place" or "believed" in c.rule)]
    inside = {k for c in named for k in range(c.first, c.last)}
    return [k for k in window if k not in inside] if inside else window


def _left_open(page: Page, window: Sequence[int]) -> bool:
    """لم يستبعد, لا يستبعد: somebody does not rule it out."""
    return any(
        page.form(k - 1).removeprefix("و") in ("لم", "لا", "غير")
        and (page.form(k) == "مستبعد" or any(lemma_of(r) == "استبعد" for r in page.verbs(k)))
        for k in window
    )


def _works_on(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """تعمل قسد على تجنيد: what one works on is not done yet."""
    first = deed.trigger.first
    if deed.trigger.verb is not None or page.form(first - 1) != "علي":
        return False
    return any(page.form(k).removeprefix("و") in _WORKS for k in range(max(reader.sentence.first, first - 8), first))


def _prepares(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """تُعدّ لعملية, يجهّز لهجوم: what one makes ready for."""
    first = deed.trigger.first
    if deed.trigger.verb is not None:
        return False
    for k in range(max(reader.sentence.first, first - 9), first):
        if any(lemma_of(r) in _READIES for r in page.verbs(k)):
            return any(page.form(j)[:1] == "ل" and len(page.form(j)) > 3 for j in range(k + 1, first + 1))
    return False


def _opened_ahead(page: Page, reader: RoleReader, deed: Deed) -> str:
    """المعارك قد تتجدد, الهدنة ستبدأ: the verb behind an event noun leaves it open or sets it ahead."""
    if _works_on(page, reader, deed) or _prepares(page, reader, deed):
        return "planned"
    if deed.trigger.verb is not None or deed.trigger.light is not None:
        return ""
    for k in range(deed.trigger.last, min(reader.sentence.last, deed.trigger.last + 7)):
        form = page.form(k)
        if form in ".،؛:" or form in ("الذي", "التي"):
            return ""
        reads = page.verbs(k)
        if not any(lemma_of(r) in _STARTS for r in reads):
            continue
        if any(r.particle == "س" for r in reads) or page.form(k - 1) == "سوف":
            return "planned"
        return (
            "possible" if page.form(k - 1) in ("قد", "ربما") and any(r.form.tense == "present" for r in reads) else ""
        )
    return ""


def _series(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """أحصى 19 استهدافاً منذ مطلع العام, قُتل 30 شخصاً منذ بداية الشهر: a count over a long time."""
    first = deed.trigger.first
    if deed.type not in ("ASSAULT", "COERCE", "RETREAT", "MOBILIZE", "PROTEST"):
        return False
    counts = deed.trigger.frame.counts is not None
    if _by_kinds(page, reader, deed):
        return True
    near = range(max(reader.sentence.first, first - 8 if counts else first - 2), first + (12 if counts else 0))
    if not any(page.tokens[k].kind == "number" or k in page.numbers for k in near if k < reader.sentence.last):
        return False
    if deed.trigger.verb is not None and not counts:
        return False
    reach = range(max(reader.sentence.first, first - 12), min(reader.sentence.last - 1, first + 16))
    return any(page.form(k) == "منذ" and _long_ago(page, k + 1) for k in reach)


def _by_kinds(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """230 عملية منذ مطلع العام تمت عبر هجمات واستهدافات وتفجيرات: the kinds of a series."""
    first = deed.trigger.first
    if deed.trigger.verb is not None or "عبر" not in {page.form(k) for k in range(first - 5, first)}:
        return False
    return any(page.form(k) == "منذ" and _long_ago(page, k + 1) for k in range(reader.sentence.first, first))


def _long_ago(page: Page, k: int) -> bool:
    """منذ + the beginning of a long time: مطلع العام, اندلاع الحرب, عام 2019, سنوات."""
    form, after = page.form(k), page.form(k + 1)
    if form in _TODAY or after in _TODAY or form in ("يومين", "ايام", "ليل", "الليله"):
        return False
    opens = form in ("بدايه", "بدء", "مطلع", "اول", "اوايل", "اندلاع", "انطلاق", "عام", "سنه", "سنوات", "شهور", "اشهر")
    return opens or page.tokens[min(k, len(page.tokens) - 1)].kind == "number"


def _failed(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """فشلت في اقتحام, عجزت عن: what one failed to do."""
    first = deed.trigger.first
    if page.form(first - 1) in ("الي", "علي") and page.form(first - 2) in ("التوصل", "الوصول", "الاتفاق"):
        first -= 2  # أخفقا في التوصل إلى هدنة
    if page.form(first - 1) not in ("في", "عن", "محاوله", "محاولتها", "محاولته") or deed.trigger.verb is not None:
        return False
    return _verb_of(page, range(max(reader.sentence.first, first - 7), first), _FAILS)


def _no_plan(page: Page, window: Sequence[int]) -> bool:
    """لا توجد نية لـ, لا تعتزم: the plan itself is denied."""
    words = grammar(page)
    for k in window:
        form = page.form(k)
        plan = form in ("نيه", "خطط", "خطه", "قرار") or any(
            lemma_of(r) in words.plans and r.form.tense == "present" for r in page.verbs(k)
        )
        if (
            plan
            and page.form(k - 1) in _NOT
            and any(page.form(j).removeprefix("و") in ("لا", "ليس", "ليست", "لم", "عدم") for j in range(k - 3, k))
        ):
            return True
    return False


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
        words = grammar(page)
        control = any(lemma_of(r) in words.plans or lemma_of(r) in words.fear_verbs for r in reads)
        if (
            (deed.trigger.verb or k != deed.trigger.first)
            and reads
            and not control
            and all(r.form.tense == "past" for r in reads)
        ):
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


def _verb_of(page: Page, window: Sequence[int], lemmas: frozenset[str]) -> bool:
    for k in window:
        for read in page.verbs(k):
            if lemma_of(read) in lemmas and not read.suffix:
                return True
    return False


def _statement_start(page: Page, reader: RoleReader, anchor: int) -> int:
    """Where the statement around `anchor` begins: after the last deed before it."""
    earlier = [t.last for t in reader.triggers if t.first < anchor and t.frame.syntax not in ("demand",)]
    return max([reader.sentence.first, *earlier])


def _has(page: Page, window: Sequence[int], listed: str) -> bool:
    """Whether a phrase of a list of the grammar stands there."""
    words = grammar(page)
    forms = [page.form(k) for k in window]
    if words.begun[listed].isdisjoint(forms):
        return False
    text = " " + " ".join(forms) + " "
    for phrase in getattr(words, listed):
        if f" {phrase} " in text or f" و{phrase} " in text or f" ف{phrase} " in text:
            if phrase == "قد" and not _present_after(page, window):
                continue
            return True
    return False


def _present_after(page: Page, window: Sequence[int]) -> bool:
    """قد with a present verb: it may happen."""
    for k in window:
        if page.form(k) in ("قد", "وقد") and not any(
            page.form(j).lstrip("وف") in ("كان", "كانت", "كانوا") for j in range(k - 10, k)
        ):
            reads = [r for r in page.verbs(k + 1) if _as_spoken(page, k + 1, r)]
            ahead = any(r.form.tense == "present" for r in reads)
            return ahead and not any(r.form.tense == "past" and r.form.cell == "ms" for r in reads)  # قد توعّد
    return False


def _negated(page: Page, i: int) -> bool:
    """A particle of negation right before the verb: لم تخرج, ما انسحبت."""
    for k in (i - 1, i - 2):
        form = page.form(k)
        plain = form[1:] if form[:1] in ("و", "ف") else form
        if page.form(i - 1) == "ان" and k == i - 2 and plain in ("دون", "غير", "بدل", "بدون"):
            return True
        if plain in ("لم", "لن", "لا", "ليس", "ليست", "دون", "بدون", "بلا", "عدم", "بعدم", "لعدم"):
            return k == i - 1 or plain not in ("لا", "دون")
        if plain == "ما" and k == i - 1 and any(r.form.tense == "past" and not r.conj for r in page.verbs(i)):
            return page.form(k - 1) not in _BEFORE_WHAT
    return False


def _background(page: Page, reader: RoleReader, anchor: int) -> bool:
    """The sentence opens as background (ويذكر أن, وكانت ... قد), or the deed's own clause does (وسبق أن)."""
    words = grammar(page)
    first = reader.sentence.first
    opening = page.forms[first : min(reader.sentence.last, first + 7)]
    head = " ".join(opening) + " "
    for phrase in words.background if opening[0] in words.begun["background"] else ():
        if phrase in ("وكان", "وكانت", "كانوا", "وكانوا"):
            if head.startswith(phrase + " ") and (" قد " in head or _any_kad(page, reader)):
                return True
        elif head.startswith(phrase + " "):
            return True
    near = [page.form(k) for k in range(max(first, anchor - 12), anchor)]
    recalled = any(f.removeprefix("ل").removeprefix("ال") == "ذكري" for f in near[-2:])
    return (
        recalled
        or any(f in ("سبق", "وسبق") for f in near)
        or any(f in _NOTES for f in near[: max(0, first + 7 - max(first, anchor - 12))])
    )


def _any_kad(page: Page, reader: RoleReader) -> bool:
    first = reader.sentence.first
    return any(page.form(k) == "قد" for k in range(first, min(reader.sentence.last, first + 14)))
