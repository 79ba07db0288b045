"""A gathering at work: pieces to reports to readings to the store, item by item, stoppable and repeatable."""

from __future__ import annotations

import math
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.intake import read_one
from marsad.commands.output import complain
from marsad.errors import InputError, MarsadError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from marsad.gather import Meta
    from marsad.gather.gatherer import Gatherer
    from marsad.gather.inlet import Out
    from marsad.gather.pieces import Found, Parcel, Passed, Piece, Refusal
    from marsad.gather.repeats import Repeats
    from marsad.model import Reading, Report
    from marsad.store import Store
    from marsad.store.gathering import Gathering, Received, Taken
    from marsad.store.jobs import Item, ItemState, Jobs

EVERY = 1.0  # seconds between two notes of how far a job is
AT_ONCE, HELD = 50, 20_000_000  # reports and bytes that are held before they are written together
CHEAP, SPARED = 0.5, 20  # seconds; times as long as looking for copies took, it is not done again in one process


@dataclass(slots=True)
class Outcome:
    """What came of a gathering. `kept` counts new, known, foreign and marked reports."""

    kept: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    unchanged: int = 0
    passed: list[Passed] = field(default_factory=list)
    stopped: bool = False

    def told(self) -> str:
        """One line for a person."""
        kept = self.kept
        parts = [f"{kept['new']} new", f"{kept['known']} already there", f"{self.faults} passed over"]
        parts += [f"{kept[word]} {said}" for word, said in SAID.items() if kept[word]]
        parts += [f"{self.unchanged} unchanged"] if self.unchanged else []
        return ", ".join(parts)


SAID = {"foreign": "not in Arabic (kept, not read)", "review": "to be reviewed"}
REVIEW = ("ocr", "letter-order", "line-order")


@dataclass(slots=True)
class Taking:
    """Takes pieces into a store. `read` reads one report, `version` names what reads."""

    store: Store
    gathering: Gathering
    gatherer: Gatherer
    read: Callable[[Report], Reading]
    version: str
    meta: Mapping[str, Meta] = field(default_factory=dict)
    by: str = "marsad"
    out: Outcome = field(default_factory=Outcome)
    halt: bool = False
    faults: list[Mapping[str, str]] = field(default_factory=list)
    pending: dict[tuple[str, str, str], Taken] = field(default_factory=dict)
    fetched: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    beat: Callable[[], bool] | None = None
    """Called after each writing: shows how far it is, and tells whether somebody asked to stop."""

    def item(self, got: Parcel | MarsadError | None) -> list[Mapping[str, str]] | None:
        """Take in all of one item. Its faults, None where it was stopped half way. Raises StoreError E350."""
        self.faults = []
        if got is None:
            self.out.unchanged += 1
        elif isinstance(got, MarsadError):
            self._fault("", got)
        else:
            try:
                for one in self._opened(got):
                    if self.halt:
                        return None
                    self._one(one)
                if "asked" in got.how and not self.faults:
                    self._fetched(got.how)
            except MarsadError as error:
                if error.code == "E350":
                    raise
                self._fault(got.shown, error)
        return self.faults

    def _opened(self, parcel: Parcel) -> Out:
        """The pieces of a parcel; a fault of a library that nobody foresaw is told like any other."""
        try:
            yield from self.gatherer.open(parcel)
        except MarsadError:
            raise
        except Exception as error:
            raise _unforeseen(parcel.shown, error) from error

    def _one(self, one: Piece | Refusal | Passed) -> None:
        from marsad.gather.pieces import Passed, Refusal

        if isinstance(one, Passed):
            self.out.passed.append(one)
        elif isinstance(one, Refusal):
            self._fault(one.where, one.error)
        else:
            try:
                self._piece(one)
            except MarsadError as error:
                if error.code == "E350":
                    raise
                self._fault(one.shown, error)

    def _piece(self, piece: Piece) -> None:
        from marsad.gather.arrive import arrive
        from marsad.store.gathering import Taken

        original = piece.original
        key = (original.sha256, original.address, piece.locator)
        if key in self.pending or self.gathering.knows(*key):
            self.out.kept["known"] += 1
            self._fetched(original.how)
            return
        found = _found(piece)
        arrival = arrive(piece, found, options=self.gatherer.options, meta=self.meta.get(found.name))
        reading = read_one(self.read, arrival.readable) if arrival.readable else None
        received = _received(piece, arrival.language, arrival.marks, found.how)
        self.pending[key] = Taken(received, arrival.report, reading, self.version if reading else None)
        if len(self.pending) >= AT_ONCE or sum(one.received.size for one in self.pending.values()) > HELD:
            self.flush()

    def flush(self) -> None:
        """Write what is held: all of it or none. Raises StoreError E350."""
        if not self.pending:
            return
        taken = list(self.pending.values())
        for one, (_, new) in zip(taken, self.gathering.take_all(taken, by=self.by), strict=True):
            self.out.kept["new" if new else "known"] += 1
            self.out.kept["foreign"] += one.reading is None
            self.out.kept["review"] += any(mark in REVIEW for mark in one.received.marks)
            self._fetched(one.received.how)
        self.pending = {}
        if self.beat is not None:
            self.halt |= self.beat()

    def _fetched(self, how: Mapping[str, Any]) -> None:
        """A page that is in the store need not come again while its host says it is unchanged."""
        if "asked" in how:
            self.fetched.append((str(how["asked"]), how.get("etag"), how.get("last_modified")))

    def _fault(self, where: str, error: MarsadError) -> None:
        self.out.faults += 1
        self.faults.append({"where": where, "code": error.code, "message": error.message, "remedy": error.remedy})
        complain(error)

    def remember(self) -> None:
        """Write what is held, and note what was fetched and is in the store."""
        self.flush()
        if self.fetched:
            self.gathering.remember(self.fetched, at=datetime.now(UTC))
            self.fetched = []


