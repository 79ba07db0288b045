"""Rules prove themselves; alerts are stable and say why."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from marsad.errors import PackError
from marsad.fuse.tables import knowledge
from marsad.packs import Packs, load
from marsad.watch.alerts import raised
from marsad.watch.prove import failures, short
from marsad.watch.rules import packaged, parse


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load(strict=False)


def test_every_rule_does_what_its_examples_say(packs: Packs) -> None:
    assert list(failures(packaged(), packs)) == []


@pytest.mark.parametrize("change", [{"examples": {}}, {"kind": "omen"}, {"level": "panic"}])
def test_a_faulty_rule_does_not_load(change: dict[str, object]) -> None:
    data = copy.deepcopy(knowledge("watch.yml"))
    data["rules"][0] |= change
    with pytest.raises(PackError, match="E291"):
        parse(data)


def test_alerts_have_reasons_in_both_languages_and_stable_ids(packs: Packs) -> None:
    rows = packaged().rules[0].raises[0]
    found = [short(row, packs) for row in rows]
    (alert,) = [a for a in raised(found, packs=packs) if a.rule == "first-clash"]
    assert [a.id for a in raised(found, packs=packs) if a.rule == "first-clash"] == [alert.id]
    assert alert.reasons[0]["ar"]
    assert alert.reasons[0]["en"]
    assert alert.to_json()["title"]["en"].startswith("First recorded clash")
    assert alert.incidents == ("i-2",)


def test_the_future_is_not_told(packs: Packs) -> None:
    demand = ["i-1", "2022-03-01", "REQUEST/withdraw", ["russia/armed-forces"], ["iran/irgc"], [34.76, 40.54], []]
    found = [short(demand, packs)]
    assert raised(found, packs=packs, today=date(2022, 3, 10)) == []
    assert [a.rule for a in raised(found, packs=packs, today=date(2022, 3, 15))] == ["demand-unanswered"]
