"""Every route for every kind of visitor: who is let in, who is sent away. A route without an entry fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from marsad.serve import people as gate
from marsad.serve.people_rights import ACTS
from marsad.store.people import ROLES
from serve import team
from serve.team import Client

Opens = Callable[..., Client]
NOBODY, TOKEN = "nobody", "token"
VISITORS = (NOBODY, TOKEN, *ROLES)
NAMES = {"reader": "nur", "coder": "huda", "lead": "rima", "admin": "layla"}
team.PASSWORDS["nur"] = "غيمة بيضاء فوق البحر"
OPEN = "everybody"

# the least that one must be; what changes something is shut for programs, whatever role their owner has
READ = {"GET": "reader"}
TABLE: dict[str, dict[str, str]] = {
    "/session": {"GET": OPEN, "POST": OPEN, "DELETE": "reader"},
    "/session/password": {"PUT": "reader"},
    "/sessions": READ,
    "/sessions/end": {"POST": "reader"},
    "/people": {"GET": "admin", "POST": "admin"},
    "/people/roles": READ,
    "/people/{name}": {"PATCH": "admin"},
    "/tokens": {"GET": "reader", "POST": "reader"},
    "/tokens/{id}": {"DELETE": "reader"},
    "/trail": READ,
    "/review/report": READ,
    "/review/event": READ,
    "/review/history": READ,
    "/review/accept": {"POST": "coder"},
    "/review/reject": {"POST": "coder"},
    "/review/skip": {"POST": "coder"},
    "/review/correct": {"POST": "coder"},
    "/review/add": {"POST": "coder"},
    "/review/undo": {"POST": "coder"},
    "/review/redo": {"POST": "coder"},
    "/review/queue": READ,
    "/review/pairs": READ,
    "/review/actors": READ,
    "/review/places": READ,
    "/review/vocabulary": READ,
    "/codings": {"GET": "reader", "POST": "lead"},
    "/codings/done": {"POST": "coder"},
    "/codings/compare": {"GET": "lead"},  # or one of the two coders
    "/codings/adjudicate": {"POST": "lead"},
    "/agreement": {"GET": "lead"},
    "/verdicts": {"GET": "reader", "POST": "coder"},
    "/verdicts/undo": {"POST": "coder"},
    "/corrections": READ,
    "/corrections/export": {"GET": "lead"},
    "/corrections/suggestions": {"GET": "coder"},
    "/unmask": {"POST": "lead"},
    "/alerts/{id}/marks": {"POST": "coder"},
    **dict.fromkeys(
        (
            "/health",
            "/meta",
            "/sources",
            "/runs",
            "/quality",
            "/incidents",
            "/incidents.geojson",
            "/incidents/histogram",
            "/incidents/facets",
            "/map",
            "/map/points",
            "/incidents/{id}/why",
            "/incidents/{id}/near",
            "/incidents/{id}",
            "/reports",
            "/reports/{name}/explain",
            "/reports/{name}",
            "/search",
            "/suggest",
            "/actors",
            "/actors/{id}",
            "/pairs",
            "/pairs/list",
            "/chains",
            "/demands",
            "/network",
            "/alerts",
            "/forecasts",
        ),
        READ,
    ),
}
OUTSIDE = {"/", "/favicon.svg", "/assets", "/api/v1/openapi.json"}
SLOW = {"/forecasts", "/alerts"}  # asked once by a lead is enough; who may not is turned away at once


@dataclass
class House:
    """The workbench of a team, with one browser each and a program."""

    app: FastAPI
    opens: Opens
    clients: dict[str, Client]

    def ask(self, visitor: str, method: str, path: str) -> Any:
        client = self.clients[visitor]
        if (method, path) == ("DELETE", "/session") and visitor in NAMES:
            client = self.opens(NAMES[visitor])
        filled = path.replace("{name}", "r").replace("{id}", "999999")
        query = {"report": "r", "event": "e1"} if method == "GET" and path.startswith(("/review", "/codings/c")) else {}
        headers = {"X-CSRF-Token": client.csrf or ""}
        body = None if method == "GET" else {}
        return client.http.request(method, f"/api/v1{filled}", json=body, headers=headers, params=query)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    url = team.fresh(tmp_path_factory.mktemp("roles"), hired=True)
    with team.workbench(url) as opens:
        layla = opens("layla")
        layla.send("/people", {"name": "nur", "role": "reader", "password": team.PASSWORDS["nur"]}, 201)
        clients = {NOBODY: opens("layla"), TOKEN: opens("layla")} | {role: opens(name) for role, name in NAMES.items()}
        made = layla.send("/tokens", {"name": "feed"}, 201)
        for name in (NOBODY, TOKEN):
            clients[name].http.cookies.clear()
            clients[name].csrf = None
        clients[TOKEN].http.headers["Authorization"] = f"Bearer {made['token']}"
        yield House(layla.http.app, opens, clients)  # type: ignore[arg-type]


def routes(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route of the API, and of what lies outside of it."""
    found = {(m.upper(), p) for p, methods in app.openapi()["paths"].items() for m in methods}
    for route in app.routes:
        if path := getattr(route, "path", None):
            methods = route.methods if isinstance(route, APIRoute) else {"GET"}
            found |= {(m, path) for m in methods or ()}
    return found


