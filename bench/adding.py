"""How long it takes to work one report into a store that holds many: the same at a thousand and at a million events.

    python bench/adding.py --sizes 1000 10000 100000        some minutes
    python bench/adding.py --sizes 1000000                  an hour and 6 GB of disk

The events are those of bench/fusing.py at the density of a million in ten years, one a report, taken from the first day
on. The store is filled in pieces of a year, each grouped by itself; then reports from its last month are added one by
one, each followed by `refresh`. Prints one JSON line a size: milliseconds a report (median; nine in ten stay below),
what of it goes into the index for search, and the size of the store.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from fusing import made
from marsad.fuse import derive, refresh
from marsad.fuse.links import linked
from marsad.fuse.told import Traits
from marsad.model import Attribution, Count, Event, Mention, Place, Reading, Report, Span, Time, to_record
from marsad.packs import Packs, load
from marsad.store import Store, StoredReport, finding, open_store
from marsad.store.fuse_rows import Filed, lay, mark_round, put_incidents, set_fact
from marsad.store.lineage import Born
from marsad.store.lineage import lay as lay_born
from marsad.store.tables import readings, reports

DENSITY = 1_000_000  # events in ten years
PIECE = 50_000
OUTLETS = 60
NIGHT = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = "قالت مصادر محلية إن قوة هاجمت موقعا لقوة أخرى في بلدة من بلدات المنطقة وقتلت عددا من عناصرها أمس"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000], metavar="N")
    ask.add_argument("--added", type=int, default=200, help="reports to add and time")
    ask.add_argument("--seed", type=int, default=1)
    args = ask.parse_args()
    packs = load(strict=False)
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(Path(folder) / "bench.sqlite", size, args.added, args.seed, packs)), flush=True)


def measure(file: Path, size: int, added: int, seed: int, packs: Packs) -> dict[str, Any]:
    """Fill a store with `size` events and add some more."""
    with open_store(f"sqlite:///{file}") as store:
        events = (traits for traits, _ in made(DENSITY, seed, packs))
        late = random.Random(seed).sample(range(size), k=min(added, size // 4))
        last = set(range(max(size - PIECE, 0), size)) & set(late) or set(late)
        held_back = fill(store, events, size, last, packs)
        searching = Stopwatch()
        times = [timed(store, stored, packs) for stored in searching.around(held_back)]
    times.sort()
    row = {"events": size, "added": len(times), "median ms": round(statistics.median(times) * 1e3, 1)}
    row |= {"nine in ten ms": round(times[int(0.9 * len(times))] * 1e3, 1)}
    row |= {"of it search ms": round(searching.spent / len(times) * 1e3, 1)}
    return row | {"MB on disk": file.stat().st_size // 2**20}


class Stopwatch:
    """Time of the processor that goes into the index for search."""

    def __init__(self) -> None:
        self.spent = 0.0

    def around(self, reports: Sequence[StoredReport]) -> Iterator[StoredReport]:
        for name in ("lay", "forget"):
            setattr(finding, name, self._timed(getattr(finding, name)))
        yield from reports

    def _timed(self, work: Any) -> Any:
        def inner(*args: Any) -> Any:
            start = time.process_time()
            try:
                return work(*args)
            finally:
                self.spent += time.process_time() - start

        return inner


def timed(store: Store, stored: StoredReport, packs: Packs) -> float:
    """Seconds of the processor to work one report in."""
    store.add(stored.report, stored.reading)
    start = time.process_time()
    assert refresh(store, packs=packs)
    return time.process_time() - start


def fill(store: Store, events: Iterator[Traits], size: int, left_out: set[int], packs: Packs) -> list[StoredReport]:
    """Lay down `size` events but those left out, which are given back."""
    number, born, kept, rest = 0, 0, [], islice(events, size)
    stored = report(Traits(**EMPTY), -1)
    store.add(stored.report, None)
    refresh(store, packs=packs)
    done = 0
    while some := list(islice(rest, PIECE)):
        told = [report(traits, done + n) for n, traits in enumerate(some)]
        kept += [s for n, s in enumerate(told) if done + n in left_out]
        told = [s for n, s in enumerate(told) if done + n not in left_out]
        number, born = lay_down(store, told, number, born, packs)
        done += len(some)
    return kept


def lay_down(store: Store, told: list[StoredReport], number: int, born: int, packs: Packs) -> tuple[int, int]:
    """Write a piece; the next numbers of events and of ids."""
    made_ = derive._Made.of(told, (), packs)
    found = linked(made_.incidents, made_.kinship)
    filed = made_.filed(told, (), found)
    moved = Filed(
        (e._replace(number=e.number + number) for e in filed.events), ((h, n + number) for h, n in filed.headings),
        (p._replace(low=p.low + number, high=p.high + number) for p in filed.pairs), filed.answers, filed.outlets,
        filed.state,
    )  # fmt: skip
    with store._writing() as connection:
        rows = [s.report for s in told]
        connection.execute(insert(reports), [
            {"name": r.name, "sha256": r.sha256, "text": r.text, "outlet": r.outlet, "added_at": NIGHT.isoformat(),
             "published": r.published.isoformat() if r.published else None} for r in rows
        ])  # fmt: skip
        connection.execute(insert(readings), [
            {"report": s.name, "engine": "bench", "packs": "[]", "newest": True, "read_at": NIGHT.isoformat(),
             "record": json.dumps(to_record(s.reading, s.report.text), ensure_ascii=False)} for s in told if s.reading
        ])  # fmt: skip
        put_incidents(connection, (i.to_json() for i in found))
        lay_born(connection, [Born(i.id, born + n, i.oldest) for n, i in enumerate(found)])
        lay(connection, moved)
        mark_round(connection, written=[i.id for i in found], gone=())
        set_fact(connection, "bench", "filled")
    return number + len(made_.events), born + len(found)


EMPTY: dict[str, Any] = {
    "key": ("", ""), "type": "ASSAULT", "mode": None, "status": "actual", "days": None, "window": None, "point": None,
    "place": None, "precision": 1, "actors": frozenset(), "recipients": frozenset(), "figures": {},
}  # fmt: skip


def report(t: Traits, n: int) -> StoredReport:
    """A report that tells one event with these traits."""
    published = date.fromordinal(t.window[1]) if t.window else None
    span = Span(0, 20)
    days = [date.fromordinal(day) for day in t.days or ()]
    event = Event(
        "e1",
        t.type,
        t.mode,
        t.status,
        (Span(n % 7, 60 + n % 7),),  # type: ignore[arg-type]
        actor=tuple(Mention(span, id) for id in sorted(t.actors)),
        recipient=tuple(Mention(Span(29, 45), id) for id in sorted(t.recipients)),
        place=Place(Span(50, 60), *t.point, t.precision, t.place) if t.point else None,
        time=Time(Span(90, 95), days[0], days[1], "day") if days else None,
        killed=tuple(Count(Span(70, 80), *figure) for figure in t.figures.values()),
        attribution=(Attribution(Span(5, 16), "local-source"),),
    )
    text, name = f"{TEXT} {n}", f"r{n}"
    made_ = Report(name, text, published=published, outlet=f"منبر {n * 7919 % OUTLETS}")
    return StoredReport(made_, Reading(name, published, (event,), engine="bench"), None, None, NIGHT)


if __name__ == "__main__":
    main()
