"""Columns over all incidents and reports, by which they are sifted, counted and put in order without reading them.

A row has a number that it never changes; rows lie in pages of 16,384. A row that is no more stays as a dead one until
everything is laid anew. The pages are kept in the store, so that a server has them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAGE = 16_384
BITMAP = PAGE // 8  # bytes
ALIVE, MOVES, COPY, UNREAD = 1, 2, 4, 8

STATUSES = ("actual", "planned", "possible", "denied", "historical")
SLOTS = (
    "type", "mode", "place", "time", "status", "actor", "recipient", "killed", "injured", "captured", "released",
    "personnel",
)  # fmt: skip
"""Bits of `slots`: in which an incident's claims contradict each other."""

ROW = np.dtype([
    ("day", "<i4"), ("end", "<i4"), ("first", "<i4"), ("type", "<i4"), ("mode", "<i4"), ("place", "<i4"),
    ("lat", "<f4"), ("lon", "<f4"), ("voices", "<u2"), ("reports", "<u2"), ("killed", "<u2"), ("slots", "<u2"),
    ("status", "u1"), ("quad", "u1"), ("precision", "u1"), ("flags", "u1"),
])  # fmt: skip
"""A row. Days are ordinals, 0 where unknown; type, mode and place are terms, 0 for none; points WGS 84 or NaN.

For a report `day` is the day of publication, `first` the day of its coming, `reports` its number of events.
"""

LINK = np.dtype([("row", "<u2"), ("role", "u1"), ("term", "<i4")])
ACTOR, RECIPIENT, SOURCE = 1, 2, 3
"""Roles of links."""

Array = NDArray[Any]
Flags = NDArray[np.bool_]


def rows_of(body: bytes) -> Array:
    """The rows of a page, read only."""
    return np.frombuffer(body, ROW)


def links_of(body: bytes) -> Array:
    """The links of a page."""
    return np.frombuffer(body, LINK)


def packed(places: Sequence[int]) -> bytes:
    """Rows of one page that hold a word: a list while it is short, else one bit a row."""
    if len(places) < BITMAP // 2:
        return np.array(sorted(places), "<u2").tobytes()
    bits = np.zeros(PAGE, np.bool_)
    bits[list(places)] = True
    return np.packbits(bits).tobytes()


def unpacked(body: bytes) -> Array:
    """The rows of `packed`, ascending."""
    if len(body) == BITMAP:
        return np.flatnonzero(np.unpackbits(np.frombuffer(body, np.uint8)))
    return np.frombuffer(body, "<u2").astype(np.int64)


def merge(found: Flags, page: int, body: bytes) -> None:
    """Mark in `found` (one flag a row of all pages) the rows of a packed list; what lies beyond its end is left out."""
    here = found[page * PAGE : (page + 1) * PAGE]
    if len(body) == BITMAP:
        here |= np.unpackbits(np.frombuffer(body, np.uint8)).view(np.bool_)[: len(here)]
    else:
        at = np.frombuffer(body, "<u2")
        here[at[at < len(here)]] = True


def among(column: Array, values: Sequence[int]) -> Flags:
    """Which rows of a column of small numbers hold one of `values`."""
    table = np.zeros(256, np.bool_)
    table[list(values)] = True
    found: Flags = table[column]
    return found


class Sheet:
    """All pages of one kind side by side, read only."""

    def __init__(self, pages: dict[int, tuple[int, Array, Array]]) -> None:
        """`pages`: number -> (version, rows, links). `links` of the sheet are rows and terms by role."""
        self.pages = pages
        last = max(pages, default=-1)
        self.size = last * PAGE + len(pages[last][1]) if pages else 0
        self._columns = {name: np.zeros(self.size, ROW[name]) for name in ROW.names or ()}
        for number, (_, rows, _) in pages.items():
            for name, column in self._columns.items():
                column[number * PAGE : number * PAGE + len(rows)] = rows[name]
        self.links = {role: _linked(pages, role) for role in (ACTOR, RECIPIENT, SOURCE)}
        self.alive: Flags = (self["flags"] & ALIVE) > 0

    def __getitem__(self, name: str) -> Array:
        """One column by the number of the row."""
        return self._columns[name]

    def rows_with(self, wanted: Flags, *, roles: Sequence[int]) -> Flags:
        """Rows linked in one of `roles` to a term that `wanted` (by term) holds."""
        found = np.zeros(self.size, np.bool_)
        for role in roles:
            rows, terms = self.links[role]
            found[rows[wanted[terms]]] = True
        return found


def _linked(pages: dict[int, tuple[int, Array, Array]], role: int) -> tuple[Array, Array]:
    """Rows and terms that are linked in a role, side by side, in the order of the rows."""
    rows, terms = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for number, (_, _, links) in sorted(pages.items()):
        mine = links[links["role"] == role]
        rows.append(number * PAGE + mine["row"].astype(np.int32))
        terms.append(mine["term"])
    return np.concatenate(rows), np.concatenate(terms)
