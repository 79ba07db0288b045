"""How fast the series of all pairs are made, one pair is answered, and a new incident is taken in.

usage: python bench/relating.py [--incidents 1000000] [--years 10] [--seed 7]

Prints one JSON line a figure. The incidents are drawn at random (seeded): 12 powers with 5 units each, so that pairs
exist at every level; few sites, many quarrels, one in fifty disputed.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from marsad.packs import load
from marsad.relate.kept import basis_of, counter, patch, rebuild, recount
from marsad.relate.ledger import Act
from marsad.relate.series import daily, every
from marsad.store import open_store
from marsad.store.relations import Relations

POWERS, UNITS, SITES = 12, 5, 400
KINDS = {
    "ASSAULT/clash": 20, "ASSAULT/heavy-weapons": 15, "COERCE/arrest": 8, "MOBILIZE/troops": 12, "REQUEST/withdraw": 6,
    "REJECT/yield": 4, "RETREAT/withdraw": 6, "CONSULT/multilateral": 9, "COOPERATE": 8, "ACCUSE/allege": 8, "AGREE": 4,
}  # fmt: skip


def act(n: int, draw: random.Random, first: date, days: int) -> Act:
    """One random act."""
    kind = draw.choices(list(KINDS), list(KINDS.values()))[0]
    one, two = (f"power-{p}/unit-{draw.randrange(UNITS)}" for p in draw.sample(range(POWERS), 2))
    site = draw.randrange(SITES)
    day = (first + timedelta(days=draw.randrange(days))).isoformat()
    both = kind in ("ASSAULT/clash", "CONSULT/multilateral", "COOPERATE", "AGREE")
    alone = kind in ("MOBILIZE/troops", "RETREAT/withdraw")
    actors, recipients = ((one, two), ()) if both else ((one,), () if alone else (two,))
    rival = ((kind, "denied", actors, recipients), (kind, "actual", actors, recipients))
    return Act(
        f"i-{n}", kind, "actual", day, day, day, draw.randrange(1, 5), False, 33 + site % 20 / 5, 36 + site // 20 / 5,
        None, actors, recipients, rival if n % 50 == 0 else (),
    )  # fmt: skip


def timed(name: str, work: Callable[[], Any], *, told: str = "count") -> Any:
    """Do it and print how long it took, by the clock and of the processor, and the number that it gave."""
    start, own = time.perf_counter(), time.process_time()
    made = work()
    row: dict[str, Any] = {"measure": name, "seconds": round(time.perf_counter() - start, 4)}
    row["processor_seconds"] = round(time.process_time() - own, 4)
    print(json.dumps(row | ({told: made} if isinstance(made, int) else {})), flush=True)
    return made


def main() -> None:
    """Run all measures."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--incidents", type=int, default=1_000_000)
    ask.add_argument("--years", type=int, default=10)
    ask.add_argument("--seed", type=int, default=7)
    given = ask.parse_args()
    draw, days, first = random.Random(given.seed), 365 * given.years, date(2015, 1, 1)
    acts = timed("draw the incidents", lambda: [act(n, draw, first, days) for n in range(given.incidents)])
    packs = load()
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/bench.sqlite") as store:
        relations, basis = Relations(store), basis_of(store, packs)
        kept = partial(rebuild, relations, acts, packs=packs, basis=basis)
        timed("all incidents kept and all series counted", kept, told="pairs")
        numbers = {a.id: n for n, a in enumerate(acts, start=1)}
        anew = partial(recount, relations, acts, numbers, packs=packs, basis=basis)
        timed("all series counted anew", anew, told="pairs")
        timed("all incidents read back into columns", lambda: len(counter(relations, packs=packs).ledger))
        timed("all series read back, day by day", lambda: sum(1 for _ in every(store, packs=packs)), told="pairs")
        ends = [("power-1/unit-1", "power-2/unit-2"), ("power-1", "power-2")]
        for a, b in ends:
            timed(f"one pair: {a} - {b}", lambda a=a, b=b: int(daily(store, a, b, packs=packs).incidents.sum()))
        new = act(given.incidents + 1, draw, first, days)
        timed("one new incident taken in", lambda: patch(relations, [new], packs=packs), told="pairs")
    print(json.dumps({"measure": "peak memory", "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


if __name__ == "__main__":
    main()
