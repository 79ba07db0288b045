"""Many addresses at once: hosts side by side, each at its own pace."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from queue import Empty, Queue
from urllib.parse import urlsplit

from marsad.errors import InputError, MarsadError
from marsad.gather.pieces import Parcel
from marsad.gather.web.fetcher import Fetcher

HOSTS = 8  # asked side by side
AHEAD = 16  # pages held until somebody takes them

Fetched = tuple[str, Parcel | MarsadError | None]


def fetch_all(fetcher: Fetcher, urls: Sequence[str]) -> Iterator[Fetched]:
    """Each address with its page, its error, or None where it is unchanged, in the order in which they come.

    Closing the iterator stops the threads after the request that each is at.
    """
    by_host: defaultdict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_host[urlsplit(url).hostname or ""].append(url)
    work: Queue[list[str]] = Queue()
    for mine in by_host.values():
        work.put(mine)
    out: Queue[Fetched] = Queue(maxsize=AHEAD)
    stop = threading.Event()
    threads = [
        threading.Thread(target=_worker, args=(fetcher, work, out, stop), daemon=True)
        for _ in range(min(HOSTS, len(by_host)))
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in range(len(urls)):
            yield out.get()
    finally:
        stop.set()
        while not out.empty():  # let threads that wait to hand over go on
            out.get_nowait()


def _worker(fetcher: Fetcher, work: Queue[list[str]], out: Queue[Fetched], stop: threading.Event) -> None:
    while True:
        try:
            mine = work.get_nowait()
        except Empty:
            return
        for url in mine:
            if stop.is_set():
                return
            out.put((url, _one(fetcher, url)))


def _one(fetcher: Fetcher, url: str) -> Parcel | MarsadError | None:
    try:
        return fetcher.get(url)
    except MarsadError as error:
        return error
    except Exception as error:  # noqa: BLE001  a thread must not die silently: the address is told with its fault
        message = f"fetching {url} failed: {type(error).__name__}: {error}"
        return InputError("E136", message, "try again; send us the address if it stays")
