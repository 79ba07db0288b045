"""Which deed of a sentence each time dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from marsad.read.clauses import clause_of, clear_verb, lemma_of
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader
from marsad.read.times import FoundTime, TimeValue

_UTTERED = frozenset(("REQUEST", "THREATEN", "AGREE"))
_DUE = frozenset(("REQUEST", "THREATEN"))
_THEREIN = frozenset(("خلاله", "خلالها", "فيه", "فيها", "اثره", "اثرها", "اثناءه", "اثناءها"))
_SAME = frozenset(("ذاته", "ذاتها", "نفسه", "نفسها", "المجتمعون"))
_SAYS = frozenset(
    "أقر قال أعلن أفاد ذكر نفى أكد كشف أوضح نقل أشار بين لفت أضاف صرح زعم ادعى اعترف نشر تداول روج تناقل روى".split()
)
_RUMOUR = frozenset("تداول روج تناقل نقل نفى أقر اعترف".split())  # their day is not that of the act
_RUMOURED = frozenset("اشيع يشاع سرت تداولت تداول تداولته تناقلت تناقل تناقلته روجت روج تروج شاعت راجت انتشرت".split())
_REACTION = frozenset(("ACCUSE", "REJECT", "SUPPORT"))
_BESIDE = frozenset("فيما بينما حين لكن غير الا".split())
_HAPPENED = frozenset("تم جرى حدث حصل وقع".split())
_NEXT = frozenset("تلاه تلاها تلته تلتها اعقبه اعقبها اعقبته اعقبتها سبقه سبقها سبقته سبقتها".split())
_LEADS = frozenset("أفضى أدى انتهى أسفر قاد توصل".split())
_COUNTED_IN = frozenset(("day", "week", "month", "year"))


def date_deeds(page: Page, reader: RoleReader, deeds: Sequence[Deed], times: Sequence[FoundTime]) -> None:
    """A time dates the deed whose words hold it: the one told before it in its clause, else the one it opens."""
    own = [t for t in times if reader.sentence.first <= t.first < reader.sentence.last and t.dates_event]
    found: dict[int, list[tuple[bool, int, FoundTime]]] = {}
    for time in own:
        deed, loose = _dated(page, reader, deeds, time)
        if deed is not None:
            apart = min(abs(time.first - d.trigger.first) for d in (deed, *deed.merged))
            found.setdefault(id(deed), []).append((loose or time.value.shape in ("vague", "part"), apart, time))
    for deed in deeds:
        if id(deed) in found:
            deed.time = min(found[id(deed)], key=lambda f: f[:2])[2]
    _counted_from(page, deeds, own)
    _tolls(page, reader, deeds, times)
    for before, deed in pairwise(deeds):
        if before.time is None and deed.time is not None and _amid(page, deed):
            before.time = deed.time
        if deed.time is None and before.time is not None and _same_moment(page, before, deed):
            deed.time = before.time


def _counted_from(page: Page, deeds: Sequence[Deed], times: Sequence[FoundTime]) -> None:
    """قُتل في 12 آب بعد ثلاثة أيام من اختطافه: the act named behind lies as far before the dated one."""
    for time in times:
        value = time.value
        if value.shape not in ("after", "before") or value.amount is None or value.unit not in _COUNTED_IN:
            continue
        named = next((d for d in deeds if 1 <= _anchor(page, d) - time.last <= 2), None)
        if named is None or named.trigger.verb is not None or page.form(time.last) != "من":
            continue
        dated = [d for d in deeds if isinstance(d.time, FoundTime) and d.time.first < time.first and d is not named]
        back = [d for d in deeds if d.time is time and _goes_back(d)]
        if dated or back:
            named.time = replace(time, value=replace(value, shape="before" if value.shape == "after" else "after"))
        for deed in back:
            deed.time = None


def _goes_back(deed: Deed) -> bool:
    """المنع جاء بعد ...: a definite noun, the act told before."""
    return deed.trigger.verb is None and deed.trigger.definite


def _tolls(page: Page, reader: RoleReader, deeds: Sequence[Deed], times: Sequence[FoundTime]) -> None:
    """قُتل 30 شخصاً منذ مطلع العام: a toll holds for the span that it is counted over."""
    open_ = [
        t
        for t in times
        if t.value.shape == "since" and not t.dates_event and reader.sentence.first <= t.first < reader.sentence.last
    ]
    for time in open_:
        ago = time.value.first
        clause = clause_of(reader.bounds, reader.sentence.last, time.first)
        here = [d for d in deeds if d.time is None and clause[0] <= _anchor(page, d) < clause[1]]
        counted = [d for d in here if _counts(d)]
        done = [d for d in here if _past(page, d)]
        if ago is not None and (ago.shape == "ago" or _day(ago)):  # قصفوا البلدة منذ يومين, أغلقوها منذ أمس
            for deed in done[-1:] if ago.amount or _day(ago) else []:
                deed.time = replace(time, value=ago)
        elif counted:
            min(counted, key=lambda d: abs(d.trigger.first - time.first)).time = time


def _day(value: TimeValue) -> bool:
    """A day before today: what goes on since then began on it."""
    return value.shape == "date" and (value.relative or 0) < 0


def _past(page: Page, deed: Deed) -> bool:
    """A verb in the past tells it, or carries it."""
    read = deed.trigger.verb
    if read is None and deed.trigger.light is not None:
        read = next(iter(page.verbs(deed.trigger.light)), None)
    return read is not None and read.form.tense == "past"


def _counts(deed: Deed) -> bool:
    kept = ("personnel",) if deed.mode != "recruit" else ()
    tolls = [c for key, counts in deed.counts.items() if key not in kept for c in counts]
    return any((c.best or 0) > 1 for c in tolls)


def _same_moment(page: Page, before: Deed, deed: Deed) -> bool:
    """The deed goes on with the one before: its doer's next step, or a threat uttered with it."""
    trigger = deed.trigger
    if trigger.participle or _therein(page, deed) or _led_to(page, before, deed):
        return True
    start = _anchor(page, deed)
    read = trigger.verb or clear_verb(page, start)
    if read is None or not (read.conj or page.form(start - 1) in ("كما", "وكما", "ثم")):
        return False
    if _headed(page, before) and deed.type not in _REACTION and not _beside(page, before, deed):
        return True
    by_same = "subject-runs-on" in deed.rules or "pronoun-object" in deed.rules
    spoken = deed.type in _UTTERED and before.type in ("CONSULT", "REQUEST", "PROTEST", "MOBILIZE")
    at_once = read.conj == "ف" or any(page.form(k) in _SAME for k in range(trigger.last, trigger.last + 4))
    return by_same or spoken or at_once


