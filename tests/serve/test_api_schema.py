"""The API against its own description: whatever is asked, no fault of the server and one shape of error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings

from marsad.serve.app import create_app
from marsad.store import open_store

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (pip install schemathesis)")

EXAMPLES = 6
SLOW = {"/api/v1/forecasts", "/api/v1/chains", "/api/v1/demands"}
PLAIN = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def client(store_url: str) -> Iterator[TestClient]:
    with TestClient(create_app(store_url, mask=True), raise_server_exceptions=False) as opened:
        yield opened


def test_whatever_is_asked_no_fault_is_the_servers(client: TestClient) -> None:
    schema = schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json())
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.method.upper() == "GET":
            asked += 1
            few = settings(PLAIN, max_examples=3) if operation.path in SLOW else PLAIN
            few(given(case=operation.as_strategy())(lambda case: ask(client, case)))()
    assert asked > 20


def ask(client: TestClient, case: Any) -> None:
    path = case.formatted_path
    query = {k: v for k, v in (case.query or {}).items() if v is not None}
    answer = client.get(path, params=query, follow_redirects=False)
    assert answer.status_code < 500, (path, query, answer.text)
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) == {"code", "message", "remedy"}
        assert answer.json()["error"]["message"]


def test_every_answer_is_described(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method, told in methods.items():
            assert told.get("summary") and told.get("description"), f"{method} {path} is not described"


ODD = (
    "\x00",
    "'; DROP TABLE incidents; --",
    "<script>",
    "%",
    "_",
    "*",
    "🙂",
    "ـــ",
    "ا" * 200,
    "()\"'",
    "\\",
    "1e999",
)


@pytest.mark.parametrize("word", ODD)
def test_odd_words_are_searched_for_like_any_others(client: TestClient, word: str) -> None:
    for path in ("incidents", "search", "suggest", "reports", "actors", "map", "incidents/facets"):
        answer = client.get(f"/api/v1/{path}", params={"q": word})
        assert answer.status_code in (200, 422), (path, answer.text)


def test_odd_boxes_and_windows_are_refused_or_answered(client: TestClient) -> None:
    boxes = ("", "1,2,3", "a,b,c,d", "nan,0,1,1", "inf,0,1,1", "10,50,0,0", "170,-10,-170,10", "-180,-90,180,90")
    for box in boxes:
        assert client.get("/api/v1/map", params={"bbox": box}).status_code in (200, 422), box
    for day in ("2021-02-30", "0000", "9999", "0001-01-01", "2021-13", "9999-12-31"):
        for path in ("incidents", "incidents/histogram", "network", "sources", "reports"):
            assert client.get(f"/api/v1/{path}", params={"since": day}).status_code in (200, 400, 422), (path, day)


def test_an_unreadable_store_is_told_and_not_hidden(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from marsad.errors import StoreError
    from marsad.serve import desk

    url = f"sqlite:///{tmp_path / 's.db'}"
    open_store(url).close()

    def broken(_desk: Any) -> None:
        raise StoreError("E306", "the custody log is broken at line 7", "compare it with an earlier export")

    monkeypatch.setattr(desk, "refresh", broken)
    with TestClient(create_app(url)) as opened:
        answer = opened.get("/api/v1/incidents")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "E306")
        assert opened.get("/api/v1/incidents").status_code == 200, "told once; what is there is shown meanwhile"


def test_who_waits_too_long_is_told_so(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event, Thread

    from marsad.errors import Refusal
    from marsad.serve import desk as desks

    monkeypatch.setattr(desks, "LONG", 0.05)
    desk, begun, done = desks.Desk(store_url, mask=False), Event(), Event()

    def slow() -> int:
        begun.set()
        done.wait(10)
        return 1

    first = Thread(target=lambda: desk.once("slow", slow))
    first.start()
    begun.wait(10)
    with pytest.raises(Refusal, match="E533"):
        desk.once("slow", slow)
    done.set()
    first.join(10)
    assert desk.once("slow", lambda: 2) == 1
    desk.close()
