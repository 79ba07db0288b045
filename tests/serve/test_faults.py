"""What breaks while people work: nothing that was acknowledged is lost, and every answer tells a code."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event

from marsad.packs import load
from marsad.relate.kept import kept
from marsad.store import Corrections, Store, open_store
from marsad.store.relations import ActRow, Change, Relations
from serve import team
from serve.served import Served, served
from store.conftest import address, postgres

__all__ = ["address", "postgres"]
LIMITS = {"MARSAD_LIMITS_REQUESTS_PER_MINUTE": "0", "MARSAD_LIMITS_LOG_INS_PER_MINUTE": "1000"}


def corrected(http: httpx.Client, csrf: str, killed: int) -> int:
    """The number of a decision that the server acknowledged. Raises httpx.HTTPError where it did not."""
    on = {"report": "r", "event": "e1"}
    seen = http.get("/api/v1/review/event", params=on).raise_for_status().json()["review"]["revision"]
    body = {
        **on,
        "revision": seen,
        "reason": "كما في النص",
        "changes": {"killed": [{"best": killed, "judgement": True}]},
    }
    given = http.post("/api/v1/review/correct", json=body, headers={"X-CSRF-Token": csrf})
    return int(given.raise_for_status().json()["decision"]["id"])


def entered(server: Served) -> str:
    entry = {"name": "huda", "password": team.PASSWORDS["huda"]}
    return str(server.http.post("/api/v1/session", json=entry).raise_for_status().json()["csrf"])


def test_a_killed_server_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    url = team.fresh(tmp_path, hired=True)
    acknowledged: list[int] = []
    with served(url, tmp_path, env=LIMITS) as server:
        csrf = entered(server)
        cookies = dict(server.http.cookies)
        enough = threading.Event()

        def work() -> None:
            for n in itertools.count(1):
                try:
                    acknowledged.append(corrected(server.http, csrf, n))
                except httpx.HTTPError:
                    return
                if n >= 5:
                    enough.set()

        worker = threading.Thread(target=work)
        worker.start()
        assert enough.wait(60)
        server.process.kill()
        worker.join(60)
    with served(url, tmp_path, env=LIMITS) as server:
        server.http.cookies.update(cookies)  # who was logged in still is
        again = server.http.get("/api/v1/session").raise_for_status().json()["csrf"]
        acknowledged.append(corrected(server.http, again, 77))
        server.stop()
    with open_store(url) as store:
        there = {c.id for c in Corrections(store).history(limit=10_000)}
        assert len(acknowledged) >= 6
        assert there >= set(acknowledged)
        assert store.verify_custody() > len(acknowledged)


def full(store: Store) -> None:
    """Let the disk of a store be as large as what is on it."""

    @event.listens_for(store.engine, "begin")
    def limit(connection: object) -> None:
        raw = connection.connection.dbapi_connection  # type: ignore[attr-defined]
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}")

    store.engine.dispose()


def test_a_full_disk_is_told_by_its_code_and_keeps_what_was_there(tmp_path: Path) -> None:
    url = team.fresh(tmp_path)
    with team.workbench(url, mask=False) as opens:
        one = opens()
        one.decide("correct", changes={"killed": [{"best": 3, "judgement": True}]})
        assert one.get("/incidents")["total"] >= 1
        store = one.http.app.state.desk.store
        full(store)
        for _ in range(300):
            seen = one.event()["review"]["revision"]
            changes = {"killed": [{"best": 4, "judgement": True}]}
            body = {"report": "r", "event": "e1", "revision": seen, "reason": "س" * 1900, "changes": changes}
            answer = one.http.post("/api/v1/review/correct", json=body, headers={"X-CSRF-Token": one.csrf})
            if answer.status_code != 200:
                break
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "E350"
        told = [one.http.get("/api/v1/incidents") for _ in range(2)]  # who comes first is told why it is not newer
        assert told[0].status_code == 200 or told[0].json()["error"]["code"] == "E350"
        assert told[1].json()["total"] >= 1
    with open_store(url) as store:
        assert store.verify_custody() >= 3


def row(number: int, id: str) -> ActRow:
    return ActRow(number, id, 738_000, None, "[]", ("russia",), "ASSAULT/clash")


def test_two_processes_keep_relations_of_one_store(address: str) -> None:
    with open_store(address) as one, open_store(address) as two:
        here, there = Relations(one), Relations(two)
        assert here.expect() is there.expect() is None
        here.put("first@1", Change([row(1, "i-a")]))
        there.put("second@1", Change([row(1, "i-b")]))  # the same number: who comes late starts over
        assert there.basis() == "first@1"
        assert [r.incident for r in there.rows()] == ["i-a"]
        assert there.expect() == "first@1"
        there.put("second@2", Change([row(2, "i-b")]))
        assert [r.incident for r in here.rows()] == ["i-a", "i-b"]


def test_many_who_ask_at_once_bring_relations_up_to_date(address: str) -> None:
    team.fill(address, "r", "s")
    packs = load(strict=False)
    with open_store(address) as one, open_store(address) as two:
        faults: list[BaseException] = []

        def ask(store: Store) -> None:
            try:
                kept(store, packs=packs)
            except BaseException as error:  # noqa: BLE001 - of whatever kind, it is told below
                faults.append(error)

        threads = [threading.Thread(target=ask, args=(store,)) for store in (one, two) * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert faults == []
        assert len(Relations(one).rows()) == one.count()["incidents"] == 2


def test_conflicts_are_looked_for_again_where_something_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marsad.model import from_record

    url = team.fresh(tmp_path, "r", "s")
    with team.workbench(url, mask=False) as opens:
        one = opens()
        one.decide("correct", changes={"type": "COERCE"})
        assert one.get("/corrections", conflicts=True)["conflicts"] == []
        monkeypatch.setattr(Corrections, "conflicts", lambda _: pytest.fail("all reports were looked at again"))
        told = team.record("r")
        told["events"][0] |= {"type": "MOBILIZE", "mode": "troops"}
        with open_store(url) as store:
            store.read("r", from_record(told))
        clashes = one.get("/corrections", conflicts=True)["conflicts"]
        assert {c["report"] for c in clashes} == {"r"}
        first = one.get("/review/queue", state="corrected")["items"][0]
        assert (first["report"], "conflict") == ("r", next(r["code"] for r in first["reasons"] if r["weight"] == 40))
