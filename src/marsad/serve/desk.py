"""What the API reads: one store and its index, brought up to date in the background."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, RLock, Thread, current_thread
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import event

from marsad.errors import MarsadError, Refusal
from marsad.serve import tasks
from marsad.serve.aside import OURS, TURN, Aside, Given, Stopped
from marsad.serve.counts import Facets
from marsad.serve.finder import Finder, Kept
from marsad.serve.masking import Mask, Masks
from marsad.settings import Log
from marsad.store import Store, open_store
from marsad.store.connecting import let_read_while_written
from marsad.store.finds import Finds, Snapshot

if TYPE_CHECKING:
    from marsad.packs import Packs
    from marsad.store.relations import Relations

Json = dict[str, Any]
T = TypeVar("T")
PATIENCE = 2.0  # seconds that an answer waits for new reports to be worked in
FIRST = 60.0  # the same where there is nothing yet to show instead
LONG = 15.0  # seconds that an answer waits for what somebody else has asked for already
AGAIN = 30.0  # seconds before a run that failed is tried once more
WAITING = 5.0, 0.1  # seconds saved up and share of the time that all who ask may wait for what is worked out
REFRESH = 10.0, 0.2  # the same for bringing the incidents up to date
SELDOM = 5.0, 0.06  # the same for relations, and for alerts
LARGE = 1_000  # reports or incidents from which on work over all of them is done in processes of their own
PARTING = 1.5  # seconds that a run under way is waited for when the server stops
NAMES = 2_000  # of what is made once; some hold what users asked for
log = logging.getLogger("marsad.serve")


@dataclass(frozen=True, slots=True)
class State:
    """Of what an answer is made: `mark` changes with everything that it may show, also with who may see names, `of`
    with the store alone; `stale` while newer is on its way.
    """

    mark: str
    of: tuple[str, int]
    stale: bool


@dataclass(slots=True)
class Runs:
    """How bringing up to date went since the start. Times in seconds, `started` and `current` on the monotonic clock.

    `results` counts runs that were done, failed or stopped; `started` is when the one under way began; `current` when
    the incidents were last seen to be up to date, None before the first time.
    """

    results: dict[str, int] = field(default_factory=lambda: {"done": 0, "failed": 0, "stopped": 0})
    seconds: float = 0.0
    last: float = 0.0
    started: float | None = None
    current: float | None = None
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """What is kept of relations; `basis` tells of which state, `stale` that newer is on its way."""

    relations: Relations
    basis: str
    stale: bool


class Budget:
    """Seconds that may be spent on something: a `share` of all time, with `saved` for when much comes at once."""

    def __init__(self, saved: float, share: float) -> None:
        self.saved, self.share = saved, share
        self._left, self._at = saved, time.monotonic()

    def left(self) -> float:
        """Seconds that may be spent now; below 0 where too many were."""
        now = time.monotonic()
        self._left, self._at = min(self.saved, self._left + (now - self._at) * self.share), now
        return self._left

    @contextmanager
    def spend(self) -> Iterator[None]:
        """Book the seconds that pass within."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._left -= time.monotonic() - start

    def wait(self, done: Event, most: float) -> bool:
        """Whether it was done within `most` seconds, or less where not so much is left."""
        most = max(0.0, min(most, self.left()))
        with self.spend():
            return done.wait(most)

    def turn(self, stopping: Event) -> None:
        """Wait until something may be spent again, or all stops."""
        stopping.wait(max(0.0, -self.left() / self.share))


