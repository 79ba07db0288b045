"""Which incidents leave the house: the filters of `marsad incidents`, and pair and place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from marsad.errors import InputError
from marsad.fuse.kinship import Kinship
from marsad.packs import Packs, fold_word

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for; None asks for everything.

    `actor` takes in those below it, `pair` keeps what lies between two sides, `place` is an id (with all below it) or a
    piece of a name, `since` and `until` are ISO days.
    """

    actor: str | None = None
    type: str | None = None
    since: str | None = None
    until: str | None = None
    contradicted: bool = False
    pair: tuple[str, str] | None = None
    place: str | None = None

    def to_json(self) -> Json:
        """What was asked for, without the rest."""
        return {key: value for key, value in asdict(self).items() if value}

    def test(self, packs: Packs) -> Callable[[Json], bool]:
        """A test of incidents' documents. Raises InputError E603 for a day that is none, StoreError E310."""
        for day in (self.since, self.until):
            _day(day)
        if self.since and self.until and self.since > self.until:
            raise InputError("E603", f"the period ends ({self.until}) before it begins ({self.since})", "swap the two")
        return _Test(self, packs)


class _Test:
    """Remembers what it learnt of actors and places, since a million incidents ask the same."""

    def __init__(self, query: Query, packs: Packs) -> None:
        from marsad.relate.naming import resolve

        self.query, self.packs, self.kinship = query, packs, Kinship(packs)
        self.pair = tuple(resolve(end, packs) for end in query.pair) if query.pair else None
        self._sides: dict[str, frozenset[str]] = {}
        self._places: dict[str, bool] = {}

    def __call__(self, document: Json) -> bool:
        q = self.query
        if (q.type and document["type"] != q.type) or (q.contradicted and not document["contradictions"]):
            return False
        if (q.since and (document["end"] or "") < q.since) or (q.until and (document["start"] or "9999") > q.until):
            return False
        return self._met(document) and (not q.place or self._there(document["place"]))

    def _met(self, document: Json) -> bool:
        if not self.query.actor and not self.pair:
            return True
        actors, recipients = ([self._side(p["id"]) for p in document[s]] for s in ("actor", "recipient"))
        if self.query.actor and not any(self.query.actor in side for side in actors + recipients):
            return False
        if not self.pair:
            return True
        a, b = ({n for n, s in enumerate(actors + recipients) if end in s} for end in self.pair)
        return bool(a - b and b - a)

    def _side(self, id: str) -> frozenset[str]:
        if id not in self._sides:
            self._sides[id] = self.kinship.side(id)
        return self._sides[id]

    def _there(self, site: Json | None) -> bool:
        if site is None:
            return False
        key = f"{site['id']}\0{site['text']}"
        if key not in self._places:
            self._places[key] = self._near(site)
        return self._places[key]

    def _near(self, site: Json) -> bool:
        place, id = self.query.place or "", site["id"] or ""
        if id == place or id.startswith(place + "/"):
            return True
        entry = self.packs.places.get(id)
        names = " ".join((site["text"], *site["name"].values(), *(entry.also if entry else ())))
        return fold_word(place.lower()) in fold_word(names.lower())


def _day(day: str | None) -> None:
    try:
        if day:
            date.fromisoformat(day)
    except ValueError as error:
        raise InputError("E603", f"{day!r} is no day", "write it as 2022-06-16") from error
