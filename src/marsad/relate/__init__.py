"""Relate: actors, their ties, and for each pair two series that are never summed."""

from marsad.relate.actors import Actor, Tie, actor, actors
from marsad.relate.pair import pair

__all__ = ["Actor", "Tie", "actor", "actors", "pair"]
