"""What the server works out over the whole store: done in a process of its own where the store is large."""

from __future__ import annotations

from datetime import date
from typing import Any

from marsad.serve.aside import Room
from marsad.serve.encoding import encoded

Json = dict[str, Any]


def refresh(room: Room) -> None:
    """Bring the incidents of the store and its index up to date."""
    from marsad import fuse
    from marsad.store.finding import catch_up, lock
    from marsad.store.store import LOCK

    fuse.refresh(room.store, packs=room.packs())
    with room.store.engine.execution_options(writes=True).begin() as connection:
        lock(connection, LOCK)
        catch_up(connection)


def relations(room: Room) -> None:
    """Bring what is kept of relations up to date."""
    from marsad.relate import kept

    kept.kept(room.store, packs=room.packs())


def pair(room: Room, a: str, b: str, *, by: str, names: bool) -> bytes:
    """The two series of a pair as JSON, private persons hidden unless `names`; of relations as they are kept."""
    from marsad import relate
    from marsad.store.relations import Relations

    made = relate.pair(room.store, a, b, by=by, packs=room.packs(), relations=Relations(room.store))
    return encoded(made if names else room.veil().scrub(made))


def alerts(room: Room, today: date) -> list[Any]:
    """The alerts of the packaged rules and the user's own up to `today`."""
    from marsad import watch
    from marsad.watch.rules import load_rules

    packs = room.packs()
    return watch.alerts(room.store, packs=packs, today=today, rules=load_rules(room.dirs, packs=packs))


def forecasts(room: Room, of: str, subject: tuple[str, ...]) -> list[Json]:
    """Chances of material conflict, of one pair or place or of all."""
    from marsad.watch.outlooks import outlooks

    return [told.to_json() for told in outlooks(room.store, of=of, subject=subject, packs=room.packs())]
