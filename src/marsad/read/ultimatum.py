"""Demands that a threat holds in its condition: will attack unless it frees the prisoners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.read.clauses import lemma_of
from marsad.read.deed import Deed
from marsad.read.layout import Sentence
from marsad.read.lexicon import bare
from marsad.read.page import Page
from marsad.read.trigger import Trigger

UNLESS = "unless"  # rule of the record of a demand that is worded as a condition
_WARNS = {"ASSAULT": "violence", "COERCE": "restrict"}
_SHOULD = frozenset("ان اذا".split())


def conditional(page: Page, sentence: Sentence, told: Sequence[Deed]) -> None:
    """سيضرب أوكارهم إن تكررت المحاولات: force told ahead under a condition, by a party that is named, threatens."""
    for deed in told:
        verb = deed.trigger.verb
        if deed.type not in _WARNS or verb is None or verb.particle != "س" or deed.trigger.passive:
            continue
        if not any(c.id and c.id != "unknown" for c in deed.actors) or not _on_condition(page, sentence, deed):
            continue
        deed.mode = "arrest" if deed.mode == "arrest" else _WARNS[deed.type]
        deed.type, deed.status = "THREATEN", "actual"
        deed.rules.append("on-condition")


def _on_condition(page: Page, sentence: Sentence, deed: Deed) -> bool:
    """A clause of condition begins behind the deed: إن/إذا with a past verb or لم, ما لم."""
    for k in range(deed.trigger.last, min(deed.trigger.last + 16, sentence.last - 1)):
        if page.form(k) in ".؛":
            return False
        after = page.form(k + 1)
        if page.form(k) == "ما" and after == "لم":
            return True
        marked = page.raw(k).startswith("إ") or page.form(k) == "اذا"
        if page.form(k) in _SHOULD and marked and (after == "لم" or _past_verb(page, k + 1)):
            return True
    return False


def _past_verb(page: Page, k: int) -> bool:
    reads = page.verbs(k)
    plain = {r.form.tense for r in reads} == {"past"}
    return plain or (not reads and page.form(k).endswith("ت") and len(page.form(k)) > 3)


_IF = frozenset("ان اذا ما حال وان واذا وما".split())
_MODES = ("withdraw", "yield")


def unless(page: Page, sentence: Sentence, told: Sequence[Deed]) -> list[Deed]:
    """The demand that each threat of the sentence makes by إن لم, unless the sentence tells a demand anyway."""
    if any(d.type == "REQUEST" for d in told):
        return []
    threat = next((d for d in told if d.type == "THREATEN" and d.told), None)
    if threat is None:
        return []
    for k in range(sentence.first, sentence.last - 2):
        if page.form(k) in _IF and page.form(k + 1) == "لم" and (mode := _asked(page, k + 2)):
            return [_demand(page, sentence, threat, k, mode)]
    return []


def _asked(page: Page, k: int) -> str | None:
    """The mode of demand that the verb at `k` belongs to."""
    words = page.lexicon.frames["demand"].complement
    lemmas = {bare(lemma_of(r)) for r in page.verbs(k)}
    return next((mode for mode in _MODES if lemmas & words.get(mode, frozenset())), None)


def _demand(page: Page, sentence: Sentence, threat: Deed, k: int, mode: str) -> Deed:
    trigger = Trigger(page.lexicon.frames["demand"], k + 2, k + 3)
    last = next((j for j in range(k + 2, sentence.last) if page.form(j) in "،؛." or page.is_quote(j)), sentence.last)
    return replace(
        threat, trigger=trigger, type="REQUEST", mode=mode, counts={}, equipment=[], merged=[], tellings=[],
        evidence=[(k, last)], rules=["demand", UNLESS], complement=None, place=None,
        actors=list(threat.actors), recipients=list(threat.recipients),
    )  # fmt: skip
