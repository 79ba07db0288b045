"""The API over both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi.testclient import TestClient

from marsad.model import Report, from_record
from marsad.serve.app import create_app
from marsad.store import open_store

TEXT = "قصف الجيش بلدة تدمر وقتل 4 جنود، والميليشيات انسحبت."


def fill(address: str) -> None:
    place = {
        "text": "تدمر",
        "start": 15,
        "end": 19,
        "lat": 34.56,
        "lon": 38.28,
        "precision": 1,
        "id": "sy/homs/palmyra",
    }
    actor = {"text": "الجيش", "start": 4, "end": 9, "id": "syria/army"}
    event: dict[str, Any] = {"id": "e1", "type": "ASSAULT", "mode": "heavy-weapons", "status": "actual"}
    event |= {"evidence": [[0, len(TEXT)]], "place": place, "actor": [actor], "recipient": []}
    with open_store(address) as store:
        for name, day in (("a", 1), ("b", 20)):
            report = Report(name, TEXT + f" {name}", published=date(2022, 5, day), outlet=f"منبر {name}")
            store.add(report, from_record({"report": name, "published": f"2022-05-{day:02}", "events": [event]}))


def test_the_same_answers_on_both(address: str) -> None:
    fill(address)
    with TestClient(create_app(address, mask=False)) as client:

        def get(path: str, **given: Any) -> Any:
            answer = client.get(f"/api/v1/{path}", params=given)
            assert answer.status_code == 200, answer.text
            return answer.json()

        total = get("incidents")["total"]
        assert total >= 1
        assert get("incidents", q="ميليشيات", place="sy/homs", actor="syria", bbox="38,34,39,35")["total"] == total
        assert get("incidents", q="قص*")["total"] == total and get("incidents", q="ق٪_")["total"] == 0
        assert get("incidents/facets")["facets"]["place"][0]["value"] == "sy/homs"
        assert get("search", q="جنود")["reports"]["total"] == 2
        assert sum(s["reports"] for s in get("sources")["sources"]) == 2
        page = get(f"incidents/{get('incidents')['incidents'][0]['incident']}")
        assert page["sources"] and page["tellings"][0]["quotes"]
        assert get(f"incidents/{page['incident']}/why")["joins"] is not None
        assert get("actors/syria/army")["names"][0]["text"] == "الجيش"
        for path in ("meta", "map", "incidents/histogram", "alerts", "chains", "runs", "suggest?q=تدمر"):
            assert client.get(f"/api/v1/{path}").status_code == 200, path


def test_reports_that_come_while_it_runs_are_worked_in(address: str) -> None:
    with TestClient(create_app(address, mask=False)) as client:
        assert client.get("/api/v1/incidents").json()["total"] == 0
        fill(address)
        assert client.get("/api/v1/incidents").json()["total"] >= 1
