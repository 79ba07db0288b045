"""What stands at a party's noun: whose it is believed to be, who is in a post without an owner, its case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marsad.read.clauses import HOLDS

if TYPE_CHECKING:
    from marsad.read.actors import ActorReader
    from marsad.read.chunks import Chunk
    from marsad.read.page import Page
    from marsad.read.resolving import Draft

_HEDGES = frozenset("يعتقد يظن يرجح يشتبه يشك ويعتقد ويرجح".split())
_THEIRS = ("ها", "ه", "هم", "هما", "هن")
_THEY_ARE = frozenset(stem + end for stem in ("ان", "بان") for end in _THEIRS)
_BELONGING = tuple(p + s for p in ("", "ب") for s in ("انتما", "تبعيت", "ارتباط", "ولا"))


def believed(reader: ActorReader, k: int, draft: Draft) -> int | None:
    """طائرات يُعتقد أنها روسية, مسلحون يُرجّح أنهم من خلايا التنظيم: what is told of them goes with the phrase."""
    page = reader.page
    if page.form(k) not in _HEDGES:
        return None
    j = k + 2 if page.form(k + 1) in ("في", "ب") else k + 1
    if page.form(j) == "ان" and page.form(j + 1) in ("تكون", "يكون", "يكونوا", "يكونون"):
        j += 1
    elif page.form(j).startswith(_BELONGING) and page.form(j).endswith(_THEIRS):
        j += page.form(j + 1) in ("الي", "ل", "ب")
        patron = reader.read(page.skip_quotes(j + 1))
        draft.rels += [("part-of", patron)] if patron else []
        draft.rule.append("believed")
        return patron.last if patron else None
    elif page.form(j) not in _THEY_ARE:
        return None
    j = page.skip_quotes(j + 1)
    step = reader.step(j, draft)
    if step is None and draft.people and (party := reader.read(j)) and party.id:  # شخصاً يُرجّح أنه قيادي في كذا
        draft.name, step = party.id, party.last
    if step is not None:
        draft.rule.append("believed")
    return step


def held_by(reader: ActorReader, last: int) -> str | None:
    """قاعدة عسكرية في غرب العراق تضم قوات أمريكية: who is in a post that no owner is told of."""
    for k in range(last, min(last + 5, len(reader.page.tokens) - 1)):
        if reader.page.form(k) in HOLDS:
            held = reader.read(k + 1)
            return held.id if held else None
        if reader.page.form(k) in "،,.؛" or reader.page.verbs(k):
            return None
    return None


def read_case(page: Page, chunk: Chunk) -> None:
    """A written accusative (ضابطاً) says object."""
    form, before = page.form(chunk.first), chunk.first - 1
    named = chunk.head is not None or chunk.people is not None
    if chunk.first in page.indefinite:
        chunk.accusative = named and page.raw(chunk.first).endswith(("اً", "ًا"))
    counted = chunk.number is not None and chunk.number.first < chunk.first
    if form.endswith("ين") and len(form) > 4 and not (counted or chunk.link or chunk.definite or chunk.joined):
        people = chunk.head == "members" or chunk.people is not None
        chunk.accusative = people and bool(page.verbs(before))  # تعتقل شخصين
