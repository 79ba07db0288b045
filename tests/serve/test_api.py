"""The JSON API over a real SQLite store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from marsad.model import Report, from_record
from marsad.serve.app import LOCAL_NAMES, create_app, is_local
from marsad.serve.labels import labels
from marsad.store import open_store

SECRET = ("سعيد", "التجريبي", "saeed", "tajribi")


@pytest.fixture(scope="module")
def api(store_url: str) -> Iterator[TestClient]:
    with TestClient(create_app(store_url, mask=False), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def public(store_url: str) -> Iterator[TestClient]:
    with TestClient(create_app(store_url), raise_server_exceptions=False) as client:
        yield client


def incidents(api: TestClient, **filters: Any) -> list[dict[str, Any]]:
    answer = api.get("/api/v1/incidents", params=filters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["incidents"]
    return found


def test_health_and_meta(api: TestClient) -> None:
    assert api.get("/api/v1/health").json()["reports"] == 11
    meta = api.get("/api/v1/meta").json()
    assert meta["masked"] is False
    assert meta["counts"]["incidents"] == len(incidents(api))
    assert meta["labels"]["types"]["ASSAULT"]["en"] == "Assault"


def test_every_code_of_the_manual_has_both_labels() -> None:
    for kind, codes in labels().items():
        for code, both in codes.items():
            assert both["ar"] and both["en"], f"{kind}/{code}"


def test_every_type_and_mode_of_plover_has_a_label() -> None:
    from marsad.packs import load

    known = labels()
    for type, modes in load(strict=False).plover.modes.items():
        assert type in known["types"]
        assert not [m for m in modes if m not in known["modes"] and f"{type}/{m}" not in known["modes"]]


def test_filters(api: TestClient) -> None:
    everything = incidents(api)
    assaults = incidents(api, type="ASSAULT")
    assert assaults and len(assaults) < len(everything)
    assert {c["type"] for c in assaults} == {"ASSAULT"}
    assert all(c["contradictions"] for c in incidents(api, contradiction="true"))
    assert all(c["start"] and c["start"] <= "2021~" for c in incidents(api, since="2021", until="2021"))


def test_an_actor_takes_in_those_below_it(api: TestClient) -> None:
    ids = {p["id"] for c in incidents(api, actor="russia") for p in (*c["actor"], *c["recipient"])}
    assert "russia/armed-forces" in ids


def test_search_folds_spelling(api: TestClient) -> None:
    assert incidents(api, q="حقل الورد")
    assert incidents(api, q="حَقْل") == incidents(api, q="حقل")


def test_pages_of_the_list(api: TestClient) -> None:
    whole, found, cursor = incidents(api), [], None
    while True:
        given = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = api.get("/api/v1/incidents", params=given).json()
        assert page["total"] == len(whole)
        found += page["incidents"]
        cursor = page["next"]
        if cursor is None:
            break
        assert len(page["incidents"]) == 3
    assert found == whole


def test_geojson(api: TestClient) -> None:
    answer = api.get("/api/v1/incidents.geojson").json()
    assert answer["type"] == "FeatureCollection"
    placed = [f for f in answer["features"] if f["geometry"]]
    assert placed
    for feature in placed:
        lon, lat = feature["geometry"]["coordinates"]
        assert -180 <= lon <= 180 and -90 <= lat <= 90
        assert feature["properties"]["place"]["lat"] == lat


def test_an_incident_shows_the_words_of_each_telling(api: TestClient) -> None:
    widest = max(incidents(api), key=lambda c: c["reports"])
    incident = api.get(f"/api/v1/incidents/{widest['incident']}").json()
    assert len(incident["tellings"]) == len(incident["events"])
    for telling in incident["tellings"]:
        text = api.get(f"/api/v1/reports/{telling['report']}").json()["text"]
        assert telling["quotes"] and all(quote in text for quote in telling["quotes"])


def test_a_report_keeps_its_text_and_spans(api: TestClient) -> None:
    report = api.get("/api/v1/reports/rival-03").json()
    for event in report["record"]["events"]:
        for actor in event["actor"]:
            assert report["text"][actor["start"] : actor["end"]] == actor["text"]
    assert set(report["incidents"]) == {e["id"] for e in report["record"]["events"]}


def test_actors_and_pair(api: TestClient) -> None:
    assert any(a["id"] == "iran/irgc" for a in api.get("/api/v1/actors").json()["actors"])
    pair = api.get("/api/v1/pairs", params={"a": "russia", "b": "iran"}).json()
    assert {"periods", "undated", "total"} <= set(pair)


def test_alerts(api: TestClient) -> None:
    assert isinstance(api.get("/api/v1/alerts").json()["alerts"], list)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/incidents/none", 404),
        ("/api/v1/reports/none", 404),
        ("/api/v1/pairs?a=none&b=iran", 404),
        ("/api/v1/pairs?by=day", 400),
        ("/api/v1/nothing", 404),
        ("/api/v1/incidents?limit=x", 422),
        ("/api/v1/incidents?since=yesterday", 422),
        ("/api/v1/incidents?colour=red", 422),
    ],
)
def test_every_error_has_one_shape(api: TestClient, path: str, status: int) -> None:
    answer = api.get(path)
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message", "remedy"}


def test_new_reports_are_seen_without_a_restart(empty_url: str, hostile_report: tuple[Report, dict[str, Any]]) -> None:
    report, record = hostile_report
    with TestClient(create_app(empty_url)) as client, open_store(empty_url) as store:
        assert incidents(client) == []
        store.add(report, from_record(record))
        assert len(incidents(client)) == 1


def test_an_empty_store_answers(empty_url: str) -> None:
    with TestClient(create_app(empty_url)) as client:
        assert client.get("/api/v1/meta").json()["counts"]["incidents"] == 0
        assert client.get("/api/v1/actors").json()["actors"] == []
        assert client.get("/").status_code == 200


def everything(client: TestClient) -> str:
    paths = ["incidents", "incidents.geojson", "actors", "alerts", "reports/private", "reports/hostile", "pairs"]
    paths += [f"incidents/{c['incident']}" for c in incidents(client)]
    return "\n".join(client.get(f"/api/v1/{path}").text for path in paths)


def test_private_persons_are_masked_everywhere(public: TestClient) -> None:
    given = everything(public)
    assert "منبر" in given
    assert not [word for word in SECRET if word in given]


def test_private_persons_are_shown_to_the_single_user(api: TestClient) -> None:
    assert "سعيد بن حمد التجريبي" in api.get("/api/v1/reports/private").json()["text"]


def test_masking_keeps_every_span(public: TestClient, api: TestClient) -> None:
    masked, shown = (c.get("/api/v1/reports/private").json() for c in (public, api))
    assert len(masked["text"]) == len(shown["text"])
    place = masked["record"]["events"][0]["place"]
    assert masked["text"][place["start"] : place["end"]] == place["text"] == "تدمر"


def test_a_masked_person_is_one_code_in_a_run_and_another_in_the_next(store_url: str, public: TestClient) -> None:
    def codes(client: TestClient) -> set[str]:
        events = client.get("/api/v1/reports/private").json()["record"]["events"]
        return {p["id"] for e in events for p in e["recipient"]}

    with TestClient(create_app(store_url)) as other:
        assert codes(public) == codes(public) != codes(other)


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("10.1.2.3", False)],
)
def test_who_is_local(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_a_foreign_name_is_refused(store_url: str) -> None:
    with TestClient(create_app(store_url, mask=False, hosts=LOCAL_NAMES), base_url="http://localhost:8765") as client:
        assert client.get("/api/v1/health").status_code == 200
        answer = client.get("/api/v1/health", headers={"host": "rebound.example:8765"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "E504")


def test_answers_carry_a_policy_against_script(api: TestClient) -> None:
    policy = api.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe-inline" not in policy.split("style-src")[0]


@pytest.mark.parametrize("word", ["سعيد", "التجريبي", "تجريب*", "سعيد بن حمد التجريبي", "لسعيد"])
def test_a_masked_name_cannot_be_searched_for(public: TestClient, api: TestClient, word: str) -> None:
    for path, part in (("incidents", None), ("incidents/histogram", None), ("map", None), ("reports", None)):
        assert public.get(f"/api/v1/{path}", params={"q": word}).json()["total"] == 0, (path, part)
    found = public.get("/api/v1/search", params={"q": word}).json()
    assert found["incidents"]["total"] == found["reports"]["total"] == 0
    assert api.get("/api/v1/search", params={"q": word}).json()["reports"]["total"] == 1


def test_pieces_of_masked_texts_are_masked(public: TestClient) -> None:
    hits = public.get("/api/v1/search", params={"q": "الأمن العسكري"}).json()
    assert hits["reports"]["hits"] and hits["incidents"]["hits"]
    assert not [word for word in SECRET if word in str(hits)]
    assert "█" in str(hits["reports"])


@pytest.mark.parametrize("id", ["person/saeed-tajribi", "person/nobody-at-all"])
def test_a_masked_id_is_as_unknown_as_any_other(public: TestClient, id: str) -> None:
    assert public.get("/api/v1/incidents", params={"actor": id}).json()["total"] == 0
    for path, given in (("pairs", {"a": id, "b": "iran"}), ("chains", {"a": id, "b": "iran"}), (f"actors/{id}", {})):
        answer = public.get(f"/api/v1/{path}", params=given)
        assert (answer.status_code, answer.json()["error"]["remedy"]) == (404, "look it up in the list of actors")


def test_faults_name_no_private_person(public: TestClient, api: TestClient) -> None:
    assert api.get("/api/v1/incidents", params={"actor": "person/saeed-tajribi"}).json()["total"] == 1
    for path in ("pairs?a=saeed-tajrib&b=iran", "actors/saeed-tajrib", "chains?a=saeed-tajrib&b=iran"):
        assert "tajribi" not in public.get(f"/api/v1/{path}").text


def test_suggestions_name_no_private_person(public: TestClient) -> None:
    for word in SECRET:
        assert public.get("/api/v1/suggest", params={"q": word}).json()["actors"] == []
