"""Ids of incidents for life: the oldest keeps its id, a merged id leads to its heir, a split off part gets its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from marsad.fuse.incident import Incident
from marsad.store import Key
from marsad.store.lineage import Born


def name(
    incidents: Sequence[Incident], born: Sequence[Born], held: Mapping[Key, str]
) -> tuple[list[Incident], list[Born]]:
    """The incidents with their ids for life, and all ids ever given.

    An incident bears the first given of the ids whose seeds it holds; the others lead to it. One that holds no seed
    gets the id of its oldest event. `held` tells which stored incident held which event: by it an id whose seed is
    gone (a report withdrawn, or read anew) finds the incident that holds most of its former events.
    """
    place = {key: n for n, incident in enumerate(incidents) for key in incident.events}
    seeds = {b.id: b.seed if b.seed in place else _reseeded(b.id, held, place, incidents) for b in born}
    named: dict[int, str] = {}
    now: list[Born] = []
    for b in sorted(born, key=lambda b: b.number):
        seed = seeds[b.id]
        if seed is None:
            now.append(b)
            continue
        keeper = named.setdefault(place[seed], b.id)
        now.append(Born(b.id, b.number, seed, None if keeper == b.id else keeper))
    taken = {b.id for b in now}
    for n, incident in enumerate(incidents):
        if n not in named and incident.id not in taken:
            named[n] = incident.id
            now.append(Born(incident.id, len(now), incident.oldest))
        elif n not in named:
            named[n] = _another(incident.id, taken)
            now.append(Born(named[n], len(now), incident.oldest))
        taken.add(named[n])
    ids = {incident.id: named[n] for n, incident in enumerate(incidents)}
    return [_renamed(incident, ids) for incident in incidents], now


def _reseeded(id: str, held: Mapping[Key, str], place: Mapping[Key, int], incidents: Sequence[Incident]) -> Key | None:
    former = sorted(key for key, incident in held.items() if incident == id and key in place)
    if not former:
        return None
    most = Counter(place[key] for key in former)
    best = min(most, key=lambda n: (-most[n], incidents[n].id))
    return next(key for key in former if place[key] == best)


def _another(id: str, taken: set[str]) -> str:
    """The id of an event that is the oldest of two incidents in turn (its own id went to another part)."""
    n = 2
    while f"{id}-{n}" in taken:
        n += 1
    return f"{id}-{n}"


def _renamed(incident: Incident, ids: Mapping[str, str]) -> Incident:
    answers = tuple((ids[id], kind) for id, kind in incident.answers)
    answered_by = tuple((ids[id], kind) for id, kind in incident.answered_by)
    return replace(incident, id=ids[incident.id], answers=answers, answered_by=answered_by)
