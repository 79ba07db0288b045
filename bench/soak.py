"""A day of feeds in ten minutes: what grows in the processes that stand, and whether every item came in once.

    python bench/soak.py                     half a minute: 1.2 hours of a day (a trial)
    python bench/soak.py --minutes 10        24 hours
    python bench/soak.py --minutes 10 --store postgresql
    python bench/soak.py --minutes 10 --before 5000     over a store that has so many incidents already

A web of its own on 127.0.0.x tells `--items` (3,000) items a day on `--feeds` (40) feeds of eight hosts, after the
hours of the day, with three bursts of five times the volume. Of the items 12 in 100 are the same text on another feed,
4 are corrections (a new page that tells other figures), 3 are pages that fail with 503 once and then come, 2 are pages
that are gone (404), 1 is a page without a text; and each feed is broken (no XML) or answers 503 now and then.

`marsad sources run --forever` looks at every feed each half hour, `marsad watch run` sends alerts to a webhook each
hour, `marsad serve` brings the incidents up to date and answers three people who ask all the while. Time is compressed
144 times in one place: what a schedule calls a minute is 60/144 seconds, and so are the waits between two requests to a
host (flags of the sources). All else runs as it is: the same number of looks, requests, jobs, transactions, alerts and
answers as in a day, but one after the other without rest.

From an empty store what works over all of it needs more each hour, as the store grows many times over; `--before` shows
the day of a desk that has its archive already, and so what is left behind and never given back.

Prints for each process, with those below it, how its memory grew after the first quarter: MB a simulated hour with a
95 % interval (from the means of twenty pieces of time), threads and open files; and whether an item was lost, came in
twice, or is not in an incident. Exit status 1 where the lower end of a slope lies above `--most` MB an hour or an item
is wrong.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import service
from service import MARSAD, Cluster, Server, Watcher

Json = dict[str, Any]
FACTOR = 144.0
DAY = date(2026, 3, 3)
HOSTS = 8
WINDOW = 120  # items that a feed shows
BURSTS = (8.0, 13.5, 20.0)  # hours at which a burst of a quarter of an hour begins
ZONE = "+0000"

SOURCES = """
import sys, datetime
import marsad.commands.sources as sources
from apscheduler.triggers.interval import IntervalTrigger
factor = float(sys.argv[1])
def trigger(schedule):
    minutes = int(schedule[:-1]) * {"m": 1, "h": 60}[schedule[-1]]
    return IntervalTrigger(seconds=minutes * 60 / factor, timezone="UTC")
sources.trigger = trigger
sys.argv = ["marsad", *sys.argv[2:]]
from marsad.cli import main
main()
"""


# -- the web ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One item: when it is told (simulated seconds), on which feed, under which path, and what its page does."""

    at: float
    feed: int
    path: str
    text: str
    kind: str
    title: str


def plan(feeds: int, items: int, hours: float, seed: int = 5) -> list[Item]:
    """All items of the time in the order in which they are told."""
    from marsad.packs import load

    dice, packs = random.Random(seed), load()
    count = round(items * hours / 24)
    found = service.happenings(count * 3, seed, packs, first=DAY - timedelta(days=20), days=20)
    dice.shuffle(found)
    made: list[Item] = []
    for n, at in enumerate(sorted(moment(dice, hours) for _ in range(count))):
        made.append(_item(n, at, dice.randrange(feeds), found[3 * n : 3 * n + 2], made))
    return made


KINDS = (("again", 0.12), ("correction", 0.16), ("late", 0.19), ("gone", 0.21), ("empty", 0.22), ("plain", 1.0))


def _item(n: int, at: float, feed: int, some: Sequence[Any], made: Sequence[Item]) -> Item:
    dice = random.Random(f"item {n}")
    luck = dice.random()
    kind = next(k for k, most in KINDS if luck < most)
    before = [item for item in made[-200:] if item.kind in ("plain", "late")]
    text = service.written(f"m{n:05}", "", some)[0].text
    if kind == "again" and before:
        text = dice.choice(before).text
    elif kind == "correction" and before:
        former = dice.choice(before).text.rpartition("(")[0]
        text = f"تصحيح: {former}وارتفعت الحصيلة إلى {dice.randint(3, 30)} قتلى.\n(m{n:05})"
    elif kind in ("again", "correction"):
        kind = "plain"
    if kind == "empty":
        text = ""
    return Item(at, feed, f"/f{feed}/item-{n}.html", text, kind, f"خبر {_mark(text)}")


