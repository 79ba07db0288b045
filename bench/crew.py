"""People at work on a workbench while something breaks, and what the store holds of what they were told is kept."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

import service
from marsad.errors import MarsadError
from marsad.store import Corrections, open_store
from network import Wire
from service import Cluster, Server

Json = dict[str, Any]
PEOPLE = 4
INCIDENTS = 240
PATIENCE = 60.0  # seconds that a trial waits for all to be well


@dataclass
class Row:
    """One line of the table."""

    fault: str
    store: str
    acknowledged: int = 0
    lost: int = 0
    well: float | None = None
    seen: str = ""
    bad: list[str] = field(default_factory=list)
    skipped: str = ""

    def line(self) -> str:
        """As markdown."""
        if self.skipped:
            return f"| {self.fault} | {self.store} | | | | not tried: {self.skipped} |"
        lost = "nothing" if not self.lost and not self.bad else f"**{self.lost}** {'; '.join(self.bad)}"
        well = "" if self.well is None else f"{self.well:.1f} s"
        return f"| {self.fault} | {self.store} | {self.acknowledged} | {lost} | {well} | {self.seen} |"


HEAD = "| what was done | store | acknowledged | lost | until well | what users saw meanwhile |\n" + "|---" * 6 + "|"


# -- people at work ---------------------------------------------------------------------------------------------------


class Crew:
    """People who correct events one after the other and read in between; they note what was acknowledged."""

    def __init__(self, server: Server, people: list[tuple[str, str, str]], events: list[tuple[str, str]]) -> None:
        self.roots, self._people, self._events = [server.root], people, events
        self.acknowledged: list[int] = []
        self.told: Counter[str] = Counter()
        self.bad: list[str] = []
        self.longest = 0.0
        self.last_good = {"read": 0.0, "write": 0.0}
        self._done, self._threads = threading.Event(), list[threading.Thread]()

    def start(self) -> Crew:
        """Everybody begins."""
        for n in range(len(self._people)):
            self._threads.append(threading.Thread(target=self._work, args=(n,), daemon=True))
            self._threads[-1].start()
        return self

    def stop(self) -> None:
        """Everybody stops after what they are at."""
        self._done.set()
        for thread in self._threads:
            thread.join(90)

    def wait_for(self, count: int, seconds: float = PATIENCE) -> None:
        """Until `count` more decisions are acknowledged. Raises RuntimeError."""
        until, goal = time.monotonic() + seconds, len(self.acknowledged) + count
        while len(self.acknowledged) < goal:
            if time.monotonic() > until:
                told = f"{len(self.acknowledged)} of {goal} decisions in {seconds:g} s"
                raise RuntimeError(f"{told}; seen: {self.seen()}")
            time.sleep(0.02)

    def well_after(self, moment: float) -> float:
        """Seconds from `moment` (monotonic) to the first good read and write after it. Raises RuntimeError."""
        while min(self.last_good.values()) < moment:
            if time.monotonic() > moment + PATIENCE:
                raise RuntimeError(f"not well within {PATIENCE:g} s; seen: {self.seen()}")
            time.sleep(0.02)
        return max(self.last_good.values()) - moment

    def seen(self) -> str:
        """What was shown but for what was asked, most often first."""
        told = [f"{what} ({n})" for what, n in self.told.most_common(6)]
        return ", ".join(told) + (f"; longest wait {self.longest:.1f} s" if self.longest > 1 else "")

    def _work(self, n: int) -> None:
        root = self.roots[n % len(self.roots)]
        mine, dice = self._events[n :: len(self._people)], random.Random(n)
        with httpx.Client(base_url=f"{root}/api/v1", timeout=90, trust_env=False) as http:
            csrf = None
            while not self._done.is_set():
                if csrf is None:
                    csrf = self._enter(http, n)
                elif not self._correct(http, csrf, *dice.choice(mine)):
                    self._done.wait(0.05)
                    csrf = None
                else:
                    self._ask(http, "read", "GET", "/incidents", params={"limit": 20})

    def _enter(self, http: httpx.Client, n: int) -> str | None:
        answer = self._ask(http, "log in", "GET", "/session")
        if answer is None or answer.json()["csrf"]:
            return str(answer.json()["csrf"]) if answer else None
        name, _, password = self._people[n]
        answer = self._ask(http, "log in", "POST", "/session", json={"name": name, "password": password})
        return str(answer.json()["csrf"]) if answer else None

    def _correct(self, http: httpx.Client, csrf: str, report: str, event: str) -> bool:
        seen = self._ask(http, "read", "GET", "/review/event", params={"report": report, "event": event})
        if seen is None:
            return False
        changes = {"killed": [{"best": random.randint(1, 99), "judgement": True}]}
        body = {"report": report, "event": event, "reason": "كما في النص", "changes": changes}
        body["revision"] = seen.json()["review"]["revision"]
        given = self._ask(http, "write", "POST", "/review/correct", json=body, headers={"X-CSRF-Token": csrf})
        if given is not None:
            self.acknowledged.append(int(given.json()["decision"]["id"]))
        return given is not None

    def _ask(self, http: httpx.Client, kind: str, method: str, path: str, **more: Any) -> httpx.Response | None:
        """The answer where it is good. Everything else is counted, and looked at for what may not be shown."""
        start = time.monotonic()
        try:
            answer = http.request(method, path, **more)
        except httpx.RemoteProtocolError as error:
            self._odd("cut off" if "disconnect" in str(error).lower() else str(error))
            return None
        except httpx.HTTPError as error:
            self._odd(f"no connection ({type(error).__name__})")
            return None
        finally:
            self.longest = max(self.longest, time.monotonic() - start)
        if answer.status_code < 400:
            if kind in self.last_good:
                self.last_good[kind] = time.monotonic()
            return answer
        self._refused(answer, f"{method} {path}")
        return None

    def _refused(self, answer: httpx.Response, asked: str) -> None:
        try:
            code = answer.json()["error"]["code"]
        except (ValueError, KeyError, TypeError):
            self.bad.append(f"{asked}: {answer.status_code} without a code: {answer.text[:80]!r}")
            return
        if "Traceback" in answer.text or answer.status_code == 500:
            self.bad.append(f"{asked}: {answer.status_code} {code} {answer.json()['error']['message'][:90]}")
        self._odd(f"{answer.status_code} {code}")

    def _odd(self, what: str) -> None:
        self.told[what] += 1


# -- one trial --------------------------------------------------------------------------------------------------------


@dataclass
class Scene:
    """A store with reports and people, a server over it, a crew at work."""

    kind: str
    url: str
    folder: Path
    cluster: Cluster | None
    people: list[tuple[str, str, str]]
    events: list[tuple[str, str]]
    server: Server
    crew: Crew
    row: Row

    def judge(self, crew: Crew | None = None) -> Row:
        """Stop everybody, and look what the store holds of what was acknowledged."""
        crew = crew or self.crew
        crew.stop()
        self.server.stop()
        row = self.row
        row.acknowledged, row.seen = len(crew.acknowledged), crew.seen() or "nothing"
        row.bad += list(dict.fromkeys(crew.bad))[:3]
        lost, faults = missing(self.url, crew.acknowledged)
        row.lost = lost
        row.bad += faults
        said = self.server.said.read_text("utf-8", "replace")
        if "Traceback" in said:
            last = [line for line in said.splitlines() if line and not line.startswith(" ")][-1]
            row.bad.append(f"a trace in the server's output: {last[:100]}")
        return row


def missing(url: str, acknowledged: list[int]) -> tuple[int, list[str]]:
    """How many of the decisions are not in the store, and what else is wrong with it."""
    from marsad.fuse import refresh

    faults = []
    with open_store(url) as store:
        there = {c.id for c in Corrections(store).history(limit=10**6)}
        try:
            store.verify_custody()
        except MarsadError as error:
            faults.append(f"custody: {error}")
        refresh(store)
        if store.count()["reports"] == 0:
            faults.append("the reports are gone")
    lost = len(set(acknowledged) - there)
    if len(set(acknowledged)) != len(acknowledged):
        faults.append("a decision was acknowledged twice")
    return lost, faults


@contextmanager
def scene(
    fault: str, kind: str, *, at: Path | None = None, env: Json | None = None, wire: bool = False
) -> Iterator[Any]:
    """A scene at work; everything is ended and removed afterwards. `at`: a folder for the store, made before."""
    with service.folder_of_its_own("marsad-fault-") as folder:
        cluster = Cluster(at, max_wal_size="32MB", min_wal_size="32MB") if kind == "postgresql" else None
        middle = server = crew = None
        try:
            url = cluster.create("fault") if cluster else f"sqlite:///{(at or folder) / 'store.sqlite'}"
            service.fill(url, INCIDENTS, tell=False)
            people = service.hire(url, PEOPLE)
            with open_store(url) as store:
                events = [(s.name, e.id) for s in store.reports() if s.reading for e in s.reading.events]
            seen_url = url
            if wire and cluster:
                middle = Wire(cluster.port)
                seen_url = cluster.url("fault", port=middle.port)
            server = Server(seen_url, env=env or {}, said=folder / "server.txt")
            server.ready()
            crew = Crew(server, people, events).start()
            crew.wait_for(5)
            made = Scene(kind, url, folder, cluster, people, events, server, crew, Row(fault, kind))
            yield (made, middle) if wire else made
        finally:
            if crew:
                crew._done.set()
            if server:
                server.stop(5)
            if middle:
                middle.close()
            if cluster:
                cluster.close()
