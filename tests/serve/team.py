"""A small store of invented reports, and people who ask the workbench over it."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from marsad.model import Report, from_record
from marsad.serve.app import create_app
from marsad.store import open_store, passes

passes._hasher = cache(lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))  # quick, for tests only

Json = dict[str, Any]
PATIENCE = 60.0
TEXT = (
    "قصفت طائرات مجهولة موقعا في بادية الشعلان. واعتقلت دورية الأمن العسكري سعيد بن حمد التجريبي في قرية الرملة. "
    "ونفى مصدر سقوط قتلى."
)
STRIKE = "قصفت طائرات مجهولة موقعا في بادية الشعلان"
ARREST = "واعتقلت دورية الأمن العسكري سعيد بن حمد التجريبي في قرية الرملة"
DENIAL = "ونفى مصدر سقوط قتلى"
SECRET = "سعيد بن حمد التجريبي"
PASSWORDS = {"layla": "قهوة مرة وطريق طويل", "huda": "شجرة زيتون قرب البئر", "zayd": "حصان أبيض في السهل",
             "rima": "مطر خفيف فوق الجسر"}  # fmt: skip
ROLES = {"layla": "admin", "rima": "lead", "huda": "coder", "zayd": "coder"}


def words(quote: str, **more: Any) -> Json:
    """`quote` as found in the text."""
    start = TEXT.index(quote)
    return {"text": quote, "start": start, "end": start + len(quote), **more}


def span(quote: str) -> list[int]:
    """Where `quote` stands."""
    at = words(quote)
    return [at["start"], at["end"]]


def record(name: str = "r") -> Json:
    """What the reader made of the text: a strike with two unknowns, an arrest of a private person."""
    strike = {
        "id": "e1", "type": "ASSAULT", "mode": "aerial", "status": "actual", "evidence": [span(STRIKE)],
        "actor": [words("طائرات مجهولة", id=None, rule="actor/unknown")],
        "place": words("بادية الشعلان", lat=None, lon=None, precision=None, rule="place/unknown"),
    }  # fmt: skip
    arrest = {
        "id": "e2", "type": "COERCE", "mode": "arrest", "status": "actual", "evidence": [span(ARREST)],
        "actor": [words("الأمن العسكري", id="syria/military-security", rule="actor")],
        "recipient": [words(SECRET, id="person/saeed-tajribi", rule="person")],
        "place": words("قرية الرملة", lat=35.1, lon=40.1, precision=1, rule="place"),
        "captured": words(SECRET, low=1, high=1, best=1),
    }  # fmt: skip
    person = words(SECRET, id="person/saeed-tajribi", private=True, mentions=[], aliases=[], role=None)
    return {"report": name, "published": "2022-05-03", "events": [strike, arrest], "persons": [person],
            "engine": "rules/1"}  # fmt: skip


def fill(url: str, *names: str) -> None:
    """Put the report under `names`; texts differ by a last word."""
    from datetime import date

    with open_store(url) as store:
        for name in names or ("r",):
            text = TEXT if name == "r" else f"{TEXT} {name}"
            report = Report(name, text, published=date(2022, 5, 3), outlet=f"منبر {name}")
            store.add(report, from_record(record(name)))


@cache
def template(*names: str, hired: bool) -> Path:
    """A filled store on disk, made once: opening an empty one takes a second."""
    file = Path(tempfile.mkdtemp(prefix="marsad-team-")) / "store.sqlite"
    fill(f"sqlite:///{file}", *names)
    if hired:
        hire(f"sqlite:///{file}")
    return file


def fresh(folder: Path, *names: str, hired: bool = False) -> str:
    """The address of a store of one's own with the reports, and the people where `hired`."""
    file = folder / "store.sqlite"
    shutil.copy(template(*names, hired=hired), file)
    return f"sqlite:///{file}"


def hire(url: str) -> None:
    """Add the people."""
    from marsad.store.people import People

    with open_store(url) as store:
        people = People(store)
        for name, role in ROLES.items():
            people.add(name, role, PASSWORDS[name], by="layla")


def quarrel(name: str) -> tuple[Report, Any]:
    """A report in which one side demands something of the other, as it was read."""
    text = f"طلبت القوات الروسية من الحرس الثوري إخلاء مقر {name}."
    named = (("actor", "russia", "القوات الروسية"), ("recipient", "iran", "الحرس الثوري"))
    spans = {side: (text.index(words), text.index(words) + len(words)) for side, _, words in named}
    sides = {s: [{"id": id, "text": words, "start": spans[s][0], "end": spans[s][1]}] for s, id, words in named}
    event = {"id": "e1", "type": "REQUEST", "mode": "withdraw", "status": "actual", "evidence": [[0, 12]]} | sides
    return Report(name, text), from_record({"report": name, "events": [event]})


class Client:
    """A browser: keeps its cookie and sends what every change needs."""

    def __init__(self, http: TestClient) -> None:
        self.http = http
        self.csrf: str | None = None

    def get(self, path: str, status: int = 200, **params: Any) -> Any:
        """What the server answers, asked again as long as it says that newer is on its way, as the pages do."""
        end = time.monotonic() + PATIENCE
        while "Marsad-Stale" in (answer := self.http.get(f"/api/v1{path}", params=params)).headers:
            assert time.monotonic() < end, "newer was on its way for too long"
            time.sleep(0.05)
        assert answer.status_code == status, answer.text
        return answer.json()

    def send(self, path: str, body: Any = None, status: int = 200, method: str = "POST") -> Any:
        headers = {"X-CSRF-Token": self.csrf} if self.csrf else {}
        answer = self.http.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def enter(self, name: str | None = None) -> Client:
        """Log in, or come as the local user."""
        told = self.send("/session", {"name": name, "password": PASSWORDS[name]}) if name else self.get("/session")
        self.csrf = told["csrf"]
        return self

    def event(self, id: str = "e1", report: str = "r", **more: Any) -> Any:
        return self.get("/review/event", report=report, event=id, **more)

    def decide(self, act: str, id: str = "e1", status: int = 200, report: str = "r", **more: Any) -> Any:
        """Decide on an event as it stands now."""
        seen = self.event(id, report, coding=more.get("coding", False))["review"]["revision"]
        body = {"report": report, "event": id, "revision": seen, "reason": "كما في النص", **more}
        return self.send(f"/review/{act}", body, status)


@contextmanager
def workbench(url: str, *, mask: bool = True) -> Iterator[Any]:
    """Gives a function that opens one more browser."""
    app = create_app(url, mask=mask, local_user="محلي")
    with TestClient(app, raise_server_exceptions=False):
        yield lambda name=None: Client(TestClient(app, raise_server_exceptions=False)).enter(name)
