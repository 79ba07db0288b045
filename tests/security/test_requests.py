"""Requests that no page sends: too large, too deep, of another kind, with code or paths where words belong."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marsad.serve import headers as told_headers
from marsad.serve.app import create_app
from marsad.serve.guard import LARGEST, host_of
from marsad.store import open_store
from serve import team
from serve.team import SECRET, Client
from store.conftest import address, postgres

__all__ = ["address", "postgres"]
Opens = Callable[..., Client]
SQL = ("'", "'; DROP TABLE reports; --", "%' OR 1) UNION SELECT name, password FROM people --", "\x00", "\"\\'$$")
TEXTS: dict[str, tuple[str, ...]] = {
    "/incidents": (
        "since",
        "until",
        "type",
        "mode",
        "status",
        "actor",
        "as",
        "place",
        "source",
        "disputed",
        "bbox",
        "q",
        "sort",
        "cursor",
    ),
    "/incidents/facets": ("q", "actor"),
    "/incidents/histogram": ("by", "place"),
    "/map": ("bbox", "source"),
    "/reports": ("q", "source", "since", "cursor"),
    "/search": ("q", "in", "cursor_incidents", "cursor_reports"),
    "/suggest": ("q",),
    "/actors": ("q", "kind", "cursor"),
    "/pairs": ("a", "b", "by"),
    "/alerts": ("level", "cursor"),
    "/review/queue": ("report", "reason", "state", "cursor", "q"),
    "/review/report": ("report",),
    "/review/event": ("event", "report"),
    "/review/history": ("report", "event"),
    "/review/actors": ("q",),
    "/review/places": ("q",),
    "/corrections": ("by", "report", "cursor"),
    "/verdicts": ("incident",),
    "/trail": ("who",),
    "/codings": ("report",),
    "/forecasts": ("place",),
    "/runs": ("before",),
    "/sources": ("since",),
}


@pytest.fixture(scope="module")
def opens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opens]:
    with team.workbench(team.fresh(tmp_path_factory.mktemp("requests"), hired=True)) as opened:
        yield opened


@pytest.fixture(scope="module")
def layla(opens: Opens) -> Client:
    return opens("layla")


@pytest.fixture(scope="module")
def stranger(layla: Client) -> TestClient:
    return TestClient(layla.http.app, raise_server_exceptions=False)


# -- code in words -----------------------------------------------------------------------------------------------------


def searched(client: Client, probes: tuple[str, ...], paths: dict[str, tuple[str, ...]]) -> list[str]:
    """Where a probe is a fault of ours, or takes long."""
    found = []
    for path, names in paths.items():
        for name in names:
            for probe in probes:
                start = time.perf_counter()
                answer = client.http.get(f"/api/v1{path}", params={"report": "r"} | {name: probe})
                if answer.status_code >= 500 or time.perf_counter() - start > 4:
                    found.append(f"{path}?{name}={probe!r}: {answer.status_code}")
                assert "argon2" not in answer.text
    return found


def test_no_filter_is_a_way_into_the_database(layla: Client) -> None:
    before = layla.get("/meta")["counts"]
    assert searched(layla, SQL, TEXTS) == []
    assert layla.get("/meta")["counts"] == before
    assert len(layla.get("/people")["people"]) == 4


def test_a_filter_means_what_it_says_and_no_pattern_of_the_databases(layla: Client) -> None:
    everything = layla.get("/incidents")["total"]
    assert everything > 0
    for probe in ("%", "_", "' OR '1'='1", "*"):
        assert layla.get("/incidents", actor=probe)["total"] == 0, probe
        assert layla.get("/incidents", source=probe)["total"] == 0, probe
    assert layla.get("/trail", who="%")["entries"] == []


@pytest.mark.postgres
def test_no_filter_is_a_way_into_postgresql(postgres: str) -> None:
    from uuid import uuid4

    from sqlalchemy import create_engine, text

    name = f"s{uuid4().hex}"
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = postgres.rpartition("/")[0] + f"/{name}"
    team.fill(url)
    team.hire(url)
    few = {path: names[-3:] for path, names in TEXTS.items()}
    with team.workbench(url) as opened:
        client = opened("layla")
        assert searched(client, ("\x00", "'||pg_sleep(9)||'"), few) == []
        bad = "\ud800"
        body = json.dumps({"kind": "muted", "reason": f"a\0{bad}"})
        headers = {"X-CSRF-Token": client.csrf or "", "Content-Type": "application/json"}
        for id in ("x", "a%00b", "%ed%a0%80"):
            answer = client.http.post(f"/api/v1/alerts/{id}/marks", content=body, headers=headers)
            assert answer.status_code in (404, 422), (id, answer.text)
            for path in ("incidents", "reports", "actors"):
                assert client.http.get(f"/api/v1/{path}/{id}").status_code in (404, 422), (path, id)


PATTERNS = (
    "a" * 200,
    "ا" * 200,
    "*" * 200,
    "ميليش*" * 33,
    "(" * 200,
    "ـ" * 200,
    " و" * 100,
    "\u0651" * 200,
    "a*" * 100,
)


def test_no_question_keeps_the_server_busy(layla: Client) -> None:
    for path in ("/search", "/suggest", "/incidents", "/reports", "/review/places", "/review/actors"):
        for pattern in PATTERNS:
            start = time.process_time()
            assert layla.http.get(f"/api/v1{path}", params={"q": pattern}).status_code in (200, 422)
            assert time.process_time() - start < 1.5, (path, pattern[:9])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
def test_any_words_can_be_searched_for(layla: Client, words: str) -> None:
    raw = words.encode("utf-8", "surrogatepass")
    from urllib.parse import quote

    answer = layla.http.get(f"/api/v1/search?q={quote(raw)}")
    assert answer.status_code in (200, 422)


# -- paths -------------------------------------------------------------------------------------------------------------

UP = (
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%5c",
    "....//",
    "%252e%252e%252f",
    "..%c0%af",
    ".%00./",
    "/etc/",
    "%2fetc%2f",
)


@pytest.mark.parametrize("under", ["/", "/assets/", "/assets/x/", "/api/v1/reports/", "/api/v1/incidents/"])
def test_no_path_leads_out_of_the_folder(layla: Client, under: str) -> None:
    for up in UP:
        for file in ("etc/passwd", "app.py", "../pyproject.toml", "people.py", "quality.json"):
            answer = layla.http.get(f"{under}{up * 3}{file}")
            assert answer.status_code in (400, 404, 405), (under, up, answer.status_code)
            for secret in ("root:", "create_app", "[project]", "argon2"):
                assert secret not in answer.text


def test_only_what_was_built_is_served(stranger: TestClient, tmp_path: Path) -> None:
    from marsad.serve.pages import add_pages

    for name in ("", ".git/config", "index.js.map", "../__init__.py"):
        assert stranger.get(f"/assets/{name}").status_code in (404, 405)
    (tmp_path / "assets").mkdir()
    (tmp_path / "secret.txt").write_text("hidden")
    (tmp_path / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "assets" / "style.css").write_text("p {}")
    from fastapi import FastAPI

    app = FastAPI()
    add_pages(app, static=tmp_path)
    http = TestClient(app)
    assert http.get("/assets/style.css").status_code == 200
    assert http.get("/assets/link.txt").status_code == 404


# -- size, kind, form --------------------------------------------------------------------------------------------------


def test_a_huge_body_is_turned_away_before_it_is_read(stranger: TestClient) -> None:
    answer = stranger.post("/api/v1/session", content=b"{}", headers={"Content-Length": "99999999999"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "E540")
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 20 * LARGEST:
            sent += 100_000
            yield b"x" * 100_000

    answer = stranger.post("/api/v1/session", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 50_000,
        b"1" * 100_000,
        b'{"name": ' + b"9" * 90_000 + b"}",
        b"\xff\xfe{}",
        b"NaN",
        b"null",
        b'{"name": "a", "name": "b"}',
        b'{"name": {"$ne": null}, "password": {"$ne": null}}',
        b'{"__proto__": {"role": "admin"}}',
        b'{"name": ["huda"], "password": "x"}',
    ],
    ids=range(11),
)
def test_a_strange_body_is_not_understood(stranger: TestClient, body: bytes) -> None:
    answer = stranger.post("/api/v1/session", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["code"] == "E502"


def test_nothing_can_be_set_that_was_not_asked_for(layla: Client) -> None:
    good = {"name": "nadim", "role": "reader", "password": "نهر بعيد وراء التل"}
    for more in ({"disabled": False}, {"made_at": "2000-01-01"}, {"csrf": "x"}, {"__class__": "x"}, {"may": ["users"]}):
        assert layla.send("/people", good | more, 422)["error"]["code"] == "E502"
    assert layla.send("/people/huda", {"name": "root"}, 422, "PATCH")
    assert layla.send("/tokens", {"name": "x", "person": "huda"}, 422)
    assert layla.send("/tokens", {"name": "x", "days": 10**9}, 422)
    accept = {"report": "r", "event": "e1", "revision": "x", "by": "rima", "made_by": "rima"}
    assert layla.send("/review/accept", accept, 422)
    assert layla.http.get("/api/v1/incidents", params={"names": "1"}).status_code == 422
    assert layla.http.get("/api/v1/search", params={"q": "x", "mask": "0"}).status_code == 422


def test_the_same_parameter_twice_gives_no_more(layla: Client) -> None:
    assert layla.http.get("/api/v1/trail?limit=1&limit=500").json()["entries"].__len__() <= 500
    assert layla.http.get("/api/v1/incidents?limit=1&limit=100001").status_code == 422


# -- hosts and headers -------------------------------------------------------------------------------------------------


FOREIGN = (
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "",
    "[::1",
    "a b",
    "x@localhost",
    "localhost\t",
    "2130706433",
)


def test_a_local_server_answers_to_its_own_names_only(tmp_path: Path) -> None:
    app = create_app(team.fresh(tmp_path), hosts=("localhost", "127.0.0.1", "::1"))
    with TestClient(app) as http:
        for host in FOREIGN:
            answer = http.get("/api/v1/reports", headers={"Host": host})
            assert answer.status_code in (400, 403), host
            assert SECRET not in answer.text
        for good in ("localhost", "LOCALHOST:8765", "[::1]:8765", "127.0.0.1"):
            assert http.get("/api/v1/session", headers={"Host": good}).status_code == 200


def test_host_names_are_read_as_a_browser_reads_them() -> None:
    told = ("localhost:1", "[::1]:80", "A.example", "", "a b", "x@y", "[::1", "a/b", "a:99999", "a?b", "a#b")
    assert [host_of(t) for t in told] == ["localhost", "::1", "a.example", None, "a b", *[None] * 6]


def test_nobody_is_led_elsewhere(opens: Opens) -> None:
    http = opens("layla").http
    for path in (
        "//evil.example/",
        "//evil.example/%2e%2e",
        "/api/v1/people/",
        "/\\evil.example",
        "/api/v1/incidents//evil.example",
    ):
        for host in ("testserver", "evil.example"):
            answer = http.get(path, headers={"Host": host}, follow_redirects=False)
            assert "evil" not in answer.headers.get("location", ""), path
    body = {"name": "huda", "password": "x", "next": "https://evil.example"}
    assert http.post("/api/v1/session?next=//evil.example", json=body).status_code in (403, 422)


EVERYWHERE = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "x-frame-options",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
)


def test_every_answer_carries_the_headers(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    http = opens("layla").http
    monkeypatch.setattr("marsad.store.people.People.tokens", lambda *_: 1 / 0)
    answers = [
        http.get("/"),
        http.get("/api/v1/incidents"),
        http.get("/api/v1/nothing"),
        http.get("/nothing"),
        http.get("/assets/none"),
        http.post("/api/v1/session", content=b"x"),
        http.request("TRACE", "/"),
        http.get("/api/v1/tokens"),
        http.get("/healthz"),
        http.get("/api/v1/people", headers={"Host": "[::1"}),
    ]
    assert sorted({a.status_code for a in answers}) == [200, 400, 404, 405, 415, 500]
    for answer in answers:
        for name in EVERYWHERE:
            assert name in answer.headers, (answer.url, name)
        assert "content-type" in answer.headers or not answer.content
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers
    told = http.get("/api/v1/incidents").headers
    assert told["content-disposition"].startswith("attachment")
    assert "no-store" in told["cache-control"] or "private" in told["cache-control"]


def test_the_policy_lets_nothing_in_from_outside() -> None:
    policy = dict(part.strip().split(" ", 1) for part in told_headers.POLICY.split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in told_headers.POLICY and "http" not in told_headers.POLICY and "*" not in told_headers.POLICY


def test_strict_transport_only_over_tls(layla: Client) -> None:
    http = TestClient(layla.http.app, base_url="https://testserver")
    assert "max-age=31536000" in http.get("/").headers["strict-transport-security"]
    assert "strict-transport-security" not in layla.http.get("/").headers


@pytest.mark.parametrize("name", ["Accept-Language", "User-Agent", "X-Request-ID", "If-None-Match", "Referer", "Range"])
def test_a_header_cannot_write_headers(layla: Client, name: str) -> None:
    for value in ("x%0d%0aSet-Cookie: a=b", "x\\r\\nX-Evil: 1", "W/" + '"' * 5000):
        answer = layla.http.get("/api/v1/meta", headers={name: value})
        assert answer.status_code < 500
        assert "x-evil" not in answer.headers and "set-cookie" not in answer.headers
    answer = layla.http.get("/api/v1/incidents/x%0d%0aLocation:%20http:%2f%2fevil")
    assert answer.status_code == 404
    assert "location" not in answer.headers


# -- what is told and written down -------------------------------------------------------------------------------------


def test_a_fault_of_ours_tells_neither_words_nor_secrets(
    opens: Opens, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    huda = opens("huda")

    def breaks(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"{SECRET} {team.PASSWORDS['huda']}")

    monkeypatch.setattr("marsad.store.people.People.tokens", breaks)
    with caplog.at_level(logging.DEBUG):
        answer = huda.http.get("/api/v1/tokens")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "E503")
    for words in (SECRET, team.PASSWORDS["huda"], "Traceback", ".py"):
        assert words not in answer.text
    assert "RuntimeError" in caplog.text and "breaks" in caplog.text
    assert SECRET not in caplog.text and team.PASSWORDS["huda"] not in caplog.text


def test_no_log_holds_secrets_or_lines_of_somebody_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), team.workbench(team.fresh(tmp_path, hired=True)) as opened:
        huda = opened("huda")
        token = huda.send("/tokens", {"name": "feed"}, 201)["token"]
        http = huda.http
        http.get("/api/v1/meta", headers={"Authorization": f"Bearer {token}"})
        http.post("/api/v1/session", json={"name": "x\r\nERROR forged line", "password": "hidden-typed-password"})
        http.get("/api/v1/%0d%0aERROR%20forged%20line", headers={"User-Agent": "x%0aERROR forged line"})
        http.get(f"/api/v1/search?q={SECRET}")
        cookie = next(c.value for c in http.cookies.jar)
    secrets = (token, cookie, huda.csrf, team.PASSWORDS["huda"], "hidden-typed-password", SECRET)
    lines = [
        record.getMessage() for record in caplog.records if record.name.startswith(("marsad", "uvicorn", "sqlalchemy"))
    ]
    for secret in secrets:
        assert not any(str(secret) in line for line in lines)
    assert not any("\nERROR forged" in line or "\rERROR forged" in line for line in lines)


def test_what_the_database_says_of_a_fault_does_not_hold_what_was_written(tmp_path: Path) -> None:
    from sqlalchemy import text

    with (
        open_store(tmp_path / "s.sqlite") as store,
        pytest.raises(Exception) as fault,
        store.engine.connect() as connection,
    ):
        connection.execute(text("INSERT INTO nowhere VALUES (:secret)"), {"secret": "the-hidden-words"})
    assert "the-hidden-words" not in str(fault.value)
    assert (tmp_path / "s.sqlite").stat().st_mode & 0o077 == 0


def test_the_trail_keeps_no_password_typed_in_the_wrong_field(opens: Opens) -> None:
    layla = opens("layla")
    TestClient(layla.http.app).post("/api/v1/session", json={"name": "my secret words here", "password": "x"})
    assert "secret words" not in json.dumps(layla.get("/trail", limit=50), ensure_ascii=False)


def test_reasons_are_masked_like_all_that_people_write(opens: Opens) -> None:
    rima = opens("rima")
    body = {"left": "r/e1", "right": "r/e2", "verdict": "different", "reason": f"{SECRET} لم يكن هناك"}
    told = rima.send("/verdicts", body, 201)
    assert SECRET not in json.dumps(told, ensure_ascii=False)
    assert SECRET not in json.dumps(opens("huda").get("/verdicts"), ensure_ascii=False)
