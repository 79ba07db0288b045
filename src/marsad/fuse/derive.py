"""From a store's readings and judgements to its incidents."""

from __future__ import annotations

from collections.abc import Sequence

from marsad.fuse.build import build
from marsad.fuse.cluster import Verdicts
from marsad.fuse.compare import Comparer
from marsad.fuse.incident import Incident, from_json
from marsad.fuse.judge import judge
from marsad.fuse.kinship import Kinship
from marsad.fuse.lineage import name
from marsad.fuse.links import linked
from marsad.fuse.people import carried, standing, withdrawn
from marsad.fuse.tables import weights
from marsad.fuse.told import told
from marsad.fuse.voices import Voices
from marsad.packs import Packs, load
from marsad.store import Judgement, Store, StoredReport

SHAPE = "3"  # of the stored documents: raise it when Incident.to_json changes


def incidents(store: Store, *, packs: Packs | None = None, fresh: bool = False) -> list[Incident]:
    """All incidents of `store`, oldest first (undated ones last).

    Derived anew (and kept in the store) when reports, readings, verdicts, weights or packs changed since, or with
    `fresh`; otherwise read from the store. Deriving is one transaction at its end: a run that is interrupted leaves
    what was there, and the next one starts over. `packs` gives names of actors and places; the packaged where None.
    """
    packs = packs or load()
    basis = ":".join((SHAPE, weights().version, packs.version, store.head()))
    if not fresh and store.basis() == basis:
        return [from_json(doc) for doc in store.incidents()]
    gone = withdrawn(store.decisions())
    reports = [stored for stored in store.reports() if stored.name not in gone]
    derived, judged = fuse(reports, store.judgements(), packs=packs)
    derived, born = name(derived, *store.lineage())
    store.put_fusion(basis=basis, documents=[i.to_json() for i in derived], judged=judged, born=born)
    return derived


def incident(store: Store, id: str, *, packs: Packs | None = None) -> Incident:
    """One incident; the id of one that was merged into another leads there. Raises StoreError E308."""
    incidents(store, packs=packs)
    return from_json(store.incident(id))


def why(store: Store, id: str, *, packs: Packs | None = None) -> list[Judgement]:
    """The judgements (program's and people's) that hold the incident together. Raises StoreError E308."""
    return store.judgements(of=incident(store, id, packs=packs).events)


def verdicts(store: Store) -> Verdicts:
    """People's verdicts that hold, and those that later ones set aside."""
    events = told(store.reports())
    return standing(store.judgements(), events)


def fuse(
    reports: Sequence[StoredReport], verdicts: Sequence[Judgement] = (), *, packs: Packs | None = None
) -> tuple[list[Incident], list[Judgement]]:
    """Incidents of read reports and the program's judgements; the order of `reports` does not matter."""
    packs = packs or load()
    kinship, events = Kinship(packs), told(reports)
    judged = judge(events, Comparer(weights(), kinship), carried(verdicts, events))
    by_key = {event.key: event for event in events}
    voices = Voices(reports, packs)
    made = [build([by_key[key] for key in group], voices, kinship) for group in judged.groups]
    ordered = sorted(made, key=lambda i: (i.start or "9999", i.end or "9999", i.id))
    return linked(ordered, kinship), judged.judgements
