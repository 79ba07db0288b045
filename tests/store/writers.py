"""One of several processes that write into one store: python writers.py ADDRESS NAME NUMBER."""

from __future__ import annotations

import sys

from marsad.fuse import refresh
from marsad.model import Report
from marsad.packs import load
from marsad.store import Corrections, Store, open_store
from marsad.store.gathering import Gathering
from telling import killed, told


def main(address: str, name: str, number: int) -> None:
    packs = load(strict=False)
    print("ready", flush=True)
    sys.stdin.readline()
    with open_store(address) as store:
        for n in range(number):
            take(store, name, n)
            if n % 4 == 3:
                refresh(store, packs=packs)
        refresh(store, packs=packs)
    print("done", flush=True)


def take(store: Store, name: str, n: int) -> None:
    """A report of one's own, one that the others add too, and a decision on it."""
    from store.test_gathering import received

    mine = told(f"{name}{n}", killed=killed(3 + n % 4))
    data = f"{name} {n}".encode()
    Gathering(store).take(received(data, address=f"http://{name}.example/{n}"), mine.report, mine.reading, by=name)
    store.add(Report(f"both{n}", f"خبر يأتي من اثنين {n}"), by=name)
    Corrections(store).decide(f"{name}{n}", "e1", "accept", by=name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
