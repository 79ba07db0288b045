"""What is in a store already, asked for many reports at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from marsad.store.store import Store
from marsad.store.tables import originals, read_with, readings, reports


def keys_of(store: Store, sha256: str) -> frozenset[str]:
    """Keys of the originals that lie in the bytes of this hash, from any address."""
    with store.engine.connect() as connection:
        return frozenset(connection.execute(select(originals.c.key).where(originals.c.sha256 == sha256)).scalars())


def readers(store: Store, hashes: Sequence[str]) -> dict[str, str]:
    """Hash of a text -> the version that read its report last, "" where nobody noted it.

    Texts that are not in the store or were not read are left out.
    """
    newest = (readings.c.report == reports.c.name) & readings.c.newest.is_(True)
    query = select(reports.c.sha256, read_with.c.version).join(readings, newest)
    query = query.outerjoin(read_with, read_with.c.report == reports.c.name).where(reports.c.sha256.in_(hashes))
    with store.engine.connect() as connection:
        return {row.sha256: row.version or "" for row in connection.execute(query)}
