"""Sifting, ordering and paging incidents over the columns of the index."""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Any, TypeVar

import numpy as np

from marsad.errors import Refusal
from marsad.packs import Packs
from marsad.serve.sieve import Sieve, box, edges
from marsad.store.finds import Finds, Snapshot
from marsad.store.sheet import ACTOR, RECIPIENT, SOURCE, STATUSES, Array, Flags, Sheet, among
from marsad.store.words import asked

T = TypeVar("T")
KEPT = 64  # sieved columns: a megabyte each where there are a million incidents
LATEST = (1 << 22) - 1  # beyond every ordinal day
ROLES = {None: (ACTOR, RECIPIENT), "actor": (ACTOR,), "recipient": (RECIPIENT,)}
BLOCK = 16_384


class Kept:
    """The last few of what was worked out, for many threads."""

    def __init__(self, most: int, *, room: int | None = None) -> None:
        """`room`: bytes that what is kept may have together, where it is bytes."""
        self._most, self._lock, self._held = most, Lock(), OrderedDict[Hashable, Any]()
        self._weigh: Callable[[Any], int] = len if room is not None else lambda _: 0
        self._room, self._taken = room or 0, 0
        self._of: Hashable = None

    def get(
        self, key: Hashable, make: Callable[[], T], *, of: Hashable = None, worth: Callable[[T], bool] = lambda _: True
    ) -> T:
        """What is kept under `key`, made now where it is not; kept where it is `worth` the room.

        `of` is the state that all is made of: what was made of another one is let go, nobody can ask for it again.
        """
        with self._lock:
            if of != self._of:
                self._held.clear()
                self._of, self._taken = of, 0
            if key in self._held:
                self._held.move_to_end(key)
                found: T = self._held[key]
                return found
        made = make()
        if worth(made):
            self._put(key, made)
        return made

    def look(self, key: Hashable) -> Any:
        """What `newest` keeps under `key`, (state, value), whatever its state; None where there is nothing."""
        with self._lock:
            return self._held.get(key)

    def newest(self, key: Hashable, state: Hashable, make: Callable[[], T]) -> T:
        """The same of one `state`; what was made of an earlier one is let go, however seldom others are asked for."""
        held: tuple[Hashable, T] | None = self.look(key)
        if held is not None and held[0] == state:
            return held[1]
        made = make()
        self._put(key, (state, made))
        return made

    def _put(self, key: Hashable, made: Any) -> None:
        with self._lock:
            if key in self._held:
                self._taken -= self._weigh(self._held.pop(key))
            self._held[key] = made
            self._taken += self._weigh(made)
            while len(self._held) > self._most or self._taken > self._room:
                self._taken -= self._weigh(self._held.popitem(last=False)[1])


