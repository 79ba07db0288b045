"""The whole story of a review over both kinds of store."""

from __future__ import annotations

import pytest

from marsad.store import open_store
from serve import team
from serve.team import DENIAL, span, words
from store.conftest import address, postgres

__all__ = ["address", "postgres"]
ISRAEL = [words("طائرات مجهولة", id="israel/air-force")]


def test_the_story_of_a_review(address: str) -> None:
    team.fill(address, "r", "s")
    team.hire(address)
    with team.workbench(address) as opens:
        huda, rima = opens("huda"), opens("rima")
        assert huda.get("/review/queue", limit=1)["next"]
        huda.decide("correct", changes={"actor": ISRAEL})
        new = {"type": "ASSAULT", "status": "denied", "evidence": [span(DENIAL)]}
        huda.send("/review/add", {"report": "r", "new": new, "reason": "نفي"})
        huda.decide("reject", "e2", reason="لم يقع")
        huda.decide("skip", "e2", report="s")
        counts = huda.get("/review/queue")["counts"]
        assert counts == {"open": 1, "accepted": 0, "corrected": 1, "rejected": 1, "added": 1, "skipped": 1}
        for state in counts:
            assert len(huda.get("/review/queue", state=state)["items"]) == counts[state]
        assert rima.get("/incidents", actor="israel")["total"] == 1
        rima.send("/codings", {"report": "s", "coders": ["huda", "zayd"]}, 201)
        assert rima.get("/agreement")["reports"] == 0
        given = huda.send("/verdicts", {"left": "r/e1", "right": "s/e1", "verdict": "same", "reason": "واحد"}, 201)
        assert len(given["incidents"]) >= 1
        rima.send("/unmask", {"report": "r", "reason": "للتحقق من صلة القرابة"})
        assert len(opens("layla").get("/trail")["entries"]) > 8
    with open_store(address) as store:
        assert store.verify_custody() > 5


@pytest.mark.parametrize(
    "path",
    ["/review/report?report=%00", "/review/event?report=r&event=%00", "/review/history?report=r&event=%00",
     "/review/actors?q=%00", "/review/places?q=%ED%A0%80", "/codings?report=%00", "/codings/compare?report=%00",
     "/agreement?report=%00", "/corrections?report=%00", "/corrections?by=%00", "/verdicts?incident=%00",
     "/verdicts?incident=a/%00", "/trail?who=%00", "/review/queue?cursor=WzAsWzAsIlx1MDAwMCIsIngiXV0"],
)  # fmt: skip
def test_letters_that_no_store_keeps_are_refused(address: str, path: str) -> None:
    team.fill(address)
    with team.workbench(address) as opens:
        answer = opens().http.get(f"/api/v1{path}")
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.json()["error"]["code"]
