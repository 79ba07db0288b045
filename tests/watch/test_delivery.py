"""Alerts leave the house at least once, never block, and say what became of them; against real servers on loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from marsad.errors import InputError
from marsad.store import Store, open_store
from marsad.store.outbox import TRIES, Outbox
from marsad.watch.alert import Alert
from marsad.watch.channels import Channel, load_channels
from marsad.watch.delivery import deliver
from marsad.watch.marks import Marks, mark, marks
from marsad.watch.run import run

TODAY = date(2022, 3, 10)
NOW = datetime(2022, 3, 10, 12, tzinfo=UTC)


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Hook(ThreadingHTTPServer):
    """A webhook that keeps what it gets and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        self.status, self.wait = 200, 0.0

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_address[1]}/alerts"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.got.append((self.headers.get("Idempotency-Key"), body))
        time.sleep(self.server.wait)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[Hook]:
    server = Hook()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "s.sqlite") as opened:
        yield opened


def alert(n: int = 1, *, day: str = "2022-03-09", level: str = "alarm", subject: tuple[str, ...] = ()) -> Alert:
    reason = {"ar": f"سبب {n}", "en": f"reason {n}"}
    return Alert(
        f"a-{n}", "many-killed", level, day, (day, day), f"تنبيه {n}", f"alert {n}", (reason,), (f"i-{n}",), subject
    )


def go(store: Store, found: list[Alert], *channels: Channel, clock: Clock | None = None, **options: Any) -> Any:
    clock = clock or Clock()
    box = Outbox(store, clock=clock)
    known = marks(store, today=TODAY)
    asked = {"today": TODAY, "limit": 5.0, "outbox": box, "now": clock.now} | options
    return run(store, found, known, list(channels), **asked)


def test_an_alert_arrives_once_with_its_key_and_its_reason(store: Store, hook: Hook) -> None:
    channel = Channel("desk", hook.url)
    (outcome,) = go(store, [alert()], channel).outcomes
    assert (outcome.sent, outcome.failed) == (1, 0)
    ((key, body),) = hook.got
    assert body["title"] == "تنبيه 1"
    assert "سبب 1" in body["message"]
    assert "i-1" in body["message"]
    assert body["type"] == "failure"
    (row,) = Outbox(store).log()
    assert (row.state, row.key, row.tries) == ("sent", key, 1)
    go(store, [alert()], channel)
    assert len(hook.got) == 1


def test_a_failing_webhook_is_told_and_tried_again_with_the_same_key(store: Store, hook: Hook) -> None:
    clock, channel = Clock(), Channel("desk", hook.url, language="en")
    hook.status = 500
    (outcome,) = go(store, [alert()], channel, clock=clock).outcomes
    assert (outcome.sent, outcome.failed) == (0, 1)
    assert outcome.told
    (row,) = Outbox(store).log()
    assert (row.state, row.tries, row.told) == ("queued", 1, outcome.told)
    hook.status = 200
    assert go(store, [alert()], channel, clock=clock).outcomes[0].sent == 0  # not before its time
    clock.now += timedelta(minutes=2)
    assert go(store, [alert()], channel, clock=clock).outcomes[0].sent == 1
    keys = [key for key, _ in hook.got]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert hook.got[1][1]["title"] == "alert 1"


def test_the_wait_doubles_and_ends(store: Store) -> None:
    clock, box = Clock(), Outbox(store)
    box = Outbox(store, clock=clock)
    box.put("desk", [alert().to_json()])
    waits = []
    for _ in range(TRIES):
        (one,) = box.due("desk")
        box.failed([one], told="no")
        (row,) = box.log()
        waits.append((row.due_at - clock.now) / timedelta(minutes=1))
        clock.now = row.due_at
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 360
    assert row.state == "given-up"
    assert box.due("desk") == []


def test_a_hanging_webhook_blocks_neither_the_others_nor_the_run(store: Store, hook: Hook) -> None:
    silent = socket.create_server(("127.0.0.1", 0))  # takes the connection, never answers
    dead = Channel("dead", f"json://127.0.0.1:{silent.getsockname()[1]}/x?rto=60&cto=60")
    begin = time.monotonic()
    outcomes = {
        o.channel: o for o in go(store, [alert(), alert(2)], dead, Channel("desk", hook.url), limit=1.5).outcomes
    }
    assert time.monotonic() - begin < 4
    assert outcomes["desk"].sent == 2
    assert (outcomes["dead"].sent, outcomes["dead"].failed, outcomes["dead"].waiting) == (0, 1, 1)
    assert "time limit" in str(outcomes["dead"].told)
    silent.close()


def test_what_was_sent_but_not_written_down_is_sent_again(store: Store, hook: Hook) -> None:
    clock, channel = Clock(), Channel("desk", hook.url)
    box = Outbox(store, clock=clock)
    box.put("desk", [alert().to_json()])
    assert box.claim(box.due("desk"), lease=timedelta(minutes=2))  # a run that died here
    assert deliver(box, [channel])[0].sent == 0
    clock.now += timedelta(minutes=3)
    assert deliver(box, [channel])[0].sent == 1


