"""Deeds as subjects: القصف استهدف كذا, غارات ... والتي تستهدف كذا, مستودعات استهدفتها الغارات."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.read.chunks import Chunk
from marsad.read.clauses import grammar, lemma_of
from marsad.read.deed import is_party
from marsad.read.page import Page
from marsad.read.trigger import Trigger

HITS = frozenset(("استهدف", "طال", "ضرب", "أصاب", "شمل", "دمر", "دك", "تركز"))
_SOURCE = frozenset(("strike", "blast", "shot", "mutual"))
_NEAR, _FAR = 5, 18


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
    told = next((t for t in reversed(triggers) if t.last <= end), None)
    if told is None or not _is_force(told) or end - told.last > reach:
        return None
    between = [c for c in chunks if told.last <= c.first and c.last <= end and is_party(c)]
    doers = [c for c in between if not c.link and not c.adjective]
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
