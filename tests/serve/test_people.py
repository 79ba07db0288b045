"""Log-in, roles, tokens, the trail and unmasking through the real application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from marsad.errors import Refusal
from marsad.serve.app import create_app, serve
from marsad.serve.people_rights import ACTS, may
from marsad.store.people import ROLES
from serve import team
from serve.team import PASSWORDS, SECRET, Client

Opens = Callable[..., Client]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return team.fresh(tmp_path)


@pytest.fixture
def alone(url: str) -> Iterator[Opens]:
    with team.workbench(url, mask=False) as opens:
        yield opens


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Opens]:
    with team.workbench(team.fresh(tmp_path, hired=True)) as opens:
        yield opens


def bare(opens: Opens) -> Client:
    """Somebody who did not log in."""
    client = opens("huda")
    client.http.cookies.clear()
    client.csrf = None
    return client


# -- the single user ---------------------------------------------------------------------------------------------------


def test_a_single_user_needs_no_log_in_and_may_do_all(alone: Opens) -> None:
    told = alone().get("/session")
    assert told["login"] is False
    assert told["person"] == {"name": "محلي", "role": "admin", "local": True}
    assert told["may"] == list(ACTS)
    assert SECRET in alone().get("/review/report", report="r")["text"]


def test_a_foreign_page_changes_nothing_on_the_single_users_server(alone: Opens) -> None:
    me = alone()
    body = {"report": "r", "event": "e1", "revision": me.event()["review"]["revision"]}
    me.csrf, csrf = None, me.csrf
    assert me.send("/review/accept", body, 403)["error"]["code"] == "E522"
    me.csrf = "guessed"
    assert me.send("/review/accept", body, 403)["error"]["code"] == "E522"
    me.csrf = csrf
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = me.http.post("/api/v1/review/accept", json=body, headers={"X-CSRF-Token": csrf or "", **headers})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "E522")
    me.send("/review/accept", body)


def test_others_cannot_reach_a_store_without_people(url: str) -> None:
    with pytest.raises(Refusal) as fault:
        serve(url, "0.0.0.0")
    assert fault.value.code == "E526"
    assert "users add" in fault.value.remedy


def test_the_first_person_ends_the_time_of_the_single_user(alone: Opens) -> None:
    me = alone()
    body = {"name": "layla", "role": "coder", "password": PASSWORDS["layla"]}
    assert me.send("/people", body, 409)["error"]["code"] == "E337"
    me.send("/people", body | {"role": "admin"}, 201)
    me.http.app.state.gate._looked = -10.0  # type: ignore[attr-defined]
    assert me.get("/review/queue", status=401)["error"]["code"] == "E520"
    assert me.get("/session")["login"] is True


# -- a team ------------------------------------------------------------------------------------------------------------


def test_nothing_is_told_without_log_in(house: Opens) -> None:
    nobody = bare(house)
    paths = [p for p in nobody.http.get("/api/v1/openapi.json").json()["paths"] if "{" not in p and "session" not in p]
    assert len(paths) > 20
    for path in paths:
        answer = nobody.http.get(path)
        assert answer.status_code == 401, path
        assert answer.json()["error"]["code"] == "E520"
    assert nobody.get("/session") == {"login": True, "person": None, "csrf": None, "may": []}
    assert nobody.http.get("/").status_code == 200


def test_log_in_and_out(house: Opens) -> None:
    huda = house("huda")
    told = huda.get("/session")
    assert (told["person"]["name"], told["person"]["role"]) == ("huda", "coder")
    cookie = next(iter(huda.http.cookies.jar))
    assert cookie.name == "marsad_session"
    answer = huda.http.post("/api/v1/session", json={"name": "huda", "password": PASSWORDS["huda"]})
    sent = answer.headers["set-cookie"].lower()
    assert "httponly" in sent
    assert "samesite=strict" in sent
    assert answer.json()["csrf"] != told["csrf"]
    huda.csrf = answer.json()["csrf"]
    huda.send("/session", method="DELETE", status=204)
    assert huda.get("/session")["person"] is None


def test_a_session_is_rotated_at_log_in(house: Opens) -> None:
    huda = house("huda")
    old = next(c.value for c in huda.http.cookies.jar)
    huda.enter("huda")
    assert next(c.value for c in huda.http.cookies.jar) != old
    huda.http.cookies.clear()
    huda.http.cookies.set("marsad_session", old or "")
    assert huda.get("/session")["person"] is None


def test_a_session_over_https_is_marked_secure(house: Opens) -> None:
    http = TestClient(house("huda").http.app, base_url="https://testserver")
    answer = http.post("/api/v1/session", json={"name": "huda", "password": PASSWORDS["huda"]})
    assert "secure" in answer.headers["set-cookie"].lower()


def test_wrong_passwords_wait(house: Opens) -> None:
    nobody = bare(house)
    for _ in range(3):
        fault = nobody.send("/session", {"name": "huda", "password": "wrong password"}, 401)
        assert fault["error"]["code"] == "E523"
    answer = nobody.http.post("/api/v1/session", json={"name": "huda", "password": PASSWORDS["huda"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "E524")
    assert int(answer.headers["retry-after"]) >= 1


def test_ones_own_password(house: Opens) -> None:
    huda = house("huda")
    other = house("huda")
    fault = huda.send("/session/password", {"old": "wrong password", "new": "x" * 20}, 400, "PUT")
    assert fault["error"]["code"] == "E336"
    told = huda.send("/session/password", {"old": PASSWORDS["huda"], "new": "نهر بعيد وراء التل"}, method="PUT")
    assert told["person"]["name"] == "huda"
    assert huda.get("/session")["person"]["name"] == "huda"
    assert other.get("/session")["person"] is None


@pytest.mark.parametrize(
    ("act", "method", "path", "body"),
    [
        ("review", "POST", "/review/accept", {"report": "r", "event": "e1", "revision": "x"}),
        ("verdict", "POST", "/verdicts", {"left": "r/e1", "right": "r/e2", "verdict": "different", "reason": "كذا"}),
        ("assign", "POST", "/codings", {"report": "r", "coders": ["huda"]}),
        ("adjudicate", "POST", "/codings/adjudicate", {"report": "r", "reason": "كذا"}),
        ("adjudicate", "GET", "/agreement", None),
        ("export", "GET", "/corrections/export", None),
        ("unmask", "POST", "/unmask", {"report": "r", "reason": "للتحقق من صلة القرابة"}),
        ("users", "GET", "/people", None),
        ("users", "PATCH", "/people/zayd", {"role": "lead"}),
    ],
)
def test_each_act_needs_its_role(house: Opens, act: str, method: str, path: str, body: Any) -> None:
    house("layla").send("/people", {"name": "nur", "role": "reader", "password": "غيمة بيضاء فوق البحر"}, 201)
    PASSWORDS["nur"] = "غيمة بيضاء فوق البحر"
    least = ROLES.index(ACTS[act][0])
    for name, role in (("nur", "reader"), ("huda", "coder"), ("rima", "lead"), ("layla", "admin")):
        client = house(name)
        headers = {"X-CSRF-Token": client.csrf or ""}
        answer = client.http.request(method, f"/api/v1{path}", json=body, headers=headers)
        refused = answer.status_code == 403 and answer.json()["error"]["code"] == "E521"
        assert refused == (ROLES.index(role) < least), (role, answer.text)


def test_the_table_of_rights_is_told_and_grows_with_the_role(house: Opens) -> None:
    told = house("huda").get("/people/roles")
    assert [r["role"] for r in told["roles"]] == list(ROLES)
    rights = [set(may(role)) for role in ROLES]
    assert all(a < b for a, b in pairwise(rights))
    assert rights[-1] == set(ACTS) == set(told["acts"])


def test_an_admin_manages_people(house: Opens) -> None:
    layla, zayd = house("layla"), house("zayd")
    assert [p["name"] for p in layla.get("/people")["people"]] == ["huda", "layla", "rima", "zayd"]
    assert layla.send("/people/zayd", {"role": "lead"}, method="PATCH")["role"] == "lead"
    assert zayd.get("/session")["person"] is None
    layla.send("/people/zayd", {"disabled": True}, method="PATCH")
    nobody = bare(house)
    nobody.send("/session", {"name": "zayd", "password": PASSWORDS["zayd"]}, 401)
    assert layla.send("/people/layla", {"role": "lead"}, 409, "PATCH")["error"]["code"] == "E337"
    assert layla.send("/people/nobody", {"role": "lead"}, 404, "PATCH")["error"]["code"] == "E334"


def test_a_token_reads_and_changes_nothing(house: Opens) -> None:
    layla = house("layla")
    made = layla.send("/tokens", {"name": "feed", "days": 10}, 201)
    program = bare(house)
    program.http.headers["Authorization"] = f"Bearer {made['token']}"
    assert program.get("/review/queue")["items"]
    assert program.get("/session")["may"] == ["read"]
    assert program.get("/people", status=403)["error"]["code"] == "E521"
    body = {"report": "r", "event": "e1", "revision": "x"}
    assert program.send("/review/accept", body, 403)["error"]["code"] == "E521"
    assert made["token"] not in str(layla.get("/tokens"))
    layla.send(f"/tokens/{made['id']}", method="DELETE", status=204)
    program.get("/review/queue", status=401)


def test_the_trail_is_ones_own_unless_one_is_an_admin(house: Opens) -> None:
    huda, zayd, layla = house("huda"), house("zayd"), house("layla")
    huda.decide("accept")
    zayd.decide("reject", "e2", reason="لم يقع")
    mine = huda.get("/trail")["entries"]
    assert {e["who"] for e in mine} == {"huda"}
    assert mine[0]["action"] == "review-accept"
    assert mine[0]["subject"] == "event:r/e1"
    assert huda.get("/trail", status=403, who="zayd")["error"]["code"] == "E521"
    assert layla.get("/trail", who="zayd")["entries"][0]["action"] == "review-reject"
    everything = layla.get("/trail", limit=3)
    assert len(everything["entries"]) == 3
    assert layla.get("/trail", cursor=everything["next"])["entries"][0]["seq"] < everything["next"]


# -- private names -----------------------------------------------------------------------------------------------------


def test_names_stay_masked_for_a_team(house: Opens) -> None:
    rima = house("rima")
    for told in (
        rima.get("/review/report", report="r"), rima.get("/review/queue"), rima.event("e2"),
        rima.get("/review/history", report="r"), rima.get("/corrections/suggestions"),
    ):  # fmt: skip
        assert "سعيد" not in str(told)
        assert "saeed" not in str(told)


def test_unmasking_needs_a_reason_and_is_written_down(house: Opens) -> None:
    rima, layla = house("rima"), house("layla")
    rima.send("/unmask", {"report": "r", "reason": "كذا"}, 422)
    told = rima.send("/unmask", {"report": "r", "reason": "للتحقق من صلة القرابة"})
    assert SECRET in told["text"]
    assert told["persons"][0]["id"] == "person/saeed-tajribi"
    step = layla.get("/trail", who="rima")["entries"][0]
    assert (step["action"], step["subject"]) == ("unmask", "report:r")
    assert step["detail"]["reason"] == "للتحقق من صلة القرابة"
    assert "سعيد" not in str(rima.get("/review/report", report="r"))


def test_a_masked_id_that_comes_back_is_known_again(house: Opens, tmp_path: Path) -> None:
    from marsad.store import open_store

    huda = house("huda")
    victim = huda.event("e2")["recipient"][0]
    assert victim["id"].startswith("person/")
    assert victim["id"] != "person/saeed-tajribi"
    officer = team.words("دورية", id="civilians")
    huda.decide("correct", "e2", changes={"recipient": [victim, officer]})
    with open_store(tmp_path / "store.sqlite") as store:
        reading = store.report("r").reading
        assert reading
        assert [m.id for m in reading.events[1].recipient] == ["person/saeed-tajribi", "civilians"]


# -- the command line --------------------------------------------------------------------------------------------------


def marsad(url: str, *args: str, typed: str = "") -> Any:
    from marsad.cli import main

    return CliRunner().invoke(main, ["--store", url, *args], input=typed)


def test_people_by_the_command_line(url: str) -> None:
    word = PASSWORDS["layla"]
    run = marsad(url, "users", "add", "layla", "--role", "admin", typed=f"{word}\n{word}\n")
    assert run.exit_code == 0, run.output
    marsad(url, "users", "add", "huda", "--role", "coder", typed=f"{PASSWORDS['huda']}\n" * 2)
    run = marsad(url, "users", "list", "--format", "jsonl")
    assert '"huda"' in run.output
    assert marsad(url, "users", "role", "huda", "lead").exit_code == 0
    run = marsad(url, "users", "disable", "layla")
    assert run.exit_code == 2
    assert "E337" in run.output
    run = marsad(url, "users", "token", "huda", "--name", "feed", "--days", "7")
    token = run.output.split()[0]
    app = create_app(url)
    with TestClient(app) as http:
        assert http.get("/api/v1/review/queue", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    run = marsad(url, "users", "password", "huda", typed="نهر بعيد وراء التل\n" * 2)
    assert run.exit_code == 0
    assert marsad(url, "users", "disable", "huda").exit_code == 0
    assert marsad(url, "users", "disable", "huda", "--undo").exit_code == 0