def test_two_runs_at_once_do_not_both_take_a_delivery(store: Store) -> None:
    box = Outbox(store, clock=Clock())
    box.put("desk", [alert().to_json()])
    read = box.due("desk")
    assert len(box.claim(read, lease=timedelta(minutes=2))) == 1
    assert box.claim(read, lease=timedelta(minutes=2)) == []


def test_a_digest_is_one_message_a_day(store: Store, hook: Hook) -> None:
    clock, channel = Clock(), Channel("morning", hook.url, digest="daily", language="en")
    assert go(store, [alert(2), alert(1)], channel, clock=clock).outcomes[0].sent == 2
    assert [body["title"] for _, body in hook.got] == ["Marsad: 2 alerts"]
    clock.now += timedelta(hours=2)
    assert go(store, [alert(3), alert(2), alert(1)], channel, clock=clock).outcomes[0].sent == 0
    clock.now += timedelta(hours=22)
    assert go(store, [alert(3), alert(2), alert(1)], channel, clock=clock).outcomes[0].sent == 1
    assert hook.got[-1][1]["title"] == "alert 3"


def test_a_new_channel_is_not_flooded_with_the_past(store: Store, hook: Hook) -> None:
    channel = Channel("desk", hook.url)
    old, late = alert(1, day="2021-01-01"), alert(3, day="2021-02-01")
    assert go(store, [alert(2), old], channel).queued == {"desk": 1}
    assert {d.alert: d.state for d in Outbox(store).log()} == {"a-1": "skipped", "a-2": "sent"}
    assert go(store, [alert(2), late, old], channel).queued == {"desk": 1}  # told late, but new to us


def test_levels_mutes_and_follows(store: Store, hook: Hook) -> None:
    mark(store, "muted", "pair:iran,russia", by="rim", reason="talks", until=date(2022, 3, 31))
    mark(store, "followed", "alert:a-3", by="rim")
    muted = alert(1, subject=("russia", "iran"))
    assert go(store, [alert(2, level="notice"), muted], Channel("a", hook.url, levels=("alarm",))).queued == {"a": 0}
    assert go(store, [alert(2), alert(3)], Channel("b", hook.url, followed=True)).queued == {"b": 1}
    assert marks(store, today=TODAY).of(muted)["muted"].by == "rim"
    assert not marks(store, today=date(2022, 4, 1)).muted(muted)
    mark(store, "muted", "pair:iran,russia", by="sami", on=False)
    assert not marks(store, today=TODAY).muted(muted)
    assert [e.by for e in store.custody() if e.action == "decide"] == ["rim", "rim", "sami"]


def test_a_clock_that_goes_back_is_refused(store: Store, hook: Hook) -> None:
    channel = Channel("desk", hook.url)
    go(store, [alert()], channel)
    with pytest.raises(InputError, match="E125"):
        go(store, [alert(2)], channel, today=TODAY - timedelta(days=1))
    assert len(hook.got) == 1


def test_a_clock_set_back_does_not_hold_deliveries_for_good(store: Store) -> None:
    clock = Clock()
    box = Outbox(store, clock=clock)
    clock.now += timedelta(days=365)
    box.put("desk", [alert().to_json()])
    clock.now = NOW
    assert [d.alert for d in box.due("desk")] == ["a-1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channels: [{id: a, url: 'json://x', levls: [alarm]}]", "did you mean levels"),
        ("channels: [{id: a, url: 'json://x', levels: [alarms]}]", "did you mean alarm"),
        ("channels: [{id: a, url: 'json://x', digest: dayly}]", "did you mean daily"),
        ("channels: [{id: a, url: 'json://$NOWHERE/x'}]", "not set"),
        ("channels: [{id: a, url: 'json://x'}, {id: a, url: 'json://y'}]", "share an id"),
        ("channels: [{id: a}]", "lacks id or url"),
        ("channels: {", "cannot read"),
        ("- 1", "no list of channels"),
    ],
)
def test_faulty_channels_are_refused(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "channels.yml"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match="E123") as fault:
        load_channels(file, environment={})
    assert told in str(fault.value)


def test_channels_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "channels.yml"
    file.write_text("channels: [{id: a, url: 'json://$HOST/x', levels: [alarm]}]", "utf-8")
    (channel,) = load_channels(None, environment={"MARSAD_CHANNELS": str(file), "HOST": "h"})
    assert channel == Channel("a", "json://h/x", ("alarm",))
    assert load_channels(None, environment={}) == []


def test_an_address_that_nobody_knows_is_refused_before_anything_is_queued(store: Store) -> None:
    with pytest.raises(InputError, match="E123"):
        go(store, [alert()], Channel("x", "nonsense://y"))
    assert Outbox(store).log() == []


def test_marks_are_shown_with_the_widest_first() -> None:
    assert Marks().of(replace(alert(), subject=("sy/homs",))) == {}