def may(visitor: str, method: str, least: str) -> bool:
    """Whether the table lets a visitor in."""
    if least == OPEN:
        return True
    if visitor == NOBODY:
        return False
    if visitor == TOKEN:
        return method == "GET" and least == "reader"
    return ROLES.index(visitor) >= ROLES.index(least)


def wrong(house: House, *, paths: dict[str, dict[str, str]]) -> list[str]:
    """Where the server does not do what the table says."""
    found = []
    for path, methods in paths.items():
        for method, least in methods.items():
            for visitor in VISITORS:
                allowed = may(visitor, method, least)
                if path in SLOW and allowed and visitor != "lead":
                    continue
                answer = house.ask(visitor, method, path)
                refused = answer.status_code in (401, 403)
                login = (method, path) == ("POST", "/session")  # an empty body, for whoever asks
                if refused == allowed or answer.status_code >= 500 or (login and answer.status_code != 422):
                    found.append(f"{visitor} {method} {path}: {answer.status_code}")
    return found


def test_every_route_stands_in_the_table(house: House) -> None:
    known = {(method, f"/api/v1{path}") for path, methods in TABLE.items() for method in methods}
    known |= {("GET", path) for path in OUTSIDE}
    assert routes(house.app) - known == set()
    assert known - routes(house.app) == set()


def test_every_route_lets_in_whom_it_may_and_nobody_else(house: House) -> None:
    assert wrong(house, paths=TABLE) == []


def test_the_test_sees_a_gate_that_is_open(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    some = {path: TABLE[path] for path in ("/people", "/incidents", "/unmask", "/review/accept")}
    with monkeypatch.context() as broken:
        broken.setattr(gate, "may", lambda _role: list(ACTS))
        assert "reader GET /people: 200" in wrong(house, paths=some)
    with monkeypatch.context() as broken:
        broken.setattr(gate.Gate, "refusal", lambda *_: None)
        assert "nobody GET /incidents: 200" in wrong(house, paths=some)
    assert wrong(house, paths=some) == []


def test_a_gate_that_breaks_lets_nobody_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> Any:
        raise OSError("the store is away")

    for part in ("asker", "refusal", "too_often"):
        with monkeypatch.context() as broken:
            broken.setattr(gate.Gate, part, breaks)
            answer = house.ask("admin", "GET", "/people")
            assert answer.status_code == 500
            assert "layla" not in answer.text


@pytest.mark.parametrize("override", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_method_cannot_be_dressed_as_another(house: House, override: str) -> None:
    reader = house.clients["reader"].http
    assert reader.get("/api/v1/people/huda", headers={override: "PATCH"}).status_code == 405
    told = reader.get("/api/v1/tokens?_method=DELETE", headers={override: "DELETE"})
    assert told.status_code == 200
    answer = reader.request("TRACE", "/api/v1/meta")
    assert answer.status_code == 405
    assert reader.request("PROPFIND", "/").status_code == 405


def test_what_is_refused_to_somebody_goes_to_the_trail(house: House) -> None:
    house.ask("reader", "GET", "/people")
    step = house.clients["admin"].get("/trail", who="nur", limit=1)["entries"][0]
    assert (step["action"], step["subject"], step["detail"]) == ("refused", "/api/v1/people", {"method": "GET"})
