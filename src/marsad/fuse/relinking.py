"""Demands and answers after a round: only answers near what changed are asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from marsad.fuse.incident import Incident, from_json
from marsad.fuse.kinship import Kinship
from marsad.fuse.links import ANSWER, DEMAND, Board, answered, answering, places
from marsad.store.fuse_rows import AnswerRow
from marsad.store.fusing import Fusing

Link = tuple[str, str]


def relinked(
    rows: Fusing, old: Mapping[str, Incident], made: Sequence[Incident], kinship: Kinship
) -> tuple[list[dict[str, Any]], list[AnswerRow]]:
    """The documents of `made` (they take the place of `old`) and of all others whose links change; where they stand."""
    around = _Around(rows, old, made, kinship)
    stale = around.stale()
    around.load(stale)
    links = {id: [(d.id, kind) for d, kind in around.answered(id)] for id in sorted(stale)}
    demands = {d for id in stale for d, _ in around.known[id].answers} | {d for told in links.values() for d, _ in told}
    demands |= {d for incident in old.values() for d, _ in incident.answers}
    demands = {d for d in demands | {i.id for i in made} if d in around.now or d not in old}
    around.load(demands)
    altered = dict(around.now)
    for id in sorted(stale | demands):
        was = altered.get(id) or around.known[id]
        answers = tuple(sorted(links[id])) if id in links else was.answers
        kept = [(a, kind) for a, kind in was.answered_by if a not in links and a not in old]
        fresh = [(a, kind) for a, told in links.items() for d, kind in told if d == id]
        now = replace(was, answers=answers, answered_by=tuple(sorted({*kept, *fresh})))
        if id in around.now or now != was:
            altered[id] = now
    filed = [(*place, i.id) for i in altered.values() for place in sorted(set(places(i, kinship)))]
    return [i.to_json() for i in altered.values()], filed


class _Around:
    """What lies near the changed incidents."""

    def __init__(self, rows: Fusing, old: Mapping[str, Incident], made: Sequence[Incident], kinship: Kinship) -> None:
        self.rows, self.old, self.kinship, self.rules = rows, old, kinship, answering()
        self.now = {incident.id: incident for incident in made}
        self.known: dict[str, Incident] = dict(self.now)
        self._board = Board(made, kinship)

    def stale(self) -> set[str]:
        """Answers that may answer something else now."""
        found = {id for i in self.old.values() for id, _ in i.answered_by}
        for incident in (*self.old.values(), *self.now.values()):
            by_role: dict[tuple[str, int], list[str]] = {}
            for role, side, day in places(incident, self.kinship):
                by_role.setdefault((role, day), []).append(side)
            for (role, day), sides in by_role.items():
                first, last = (0, self.rules.days) if role == DEMAND else (-self.rules.promise, 0)
                found |= self.rows.answering(ANSWER, sides, day + int(first), day + int(last))
        found |= {i.id for i in self.now.values() if any(role == ANSWER for role, _, _ in places(i, self.kinship))}
        return {id for id in found if id in self.now or id not in self.old}

    def load(self, ids: Iterable[str]) -> None:
        """Read incidents that are not known yet."""
        left = {id for id in ids if id not in self.known and id not in self.old}
        self.known |= {id: from_json(doc) for id, doc in self.rows.documents(left).items()}

    def answered(self, id: str) -> list[tuple[Incident, str]]:
        """What the answer `id` answers now."""
        return answered(self.known[id], self._find, self.kinship, self.rules)

    def _find(self, role: str, sides: Iterable[str], first: int, last: int) -> list[Incident]:
        sides = list(sides)
        stored = self.rows.answering(role, sides, first, last) - self.old.keys() - self.now.keys()
        self.load(stored)
        return [*(self.known[id] for id in sorted(stored)), *self._board.find(role, sides, first, last)]
