"""How fast events are added, how well they are grouped, and what peers make of the same records.

    python bench/fusing.py                      10,000 and 100,000 events, the peers beside 10,000
    python bench/fusing.py --sizes 1000000      the big one (about 3 GB of memory)

Speeds are events a second of the processor's time. How long one report takes in a store: bench/adding.py.

Events are made from a seed: 0.3 incidents an event, over ten years, in towns of uneven weight, a third of the
incidents the next act of a series (same parties and place, other day). Each telling loses, moves or rounds place, date,
toll and names as reports do. The truth is known, so pairs can be counted. Each size runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marsad.fuse.adding import Adding
from marsad.fuse.compare import Comparer
from marsad.fuse.judge import uncollected
from marsad.fuse.kinship import Kinship
from marsad.fuse.tables import weights
from marsad.fuse.told import Traits
from marsad.packs import Packs, load

FIRST, DAYS = date(2014, 1, 1).toordinal(), 3650
KINDS = {
    ("ASSAULT", "heavy-weapons"): 18, ("ASSAULT", "clash"): 14, ("ASSAULT", "aerial"): 10, ("ASSAULT", "drone"): 5,
    ("ASSAULT", "explosives"): 9, ("ASSAULT", "targeted"): 7, ("ASSAULT", "abduct"): 4, ("COERCE", "arrest"): 10,
    ("COERCE", "seize"): 3, ("COERCE", "expel"): 2, ("MOBILIZE", "troops"): 8, ("RETREAT", "withdraw"): 4,
    ("PROTEST", "demo"): 6,
}  # fmt: skip
SIBLING = {"drone": "aerial", "aerial": "heavy-weapons", "clash": "firearms", "targeted": "firearms", "demo": "riot"}
TOWNS, AROUND = 400, 8  # places of a town
CENTRES = ((34.8, 39.0), (33.3, 43.5), (15.5, 45.0), (14.0, 30.0), (31.0, 17.0))


@dataclass(frozen=True)
class Place:
    id: str
    point: tuple[float, float]
    town: tuple[str, tuple[float, float]]


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000], metavar="N")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--peers", type=int, default=10_000, metavar="N", help="size for the peers, 0 for none")
    ask.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = ask.parse_args()
    if args.one:
        print(json.dumps(ours(args.one, args.seed)))
        return
    print(f"{'what':24}{'events':>10}{'events/s':>10}{'last tenth/s':>14}{'MB':>8}{'P':>7}{'R':>7}{'F1':>7}")
    for size in args.sizes:
        show(in_a_process(size, args.seed))
    if args.peers:
        for row in peers(args.peers, args.seed):
            show(row)


def in_a_process(size: int, seed: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", str(size), "--seed", str(seed)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(out.splitlines()[-1]))


def show(row: dict[str, Any]) -> None:
    last = f"{row['last']:14.0f}" if row.get("last") else " " * 14
    print(
        f"{row['what']:24}{row['events']:10}{row['speed']:10.0f}{last}{row['mb']:8.0f}"
        f"{row['p']:7.3f}{row['r']:7.3f}{row['f1']:7.3f}", flush=True,
    )  # fmt: skip


# -- Marsad ---------------------------------------------------------------------------------------------------------


def ours(size: int, seed: int) -> dict[str, Any]:
    """Add all events one by one, then group."""
    packs = load(strict=False)
    adding = Adding(Comparer(weights(), Kinship(packs)))
    before, spent, last, truth = rss(), 0.0, 0.0, {}
    clock = time.process_time  # of this process, whatever else the machine does
    with uncollected():
        for n, (event, incident) in enumerate(made(size, seed, packs)):
            truth[event.key] = incident
            start = clock()
            adding.add(event)
            took = clock() - start
            spent += took
            last += took if n >= size * 0.9 else 0.0
        start = clock()
        groups = adding.groups()
        spent += clock() - start
    guess = {key: n for n, group in enumerate(groups) for key in group}
    row = {"what": "marsad", "events": size, "speed": size / spent, "last": size / 10 / last, "mb": rss() - before}
    return row | figures(truth, guess)


def rss() -> float:
    """The most memory that this process ever held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def figures(truth: dict[Any, Hashable], guess: dict[Any, Hashable]) -> dict[str, float]:
    """Pairs of events: precision, recall, F1."""
    right = pairs(Counter((truth[k], guess[k]) for k in truth).values())
    told, known = pairs(Counter(guess[k] for k in truth).values()), pairs(Counter(truth.values()).values())
    p, r = right / max(told, 1), right / max(known, 1)
    return {"p": p, "r": r, "f1": 2 * p * r / max(p + r, 1e-9)}


