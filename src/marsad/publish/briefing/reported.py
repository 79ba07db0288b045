"""What is new in ties and positions, and who told what of the period."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from marsad.fuse.titles import party
from marsad.packs import Packs
from marsad.publish.briefing.brief import Note, Sentence, SourceRow, note
from marsad.publish.briefing.deeds import TOLD, Deeds
from marsad.publish.briefing.gather import Facts
from marsad.publish.briefing.words import Words
from marsad.publish.format import outlets
from marsad.publish.masking import Mask
from marsad.store import StoredReport

Json = dict[str, Any]
Tied = tuple[str, str, str]
MOST = 6
LOUD = 3  # incidents told alone from which an outlet is named


class Reported:
    """The sections that look at reports rather than at incidents."""

    def __init__(self, facts: Facts, words: Words, packs: Packs, mask: Mask) -> None:
        self.facts, self.words, self.packs, self.mask = facts, words, packs, mask
        self.deeds = Deeds(words, packs)

    def ties(self) -> Iterator[Sentence]:
        """Ties and positions that no report of the store told before the period."""
        yield from (s for s in list(self._ties())[:MOST])
        yield from (s for s in list(self._positions())[:MOST])

    def sources(self) -> Iterator[Sentence]:
        """Who published most, what is copied, who tells alone."""
        rows = self.outlets()
        if not rows or not self.facts.reports:
            return
        first = rows[0]
        mine = [s.name for s in self.facts.reports if s.report.outlet == first.outlet]
        count = self.words.grammar.counted
        if len(rows) > 1 and first.reports > rows[1].reports:
            text = self.words.say(
                "source", "most", outlet=self.words.grammar.apart(first.outlet), reports=count(first.reports, "report")
            )
            yield Sentence(text, Note((), tuple(mine)))
        copies = [s.name for s in self.facts.reports if s.copy_of]
        if copies:
            said = count(len(copies), "copy", oblique=True)
            yield Sentence(self.words.say("source", "copies", copies=said), Note((), tuple(copies)))
        for row in rows:
            if row.alone >= LOUD:
                alone = [d for d in self._told() if outlets(d) == [row.outlet]]
                said = count(row.alone, "incident", oblique=True)
                text = self.words.say(
                    "source", "alone", subject=row.outlet, outlet=self.words.grammar.apart(row.outlet), incidents=said
                )
                yield Sentence(text, note(alone))

    def outlets(self) -> list[SourceRow]:
        """One row an outlet that published in the period, the most reports first."""
        told = [s for s in self.facts.reports if s.report.outlet]
        reports, copies = (Counter(s.report.outlet for s in told if s.copy_of or not only) for only in (False, True))
        alone = Counter(names[0] for d in self._told() if len(names := outlets(d)) == 1)
        rows = [SourceRow(str(o), n, copies[o], alone[str(o)]) for o, n in reports.items()]
        return sorted(rows, key=lambda r: (-r.reports, r.outlet))

    def _told(self) -> list[Json]:
        return [d for d in self.facts.now if d["status"] in TOLD]

    def _ties(self) -> Iterator[Sentence]:
        known = set(_tied(self.facts.earlier))
        for key, told in _tied(self.facts.reports).items():
            member, group, kind = key
            if key in known or not self._between(member, group, told):
                continue
            names = {"member": self._name(member), "group": self._leader(key, told[0]) or self._name(group)}
            if all(names.values()):
                by = self.words.list([s.report.outlet for s in told if s.report.outlet])
                if by:
                    text = self.words.say(
                        "tie", kind, subject=names["group"], member=names["member"], group=names["group"], outlets=by
                    )
                    yield Sentence(text, Note((), tuple(s.name for s in told)))

    def _positions(self) -> Iterator[Sentence]:
        known = set(_placed(self.facts.earlier))
        for key, told in _placed(self.facts.reports).items():
            actor, place, kind = key
            entry = self.packs.places.get(place)
            if key in known or entry is None or actor not in self.packs.actors or not self._between(actor, actor, told):
                continue
            site = {
                "id": place,
                "name": {"ar": entry.ar, "en": entry.en},
                "text": entry.ar,
                "precision": entry.precision,
            }
            by = self.words.list([s.report.outlet for s in told if s.report.outlet])
            if by and (not self.facts.query.place or place.startswith(self.facts.query.place)):
                text = self.words.say(
                    "position", kind=self.words.get("positions", kind), actor=self._name(actor),
                    place=self.deeds.place(site), outlets=by,
                )  # fmt: skip
                yield Sentence(text, Note((), tuple(s.name for s in told)))

    def _between(self, member: str, group: str, told: Sequence[StoredReport]) -> bool:
        """Whether it concerns what is asked for: with a pair, one of its sides; with a place, its reports."""
        from marsad.fuse.kinship import Kinship
        from marsad.relate.naming import resolve

        if self.facts.query.pair:
            kinship = Kinship(self.packs)
            sides = {resolve(end, self.packs) for end in self.facts.query.pair}
            return bool(sides & (kinship.side(member) | kinship.side(group)))
        if self.facts.query.place:
            used = {r for d in self.facts.now for r, _ in d["events"]}
            return any(s.name in used for s in told)
        return True

    def _leader(self, key: Tied, stored: StoredReport) -> str:
        """The name of a person in office as the report has it; "" for all others, and for private persons always."""
        _member, group, kind = key
        if kind != "led-by" or not group.startswith("person/") or stored.reading is None or self.words.lang != "ar":
            return ""
        public = {p.id: p for p in stored.reading.persons if not p.private and p.id}
        name = public[group].span.quote(stored.report.text) if group in public else ""
        return self.words.grammar.accusative(name) if self.mask.words(name, [stored.name]) == name else ""

    def _name(self, id: str) -> str:
        if id.startswith("person/") or (id not in self.packs.actors and "backer=" not in id):
            return ""
        made = party(id, "", self.packs)
        return made.ar if self.words.lang == "ar" else made.en


def _tied(reports: Sequence[StoredReport]) -> dict[Tied, list[StoredReport]]:
    found: dict[Tied, list[StoredReport]] = defaultdict(list)
    for stored in reports:
        for a in stored.reading.affiliations if stored.reading else ():
            if a.member.id and a.group.id and a.member.id != a.group.id:
                _add(found[a.member.id, a.group.id, a.relation], stored)
    return found


def _placed(reports: Sequence[StoredReport]) -> dict[Tied, list[StoredReport]]:
    found: dict[Tied, list[StoredReport]] = defaultdict(list)
    for stored in reports:
        for p in stored.reading.positions if stored.reading else ():
            if p.actor.id and p.place.id:
                _add(found[p.actor.id, p.place.id, p.kind], stored)
    return found


def _add(told: list[StoredReport], stored: StoredReport) -> None:
    if stored not in told:
        told.append(stored)
