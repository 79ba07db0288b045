"""Fifty people at work on one PostgreSQL store: what they wait for, with writers and new reports all the while.

    python bench/team.py --trial                      2,000 incidents, 20 seconds
    python bench/team.py                              50,000 incidents, 5 minutes (and some ten to make the store)
    python bench/team.py --servers 2                  two servers over the one store
    python bench/team.py --store postgresql://...     a store that was made before (it is written to)

A PostgreSQL server of its own (fsync on), one process of `marsad serve` (or `--servers` of them, among which people
are spread as by a proxy), everybody from an address of their own. Each kind of question was asked once before, and the
feeder has been at work. All log in with a password. Between two questions each thinks 1 to 4 seconds (uniform). Readers
ask by these weights:

    list 30   a page of 50, 0 to 3 filters, five orders      queue 5    the review queue
    open 25   an incident of the list that was last seen     pairs 4    whom meets whom; two actors over time
    map 15    a random box, zoom 4 to 11                     counts 6   facets or the time line by the same filters
    search 12 one to three words                             report 3   a report with its text

Writers take an event of the queue (or a pair that is nearly one), look at it, and accept it, correct it, or say same or
not the same. A feeder takes new reports in as a standing source does, reading included. Nobody sends If-None-Match:
each answer is made or taken from what the server keeps. An answer other than 2xx or 3xx is an error, but for 409, which
tells a writer that somebody else was quicker.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psutil

import service
from service import DAYS, FIRST, Cluster, Server, Watcher

Json = dict[str, Any]
THINK = (1.0, 4.0)
WEIGHTS = {"list": 30, "open": 25, "map": 15, "search": 12, "counts": 6, "queue": 5, "pairs": 4, "report": 3}
WORDS = "قصفت مواقع عناصر تعزيزات غارات اعتقلت اشتبكت محيط تحركات بالمدفعية الحرس الفيلق حلب دير الزور حمص".split()
ACTORS = ["russia", "iran", "syria", "iran/irgc", "usa", "turkey"]
SORTS = ["newest", "newest", "oldest", "voices", "severity", "disputed"]
TARGET = 200.0  # milliseconds that 95 of 100 answers stay below


@dataclass
class Taken:
    """What everybody waited: (seconds since the start, kind, seconds). `errors` are told in words."""

    begin: float
    end: float
    rows: list[tuple[float, str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, start: float) -> None:
        """An answer came to what was asked at `start`."""
        self.rows.append((start - self.begin, kind, time.perf_counter() - start))


class Person:
    """Somebody with a browser."""

    def __init__(
        self, number: int, who: tuple[str, str, str], root: str, taken: Taken, *, patience: float = 60
    ) -> None:
        self.name, self.role, self._password = who
        self.dice, self.taken = random.Random(number), taken
        transport = httpx.AsyncHTTPTransport(local_address=f"127.0.1.{number + 1}")
        given: Json = {"transport": transport, "timeout": patience, "trust_env": False}
        self._http = httpx.AsyncClient(base_url=f"{root}/api/v1", **given)
        self._csrf: dict[str, str] = {}
        self.seen: list[Json] = []

    async def enter(self) -> None:
        """Log in."""
        body = await self.send("log in", "/session", {"name": self.name, "password": self._password})
        self._csrf = {"X-CSRF-Token": body["csrf"]}

    async def leave(self) -> None:
        """Close the browser."""
        await self._http.aclose()

    async def get(self, kind: str, path: str, **params: Any) -> Any:
        """The answer's JSON, None for an error."""
        return await self._asked(kind, path, self._http.get(path, params=params))

    async def send(self, kind: str, path: str, body: Json) -> Any:
        """The answer to a change."""
        return await self._asked(kind, path, self._http.post(path, json=body, headers=self._csrf))

    async def _asked(self, kind: str, path: str, asking: Awaitable[httpx.Response]) -> Any:
        start = time.perf_counter()
        try:
            answer = await asking
        except httpx.HTTPError as error:
            self.taken.errors.append(f"{kind} {path}: {type(error).__name__} {error}")
            return None
        self.taken.note(kind, start)
        if answer.status_code == 409:
            self.taken.counted["409"] += 1
            return None
        if answer.status_code >= 400:
            self.taken.errors.append(f"{kind} {path}: {answer.status_code} {answer.text[:300]}")
            return None
        return answer.json() if answer.content else None


# -- readers ----------------------------------------------------------------------------------------------------------


