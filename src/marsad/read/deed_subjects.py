"""Deeds as subjects: القصف استهدف كذا, غارات ... والتي تستهدف كذا, مستودعات استهدفتها الغارات."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.chunks import Chunk
from marsad.read.clauses import grammar, lemma_of
from marsad.read.deed import is_party
from marsad.read.page import Page
from marsad.read.trigger import Trigger

HITS = frozenset(("استهدف", "طال", "ضرب", "أصاب", "شمل", "دمر", "دك", "تركز"))
HELD = frozenset("سيطره نفوذ انتشار تمركز تواجد وجود تجمع".split())
GROUNDS = frozenset("مناطق اماكن مواقع نقاط مقرات مراكز منطقه مكان".split())
_OVER = frozenset(("عليها", "عليه", "فيها", "فيه"))
_RULES = frozenset("تسيطر يسيطر تنتشر ينتشر تتمركز يتمركز تتواجد يتواجد تهيمن يهيمن".split())
_SOURCE = frozenset(("strike", "blast", "shot", "mutual"))
_NEAR, _LONG, _FAR = 5, 10, 18


def on_ground(page: Page, chunks: Sequence[Chunk], chunk: Chunk) -> bool:
    """مناطق سيطرة X, مناطق تسيطر عليها X: only whose ground it is; what is joined to X goes with it."""
    form, k = page.form, chunk.first - 1
    if chunk.joined:
        before = [c for c in chunks if c.last == chunk.first and c is not chunk]
        return bool(before) and on_ground(page, chunks, before[-1])
    if form(k) in _OVER and form(k - 1).removeprefix("و") in _RULES:
        return True
    return form(k) in HELD and form(k - 1).removeprefix("و").lstrip("لب").removeprefix("ال") in GROUNDS


def deed_before(
    page: Page, trigger: Trigger, triggers: Sequence[Trigger], chunks: Sequence[Chunk], *, clause: int
) -> Trigger | None:
    """The noun of force that the verb `trigger` speaks of: right before it, or ahead of the relative at `clause`."""
    verb = trigger.verb
    if verb is None or verb.suffix or lemma_of(verb) not in HITS or verb.form.cell not in ("ms", "fs"):
        return None
    relative = page.form(clause).removeprefix("و") in grammar(page).relative and clause < trigger.first <= clause + 2
    if (verb.conj or trigger.passive) and not relative:
        return None
    end, reach = (clause, _FAR) if relative else (trigger.first, _NEAR)
    if any(page.form(k).startswith("مصدر") for k in range(max(0, end - _FAR), end)):
        reach = _FAR  # قصف مصدره مناطق سيطرة X استهدف كذا
    told = next((t for t in reversed(triggers) if t.last <= end), None)
    if told is None or not _is_force(told):
        return None
    inside = {k for c in chunks for k in range(c.first, c.last)}
    if not any(page.verbs(k) for k in range(told.last, end) if k not in inside):
        reach = max(reach, _LONG)  # عدوان بالصواريخ من اتجاه الجولان المحتل استهدف كذا
    if end - told.last > reach:
        return None
    between = [c for c in chunks if told.last <= c.first and c.last <= end and is_party(c)]
    free = [c for c in between if not c.link and not c.adjective]
    doers = [c for c in free if c.head != "voice" and not on_ground(page, chunks, c)]
    if relative:
        return told if not any(c.last == end for c in between) or page.form(clause)[:1] == "و" else None
    return told if not doers else None


def deed_behind(page: Page, trigger: Trigger, triggers: Sequence[Trigger]) -> Trigger | None:
    """استهدفتها الغارات, استهداف غارات كذا: the noun of force right behind is the subject."""
    verb = trigger.verb
    if (verb is not None and lemma_of(verb) not in HITS) or (verb is None and trigger.lemma != "استهداف"):
        return None
    behind = next((t for t in triggers if t.first >= trigger.last), None)
    near = behind is not None and behind.first - trigger.last <= 0
    return (
        behind if near and behind is not None and _is_force(behind) and not (behind.peel and behind.peel.prep) else None
    )


def _is_force(told: Trigger) -> bool:
    return told.verb is None and told.frame.type == "ASSAULT" and told.frame.syntax in _SOURCE
