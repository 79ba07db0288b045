"""The shapes of every answer, over a store of the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from marsad.model import Report, from_record
from marsad.serve.app import create_app
from marsad.serve.finder import Kept
from marsad.store import open_store

Json = dict[str, Any]


@pytest.fixture(scope="module")
def api(store_url: str) -> Iterator[TestClient]:
    with TestClient(create_app(store_url, mask=False), raise_server_exceptions=False) as client:
        yield client


def get(api: TestClient, path: str, **given: Any) -> Json:
    answer = api.get(f"/api/v1/{path}", params=given)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


# -- sieve ----------------------------------------------------------------------------------------------------------


def test_every_question_of_the_sieve_agrees_with_the_cards(api: TestClient) -> None:
    cards = get(api, "incidents")["incidents"]
    some = next(c for c in cards if c["place"] and c["recipient"] and c["outlets"])
    asked: list[tuple[Json, Any]] = [
        ({"type": some["type"]}, lambda c: c["type"] == some["type"]),
        ({"type": ["ASSAULT", "COERCE"]}, lambda c: c["type"] in ("ASSAULT", "COERCE")),
        ({"mode": some["mode"]}, lambda c: c["mode"] == some["mode"]),
        ({"status": "actual"}, lambda c: c["status"] == "actual"),
        ({"quad": [1, 4]}, lambda c: c["quad"] in (1, 4)),
        ({"voices": 2}, lambda c: c["voices"] >= 2),
        ({"contradiction": True}, lambda c: bool(c["contradictions"])),
        ({"disputed": "time"}, lambda c: "time" in c["contradictions"]),
        ({"placed": True}, lambda c: c["place"] and c["place"]["lat"] is not None),
        ({"source": some["outlets"][0]}, lambda c: some["outlets"][0] in c["outlets"]),
        ({"actor": "russia", "as": "actor"}, lambda c: any(p["id"].split("/")[0] == "russia" for p in c["actor"])),
        ({"since": "2021-11", "until": "2021-11-30"},
         lambda c: c["start"] and c["start"] <= "2021-11-30" and c["end"] >= "2021-11-01"),
        ({"bbox": "40,34,41,36"}, lambda c: c["place"] and within(c["place"])),
    ]  # fmt: skip
    for given, fits in asked:
        want = {c["incident"] for c in cards if fits(c)}
        found = get(api, "incidents", **given)
        assert {c["incident"] for c in found["incidents"]} == want, given
        assert found["total"] == len(want)


def within(place: Json) -> bool:
    return place["lat"] is not None and 40 <= place["lon"] <= 41 and 34 <= place["lat"] <= 36


def test_two_actors_are_those_between_whom_it_is(api: TestClient) -> None:
    both = get(api, "incidents", actor=["russia", "iran"])["incidents"]
    for card in both:
        ids = " ".join(p["id"] for p in (*card["actor"], *card["recipient"]))
        assert "russia" in ids and "iran" in ids


@pytest.mark.parametrize("sort", ["newest", "oldest", "voices", "disputed", "reports", "severity"])
def test_orders(api: TestClient, sort: str) -> None:
    cards = get(api, "incidents", sort=sort)["incidents"]
    dated = [c["start"] for c in cards if c["start"]]
    values = {
        "newest": [date.fromisoformat(d).toordinal() for d in dated],
        "oldest": [-date.fromisoformat(d).toordinal() for d in dated],
        "voices": [c["voices"] for c in cards], "disputed": [len(c["contradictions"]) for c in cards],
        "reports": [c["reports"] for c in cards], "severity": [(c["killed"] or {}).get("best") or 0 for c in cards],
    }[sort]  # fmt: skip
    if sort != "severity":
        assert values == sorted(values, reverse=True)
    if sort in ("newest", "oldest"):
        assert all(c["start"] is None for c in cards[len(dated) :]), "undated ones stand last"


def test_clitics_digits_and_prefixes_are_folded(api: TestClient) -> None:
    whole = get(api, "incidents", q="ميليشيات")["total"]
    assert whole
    assert get(api, "incidents", q="والميليشيات")["total"] >= whole
    assert get(api, "incidents", q="ميليش*")["total"] >= whole
    assert get(api, "incidents", q="لاشيءكهذا")["total"] == 0


# -- counts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["auto", "day", "week", "month", "quarter", "year"])
def test_the_histogram_counts_all(api: TestClient, by: str) -> None:
    told = get(api, "incidents/histogram", by=by)
    assert told["total"] == get(api, "incidents")["total"]
    assert sum(b["count"] for b in told["bins"]) + told["undated"] == told["total"]
    assert all(b["count"] >= sum(b["quads"]) and b["start"] <= b["end"] for b in told["bins"])
    assert len(told["bins"]) <= 400
    for one, two in zip(told["bins"], told["bins"][1:], strict=False):
        assert date.fromisoformat(two["start"]).toordinal() == date.fromisoformat(one["end"]).toordinal() + 1
    assert told["bins"][0]["start"] <= told["first"] and told["last"] <= told["bins"][-1]["end"]


def test_facets_count_what_the_list_would_show(api: TestClient) -> None:
    told = get(api, "incidents/facets", type="ASSAULT", top=100)
    assert told["total"] == get(api, "incidents", type="ASSAULT")["total"]
    assert {f["value"] for f in told["facets"]["type"]} > {"ASSAULT"}, "a facet leaves its own question out"
    for name in ("mode", "status", "quad", "source", "actor"):
        for facet in told["facets"][name][:5]:
            more = {"as": "actor"} if name == "nothing" else {}
            listed = get(api, "incidents", type="ASSAULT", **{name: facet["value"]}, **more)["total"]
            assert listed >= facet["count"] if name == "actor" else listed == facet["count"], (name, facet)
    for facet in told["facets"]["place"][:5]:
        assert get(api, "incidents", type="ASSAULT", place=facet["value"])["total"] >= facet["count"]
        assert facet["ar"] and facet["en"]


# -- map ------------------------------------------------------------------------------------------------------------


def test_the_map_shows_every_placed_incident_once(api: TestClient) -> None:
    told = get(api, "map", bbox="-180,-90,180,90", zoom=5)
    spots = [f["properties"] for f in told["features"] if f["properties"]["kind"] != "move"]
    shown = sum(s["count"] if s["kind"] == "cluster" else 1 for s in spots)
    assert shown == told["total"] == get(api, "incidents", placed=True)["total"]
    assert told["unplaced"] == get(api, "incidents", placed=False)["total"]
    for feature in told["features"]:
        assert feature["type"] == "Feature" and feature["geometry"]["type"] in ("Point", "LineString")
    assert any(s["kind"] == "incident" and s["uncertainty_km"] is not None for s in spots)


def test_many_points_are_clustered(api: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from marsad.serve import maps

    monkeypatch.setattr(maps, "APART", 5)
    api.app.state.sent = Kept(8)  # type: ignore[attr-defined]
    for zoom in (0, 4, 8, 14):
        told = get(api, "map", bbox="-180,-90,180,90", zoom=zoom)
        spots = [f for f in told["features"] if f["properties"]["kind"] != "move"]
        assert told["clustered"]
        counts = [f["properties"].get("count", 1) for f in spots]
        assert sum(counts) == told["total"]
        for cluster in (f for f in spots if f["properties"]["kind"] == "cluster"):
            west, south, east, north = cluster["properties"]["bbox"]
            lon, lat = cluster["geometry"]["coordinates"]
            assert west <= lon <= east and south <= lat <= north
    api.app.state.sent = Kept(8)  # type: ignore[attr-defined]


def test_points_for_drawing(api: TestClient) -> None:
    told = get(api, "map/points")
    assert told["total"] == len(told["ids"]) == len(told["lon"]) == get(api, "incidents", placed=True)["total"]


# -- one incident ---------------------------------------------------------------------------------------------------


def test_the_page_of_an_incident(api: TestClient) -> None:
    widest = max(get(api, "incidents")["incidents"], key=lambda c: c["reports"])
    page = get(api, f"incidents/{widest['incident']}")
    assert {"claims", "disputes", "sources", "revisions", "tellings", "verdicts", "moves", "formerly"} <= set(page)
    leaves = [leaf for root in page["sources"] for leaf in walk(root)]
    told = {(leaf["report"], leaf["event"]) for leaf in leaves if leaf["kind"] == "report"}
    assert told == {tuple(key) for key in page["events"]}
    assert sum(root["counts"] for root in page["sources"]) == page["voices"]
    assert page["revisions"][0]["kind"] == "first"


def walk(node: Json) -> Iterator[Json]:
    yield node
    for below in node["below"]:
        yield from walk(below)


def test_why_adds_up(api: TestClient) -> None:
    widest = max(get(api, "incidents")["incidents"], key=lambda c: c["reports"])
    told = get(api, f"incidents/{widest['incident']}/why")
    assert told["joins"]
    for join in told["joins"]:
        assert round(sum(step["weight"] for step in join["steps"]), 3) == round(join["total"], 3)
        assert join["quotes"]["left"] and join["quotes"]["right"]


def test_neighbours(api: TestClient) -> None:
    for card in get(api, "incidents")["incidents"][:10]:
        for near in get(api, f"incidents/{card['incident']}/near")["incidents"]:
            assert near["incident"] != card["incident"]
            assert near["km"] <= 25 and abs(near["days"]) <= 3


def test_a_merged_incident_leads_to_its_heir(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'merged.db'}"
    text = "قصف الجيش بلدة تدمر يوم 3 أيار 2022 وقتل 4 جنود."
    with open_store(url) as store:
        for name, day in (("a", 3), ("b", 4)):
            report = Report(name, f"{text} رواية {name}", published=date(2022, 5, day), outlet=f"منبر {name}")
            told = {"id": "e1", "type": "ASSAULT", "mode": "heavy-weapons", "status": "actual", "evidence": [[0, 9]]}
            store.add(report, from_record({"report": name, "events": [told]}))
    with TestClient(create_app(url, mask=False)) as client, open_store(url) as store:
        ids = {c["incident"] for c in get(client, "incidents")["incidents"]}
        if len(ids) == 1:
            store.judge(("a", "e1"), ("b", "e1"), "different", reason="ليسا واحدا", by="t")
            ids = {c["incident"] for c in get(client, "incidents")["incidents"]}
        assert len(ids) == 2
        store.judge(("a", "e1"), ("b", "e1"), "same", reason="هما واحد", by="t")
        (left,) = {c["incident"] for c in get(client, "incidents")["incidents"]}
        (gone,) = ids - {left}
        answer = client.get(f"/api/v1/incidents/{gone}", follow_redirects=False)
        assert (answer.status_code, answer.json()) == (308, {"moved_to": left})
        followed = client.get(f"/api/v1/incidents/{gone}").json()
        assert followed["incident"] == left and followed["formerly"] == [gone]
        assert [v["verdict"] for v in followed["verdicts"]][-1] == "same"


# -- reports and search ---------------------------------------------------------------------------------------------


def test_reports_are_listed_and_paged(api: TestClient) -> None:
    whole = get(api, "reports")
    assert whole["total"] == len(whole["reports"]) == 11
    first = get(api, "reports", limit=4)
    rest = get(api, "reports", limit=50, cursor=first["next"])
    assert first["reports"] + rest["reports"] == whole["reports"]
    assert get(api, "reports", since="2022-05-01", until="2022-05-01")["reports"][0]["name"] == "hostile"
    assert get(api, "reports", source="منبر")["total"] == 1


def test_a_report_tells_its_noise_readings_and_tree(api: TestClient) -> None:
    page = get(api, "reports/rival-03")
    assert page["readings"][0]["newest"] and isinstance(page["noise"], list)
    tree = get(api, "reports/rival-03/explain", event="e1")["tree"]
    assert tree[0]["line"].startswith("e1") and tree[0]["below"]
    nodes = [node for root in tree for node in walk(root)]
    text = page["text"]
    assert any(n["words"] for n in nodes) and any(n["rule"] for n in nodes)
    assert all(n["words"] in (None, text[n["span"][0] : n["span"][1]].replace("\n", " ↵ ")) for n in nodes if n["span"])
    missing = api.get("/api/v1/reports/rival-03/explain?event=e99")
    assert missing.status_code == 404 and missing.json()["error"]["code"] == "E532"


def test_search_finds_incidents_and_reports_with_snippets(api: TestClient) -> None:
    told = get(api, "search", q="حَقْلِ الورد")
    for part in ("incidents", "reports"):
        assert told[part]["total"] and told[part]["hits"]
    snippet = told["reports"]["hits"][0]["snippet"]
    assert any(hit for _, hit in snippet) and not all(hit for _, hit in snippet)
    pages, cursor = [], None
    while True:
        given = {"cursor_incidents": cursor} if cursor else {}
        page = get(api, "search", q="قوات", limit=2, **{"in": "incidents"}, **given)
        pages += [h["incident"] for h in page["incidents"]["hits"]]
        cursor = page["incidents"]["next"]
        if cursor is None:
            break
    assert len(pages) == len(set(pages)) == page["incidents"]["total"]
    assert get(api, "search", q="؟!")["incidents"]["total"] == 0


def test_markup_in_reports_stays_text(api: TestClient) -> None:
    answer = api.get("/api/v1/reports/hostile")
    assert answer.headers["content-type"].startswith("application/json")
    assert "<script>alert('x')</script>" in answer.json()["text"]
    assert get(api, "search", q="alert")["reports"]["hits"][0]["name"] == "hostile"


def test_suggestions(api: TestClient) -> None:
    told = get(api, "suggest", q="الحرس")
    assert any(a["id"] == "iran/irgc" for a in told["actors"])
    assert all(set(p) == {"id", "ar", "en", "kind", "parent", "incidents"} for p in told["places"])
    assert get(api, "suggest", q="تدم")["places"]


# -- actors, pairs, watch -------------------------------------------------------------------------------------------


def test_actors_and_their_pages(api: TestClient) -> None:
    whole = get(api, "actors")["actors"]
    counts = [a["incidents"] for a in whole]
    assert counts == sorted(counts, reverse=True)
    page = get(api, f"actors/{whole[0]['id']}")
    assert page["incidents"] == whole[0]["incidents"] and page["by_type"] and page["partners"]
    assert {"names", "labels", "units", "ties", "standpoints", "positions", "persons", "line"} <= set(page)
    first = get(api, "actors", limit=3)
    assert first["actors"] + get(api, "actors", cursor=first["next"])["actors"] == whole


def test_chains_demands_network_and_forecasts(api: TestClient) -> None:
    assert isinstance(get(api, "chains", a="russia", b="iran")["chains"], list)
    open_ones = get(api, "demands", state="open")["demands"]
    assert all(d["state"] == "open" for d in open_ones)
    assert "edges" in get(api, "network", level="camp")
    assert get(api, "forecasts", a="russia", b="iran")["forecasts"][0]["scores"] is not None
    assert api.get("/api/v1/forecasts?a=russia").status_code == 400
    assert get(api, "pairs/list")["pairs"]


def test_an_alert_is_acknowledged_and_muted(store_url: str) -> None:
    with TestClient(create_app(store_url, mask=False)) as client:
        found = get(client, "alerts")
        if not found["alerts"]:
            pytest.skip("the corpus raises no alert")
        id, before = found["alerts"][0]["alert"], found["total"]
        head = {"X-CSRF-Token": client.get("/api/v1/session").json()["csrf"]}
        body = {"kind": "acknowledged", "reason": "رأيته"}
        told = client.post(f"/api/v1/alerts/{id}/marks", json=body, headers=head).json()
        assert told["marks"]["acknowledged"]["reason"] == "رأيته"
        assert get(client, "alerts", acknowledged=True)["alerts"][0]["alert"] == id
        client.post(f"/api/v1/alerts/{id}/marks", json={"kind": "muted"}, headers=head)
        assert get(client, "alerts")["total"] == before - 1
        client.post(f"/api/v1/alerts/{id}/marks", json={"kind": "muted", "on": False}, headers=head)
        assert get(client, "alerts")["total"] == before
        assert client.post("/api/v1/alerts/a-none/marks", json=body, headers=head).status_code == 404


# -- health ---------------------------------------------------------------------------------------------------------


def test_sources_runs_and_quality(api: TestClient) -> None:
    sources = get(api, "sources")["sources"]
    assert sum(s["reports"] for s in sources) <= 11 and all(len(s["weeks"]) == 12 for s in sources)
    runs = get(api, "runs", limit=5)["runs"]
    assert len(runs) == 5 and get(api, "runs", before=runs[-1]["seq"])["runs"][0]["seq"] == runs[-1]["seq"] - 1
    told = get(api, "quality")
    assert told["facets"][0] == "overall" and told["sets"]["all"]["overall"] > 0.5


def test_the_packaged_figures_are_those_of_the_page(root: Any) -> None:
    import subprocess
    import sys

    script = root / "genscripts" / "quality.py"
    assert subprocess.run([sys.executable, script, "--check"], check=False).returncode == 0, (
        "python genscripts/quality.py"
    )


def test_an_answer_that_is_held_already_is_not_sent_again(api: TestClient) -> None:
    first = api.get("/api/v1/incidents?limit=2")
    again = api.get("/api/v1/incidents?limit=2", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = api.get("/api/v1/incidents?limit=3", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


EVERY = (
    "health", "meta", "incidents", "incidents.geojson", "incidents/histogram", "incidents/facets", "map", "map/points",
    "reports", "search?q=x", "suggest?q=x", "actors", "pairs", "pairs/list", "chains", "demands", "network", "alerts",
    "sources", "runs", "quality", "forecasts",
)  # fmt: skip


@pytest.mark.parametrize("path", EVERY)
def test_an_empty_store_answers_everything(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.db'}"
    with TestClient(create_app(url)) as client:
        assert client.get(f"/api/v1/{path}").status_code == 200


def test_the_page_of_an_actor_of_many_reports_reads_the_newest(
    api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marsad.serve import actors

    whole = get(api, "actors/russia/armed-forces")
    monkeypatch.setattr(actors, "FEW", 2)
    api.app.state.sent = Kept(8)  # type: ignore[attr-defined]
    few = get(api, "actors/russia/armed-forces")
    assert few["names"] == whole["names"] and few["incidents"] == whole["incidents"]
