"""Which side of a pair an actor stands on: by its own line, by its patron, or by its dated ties."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from marsad.fuse import Party
from marsad.fuse.kinship import Kinship
from marsad.packs import Tie

FAR = 100
TIES = frozenset({"part-of", "backed-by"})
Span = tuple[int, str, bool]
"""From an ordinal day on: side "a", "b" or "", and whether as a client only."""


class Standings:
    """To whom each actor counts, and how nearly; remembered, because every pair asks it again."""

    def __init__(self, kinship: Kinship) -> None:
        self.kinship = kinship
        self._near: dict[str, dict[str, int]] = {}

    def near(self, id: str) -> dict[str, int]:
        """Everything that `id` counts to -> steps up its own line, `FAR` for camps and backers."""
        if id not in self._near:
            line = self.kinship.line(id)
            self._near[id] = dict.fromkeys(self.kinship.side(id), FAR) | {up: n for n, up in enumerate(line)}
        return self._near[id]

    def ties(self, id: str) -> list[Tie]:
        """The packs' ties that put an actor on a side."""
        entry = self.kinship.packs.actors.get(id)
        return [t for t in entry.ties if t.kind in TIES] if entry else []

    def ends(self, id: str) -> frozenset[str]:
        """All ids of pairs in which `id` can stand on a side."""
        found = set(self.near(id))
        for tie in self.ties(id):
            found |= set(self.near(tie.to))
        return frozenset(found)


@dataclass(frozen=True)
class Sides:
    """The two ends of a pair."""

    a: str
    b: str
    kinship: Kinship

    def of(self, id: str, day: str | None = None) -> str | None:
        """Side "a" or "b" on an ISO day, or None.

        Own hierarchy goes before camp and backer, these before the dated ties of the packs; who is equally near to
        both is on neither.
        """
        near = self.standings.near(id)
        near_a, near_b = near.get(self.a), near.get(self.b)
        if near_a is None and near_b is None:
            tied = self._tied(id, day)
            return next(iter(tied)) if len(tied) == 1 else None
        return _nearer(near_a, near_b)

    def own(self, id: str) -> bool:
        """Whether `id` belongs to an end by its own line, and is no client."""
        near = self.standings.near(id)
        return min(near.get(self.a, FAR), near.get(self.b, FAR)) < FAR

    def among(self, parties: Iterable[Party], day: str | None = None) -> frozenset[str]:
        """The sides present among `parties` on a day."""
        return frozenset(side for p in parties if (side := self.of(p.id, day)))

    def spans(self, id: str) -> list[Span]:
        """The sides of `id` in the order of time; the first span begins on day 0, which stands for an unknown day."""
        near = self.standings.near(id)
        if near.keys() & {self.a, self.b}:
            return [(0, self.of(id) or "", not self.own(id))]
        days = {d for t in self.standings.ties(id) for d in (_first(t.since), _after(t.until)) if d}
        made = [(0, self.of(id) or "", True)]  # day 0 stands for no date
        made += [(d, self.of(id, date.fromordinal(d).isoformat()) or "", True) for d in sorted({1, *days})]
        return made[:1] + [two for one, two in pairwise(made) if one[1] != two[1]]

    @cached_property
    def standings(self) -> Standings:
        """The table that both ends are looked up in; `sharing` gives it to many pairs."""
        return Standings(self.kinship)

    @classmethod
    def sharing(cls, a: str, b: str, standings: Standings) -> Sides:
        """The sides of a pair that remember what other pairs asked."""
        made = cls(a, b, standings.kinship)
        made.__dict__["standings"] = standings
        return made

    def _tied(self, id: str, day: str | None) -> frozenset[str]:
        """Sides of those to whom `id` was tied on the day."""
        ties = [t for t in self.standings.ties(id) if _stood(t, day)]
        near = (self.standings.near(t.to) for t in ties)
        found = (_nearer(n.get(self.a), n.get(self.b)) for n in near)
        return frozenset(side for side in found if side)


def _nearer(a: int | None, b: int | None) -> str | None:
    one, two = (FAR + 1 if n is None else n for n in (a, b))
    return None if one == two else "a" if one < two else "b"


def _stood(tie: Tie, day: str | None) -> bool:
    if day is None:
        return True
    return not (tie.since and day < tie.since) and not (tie.until and day[: len(tie.until)] > tie.until)


def _first(prefix: str | None) -> int | None:
    return date.fromisoformat(prefix + "-01-01"[len(prefix) - 4 :]).toordinal() if prefix else None


def _after(prefix: str | None) -> int | None:
    """The first day after a year, month or day."""
    if not prefix:
        return None
    year, month = int(prefix[:4]), int(prefix[5:7] or 12)
    if len(prefix) == 10:
        return date.fromisoformat(prefix).toordinal() + 1
    return date(year + month // 12, month % 12 + 1, 1).toordinal()
