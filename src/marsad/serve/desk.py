"""What the API reads: one store and its index, brought up to date in the background."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, RLock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from marsad.errors import MarsadError, Refusal
from marsad.serve.counts import Facets
from marsad.serve.finder import Finder, Kept
from marsad.serve.masking import Mask
from marsad.store import Store, open_store
from marsad.store.finds import Finds, Snapshot

if TYPE_CHECKING:
    from marsad.packs import Packs

Json = dict[str, Any]
T = TypeVar("T")
PATIENCE = 2.0  # seconds that an answer waits for new reports to be worked in
FIRST = 60.0  # the same where there is nothing yet to show instead
LONG = 15.0  # seconds that an answer waits for what somebody else has asked for already
AGAIN = 30.0  # seconds before a run that failed is tried once more
log = logging.getLogger("marsad.serve")


@dataclass(frozen=True, slots=True)
class State:
    """Of what an answer is made: `mark` changes with everything that it may show; `stale` while newer is on its way."""

    mark: str
    stale: bool


class Desk:
    """The store, its index, the packs, and what hides names. Safe to call from several threads."""

    def __init__(
        self, store_url: str, packs_dirs: Sequence[str | Path] = (), *, mask: bool, patience: float = PATIENCE
    ) -> None:
        self.store: Store = open_store(store_url)
        _read_while_written(self.store)
        self.mask, self.patience = mask, patience
        self.dirs = tuple(Path(d) for d in packs_dirs)
        self.finds = Finds(self.store.engine)
        self.finder = Finder(self.finds, self.packs, hides=lambda id: self.veil().hides(id))
        self.facets = Facets(self.finder, self.packs)
        self._lock, self._salt = RLock(), secrets.token_bytes(16)
        self._packs: Packs | None = None
        self._seen: tuple[str, int] | None = None
        self._refresher = Refresher(self)
        self._veil: tuple[Any, Mask] | None = None
        self._kept, self._making = Kept(200), dict[str, RLock]()

    def warm(self) -> None:
        """Make what the first page asks for; a fault is told to whoever asks for it then."""
        try:
            self._refresher.look(self.patience)
            self.finder.order(self.now(), "newest")
        except MarsadError as error:
            log.warning("%s", error)

    def close(self) -> None:
        """Let go of the store."""
        self._refresher.finish()
        self.store.close()

    def state(self, *, names: bool) -> State:
        """Where the store stands, after bringing it up to date where that is quickly done."""
        head, version = self.finds.mark()
        fresh = self._refresher.look(self.patience, head=head)
        head, version = self.finds.mark() if (head, version) != self._seen else (head, version)
        self._seen = head, version
        told = f"{head}:{version}:{fresh}:{names}:{self._salt.hex() if not names else ''}"
        return State(hashlib.blake2b(told.encode(), digest_size=12).hexdigest(), not fresh)

    def now(self) -> Snapshot:
        """The newest snapshot of the index."""
        return self.finds.now()

    def packs(self) -> Packs:
        """The packs, with the user's own folders over them; faulty entries are left out and told by `health`."""
        with self._lock:
            if self._packs is None:
                from marsad.packs import load

                self._packs = load(*self.dirs, strict=False)
            return self._packs

    def veil(self) -> Mask:
        """What hides private persons. It is made anew when reports changed."""
        reports = self.now().reports
        with self._lock:
            if self._veil is None or self._veil[0] is not reports:
                self._veil = reports, Mask(*self.finds.people(), salt=self._salt)
            return self._veil[1]

    def once(self, name: str, make: Callable[[], T], *, at: str | None = None) -> T:
        """What `make` gives, kept until the store changes. Two who ask at once do not make it twice.

        `at` stands for the state of the store where not every change of it matters. Raises Refusal E533 where
        somebody else's asking has it made for long already: who waits would keep quick answers from being given.
        """
        key = (name, at or self.finds.mark())
        with self._lock:
            making = self._making.setdefault(name, RLock())
        if not making.acquire(timeout=LONG):
            raise Refusal("E533", f"{name} is still being worked out", "ask again in a minute", status=503)
        try:
            return self._kept.get(key, make)
        finally:
            making.release()

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
            return True
        with self._lock:
            ours = self._running is None and not self._failed_just_now(head)
            if ours:
                self._running = Event()
                Thread(target=self._run, args=(self._running,), daemon=True, name="marsad-refresh").start()
            running = self._running
        empty = not self._desk.now().incidents.size
        if running and (ours or empty):
            running.wait(FIRST if empty else patience)
        if self._fault:
            fault, self._fault = self._fault, None
            raise fault
        return self._done == head or self._desk.store.head() == self._done

    def _failed_just_now(self, head: str) -> bool:
        return self._failed[0] == head and time.monotonic() - self._failed[1] < AGAIN

    def finish(self) -> None:
        """Wait for a run that is under way."""
        running = self._running
        if running:
            running.wait(FIRST)

    def _run(self, running: Event) -> None:
        start, head = time.perf_counter(), None
        try:
            head = self._desk.store.head()
            refresh(self._desk)
            self._done = head
        except MarsadError as error:
            self._fault = error
        except Exception as error:  # a thread has nobody above it
            log.error("the incidents could not be brought up to date", exc_info=error)
            message = f"the incidents could not be brought up to date: {type(error).__name__}"
            self._fault = MarsadError("E503", message, "see the server's output and report it")
        finally:
            if self._fault:
                self._failed = head, time.monotonic()
            log.info("brought up to date in %.1f s", time.perf_counter() - start)
            self._running = None
            running.set()


def _read_while_written(store: Store) -> None:
    """Let answers be read from SQLite's last state while new reports are written; PostgreSQL does so by itself."""
    if store.engine.dialect.name == "sqlite":
        connection = store.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()


def refresh(desk: Desk) -> None:
    """Bring the incidents of the store and its index up to date."""
    from marsad import fuse
    from marsad.store.finding import catch_up, lock
    from marsad.store.store import LOCK

    fuse.refresh(desk.store, packs=desk.packs())
    with desk.store.engine.execution_options(writes=True).begin() as connection:
        lock(connection, LOCK)
        catch_up(connection)
