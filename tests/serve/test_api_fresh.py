"""Answers while the store changes: what is on its way is said, and nobody waits for it."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient

from marsad.model import Report, from_record
from marsad.relate import kept
from marsad.serve import desk as desks
from marsad.serve.app import create_app
from marsad.store import open_store
from marsad.store.tables import facts
from serve.team import quarrel

Told = tuple[Report, dict[str, Any]]


@pytest.fixture
def filled(empty_url: str, hostile_report: Told) -> str:
    report, record = hostile_report
    with open_store(empty_url) as store:
        store.add(report, from_record(record))
    return empty_url


def test_what_is_on_its_way_is_said_and_comes(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real, go = desks.refresh, Event()
    with TestClient(create_app(filled, mask=False)) as client, open_store(filled) as store:
        first = client.get("/api/v1/incidents")
        assert first.json()["total"] == 1 and "Marsad-Stale" not in first.headers

        def slow(desk: desks.Desk) -> None:
            go.wait(20)
            real(desk)

        monkeypatch.setattr(desks, "refresh", slow)
        client.app.state.desk.patience = 0.05  # type: ignore[attr-defined]
        text = "اعتقلت الشرطة ثلاثة شبان في درعا."
        event = {"id": "e1", "type": "COERCE", "mode": "arrest", "status": "actual", "evidence": [[0, 12]]}
        store.add(Report("later", text), from_record({"report": "later", "events": [event]}))
        meanwhile = client.get("/api/v1/incidents")
        assert meanwhile.json()["total"] == 1 and meanwhile.headers["Marsad-Stale"] == "1"
        go.set()
        client.app.state.desk.patience = 20.0  # type: ignore[attr-defined]
        client.app.state.desk.settle()  # type: ignore[attr-defined]
        after = client.get("/api/v1/incidents")
        assert after.json()["total"] == 2 and "Marsad-Stale" not in after.headers
        assert after.headers["ETag"] != first.headers["ETag"]


def test_older_relations_are_shown_while_newer_are_made(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real, go = kept.kept, Event()
    with TestClient(create_app(filled, mask=False)) as client, open_store(filled) as store:
        store.add(*quarrel("one"))
        asked = "/api/v1/pairs?a=russia&b=iran"
        first = client.get(asked)
        assert first.json()["total"]["incidents"] == 1 and "Marsad-Stale" not in first.headers

        def slow(*given: Any, **more: Any) -> Any:
            go.wait(20)
            return real(*given, **more)

        monkeypatch.setattr(kept, "kept", slow)
        store.add(*quarrel("two"))
        client.app.state.desk.patience = 0.05  # type: ignore[attr-defined]
        client.app.state.desk.begin()  # type: ignore[attr-defined]
        client.app.state.desk.settle()  # type: ignore[attr-defined]
        meanwhile = client.get(asked)
        assert meanwhile.json()["total"]["incidents"] == 1 and meanwhile.headers["Marsad-Stale"] == "1"
        assert client.get("/api/v1/incidents").json()["total"] == 3
        go.set()
        client.app.state.desk.patience = 20.0  # type: ignore[attr-defined]
        end = time.monotonic() + 30
        while "Marsad-Stale" in (after := client.get(asked)).headers and time.monotonic() < end:
            time.sleep(0.05)
        assert after.json()["total"]["incidents"] == 2
        assert first.headers["ETag"] == meanwhile.headers["ETag"] != after.headers["ETag"]


def test_waiting_for_what_is_worked_out_has_an_end() -> None:
    waits, never = desks.Budget(0.2, 0.1), Event()
    start = time.monotonic()
    assert not waits.wait(never, 10) and not waits.wait(never, 10)
    assert 0.2 <= time.monotonic() - start < 2
    never.set()
    assert waits.wait(never, 10)


def test_work_is_begun_at_once_until_too_much_was_done() -> None:
    budget, stopping = desks.Budget(0.2, 0.2), Event()
    assert budget.left() == pytest.approx(0.2)
    with budget.spend():
        time.sleep(0.3)
    assert budget.left() < 0
    budget.turn(stopping)
    assert budget.left() >= 0


def test_a_writer_keeps_nobody_from_reading(filled: str) -> None:
    with TestClient(create_app(filled, mask=False)) as client, open_store(filled) as store:
        assert client.get("/api/v1/incidents").json()["total"] == 1
        with store.engine.execution_options(writes=True).begin() as connection:
            connection.execute(facts.insert(), {"name": "half", "value": "written"})
            assert client.get("/api/v1/incidents?limit=7").json()["total"] == 1
            assert client.get("/api/v1/meta").status_code == 200


def test_two_servers_over_one_store_agree(filled: str) -> None:
    with TestClient(create_app(filled, mask=False)) as one, TestClient(create_app(filled, mask=False)) as two:
        assert one.get("/api/v1/incidents").json() == two.get("/api/v1/incidents").json()
        text = "قصف الطيران قرية في ريف إدلب."
        event = {"id": "e1", "type": "ASSAULT", "mode": "aerial", "status": "actual", "evidence": [[0, 12]]}
        with open_store(filled) as store:
            store.add(Report("more", text), from_record({"report": "more", "events": [event]}))
        assert one.get("/api/v1/incidents").json() == two.get("/api/v1/incidents").json()
        assert one.get("/api/v1/incidents").json()["total"] == 2


def test_an_older_store_without_an_index_is_filed_when_it_is_served(tmp_path: Path, hostile_report: Told) -> None:
    from alembic import command

    from marsad.store.opening import _address, _engine, migration_config

    report, record = hostile_report
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with open_store(url) as store:
        store.add(report, from_record(record))
        from marsad.fuse import incidents

        assert len(incidents(store)) == 1
    engine = _engine(_address(url))
    for step in (command.downgrade, command.upgrade):
        with engine.execution_options(writes=True).begin() as connection:
            config = migration_config()
            config.attributes["connection"] = connection
            step(config, "0005" if step is command.downgrade else "head")
    engine.dispose()
    with TestClient(create_app(url, mask=False)) as client:
        assert client.get("/api/v1/incidents").json()["total"] == 1
        assert client.get("/api/v1/search?q=alert").json()["reports"]["total"] == 1
