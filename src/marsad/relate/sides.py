"""Which side of a pair an actor stands on, and whether an incident lies between the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from marsad.fuse import Incident, Party
from marsad.fuse.kinship import Kinship
from marsad.relate.rules import Rules

FAR = 100


@dataclass(frozen=True, slots=True)
class Sides:
    """The two ends of a pair."""

    a: str
    b: str
    kinship: Kinship

    def of(self, id: str) -> str | None:
        """ "a", "b", or None. Own hierarchy goes before camp and backer; who is equally near to both is on neither."""
        near_a, near_b = self._near(id, self.a), self._near(id, self.b)
        if near_a == near_b:
            return None
        return "a" if near_a < near_b else "b"

    def among(self, parties: Iterable[Party]) -> frozenset[str]:
        """The sides present among `parties`."""
        return frozenset(side for p in parties if (side := self.of(p.id)))

    def _near(self, id: str, end: str) -> float:
        line = self.kinship.line(id)
        if end in line:
            return line.index(end)
        return FAR if end in self.kinship.side(id) else float("inf")


def bearing(incident: Incident, sides: Sides, rules: Rules) -> str | None:
    """How the incident lies between the sides: "directed", "opposed", "joint", or None where it does not."""
    actors, recipients = sides.among(incident.actor), sides.among(incident.recipient)
    if len(actors) == 2:
        return _together(incident, recipients, rules)
    if len(actors) == 1 and recipients - actors:
        mediated = incident.mode == "third-party" and len(recipients) == 2
        return "joint" if mediated else "directed"
    return None


def _together(incident: Incident, recipients: frozenset[str], rules: Rules) -> str | None:
    if incident.type in rules.opposed and (not incident.recipient or recipients):
        return "opposed"
    return "joint" if incident.type in rules.joint else None
