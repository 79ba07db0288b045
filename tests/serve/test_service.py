"""The server as a service: probes, figures, log, and a stop that loses nothing."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from click.testing import CliRunner
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, select, text

from marsad.cli import main
from marsad.errors import MarsadError
from marsad.serve import desk as desks
from marsad.serve.app import create_app, names_of
from marsad.serve.logs import JsonLines, PlainLines
from marsad.serve.running import Service, listen, notify, pulse
from marsad.settings import Metrics, Serve, Settings
from marsad.store import open_store
from marsad.store.tables import REVISION, facts
from serve import team
from serve.served import MARSAD, served
from store.conftest import address, postgres

__all__ = ["address", "postgres"]
SECRET_STORE = "حارس-البوابة"


def answer_to(app: Any, path: str, *, client: tuple[str, int] = ("127.0.0.1", 5), **headers: str) -> httpx.Response:
    return TestClient(app, client=client, base_url="http://localhost").get(path, headers=headers)


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


# -- a busy run over a real process and both stores -----------------------------------------------------------------


def heard(file: Path) -> list[str]:
    """What comes at a socket like systemd's; it grows as it comes."""
    told, found = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), list[str]()
    told.bind(str(file))

    def hear() -> None:
        with told:
            while not found or found[-1] != "STOPPING=1":
                found.append(told.recv(100).decode())

    threading.Thread(target=hear, daemon=True).start()
    return found


def busy(http: httpx.Client) -> list[str]:
    """Ask for what holds names, searches, wrong passwords, faults; what must not be found anywhere afterwards."""
    secrets = [team.SECRET, "سعيد", "التجريبي", "layla", "huda", *team.PASSWORDS.values(), "الشعلان", "wrong-password"]
    for password in ("wrong-password", team.PASSWORDS["layla"]):
        session = http.post("/api/v1/session", json={"name": "layla", "password": password})
    csrf = session.json()["csrf"]
    secrets += [csrf, *http.cookies.values()]
    http.headers["X-CSRF-Token"] = csrf
    for path in ("incidents?limit=5", f"search?q={team.SECRET}", "reports/r", f"reports/{team.SECRET}", "actors",
                 "search?q=سعيد", "incidents?cursor=layla", "review/queue",
                 "nothing/huda?token=wrong-password"):  # fmt: skip
        http.get(f"/api/v1/{path}")
    http.post("/api/v1/unmask", json={"report": "r", "reason": "الشعلان"})
    http.post("/api/v1/review/accept", content=b'{"report": "layla', headers={"Content-Type": "application/json"})
    token = http.post("/api/v1/tokens", json={"name": "huda-token", "days": 1}).json()["token"]
    http.get("/api/v1/incidents", headers={"Authorization": f"Bearer {token}"})
    return [*secrets, token, "huda-token", "limit=5", "q="]


def test_a_busy_run_says_nothing_and_stops_well(address: str, tmp_path: Path) -> None:
    team.fill(address, "r", "s")
    team.hire(address)
    signs = heard(tmp_path / "notify")
    env = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000"}
    with served(address, tmp_path, env=env) as server:
        assert server.http.get("/healthz").json() == {"status": "alive"}
        server.until_ready()
        secrets = busy(server.http)
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.sendall("GET /سعيد\r\n\r\n".encode())
            raw.recv(1000)
        last = server.http.get("/api/v1/meta")
        figures = server.http.get("/metrics").text
        took = server.stop()
        lines, words = server.lines, server.text
    assert server.process.returncode == 0
    assert took < 5
    assert [secret for secret in secrets if secret in words or secret in figures] == []
    requests = [line for line in lines if line["event"] == "request"]
    assert {"time", "level", "event", "request", "method", "route", "status", "ms"} <= requests[-1].keys()
    assert [r["route"] for r in requests if r["request"] == last.headers["X-Request-ID"]] == ["/api/v1/meta"]
    assert {r["status"] for r in requests} >= {200, 401, 404, 422}
    assert {r.get("role") for r in requests} >= {None, "admin", "reader"}
    assert "/api/v1/reports/{name}" in {r["route"] for r in requests}
    assert (signs[0], signs[-1]) == ("READY=1", "STOPPING=1") and signs.count("WATCHDOG=1") >= 1
    check_figures(figures)
    with open_store(address) as store:
        assert store.verify_custody() > 0


def check_figures(text: str) -> None:
    found = {s.name: s for family in text_string_to_metric_families(text) for s in family.samples}
    value = {name: sample.value for name, sample in found.items()}
    assert (value["marsad_reports"], value["marsad_store_up"]) == (2, 1)
    assert value["marsad_incidents"] >= 1
    assert value["process_resident_memory_bytes"] > 1e6
    assert 0 <= value["marsad_incidents_age_seconds"] < 60
    assert value["marsad_refresh_seconds_total"] > 0
    labels = {k for family in text_string_to_metric_families(text) for s in family.samples for k in s.labels}
    assert labels == {"method", "route", "status", "le", "version", "state", "result", "queue"}
    assert 'marsad_refresh_runs_total{result="done"}' in text and "marsad_database_connections" in text