def sieve(dice: random.Random) -> Json:
    """Filters as people choose them."""
    given: Json = {}
    if dice.random() < 0.5:
        given["type"] = dice.choice(["ASSAULT", "COERCE", "MOBILIZE"])
    if dice.random() < 0.4:
        day = FIRST + timedelta(days=dice.randrange(DAYS))
        given |= {"since": day.isoformat(), "until": (day + timedelta(days=dice.choice([30, 365, 2000]))).isoformat()}
    if dice.random() < 0.25:
        given["actor"] = dice.choice(ACTORS)
    if dice.random() < 0.2:
        given["contradiction"] = "true"
    return given


async def ask_list(one: Person) -> None:
    found = await one.get("list", "/incidents", **sieve(one.dice), sort=one.dice.choice(SORTS), limit=50)
    one.seen = (found or {}).get("incidents") or one.seen


async def ask_open(one: Person) -> None:
    if one.seen:
        await one.get("open", f"/incidents/{one.dice.choice(one.seen)['incident']}")
    else:
        await ask_list(one)


async def ask_map(one: Person) -> None:
    zoom = one.dice.randint(4, 11)
    wide = 360 / 2**zoom * 4
    lon, lat = one.dice.uniform(36, 43), one.dice.uniform(32.5, 37)
    box = ",".join(f"{v:.3f}" for v in (lon - wide / 2, lat - wide / 3, lon + wide / 2, lat + wide / 3))
    await one.get("map", "/map", **sieve(one.dice), bbox=box, zoom=zoom)


async def ask_search(one: Person) -> None:
    await one.get("search", "/search", q=" ".join(one.dice.sample(WORDS, one.dice.randint(1, 3))))


async def ask_counts(one: Person) -> None:
    await one.get("counts", f"/incidents/{one.dice.choice(['facets', 'histogram'])}", **sieve(one.dice))


async def ask_queue(one: Person) -> None:
    await one.get("queue", "/review/queue", limit=20)


async def ask_pairs(one: Person) -> None:
    if one.dice.random() < 0.5:
        await one.get("pairs", "/pairs/list", limit=50)
    else:
        a, b = one.dice.sample(ACTORS[:3] + ACTORS[4:], 2)
        await one.get("pairs", "/pairs", a=a, b=b)


async def ask_report(one: Person) -> None:
    found = await one.get("report", "/reports", limit=20)
    if found and found["reports"]:
        await one.get("report", f"/reports/{one.dice.choice(found['reports'])['name']}")


ASK: dict[str, Callable[[Person], Awaitable[None]]] = {
    "list": ask_list, "open": ask_open, "map": ask_map, "search": ask_search, "counts": ask_counts,
    "queue": ask_queue, "pairs": ask_pairs, "report": ask_report,
}  # fmt: skip


async def reads(one: Person) -> None:
    """One question of a reader."""
    await ASK[one.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]](one)


# -- writers ----------------------------------------------------------------------------------------------------------


async def writes(one: Person) -> None:
    """One piece of a coder's work."""
    if one.dice.random() < 0.3:
        await say_same(one)
        return
    found = await one.get("queue", "/review/queue", limit=20)
    if not found or not found["items"]:
        return
    item = one.dice.choice(found["items"])
    seen = await one.get("event", "/review/event", report=item["report"], event=item["event"])
    if seen is None:
        return
    await asyncio.sleep(one.dice.uniform(*THINK))
    on = {"report": item["report"], "event": item["event"], "reason": "كما في النص"}
    on["revision"] = seen["review"]["revision"]
    if one.dice.random() < 0.5:
        changes = {"killed": [{"best": one.dice.randint(1, 9), "judgement": True}]}
        done = await one.send("correct", "/review/correct", on | {"changes": changes})
    else:
        done = await one.send("accept", "/review/accept", on)
    one.taken.counted["decisions"] += done is not None


async def say_same(one: Person) -> None:
    """Say of two that are nearly one happening that they are, or are not."""
    found = await one.get("near", "/review/pairs", limit=20)
    if not found or not found["pairs"]:
        return
    await asyncio.sleep(one.dice.uniform(*THINK))
    pair = one.dice.choice(found["pairs"])
    left, right = (f"{pair[side]['report']}/{pair[side]['event']}" for side in ("left", "right"))
    body = {"left": left, "right": right, "verdict": one.dice.choice(["same", "different"]), "reason": "من النص"}
    one.taken.counted["verdicts"] += await one.send("verdict", "/verdicts", body) is not None


