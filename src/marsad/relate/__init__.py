"""Relate: actors, their ties, and for each pair two series that are never summed.

Those who watch take the series from here (`marsad.relate.series`):

    daily(store, a, b, *, packs=None, since=None, until=None, place=None) -> Daily
        one pair at any level of the hierarchy; `place` keeps a governorate or what lies below
    every(store, *, packs=None, since=None, until=None) -> Iterator[Daily]
        all pairs with at least one step
    of(incidents, a, b, *, packs, published=None, since=None, until=None, place=None) -> Daily
        the same without a store

`Daily` holds one value a day from `start` on: weights (`cooperation`, `conflict`, their `_low` and `_high`, `proxy_*`),
counts (`incidents`, `conflicts`, `material`) and `exposure` (1 = the sources published as much as usual).
"""

from marsad.relate.actors import Actor, actor, actors
from marsad.relate.chains import Chain, Quarrels, quarrels
from marsad.relate.demands import Demand
from marsad.relate.network import Edge, network
from marsad.relate.pair import pair
from marsad.relate.ties import Standpoint, Tie

__all__ = [
    "Actor", "Chain", "Demand", "Edge", "Quarrels", "Standpoint", "Tie", "actor", "actors", "network", "pair",
    "quarrels",
]  # fmt: skip
