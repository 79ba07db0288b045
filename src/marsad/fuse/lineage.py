"""Ids of incidents for life: the oldest keeps its id, a merged id leads to its heir, a split off part gets its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from marsad.fuse.incident import Incident
from marsad.store import Key
from marsad.store.lineage import Born


def name(
    incidents: Sequence[Incident], born: Sequence[Born], held: Mapping[Key, str],
    *, given: int | None = None, used: Collection[str] = (),
) -> tuple[list[Incident], list[Born]]:  # fmt: skip
    """The incidents (not yet linked) with their ids for life, and all ids ever given.

    An incident bears the first given of the ids whose seeds it holds; the others lead to it. One that holds no seed
    gets the id of its oldest event. `held` tells which stored incident held which event: by it an id whose seed is
    gone (a report withdrawn, or read anew) finds the incident that holds most of its former events. Of a part of a
    store `born` are the ids that concern it, `given` tells how many there are in all, and `used` those of them that a
    new incident might be given.
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
    taken, count = {b.id for b in now} | set(used), len(now) if given is None else given
    for n, incident in enumerate(incidents):
        if n not in named:
            named[n] = incident.id if incident.id not in taken else _another(incident.id, taken)
            now.append(Born(named[n], count, incident.oldest))
            count += 1
        taken.add(named[n])
    return [replace(incident, id=named[n]) for n, incident in enumerate(incidents)], now


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