def _found(piece: Piece) -> Found:
    try:
        return piece.find()
    except MarsadError:
        raise
    except Exception as error:
        raise _unforeseen(piece.shown, error) from error


def _unforeseen(shown: str, error: Exception) -> InputError:
    message = f"taking in {shown} failed: {type(error).__name__}: {error}"
    return InputError("E149", message, "send us the file, or leave it out")


def work(taking: Taking, jobs: Jobs, job: int, items: Sequence[Item], *, label: str = "Gathering") -> Outcome:
    """Do the items of a job, marking them as they are done. Ends the job as done, failed or stopped."""
    out = taking.out
    try:
        with _interruptible(taking), click.progressbar(length=len(items), label=label, file=sys.stderr) as bar:
            taking.beat = partial(_beat, taking, jobs, job, bar)
            for _ in _marked(taking, jobs, job, items):
                bar.update(1)
        out.stopped = taking.halt
        copies_marked(taking.store)
        jobs.finish(job, "stopped" if out.stopped else "failed" if out.faults else "done", told=out.told())
    except MarsadError:
        _broken(jobs, job)
        raise
    return out


def _beat(taking: Taking, jobs: Jobs, job: int, bar: Any) -> bool:
    """Show the number of reports, which in a large archive is all that moves; whether to stop."""
    bar.label = f"Gathering ({taking.out.kept['new'] + taking.out.kept['known']} reports)"
    bar.render_progress()
    return jobs.mark(job, [])


def _marked(taking: Taking, jobs: Jobs, job: int, items: Sequence[Item]) -> Iterator[Item]:
    from marsad.store.jobs import Item

    waiting: dict[str, list[Item]] = {}
    for item in items:
        waiting.setdefault(item.item, []).append(item)
    done: list[Item] = []
    last = time.monotonic()
    for name, got in taking.gatherer.parcels(list(waiting)):
        if taking.halt or (faults := taking.item(got)) is None:
            break
        state: ItemState = "failed" if faults else "done"
        done += [Item(i.position, name, state, tuple(faults)) for i in waiting[name]]
        if time.monotonic() - last > EVERY:
            taking.remember()
            taking.halt |= jobs.mark(job, done)
            done, last = [], time.monotonic()
        yield from waiting[name]
    taking.remember()
    jobs.mark(job, done)


def _broken(jobs: Jobs, job: int) -> None:
    """Note that the job stopped; where even that cannot be written, its state is found from its process."""
    try:
        jobs.finish(job, "stopped", told="stopped by a fault of the store")
    except MarsadError as error:
        complain(error)


@contextmanager
def _interruptible(taking: Taking) -> Iterator[None]:
    """The first Ctrl-C stops after the report at hand, a second one at once."""

    def halt(_number: int, _frame: FrameType | None) -> None:
        if taking.halt:
            raise KeyboardInterrupt
        taking.halt = True

    try:
        before = signal.signal(signal.SIGINT, halt)
    except ValueError:  # not in the main thread: standing sources run in threads of the scheduler
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass(slots=True)
class Marking:
    """What a process that stands knows of the reports of one store, and what the last marking cost. Times in seconds.

    Looking for copies takes the longer the more reports there are: it is put off to the next look where it would take
    more than a twentieth of the time.
    """

    store: str
    repeats: Repeats
    took: float = 0.0
    ended: float = -math.inf

    def due(self) -> bool:
        """Whether it may be done again already."""
        return self.took < CHEAP or time.monotonic() - self.ended >= SPARED * self.took


_MARKING: dict[str, Marking] = {}


def copies_marked(store: Store) -> None:
    """Mark which reports copy which, where anything new came in."""
    from marsad.gather.repeats import Repeats
    from marsad.store.gathering import Gathering

    gathering, count = Gathering(store), str(store.count()["reports"])
    held = _MARKING.get("last")
    if held is None or held.store != store.shown:
        held = _MARKING["last"] = Marking(store.shown, Repeats())
    if gathering.copies_known(count) or not held.due():
        return
    start = time.monotonic()
    for report in gathering.texts(held.repeats.lacks(gathering.heads())):
        held.repeats.add(report)
    store.put_copies({name: (copy.of, copy.share) for name, copy in held.repeats.copies().items()})
    gathering.note_copies(count)
    held.took, held.ended = time.monotonic() - start, time.monotonic()


def _received(piece: Piece, language: str, marks: tuple[str, ...], how: Mapping[str, Any]) -> Received:
    from marsad.store.gathering import Received

    one = piece.original
    return Received(
        one.address, piece.locator, piece.inlet, one.sha256, one.size, one.data, one.came_at, one.media_type,
        language, dict(one.how) | dict(how), marks,
    )  # fmt: skip
