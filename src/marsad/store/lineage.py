"""Ids of incidents for life: who was given which id, and which id leads to which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from marsad.store.nouns import Key
from marsad.store.tables import incident_events, incident_ids


@dataclass(frozen=True, slots=True)
class Born:
    """An id that was given once. `number` is the order of giving, `seed` the event that it was given for.

    `heir` is the id of the incident that took it in, None where it stands for itself.
    """

    id: str
    number: int
    seed: Key
    heir: str | None = None


def read(connection: Connection) -> list[Born]:
    """All ids in the order of giving."""
    rows = connection.execute(select(incident_ids).order_by(incident_ids.c.number))
    return [Born(row.id, row.number, (row.report, row.event), row.heir) for row in rows]


def write(connection: Connection, born: Iterable[Born]) -> None:
    """Replace all ids."""
    connection.execute(delete(incident_ids))
    lay(connection, born)


def lay(connection: Connection, born: Iterable[Born]) -> None:
    """Write ids that have no row now."""
    rows = [{"id": b.id, "number": b.number, "report": b.seed[0], "event": b.seed[1], "heir": b.heir} for b in born]
    if rows:
        connection.execute(insert(incident_ids), rows)


def members(connection: Connection) -> dict[Key, str]:
    """Event -> the stored incident that holds it."""
    rows = connection.execute(select(incident_events))
    return {(row.report, row.event): row.incident for row in rows}


def heir(connection: Connection, id: str) -> str | None:
    """Where a merged id leads, None for an id that leads nowhere."""
    found = connection.execute(select(incident_ids.c.heir).where(incident_ids.c.id == id)).scalar()
    return str(found) if found else None