class Finder:
    """Answers questions about incidents by row numbers. `names`: whether private persons may be searched for."""

    def __init__(self, finds: Finds, packs: Callable[[], Packs], *, hides: Callable[[str], bool]) -> None:
        """`hides`: whether an id is a private person's."""
        self._hides = hides
        self._finds, self._packs, self._ordering = finds, packs, Lock()
        self._columns, self._under = Kept(KEPT), Kept(2)

    def sifted(self, now: Snapshot, sieve: Sieve, *, names: bool) -> Flags:
        """The rows that fit all of the sieve."""
        return self.joined(now, self.parts(now, sieve, names=names).values())

    def joined(self, now: Snapshot, parts: Any) -> Flags:
        """Living rows that are in all of `parts`."""
        fit = now.incidents.alive
        for part in parts:
            fit = fit & part
        return fit

    def parts(self, now: Snapshot, sieve: Sieve, *, names: bool) -> dict[str, Flags]:
        """What fits each single question of the sieve, by the question's name."""
        made: dict[str, Callable[[], Flags]] = {}
        sheet, asks = now.incidents, sieve
        if asks.since or asks.until:
            made["window"] = lambda: _window(sheet, asks)
        for kind in ("type", "mode"):
            if values := getattr(asks, kind):
                made[kind] = lambda kind=kind, values=values: _of_terms(now, kind, values)  # type: ignore[misc]
        if asks.status:
            made["status"] = lambda: among(sheet["status"], [STATUSES.index(s) for s in asks.status])
        if asks.quad:
            made["quad"] = lambda: among(sheet["quad"], asks.quad)
        if asks.actor:
            made["actor"] = lambda: self._with_actors(now, asks, names=names)
        if asks.place:
            made["place"] = lambda: self._below(now, "place", asks.place)[sheet["place"]]
        if asks.source:
            made["source"] = lambda: sheet.rows_with(_wanted(now, "source", asks.source), roles=(SOURCE,))
        made |= _plain(sheet, asks)
        if terms := asked(asks.q or ""):
            made["q"] = lambda: np.logical_and.reduce([
                self._finds.holding(sheet, "i", term, private=names) for term in terms
            ])  # fmt: skip
        kept, of = self._columns, now.version
        return {name: kept.get(_key(now, sieve, name, names), make, of=of) for name, make in made.items()}

    def in_title(self, now: Snapshot, question: str, *, names: bool) -> Flags:
        """Rows whose title holds all words of a question."""
        found = [self._finds.holding(now.incidents, "i", t, private=names, title=True) for t in asked(question)]
        return np.logical_and.reduce([now.incidents.alive, *found])  # type: ignore[no-any-return]

    def page(
        self, now: Snapshot, fit: Flags, *, sort: str, limit: int, cursor: str | None = None
    ) -> tuple[list[int], str | None]:
        """Numbers of the next rows in order, and where the page after begins (None: nowhere).

        The rows are those of incidents, with the sort `added` those of reports.
        """
        keys, order = self.order(now, sort)
        start = int(np.searchsorted(keys, opened(cursor, sort), "right")) if cursor else 0
        found: list[int] = []
        at = start
        while at < len(order) and len(found) <= limit:
            rows = order[at : at + BLOCK]
            found += rows[fit[rows]][: limit + 1 - len(found)].tolist()
            at += BLOCK
        if len(found) <= limit:
            return found, None
        last = int(_keys(_sheet(now, sort), sort, found[limit - 1]))
        return found[:limit], closed(last, sort)

    def order(self, now: Snapshot, sort: str) -> tuple[Array, Array]:
        """Sorted keys, and the rows in their order."""

        def make() -> tuple[Array, Array]:
            keys = _keys(_sheet(now, sort), sort)
            order = np.argsort(keys, kind="stable")
            return keys[order], order

        # after a change everybody asks for the new order at once
        with self._ordering:
            return self._columns.get(("order", now.version, sort), make, of=now.version)

    def _with_actors(self, now: Snapshot, sieve: Sieve, *, names: bool) -> Flags:
        roles = ROLES[sieve.role]
        # a private person's id must fit no more than one that nobody has
        known = [[id] if names or not self._hides(id) else [] for id in sieve.actor]
        found = [now.incidents.rows_with(self._below(now, "actor", ids), roles=roles) for ids in known]
        return np.logical_and.reduce(found)  # type: ignore[no-any-return]

    def _below(self, now: Snapshot, kind: str, ids: Sequence[str]) -> Flags:
        """Which terms are one of `ids` or lie below one."""
        under = self.under(now, kind)
        wanted = np.zeros(len(now.terms), np.bool_)
        for id in ids:
            wanted[under.get(id, [])] = True
        return wanted

    def under(self, now: Snapshot, kind: str) -> dict[str, list[int]]:
        """Id -> numbers of the terms that are it or lie below it, by their ids and by the packs."""

        def make() -> dict[str, list[int]]:
            found: dict[str, list[int]] = {}
            packs = self._packs()
            for term in now.terms:
                if term.kind == kind:
                    for id in above(term.value, kind, packs):
                        found.setdefault(id, []).append(term.id)
            return found

        return self._under.newest(kind, len(now.terms), make)


def above(id: str, kind: str, packs: Packs) -> list[str]:
    """An id and all above it, nearest first."""
    entries: Any = packs.places if kind == "place" else packs.actors
    found, waiting = dict[str, None](), [id]
    while waiting:
        one = waiting.pop(0)
        if one in found or not one:
            continue
        found[one] = None
        entry = entries.get(one)
        plain = one.partition("?")[0]
        waiting += [entry.parent or "" if entry else "", plain if plain != one else one.rpartition("/")[0]]
    return list(found)


