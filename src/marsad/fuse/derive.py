"""From a store's readings and judgements to its incidents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from marsad.fuse.build import build
from marsad.fuse.cluster import Verdicts
from marsad.fuse.compare import Comparer
from marsad.fuse.incident import Incident, from_json
from marsad.fuse.index import Index
from marsad.fuse.judge import Judged, judge, judgements
from marsad.fuse.kinship import Kinship
from marsad.fuse.lineage import name
from marsad.fuse.links import linked, places
from marsad.fuse.packed import body, numbered
from marsad.fuse.patching import Patch, Settled, Unfounded, dirtied, rounds
from marsad.fuse.people import carried, standing, withdrawn
from marsad.fuse.tables import weights
from marsad.fuse.told import Told, told
from marsad.fuse.voices import Voices, quoted, telling
from marsad.packs import Packs, load
from marsad.store import Judgement, Key, Store, StoredReport
from marsad.store.fuse_rows import EventRow, Filed, PairRow
from marsad.store.fusing import Fusing, put_changes

SHAPE = "4"  # of the stored documents and rows: raise it when Incident.to_json or what is filed changes
FEW = 20  # reports that are always worked in one by one; more only where the store is much larger
SHARE = 10


def incidents(store: Store, *, packs: Packs | None = None, fresh: bool = False) -> list[Incident]:
    """All incidents of `store`, oldest first (undated ones last), brought up to date as `refresh` does.

    `packs` gives names of actors and places; the packaged where None.
    """
    refresh(store, packs=packs, fresh=fresh)
    return [from_json(doc) for doc in store.incidents()]


def refresh(store: Store, *, packs: Packs | None = None, fresh: bool = False) -> bool:
    """Bring the stored incidents up to date. Whether anything had changed.

    What the custody log tells since the last time is worked in, touching only what lies near it; where weights or packs
    changed, where much changed, or with `fresh`, everything is derived anew. That is one transaction at its end; else
    each round of some new reports is one: a run that is interrupted leaves what was there and the rounds that it ended.
    Where somebody else is quicker, it goes on from there, until what was told when it began is worked in by either.
    """
    packs = packs or load()
    asked = store.head()
    while True:
        head, before = store.head(), store.basis()
        basis = ":".join((SHAPE, weights().version, packs.version, head))
        if before == basis and not fresh:
            return False
        done = None if fresh else _patched(store, packs, before, basis)
        if done is None:
            _derived(store, packs, basis)
            return True
        if done or _reached(store, asked, basis):
            return True


def _patched(store: Store, packs: Packs, before: str | None, basis: str) -> bool | None:
    """Work in what changed. None where all must be derived anew, False where somebody else came first."""
    rules, _, head = (before or "").rpartition(":")
    if rules != basis.rpartition(":")[0]:
        return None
    rows = Fusing(store)
    lines = rows.lines(head)
    if lines is None:
        return None
    dirty = dirtied(lines)
    if len(dirty.reports) > max(FEW, rows.last() // SHARE):
        return None
    filed, gone = frozenset(row.key[0] for row in rows.events_of(dirty.reports)), withdrawn(store.decisions())
    try:
        for part, last in rounds(lines, dirty, filed):
            after = f"{rules}:{last}"
            if not put_changes(store, Patch(store, packs, gone).change(part, before=before, basis=after)):
                return False
            before = after
    except Unfounded:
        return None
    return True


def _reached(store: Store, asked: str, basis: str) -> bool:
    """Whether somebody else worked in, by the rules of `basis`, all up to the line with the hash `asked`."""
    rules, _, head = (store.basis() or "").rpartition(":")
    left = Fusing(store).lines(head) if rules == basis.rpartition(":")[0] else None
    return left is not None and all(line.hash != asked for line in left)


def _derived(store: Store, packs: Packs, basis: str) -> None:
    gone = withdrawn(store.decisions())
    reports = [stored for stored in store.reports() if stored.name not in gone]
    given = store.judgements()
    made = _Made.of(reports, given, packs)
    named, born = name(made.incidents, *store.lineage())
    found = linked(named, made.kinship)
    store.put_fusion(
        basis=basis, documents=[i.to_json() for i in found], born=born, filed=made.filed(reports, given, found)
    )


def incident(store: Store, id: str, *, packs: Packs | None = None) -> Incident:
    """One incident; the id of one that was merged into another leads there. Raises StoreError E308."""
    refresh(store, packs=packs)
    return from_json(store.incident(id))


def why(store: Store, id: str, *, packs: Packs | None = None) -> list[Judgement]:
    """The judgements (program's and people's) that hold the incident together. Raises StoreError E308.

    The program's are worked out when asked: a pair's sum depends on its two reports alone.
    """
    packs = packs or load()
    found = incident(store, id, packs=packs)
    events, keys = told(store.report(report) for report in sorted({key[0] for key in found.events})), set(found.events)
    given = store.judgements(of=found.events)
    judged = judgements(judge(events, Comparer(weights(), Kinship(packs)), given), events)
    return [*(j for j in judged if j.left in keys and j.right in keys), *(j for j in given if not j.machine)]


def near(store: Store, *, least: float = 2.5, limit: int = 100) -> list[tuple[float, Key, Key]]:
    """Pairs of events that were nearly taken for one happening: sum, left, right. Some `limit` of them, best first."""
    return sorted(Fusing(store).near(least, weights().threshold, limit), key=lambda row: (-row[0], *row[1:]))


def verdicts(store: Store) -> Verdicts:
    """People's verdicts that hold, and those that later ones set aside."""
    given = [j for j in store.judgements() if not j.machine]
    named = sorted({key[0] for j in given for key in (j.left, j.right)})
    return standing(given, told(store.report(name) for name in named))


