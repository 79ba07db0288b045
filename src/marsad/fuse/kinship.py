"""Who belongs to whom: parents, described groups, camps."""

from __future__ import annotations

from functools import cached_property

from marsad.packs import Packs

NOBODY = frozenset({"unknown"})


class Kinship:
    """Answers of the packs about actors' ids. Ids that the packs do not know are read by their own form."""

    def __init__(self, packs: Packs) -> None:
        self.packs = packs
        self._lines: dict[str, tuple[str, ...]] = {}
        self._kin: dict[tuple[str, str], bool] = {}

    def line(self, id: str) -> tuple[str, ...]:
        """`id`, its parent, its parent's parent ...; nearest first. `russia/x` without entry has parent `russia`."""
        if id not in self._lines:
            self._lines[id] = self._climb(id)
        return self._lines[id]

    def camp(self, id: str) -> str | None:
        """The camp of `id`: its own entry's, else that of the nearest forebear that has one."""
        for member in self.line(id):
            entry = self.packs.actors.get(member)
            if entry and entry.camp:
                return entry.camp
        return None

    def backer(self, id: str) -> str | None:
        """The backer that a described group's id names (`militias?backer=iran/irgc&kind=local`)."""
        _, _, query = id.partition("?")
        parts = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
        if "backer" in parts:
            return parts["backer"]
        return id.removesuffix("-backed-militias") if id.endswith("-backed-militias") else None

    def side(self, id: str) -> frozenset[str]:
        """Everything that `id` counts to: its line, its camp, its backer and theirs."""
        found = set(self.line(id))
        for more in (self.camp(id), self.backer(id)):
            if more and more not in found:
                found |= set(self.line(more)) | ({self.camp(more) or more})
        return frozenset(found)

    def kin(self, a: str, b: str) -> bool:
        """Whether two sources may mean one party by `a` and `b`: one above the other, or children of one state."""
        if a == b:
            return True
        pair = (a, b) if a < b else (b, a)
        if pair not in self._kin:
            self._kin[pair] = bool((self.side(a) & self.side(b)) - NOBODY)
        return self._kin[pair]

    @cached_property
    def ids(self) -> frozenset[str]:
        """All ids of the packs."""
        return frozenset(self.packs.actors)

    def _climb(self, id: str) -> tuple[str, ...]:
        line = [id]
        while (parent := self._parent(line[-1])) and parent not in line:
            line.append(parent)
        return tuple(line)

    def _parent(self, id: str) -> str | None:
        entry = self.packs.actors.get(id)
        if entry is not None:
            return entry.parent
        if id.startswith("person/") or "?" in id:
            return None
        return id.rpartition("/")[0] or None
