"""The events of all reports on the disk: in each batch by the day on which they may begin, cut into tiles, numbered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np

from marsad.fuse.bulk.heads import renamed_in
from marsad.fuse.bulk.parts import Part, reading_of, records_in
from marsad.fuse.bulk.scratch import Lines, Rows, equals, lines, mapped, read, save
from marsad.fuse.bulk.shorten import ADDED, restored_traits, shortened
from marsad.fuse.compare import Comparer
from marsad.fuse.index import SLACK
from marsad.fuse.kinship import Kinship
from marsad.fuse.packed import ENCODE, body
from marsad.fuse.retold import retold
from marsad.fuse.tables import weights
from marsad.fuse.told import Told, Traits, told_by
from marsad.fuse.voices import quoted
from marsad.packs import Packs, load
from marsad.store import StoredReport

DAY = np.dtype([("start", "i4"), ("end", "i4")])
EVER = -(2**30), 2**30  # the days of an event that may be of any
BLOCK = 65_536
Row = tuple[int, int, int, int, str, str]  # first and last day, report, rank of the key, lines of traits and slots


@cache
def comparer(packs: tuple[str, ...]) -> Comparer:
    """The comparer of this process."""
    return Comparer(weights(), Kinship(knowledge(packs)))


@cache
def knowledge(packs: tuple[str, ...]) -> Packs:
    """The packs of this process."""
    return load(*map(Path, packs))


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the events lie: the folders of their batches, of the plan of tiles, and the user's packs."""

    batches: tuple[Path, ...]
    plan: Path
    packs: tuple[str, ...]


def take_events(folder: Path, parts: Sequence[Part], first: int, chosen: Path, packs: tuple[str, ...]) -> None:
    """The events of the reports of some parts that count, sorted by their first day; `first` numbers these reports."""
    rows: list[Row] = []
    bound, tells = [], []
    taken, renamed = read(chosen / "taken.bin", np.uint8, first), renamed_in(chosen)
    named = read(chosen / "named.bin", np.uint32, first)
    for n, (where, given, record) in enumerate(chain.from_iterable(records_in(part) for part in parts)):
        found: list[Told] = []
        if record is not None and taken[n]:
            report = replace(given, name=renamed.get(first + n, given.name))
            found = told_by(StoredReport(report, reading_of(where, record), None, None, ADDED))
            number = {event.key: len(rows) + at for at, event in enumerate(found)}
            bound += [(number[a.key], number[b.key]) for a, b, _ in retold(found, comparer(packs))]
            texts = {event["id"]: shortened(event, report) for event in record["events"]}
            place = {id: at for at, id in enumerate(sorted(texts), start=int(named[n]) << 16)}
            rows += [(*_days(e), first + n, place[e.key[1]], _line(e), texts[e.key[1]]) for e in found]
        tells.append(bool(found))
    _lay(folder, rows, np.array(bound, np.int64).reshape(-1, 2))
    save(folder / "tells.bin", np.array(tells, np.uint8))


def _line(event: Told) -> str:
    return ENCODE(list(event.key)) + body(event, quoted(event))


def _days(event: Traits) -> tuple[int, int]:
    return event.window or EVER


def _lay(folder: Path, rows: list[Row], bound: Rows) -> None:
    order = sorted(range(len(rows)), key=lambda n: rows[n][0])
    told, texts = Lines(folder / "traits.jsonl"), Lines(folder / "events.jsonl")
    for n in order:
        told.add(rows[n][4])
        texts.add(rows[n][5])
    told.close()
    texts.close()
    save(folder / "days.bin", np.array([rows[n][:2] for n in order], np.int32).reshape(-1, 2))
    save(folder / "reports.bin", np.array([rows[n][2] for n in order], np.uint32))
    save(folder / "keys.bin", np.array([rows[n][3] for n in order], np.uint64))
    place = np.empty(len(rows), np.int64)
    place[order] = np.arange(len(rows))
    save(folder / "bound.bin", place[bound].astype(np.uint32))


# -- tiles ------------------------------------------------------------------------------------------------------------


def cut(folder: Path, batches: Sequence[Path], most: int) -> None:
    """Cut all events, in the order of their first day, into tiles of at most `most`.

    `cuts.bin` tells for each tile and batch the first of the batch's events in it (one row more than there are tiles),
    `bases.bin` the number of that event among all.
    """
    days = [read(batch / "days.bin", DAY)["start"] for batch in batches]
    here = np.zeros(len(batches), np.int64)
    table, held = [here.copy()], 0
    for n, count in _cells(days):
        left = count
        while held + left > most:
            here[n] += most - held
            left -= most - held
            table.append(here.copy())
            held = 0
        here[n] += left
        held += left
    if held or len(table) == 1:
        table.append(here.copy())
    cuts = np.array(table)
    counts = np.diff(cuts, axis=0).ravel()
    save(folder / "cuts.bin", cuts)
    save(folder / "bases.bin", np.r_[0, np.cumsum(counts)].astype(np.int64))
    _days_by_number(folder, batches, cuts)