def _window(sheet: Sheet, sieve: Sieve) -> Flags:
    first = edges(sieve.since)[0].toordinal() if sieve.since else 1
    last = edges(sieve.until)[1].toordinal() if sieve.until else LATEST
    return (sheet["day"] > 0) & (sheet["end"] >= first) & (sheet["day"] <= last)


def _wanted(now: Snapshot, kind: str, values: Sequence[str]) -> Flags:
    wanted = np.zeros(len(now.terms), np.bool_)
    wanted[[n for value in values if (n := now.term(kind, value))]] = True
    return wanted


def _of_terms(now: Snapshot, kind: str, values: Sequence[str]) -> Flags:
    """A mode may be told with its type: ASSAULT/aerial."""
    fit = np.zeros(now.incidents.size, np.bool_)
    for value in values:
        type, slash, mode = value.rpartition("/")
        one = now.incidents[kind] == (now.term(kind, mode) or -1)
        fit |= one & (now.incidents["type"] == (now.term("type", type) or -1)) if slash else one
    return fit


def _plain(sheet: Sheet, sieve: Sieve) -> dict[str, Callable[[], Flags]]:
    made: dict[str, Callable[[], Flags]] = {}
    if sieve.voices:
        least = sieve.voices
        made["voices"] = lambda: sheet["voices"] >= least
    if sieve.contradiction is not None:
        made["contradiction"] = lambda: (sheet["slots"] > 0) == sieve.contradiction
    if sieve.disputed:
        made["disputed"] = lambda: (sheet["slots"] & sieve.slots) > 0
    if sieve.placed is not None:
        made["placed"] = lambda: np.isnan(sheet["lat"]) != sieve.placed
    if sieve.bbox:
        bounds = sieve.bbox
        made["bbox"] = lambda: within(sheet, bounds)
    return made


def within(sheet: Sheet, bounds: str) -> Flags:
    """Rows whose points lie in a box; one whose west is east of its east runs over the line of date."""
    west, south, east, north = box(bounds)
    lon, lat = sheet["lon"], sheet["lat"]
    across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    return across & (lat >= south) & (lat <= north)


ASKS = {"window": ("since", "until"), "actor": ("actor", "role")}


def _key(now: Snapshot, sieve: Sieve, name: str, names: bool) -> Hashable:
    given = (repr(getattr(sieve, field)) for field in ASKS.get(name, (name,)))
    return now.version, name, names if name in ("q", "actor") else None, *given


def _sheet(now: Snapshot, sort: str) -> Sheet:
    return now.reports if sort == "added" else now.incidents


def _keys(sheet: Sheet, sort: str, row: int | None = None) -> Any:
    """What to sort by: a value and the row's number in one integer. What has no day stands last."""
    rows: Any = slice(None) if row is None else row
    day = sheet["day"][rows].astype(np.int64)
    number = np.arange(sheet.size, dtype=np.int64)[rows] if row is None else row
    newest = LATEST - day
    if sort == "oldest":
        first = np.where(day > 0, day, LATEST)
    elif sort == "newest":
        first = newest
    elif sort == "added":
        first = LATEST - sheet["first"][rows].astype(np.int64)
    else:
        value = {"voices": "voices", "reports": "reports", "severity": "killed", "disputed": "slots"}[sort]
        weight = sheet[value][rows].astype(np.int64)
        if sort == "disputed":
            weight = np.bitwise_count(weight).astype(np.int64) if hasattr(np, "bitwise_count") else _bits(weight)
        first = ((255 - np.minimum(weight, 255)) << 22) + newest
    return (first << 32) + number


def _bits(value: Any) -> Any:
    return sum((value >> n) & 1 for n in range(16))


def closed(key: int, sort: str) -> str:
    """A cursor."""
    return base64.urlsafe_b64encode(f"{sort}:{key:x}".encode()).decode().rstrip("=")


def opened(cursor: str, sort: str) -> int:
    """The key of a cursor. Raises Refusal E507."""
    try:
        made, _, key = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
        if made == sort and 0 < len(key) <= 16:
            return min(int(key, 16), (1 << 63) - 1)
    except (binascii.Error, ValueError):
        pass
    raise Refusal("E507", "this cursor is none of this list", "begin again without a cursor")