def pairs(sizes: Any) -> int:
    return sum(n * (n - 1) // 2 for n in sizes)


# -- events with their truth ----------------------------------------------------------------------------------------


def made(size: int, seed: int, packs: Packs) -> Iterator[tuple[Traits, int]]:
    """`size` events in the order of publication within some days, each with the number of its incident."""
    dice = random.Random(seed)
    places, actors = gazetteer(dice), [id for id in packs.actors if not id.startswith("person/")]
    dice.shuffle(actors)
    count = int(size * 0.3)
    days = sorted(dice.randrange(DAYS) for _ in range(count))
    tellings = shares(size, count, dice)
    recent: list[Traits] = []
    number = 0
    for incident, (day, told) in enumerate(zip(days, tellings, strict=True)):
        core = act(FIRST + day, places, actors, dice, recent)
        recent = [core, *recent[:60]]
        for _ in range(told):
            yield noisy(core, number, places, packs, dice), incident
            number += 1


def gazetteer(dice: random.Random) -> list[Place]:
    """Places by town, the towns of the front more often (a place may stand in the list several times)."""
    places = []
    for n in range(TOWNS):
        lat, lon = dice.choice(CENTRES)
        centre = (lat + dice.gauss(0, 1.3), lon + dice.gauss(0, 1.6))
        for m in range(AROUND):
            point = (centre[0] + dice.gauss(0, 0.08), centre[1] + dice.gauss(0, 0.08))
            places += [Place(f"t{n}/p{m}", point, (f"t{n}", centre))] * (1 + int(20 / (1 + n / 8)))
    return places


def shares(size: int, count: int, dice: random.Random) -> list[int]:
    """How many reports tell each incident: one mostly, some many; together `size`."""
    told = [min(1 + int(dice.expovariate(0.5)), 12) for _ in range(count)]
    while (missing := size - sum(told)) != 0:
        for _ in range(abs(missing)):
            n = dice.randrange(count)
            told[n] = max(1, told[n] + (1 if missing > 0 else -1))
    return told


def act(day: int, places: list[Place], actors: list[str], dice: random.Random, recent: list[Traits]) -> Traits:
    """One incident: new, or the next of a series."""
    if recent and dice.random() < 0.33:
        before = dice.choice(recent)
        away = max(2, day - (before.days or (day, day))[0])
        if away <= 12:
            day = (before.days or (day, day))[0] + away
            return replace(before, days=(day, day), figures=toll(dice))
    (type, mode), place = dice.choices(list(KINDS), list(KINDS.values()))[0], dice.choice(places)
    one, two = (actors[min(int(dice.expovariate(1 / 25)), len(actors) - 1)] for _ in range(2))
    return Traits(
        key=("", ""), type=type, mode=mode, status="actual", days=(day, day), window=None, point=place.point,
        place=place.id, precision=1, actors=frozenset({one}), recipients=frozenset({two}), figures=toll(dice),
    )  # fmt: skip


def toll(dice: random.Random) -> dict[tuple[str, str | None], tuple[int | None, int | None, int | None]]:
    killed = int(dice.expovariate(0.4))
    return {("killed", None): (killed, killed, killed)} if killed else {}


def noisy(core: Traits, number: int, places: list[Place], packs: Packs, dice: random.Random) -> Traits:
    """One report's telling."""
    assert core.days and core.point
    (days, window), (point, place, precision) = told_days(core.days[0], dice), told_place(core, dice)
    return Traits(
        key=(f"r{number}", "e1"), type=core.type, mode=told_mode(core, dice), status=core.status, days=days,
        window=window, point=point, place=place, precision=precision, actors=told_side(core.actors, packs, dice),
        recipients=told_side(core.recipients, packs, dice), figures=told_toll(core, dice),
    )  # fmt: skip


def told_days(day: int, dice: random.Random) -> tuple[tuple[int, int] | None, tuple[int, int]]:
    luck = dice.random()
    if luck < 0.13:  # not dated: published one to three days later
        published = day + dice.randint(0, 3)
        return None, (published - 10, published)
    start = day + (dice.choice((-1, 1)) if luck < 0.18 else 0)
    span = (start, start + 1) if luck > 0.93 else (start, start)
    return span, span


def told_place(core: Traits, dice: random.Random) -> tuple[tuple[float, float] | None, str | None, int]:
    assert core.point and core.place
    luck = dice.random()
    if luck < 0.08:
        return None, None, 1
    if luck < 0.18:  # the next village
        turn, away = dice.random() * 2 * math.pi, dice.random() * 0.07
        return (core.point[0] + away * math.sin(turn), core.point[1] + away * math.cos(turn)), None, 1
    if luck < 0.30:  # "around the town"
        return (round(core.point[0], 1), round(core.point[1], 1)), core.place.partition("/")[0], 2
    return core.point, core.place, 1


def told_mode(core: Traits, dice: random.Random) -> str | None:
    luck = dice.random()
    if luck < 0.04:
        return None
    return SIBLING.get(core.mode or "", core.mode) if luck < 0.09 else core.mode


def told_side(ids: frozenset[str], packs: Packs, dice: random.Random) -> frozenset[str]:
    luck = dice.random()
    if luck < 0.18:
        return frozenset()
    if luck < 0.32:
        return frozenset((packs.actors[id].parent if id in packs.actors else None) or id for id in ids)
    return ids


def told_toll(core: Traits, dice: random.Random) -> dict[Any, Any]:
    luck = dice.random()
    if luck < 0.35:
        return {}
    off = dice.randint(-2, 3) if luck < 0.5 else 0
    return {k: tuple(max(1, v + off) for v in f if v is not None) for k, f in core.figures.items()}


# -- peers ----------------------------------------------------------------------------------------------------------


def peers(size: int, seed: int) -> Iterator[dict[str, Any]]:
    """The same records by exact matching and by Splink."""
    rows = list(made(size, seed, load(strict=False)))
    truth = {event.key: incident for event, incident in rows}
    start = time.perf_counter()
    guess = {event.key: exact(event) for event, _ in rows}
    spent = time.perf_counter() - start
    base = {"events": size, "mb": rss()}
    yield {"what": "exact match", "speed": size / spent} | base | figures(truth, guess)
    try:
        import splink  # noqa: F401
    except ImportError:
        print("splink is not installed: pip install 'marsad[bench]'")
        return
    yield from splink_rows([event for event, _ in rows], truth, base)


def exact(event: Traits) -> Hashable:
    """Day, place, deed and both sides, as GDELT puts records together."""
    return event.days, event.place or event.point, event.kind, event.actors, event.recipients


def splink_rows(events: Sequence[Traits], truth: dict[Any, Hashable], base: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Splink on DuckDB, trained on the records themselves, at the threshold that suits it best."""
    import logging
    import warnings

    import duckdb
    import pyarrow as arrow
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink import comparison_library as cl

    warnings.filterwarnings("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    start = time.perf_counter()
    database = DuckDBAPI(duckdb.connect())
    table = database.register(arrow.Table.from_pylist([flat(e) for e in events]))
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ExactMatch("kind"), cl.AbsoluteDateDifferenceAtThresholds(
                "day", input_is_string=True, metrics=["day", "day"], thresholds=[1, 3]),
            cl.DistanceInKMAtThresholds("lat", "lon", [3, 10, 25]), cl.ExactMatch("actor"), cl.ExactMatch("recipient"),
            cl.ExactMatch("killed"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("type", "day"), block_on("place", "week"), block_on("actor", "recipient", "week"),
        ],
    )  # fmt: skip
    linker = Linker(table, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("kind", "day", "place")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("kind", "day"), block_on("actor", "recipient", "place")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.3)
    best: dict[str, Any] = {}
    for threshold in (0.5, 0.8, 0.9, 0.95, 0.99, 0.999):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold)
        guess = {(r["unique_id"], "e1"): r["cluster_id"] for r in clusters.as_record_list()}
        row = figures(truth, guess)
        best = row if row["f1"] > best.get("f1", 0) else best
    spent = time.perf_counter() - start
    yield {"what": "splink on duckdb"} | base | {"speed": len(events) / spent, "mb": rss()} | best


def flat(event: Traits) -> dict[str, Any]:
    day = date.fromordinal(event.days[0] if event.days else event.window[1] - 2) if event.window else None
    killed = event.figures.get(("killed", None))
    return {
        "unique_id": event.key[0], "kind": event.kind, "type": event.type, "day": day.isoformat() if day else None,
        "week": day.toordinal() // 7 if day else None, "lat": event.point[0] if event.point else None,
        "lon": event.point[1] if event.point else None, "place": event.place, "actor": min(event.actors, default=None),
        "recipient": min(event.recipients, default=None), "killed": killed[2] if killed else None,
    }  # fmt: skip


if __name__ == "__main__":
    main()
