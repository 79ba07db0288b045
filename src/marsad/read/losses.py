"""What a side lost: خسر التنظيم أربعة من مقاتليه, خسارة الجبهة مقاتلاً واحداً."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from marsad.read.deed import Deed
from marsad.read.groups import Group, GroupReader
from marsad.read.page import Page
from marsad.read.roles import RoleReader

_LOST = frozenset("فقد فقدت فقدوا خسر خسرت خسروا فقدان خساره وخساره وفقدان وفقد وفقدت وخسر وخسرت".split())
_FAR = 7


def add_losses(page: Page, reader: RoleReader, deeds: Sequence[Deed]) -> None:
    """Those whom a side lost in a fight are its dead; they go to the fight told before, else to the one behind."""
    fights = [d for d in deeds if d.type == "ASSAULT" and d.status in ("actual", "historical")]
    if not fights:
        return
    taken = {k for t in reader.triggers for k in range(t.first, t.last)}
    groups = GroupReader(page, reader.chunks, reader.sentence.last, taken=taken)
    for k in range(reader.sentence.first, reader.sentence.last):
        if page.form(k) not in _LOST or k in taken:
            continue
        lost = _lost(page, groups, k)
        if lost is None:
            continue
        before = [d for d in fights if d.trigger.first < k]
        deed = before[-1] if before else fights[0]
        known = deed.counts.get("killed", [])
        if all(c.span.start != page.span(lost.first, lost.last, lost.cut).start for c in known):
            deed.counts["killed"] = [*known, lost.count(page)]


def _lost(page: Page, groups: GroupReader, k: int) -> Group | None:
    """The counted people behind the side that lost them, with that side as their owner."""
    side = next((c for c in groups.chunks if c.kind == "actor" and k < c.first <= k + 2 and not c.number), None)
    start = side.last if side is not None else k + 1
    for i in range(start, min(start + _FAR, groups.last)):
        if page.form(i) in "،,؛." or groups.breaks(i):
            return None
        found = groups.at(i)
        if found is not None and found.sure and found.rule in ("number", "dual", "one"):
            if found.rule == "one" and not page.raw(i).rstrip().endswith(("اً", "ًا", "ا")):
                return None
            return replace(found, id=found.id or (side.id if side else None))
    return None
