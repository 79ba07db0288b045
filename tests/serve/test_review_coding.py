"""Two coders on one report: each alone, how far they agree, who decides between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from serve import team
from serve.team import DENIAL, Client, span, words

Opens = Callable[..., Client]
ISRAEL = [words("طائرات مجهولة", id="israel/air-force")]
SYRIA = [words("طائرات مجهولة", id="syria/air-force")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Opens]:
    with team.workbench(team.fresh(tmp_path, "r", "s", hired=True)) as opens:
        yield opens


@pytest.fixture
def coders(house: Opens) -> tuple[Client, Client, Client]:
    """Huda and Zayd, asked by Rima to code the report."""
    rima = house("rima")
    rima.send("/codings", {"report": "r", "coders": ["huda", "Zayd"]}, 201)
    return house("huda"), house("zayd"), rima


def finish(client: Client) -> None:
    (coding,) = client.get("/codings", report="r", state="open")["codings"]
    client.send("/codings/done", {"coding": coding["id"]})


def coded(coders: tuple[Client, Client, Client]) -> Client:
    """Both coded and done: they agree on the arrest's place only. Gives the lead."""
    huda, zayd, rima = coders
    huda.decide("correct", changes={"actor": ISRAEL}, coding=True)
    huda.decide("accept", "e2", coding=True)
    zayd.decide("correct", changes={"actor": SYRIA, "status": "possible"}, coding=True)
    zayd.decide("accept", "e2", coding=True)
    new = {"type": "ASSAULT", "status": "denied", "evidence": [span(DENIAL)]}
    zayd.send("/review/add", {"report": "r", "new": new, "reason": "نفي", "coding": True})
    finish(huda)
    finish(zayd)
    return rima


def test_a_coder_sees_nothing_of_the_other_until_both_are_done(coders: tuple[Client, Client, Client]) -> None:
    huda, zayd, rima = coders
    huda.decide("correct", changes={"actor": ISRAEL}, reason="رقم الذيل", coding=True)
    for told in (
        zayd.event(), zayd.event(coding=True), zayd.get("/review/report", report="r", coding=True),
        zayd.get("/review/history", report="r"), zayd.get("/corrections"), zayd.get("/review/queue"),
        zayd.get("/reports/r"), zayd.get("/trail"),
    ):  # fmt: skip
        assert "israel/air-force" not in str(told)
        assert "رقم الذيل" not in str(told)
    assert huda.event(coding=True)["actor"][0]["id"] == "israel/air-force"
    assert huda.event()["actor"][0]["id"] is None
    finish(huda)
    assert zayd.get("/codings/compare", status=409, report="r")["error"]["code"] == "E333"
    assert rima.get("/codings/compare", status=409, report="r")["error"]["code"] == "E333"
    finish(zayd)
    assert "israel/air-force" in str(zayd.get("/codings/compare", report="r"))
    assert "رقم الذيل" in str(zayd.get("/corrections"))


def test_who_may_code_what(house: Opens, coders: tuple[Client, Client, Client]) -> None:
    huda, zayd, rima = coders
    assert [c["coder"] for c in huda.get("/codings")["codings"]] == ["huda"]
    assert [c["coder"] for c in rima.get("/codings")["codings"]] == ["huda", "zayd"]
    assert huda.get("/review/report", status=409, report="s", coding=True)["error"]["code"] == "E333"
    mine = huda.get("/codings")["codings"][0]["id"]
    assert zayd.send("/codings/done", {"coding": mine}, 409)["error"]["code"] == "E333"
    finish(huda)
    assert huda.decide("accept", "e2", 409, coding=True)["error"]["code"] == "E333"
    house("layla").send("/people", {"name": "nur", "role": "reader", "password": "غيمة بيضاء فوق البحر"}, 201)
    assert rima.send("/codings", {"report": "r", "coders": ["nur"]}, 409)["error"]["code"] == "E333"
    assert rima.send("/codings", {"report": "r", "coders": ["nobody"]}, 404)["error"]["code"] == "E334"
    assert rima.send("/codings", {"report": "none", "coders": ["huda"]}, 404)["error"]["code"] == "E307"


def test_agreement_is_told_facet_by_facet(coders: tuple[Client, Client, Client]) -> None:
    rima = coded(coders)
    told = rima.get("/agreement")
    assert told["reports"] == 1
    assert told["pairs"] == [["huda", "zayd"]]
    facets = {f["facet"]: f for f in told["facets"]}
    assert (facets["event"]["units"], facets["event"]["agreed"]) == (3, 2)
    assert facets["event"]["kappa"] is None
    assert (facets["type"]["units"], facets["type"]["percent"]) == (2, 1.0)
    assert (facets["actor"]["agreed"], facets["status"]["agreed"]) == (1, 1)
    assert facets["status"]["kappa"] == pytest.approx(0.0)
    assert facets["type"]["kappa"] == pytest.approx(1.0)


def test_a_lead_decides_row_by_row(coders: tuple[Client, Client, Client]) -> None:
    rima = coded(coders)
    told = rima.get("/codings/compare", report="r")
    assert told["coders"] == ["huda", "zayd"]
    assert [row["same"] for row in told["rows"]] == [False, True, False]
    assert [f["facet"] for f in told["rows"][0]["facets"] if not f["same"]] == ["status", "actor"]
    assert told["rows"][2]["events"]["huda"] is None
    ruling: dict[str, Any] = {"report": "r", "rows": [{"row": 0, "coder": "huda"}], "reason": "بعد المراجعة"}
    fault = rima.send("/codings/adjudicate", ruling, 400)
    assert "row 2" in fault["error"]["message"]
    ruling["rows"].append({"row": 2, "coder": "zayd"})
    whole = rima.send("/codings/adjudicate", ruling)
    events = {e["id"]: e for e in whole["events"]}
    assert events["e1"]["actor"][0]["id"] == "israel/air-force"
    assert events["e1"]["review"]["by"] == "rima"
    assert events["e2"]["review"]["state"] == "accepted"
    assert [e["status"] for e in whole["events"]] == ["actual", "actual", "denied"]
    assert rima.get("/reports/r")["record"]["events"][0]["actor"][0]["id"] == "israel/air-force"


def test_what_both_coders_leave_out_goes(coders: tuple[Client, Client, Client]) -> None:
    huda, zayd, rima = coders
    for one in (huda, zayd):
        one.decide("reject", "e2", reason="ليس حدثا", coding=True)
        one.decide("accept", coding=True)
        finish(one)
    whole = rima.send("/codings/adjudicate", {"report": "r", "reason": "اتفقا"})
    assert [e["id"] for e in whole["events"]] == ["e1"]
    assert [e["id"] for e in whole["rejected"]] == ["e2"]
    ruling = {"report": "r", "rows": [{"row": 0, "coder": "nobody"}], "reason": "خطأ"}
    assert rima.send("/codings/adjudicate", ruling, 400)["error"]["code"] == "E331"
