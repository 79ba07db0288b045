"""Which events hang together, and the incidents that they make."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from marsad.fuse.adding import STRANGERS, regroup, unproposed
from marsad.fuse.build import build
from marsad.fuse.bulk.events import Ground, Numbered, comparer
from marsad.fuse.bulk.heads import head_rows
from marsad.fuse.bulk.large import blocks, large
from marsad.fuse.bulk.pairs import SCORED
from marsad.fuse.bulk.scratch import BUCKETS, Lines, Rows, equals, gathered, mapped, read, save, spread
from marsad.fuse.bulk.shorten import restored
from marsad.fuse.compare import Comparer
from marsad.fuse.incident import Incident
from marsad.fuse.links import ANSWER, places
from marsad.fuse.policies import DEFAULT, Best, best
from marsad.fuse.told import Told
from marsad.fuse.voices import Voices
from marsad.store import Key
from marsad.store.fusing import Head

NEAR = np.dtype([("root", "u4"), ("low", "u4"), ("high", "u4"), ("score", "f8")])  # score NaN: told and denied
MEMBER = np.dtype([("root", "u4"), ("number", "u4")])
MADE = np.dtype([("start", "i4"), ("end", "i4"), ("id", "u8"), ("at", "u8"), ("head", "u4"), ("size", "u4")])
ROLE = np.dtype([("day", "i4"), ("incident", "u4"), ("roles", "u1")])
PIECE = 1_000_000  # rows held at once
UNDATED = 2_000_000_000
EMPTY_LINKS = '"answers": [], "answered_by": []'
DEMANDS, ANSWERS = 1, 2
BEST = tuple(field.name for field in fields(Best))


# -- neighbourhoods ---------------------------------------------------------------------------------------------------


def hang(folder: Path, ground: Ground, scored: Sequence[Path], threshold: float) -> None:
    """For each event the first of those that strong pairs hang together with it (`roots.bin`); 4 bytes an event."""
    events = Numbered.of(ground)
    roots = np.arange(events.count, dtype=np.uint32)
    for one in scored:
        for rows in _pieces(one / "scored.bin"):
            strong = rows[rows["score"] >= threshold]
            join(roots, strong["low"], strong["high"])
    told = (read(batch / "bound.bin", np.uint32).astype(np.int64) for batch in ground.batches)
    bound = [events.number(n, places) for n, places in enumerate(told)]
    pairs = np.concatenate([np.empty(0, np.int64), *bound]).astype(np.uint32).reshape(-1, 2)
    save(folder / "bound.bin", pairs)
    join(roots, pairs[:, 0], pairs[:, 1])
    for first in range(0, len(roots), PIECE):
        roots[first : first + PIECE] = _root(roots, roots[first : first + PIECE])
    save(folder / "roots.bin", roots)


def join(roots: Rows, one: Rows, two: Rows) -> None:
    """Join the groups of pairs; `roots` leads each number to a smaller one of its group, the smallest to itself."""
    while len(one):
        one, two = _root(roots, one), _root(roots, two)
        apart = one != two
        one, two = one[apart], two[apart]
        np.minimum.at(roots, np.maximum(one, two), np.minimum(one, two))


def _root(roots: Rows, numbers: Rows) -> Rows:
    found = roots[numbers]
    while True:
        further = roots[found]
        if np.array_equal(further, found):
            roots[numbers] = found
            return found
        found = further


def _pieces(path: Path) -> Iterator[Rows]:
    count = path.stat().st_size // SCORED.itemsize
    for first in range(0, count, PIECE):
        yield read(path, SCORED, first, min(first + PIECE, count))


def near(folder: Path, hung: Path, scored: Path, count: int) -> None:
    """The pairs of events that hang together, spread by these; a weak pair between two neighbourhoods is left out."""
    roots = mapped(hung / "roots.bin", np.uint32)
    for n, rows in enumerate(_pieces(scored / "scored.bin")):
        found = np.empty(len(rows), NEAR)
        found["root"] = roots[rows["low"]]
        for name in SCORED.names or ():
            found[name] = rows[name]
        found = found[roots[rows["high"]] == found["root"]]
        spread(folder, found, _by_root(found["root"], count), f"rows-{n:06}")


def gather_members(folder: Path, hung: Path, first: int, last: int, count: int) -> None:
    """Events by neighbourhood, and the pairs that one report tells and denies."""
    roots = read(hung / "roots.bin", np.uint32, first, last)
    rows = np.empty(len(roots), MEMBER)
    rows["root"], rows["number"] = roots, np.arange(first, last)
    spread(folder, rows, _by_root(roots, count), "members")
    pairs = read(hung / "bound.bin", np.uint32).reshape(-1, 2)
    pairs = pairs[(pairs[:, 0] >= first) & (pairs[:, 0] < last)]
    found = np.empty(len(pairs), NEAR)
    found["root"], found["score"] = roots[pairs[:, 0].astype(np.int64) - first], np.nan
    found["low"], found["high"] = pairs.min(axis=1, initial=2**32 - 1), pairs.max(axis=1, initial=0)
    spread(folder, found, _by_root(found["root"], count))


def _by_root(roots: Rows, count: int) -> Rows:
    found: Rows = roots.astype(np.int64) * BUCKETS // max(count, 1)
    return found


# -- incidents --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Behind:
    """Who is behind the reports: folders of their heads, of those that count, of what copies go back to, of outlets."""

    heads: tuple[Path, ...]
    chosen: Path
    origins: Path
    outlets: Path


class Making:
    """Makes the incidents of neighbourhoods."""

    def __init__(self, ground: Ground, behind: Behind) -> None:
        self.events, self.comparer, self._behind = Numbered.of(ground), comparer(ground.packs), behind
        self._origins = mapped(behind.origins / "origins.bin", np.uint32)
        names = json.loads((behind.outlets / "outlets.json").read_text("utf-8"))
        self._voices = Voices((), self.comparer.kinship.packs, outlets=names)

    def some(self, members: Rows, pairs: Rows) -> Iterator[Incident]:
        """The incidents of whole neighbourhoods: `members` and `pairs` sorted by root."""
        told, voices = self._told(np.sort(members["number"]).astype(np.int64))
        roots = np.ascontiguousarray(pairs["root"])
        for first, last in equals(members["root"]):
            begin, end = np.searchsorted(roots, np.array([members["root"][first]] * 2) + np.array([0, 1], np.uint32))
            mine = {int(n): told[int(n)] for n in members["number"][first:last]}
            by_key = {event.key: event for event in mine.values()}
            for group in self._groups(mine, pairs[begin:end]):
                yield build([by_key[key] for key in group], voices, self.comparer.kinship)

    def one_large(self, members: Rows, pairs: Rows, block: int) -> Iterator[Incident]:
        """The incidents of one neighbourhood too large to be held, `block` events at once."""
        numbers = members["number"].astype(np.int64)
        for some in blocks(large(numbers, pairs, self.events, self.comparer), block):
            told, voices = self._told(np.sort(np.array([n for group in some for n in group])))
            for group in some:
                found = sorted((told[n] for n in group), key=lambda e: e.key)
                yield build(found, voices, self.comparer.kinship)

    def _told(self, numbers: Rows) -> tuple[dict[int, Told], Voices]:
        """Some events by number, and the voices among their reports."""
        reports = self.events.reports(numbers).astype(np.int64)
        origins = np.asarray(self._origins[reports]).astype(np.int64)
        behind = np.unique(origins[origins != reports])
        rows = head_rows(self._behind.heads, self._behind.chosen, behind)
        heads = [Head(name, outlet, None) for name, outlet, *_ in rows]
        names = {origin: head.name for origin, head in zip(behind.tolist(), heads, strict=True)}
        copy_of = [names[o] if o != r else None for o, r in zip(origins.tolist(), reports.tolist(), strict=True)]
        lines = zip(self.events.lines(numbers, "traits"), self.events.lines(numbers, "events"), copy_of, strict=True)
        return {n: restored(*line) for n, line in zip(numbers.tolist(), lines, strict=True)}, self._voices.of(heads)

    def _groups(self, told: dict[int, Told], pairs: Rows) -> list[tuple[Key, ...]]:
        keys = sorted(event.key for event in told.values())
        if len(keys) == 1:
            return [(keys[0],)]
        number = {event.key: n for n, event in told.items()}
        rows = [(int(low), int(high), float(score)) for _, low, high, score in pairs.tolist()]
        known_ = {(low, high): max(score, STRANGERS) for low, high, score in rows if not isnan(score)}
        least = self.comparer.weights.threshold

        def known(one: Key, two: Key) -> float | None:
            a, b = number[one], number[two]
            return known_.get((a, b) if a < b else (b, a))

        def weigh(one: Key, two: Key) -> float:
            return unproposed(told[number[one]], told[number[two]], self.comparer)

        keyed = [(min(told[a].key, told[b].key), max(told[a].key, told[b].key), score) for a, b, score in rows]
        strong = [(score, (one, two)) for one, two, score in keyed if score >= least]
        bound = sorted((one, two) for one, two, score in keyed if isnan(score))
        return regroup(keys, bound, (), strong, known, weigh, self.comparer)


def make(
    folder: Path, ground: Ground, behind: Behind, nearby: Sequence[Path], buckets: tuple[int, int], *, block: int
) -> None:  # fmt: skip
    """The incidents of some neighbourhoods, `block` events at once: documents, where they stand, and what links need.

    `nearby` are the folders of the events and pairs by neighbourhood.
    """
    making, out = Making(ground, behind), _Documents(folder, comparer(ground.packs))
    rows = gathered(nearby, MEMBER, buckets, "members*")
    rows = rows[np.lexsort((rows["number"], rows["root"]))]
    most = max((last - first for first, last in equals(rows["root"])), default=0)
    save(folder / "largest.bin", np.array([most], np.int64))
    pairs = gathered(nearby, NEAR, buckets)
    pairs = pairs[np.lexsort((pairs["high"], pairs["low"], pairs["root"]))]
    roots = np.ascontiguousarray(pairs["root"])
    for first, last in _blocks(rows["root"], block):
        begin = np.searchsorted(roots, rows["root"][first])
        end = np.searchsorted(roots, rows["root"][last - 1], side="right")
        some = rows[first:last], pairs[begin:end]
        for incident in making.one_large(*some, block) if last - first > block else making.some(*some):
            out.add(incident)
    out.close()


def _blocks(roots: Rows, most: int) -> Iterator[tuple[int, int]]:
    """Whole neighbourhoods, together at most so many events (more where one alone is larger)."""
    first = last = 0
    for begin, end in equals(roots):
        if end - first > most and begin > first:
            yield first, begin
            first = begin
        last = end
    if last > first:
        yield first, last


class _Documents:
    """Incidents as lines, without their links."""

    def __init__(self, folder: Path, by: Comparer) -> None:
        self._folder, self._kinship = folder, by.kinship
        self._file, self._at = (folder / "documents.jsonl").open("wb"), 0
        self._slim = Lines(folder / "roles.jsonl")
        self._made: list[tuple[int, int, int, int, int, int]] = []
        self._roles: list[tuple[int, int, int]] = []

    def add(self, incident: Incident) -> None:
        """One incident."""
        text = json.dumps(document(incident), ensure_ascii=False)
        head, _, rest = text.partition(EMPTY_LINKS)
        data, size = f"{head}{rest}\n".encode(), len(head.encode())
        self._file.write(data)
        days = [date.fromisoformat(day).toordinal() if day else UNDATED for day in (incident.start, incident.end)]
        self._made.append((days[0], days[1], int(incident.id[2:], 16), self._at, size, len(data)))
        self._at += len(data)
        if found := places(incident, self._kinship):
            roles = {ANSWERS if role == ANSWER else DEMANDS for role, _, _ in found}
            self._roles.append((found[0][2], len(self._made) - 1, sum(roles)))
            slim = replace(incident, claims={}, disputes=(), working=(), retracted=())
            self._slim.add(json.dumps(slim.to_json(), ensure_ascii=False))

    def close(self) -> None:
        """Write where everything stands."""
        self._file.close()
        self._slim.close()
        save(self._folder / "made.bin", np.array(self._made, MADE))
        save(self._folder / "roles.bin", np.array(self._roles, ROLE))


def document(incident: Incident) -> dict[str, Any]:
    """As `marsad incidents --format jsonl` tells it where nobody gave grades."""
    preferred = [{name: getattr(claim, name) for name in BEST} for claim in best(incident)]
    return incident.to_json() | {"policy": DEFAULT, "best": preferred}