async def works(one: Person, late: float, work: Callable[[Person], Awaitable[None]]) -> None:
    """Come in, and work until the end."""
    await asyncio.sleep(late)
    try:
        await one.enter()
        while time.perf_counter() < one.taken.end:
            await asyncio.sleep(one.dice.uniform(*THINK))
            await work(one)
    finally:
        await one.leave()


async def first_looks(root: str, people: list[tuple[str, str, str]]) -> None:
    """One asks each kind of question once: relations of all pairs are counted when somebody asks for the first."""
    taken = Taken(start := time.perf_counter(), start)
    one = Person(len(people), people[0], root, taken, patience=900)
    await one.enter()
    for ask in ASK.values():
        await ask(one)
    await one.get("pairs", "/pairs", a="russia", b="iran")
    await one.leave()
    print(f"first looks took {time.perf_counter() - start:.1f} s, errors {taken.errors}", flush=True)


async def team(roots: list[str], people: list[tuple[str, str, str]], args: argparse.Namespace) -> Taken:
    """Everybody at once, the first log-ins spread over some seconds."""
    for root in roots:
        await first_looks(root, people)
    begin = time.perf_counter()
    taken = Taken(begin, begin + args.warm + args.seconds)
    coders = [n for n, who in enumerate(people) if who[1] in ("coder", "lead")][: args.writers]
    everybody = [Person(n, who, roots[n % len(roots)], taken) for n, who in enumerate(people)]
    late = args.warm * 0.8 / len(everybody)
    await asyncio.gather(*(works(p, n * late, writes if n in coders else reads) for n, p in enumerate(everybody)))
    return taken


# -- the feeder -------------------------------------------------------------------------------------------------------


def feed(url: str, every: float) -> None:
    """Take three new reports in now and then, as a standing source does. Ends with its parent."""
    from marsad.commands.add import gather
    from marsad.packs import load
    from marsad.store import open_store

    packs, parent = load(), os.getppid()
    told = service.tellings(service.happenings(30_000, 77, packs), 77)
    with tempfile.TemporaryDirectory(prefix="marsad-feed-") as folder, open_store(url) as store:
        n = 0
        while os.getppid() == parent:
            start = time.monotonic()
            files = [Path(folder) / f"fed-{os.getpid()}-{n + k}.txt" for k in range(3)]
            for file, (outlet, some) in zip(files, told, strict=False):
                file.write_text(service.written(file.stem, outlet, some)[0].text, "utf-8")
            out = gather(store, {"given": [str(file) for file in files]}, packs=packs)
            print(json.dumps({"new": out.kept["new"], "faults": out.faults}), flush=True)
            n += 3
            time.sleep(max(0.0, every - (time.monotonic() - start)))


# -- what came of it --------------------------------------------------------------------------------------------------


