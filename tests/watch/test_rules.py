"""Rules: what they ask for, what they refuse, and a user's own over ours."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.testing import CliRunner, Result

from marsad.cli import main
from marsad.errors import PackError
from marsad.fuse.tables import knowledge
from marsad.packs import Packs, load
from marsad.watch.alert import days_in_arabic
from marsad.watch.alerts import raised
from marsad.watch.feed import feed
from marsad.watch.prove import failures, short
from marsad.watch.rules import Rules, check, load_rules, parse

CLASH = ["i-1", "2022-01-05", "ASSAULT/clash", ["russia/armed-forces"], ["iran/irgc"], [35.3, 40.1], []]


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load(strict=False)


def rule(**change: Any) -> dict[str, Any]:
    title = {"ar": "{title}", "en": "{title}"}
    made = {"id": "mine", "kind": "deed", "level": "alarm", "title": title, "reason": title}
    return made | {"examples": {"raises": [[CLASH]], "quiet": [[CLASH]]}} | change


def told(packs: Packs, row: list[Any], **options: Any) -> list[str]:
    rules = parse({"rules": [rule(**options)]})
    check(rules, packs)
    return [a.id for a in raised([short(row, packs)], packs=packs, rules=rules)]


@pytest.mark.parametrize(
    ("options", "fits"),
    [
        ({"pair": ["russia", "iran"]}, True),
        ({"pair": ["iran", "russia"], "types": ["ASSAULT"]}, True),
        ({"pair": ["russia", "isis"]}, False),
        ({"actors": ["iran"]}, True),
        ({"actors": ["isis"]}, False),
        ({"types": ["ASSAULT/clash"]}, True),
        ({"types": ["ASSAULT/aerial", "COERCE"]}, False),
        ({"near": [35.3, 40.15, 10]}, True),
        ({"near": [33.5, 36.3, 10]}, False),
        ({"voices": 2}, False),
        ({"killed": 3}, True),
        ({"killed": 5}, False),
        ({"captured": 1}, False),
    ],
)
def test_conditions(options: dict[str, Any], fits: bool, packs: Packs) -> None:
    assert bool(told(packs, [*CLASH, {"killed": 4}], **options)) == fits


def test_a_place_holds_all_below_it(packs: Packs) -> None:
    row = [*CLASH, {"place": "sy/deir-ez-zor/hatla"}]
    assert told(packs, row, places=["sy/deir-ez-zor"])
    assert not told(packs, row, places=["sy/homs"])


@pytest.mark.parametrize("status", ["planned", "possible", "denied"])
def test_what_did_not_happen_is_no_deed(status: str, packs: Packs) -> None:
    assert not told(packs, [*CLASH, {"status": status}])


@pytest.mark.parametrize(
    ("change", "code", "near"),
    [
        ({"pair": ["russia", "iran/igrc"]}, "E292", "iran/irgc"),
        ({"types": ["ASALT"]}, "E292", "ASSAULT"),
        ({"types": ["COERCE/arest"]}, "E292", "COERCE/arrest"),
        ({"places": ["sy/deir-ezzor"]}, "E292", "sy/deir-ez-zor"),
        ({"kild": 3}, "E291", "killed"),
        ({"kind": "surprise", "false_alarms": 5}, "E291", "0.02 to 1"),
        ({"kind": "quiet"}, "E291", "head of watch.yml"),
    ],
)
def test_a_faulty_rule_is_refused_with_the_nearest_names(
    change: dict[str, Any], code: str, near: str, packs: Packs
) -> None:
    with pytest.raises(PackError, match=code) as fault:
        check(parse({"rules": [rule(**change)]}), packs)
    assert near in fault.value.remedy


def test_a_users_rules_lie_over_ours(tmp_path: Path, packs: Packs) -> None:
    ours = knowledge("watch.yml")["rules"][0]
    mine = copy.deepcopy(ours) | {"level": "notice"}
    (tmp_path / "watch.yml").write_text(yaml.safe_dump({"rules": [mine, rule()]}, allow_unicode=True), "utf-8")
    found = {r.id: r for r in load_rules([tmp_path], packs=packs).rules}
    assert found["first-clash"].level == "notice"
    assert len(found) == len(knowledge("watch.yml")["rules"]) + 1
    wrong = list(failures(Rules((), (found["mine"],)), packs))
    assert wrong == ["mine: example 1 of quiet fails"]


def test_series_raise_alarms_with_figures_incidents_and_both_languages(packs: Packs) -> None:
    rows = [[f"i-{n}", f"{2018 + n // 12}-{n % 12 + 1:02}-05", *CLASH[2:]] for n in range(48)]
    rows += [[f"b-{n}", f"2022-02-{n + 1:02}", *CLASH[2:]] for n in range(14)]
    found = [a for a in raised([short(r, packs) for r in rows], packs=packs) if a.rule == "conflict-surprise"]
    assert found
    (alert,) = [a for a in found if a.date >= "2022-01-01"]
    assert alert.subject == ("iran", "russia")
    assert alert.figure
    assert alert.figure["counted"] > alert.figure["high"] >= alert.figure["low"]
    assert alert.figure["false_alarms"] == 0.1
    assert len(alert.incidents) == alert.figure["counted"]
    assert "false alarms" in alert.reasons[0]["en"]
    assert "إنذار كاذب" in alert.reasons[0]["ar"]


def test_no_incident_no_alert(packs: Packs) -> None:
    assert raised([], packs=packs) == []


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_the_feed_is_sound_and_the_same_each_time(kind: str, packs: Packs) -> None:
    found = raised([short([*CLASH, {"killed": 30}], packs)], packs=packs)
    text = feed(found, kind=kind, site="https://example.org")
    assert text == feed(found, kind=kind, site="https://example.org")
    root = ET.fromstring(text.partition("\n")[2])
    entries = [e for e in root.iter() if e.tag.rpartition("}")[2] in ("entry", "item")]
    assert len(entries) == len(found) > 0
    assert found[0].id in text
    assert found[0].title_ar in text


def call(*args: str, store: Path) -> Result:
    return CliRunner().invoke(main, ["--store", f"sqlite:///{store}", *args])


def test_the_commands(tmp_path: Path) -> None:
    store = tmp_path / "demo.sqlite"
    assert call("demo", "--no-serve", store=store).exit_code == 0
    assert "0 wrong" in call("watch", "test", store=store).stdout
    ids = [line.split('"')[3] for line in call("alerts", "--format", "jsonl", store=store).stdout.splitlines()]
    assert ids
    assert call("watch", "acknowledge", ids[0], "--reason", "seen", store=store).exit_code == 0
    assert call("watch", "mute", "rule:culprit-disputed", store=store).exit_code == 0
    assert call("watch", "follow", "russia", "iran", store=store).exit_code == 0
    listed = call("alerts", "--format", "jsonl", store=store)
    assert "culprit-disputed" not in listed.stdout
    assert '"acknowledged"' in listed.stdout
    assert '"followed"' in call("alerts", "--followed", "--format", "jsonl", store=store).stdout
    refused = call("watch", "mute", "culprit-dispute", store=store)
    assert (refused.exit_code, refused.stderr.startswith("E122: ")) == (2, True)
    assert "culprit-disputed" in refused.stderr
    for args in (["watch", "run"], ["watch", "log"], ["watch", "rules"], ["watch", "feed"], ["forecast"],
                 ["forecast", "--places"], ["forecast", "russia", "iran"], ["forecast", "sy/deir-ez-zor"]):  # fmt: skip
        done = call(*args, store=store)
        assert done.exit_code == 0, done.output
    assert call("watch", "run", "--today", "2001-01-01", store=store).stderr.startswith("E125: ")
    assert call("forecast", "russia", "russia", store=store).stderr.startswith("E120: ")
    assert call("forecast", "sy/nowhere", store=store).stderr.startswith("E311: ")


def test_days_are_counted_as_arabic_counts_them() -> None:
    told = {n: days_in_arabic(n) for n in (1, 2, 7, 14, 100, 105, 111)}
    assert told == {
        1: "يوم واحد", 2: "يومين", 7: "7 أيام", 14: "14 يوماً", 100: "100 يوم", 105: "105 أيام", 111: "111 يوماً",
    }  # fmt: skip
