"""Work over the whole store in processes of their own, so that answers keep the interpreter to themselves.

Such a process is started when there is something to do and told the store over its standard input (an address may hold
a password, which a command line would show to everybody). It ends after a number of tasks, or minutes without one, and
the memory that they took goes with it. Tasks and what comes of them travel as pickles, between a server and its own
children only.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, current_thread
from typing import IO, TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from marsad import memory
from marsad.errors import MarsadError, Refusal
from marsad.serve.masking import Mask, Masks

if TYPE_CHECKING:
    from marsad.packs import Packs
    from marsad.settings import Log
    from marsad.store import Store

P = ParamSpec("P")
T = TypeVar("T")
TURN = 0.25  # seconds after which who waits for a process looks whether the server stops
SOME, MANY = 30, 100  # tasks after which a process ends that brings up to date, and one that gives answers
IDLE = 600  # seconds without a task after which a process ends
BY_ITSELF = (0, -getattr(signal, "SIGALRM", 0))  # how a process ends that has done its tasks or had none for long
OURS = "marsad-"  # begins the names of the threads that work in the background
log = logging.getLogger("marsad.serve")


class Stopped(Exception):  # no fault: the server stops
    """Work in the background ends here; its transaction is rolled back."""


class Room(Protocol):
    """What a task works with: the server's desk, or what a process of its own has of it."""

    store: Store
    dirs: tuple[Path, ...]

    def packs(self) -> Packs:
        """The packs, faulty entries left out."""

    def veil(self) -> Mask:
        """What hides private persons now."""


Task = Callable[Concatenate[Room, P], T]


@dataclass(frozen=True, slots=True)
class Given:
    """What a process is told first. `salt` makes its mask the server's."""

    store: str
    dirs: tuple[Path, ...]
    salt: bytes
    log: Log


class Aside:
    """The processes of one server; none where the store is not `large`, there tasks are done here, in the `room`.

    `upkeep` is for bringing up to date what is derived, `answers` for long ones, `whole` for what takes in all
    incidents: it ends after each task.
    """

    def __init__(self, room: Room, given: Given, stopping: Event, *, large: Callable[[], bool]) -> None:
        lanes = (Lane(room, given, stopping, large=large, most=most) for most in (SOME, MANY, 1))
        self.upkeep, self.answers, self.whole = lanes

    def end(self) -> None:
        """End them, whatever they do: their transactions are rolled back."""
        for lane in (self.upkeep, self.answers, self.whole):
            lane.end()


class Lane:
    """A process that does one task after the other, begun anew where it has ended."""

    def __init__(self, room: Room, given: Given, stopping: Event, *, large: Callable[[], bool], most: int) -> None:
        """`most`: tasks after which the process ends."""
        self._room, self._given, self._stopping, self._large, self._most = room, given, stopping, large, most
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def do(self, task: Task[P, T], *given: P.args, **more: P.kwargs) -> T:
        """What `task` gives. Raises what it raises, MarsadError E560 where its process is killed, Stopped."""
        if not self._large():
            return task(self._room, *given, **more)
        what = pickle.dumps((task, given, more))
        while not self._lock.acquire(timeout=TURN):
            self._go_on()
        try:
            self._go_on()
            done, told = self._asked(what) or self._asked(what) or _lost("again and again")
        finally:
            self._lock.release()
        if not done:
            raise told
        found: T = told
        return found

    def end(self) -> None:
        """End the process, whatever it does: its transaction is rolled back."""
        if process := self._process:
            process.kill()

    def _asked(self, what: bytes) -> tuple[bool, Any] | None:
        """Whether it was done, and the result or the fault; None where the process ended before it began."""
        process = self._process = self._begun()
        assert process.stdin and process.stdout
        self._go_on()  # else nobody would end a process that was begun during the stop
        try:
            process.stdin.write(what)
            process.stdin.flush()
            told: tuple[bool, Any] = pickle.load(process.stdout)  # from our own child
        except (OSError, EOFError, pickle.UnpicklingError):
            _closed(process)
            self._go_on()
            return None if process.returncode in BY_ITSELF else _lost(f"with {process.returncode}")
        return told

    def _begun(self) -> subprocess.Popen[bytes]:
        if self._process and self._process.poll() is None:
            return self._process
        if self._process:
            _closed(self._process)
        command = [sys.executable, "-P", "-c", "from marsad.serve.aside import main; main()"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin
        process.stdin.write(pickle.dumps((self._given, self._most)))
        return process

    def _go_on(self) -> None:
        if self._stopping.is_set():
            self.end()
            if current_thread().name.startswith(OURS):
                raise Stopped
            raise Refusal("E554", "the server is stopping", "ask again in a minute", status=503)


def _closed(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    with suppress(OSError):  # what it did not take cannot be flushed
        process.stdin.close()
    with process:
        pass


def _lost(how: str) -> Any:
    message = f"a process that worked for the server ended {how}"
    raise MarsadError("E560", message, "see whether memory ran out; another is begun when there is work again")


class Elsewhere:
    """The room of a process of its own."""

    def __init__(self, given: Given) -> None:
        from marsad.packs import load
        from marsad.store import open_store
        from marsad.store.finds import Finds

        self.store, self.dirs = open_store(given.store), given.dirs
        self._packs, self._finds = load(*given.dirs, strict=False), Finds(self.store.engine)
        self._masks = Masks(self._finds.people, salt=given.salt)

    def packs(self) -> Packs:
        """The packs, faulty entries left out."""
        return self._packs

    def veil(self) -> Mask:
        """What hides private persons now."""
        return self._masks.at(self._finds.mark()[1])


def main() -> None:
    """Do what comes in over the standard input until it is closed, nothing comes for long, or enough is done."""
    from marsad.serve.logs import set_up

    for name in ("SIGINT", "SIGTERM"):  # for the server, who ends this one when it ends
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    tasks, results = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing else may write between the results
    given, most = pickle.load(tasks)  # from the server that began this process
    set_up(level=given.log.level, format=given.log.format)
    room: Room | None = None
    for _ in range(most):
        task, args, more = _next(tasks)
        try:
            if room is None:
                room = Elsewhere(given)
                memory.settle()
            told = True, task(room, *args, **more)
        except MarsadError as error:
            told = False, error
        except Exception as error:  # the server goes on
            log.error("a task of the server failed", exc_info=error)
            fault = f"an unexpected fault: {type(error).__name__}"
            told = False, MarsadError("E503", fault, "see the server's output and report it")
        results.write(pickle.dumps(told))
        results.flush()
        del task, args, more, told
        memory.give_back()


def _next(tasks: IO[bytes]) -> Any:
    try:
        if hasattr(signal, "alarm"):
            signal.alarm(IDLE)
        found = pickle.load(tasks)  # from the server that began this process
    except EOFError:  # the server is gone
        sys.exit()
    if hasattr(signal, "alarm"):
        signal.alarm(0)
    return found