def moment(dice: random.Random, hours: float) -> float:
    """A second of the time: more by day than by night, and most in bursts."""
    while True:
        hour = dice.uniform(0, hours)
        weight = 0.35 + 0.65 * math.sin(math.pi * (hour % 24) / 24) ** 2
        if any(start <= hour % 24 < start + 0.25 for start in BURSTS):
            weight *= 5
        if dice.random() < weight / 5:
            return hour * 3600


class Web:
    """Hosts that tell the items as time goes on."""

    def __init__(self, items: Sequence[Item], feeds: int, factor: float) -> None:
        self._items, self._factor, self._began = items, factor, math.inf
        self._pages = {item.path: item for item in items}
        self._failed: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.alerts: Counter[str] = Counter()
        self._dice = random.Random(3)
        self._servers = [ThreadingHTTPServer((f"127.0.0.{n + 2}", 0), self._handler()) for n in range(HOSTS)]
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
        self.feeds = [f"{self._root(n % HOSTS)}/feed-{n}.xml" for n in range(feeds)]
        self.hook = f"{self._root(0)}/hook"
        self.calm = False

    def begin(self) -> None:
        """Time begins."""
        self._began = time.monotonic()

    def now(self) -> float:
        """Simulated seconds."""
        return (time.monotonic() - self._began) * self._factor

    def close(self) -> None:
        """End."""
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _root(self, n: int) -> str:
        host, port = self._servers[n].server_address[:2]
        return f"http://{host!s}:{port}"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, media type and body."""
        if path.startswith("/feed-"):
            return self._feed(int(path[6:-4]))
        item = self._pages.get(path)
        self.asked["page"] += 1
        if item is None or item.kind == "gone" or item.at > self.now():
            return 404, "text/html", b""
        if item.kind == "late" and path not in self._failed:
            self._failed.add(path)
            self.asked["503"] += 1
            return 503, "text/html", b""
        paragraphs = "".join(f"<p>{line}</p>" for line in item.text.splitlines())
        page = f"""<!doctype html><html lang="ar" dir="rtl"><head><title>{item.title}</title>
            <meta property="article:published_time" content="{DAY.isoformat()}T08:00:00Z"></head><body>
            <nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/x">رياضة</a></li></ul></nav>
            <article><h1>{item.title}</h1>{paragraphs}</article><footer>جميع الحقوق محفوظة</footer></body></html>"""
        return 200, "text/html; charset=utf-8", page.encode()

    def _feed(self, n: int) -> tuple[int, str, bytes]:
        self.asked["feed"] += 1
        luck = 1.0 if self.calm else self._dice.random()
        if luck < 0.01:
            return 503, "text/html", b""
        if luck < 0.02:
            return 200, "application/rss+xml", b"<rss version='2.0'><channel><title>x</tit"
        root, now = self._root(n % HOSTS), self.now()
        told = [item for item in self._items if item.feed == n and item.at <= now][-WINDOW:]
        entries = "".join(
            f"<item><title>{i.title}</title><link>{root}{i.path}</link>"
            f"<pubDate>{DAY:%a, %d %b %Y} 08:00:00 {ZONE}</pubDate></item>" for i in reversed(told)
        )  # fmt: skip
        body = f"<rss version='2.0'><channel><title>شبكة {n}</title><link>{root}</link>{entries}</channel></rss>"
        return 200, "application/rss+xml; charset=utf-8", body.encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._send(*web.answer(self.path))

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                web.alerts[self.headers.get("Idempotency-Key") or "?"] += 1
                self._send(200, "text/plain", b"ok")

            def _send(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


# -- the day ----------------------------------------------------------------------------------------------------------


@dataclass
class Day:
    """All that stands during the day."""

    url: str
    web: Web
    folder: Path
    minutes: float
    watcher: Watcher = field(default_factory=lambda: Watcher(every=0.5))
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    rounds: list[int] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> Server:
        """Keep the sources, start the server and the scheduler."""
        keep_sources(self.url, self.web.feeds)
        server = Server(self.url, said=self.folder / "server.txt")
        server.ready(120)
        self.web.begin()
        self.watcher.start()
        self.watcher.watch("marsad serve", server.pid)
        with (self.folder / "sources.txt").open("wb") as out:
            words = ["--store", self.url, "sources", "run", "--forever"]
            process = subprocess.Popen([sys.executable, "-c", SOURCES, str(FACTOR), *words], stdout=out, stderr=out)
        self.processes.append(process)
        self.watcher.watch("marsad sources run", process.pid)
        for work in (lambda: self._ask(server), self._alert):
            threading.Thread(target=work, daemon=True).start()
        return server

    def end(self) -> None:
        """Stop the scheduler as Ctrl-C does."""
        self.done.set()
        self.watcher.stop()
        for process in self.processes:
            process.send_signal(2)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()

    def _ask(self, server: Server) -> None:
        """Three people who look at something each two seconds or so."""
        dice = random.Random(1)
        words = ("قصفت", "تعزيزات", "حلب", "عناصر")
        paths = (
            "incidents?limit=50", "incidents?sort=voices&limit=50", "map?bbox=35,32,43,38&zoom=6", "alerts",
            "incidents/facets", "incidents/histogram", "review/queue?limit=20", "sources", "reports?limit=20",
        )  # fmt: skip
        while not self.done.wait(dice.uniform(0.3, 1.0)):
            path = dice.choice((*paths, f"search?q={dice.choice(words)}"))
            try:
                with urlopen(f"{server.root}/api/v1/{_quoted(path)}", timeout=60) as answer:
                    answer.read()
                    self.answers[str(answer.status)] += 1
            except OSError as error:
                self.answers[f"{getattr(error, 'code', type(error).__name__)}"] += 1

    def _alert(self) -> None:
        """`marsad watch run` each simulated hour, as a timer starts it."""
        channels = self.folder / "channels.yml"
        channels.write_text(f'channels:\n- {{id: desk, url: "{self.web.hook.replace("http", "json", 1)}"}}\n', "utf-8")
        while not self.done.wait(3600 / FACTOR):
            command = [*MARSAD, "--store", self.url, "watch", "run", "--channels", str(channels)]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            with (self.folder / "watch.txt").open("a", encoding="utf-8") as out:
                out.write(done.stdout)
            self.rounds.append(done.returncode)
            if done.returncode:
                print(f"a round of the watch ended with {done.returncode}: {done.stdout.strip()}", flush=True)


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/?=&,")


def keep_sources(url: str, feeds: Sequence[str]) -> None:
    """Keep each feed as a source, looked at each half hour, with waits that are compressed like its schedule."""
    from marsad.store import open_store
    from marsad.store.jobs import StandingSource, StandingSources

    flags = {"web_delay": 2.0 / FACTOR, "web_pause": 2.0 / FACTOR, "web_allow_private": True, "feed_most": WINDOW}
    with open_store(url) as store:
        for n, address in enumerate(feeds):
            given = {"inlet": None, "outlet": None, "options": flags}
            StandingSources(store).put(StandingSource(f"feed-{n}", address, "30m", given), by="bench")


# -- what came of it --------------------------------------------------------------------------------------------------


def slope(seen: Sequence[tuple[float, float]], parts: int = 20) -> tuple[float, float, float]:
    """Growth a simulated hour, and the ends of its 95 % interval, from the means of pieces of time.

    `seen`: (real seconds, MB). Samples that follow each other are alike: pieces are not, or far less.
    """
    size = max(len(seen) // parts, 1)
    pieces = [seen[at : at + size] for at in range(0, len(seen) - size + 1, size)]
    if len(pieces) < 4:
        return math.nan, math.nan, math.nan
    x = [statistics.fmean(t for t, _ in piece) * FACTOR / 3600 for piece in pieces]
    y = [statistics.fmean(mb for _, mb in piece) for piece in pieces]
    middle, n = statistics.fmean(x), len(x)
    spread = sum((v - middle) ** 2 for v in x)
    grow = sum((a - middle) * b for a, b in zip(x, y, strict=True)) / spread
    base = statistics.fmean(y) - grow * middle
    rest = sum((b - base - grow * a) ** 2 for a, b in zip(x, y, strict=True)) / (n - 2)
    from scipy.stats import t as student

    wide = float(student.ppf(0.975, n - 2)) * math.sqrt(rest / spread)
    return grow, grow - wide, grow + wide


def grown(watcher: Watcher, most: float) -> list[str]:
    """Print how each process grew; what grew too much."""
    wrong = []
    for name in ("marsad serve", "marsad sources run"):
        seen = watcher.of(name)
        kept = seen[len(seen) // 4 :]
        if not kept:
            wrong.append(f"{name} was not seen")
            continue
        rate, low, high = slope([(t, mb) for t, mb, *_ in kept])
        first, last, top = kept[0], kept[-1], max(row[1] for row in kept)
        print(f"memory of {name}: {first[1]:.0f} MB after the first quarter, {last[1]:.0f} MB at the end, "
              f"most {top:.0f}; {rate:+.2f} MB a simulated hour ({low:+.2f} to {high:+.2f}); "
              f"threads {first[2]} to {last[2]}, files {first[3]} to {last[3]}; "
              f"{last[4]:.0f} s of processor time")  # fmt: skip
        if low > most:
            wrong.append(f"{name} grows by {rate:.2f} MB an hour")
        if kept[-1][3] > kept[0][3] + 20:
            wrong.append(f"{name} leaves files open")
    return wrong


def judged(url: str, items: Sequence[Item], told: float) -> list[str]:
    """What is wrong with the store after all was told and looked at once more."""
    from marsad.fuse import incidents, refresh
    from marsad.packs import load
    from marsad.store import open_store

    packs, wrong = load(), []
    expected = Counter(item.text for item in items if item.at <= told and item.kind not in ("gone", "empty"))
    with open_store(url) as store:
        marks, ours = {_mark(text) for text in expected}, {_mark(item.text) for item in items}
        stored = Counter(mark for s in store.reports() if (mark := _mark(s.report.text)) in ours)
        lost = marks - set(stored)
        twice = [mark for mark, count in stored.items() if count > 1]
        wrong += [f"{len(lost)} items are lost: {sorted(lost)[:5]}"] if lost else []
        wrong += [f"{len(twice)} texts are there twice: {twice[:5]}"] if twice else []
        refresh(store, packs=packs)
        adding = {i.id: i.events for i in incidents(store, packs=packs)}
        refresh(store, packs=packs, fresh=True)
        anew = {i.id: i.events for i in incidents(store, packs=packs)}
        if adding != anew:
            wrong.append(f"incidents differ from those derived anew: {len(adding)} and {len(anew)}")
        lines, counts = store.verify_custody(), store.count()
    print(f"told {sum(expected.values())} good items, {len(marks)} texts; stored {counts}; {lines} lines of custody")
    return wrong


def _mark(text: str) -> str:
    return text.rpartition("(")[2].partition(")")[0]


def run(url: str, args: argparse.Namespace, folder: Path) -> int:
    hours = args.minutes * 60 * FACTOR / 3600
    if args.before:
        service.fill(url, args.before)
    items = plan(args.feeds, args.items, hours)
    web = Web(items, args.feeds, FACTOR)
    day = Day(url, web, folder, args.minutes)
    server = None
    try:
        server = day.begin()
        print(f"{len(items)} items in {hours:.1f} simulated hours on {args.feeds} feeds", flush=True)
        time.sleep(args.minutes * 60)
        end = web.now()
        day.end()
        web.calm = True
        looks = finish(url, web, folder)
        time.sleep(2)
        with urlopen(f"{server.root}/api/v1/incidents?limit=1", timeout=120) as answer:
            shown = json.loads(answer.read())["total"]
    finally:
        day.end()
        if server:
            server.stop()
        web.close()
    often = max(web.alerts.values(), default=0)
    print(f"asked for {dict(web.asked)}; {len(web.alerts)} alerts came at the webhook, none more than {often} times; "
          f"rounds of the watch ended with {dict(Counter(day.rounds))}; the server answered {dict(day.answers)}; "
          f"last looks ended with {looks}; the server shows {shown} incidents")  # fmt: skip
    wrong = grown(day.watcher, args.most) + judged(url, items, min(end, hours * 3600))
    wrong += [f"answers: {dict(day.answers)}"] if set(day.answers) - {"200"} else []
    wrong += ["a round of the watch failed"] if any(day.rounds) else []
    said = "".join(f.read_text("utf-8", "replace") for f in folder.glob("*.txt"))
    wrong += ["a trace in the output"] if "Traceback" in said else []
    if args.keep:
        args.keep.write_text(json.dumps(day.watcher.rows), "utf-8")
    print(json.dumps({"minutes": args.minutes, "wrong": wrong, "load": os.getloadavg()[0]}, ensure_ascii=False))
    return 1 if wrong else 0


def finish(url: str, web: Web, folder: Path) -> list[int]:
    """Look at all sources once more, twice: pages that failed once come now."""
    ended = []
    for _ in range(2):
        with (folder / "last.txt").open("ab") as out:
            command = [*MARSAD, "--store", url, "sources", "run"]
            ended.append(subprocess.run(command, stdout=out, stderr=out, check=False).returncode)
    return ended


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--minutes", type=float, default=0.5)
    ask.add_argument("--feeds", type=int, default=40)
    ask.add_argument("--items", type=int, default=3000, help="a day")
    ask.add_argument("--before", type=int, default=0, help="incidents that the store has at the beginning")
    ask.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    ask.add_argument("--most", type=float, default=2.0, help="MB a simulated hour that may be kept for what came in")
    ask.add_argument("--keep", type=Path, help="write what was seen of the processes here, as JSON")
    args = ask.parse_args()
    service.tidy()
    with service.folder_of_its_own("marsad-soak-") as folder:
        cluster = Cluster() if args.store == "postgresql" else None
        try:
            return run(cluster.create("soak") if cluster else f"sqlite:///{folder / 'soak.sqlite'}", args, folder)
        finally:
            if cluster:
                cluster.close()


if __name__ == "__main__":
    sys.exit(main())