SLOW = """
import time
from marsad.serve import app, desk
from marsad.store.tables import facts
def refresh(at):
    at.packs()
    with at.store.engine.execution_options(writes=True).begin() as connection:
        for n in range(10**9):
            connection.execute(facts.insert(), {"name": f"half-{n}", "value": "written"})
            time.sleep(0.01)
desk.refresh = refresh
made = app.create_app
def create_app(*args, **kw):
    application = made(*args, **kw)
    application.add_api_route("/slow", lambda seconds: time.sleep(float(seconds)))
    def compute():
        end = time.monotonic() + 60
        while time.monotonic() < end: pass
    application.add_api_route("/long", lambda: application.state.desk.once("long", compute))
    return application
app.create_app = create_app
"""


def test_a_stop_ends_requests_and_undoes_what_is_half_written(address: str, tmp_path: Path) -> None:
    team.fill(address)
    got: dict[str, Any] = {}

    def ask(path: str) -> None:
        try:
            got[path] = httpx.get(f"http://127.0.0.1:{server.port}{path}", timeout=60, trust_env=False).status_code
        except httpx.HTTPError as error:
            got[path] = type(error).__name__

    settings = tmp_path / "marsad.toml"
    settings.write_text("[serve]\nstop_seconds = 2\n", "utf-8")
    with served(address, tmp_path, code=SLOW + MARSAD, common=["--settings", str(settings)]) as server:
        paths = ("/slow?seconds=1.4", "/slow?seconds=50", "/long")
        asking = [threading.Thread(target=ask, args=(path,)) for path in paths]
        while (code := code_of(server.http.get("/readyz"))) == "E552":
            time.sleep(0.05)
        assert code == "E553"
        for thread in asking:
            thread.start()
        time.sleep(0.4)
        server.http.close()
        took = server.stop()
        for thread in asking:
            thread.join(10)
    assert server.process.returncode == 0
    assert got["/slow?seconds=1.4"] == 200
    assert got["/slow?seconds=50"] != 200
    assert got["/long"] == 503
    assert took < 8
    assert {"result": "stopped"}.items() <= next(line for line in server.lines if "result" in line).items()
    with open_store(address) as store, store.engine.connect() as connection:
        assert connection.execute(select(facts.c.name).where(facts.c.name.like("half-%"))).all() == []


def test_a_second_signal_does_not_wait() -> None:
    service = Service(uvicorn.Config("none:none"), desk=None)  # type: ignore[arg-type]
    service.handle_exit(signal.SIGTERM, None)
    assert (service.should_exit, service.force_exit) == (True, False)
    service.handle_exit(signal.SIGTERM, None)
    assert service.force_exit


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(MarsadError, match="E556"):
        listen("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(MarsadError, match="E556"):
        listen("no.such.name.invalid", 0)
    with listen("::1", 0) as six:
        assert six.family == socket.AF_INET6


# -- ready or not -----------------------------------------------------------------------------------------------------


def test_ready_once_incidents_are_brought_up_until_the_server_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, go = desks.refresh, threading.Event()
    monkeypatch.setattr(desks, "refresh", lambda desk: go.wait(20) and real(desk))
    app = create_app(team.fresh(tmp_path), mask=False)
    with TestClient(app) as client:
        assert code_of(client.get("/readyz")) == "E552"  # and it begins to bring them up to date
        app.state.desk.packs()
        assert code_of(client.get("/readyz")) == "E553"
        go.set()
        app.state.desk.settle()
        assert client.get("/readyz").json() == {"status": "ready", "stale": False}
        team.fill(f"sqlite:///{tmp_path / 'store.sqlite'}", "later")
        assert client.get("/readyz").json() == {"status": "ready", "stale": True}
        app.state.desk.settle()
        assert client.get("/readyz").json() == {"status": "ready", "stale": False}
        app.state.desk.stop()
        assert code_of(client.get("/readyz")) == "E554"
        assert client.get("/healthz").status_code == 200


def test_a_run_that_failed_is_told_by_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marsad.serve.desk.refresh", lambda _desk: 1 / 0)
    app = create_app(team.fresh(tmp_path), mask=False)
    with TestClient(app) as client:
        app.state.desk.packs()
        app.state.desk.warm()
        answer = client.get("/readyz")
        assert (answer.status_code, code_of(answer)) == (503, "E553") and "E503" in answer.text
        assert 'marsad_refresh_runs_total{result="failed"} 1.0' in answer_to(app, "/metrics").text


@pytest.mark.postgres
def test_a_database_that_is_gone_is_told_and_comes_back(postgres: str) -> None:
    server = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as root:
        root.execute(text("CREATE DATABASE gone"))
        app = create_app(postgres.rpartition("/")[0] + "/gone", mask=False)
        with TestClient(app) as client:
            app.state.desk.packs()
            app.state.desk.warm()
            assert client.get("/readyz").status_code == 200
            root.execute(text("ALTER DATABASE gone ALLOW_CONNECTIONS false"))
            root.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'gone'"))
            assert (client.get("/readyz").status_code, code_of(client.get("/readyz"))) == (503, "E550")
            assert client.get("/healthz").status_code == 200
            figures = answer_to(app, "/metrics")
            assert figures.status_code == 200 and "marsad_store_up 0.0" in figures.text
            root.execute(text("ALTER DATABASE gone ALLOW_CONNECTIONS true"))
            assert client.get("/readyz").status_code == 200
    server.dispose()


def test_a_store_that_was_migrated_meanwhile_is_told(tmp_path: Path) -> None:
    app = create_app(team.fresh(tmp_path), mask=False)
    with TestClient(app) as client:
        with app.state.desk.store.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text("UPDATE marsad_version SET version_num = '9999'"))
        assert code_of(client.get("/readyz")) == "E551"