def _amid(page: Page, deed: Deed) -> bool:
    """حمّلهم المحافظ، في أثناء تفقده المعبر ظهر اليوم، المسؤولية: the act that the one before was done during."""
    k = _anchor(page, deed)
    amid = page.form(k - 1) in ("اثناء", "خلال") or page.form(k - 2) in ("اثناء", "خلال")
    return amid and deed.trigger.verb is None and any(page.form(j) in ("،", ",") for j in (k - 2, k - 3, k - 4))


def _beside(page: Page, before: Deed, deed: Deed) -> bool:
    """في حين, بينما: another statement stands beside the one before."""
    return any(page.form(k) in _BESIDE for k in range(before.trigger.last, _anchor(page, deed)))


def _therein(page: Page, deed: Deed) -> bool:
    """وأقامت خلاله حاجزاً: in the act told before."""
    return any(page.form(k) in _THEREIN for k in range(deed.trigger.last, deed.trigger.last + 3))


def _led_to(page: Page, before: Deed, deed: Deed) -> bool:
    """أفضت وساطة، مساء الجمعة، إلى وقف لإطلاق النار: what the act before led to."""
    start = _anchor(page, deed)
    if page.form(start - 1) != "الي":
        return False
    return any(lemma_of(r) in _LEADS for k in range(max(0, before.trigger.first - 4), start) for r in page.verbs(k))


def _headed(page: Page, before: Deed) -> bool:
    """A time ahead of its verb (وفي مساء اليوم نفسه سلّم ...، وأخلى ...) covers what is joined to it."""
    return isinstance(before.time, FoundTime) and before.time.first < _anchor(page, before)


def _dated(page: Page, reader: RoleReader, deeds: Sequence[Deed], time: FoundTime) -> tuple[Deed | None, bool]:
    """The deed that `time` dates, and whether it may as well date something else."""
    tellings = ((_anchor(page, d), deed) for deed in deeds for d in (deed, *deed.merged))
    told = sorted(tellings, key=lambda pair: (pair[0], -pair[1].trigger.first))
    clause = clause_of(reader.bounds, reader.sentence.last, time.first)
    opened = [d for k, d in told if clause[0] <= k < time.first]
    if (opens := _opens(page, told, time) or _followed(page, told, time)) is not None:
        return opens, False
    said = _said(page, reader, max([clause[0], *(k for k, _ in told if k < time.first)]), time.first)
    if said in _RUMOUR:
        return None, True
    before = [d for k, d in told if k < time.first]
    if before and _done_then(page, time):
        return before[-1], False
    if before and _other_act(page, before[-1], time):
        return None, True
    if before and before[-1].type in _DUE and page.form(time.first - 1) in ("حتي", "لغايه"):  # أمهلهم حتى السبت
        return None, True
    if opened and not said and _untold(reader, told, opened[-1], time):
        return None, True
    if opened and not said:
        return (opened[-2] if len(opened) > 1 and _means(opened[-2], opened[-1]) else opened[-1]), False
    spoken = _verb_between(page, reader, clause[0], time.first) and not _about(page, before, clause[0], time.first)
    far = not before or bool(said) or spoken
    near = [d for k, d in told if time.last <= k + 1 and k >= time.first and (far or k < clause[1])]
    if near and _pointing(page, near[0]) and len(near) > 1:
        near = near[1:]
    if near and _anchor(page, near[0]) - time.last <= 18:
        apart = any(page.form(k) in ("ان", "بان", "انه", "انها", ":") for k in range(time.last, _anchor(page, near[0])))
        return near[0], bool(said) or apart
    return (before[-1], True) if before and not spoken else (None, True)