def _cells(days: Sequence[Rows]) -> Iterator[tuple[int, int]]:
    """Batch, and number of the events of that batch that begin on one day; in the order of days, then batches."""
    found = [np.unique(one, return_counts=True) for one in days]
    starts = np.concatenate([u for u, _ in found]) if found else np.empty(0, np.int32)
    counts = np.concatenate([c for _, c in found]) if found else np.empty(0, np.int64)
    owner = np.repeat(np.arange(len(found)), [len(u) for u, _ in found])
    for n in np.lexsort((owner, starts)).tolist():
        yield int(owner[n]), int(counts[n])


def _days_by_number(folder: Path, batches: Sequence[Path], cuts: Rows) -> None:
    """First and last days in the order of the numbers, and the latest last day of each block."""
    tables = [mapped(batch / "days.bin", DAY) for batch in batches]
    with (folder / "days.bin").open("wb") as file:
        for tile in range(len(cuts) - 1):
            for n in np.flatnonzero(cuts[tile + 1] > cuts[tile]):
                np.asarray(tables[n][cuts[tile, n] : cuts[tile + 1, n]]).tofile(file)
    ends = mapped(folder / "days.bin", DAY)["end"]
    latest = [int(ends[first : first + BLOCK].max()) for first in range(0, len(ends), BLOCK)]
    save(folder / "latest.bin", np.array(latest, np.int32))


@dataclass(frozen=True, slots=True)
class Numbered:
    """All events by number; tile after tile, in each batch after batch."""

    plan: Path
    batches: tuple[Path, ...]
    cuts: Rows
    bases: Rows

    @classmethod
    def of(cls, ground: Ground) -> Numbered:
        """As `cut` laid it down."""
        cuts = read(ground.plan / "cuts.bin", np.int64).reshape(-1, max(len(ground.batches), 1))
        return cls(ground.plan, ground.batches, cuts, read(ground.plan / "bases.bin", np.int64))

    @property
    def tiles(self) -> int:
        """How many tiles there are."""
        return len(self.cuts) - 1

    @property
    def count(self) -> int:
        """How many events there are."""
        return int(self.bases[-1])

    def tile(self, tile: int) -> Rows:
        """The numbers of a tile."""
        width = len(self.batches)
        return np.arange(self.bases[tile * width], self.bases[(tile + 1) * width])

    def before(self, tile: int) -> Rows:
        """The numbers of earlier tiles' events that may still go on when the tile begins."""
        own = self.tile(tile)
        if not len(own):
            return own
        days, latest = mapped(self.plan / "days.bin", DAY), read(self.plan / "latest.bin", np.int32)
        begins = int(days["start"][own[0] : own[-1] + 1].min()) - SLACK
        found = []
        for block in np.flatnonzero(latest >= begins):
            first, last = int(block) * BLOCK, min((int(block) + 1) * BLOCK, int(own[0]))
            if first < last:
                found.append(first + np.flatnonzero(days["end"][first:last] >= begins))
        return np.concatenate(found) if found else own[:0]

    def number(self, batch: int, places: Rows) -> Rows:
        """The numbers of a batch's events by their places in it."""
        tiles = np.searchsorted(self.cuts[:, batch], places, side="right") - 1
        found: Rows = self.bases[tiles * len(self.batches) + batch] + places - self.cuts[tiles, batch]
        return found

    def reports(self, numbers: Rows) -> Rows:
        """The numbers of the reports that tell some events (ascending)."""
        found = [mapped(batch / "reports.bin", np.uint32)[places] for batch, places in self._homes(numbers)]
        return np.concatenate(found) if found else np.empty(0, np.uint32)

    def keys(self, numbers: Rows) -> Rows:
        """Numbers in the order of the keys of some events (ascending)."""
        found = [mapped(batch / "keys.bin", np.uint64)[places] for batch, places in self._homes(numbers)]
        return np.concatenate(found) if found else np.empty(0, np.uint64)

    def lines(self, numbers: Rows, name: str) -> Iterator[bytes]:
        """The lines of some events (ascending)."""
        for batch, places in self._homes(numbers):
            yield from lines(batch / f"{name}.jsonl", places)

    def traits(self, numbers: Rows) -> Iterator[Traits]:
        """The traits of some events (ascending)."""
        return map(restored_traits, self.lines(numbers, "traits"))

    def _homes(self, numbers: Rows) -> Iterator[tuple[Path, Rows]]:
        cells = np.searchsorted(self.bases, numbers, side="right") - 1
        places = self.cuts[:-1].ravel()[cells] + numbers - self.bases[cells]
        for first, last in equals(cells):
            yield self.batches[int(cells[first]) % len(self.batches)], places[first:last]
