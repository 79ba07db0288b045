"""What fusing keeps: the same on both databases, and the steps of the store's history go back as well as on."""

from __future__ import annotations

from alembic import command
from sqlalchemy import select, text

from marsad.fuse import incidents, refresh
from marsad.packs import load
from marsad.store import Store
from marsad.store.fuse_tables import fuse_events, fuse_headings, fuse_pairs
from marsad.store.fusing import Fusing
from marsad.store.opening import migration_config
from marsad.store.tables import facts, incident_ids
from telling import killed, told

FIRST, LAST = "0002", "head"


def fill(store: Store) -> None:
    for stored in (told("a"), told("b", killed=killed(7)), told("c", day="2022-05-01", published="2022-05-02")):
        store.add(stored.report, stored.reading)


def test_reports_are_worked_in(store: Store) -> None:
    packs = load(strict=False)
    fill(store)
    assert refresh(store, packs=packs)
    late = told("d", killed=killed(5))
    store.add(late.report, late.reading, copy_of="a", copy_share=0.9)
    assert refresh(store, packs=packs)
    patched = incidents(store, packs=packs)
    assert sorted(len(i.events) for i in patched) == [1, 3]
    assert incidents(store, packs=packs, fresh=True) == patched
    with store.engine.connect() as connection:
        numbers = set(connection.execute(select(fuse_events.c.number)).scalars())
        assert set(connection.execute(select(fuse_headings.c.number)).scalars()) == numbers
        assert set(connection.execute(select(fuse_pairs.c.high)).scalars()) <= numbers


def test_what_is_asked_of_a_store_without_incidents(store: Store) -> None:
    rows = Fusing(store)
    assert (rows.last(), rows.given(), rows.state()) == (0, 0, "")
    assert rows.lines("no such line") is None
    assert rows.near(0, 10, 5) == []


def test_back_and_on_again(store: Store) -> None:
    packs = load(strict=False)
    fill(store)
    before = incidents(store, packs=packs)
    config = migration_config()
    for step, to in ((command.downgrade, FIRST), (command.upgrade, LAST)):
        with store.engine.execution_options(writes=True).begin() as connection:
            config.attributes["connection"] = connection
            step(config, to)
    with store.engine.connect() as connection:
        assert connection.execute(select(incident_ids)).all() == []
        assert connection.execute(select(facts.c.value).where(facts.c.name == "basis")).scalar() is None
        assert connection.execute(text("SELECT count(*) FROM reports")).scalar() == 3
    assert incidents(store, packs=packs) == before
