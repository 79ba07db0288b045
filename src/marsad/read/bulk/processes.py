"""The engine of one machine: worker processes, each with its own reader.

Workers are spawned, not forked: a fork of a process that has threads or open stores may hang, and the collector soon
copies what a fork would share. A worker that dies is replaced and its slice read again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from marsad.errors import MarsadError
from marsad.read.bulk.engine import DEATHS, GivenUp, Told
from marsad.read.bulk.faults import BulkError
from marsad.read.bulk.parts import Done
from marsad.read.bulk.slices import Slice
from marsad.read.bulk.work import Order, Worker

Fault = tuple[str, str, str]
GRACE = 5.0  # seconds that a worker has to end


@dataclass(slots=True, eq=False)
class _Hand:
    """One worker process, and the slice that it holds."""

    process: SpawnProcess
    line: Connection
    slice: Slice | None = None
    ready: bool = False

    def give(self, slice_: Slice) -> bool:
        """Hand a slice over; whether the worker was still there."""
        self.slice = slice_
        try:
            self.line.send(slice_)
        except OSError:
            return False
        return True


class Processes:
    """Worker processes on this machine."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._context = multiprocessing.get_context("spawn")
        self._hands: list[_Hand] = []

    @property
    def pids(self) -> list[int]:
        """Process numbers of the workers that are there."""
        return [hand.process.pid for hand in self._hands if hand.process.pid is not None]

    def run(self, order: Order, slices: Sequence[Slice]) -> Generator[Told, None, None]:
        """Have every slice read. Raises BulkError E715 where workers die as soon as they start, and their faults."""
        todo, deaths = deque(slices), Counter[int]()
        starts = 0
        try:
            while todo or any(hand.slice for hand in self._hands):
                self._fill(order, todo)
                for hand, told in self._heard():
                    if isinstance(told, Done):
                        hand.slice, starts = None, 0
                        yield told
                    elif told == "ready":
                        hand.ready = True
                    elif isinstance(told, tuple):
                        raise BulkError(*told)
                    elif lost := self._buried(hand):
                        deaths[lost.part] += 1
                        if deaths[lost.part] >= DEATHS:
                            yield GivenUp(lost, deaths[lost.part])
                        else:
                            todo.appendleft(lost)
                    else:
                        starts += 1
                        _check_start(starts, hand)
        finally:
            self._end()

    def _fill(self, order: Order, todo: deque[Slice]) -> None:
        """Start workers that are missing, and give slices to those that are free."""
        busy = sum(hand.slice is not None for hand in self._hands)
        while len(self._hands) < min(self.workers, busy + len(todo)):
            self._hands.append(self._start(order))
        for hand in self._hands:
            if hand.ready and hand.slice is None and todo:
                hand.give(todo.popleft())  # one that is gone is heard of as dead, with its slice

    def _start(self, order: Order) -> _Hand:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, order), daemon=True)
        process.start()
        theirs.close()
        return _Hand(process, ours)

    def _heard(self) -> Iterator[tuple[_Hand, Done | str | Fault | None]]:
        """What the workers say next; None of one that died."""
        lines = {hand.line: hand for hand in self._hands}
        for line in wait(list(lines)):
            hand = lines[line]  # type: ignore[index]
            try:
                yield hand, hand.line.recv()
            except (EOFError, OSError):
                yield hand, None

    def _buried(self, hand: _Hand) -> Slice | None:
        """Forget a dead worker; the slice that it held."""
        self._hands.remove(hand)
        hand.line.close()
        hand.process.join(GRACE)
        return hand.slice

    def _end(self) -> None:
        for hand in self._hands:
            hand.process.terminate()
            hand.line.close()
        for hand in self._hands:
            hand.process.join(GRACE)
            if hand.process.is_alive():
                hand.process.kill()
                hand.process.join()
        self._hands = []


def _check_start(starts: int, hand: _Hand) -> None:
    if starts >= DEATHS:
        message = f"workers end as soon as they start (status {hand.process.exitcode})"
        raise BulkError("E715", message, "look for messages above; is there memory enough? marsad doctor")


class _Orphaned(Exception):
    """The process that gave the work is gone."""


def _work(line: Connection, order: Order) -> None:
    """The life of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the one who gives the work calls us off
    parent = os.getppid()

    def orphaned() -> None:
        if os.getppid() != parent:
            raise _Orphaned

    try:
        worker = Worker(order)
        line.send("ready")
        while True:
            line.send(worker.read(line.recv(), called_off=orphaned))
    except (EOFError, BrokenPipeError, _Orphaned):
        return
    except MarsadError as error:
        line.send((error.code, error.message, error.remedy))
