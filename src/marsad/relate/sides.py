"""Which side of a pair an actor stands on, and whether an incident lies between the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marsad.fuse import Incident, Party
from marsad.fuse.kinship import Kinship
from marsad.packs import Tie
from marsad.relate.rules import Rules

FAR = 100
TIES = frozenset({"part-of", "backed-by"})


@dataclass(frozen=True, slots=True)
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
        near_a, near_b = self._near(id, self.a), self._near(id, self.b)
        if near_a == near_b == float("inf"):
            tied = self._tied(id, day)
            return next(iter(tied)) if len(tied) == 1 else None
        return _nearer(near_a, near_b)

    def among(self, parties: Iterable[Party], day: str | None = None) -> frozenset[str]:
        """The sides present among `parties` on a day."""
        return frozenset(side for p in parties if (side := self.of(p.id, day)))

    def _tied(self, id: str, day: str | None) -> frozenset[str]:
        """Sides of those to whom `id` was tied on the day."""
        entry = self.kinship.packs.actors.get(id)
        ties = [t for t in entry.ties if t.kind in TIES and _stood(t, day)] if entry else []
        near = (_nearer(self._near(t.to, self.a), self._near(t.to, self.b)) for t in ties)
        return frozenset(side for side in near if side)

    def _near(self, id: str, end: str) -> float:
        line = self.kinship.line(id)
        if end in line:
            return line.index(end)
        return FAR if end in self.kinship.side(id) else float("inf")


def bearing(incident: Incident, sides: Sides, rules: Rules) -> str | None:
    """How the incident lies between the sides: "directed", "opposed", "joint", or None where it does not."""
    day = incident.start or incident.first_published
    actors, recipients = sides.among(incident.actor, day), sides.among(incident.recipient, day)
    if incident.mode == "third-party" and len(recipients) == 2:
        return "joint"
    if len(actors) == 2:
        return _together(incident, recipients, rules)
    if len(actors) == 1 and recipients - actors:
        return "directed"
    return None


def _nearer(a: float, b: float) -> str | None:
    return None if a == b else "a" if a < b else "b"


def _stood(tie: Tie, day: str | None) -> bool:
    if day is None:
        return True
    return not (tie.since and day < tie.since) and not (tie.until and day[: len(tie.until)] > tie.until)


def _together(incident: Incident, recipients: frozenset[str], rules: Rules) -> str | None:
    if incident.type in rules.opposed and (not incident.recipient or recipients):
        return "opposed"
    return "joint" if incident.type in rules.joint else None