class Desk:
    """The store, its index, the packs, and what hides names. Safe to call from several threads."""

    def __init__(
        self, store_url: str, packs_dirs: Sequence[str | Path] = (), *, mask: bool, patience: float = PATIENCE,
        log: Log | None = None,
    ) -> None:  # fmt: skip
        """`log`: how processes of its own log, as a program does by itself where None."""
        self.store: Store = open_store(store_url)
        self.stopping, self.runs = Event(), Runs()
        event.listen(self.store.engine, "before_cursor_execute", self._go_on)
        let_read_while_written(self.store.engine)
        self.mask, self.patience = mask, patience
        self.dirs = tuple(Path(d) for d in packs_dirs)
        self.finds = Finds(self.store.engine)
        self.finder = Finder(self.finds, self.packs, hides=lambda id: self.veil().hides(id))
        self.facets = Facets(self.finder, self.packs)
        self._lock, self._salt = RLock(), secrets.token_bytes(16)
        given = Given(str(store_url), self.dirs, self._salt, log or Log())
        self.aside = Aside(self, given, self.stopping, large=self._large)
        self._packs: Packs | None = None
        self._seen: tuple[str, int] | None = None
        self._refresher = Refresher(self)
        self._masks = Masks(self.finds.people, salt=self._salt)
        self._kept, self._making = Kept(200), dict[str, RLock]()
        self._behindhand, self._budgets = dict[str, Event](), dict[str, Budget]()
        self.waits = Budget(*WAITING)  # one for all: where many people write, the older state is soon shown anew

    def warm(self) -> None:
        """Make what the first page asks for; a fault is told to whoever asks for it then."""
        try:
            self._refresher.look(self.patience)
            self.finder.order(self.now(), "newest")
        except MarsadError as error:
            log.warning("what the first page asks for could not be made", extra={"code": error.code})
        except Stopped:
            pass

    def warm_soon(self, *, then: Callable[[], None] = lambda: None) -> Thread:
        """Make it in the background, and do something `then`."""

        def run() -> None:
            self.warm()
            then()

        thread = Thread(target=run, daemon=True, name=f"{OURS}warm")
        thread.start()
        return thread

    def stop(self) -> None:
        """Begin to stop: what works in the background ends at its next question to the store, nothing new begins."""
        self.stopping.set()
        self.aside.end()
        self._refresher.let_go()

    def close(self) -> bool:
        """Let go of the store. Whether nothing of ours is at work any more."""
        self.stop()
        done = self._refresher.finish()
        self.store.close()
        return done

    def _go_on(self, *_: object) -> None:
        # every question to the store is a safe point: its transaction is rolled back as a whole
        if self.stopping.is_set() and current_thread().name.startswith(OURS):
            raise Stopped

    def state(self, *, names: bool) -> State:
        """Where the store stands, after bringing it up to date where that is quickly done."""
        head, version = self.finds.mark()
        fresh = self._refresher.look(self.patience, head=head)
        head, version = self.finds.mark() if (head, version) != self._seen else (head, version)
        self._seen = head, version
        told = f"{head}:{version}:{fresh}:{names}:{self._salt.hex() if not names else ''}"
        return State(hashlib.blake2b(told.encode(), digest_size=12).hexdigest(), (head, version), not fresh)

    def settle(self) -> bool:
        """Wait for a run that is under way. Whether it has ended."""
        return self._refresher.finish(FIRST)

    def begin(self) -> bool:
        """Whether the incidents are up to date; begins to bring them there where they are not, without waiting."""
        return self._refresher.begin()

    def fresh(self) -> bool:
        """Whether the incidents are up to date; starts nothing."""
        return self._refresher.fresh()

    @property
    def packs_loaded(self) -> bool:
        """Whether the packs are there; they are loaded when first needed."""
        return self._packs is not None

    def now(self) -> Snapshot:
        """The newest snapshot of the index."""
        return self.finds.now()

    def _large(self) -> bool:
        url, now = self.store.engine.url, self.now()
        lasting = url.get_backend_name() != "sqlite" or url.database not in (None, "", ":memory:")
        return lasting and max(now.reports.size, now.incidents.size) >= LARGE

    def packs(self) -> Packs:
        """The packs, with the user's own folders over them; faulty entries are left out and told by `health`."""
        with self._lock:
            if self._packs is None:
                from marsad.packs import load

                self._packs = load(*self.dirs, strict=False)
            return self._packs

    def veil(self) -> Mask:
        """What hides private persons. It is made anew when reports changed."""
        return self._masks.at(self.now().reports)

    def once(self, name: str, make: Callable[[], T], *, at: str | None = None) -> T:
        """What `make` gives, kept until the store changes. Two who ask at once do not make it twice.

        `at` stands for the state of the store where not every change of it matters. Raises Refusal E533 where
        somebody else's asking has it made for long already: who waits would keep quick answers from being given.
        """
        state = at or self.finds.mark()
        with self._lock:
            if name not in self._making and len(self._making) >= NAMES:
                self._making.clear()  # at worst something is made twice
            making = self._making.setdefault(name, RLock())
        if not making.acquire(timeout=LONG):
            raise Refusal("E533", f"{name} is still being worked out", "ask again in a minute", status=503)
        try:
            return self._kept.newest(name, state, lambda: self._let_alone(name, make))
        finally:
            making.release()

    def _let_alone(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, made in a thread that is left alone where the server stops before it is done."""
        future = Future[T]()

        def run() -> None:
            try:
                future.set_result(make())
            except BaseException as error:  # noqa: BLE001  # whoever asked is told
                future.set_exception(error)

        Thread(target=run, daemon=True, name=f"{OURS}{name}").start()
        while not self.stopping.is_set():
            with suppress(TimeoutError):
                return future.result(timeout=TURN)
            if future.done():
                return future.result()
        raise Refusal("E554", "the server is stopping", "ask again in a minute", status=503)

    def related(self) -> Related:
        """What is kept of relations; brought up to date in the background where only the newest changes lack."""
        from marsad.relate.kept import basis_of, usable
        from marsad.store.relations import Relations

        def bring() -> None:
            self.aside.upkeep.do(tasks.relations)

        relations, wanted = Relations(self.store), basis_of(self.store, self.packs())
        basis = relations.basis()
        if basis != wanted:
            if usable(basis):
                done = self._behind("relations", lambda: self.once("relations", bring))
                self.waits.wait(done, self.patience)
            else:
                self.once("relations", bring)  # one does it, and nobody waits for long
            basis = relations.basis()
        return Related(relations, basis or "", basis != wanted)

    def lately(self, name: str, make: Callable[[], T], at: Callable[[], str]) -> tuple[str, T]:
        """What `make` gives, and of which state: an earlier one than `at()` while that is being made aside."""
        held: tuple[str, T] | None = self._kept.look(name)
        if held is None:
            now = at()
            return now, self.once(name, make, at=now)
        if held[0] != at():
            self.waits.wait(self._behind(name, lambda: self.once(name, make, at=at())), self.patience)
            held = self._kept.look(name) or held
        return held

    def _behind(self, name: str, work: Callable[[], object]) -> Event:
        """Have something done in the background, once at a time and not too often; set when it is done."""

        def run(done: Event) -> None:
            try:
                with self.turn(name, *SELDOM):
                    work()
            except MarsadError as error:
                if not self.stopping.is_set():
                    log.error("%s could not be brought up to date", name, extra={"code": error.code})
            except Stopped:
                pass
            finally:
                del self._behindhand[name]
                done.set()

        with self._lock:
            done = self._behindhand.get(name)
            if done is None:
                done = self._behindhand[name] = Event()
                Thread(target=run, args=(done,), daemon=True, name=f"{OURS}{name}-aside").start()
        return done

    @contextmanager
    def turn(self, name: str, saved: float, share: float) -> Iterator[None]:
        """Work in the background, begun when its budget allows: where people write all the time most of it is left to
        answers, and what is new is worked in together.
        """
        budget = self._budgets.setdefault(name, Budget(saved, share))
        budget.turn(self.stopping)
        with budget.spend():
            yield

    def derived(self) -> str:
        """The state of the incidents and reports, whatever people say of alerts meanwhile."""
        return f"derived:{self.finds.mark()[1]}"


class Refresher:
    """Works new reports and decisions into the incidents, one run at a time, in a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._lock = desk, RLock()
        self._done: str | None = None
        self._running: Event | None = None
        self._fault: MarsadError | None = None
        self._failed: tuple[str | None, float] = None, 0.0

    def look(self, patience: float, *, head: str | None = None) -> bool:
        """Whether all is up to date; waits a little where this call is the one that starts the work.

        Raises the fault of a run that failed, to whoever asks next.
        """
        head = head or self._desk.store.head()
        if head == self._done:
            self._desk.runs.current = time.monotonic()
            return True
        running, ours = self._begun(head)
        empty = not self._desk.now().incidents.size
        if running and empty:
            running.wait(FIRST)
        elif running and ours:
            self._desk.waits.wait(running, patience)
        if self._fault:
            fault, self._fault = self._fault, None
            raise fault
        return self._done == head or self._desk.store.head() == self._done

    def _begun(self, head: str) -> tuple[Event | None, bool]:
        """The run under way, begun now where there is none and one is wanted, and whether it was begun now."""
        with self._lock:
            ours = self._running is None and not self._desk.stopping.is_set() and not self._failed_just_now(head)
            if ours:
                self._running = Event()
                Thread(target=self._run_in_turn, args=(self._running,), daemon=True, name=f"{OURS}refresh").start()
            return self._running, ours

    def begin(self) -> bool:
        """Whether all is up to date; begins a run where it is not, and waits for nothing."""
        if not self.fresh():
            self._begun(self._desk.store.head())
            return False
        return True

    def _failed_just_now(self, head: str) -> bool:
        return self._failed[0] == head and time.monotonic() - self._failed[1] < AGAIN

    def fresh(self) -> bool:
        """Whether the last run, if any, took in all that the store holds."""
        if self._done is None or self._desk.store.head() != self._done:
            return False
        self._desk.runs.current = time.monotonic()
        return True

    def let_go(self) -> None:
        """Let nobody wait for a run any longer."""
        if running := self._running:
            running.set()

    def finish(self, patience: float = PARTING) -> bool:
        """Wait a little for a run that is under way. Whether it has ended."""
        end = time.monotonic() + patience
        while self._running and time.monotonic() < end:
            time.sleep(0.01)
        return self._running is None

    def _run_in_turn(self, running: Event) -> None:
        with self._desk.turn("refresh", *REFRESH):
            self._run(running)

    def _run(self, running: Event) -> None:
        start, head, result = time.monotonic(), None, "failed"
        self._desk.runs.started = start
        try:
            head = self._desk.store.head()
            refresh(self._desk)
            self._done, result = head, "done"
        except Stopped:
            result = "stopped"
        except MarsadError as error:
            self._fault = error
            log.error("the incidents could not be brought up to date", extra={"code": error.code})
        except Exception as error:  # a thread has nobody above it
            log.error("the incidents could not be brought up to date", exc_info=error)
            message = f"the incidents could not be brought up to date: {type(error).__name__}"
            self._fault = MarsadError("E503", message, "see the server's output and report it")
        finally:
            self._note(head, result, time.monotonic() - start)
            self._running = None
            running.set()

    def _note(self, head: str | None, result: str, took: float) -> None:
        runs, fault = self._desk.runs, self._fault
        if result == "failed":
            self._failed = head, time.monotonic()
        elif result == "done":
            runs.current = time.monotonic()
        runs.failed = fault.code if fault and result == "failed" else None
        runs.results[result] += 1
        runs.started, runs.last, runs.seconds = None, took, runs.seconds + took
        log.info("brought up to date", extra={"result": result, "seconds": round(took, 2)})


def refresh(desk: Desk) -> None:
    """Bring the incidents of the store and its index up to date."""
    desk.aside.upkeep.do(tasks.refresh)
