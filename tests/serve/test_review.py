"""Reviewing through the real application: the queue, decisions and what they change elsewhere, undo, two at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marsad.model import Report, from_record
from marsad.store import open_store
from serve import team
from serve.team import ARREST, DENIAL, STRIKE, Client, span, words

Json = dict[str, Any]
Opens = Callable[..., Client]
ISRAEL = [words("طائرات مجهولة", id="israel/air-force")]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return team.fresh(tmp_path, "r", "s")


@pytest.fixture
def me(url: str) -> Iterator[Client]:
    with team.workbench(url, mask=False) as opens:
        yield opens()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Opens]:
    with team.workbench(team.fresh(tmp_path, "r", "s", hired=True)) as opens:
        yield opens


def reread(url: str, name: str = "r", engine: str = "rules/2", **changes: Any) -> None:
    """A new version of the reader reads the strike with `changes`."""
    record = team.record(name) | {"engine": engine}
    record["events"][0] |= changes
    with open_store(url) as store:
        store.read(name, from_record(record))


def incident_of(me: Client, report: str, event: str) -> str:
    found = me.get(f"/reports/{report}")["incidents"]
    return str(found[event])


# -- the queue ---------------------------------------------------------------------------------------------------------


def test_the_most_doubtful_stand_first_with_their_reasons(me: Client) -> None:
    told = me.get("/review/queue")
    assert told["counts"] == {"open": 4, "accepted": 0, "corrected": 0, "rejected": 0, "added": 0, "skipped": 0}
    scores = [item["score"] for item in told["items"]]
    assert scores == sorted(scores, reverse=True)
    first = told["items"][0]
    assert {r["code"] for r in first["reasons"]} >= {"actor-unknown", "place-unknown", "time-missing"}
    assert sum(r["weight"] for r in first["reasons"]) == first["score"]
    assert all(r["ar"] and r["en"] for r in first["reasons"])
    assert first["quote"] == STRIKE


def test_paging_gives_every_event_once(me: Client, url: str) -> None:
    team.fill(url, *(f"more-{n}" for n in range(130)))
    whole = [(i["report"], i["event"]) for i in me.get("/review/queue", limit=500)["items"]]
    assert len(whole) == len(set(whole)) == 264
    seen: list[tuple[str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = me.get("/review/queue", limit=37, cursor=cursor)
        seen += [(i["report"], i["event"]) for i in page["items"]]
        cursor = page["next"]
    assert seen == whole


def test_events_move_between_the_states(me: Client) -> None:
    me.decide("accept")
    me.decide("reject", "e2")
    me.decide("correct", "e1", report="s", changes={"status": "possible"})
    me.decide("skip", "e2", report="s")
    counts = me.get("/review/queue")["counts"]
    assert counts == {"open": 0, "accepted": 1, "corrected": 1, "rejected": 1, "added": 0, "skipped": 1}
    for state, key in (("accepted", "r/e1"), ("rejected", "r/e2"), ("corrected", "s/e1"), ("skipped", "s/e2")):
        (item,) = me.get("/review/queue", state=state)["items"]
        assert f"{item['report']}/{item['event']}" == key
        assert item["state"] == state
        assert (item["by"], bool(item["at"])) == ("محلي", True)


def test_contradicted_incidents_and_watched_pairs_weigh_more(url: str, me: Client) -> None:
    text = "اشتبكت القوات الروسية مع الحرس الثوري الإيراني في تدمر وقتل 12 عنصرا"
    other = "اشتبكت القوات الروسية مع الحرس الثوري الإيراني في تدمر وقتل 30 عنصرا أمس"
    with open_store(url) as store:
        for name, told in (("w1", text), ("w2", other)):

            def at(quote: str, told: str = told, **more: Any) -> Json:
                start = told.index(quote)
                return {"start": start, "end": start + len(quote), **more}

            dead = 12 if name == "w1" else 30
            event = {
                "id": "e1", "type": "ASSAULT", "mode": "clash", "status": "actual", "evidence": [[0, len(told)]],
                "actor": [at("القوات الروسية", id="russia/armed-forces"),
                          at("الحرس الثوري الإيراني", id="iran/irgc")],
                "place": at("تدمر", id="sy/homs/palmyra", lat=34.56, lon=38.28, precision=1),
                "time": {"span": [0, 6], "start": "2022-05-02", "end": "2022-05-02", "precision": "day"},
                "killed": at(str(dead), low=dead, high=dead, best=dead),
            }  # fmt: skip
            report = Report(name, told, published=None, outlet=name)
            store.add(report, from_record({"report": name, "events": [event]}))
    me.get("/incidents")
    items = {(i["report"], i["event"]): i for i in me.get("/review/queue")["items"]}
    codes = {r["code"] for r in items["w1", "e1"]["reasons"]}
    assert codes >= {"watched-pair", "toll-high", "contradiction"}
    assert items["w1", "e1"]["incident"] == items["w2", "e1"]["incident"]
    assert me.get("/review/queue", limit=1)["items"][0]["report"] in ("w1", "w2")


# -- deciding ----------------------------------------------------------------------------------------------------------


def test_a_correction_is_seen_everywhere(me: Client, url: str) -> None:
    before = incident_of(me, "r", "e1")
    assert not me.get(f"/incidents/{before}")["actor"]
    place = words("بادية الشعلان", id="sy/deir-ez-zor/bukamal")
    time = {"start": "2022-05-02", "precision": "day", "judgement": True}
    told = me.decide("correct", changes={"actor": ISRAEL, "place": place, "time": time, "mode": "drone"})["event"]
    assert told["review"]["state"] == "corrected"
    assert told["place"]["lat"] == pytest.approx(34.45, abs=0.1)
    assert told["place"]["rule"] == "person/words"
    assert told["time"]["rule"] == "person/judgement"
    assert told["time"]["span"] == span(STRIKE)
    assert told["acled"] == "Air/drone strike"
    found = me.get(f"/incidents/{incident_of(me, 'r', 'e1')}")
    assert [p["id"] for p in found["actor"]] == ["israel/air-force"]
    assert found["mode"] == "drone"
    assert found["start"] == "2022-05-02"
    assert found["place"]["lat"] == pytest.approx(34.45, abs=0.1)
    assert me.get("/incidents", actor="israel")["total"] == 1
    assert [e["id"] for e in me.get("/reports/r")["record"]["events"][0]["actor"]] == ["israel/air-force"]
    with open_store(url) as store:
        assert store.verify_custody()


def test_undo_brings_back_what_was_read(me: Client) -> None:
    id = me.decide("correct", changes={"actor": ISRAEL})["decision"]["id"]
    told = me.send("/review/undo", {"decision": id})
    assert told["event"]["actor"][0]["id"] is None
    assert told["event"]["review"]["state"] == "open"
    assert told["decision"]["withdrawn_by"] == "محلي"
    assert me.send("/review/redo", {"decision": id})["event"]["actor"][0]["id"] == "israel/air-force"
    assert me.send("/review/redo", {"decision": id}, 404)["error"]["code"] == "E330"
    history = me.get("/review/history", report="r", event="e1")["decisions"]
    assert [d["id"] for d in history] == [id]


def test_a_missed_event_is_added_by_marking_words(me: Client) -> None:
    new = {"type": "ASSAULT", "mode": "heavy-weapons", "status": "denied", "evidence": [span(DENIAL)],
           "attribution": [words("مصدر", kind="unnamed-source", stance="denies")]}  # fmt: skip
    told = me.send("/review/add", {"report": "r", "new": new, "reason": "نفي لم يُقرأ"})
    assert told["event"]["review"]["state"] == "added"
    assert told["event"]["rules"] == ["person/add"]
    assert incident_of(me, "r", told["event"]["id"])
    undone = me.send("/review/undo", {"decision": told["decision"]["id"]})
    assert undone["event"] is None
    assert len(me.get("/review/report", report="r")["events"]) == 2


def test_a_rejected_event_leaves_its_incident(me: Client) -> None:
    gone = incident_of(me, "r", "e2")
    told = me.decide("reject", "e2", reason="ليس اعتقالا")
    assert told["event"] is None
    whole = me.get("/review/report", report="r")
    assert [e["id"] for e in whole["rejected"]] == ["e2"]
    assert "e2" not in me.get("/reports/r")["incidents"]
    assert gone not in {i["incident"] for i in me.get("/incidents")["incidents"]} or me.get(f"/incidents/{gone}")
    assert me.event("e2")["review"]["state"] == "rejected"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"actor": [{"id": "israel"}]}, "no words"), ({"actor": [words("طائرات", id="a b")]}, "match"),
        ({"actor": [{"start": 5, "end": 9999, "id": "x"}]}, "no part"), ({"mode": "nonsense"}, "no mode"),
        ({"place": {"id": "sy/nowhere", "judgement": True}}, "no place"), ({"type": "NONSENSE"}, "type"),
        ({"time": {"start": "2022-05-02", "end": "2022-05-01", "judgement": True}}, "ends before"),
        ({"killed": [words("سقوط قتلى", low=9, high=2)]}, "do not fit"), ({"killed": [words("سقوط قتلى")]}, "fit"),
        ({"evidence": []}, "least 1"), ({"evidence": [[9, 3]]}, "no part"), ({"colour": 1}, "colour"), ({}, "already"),
        ({"place": {"start": 30, "end": 40, "lat": 35.0}}, "half"), ({"status": "\ud800"}, "status"),
        ({"acled": "\0"}, "kept"), ({"type": "ASSAULT"}, "already"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused(me: Client, changes: Json, why: str) -> None:
    seen = me.event()["review"]["revision"]
    body = {"report": "r", "event": "e1", "revision": seen, "reason": "كذا", "changes": changes}
    answer = me.http.post(
        "/api/v1/review/correct", content=json.dumps(body),
        headers={"X-CSRF-Token": me.csrf or "", "Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["error"]["code"] in ("E331", "E502")
    assert why in answer.json()["error"]["message"] + answer.json()["error"]["remedy"]


def test_the_second_of_two_is_told_of_the_firsts_change(house: Opens) -> None:
    huda, zayd = house("huda"), house("zayd")
    seen = zayd.event()["review"]["revision"]
    huda.decide("correct", changes={"actor": ISRAEL}, reason="رقم الذيل")
    body = {"report": "r", "event": "e1", "revision": seen, "reason": "كذا", "changes": {"status": "possible"}}
    told = zayd.send("/review/correct", body, 409)
    assert told["error"]["code"] == "E332"
    assert "huda" in told["error"]["message"]
    assert told["event"]["actor"][0]["id"] == "israel/air-force"
    assert (told["decisions"][0]["by"], told["decisions"][0]["reason"]) == ("huda", "رقم الذيل")
    body["revision"] = told["event"]["review"]["revision"]
    event = zayd.send("/review/correct", body)["event"]
    assert (event["status"], event["actor"][0]["id"]) == ("possible", "israel/air-force")


def test_only_leads_take_back_what_others_decided(house: Opens) -> None:
    huda, zayd, rima = house("huda"), house("zayd"), house("rima")
    id = huda.decide("reject", reason="لم يقع")["decision"]["id"]
    assert zayd.send("/review/undo", {"decision": id}, 404)["error"]["code"] == "E330"
    assert rima.send("/review/undo", {"decision": id})["decision"]["withdrawn_by"] == "rima"


def test_a_new_reading_that_disagrees_is_shown_first_in_the_queue(me: Client, url: str) -> None:
    me.decide("correct", changes={"actor": ISRAEL})
    reread(url, actor=[words("طائرات مجهولة", id="syria/air-force")])
    (conflict,) = me.get("/review/report", report="r")["conflicts"]
    assert (conflict["kind"], conflict["decided"], conflict["now"]) == (
        "reading-moved", ["israel/air-force"], ["syria/air-force"],
    )  # fmt: skip
    assert conflict["ar"]
    assert me.get("/corrections", conflicts=True)["conflicts"] == [conflict]
    first = me.get("/review/queue")["items"][0]
    assert (first["report"], first["event"], first["state"]) == ("r", "e1", "corrected")
    assert first["reasons"][-1]["code"] == "conflict" or "conflict" in {r["code"] for r in first["reasons"]}
    me.decide("accept")
    assert me.get("/corrections", conflicts=True)["conflicts"] == []
    assert me.event()["actor"][0]["id"] == "israel/air-force"


def test_names_and_codes_to_pick_from(me: Client) -> None:
    assert me.get("/review/actors", q="الحرس الثوري")["found"][0]["id"].startswith("iran")
    assert me.get("/review/places", q="البوكمال")["found"][0]["lat"] == pytest.approx(34.45, abs=0.1)
    assert me.get("/review/actors", q="كلمات لا وجود لها")["found"] == []
    told = me.get("/review/vocabulary")
    assert "aerial" in told["types"]["ASSAULT"]
    assert set(told["statuses"]) == {"actual", "planned", "possible", "denied", "historical"}


# -- same or not the same ----------------------------------------------------------------------------------------------


def test_same_and_its_undo(me: Client, url: str) -> None:
    one, two = incident_of(me, "r", "e1"), incident_of(me, "s", "e2")
    assert one != two
    given = me.send("/verdicts", {"left": one, "right": two, "verdict": "same", "reason": "تقرير واحد"}, 201)
    assert incident_of(me, "r", "e1") == incident_of(me, "s", "e2")
    joined = incident_of(me, "r", "e1")
    kept = me.get("/verdicts", incident=joined)["verdicts"]
    assert {v["id"] for v in kept} == {v["id"] for v in given["verdicts"]}
    for verdict in given["verdicts"]:
        me.send("/verdicts/undo", {"verdict": verdict["id"]})
    with open_store(url) as store:
        head = store.head()
        again = me.send("/verdicts/undo", {"verdict": given["verdicts"][0]["id"]})  # from a page that is not up to date
        assert again["verdict"] == given["verdicts"][0]["id"] and store.head() == head
    assert incident_of(me, "r", "e1") != incident_of(me, "s", "e2")
    assert all(v["withdrawn"] for v in me.get("/verdicts")["verdicts"])


@pytest.mark.parametrize(
    ("left", "right", "status"), [("r/e1", "r/e1", 400), ("r/e9", "r/e1", 404), ("i-none", "r/e1", 404)]
)
def test_verdicts_on_nothing_are_refused(me: Client, left: str, right: str, status: int) -> None:
    me.send("/verdicts", {"left": left, "right": right, "verdict": "same", "reason": "كذا"}, status)
    me.send("/verdicts/undo", {"verdict": 77}, 404)


def test_pairs_that_nearly_were_one_happening_wait_for_a_verdict(me: Client, url: str) -> None:
    near = "قصفت طائرات مجهولة موقعا في بادية الشعلان ليلا وأوقعت أضرارا"
    event = {"id": "e1", "type": "ASSAULT", "mode": "aerial", "status": "actual", "evidence": [[0, len(near)]],
             "place": {"start": near.index("بادية"), "end": near.index(" ليلا")}}  # fmt: skip
    with open_store(url) as store:
        store.add(Report("t", near, outlet="غيرهم"), from_record({"report": "t", "events": [event]}))
    me.get("/incidents")
    for pair in me.get("/review/pairs")["pairs"]:
        left, right = (f"{pair[side]['report']}/{pair[side]['event']}" for side in ("left", "right"))
        me.send("/verdicts", {"left": left, "right": right, "verdict": "unsure", "reason": "لا يكفي"}, 201)
    assert me.get("/review/pairs")["pairs"] == []


# -- corrections on their way out --------------------------------------------------------------------------------------


def marsad(url: str, *args: str) -> Any:
    from marsad.cli import main

    return CliRunner().invoke(main, ["--store", url, *args])


def test_corrections_leave_as_reference_records_that_evaluate_takes(me: Client, url: str, tmp_path: Path) -> None:
    me.decide("correct", changes={"actor": ISRAEL})
    file = tmp_path / "reference.jsonl"
    run = marsad(url, "corrections", "export", "-o", str(file))
    assert "0 records, 1 reports left out" in run.stderr
    me.decide("reject", "e2")
    run = marsad(url, "corrections", "export", "-o", str(file), "--reports", str(tmp_path / "texts"))
    assert run.exit_code == 0, run.output
    (record,) = map(json.loads, file.read_text("utf-8").splitlines())
    assert record["report"] == "r"
    assert [e["id"] for e in record["events"]] == ["e1"]
    assert record["events"][0]["actor"][0]["id"] == "israel/air-force"
    assert "rule" not in str(record)
    run = marsad(url, "evaluate", str(file), str(tmp_path / "texts"), "--format", "jsonl")
    assert run.exit_code == 0, run.output
    assert me.http.get("/api/v1/corrections/export").text == file.read_text("utf-8")


def test_corrections_by_the_command_line(me: Client, url: str) -> None:
    id = me.decide("correct", changes={"actor": ISRAEL})["decision"]["id"]
    listed = marsad(url, "corrections", "list", "--format", "jsonl").stdout
    assert json.loads(listed)["changes"]["actor"][0]["id"] == "israel/air-force"
    assert "actor" in marsad(url, "corrections", "list").stdout
    reread(url, actor=[words("طائرات مجهولة", id="syria/air-force")])
    assert "reading-moved" in marsad(url, "corrections", "list", "--conflicts").stdout
    assert marsad(url, "corrections", "undo", str(id)).exit_code == 0
    assert me.event()["actor"][0]["id"] == "syria/air-force"
    run = marsad(url, "corrections", "undo", str(id))
    assert (run.exit_code, "E330" in run.output) == (2, True)


def test_names_that_people_gave_can_be_pasted_into_a_pack(me: Client, url: str, tmp_path: Path) -> None:
    from marsad.packs import load

    place = words("بادية الشعلان", id="sy/deir-ez-zor/bukamal")
    me.decide("correct", changes={"actor": ISRAEL, "place": place})
    patrol = words("دورية الأمن العسكري", id="syria/military-security")
    me.decide("correct", "e2", changes={"actor": [patrol]})
    told = me.get("/corrections/suggestions")
    assert [(s["name"], s["id"], s["taken"]) for s in told["actors"]] == [
        ("طائرات مجهولة", "israel/air-force", ["unknown"]),
        ("دورية الأمن العسكري", "syria/military-security", []),
    ]
    assert told["actors"][0]["says"] == [STRIKE]
    whole = marsad(url, "corrections", "suggest", "--format", "yaml").stdout
    assert told["yaml"] == whole
    actors = whole[: whole.index("# entries of places")]
    (tmp_path / "mine" / "actors").mkdir(parents=True)
    (tmp_path / "mine" / "actors" / "suggested.yml").write_text(actors, "utf-8")
    assert "دورية الأمن العسكري" in load(tmp_path / "mine").actors["syria/military-security"].strong
    assert "# طائرات مجهولة: israel/air-force by decision, but also a name of unknown" in whole
    assert [s["name"] for s in told["places"]] == ["بادية الشعلان"]


# -- whatever comes ----------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries({}, optional={
        "actor": st.lists(st.fixed_dictionaries({"id": st.text(max_size=8)}, optional={
            "start": st.integers(-5, 400), "end": st.integers(-5, 400), "judgement": st.booleans()}), max_size=3),
        "place": st.none() | st.fixed_dictionaries({
            "judgement": st.booleans(), "lat": st.floats(), "lon": st.floats()}),
        "mode": st.none() | st.sampled_from(["aerial", "clash", "arrest", "x"]),
        "type": st.sampled_from(["ASSAULT", "COERCE", "REQUEST", None]),
        "time": st.none() | st.fixed_dictionaries({"start": st.dates().map(str), "judgement": st.booleans()}),
        "killed": st.none() | st.lists(st.fixed_dictionaries({
            "start": st.integers(0, 200), "end": st.integers(0, 200), "low": st.integers(-1, 20)}), max_size=2),
        "evidence": st.lists(st.lists(st.integers(-3, 300), max_size=3), max_size=3),
    })
)  # fmt: skip
def test_no_change_breaks_the_server_or_the_report(me: Client, changes: Json) -> None:
    seen = me.event()["review"]["revision"]
    body = {"report": "r", "event": "e1", "revision": seen, "reason": "كذا", "changes": changes}
    answer = me.http.post(
        "/api/v1/review/correct", content=json.dumps(body),
        headers={"X-CSRF-Token": me.csrf or "", "Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code in (200, 400, 422), answer.text
    whole = me.get("/review/report", report="r")
    assert [e["id"] for e in whole["events"]] == ["e1", "e2"]
    if answer.status_code == 200:
        me.send("/review/undo", {"decision": answer.json()["decision"]["id"]})


def test_script_in_a_reason_is_text(me: Client) -> None:
    told = me.decide("accept", reason="<script>alert(1)</script>")
    assert told["decision"]["reason"] == "<script>alert(1)</script>"
    answer = me.http.get("/api/v1/review/history", params={"report": "r"})
    assert answer.headers["content-type"] == "application/json"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "params"),
    [("/review/report", {"report": "none"}), ("/review/report", {"report": "\0"}), ("/review/queue", {"cursor": "x"}),
     ("/review/queue", {"cursor": "WzEsMl0"}), ("/review/queue", {"state": "x"}),
     ("/review/event", {"report": "r", "event": "e9"}),
     ("/corrections", {"cursor": "99999999999999"}), ("/verdicts", {"incident": "i-none"}), ("/trail", {"limit": "0"}),
     ("/review/actors", {"limit": "9999"}), ("/codings/compare", {"report": "r"})],
)  # fmt: skip
def test_bad_questions_are_told_so(me: Client, path: str, params: dict[str, str]) -> None:
    answer = me.http.get(f"/api/v1{path}", params=params)
    assert 400 <= answer.status_code < 500, answer.text
    assert set(answer.json()["error"]) == {"code", "message", "remedy"}


def test_arrests_stay_as_they_are(me: Client) -> None:
    me.decide("correct", changes={"actor": ISRAEL})
    assert me.event("e2")["evidence"] == [span(ARREST)]
