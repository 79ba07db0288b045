"""A series of reports with what is known of its incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marsad.fuse import Incident
from marsad.packs import Packs
from marsad.relate.chains import Quarrels, between
from marsad.relate.counting import Counter
from marsad.relate.ledger import Ledger, act
from marsad.relate.pair import members
from marsad.store import StoredReport


@dataclass(frozen=True)
class World:
    """Incidents, what else relating takes from the reports, and the chains' own names of the incidents."""

    found: list[Incident]
    stored: list[StoredReport]
    named: dict[tuple[str, str], str]
    packs: Packs

    def quarrels(self, a: str, b: str, day: str = "2022-08-30") -> Quarrels:
        ledger = Ledger([act(i, members(self.stored)) for i in self.found])
        return between(Counter(ledger, self.packs), self.found, a, b, as_of=date.fromisoformat(day))

    def names(self, incident: Incident) -> set[str]:
        return {self.named[key] for key in incident.events if key in self.named}

    def name(self, id: str) -> set[str]:
        return self.names(next(i for i in self.found if i.id == id))
