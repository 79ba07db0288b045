"""The actors of a store and their ties, as reports and as packs state them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from marsad.errors import StoreError
from marsad.fuse import Incident, incidents
from marsad.fuse.kinship import Kinship
from marsad.fuse.titles import party
from marsad.model import Mention
from marsad.packs import Packs, load
from marsad.store import Store, StoredReport


@dataclass(frozen=True, slots=True)
class Tie:
    """`member` stands in `kind` (part-of, backed-by, loyal-to, led-by, represents, located-with) to `group`.

    `origin` is "report" (then `sources` are [{"report", "outlet", "published", "text"}]) or "pack" (then `source`
    tells why it is known). `since`, `until` are ISO prefixes or None; of reported ties the days of publication of the
    first and last report.
    """

    member: str
    group: str
    kind: str
    origin: str
    since: str | None = None
    until: str | None = None
    source: str | None = None
    sources: tuple[dict[str, Any], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        out: dict[str, Any] = {"member": self.member, "group": self.group, "kind": self.kind, "origin": self.origin}
        return out | {
            "since": self.since, "until": self.until, "source": self.source, "sources": list(self.sources),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor met in the store. `names` are the words reports use for it with counts; `side` its camp or None."""

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

    def to_json(self) -> dict[str, Any]:
        """{"id","ar","en","kind","parent","camp","names":[{"text","count"}],"incidents":[ids],"ties":{"reported","known"}}."""
        out: dict[str, Any] = {"id": self.id, "ar": self.ar, "en": self.en, "kind": self.kind, "parent": self.parent}
        out |= {"camp": self.side, "names": [{"text": text, "count": n} for text, n in self.names]}
        ties = {"reported": [t.to_json() for t in self.ties_reported], "known": [t.to_json() for t in self.ties_known]}
        return out | {"incidents": list(self.incidents), "ties": ties}


def actors(store: Store, *, packs: Packs | None = None) -> list[Actor]:
    """All actors of the store's incidents and affiliations, most incidents first; no persons."""
    packs = packs or load()
    reports, found = store.reports(), incidents(store, packs=packs)
    names, ties, where = _names(reports), _reported(reports), _incidents(found)
    ids = set(names) | set(where) | {id for tie in ties for id in (tie.member, tie.group)}
    kinship = Kinship(packs)
    made = [_actor(id, names, ties, where, kinship) for id in ids if not id.startswith("person/")]
    return sorted(made, key=lambda a: (-len(a.incidents), a.id))


def actor(store: Store, id: str, *, packs: Packs | None = None) -> Actor:
    """One actor. Raises StoreError E310."""
    for found in actors(store, packs=packs):
        if found.id == id:
            return found
    raise StoreError("E310", f"no actor {id!r} in the store", "list them with: marsad actors")


def _actor(
    id: str, names: dict[str, Counter[str]], ties: Sequence[Tie], where: dict[str, list[str]], kinship: Kinship
) -> Actor:
    entry = kinship.packs.actors.get(id)
    common = sorted(names.get(id, Counter()).items(), key=lambda item: (-item[1], item[0]))
    shown = party(id, common[0][0] if common else id, kinship.packs)
    line = kinship.line(id)
    return Actor(
        id=id, ar=shown.ar, en=shown.en, kind=entry.kind if entry else "militia" if "?" in id else "unknown",
        parent=line[1] if len(line) > 1 else None, side=kinship.camp(id), names=tuple(common),
        incidents=tuple(where.get(id, ())), ties_reported=tuple(t for t in ties if id in (t.member, t.group)),
        ties_known=tuple(_known(id, kinship)),
    )  # fmt: skip


def _known(id: str, kinship: Kinship) -> Iterator[Tie]:
    for entry in kinship.packs.actors.values():
        for tie in entry.ties:
            if id in (entry.id, tie.to):
                yield Tie(entry.id, tie.to, tie.kind, "pack", tie.since, tie.until, tie.source)


def _mentions(stored: StoredReport) -> Iterator[Mention]:
    if stored.reading is None:
        return
    for event in stored.reading.events:
        yield from event.actor
        yield from event.recipient
    for affiliation in stored.reading.affiliations:
        yield affiliation.member
        yield affiliation.group


def _names(reports: Sequence[StoredReport]) -> dict[str, Counter[str]]:
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for stored in reports:
        for id, span in {(m.id, m.span) for m in _mentions(stored) if m.id}:
            names[id][span.quote(stored.report.text)] += 1
    return names


def _incidents(found: Sequence[Incident]) -> dict[str, list[str]]:
    where: dict[str, list[str]] = defaultdict(list)
    for incident in found:
        for id in sorted({p.id for p in (*incident.actor, *incident.recipient)}):
            where[id].append(incident.id)
    return where


def _reported(reports: Sequence[StoredReport]) -> list[Tie]:
    said: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for stored in reports:
        for a in stored.reading.affiliations if stored.reading else ():
            if a.member.id and a.group.id:
                published = stored.report.published.isoformat() if stored.report.published else None
                text = f"{a.member.span.quote(stored.report.text)} … {a.group.span.quote(stored.report.text)}"
                source = {"report": stored.name, "outlet": stored.report.outlet, "published": published, "text": text}
                said[a.member.id, a.group.id, a.relation].append(source)
    return [_tie(*key, sources) for key, sources in sorted(said.items())]


def _tie(member: str, group: str, kind: str, sources: list[dict[str, Any]]) -> Tie:
    days = sorted(s["published"] for s in sources if s["published"])
    since, until = (days[0], days[-1]) if days else (None, None)
    return Tie(member, group, kind, "report", since, until, None, tuple(sources))
