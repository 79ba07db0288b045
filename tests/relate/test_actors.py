"""Actors: reported ties and known ties stay apart."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.errors import StoreError
from marsad.model import Affiliation, Event, Mention, Reading, Report, Span
from marsad.packs import load
from marsad.relate import actor, actors
from marsad.store import open_store

TEXT = "طرد لواء القدس المدعوم من روسيا عناصر داعش من السخنة"


def test_actors_and_their_ties() -> None:
    spans = {"liwa-al-quds": (4, 14), "russia": (26, 31), "isis": (38, 42)}
    quds, russia, isis = (Mention(Span(*at), id) for id, at in spans.items())
    event = Event("e1", "COERCE", "expel", "actual", (Span(0, 40),), actor=(quds,), recipient=(isis,))
    reading = Reading("r", date(2021, 1, 2), (event,), affiliations=(Affiliation(quds, russia, "backed-by"),))
    packs = load(strict=False)
    with open_store("sqlite://") as store:
        store.add(Report("r", TEXT, published=date(2021, 1, 2), outlet="منبر"), reading)
        found = actor(store, "liwa-al-quds", packs=packs)
        assert {a.id for a in actors(store, packs=packs)} == {"liwa-al-quds", "isis", "russia"}
        with pytest.raises(StoreError, match="E310"):
            actor(store, "nobody", packs=packs)
    (tie,) = found.ties_reported
    assert (tie.member, tie.kind, tie.group, tie.since) == ("liwa-al-quds", "backed-by", "russia", "2021-01-02")
    assert tie.sources[0]["outlet"] == "منبر"
    assert all(t.origin == "pack" and t.source for t in found.ties_known)
    assert found.names == (("لواء القدس", 1),)
    assert len(found.incidents) == 1
    assert set(found.to_json()["ties"]) == {"reported", "known"}