def show(taken: Taken, watcher: Watcher, args: argparse.Namespace, client_cpu: float, fed: int) -> bool:
    """Print the figures. Whether the target was met."""
    rows = [(at, kind, took) for at, kind, took in taken.rows if at > args.warm]
    kinds = defaultdict(list)
    for _, kind, took in rows:
        kinds[kind].append(took)
    every = [took for _, _, took in rows]
    print(f"\n{args.users} users, {args.writers} of them writing, {THINK[0]:g}-{THINK[1]:g} s of thought, "
          f"{args.seconds:g} s: {len(every)} answers, {len(every) / args.seconds:.1f} a second; "
          f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
    print(f"{'kind':10}{'answers':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'most ms':>9}")
    for kind, times in (*sorted(kinds.items()), ("all", every)):
        figures = (*service.marks(times), max(times, default=0) * 1000)
        print(f"{kind:10}{len(times):9}" + "".join(f"{m:9.0f}" for m in figures))
    entered = service.marks(logins := [took for _, kind, took in taken.rows if kind == "log in"])
    print(f"log-ins while coming in: {len(logins)}, p50 {entered[0]:.0f} ms, p95 {entered[1]:.0f} ms")
    print(f"written: {taken.counted['decisions']} decisions, {taken.counted['verdicts']} verdicts, {fed} new reports; "
          f"409 (somebody was quicker): {taken.counted['409']}")  # fmt: skip
    over_time(watcher, args)
    share = client_cpu / (args.seconds + args.warm)
    print(f"the users' own processor time: {client_cpu:.1f} s ({share:.0%} of a core)")
    print(f"errors: {len(taken.errors)}")
    for text, count in Counter(taken.errors).most_common(8):
        print(f"  {count} x {text}")
    p95 = service.marks(every)[1]
    good = not taken.errors and p95 < TARGET
    print(json.dumps({"p95_ms": round(p95), "errors": len(taken.errors), "target_ms": TARGET, "met": good}))
    return good


def over_time(watcher: Watcher, args: argparse.Namespace) -> None:
    """Processor time and memory of the servers, by tenths of the run."""
    for name in map(_named, range(args.servers)):
        seen = watcher.of(name)
        if len(seen) < 2:
            continue
        parts = [seen[int(len(seen) * n / 10)] for n in range(10)] + [seen[-1]]
        shares = [(b[4] - a[4]) / max(b[0] - a[0], 1e-9) for a, b in pairwise(parts)]
        print(f"{name}, share of a core by tenths: " + " ".join(f"{s:.0%}" for s in shares))
        print(f"{name}, MB by tenths:              " + " ".join(f"{p[1]:.0f}" for p in parts[1:]))
        whole = (seen[-1][4] - seen[0][4]) / (seen[-1][0] - seen[0][0])
        print(f"{name}: {whole:.0%} of a core, {seen[-1][2]} threads, {seen[-1][3]} files open at the end")


def _until_fed(said: Path) -> None:
    """A standing source is at work for long: its first round looks for copies among all reports."""
    start = time.perf_counter()
    while not said.read_text().strip() and time.perf_counter() - start < 900:
        time.sleep(0.2)
    print(f"the feeder's first round took {time.perf_counter() - start:.1f} s", flush=True)


def measure(url: str, args: argparse.Namespace, folder: Path) -> bool:
    people = service.hire(url, args.users)
    # limits of the rate at which one address may ask would only measure themselves
    env = dict(pair.split("=", 1) for pair in args.env)
    servers = [Server(url, env=env, said=folder / f"server-{n}.txt") for n in range(args.servers)]
    feeder = None
    try:
        for server in servers:
            print(f"server answers after {server.ready(120):.1f} s", flush=True)
        if args.feed:
            command = [sys.executable, __file__, "--feed-into", url, "--feed", str(args.feed)]
            with (folder / "feeder.txt").open("wb") as out:
                feeder = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
            _until_fed(folder / "feeder.txt")
        watcher = Watcher()
        for n, server in enumerate(servers):
            watcher.watch(_named(n), server.pid)
        watcher.start()
        me = psutil.Process().cpu_times()
        taken = asyncio.run(team([server.root for server in servers], people, args))
        now = psutil.Process().cpu_times()
        watcher.stop()
        lines = (folder / "feeder.txt").read_text().splitlines() if feeder else []
        fed = sum(json.loads(line)["new"] for line in lines if line.startswith("{"))
        return show(taken, watcher, args, now.user + now.system - me.user - me.system, fed)
    finally:
        if feeder:
            feeder.terminate()
            feeder.wait()
        for server in servers:
            print(f"server ended {server.stop():.1f} s after SIGTERM with {server.process.returncode}")
            if said := server.tail(args.tail):
                print(f"it said: {said}")


def _named(number: int) -> str:
    return f"server {number + 1}"


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--trial", action="store_true", help="2,000 incidents, 20 seconds")
    ask.add_argument("--incidents", type=int, default=50_000)
    ask.add_argument("--store", metavar="URL", help="a store that was made before, instead of a fresh one")
    ask.add_argument("--users", type=int, default=50)
    ask.add_argument("--writers", type=int, default=5)
    ask.add_argument("--servers", type=int, default=1)
    ask.add_argument("--seconds", type=float, default=300.0)
    ask.add_argument("--warm", type=float, default=15.0, help="seconds in which people come in, not counted")
    ask.add_argument("--feed", type=float, default=10.0, help="seconds between three new reports each; 0 for none")
    ask.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="settings of the server")
    ask.add_argument("--tail", type=int, default=8, help="lines of the server's output to print")
    ask.add_argument("--feed-into", metavar="URL", help=argparse.SUPPRESS)
    args = ask.parse_args()
    service.tidy()
    if args.feed_into:
        feed(args.feed_into, args.feed)
        return 0
    if args.trial:
        args.incidents, args.seconds, args.warm = 2_000, 20.0, 8.0
    with service.folder_of_its_own("marsad-team-") as folder:
        if args.store:
            return 0 if measure(args.store, args, folder) else 1
        cluster = Cluster()
        try:
            url = cluster.create("team")
            service.fill(url, args.incidents)
            return 0 if measure(url, args, folder) else 1
        finally:
            cluster.close()


if __name__ == "__main__":
    sys.exit(main())