def fuse(
    reports: Sequence[StoredReport], verdicts: Sequence[Judgement] = (), *, packs: Packs | None = None
) -> tuple[list[Incident], list[Judgement]]:
    """Incidents of read reports and the program's judgements; the order of `reports` does not matter."""
    made = _Made.of(reports, verdicts, packs or load())
    return linked(made.incidents, made.kinship), judgements(made.judged, made.events)


@dataclass(frozen=True, slots=True)
class _Made:
    """Incidents (not yet linked) derived from nothing, and what they rest on."""

    events: list[Told]
    judged: Judged
    incidents: list[Incident]
    kinship: Kinship

    @classmethod
    def of(cls, reports: Sequence[StoredReport], verdicts: Sequence[Judgement], packs: Packs) -> _Made:
        kinship, events = Kinship(packs), told(reports)
        judged = judge(events, Comparer(weights(), kinship), carried(verdicts, events))
        by_key = {event.key: event for event in events}
        voices = Voices.among(reports, packs)
        made = [build([by_key[key] for key in group], voices, kinship) for group in judged.groups]
        return cls(events, judged, sorted(made, key=lambda i: (i.start or "9999", i.end or "9999", i.id)), kinship)

    def filed(self, reports: Sequence[StoredReport], given: Sequence[Judgement], found: Sequence[Incident]) -> Filed:
        """The rows by which later reports are worked in."""
        number = {event.key: n for n, event in enumerate(self.events, start=1)}
        verdicts = self.judged.verdicts
        people = frozenset(key[0] for j in given if not j.machine for key in (j.left, j.right))
        return Filed(
            (EventRow(n, e.key, body(e, quoted(e))) for n, e in enumerate(self.events, start=1)),
            self._headings(),
            self._pairs(number),
            ((*place, i.id) for i in found for place in sorted(set(places(i, self.kinship)))),
            telling(reports),
            Settled(verdicts.same, verdicts.different, people).text(),
        )

    def _headings(self) -> Iterator[tuple[int, int]]:
        headings = Index(weights(), self.kinship.packs).headings
        for n, event in enumerate(self.events, start=1):
            own: Iterable[tuple[object, ...]] = (*headings.filed(event), *(("quotes", name) for name in quoted(event)))
            yield from ((heading, n) for heading in numbered(own))

    def _pairs(self, number: dict[Key, int]) -> Iterator[PairRow]:
        adding = self.judged.adding
        for pair, score in adding.scored():
            low, high = sorted(number[adding.event(n).key] for n in pair)
            yield PairRow(low, high, score, retold=False)
        for one, two, _ in self.judged.retellings:
            low, high = sorted((number[one.key], number[two.key]))
            yield PairRow(low, high, 0.0, retold=True)
