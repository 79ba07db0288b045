"""Getting in with what one does not own: guessed passwords, forged secrets, other people's tokens, foreign pages."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from marsad.errors import Refusal
from marsad.serve import people as gate
from marsad.serve.limits import Rates, group_of
from marsad.settings import Limits, Settings
from marsad.store import open_store, passes
from marsad.store.entrance import Waiting, key_of
from marsad.store.people import People, good_name, plain
from serve import team
from serve.team import PASSWORDS, Client

Opens = Callable[..., Client]
GOOD = "نهر بعيد وراء التل"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Opens]:
    with team.workbench(team.fresh(tmp_path, hired=True)) as opens:
        yield opens


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with open_store(team.fresh(tmp_path, hired=True)) as store:
        yield People(store)


def bare(opens: Opens, **more: Any) -> TestClient:
    """A browser of somebody who never logged in."""
    return TestClient(opens("huda").http.app, raise_server_exceptions=False, **more)


def cookie_of(client: Client) -> str:
    return str(next(c.value for c in client.http.cookies.jar))


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_a_forged_or_altered_cookie_is_nobodys(house: Opens) -> None:
    real = cookie_of(house("layla"))
    thief = bare(house)
    for forged in (
        "",
        "x",
        real[:-1],
        real + "x",
        real.swapcase(),
        key_of(real),
        real.replace(real[0], "%00"),
        "a" * 9000,
    ):
        answer = thief.get("/api/v1/people", headers={"Cookie": f"marsad_session={forged}"})
        assert answer.status_code == 401, forged
    assert thief.get("/api/v1/people", headers={"Cookie": f"marsad_session={real}"}).status_code == 200


def test_a_session_set_from_outside_is_not_taken_over(house: Opens) -> None:
    fixed = "attacker-chosen-secret-0123456789-abcdefgh"
    victim = bare(house)
    headers = {"Cookie": f"marsad_session={fixed}"}
    victim.post("/api/v1/session", json={"name": "huda", "password": PASSWORDS["huda"]}, headers=headers)
    assert victim.cookies["marsad_session"] != fixed
    assert bare(house).get("/api/v1/people/roles", headers=headers).status_code == 401


def test_the_cookie_over_tls_belongs_to_this_host_alone(house: Opens) -> None:
    http = bare(house, base_url="https://testserver")
    answer = http.post("/api/v1/session", json={"name": "huda", "password": PASSWORDS["huda"]})
    sent = answer.headers["set-cookie"].lower()
    assert sent.startswith("__host-marsad_session=")
    for flag in ("secure", "httponly", "samesite=strict", "path=/"):
        assert flag in sent
    assert "domain=" not in sent
    # the plain cookie may have come over the open wire: over TLS it opens nothing
    plain_cookie = cookie_of(house("huda"))
    other = bare(house, base_url="https://testserver")
    assert other.get("/api/v1/meta", headers={"Cookie": f"marsad_session={plain_cookie}"}).status_code == 401


def test_one_sees_and_ends_ones_own_sessions(house: Opens) -> None:
    here, there, other = house("huda"), house("huda"), house("layla")
    told = here.get("/sessions")["sessions"]
    assert [s["asks"] for s in told].count(True) == 1
    assert cookie_of(there) not in str(told) and key_of(cookie_of(there)) not in str(told)
    assert here.send("/sessions/end", {"password": "wrong password"}, 400)["error"]["code"] == "E336"
    here.send("/sessions/end", {"password": PASSWORDS["huda"]}, 204)
    assert there.get("/session")["person"] is None
    assert here.get("/session")["person"]["name"] == "huda"
    assert other.get("/session")["person"]["name"] == "layla"


def test_a_new_role_or_password_ends_every_session_and_an_admins_the_tokens_too(house: Opens) -> None:
    layla, huda = house("layla"), house("huda")
    token = huda.send("/tokens", {"name": "feed"}, 201)["token"]
    program = bare(house)
    program.headers["Authorization"] = f"Bearer {token}"
    layla.send("/people/huda", {"role": "lead"}, method="PATCH")
    assert huda.get("/session")["person"] is None
    assert program.get("/api/v1/meta").status_code == 200
    layla.send("/people/huda", {"password": GOOD}, method="PATCH")
    assert program.get("/api/v1/meta").status_code == 401


def test_whoever_has_an_admins_session_cannot_set_that_admins_password(house: Opens) -> None:
    layla = house("layla")
    answer = layla.send("/people/LAYLA", {"password": GOOD}, 403, "PATCH")
    assert answer["error"]["code"] == "E336"
    assert house("layla").get("/session")["person"]["name"] == "layla"


def test_logging_out_forgets_in_the_browser_too(house: Opens) -> None:
    huda = house("huda")
    old = cookie_of(huda)
    answer = huda.http.delete("/api/v1/session", headers={"X-CSRF-Token": huda.csrf or ""})
    assert answer.headers["clear-site-data"] == '"cache"'
    assert bare(house).get("/api/v1/meta", headers={"Cookie": f"marsad_session={old}"}).status_code == 401


# -- tokens ------------------------------------------------------------------------------------------------------------


def test_forged_expired_revoked_and_others_tokens(house: Opens) -> None:
    huda, zayd = house("huda"), house("zayd")
    made = huda.send("/tokens", {"name": "feed"}, 201)
    program = bare(house)
    for forged in (
        made["token"][:-1],
        made["token"] + "x",
        made["prefix"],
        "",
        "marsad_",
        key_of(made["token"]),
        "null",
    ):
        answer = program.get("/api/v1/meta", headers={"Authorization": f"Bearer {forged}"})
        assert answer.status_code == 401, forged
    for kind in ("Basic", "Token", "bearer2"):
        assert program.get("/api/v1/meta", headers={"Authorization": f"{kind} {made['token']}"}).status_code == 401
    assert program.get(f"/api/v1/meta?token={made['token']}&access_token={made['token']}").status_code == 401
    zayd.send(f"/tokens/{made['id']}", method="DELETE", status=404)
    assert [t["user"] for t in zayd.get("/tokens")["tokens"]] == []
    good = {"Authorization": f"Bearer {made['token']}"}
    assert program.get("/api/v1/meta", headers=good).status_code == 200
    huda.send(f"/tokens/{made['id']}", method="DELETE", status=204)
    assert program.get("/api/v1/meta", headers=good).status_code == 401


def test_a_token_beside_a_session_gives_no_more_than_the_token(house: Opens) -> None:
    layla = house("layla")
    token = layla.send("/tokens", {"name": "feed"}, 201)["token"]
    answer = layla.http.get("/api/v1/people", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
    assert layla.http.get("/api/v1/people", headers={"Authorization": "Bearer forged"}).status_code == 401


def test_secrets_are_kept_as_hashes_only(tmp_path: Path) -> None:
    url = team.fresh(tmp_path, hired=True)
    with team.workbench(url) as opens:
        huda = opens("huda")
        token = huda.send("/tokens", {"name": "feed"}, 201)["token"]
        secrets = [cookie_of(huda), token, PASSWORDS["huda"]]
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert key_of(token).encode() in kept
    assert b"$argon2id$" in kept
    for secret in secrets:
        assert secret.encode() not in kept


# -- passwords ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["elevenchars", "short", "a   b    c   d", "password1234", "P@ssw0rd2024", "passwordpassword", "qwertyuiop12",
     "123456789012", "abcdefghijkl", "بسم الله الرحمن الرحيم", "aaaaaaaaaaaaaaaa", "huda and her keys", "x y" * 60],
)  # fmt: skip
def test_passwords_that_are_short_or_common_are_refused(people: People, password: str) -> None:
    with pytest.raises(Refusal) as fault:
        people.set_password("huda", password, by="layla")
    assert fault.value.code == "E336"
    assert password not in str(fault.value)


@pytest.mark.parametrize(
    "password", ["tortoise cabinet nineteen", "🙂🙃 قمر وشمس ونجم", "x7!kQ2#vLm9$", "ÅÄÖ ñandú œuvre"]
)
def test_passwords_of_any_letters_are_taken(people: People, password: str) -> None:
    people.set_password("huda", password, by="layla")
    people.log_in("huda", password)
    for near in (password[:-1], password + " ", "x" + password):
        with pytest.raises(Refusal):
            people.log_in("huda", near)


def test_the_hash_is_as_costly_as_it_should_be() -> None:
    from argon2 import PasswordHasher

    asked = PasswordHasher()
    assert asked.memory_cost >= 15 * 1024 and asked.time_cost >= 2 and asked.salt_len >= 16
    assert asked.hash("x").startswith("$argon2id$")


def test_many_log_ins_at_one_time_do_not_take_all_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Lock

    lock, now, most = Lock(), 0, 0

    class Slow:
        def verify(self, *_: object) -> bool:
            nonlocal now, most
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.02)
            with lock:
                now -= 1
            return False

    monkeypatch.setattr(passes, "_hasher", Slow)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: passes.right("x", "y"), range(20)))
    assert 1 < most <= 4


# -- guessing ----------------------------------------------------------------------------------------------------------


def test_words_do_not_tell_whether_there_is_such_a_person(house: Opens) -> None:
    layla = house("layla")
    layla.send("/people/zayd", {"disabled": True}, method="PATCH")
    told = []
    for name, password in (("huda", "wrong password"), ("ghost", "wrong password"), ("zayd", PASSWORDS["zayd"])):
        answer = bare(house).post("/api/v1/session", json={"name": name, "password": password})
        told.append((answer.status_code, answer.text, sorted(answer.headers)))
    assert told[0] == told[1] == told[2]


def test_time_does_not_tell_whether_there_is_such_a_person(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    costly = PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1)
    monkeypatch.setattr(passes, "_hasher", lambda: costly)
    passes._nobody.cache_clear()
    monkeypatch.setattr("marsad.store.entrance.knock", lambda *_: None)
    people.set_password("huda", GOOD, by="layla")
    took: dict[str, list[float]] = {"huda": [], "ghost": []}
    for _ in range(7):
        for name, times in took.items():
            start = time.process_time()
            with pytest.raises(Refusal):
                people.log_in(name, "wrong password")
            times.append(time.process_time() - start)
    passes._nobody.cache_clear()
    huda, ghost = (min(times) for times in took.values())
    assert 0.5 < ghost / huda < 2, (huda, ghost, statistics.median(took["huda"]))


def test_waits_grow_and_one_name_of_ones_own_does_not_clear_the_address(people: People) -> None:
    here = "203.0.113.9"

    def guess(name: str) -> str:
        try:
            people.log_in(name, "wrong password", address=here)
        except Waiting as waiting:
            return f"wait {waiting.seconds}"
        except Refusal as refusal:
            return refusal.code
        return "in"

    told, stopped = [], False
    for number in range(12):  # two guesses at new names, then one's own name with the right password
        told += [guess(f"ghost-{number}-a"), guess(f"ghost-{number}-b")]
        try:
            people.log_in("huda", PASSWORDS["huda"], address=here)
        except Waiting:
            stopped = True
            break
    assert stopped
    assert 8 <= told.count("E523") <= 12


def test_no_more_than_a_hundred_guesses_an_hour_at_one_name(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta

    now, tries = datetime(2024, 5, 1, tzinfo=UTC), 0
    with open_store(team.fresh(tmp_path, hired=True)) as store:
        people = People(store, clock=lambda: now)
        end = now + timedelta(hours=1)
        while now < end:
            try:
                people.log_in("huda", "wrong password", address=f"198.51.{tries}.1")
            except Waiting as waiting:
                now += timedelta(seconds=waiting.seconds)
            except Refusal:
                tries += 1
    assert 5 < tries < 100


# -- how often ---------------------------------------------------------------------------------------------------------


def limited(tmp_path: Path, **limits: int) -> Any:
    from marsad.serve.app import create_app

    url = team.fresh(tmp_path, hired=True)
    return create_app(url, given=Settings(url, limits=Limits(**limits)))


def test_too_many_requests_wait_each_person_and_address_for_itself(tmp_path: Path) -> None:
    app = limited(tmp_path, requests_per_minute=20)
    with TestClient(app):
        huda, zayd = (Client(TestClient(app)).enter(name) for name in ("huda", "zayd"))
        told = [huda.http.get("/api/v1/session") for _ in range(25)]
        assert told[0].status_code == 200
        assert (told[-1].status_code, told[-1].json()["error"]["code"]) == (429, "E543")
        assert 1 <= int(told[-1].headers["retry-after"]) <= 60
        assert zayd.http.get("/api/v1/session").status_code == 200
        stranger = TestClient(app, client=("198.51.100.7", 1))
        told = [stranger.get("/api/v1/meta", headers={"Authorization": f"Bearer {n}"}) for n in range(25)]
        assert (told[0].status_code, told[-1].status_code) == (401, 429)


def test_log_ins_are_counted_by_address_also_when_they_are_right(tmp_path: Path) -> None:
    app = limited(tmp_path, log_ins_per_minute=5)
    with TestClient(app):
        here, there = TestClient(app, client=("198.51.100.7", 1)), TestClient(app, client=("198.51.100.8", 1))
        entry = {"name": "huda", "password": PASSWORDS["huda"]}
        told = [here.post("/api/v1/session", json=entry).status_code for _ in range(7)]
        assert told == [200] * 5 + [429] * 2
        assert there.post("/api/v1/session", json=entry).status_code == 200


@pytest.mark.parametrize("proxies", [(), ("10.0.0.0/8",)])
def test_a_forged_forwarding_header_buys_no_new_address(tmp_path: Path, proxies: tuple[str, ...]) -> None:
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    inner = limited(tmp_path, log_ins_per_minute=3)
    app: Any = ProxyHeadersMiddleware(inner, trusted_hosts=list(proxies)) if proxies else inner
    entry = {"name": "huda", "password": PASSWORDS["huda"]}
    with TestClient(inner):
        liar = TestClient(app, client=("198.51.100.7", 1))
        told = [liar.post("/api/v1/session", json=entry, headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(5)]
        assert [answer.status_code for answer in told] == [200] * 3 + [429] * 2
        if proxies:  # what a known proxy says is believed, and only its own last word
            proxy = TestClient(app, client=("10.1.2.3", 1))
            told = [
                proxy.post("/api/v1/session", json=entry, headers={"X-Forwarded-For": f"1.1.1.{n}, 203.0.113.5"})
                for n in range(5)
            ]
            assert [answer.status_code for answer in told] == [200] * 3 + [429] * 2


def test_a_liar_cannot_claim_tls(house: Opens) -> None:
    answer = bare(house).get("/api/v1/session", headers={"X-Forwarded-Proto": "https"})
    assert "strict-transport-security" not in answer.headers


def test_the_server_believes_no_proxy_that_it_was_not_told_of(tmp_path: Path) -> None:
    from marsad.serve.app import _config

    plain_ = _config(limited(tmp_path), Settings("sqlite://"))
    assert plain_.proxy_headers is False
    assert "*" not in list(plain_.forwarded_allow_ips or ())


def test_addresses_are_grouped_and_the_window_slides() -> None:
    assert group_of("2001:db8:1:2:aaaa::1") == group_of("2001:db8:1:2:bbbb::2") != group_of("2001:db8:1:3::1")
    assert group_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert group_of("testclient") == "testclient"
    rates = Rates(requests=3, log_ins=1)
    assert [rates.asked("a") for _ in range(3)] == [0, 0, 0]
    assert rates.asked("a") == 21
    assert rates.asked("b") == 0
    assert [Rates(requests=0).asked("a") for _ in range(3)] == [0, 0, 0]


# -- foreign pages -----------------------------------------------------------------------------------------------------

FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Origin": "http://testserver.elsewhere.example"},
    {"Origin": "http://["}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_foreign_page_can_send_nothing_with_somebodys_cookie(house: Opens, headers: dict[str, str]) -> None:
    layla = house("layla")
    own = {"X-CSRF-Token": layla.csrf or ""} | headers
    body = {"name": "mallory", "role": "admin", "password": GOOD}
    for method, path in (("POST", "/people"), ("PATCH", "/people/huda"), ("DELETE", "/session"), ("POST", "/session"),
                         ("PUT", "/session/password"), ("POST", "/unmask")):  # fmt: skip
        answer = layla.http.request(method, f"/api/v1{path}", json=body, headers=own)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "E522"), path
    assert layla.get("/session")["person"]["name"] == "layla"


def test_every_change_needs_the_secret_of_this_very_session(house: Opens) -> None:
    layla, huda = house("layla"), house("huda")
    body = {"name": "feed"}
    for csrf in (None, "", huda.csrf, (layla.csrf or "")[:-1], "ü"):
        headers = {"X-CSRF-Token": csrf.encode()} if csrf is not None else {}
        assert layla.http.post("/api/v1/tokens", json=body, headers=headers).status_code == 403, csrf
    assert layla.http.post("/api/v1/tokens", json=body, headers={"X-CSRF-Token": layla.csrf or ""}).status_code == 201


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_form_can_send_is_not_taken(house: Opens, kind: str) -> None:
    entry = b'{"name": "huda", "password": "x"}'
    answer = bare(house).post("/api/v1/session", content=entry, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "E542")


def test_without_the_check_a_foreign_page_gets_through(house: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    layla = house("layla")
    headers = {"X-CSRF-Token": layla.csrf or "", "Origin": "https://elsewhere.example"}
    monkeypatch.setattr(gate, "_foreign", lambda _request: False)
    assert layla.http.post("/api/v1/tokens", json={"name": "feed"}, headers=headers).status_code == 201


# -- names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["lаyla", "ｌａｙｌａ", "hu\u200bda", "hu\u202eda", "nobody", "fuse/1", "", "-x", "ﻟﻴﻠﻰ", "a" * 101, "x\0y",
     "'; DROP TABLE people;--", "<script>", "../etc", "ليلىa"],
)  # fmt: skip
def test_names_that_look_like_others_or_are_none_are_refused(people: People, name: str) -> None:
    with pytest.raises(Refusal) as fault:
        people.add(name, "reader", GOOD, by="layla")
    assert fault.value.code == "E334"


def test_one_name_has_one_form(people: People) -> None:
    with pytest.raises(Refusal) as fault:
        people.add("LAYLA", "reader", GOOD, by="layla")
    assert fault.value.code == "E335"


@given(st.text(max_size=30))
def test_a_plain_name_stays_what_it_is(name: str) -> None:
    assert plain(plain(name)) == plain(name)
    try:
        assert good_name(plain(name))
    except Refusal as refusal:
        assert refusal.code == "E334"
