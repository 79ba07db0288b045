"""Habits and lasting states: what keeps happening, or what is said of a time at large, is no event."""

from __future__ import annotations

from marsad.read.clauses import lemma_of
from marsad.read.page import Page
from marsad.read.roles import Deed, RoleReader

_OFTEN = tuple(
    "متكرر|متكرره|بشكل متكرر|بشكل يومي|بشكل شبه يومي|شبه يومي|شبه يوميه|بشكل مستمر|بشكل دايم|بشكل دوري|باستمرار|عاده|"
    "عاده ما|غالبا|غالبا ما|كثيرا ما|بين الحين والاخر|بين الحين والحين|من حين لاخر|من حين الي اخر|بين الفينه والاخري|"
    "بين فتره واخري|بصوره متكرره|بوتيره متكرره|بصوره يوميه|بصوره شبه يوميه|علي نحو متكرر|دوريا".split("|")
)
_OFTEN_BEGUN = frozenset(joined + phrase.split()[0] for phrase in _OFTEN for joined in ("", "و"))
_RATES = frozenset("عدد تعداد وتيره معدل كثافه نسبه".split())
_MOUNTS = frozenset("تكثر يكثر تتكرر يتكرر تزداد يزداد تتزايد يتزايد تتصاعد يتصاعد".split())
_AGAIN = frozenset("تكرار تكرر توالي تزايد تصاعد ازدياد".split())
_AFTER, _BEFORE = 18, 4
_BRINGS = frozenset("يودي تودي يسفر تسفر يتسبب تتسبب يوقع توقع يخلف تخلف".split())


def habitual(page: Page, reader: RoleReader, deed: Deed) -> bool:
    """تشهد المنطقة اغتيالات, تتعرض لقصف متكرر, عادة ما تستهدف: a habit told in the present tense is no event."""
    light = deed.trigger.light
    sees = light is not None and any(lemma_of(r) == "شهد" and r.form.tense == "present" for r in page.verbs(light))
    first, last = reader.sentence.first, reader.sentence.last
    if _active(page, reader) and deed.time is None and deed.trigger.verb is None:
        return True
    if (deed.trigger.verb is None or deed.trigger.verb.form.tense == "present") and _abound(page, deed.trigger.first):
        return True
    if deed.trigger.verb is None and deed.trigger.frame.syntax != "outcome" and _rate(page, deed.trigger.first):
        return True
    near = " ".join(page.forms[deed.trigger.first : min(last, deed.trigger.last + 8)])
    again = page.form(deed.trigger.first - 1).removeprefix("ل").removeprefix("ب") in _AGAIN
    if again and deed.trigger.verb is None and deed.status == "actual":  # بعد تكرار استهدافها
        return True
    if sees or "شبه يومي" in near or "بين الحين والاخر" in near:
        return True
    window = range(max(first, deed.clause[0] - _BEFORE), min(last, deed.clause[1], deed.trigger.last + _AFTER))
    if _often(page, window) and _present(page, deed):
        return True
    brought = any(page.form(k) in _BRINGS for k in range(deed.trigger.first - 4, deed.trigger.first + 1))
    return brought and _often(page, range(first, deed.trigger.first))


def _rate(page: Page, i: int) -> bool:
    """ارتفاع عدد الاستهدافات, تكثر عمليات الخطف: how often, not that it happened."""
    before = [page.form(k).removeprefix("و") for k in range(max(0, i - 4), i)]
    many = page.form(i).startswith("ال") and bool(set(before[-1:]) & _RATES)
    return many or bool(set(before) & _MOUNTS)


def _abound(page: Page, i: int) -> bool:
    """تكثر عمليات التفجير ... والخطف: the list goes on up to the sentence's end."""
    window = [page.form(k) for k in range(max(0, i - 20), i)]
    last = max((n for n, w in enumerate(window) if w == "." or not w), default=-1)
    return any(w in ("تكثر", "يكثر", "كثرت") for w in window[last + 1 :])


def _active(page: Page, reader: RoleReader) -> bool:
    """وتنشط خلايا التنظيم في البادية، ومنها تنطلق هجماتها: a standing state from the first word on."""
    return page.form(reader.sentence.first).removeprefix("و") in ("تنشط", "ينشط", "تتصاعد", "يتصاعد", "تتكرر", "يتكرر")


def _often(page: Page, window: range) -> bool:
    forms = page.forms[window.start : window.stop]
    if _OFTEN_BEGUN.isdisjoint(forms):
        return False
    text = " " + " ".join(forms) + " "
    return any(f" {phrase} " in text or f" و{phrase} " in text for phrase in _OFTEN)


def _present(page: Page, deed: Deed) -> bool:
    """The verb of the deed, or the one that carries its noun, is in the present tense."""
    verb = deed.trigger.verb
    if verb is not None:
        return verb.form.tense == "present" and not verb.particle
    carrier = deed.trigger.light if deed.trigger.light is not None else deed.clause[0]
    return any(r.form.tense == "present" and not r.particle for r in page.verbs(carrier))
