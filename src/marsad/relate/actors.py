"""The actors of a store: names, labels, units, ties, posts held, persons in office, incidents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from marsad.fuse import Incident, incidents
from marsad.fuse.kinship import Kinship
from marsad.fuse.titles import party
from marsad.model import Mention
from marsad.packs import Packs, fold_word, load
from marsad.relate.naming import resolve
from marsad.relate.ties import Standpoint, Tie, known, reported, standpoints
from marsad.store import Store, StoredReport

Json = dict[str, Any]
Uses = dict[str, dict[str, list[StoredReport]]]
"""Actor -> words used for it -> reports."""


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor met in the store.

    `names` are the words reports use for it with counts; `labels` those of them that the packs know as partisan,
    {"text","stance","count","outlets"}; `side` its camp or None; `units` what stands directly below it. `standpoints`
    tell whose it is said to be, `positions` the posts that reports give it, {"place","place_id","kind","since","until",
    "reports"}, `persons` who holds an office in it, {"name","role","relation","reports"} (no private persons).
    """

    id: str
    ar: str
    en: str
    kind: str
    parent: str | None
    side: str | None
    names: tuple[tuple[str, int], ...]
    incidents: tuple[str, ...]
    ties_reported: tuple[Tie, ...]
    ties_known: tuple[Tie, ...]
    labels: tuple[Json, ...] = ()
    units: tuple[str, ...] = ()
    standpoints: tuple[Standpoint, ...] = ()
    positions: tuple[Json, ...] = ()
    persons: tuple[Json, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether reports, or reports and packs, tie it to different powers."""
        return len(self.standpoints) > 1

    def to_json(self) -> Json:
        """Keys: id, ar, en, kind, parent, camp, names, labels, units, incidents, ties {"reported","known"},
        standpoints, disputed, positions, persons.
        """
        out: Json = {"id": self.id, "ar": self.ar, "en": self.en, "kind": self.kind, "parent": self.parent}
        out |= {"camp": self.side, "names": [{"text": text, "count": n} for text, n in self.names]}
        out |= {"labels": list(self.labels), "units": list(self.units), "incidents": list(self.incidents)}
        ties = {"reported": [t.to_json() for t in self.ties_reported], "known": [t.to_json() for t in self.ties_known]}
        out |= {"ties": ties, "standpoints": [s.to_json() for s in self.standpoints], "disputed": self.disputed}
        return out | {"positions": list(self.positions), "persons": list(self.persons)}


def actors(store: Store, *, packs: Packs | None = None) -> list[Actor]:
    """All actors of the store's incidents and affiliations, most incidents first; no persons."""
    files = Files(store, packs or load())
    return sorted((files.actor(id) for id in files.ids), key=lambda a: (-len(a.incidents), a.id))


def actor(store: Store, id: str, *, packs: Packs | None = None) -> Actor:
    """One actor by id or name. Raises StoreError E310 with the nearest names."""
    files = Files(store, packs or load())
    return files.actor(resolve(id, files.packs, met=files.ids))


class Files:
    """What the reports of a store say of each actor; with `only` these reports, without the actors' incidents."""

    def __init__(self, store: Store, packs: Packs, *, only: Sequence[StoredReport] | None = None) -> None:
        self.packs, self.kinship = packs, Kinship(packs)
        self.reports = store.reports() if only is None else only
        self._uses, self._ties = _uses(self.reports), reported(self.reports)
        self._where = _incidents(incidents(store, packs=packs)) if only is None else {}
        tied = {id for tie in self._ties for id in (tie.member, tie.group)}
        self.ids = frozenset(i for i in {*self._uses, *self._where, *tied} if not i.startswith("person/"))

    def actor(self, id: str) -> Actor:
        """The page of one actor; empty of facts where the store does not know it."""
        entry, uses = self.packs.actors.get(id), self._uses.get(id, {})
        common = sorted(((text, len(told)) for text, told in uses.items()), key=lambda item: (-item[1], item[0]))
        shown = party(id, common[0][0] if common else id, self.packs)
        line = self.kinship.line(id)
        told = [t for t in self._ties if id in (t.member, t.group)]
        packed = list(known(id, self.kinship))
        return Actor(
            id=id, ar=shown.ar, en=shown.en, kind=entry.kind if entry else "militia" if "?" in id else "unknown",
            parent=line[1] if len(line) > 1 else None, side=self.kinship.camp(id), names=tuple(common),
            incidents=tuple(self._where.get(id, ())), ties_reported=tuple(told), ties_known=tuple(packed),
            labels=tuple(self._labels(id)), units=tuple(self._units(id)),
            standpoints=standpoints(id, [*told, *packed], self.kinship), positions=tuple(self._positions(id)),
            persons=tuple(self._persons(id)),
        )  # fmt: skip

    def _labels(self, id: str) -> Iterator[Json]:
        entry = self.packs.actors.get(id)
        stances = {fold_word(label.text): label.stance for label in entry.labels} if entry else {}
        for text, told in sorted(self._uses.get(id, {}).items(), key=lambda item: -len(item[1])):
            stance = stances.get(fold_word(text.strip("\"'«»“”")))
            if stance:
                outlets = sorted({s.report.outlet for s in told if s.report.outlet})
                yield {"text": text, "stance": stance, "count": len(told), "outlets": outlets}

    def _units(self, id: str) -> list[str]:
        listed = {e.id for e in self.packs.actors.values() if e.parent == id}
        return sorted(listed | {other for other in self.ids if self.kinship.line(other)[1:2] == (id,)})

    def _positions(self, id: str) -> Iterator[Json]:
        held: dict[tuple[str, str], list[StoredReport]] = defaultdict(list)
        for stored in self.reports:
            for p in stored.reading.positions if stored.reading else ():
                if p.actor.id == id:
                    held[p.place.id or p.place.span.quote(stored.report.text), p.kind].append(stored)
        for (place, kind), told in sorted(held.items()):
            entry = self.packs.places.get(place)
            out = {"place": entry.ar if entry else place, "place_id": place if entry else None, "kind": kind}
            yield out | _dated(told)

    def _persons(self, id: str) -> Iterator[Json]:
        held: dict[tuple[str, str | None, str], list[StoredReport]] = defaultdict(list)
        for stored in self.reports:
            for name, role, relation in _officers(stored, id):
                held[name, role, relation].append(stored)
        for (name, role, relation), told in held.items():
            yield {"name": name, "role": role, "relation": relation} | _dated(told)


def _officers(stored: StoredReport, id: str) -> Iterator[tuple[str, str | None, str]]:
    """Persons that a report puts into the actor's offices. Private ones are nobody's business here."""
    if stored.reading is None:
        return
    text = stored.report.text
    public = {p.id: p for p in stored.reading.persons if not p.private}
    leaders = {a.group.id for a in stored.reading.affiliations if a.relation == "led-by" and a.member.id == id}
    for person in public.values():
        within = person.organisation is not None and person.organisation.id == id
        if within or (person.id and person.id in leaders):
            role = person.role.quote(text) if person.role else None
            yield person.span.quote(text), role, "leads" if person.id in leaders else "holds office in"


def _dated(told: Sequence[StoredReport]) -> Json:
    days = sorted(s.report.published.isoformat() for s in told if s.report.published)
    names = sorted({s.name for s in told})
    return {"since": days[0] if days else None, "until": days[-1] if days else None, "reports": names}


def _mentions(stored: StoredReport) -> Iterator[Mention]:
    if stored.reading is None:
        return
    for event in stored.reading.events:
        yield from event.actor
        yield from event.recipient
    for affiliation in stored.reading.affiliations:
        yield affiliation.member
        yield affiliation.group


def _uses(reports: Sequence[StoredReport]) -> Uses:
    uses: Uses = defaultdict(lambda: defaultdict(list))
    for stored in reports:
        found = Counter((m.id, m.span) for m in _mentions(stored) if m.id)
        for id, span in found:
            uses[id or ""][span.quote(stored.report.text)].append(stored)
    return uses


def _incidents(found: Sequence[Incident]) -> dict[str, list[str]]:
    where: dict[str, list[str]] = defaultdict(list)
    for incident in found:
        for id in sorted({p.id for p in (*incident.actor, *incident.recipient)}):
            where[id].append(incident.id)
    return where