def _opens(page: Page, told: Sequence[tuple[int, Deed]], time: FoundTime) -> Deed | None:
    """وبعد يومين اعتقلت ...: a time joined by و behind a comma opens what follows it at once."""
    first = time.first - (page.form(time.first - 1) in ("وفي", "وخلال"))
    if page.form(first)[:1] != "و" or page.form(first - 1) not in ("،", ",", ";", "؛"):
        return None
    return next((d for k, d in told if time.last <= k <= time.last + 2 and clear_verb(page, k)), None)


def _untold(reader: RoleReader, told: Sequence[tuple[int, Deed]], deed: Deed, time: FoundTime) -> bool:
    """عن اثنين أوقفتهما دورية في الثالث من الشهر: the nearest verb is of an act that is not told for itself."""
    known = {d.trigger.first for _, d in told}
    verbs = [t for t in reader.triggers if t.verb is not None and deed.trigger.last < t.first < time.first]
    return bool(verbs) and verbs[-1].first not in known and verbs[-1].frame.type != deed.type


def _done_then(page: Page, time: FoundTime) -> bool:
    """وقد تم ذلك يوم الأربعاء: the act told before."""
    return page.form(time.first - 1) == "ذلك" and any(lemma_of(r) in _HAPPENED for r in page.verbs(time.first - 2))


def _followed(page: Page, told: Sequence[tuple[int, Deed]], time: FoundTime) -> Deed | None:
    """تلاه في اليوم التالي هجوم: what came after the act told before, or ahead of it."""
    k = time.first - 1 - (page.form(time.first - 1) in ("في", "من"))
    if page.form(k).removeprefix("و") not in _NEXT:
        return None
    return next((d for n, d in told if time.last <= n <= time.last + 3), None)


def _means(deed: Deed, noun: Deed) -> bool:
    """اعتدوا بالضرب: the noun is how the deed was done."""
    peel = noun.trigger.peel
    return deed.type == noun.type and noun.trigger.verb is None and peel is not None and peel.prep == "ب"


def _about(page: Page, before: Sequence[Deed], first: int, last: int) -> bool:
    """صواريخ سقطت ليلة أمس, اجتماع جرى فيه: the words between speak of the deed told before."""
    if not before:
        return False
    noun = before[-1].trigger
    relative = noun.verb is None and 0 <= first - noun.last <= 2 and page.form(first) in ("التي", "الذي", "اللتين")
    return relative or any(page.form(k) in _THEREIN for k in range(first, last))


def _verb_between(page: Page, reader: RoleReader, first: int, last: int) -> bool:
    """A finite verb of no deed told stands in `[first, last)`."""
    return any(clear_verb(page, k) for k in range(first, last) if not any(c.first <= k < c.last for c in reader.chunks))


def _other_act(page: Page, deed: Deed, time: FoundTime) -> bool:
    """صواريخ كانت طائرة قد نقلتها قبل يومين: the time of an act that is no deed."""
    first = max(m.trigger.last for m in (deed, *deed.merged) if m.trigger.first < time.first or m is deed)
    if page.form(deed.trigger.first - 1).removeprefix("و") in ("كان", "كانت"):  # كان إطلاق نار قد اندلع
        return False
    return any(page.form(k) in ("قد", "وقد") for k in range(first, time.first))


def _anchor(page: Page, deed: Deed) -> int:
    """Where the deed begins: its light verb, unless that only speaks of it (نفى، أعلن)."""
    trigger = deed.trigger
    if trigger.light is None or any(lemma_of(r) in _SAYS for r in page.verbs(trigger.light)):
        return trigger.first
    return min(trigger.first, trigger.light)


def _pointing(page: Page, deed: Deed) -> bool:
    """بعد يومين من الانسحاب: the deed that the time counts from."""
    trigger = deed.trigger
    bare_noun = trigger.verb is None and trigger.light is None
    return bare_noun and page.form(trigger.first - 1) in ("من", "علي", "بعد", "قبل", "عقب")


def _said(page: Page, reader: RoleReader, first: int, last: int) -> str:
    """The verb of saying that stands nearest before the time, after any deed: قال أمس, نفى اليوم."""
    triggers = {t.first for t in reader.triggers}
    for k in range(last - 1, first - 1, -1):
        if k in triggers:
            return ""
        if page.form(k).removeprefix("و") in _RUMOURED:
            return "تداول"
        lemma = next((lemma_of(r) for r in page.verbs(k) if lemma_of(r) in _SAYS), "")
        if lemma == "نقل" and not any(page.form(j) in ("عن", "ان", "بان", "فان") for j in range(k + 1, k + 9)):
            continue  # نُقلت المجموعة مطلع الشهر: carried, not quoted
        if lemma and (lemma in _RUMOUR or clear_verb(page, k)):
            return lemma
    return ""
