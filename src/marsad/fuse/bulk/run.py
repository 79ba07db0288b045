"""Bulk fusing: from the parts that bulk reading wrote to all incidents, pass by pass, in bounded memory."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from marsad.errors import InputError, StoreError
from marsad.fuse.bulk import copies, groups, links, pairs
from marsad.fuse.bulk.events import Ground, Numbered, cut, knowledge, take_events
from marsad.fuse.bulk.heads import choose, heads_in, outlets, take_heads
from marsad.fuse.bulk.parts import Part, parts_of
from marsad.fuse.bulk.scratch import Passes, Tell, put, read, runs, sizes
from marsad.fuse.bulk.writing import write, write_copies
from marsad.fuse.tables import weights

MEGA = 1 << 20
SHAPE = "1"  # of the scratch files: raise it when a pass writes something else
PROCESS = 160 * MEGA  # what a process needs before it does anything
EVENT = 10_000  # bytes of an event that is held with its headings
ROW = 100  # bytes of a row that is sorted
TOGETHER = 700  # bytes of an event of a neighbourhood, with its pairs
SCRATCH = "scratch"
HALF = "basis.half"
CANDIDATES = "candidates.txt"


@dataclass(frozen=True, slots=True)
class Room:
    """How much one task holds: bytes of parts, events, rows, reports that are sorted, events built at once."""

    batch: int
    events: int
    rows: int
    reports: int
    block: int

    @classmethod
    def of(cls, memory: int, workers: int) -> Room:
        """For `memory` bytes over all processes. Raises InputError E726 where that is too little."""
        processes = workers + 1 if workers > 1 else 1
        each = (memory - processes * PROCESS) // workers
        if each < 64 * MEGA:
            least = (processes * PROCESS + workers * 64 * MEGA) // MEGA + 1
            message = f"{workers} workers need more than {memory // MEGA} MB"
            raise InputError("E726", message, f"give --memory {least}M or more, or fewer --workers")
        rows = each // ROW
        return cls(min(each // 4, 128 * MEGA), each // EVENT, min(rows, 4_000_000), each // 400, 2000)


@dataclass(frozen=True, slots=True)
class Fused:
    """What came out, in numbers: `same_text` reports whose text came before, `candidates` pairs that were weighed,
    `pairs` those that were kept, `largest` events that strong pairs hang together.
    """

    parts: int
    reports: int
    same_text: int
    errors: int
    copies: int
    events: int
    candidates: int
    pairs: int
    largest: int
    incidents: int
    links: int


def fuse_parts(
    folders: Sequence[Path], out: Path, *, memory: int = 2048 * MEGA, workers: int = 1, packs: tuple[str, ...] = (),
    tell: Tell = lambda *_: None, room: Room | None = None, keep: bool = False,
) -> Fused:  # fmt: skip
    """Fuse what `marsad read --bulk` wrote into `folders`; write `out`/incidents.jsonl, copies.jsonl, errors.jsonl and
    summary.json.

    The incidents are those of one store that took in all the reports and derived incidents once. `memory` are bytes
    over all processes; a run that goes on keeps to those of its beginning. `keep` leaves the scratch files. Broken off,
    the same call goes on after the last finished task.
    Raises InputError E720 to E726, StoreError E727 to E730.
    """
    room = room or Room.of(memory, workers)
    parts = parts_of(folders)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _alone(out):
            scratch = _scratch(out, parts, packs)
            room = _room(scratch, room)
            with Passes(scratch, workers=workers, tell=tell) as passes:
                done = _Run(passes, scratch, room, packs, memory).all(parts, out)
            summary = asdict(done) | {"weights": weights().version, "packs": knowledge(packs).version}
            put(out / "summary.json.half", json.dumps(summary, indent=1).encode() + b"\n")
            (out / "summary.json.half").replace(out / "summary.json")
            if not keep:
                shutil.rmtree(scratch)
    except OSError as error:
        message = f"bulk fusing into {out} stopped: {error}"
        raise StoreError("E729", message, "make room or mend the folder; the same command goes on") from error
    return done


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Nobody else works in the folder meanwhile."""
    handle = os.open(out / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StoreError("E730", f"somebody else is fusing into {out}", "wait, or give another -o") from error
    finally:
        os.close(handle)


def _scratch(out: Path, parts: Sequence[Part], packs: tuple[str, ...]) -> Path:
    """The folder of scratch files, emptied where it belongs to other sources or versions."""
    scratch = out / SCRATCH
    given = [[str(part.reports), part.mark] for part in parts]
    basis = json.dumps([SHAPE, weights().version, knowledge(packs).version, given])
    told = scratch / "basis.json"
    scratch.mkdir(parents=True, exist_ok=True)
    if told.is_file() and told.read_text("utf-8") == basis:
        return scratch
    if not told.is_file() and any(file.name != HALF for file in scratch.iterdir()):
        message = f"{scratch} holds files that are not of bulk fusing"
        raise StoreError("E727", message, "remove that folder or give another one with -o")
    shutil.rmtree(scratch)
    scratch.mkdir()
    put(scratch / HALF, basis.encode())
    (scratch / HALF).replace(told)
    return scratch


def _room(scratch: Path, room: Room) -> Room:
    """The room by which these files were begun: with another one their tasks would be others."""
    told = scratch / "room.json"
    if not told.is_file():
        put(scratch / "room.half", json.dumps(asdict(room)).encode())
        (scratch / "room.half").replace(told)
    return Room(**json.loads(told.read_bytes()))


@dataclass(frozen=True, slots=True)
class _Run:
    passes: Passes
    scratch: Path
    room: Room
    packs: tuple[str, ...]
    memory: int

    def all(self, parts: Sequence[Part], out: Path) -> Fused:
        """All passes in turn."""
        batches = _batches(parts, self.room.batch)
        heads = self.passes.run("heads", take_heads, [(some,) for some in batches])
        self._fits(sum(map(heads_in, heads)), 80, "reports")
        (chosen,) = self.passes.run("reports", choose, [(heads, self.room.reports)])
        bases = np.r_[0, np.cumsum([heads_in(head) for head in heads])].astype(int).tolist()
        verified, origins = self._copies(heads, bases, chosen)
        taken = self.passes.run("events", take_events, [
            (some, base, chosen, self.packs) for some, base in zip(batches, bases, strict=False)
        ])  # fmt: skip
        (told,) = self.passes.run("outlets", outlets, [(heads, [one / "tells.bin" for one in taken])])
        (plan,) = self.passes.run("tiles", cut, [(taken, max(self.room.events // 2, 1))])
        ground = Ground(tuple(taken), plan, self.packs)
        scored = self._pairs(ground)
        made = self._made(ground, groups.Behind(tuple(heads), chosen, origins, told), scored)
        ordered, linked = self._linked(made)
        found = write(out / "incidents.jsonl", ordered, made, linked)
        marked = write_copies(out / "copies.jsonl", heads, chosen, verified)
        errors = (chosen / "errors.jsonl").read_bytes()
        put(out / "errors.jsonl", errors)
        twice = int((read(chosen / "taken.bin", np.uint8) == 0).sum())
        return Fused(
            parts=len(parts), reports=bases[-1] - twice, same_text=twice,
            errors=errors.count(b"\n"), copies=marked, candidates=int((self.scratch / CANDIDATES).read_bytes()),
            largest=max((int(read(one / "largest.bin", np.int64)[0]) for one in made), default=0),
            events=Numbered.of(ground).count,
            pairs=sum(one.stat().st_size for s in scored for one in s.glob("scored.bin")) // pairs.SCORED.itemsize,
            incidents=(ordered / "ids.bin").stat().st_size // 8, links=found,
        )  # fmt: skip

    def _copies(self, heads: Sequence[Path], bases: Sequence[int], chosen: Path) -> tuple[list[Path], Path]:
        run, rows, drop = self.passes.run, self.room.rows, self.passes.drop
        count = (chosen / "order.bin").stat().st_size // 4
        posted = run("posted", copies.post, [(h, base, chosen) for h, base in zip(heads, bases, strict=False)])
        each = self._runs("thinned", lambda: sizes(posted), rows)
        thinned = run("thinned", copies.thin, [(posted, some, count) for some in each], needs=("posted",))
        drop("posted")
        each = self._runs("probed", lambda: sizes(thinned), rows)
        probed = run("probed", copies.probe, [(thinned, some, chosen) for some in each], needs=("thinned",))
        drop("thinned")
        each = self._runs("met", lambda: sizes(probed, "probes*"), rows)
        met = run("met", copies.meet, [(probed, some, count) for some in each], needs=("probed",))
        each = self._runs("copies", lambda: sizes(met), rows)
        asked = [(met, probed, some, chosen) for some in each]
        verified = run("copies", copies.verify, asked, needs=("probed", "met"))
        drop("probed", "met")
        (origins,) = run("origins", copies.origins, [(verified, bases[-1])])
        return verified, origins

    def _pairs(self, ground: Ground) -> list[Path]:
        tiles = range(Numbered.of(ground).tiles)
        paired = self.passes.run("pairs", pairs.pair, [(ground, tile, self.room.events) for tile in tiles])
        each = self._runs("sums", lambda: sizes(paired), self.room.rows)
        asked = [(paired, some, self.packs) for some in each]
        scored = self.passes.run("sums", pairs.sum_up, asked, needs=("pairs",))
        if not (self.scratch / CANDIDATES).is_file():
            weighed = sum(int(read(one / "candidates.bin", np.int64)[0]) for one in paired)
            put(self.scratch / f"{CANDIDATES}.half", str(weighed).encode())
            (self.scratch / f"{CANDIDATES}.half").replace(self.scratch / CANDIDATES)
        self.passes.drop("pairs")
        return scored

    def _made(self, ground: Ground, behind: groups.Behind, scored: Sequence[Path]) -> list[Path]:
        count, run = Numbered.of(ground).count, self.passes.run
        self._fits(count, 5, "events")
        (hung,) = run("hung", groups.hang, [(ground, scored, weights().threshold)])
        near = run("near", groups.near, [(hung, one, count) for one in scored])
        steps = range(0, max(count, 1), groups.PIECE)
        members = run("members", groups.gather_members, [
            (hung, first, min(first + groups.PIECE, count), count) for first in steps
        ])  # fmt: skip
        both = [*near, *members]
        self._fits(int(sizes(both, "members*").max(initial=0)), TOGETHER, "events that hang together")
        most = min(self.room.rows, 100 * self.room.block)
        each = self._runs("made", lambda: sizes(both, "members*") + sizes(both), most)
        make = partial(groups.make, block=self.room.block)
        made = run("made", make, [(ground, behind, both, some) for some in each], needs=("near", "members"))
        self.passes.drop("near", "members")
        return made

    def _linked(self, made: Sequence[Path]) -> tuple[Path, list[Path]]:
        self._fits(sum((one / "made.bin").stat().st_size // groups.MADE.itemsize for one in made), 60, "incidents")
        (ordered,) = self.passes.run("order", links.order, [(made,)])
        count = (ordered / "roles.bin").stat().st_size // links.ROLES.itemsize
        step = max(min(self.room.events // 4, 20_000), 1)
        return ordered, self.passes.run("links", links.link, [
            (ordered, made, (first, min(first + step, count)), self.packs) for first in range(0, count, step)
        ])  # fmt: skip

    def _runs(self, name: str, loads: Callable[[], Any], most: int) -> list[tuple[int, int]]:
        """The runs of buckets that a pass takes, as they were planned first: what they rest on is dropped later."""
        path = self.scratch / f"{name}.json"
        if not path.is_file():
            put(path.with_suffix(".half"), json.dumps(runs(loads(), most)).encode())
            path.with_suffix(".half").replace(path)
        return [(first, last) for first, last in json.loads(path.read_bytes())]

    def _fits(self, count: int, each: int, what: str) -> None:
        """What the first process holds for all of them, for a short time each. Raises InputError E726."""
        need = each * count + 2 * PROCESS
        if need > self.memory:
            message = f"{count:,} {what} need {need // MEGA} MB"
            raise InputError("E726", message, f"give --memory {need // MEGA + 1}M or more; what is done stays")


def _batches(parts: Iterable[Part], most: int) -> list[list[Part]]:
    """Parts that are read together."""
    found: list[list[Part]] = []
    held = 0
    for part in parts:
        if not found or held + part.size > most:
            found.append([])
            held = 0
        found[-1].append(part)
        held += part.size
    return found
