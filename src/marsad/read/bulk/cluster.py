"""The engine of many machines: workers of a Dask cluster, or of a small one made here for the run.

What travels are slices and counts. Workers read the sources and write the parts themselves, so the sources and the
run's folder must lie under the same paths on every host.
"""

from __future__ import annotations

import asyncio
import os
import queue
import socket
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from marsad.errors import MarsadError
from marsad.read.bulk.engine import GivenUp, Told
from marsad.read.bulk.faults import BulkError, needed
from marsad.read.bulk.parts import Done
from marsad.read.bulk.slices import Slice
from marsad.read.bulk.work import Order, Worker

Fault = tuple[str, str, str]
CONNECT = 10  # seconds to find the scheduler, and its first worker
LOOK = 1.0  # seconds between two looks whether the scheduler is still there
GONE = (OSError, CancelledError, asyncio.CancelledError)  # what asking a scheduler that is gone ends with
SETTINGS = {
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.comm.timeouts.connect": f"{CONNECT}s",
    "distributed.admin.large-graph-warning-threshold": "1GB",
    "distributed.logging.distributed": "critical",
}
_HELD: dict[Order, Worker] = {}
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Greeting:
    """Who a worker is: its host, seconds that it took to load, bytes of memory that it then held."""

    host: str
    loaded: float
    resident: int


class Cluster:
    """Workers of the scheduler at `address`, or `workers` processes of a cluster of this machine where it is None."""

    def __init__(self, address: str | None = None, *, workers: int = 2) -> None:
        self.address, self.workers = address, workers
        self.greetings: dict[str, Greeting] = {}

    def run(self, order: Order, slices: Sequence[Slice]) -> Generator[Told, None, None]:
        """Have every slice read. Raises BulkError E701, E710, E711, E716 (no scheduler), E717 (it vanished), E718."""
        with self._client() as client:
            self.greetings = self._greeted(client, order)
            told: queue.SimpleQueue[Any] = queue.SimpleQueue()
            mark = uuid4().hex[:8]
            waiting = {}
            for slice_ in slices:
                future = client.submit(read_slice, order, slice_, key=f"marsad-{mark}-{slice_.part}", pure=False)
                waiting[future.key] = (future, slice_)
                future.add_done_callback(told.put)
            while waiting:
                future = _next(told, client, done=len(slices) - len(waiting), left=len(waiting))
                _, slice_ = waiting.pop(future.key)
                yield _result(future, slice_, done=len(slices) - len(waiting) - 1, left=len(waiting) + 1)
                future.release()

    @contextmanager
    def _client(self) -> Iterator[Any]:
        distributed = needed("distributed", of="the engine dask")
        dask = needed("dask", of="the engine dask")
        with dask.config.set(SETTINGS):
            local = None if self.address else _local(distributed, self.workers)
            try:
                client = _connected(distributed, self.address or local)
                try:
                    yield client
                finally:
                    client.close(timeout=2)
            finally:
                if local is not None:
                    local.close(timeout=10)

    def _greeted(self, client: Any, order: Order) -> dict[str, Greeting]:
        """Greetings by address of a worker. Raises BulkError E710, E711, E716."""
        try:
            client.wait_for_workers(1, timeout=CONNECT)
        except TimeoutError as error:
            message = f"the scheduler at {client.scheduler.address} has no worker"
            raise BulkError("E716", message, f"start some: dask worker {client.scheduler.address}") from error
        told: Mapping[str, Any] = client.run(greet, order, on_error="return")
        faults: dict[Fault, list[str]] = {}
        for address, one in sorted(told.items()):
            if not isinstance(one, Greeting):
                faults.setdefault(_fault(one), []).append(address)
        if faults:
            (code, message, remedy), hosts = next(iter(faults.items()))
            raise BulkError(code, f"{message} (workers {', '.join(hosts)})", remedy)
        return dict(told)


def _fault(one: Any) -> Fault:
    if isinstance(one, tuple):
        return one
    message = f"a worker cannot read for this marsad: {type(one).__name__}: {one}"
    return ("E710", message, "install the same marsad on every host, then run the same command again")


def _local(distributed: Any, workers: int) -> Any:
    return distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
        memory_limit=0, silence_logs=50, preload=["marsad.read.bulk.deaf"],
    )  # fmt: skip


def _connected(distributed: Any, address: Any) -> Any:
    try:
        return distributed.Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        told = " ".join(str(error).split())[:200]
        message = f"no scheduler answers at {address}: {told}"
        remedy = "look at --scheduler, such as tcp://10.0.0.1:8786; start one with: dask scheduler"
        raise BulkError("E716", message, remedy) from error


def _next(told: queue.SimpleQueue[Any], client: Any, *, done: int, left: int) -> Any:
    """The next future that is done. Raises BulkError E717 where the scheduler is gone."""
    while True:
        try:
            return told.get(timeout=LOOK)
        except queue.Empty:
            if client.status != "running":
                raise _vanished(done, left) from None


def _result(future: Any, slice_: Slice, *, done: int, left: int) -> Told:
    if future.status == "finished":
        try:
            told: Done | Fault = future.result()
        except GONE as gone:  # done, but the scheduler died before it handed the result over
            raise _vanished(done, left) from gone
        if isinstance(told, tuple):
            raise BulkError(*told)
        return told
    if future.status != "error":  # lost or cancelled: nobody knows of it any more
        raise _vanished(done, left)
    error = future.exception()
    if type(error).__name__ == "KilledWorker":
        return GivenUp(slice_, int(error.allowed_failures) + 1)
    message = f"a worker failed over part {slice_.part}: {type(error).__name__}: {error}"
    raise BulkError("E718", message, "look into the log of that worker; the same command goes on")


def _vanished(done: int, left: int) -> BulkError:
    message = f"the scheduler vanished; {done} slices of this run are done, {left} are left"
    return BulkError("E717", message, "start it again, then run the same command: it goes on with what is left")


def greet(order: Order) -> Greeting | Fault:
    """Run by every worker before the first slice: load, and tell who one is."""
    try:
        return Greeting(socket.gethostname(), _worker(order).loaded, resident())
    except MarsadError as error:
        return (error.code, error.message, error.remedy)


def read_slice(order: Order, slice_: Slice) -> Done | Fault:
    """Run by a worker for each slice. A fault of the whole run comes back as a value: errors of ours do not travel."""
    try:
        worker = _worker(order)
        with _ONE_AT_A_TIME:
            return worker.read(slice_)
    except MarsadError as error:
        return (error.code, error.message, error.remedy)


def _worker(order: Order) -> Worker:
    """The worker of this process, kept from slice to slice."""
    with _ONE_AT_A_TIME:
        if order not in _HELD:
            _HELD.clear()
            _HELD[order] = Worker(order, host=socket.gethostname())
        return _HELD[order]


def resident() -> int:
    """Bytes of memory that this process holds now, 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
