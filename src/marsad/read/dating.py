"""Which deed of a sentence each time dates."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from marsad.read.clauses import clause_of, clear_verb, lemma_of
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader
from marsad.read.times import FoundTime

_UTTERED = frozenset(("REQUEST", "THREATEN", "AGREE"))
_THEREIN = frozenset(("خلاله", "خلالها", "فيه", "فيها", "اثره", "اثرها"))
_SAME = frozenset(("ذاته", "ذاتها", "نفسه", "نفسها", "المجتمعون"))
_SAYS = frozenset("قال أعلن أفاد ذكر نفى أكد كشف أوضح نقل أشار بين لفت أضاف صرح زعم ادعى اعترف نشر".split())


def date_deeds(page: Page, reader: RoleReader, deeds: Sequence[Deed], times: Sequence[FoundTime]) -> None:
    """A time dates the deed whose words hold it: the one told before it in its clause, else the one it opens."""
    own = [t for t in times if reader.sentence.first <= t.first < reader.sentence.last and t.dates_event]
    found: dict[int, list[tuple[bool, int, FoundTime]]] = {}
    for time in own:
        deed, loose = _dated(page, reader, deeds, time)
        if deed is not None:
            apart = min(abs(time.first - d.trigger.first) for d in (deed, *deed.merged))
            found.setdefault(id(deed), []).append((loose or time.value.shape == "vague", apart, time))
    for deed in deeds:
        if id(deed) in found:
            deed.time = min(found[id(deed)], key=lambda f: f[:2])[2]
    for before, deed in pairwise(deeds):
        if deed.time is None and before.time is not None and _same_moment(page, before, deed):
            deed.time = before.time


def _same_moment(page: Page, before: Deed, deed: Deed) -> bool:
    """The deed goes on with the one before: its doer's next step, or a threat uttered with it."""
    trigger = deed.trigger
    if trigger.participle:
        return True
    start = _anchor(page, deed)
    read = trigger.verb or clear_verb(page, start)
    if read is None or not (read.conj or page.form(start - 1) in ("كما", "وكما", "ثم")):
        return False
    if _headed(page, before):
        return True
    spoken = deed.type in _UTTERED and before.type in ("CONSULT", "REQUEST", "PROTEST", "MOBILIZE")
    at_once = read.conj == "ف" or any(page.form(k) in _SAME for k in range(trigger.last, trigger.last + 4))
    return "subject-runs-on" in deed.rules or spoken or at_once


def _headed(page: Page, before: Deed) -> bool:
    """A time ahead of its verb (وفي مساء اليوم نفسه سلّم ...، وأخلى ...) covers what is joined to it."""
    return isinstance(before.time, FoundTime) and before.time.first < _anchor(page, before)


def _dated(page: Page, reader: RoleReader, deeds: Sequence[Deed], time: FoundTime) -> tuple[Deed | None, bool]:
    """The deed that `time` dates, and whether it may as well date something else."""
    told = sorted(((_anchor(page, d), deed) for deed in deeds for d in (deed, *deed.merged)), key=lambda pair: pair[0])
    clause = clause_of(reader.bounds, reader.sentence.last, time.first)
    opened = [d for k, d in told if clause[0] <= k < time.first]
    if (opens := _opens(page, told, time)) is not None:
        return opens, False
    said = _said(page, reader, max([clause[0], *(k for k, _ in told if k < time.first)]), time.first)
    if said == "نفى":
        return None, True
    before = [d for k, d in told if k < time.first]
    if before and _other_act(page, before[-1], time):
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
    if page.form(time.first)[:1] != "و" or page.form(time.first - 1) not in ("،", ",", ";", "؛"):
        return None
    return next((d for k, d in told if time.last <= k <= time.last + 2 and clear_verb(page, k)), None)


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
        lemma = next((lemma_of(r) for r in page.verbs(k) if lemma_of(r) in _SAYS), "")
        if lemma and (lemma == "نفى" or clear_verb(page, k)):
            return lemma
    return ""
