"""Briefings on schedule, through a real channel on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from marsad.errors import InputError
from marsad.packs import Packs
from marsad.publish.subscriptions import Subscription, load_subscriptions, run
from marsad.store import Store
from marsad.watch.channels import Channel, load_channels

TEXT = "channels:\n- {id: chief, url: 'json://127.0.0.1:%d/'}\n"
TEXT += "briefings:\n- {id: monthly, channel: chief, every: monthly}\n"


class Inbox(HTTPServer):
    """What was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[Any] = []


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Inbox)
        self.server.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    server = Inbox()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.mark.parametrize(
    ("every", "today", "first", "last"),
    [
        ("daily", "2024-03-01", "2024-02-29", "2024-02-29"), ("weekly", "2024-08-19", "2024-08-12", "2024-08-18"),
        ("weekly", "2024-08-18", "2024-08-05", "2024-08-11"), ("monthly", "2024-09-01", "2024-08-01", "2024-08-31"),
        ("monthly", "2024-01-15", "2023-12-01", "2023-12-31"),
    ],
)  # fmt: skip
def test_periods(every: str, today: str, first: str, last: str) -> None:
    period = Subscription("x", "y", every).period(date.fromisoformat(today))
    assert [str(day) for day in period] == [first, last]


def test_sent_once(demo: Store, packs: Packs, tmp_path: Path, inbox: Inbox) -> None:
    pytest.importorskip("apprise")
    file = tmp_path / "channels.yml"
    file.write_text(TEXT % inbox.server_port, "utf-8")
    channels = load_channels(file)
    wanted = [
        *load_subscriptions(file, channels),
        Subscription("files", "chief", "monthly", "en", folder=tmp_path / "out", kind="md"),
    ]
    made = [run(demo, wanted, channels, today=date(2024, 9, 1), packs=packs) for _ in range(2)]
    assert len(made[0].queued) == 2 and not made[1].queued
    assert [o.sent for o in made[0].outcomes] == [2] and len(inbox.told) == 2
    body = next(t["message"] for t in inbox.told if "رُصدت" in t["message"])
    assert "رُصدت 12 حادثة" in body and "أبرز" not in body.splitlines()[0]
    assert (tmp_path / "out" / "files-2024-08-01-2024-08-31.md").is_file()


@pytest.mark.parametrize(
    "entry",
    [
        "{id: a}", "{id: a, channel: nobody}", "{id: a, channel: chief, every: hourly}",
        "{id: a, channel: chief, pair: [x]}",
        "{id: a, channel: chief, colour: red}", "just a text",
    ],
)  # fmt: skip
def test_faulty(tmp_path: Path, entry: str) -> None:
    file = tmp_path / "channels.yml"
    file.write_text(f"channels: []\nbriefings:\n- {entry}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load_subscriptions(file, [Channel("chief", "json://x")])
    assert caught.value.code == "E614"