def test_doctor_looks_at_both_kinds_of_store(address: str) -> None:
    open_store(address).close()
    done = CliRunner().invoke(main, ["--store", address, "doctor"])
    assert done.exit_code == 0, done.output
    kind = "SQLite" if address.startswith("sqlite") else "PostgreSQL"
    assert f"ok     database: {kind} " in done.output and f"schema {REVISION}" in done.output


# -- who may read the figures -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    metrics = Metrics(token="a-long-token-of-sixteen", addresses=("127.0.0.1", "10.0.0.0/8"))
    url = team.fresh(tmp_path_factory.mktemp("watched"))
    app = create_app(url, mask=False, hosts=("localhost",), given=Settings(url, metrics=metrics))
    yield app
    app.state.desk.close()


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        ("127.0.0.1", {}, 200), ("10.1.2.3", {}, 200), ("::ffff:10.1.2.3", {}, 200), ("192.0.2.1", {}, 403),
        ("192.0.2.1", {"Authorization": "Bearer a-long-token-of-sixteen"}, 200),
        ("192.0.2.1", {"Authorization": "Bearer a-long-token-of-sixteeN"}, 403),
        ("192.0.2.1", {"Authorization": "Bearer طويل"}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 403), ("127.0.0.1", {"Host": "evil.example"}, 403),
        ("10.1.2.3", {"Forwarded": "for=127.0.0.1"}, 403), ("not-an-address", {}, 403),
    ],
)  # fmt: skip
def test_figures_are_for_the_allowed(watched: Any, client: str, headers: dict[str, str], status: int) -> None:
    raw = {name: value.encode() for name, value in headers.items()}
    answer = TestClient(watched, client=(client, 5), base_url="http://localhost").get("/metrics", headers=raw)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert status == 200 or code_of(answer) == "E555"
    assert answer.headers["X-Frame-Options"] == "DENY" and answer.headers["Cache-Control"] == "no-store"


def test_probes_are_only_read_and_answer_under_any_name(watched: Any) -> None:
    assert TestClient(watched).post("/healthz").status_code == 405
    head = TestClient(watched).head("/healthz", headers={"Host": "10.9.8.7:8765"})
    assert (head.status_code, head.content) == (200, b"")


# -- the log ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [JsonLines(), PlainLines()])
def test_a_line_tells_no_words_that_are_handed_over(lines: logging.Formatter) -> None:
    try:
        {}[SECRET_STORE]
    except KeyError:
        here = sys.exc_info()
    for name, message, args in [
        ("marsad.serve", "at %s", (SECRET_STORE,)), ("marsad.serve", "%(a)s", ({"a": SECRET_STORE},)),
        ("sqlalchemy", f"insert {SECRET_STORE}", ()), ("uvicorn.error", SECRET_STORE, ()),
    ]:  # fmt: skip
        record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, args, here, "func")
        told = lines.format(record)
        assert SECRET_STORE not in told and "KeyError" in told and "test_service.py" in told
    record = logging.LogRecord("marsad.x", logging.INFO, __file__, 1, "%d of %.1f", (3, 0.5), None)
    assert "3 of 0.5" in lines.format(record)


def test_names_under_which_the_server_answers() -> None:
    given = Settings("sqlite://", serve=Serve(public="https://marsad.example.org", hosts=("probe",)))
    assert names_of(given, local=False) == ("localhost", "127.0.0.1", "::1", "marsad.example.org", "probe")
    assert names_of(Settings("sqlite://"), local=False) == ()


def test_who_does_not_listen_to_signs_of_life_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", file)
    notify("READY=1")  # nobody is there
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(file)
        for _ in range(400):
            start = time.monotonic()
            notify("WATCHDOG=1")
            if time.monotonic() - start > 0.1:
                break
        else:
            pytest.fail("its queue never filled")
        assert time.monotonic() - start < 2


def test_signs_of_life_are_for_the_process_that_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    assert pulse() == 15
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert pulse() is None
