"""The signed network of a window and its changes."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.errors import InputError
from marsad.fuse import Incident
from marsad.fuse.kinship import Kinship
from marsad.packs import Packs
from marsad.relate.counting import Counter
from marsad.relate.ledger import Ledger, act
from marsad.relate.levels import node
from marsad.relate.network import Edge, edges, network
from marsad.store import open_store
from relate.conftest import Make

RUSSIA, IRGC = ["russia/armed-forces"], ["iran/irgc"]


def net(packs: Packs, *found: Incident, level: str = "camp") -> list[Edge]:
    counter = Counter(Ledger([act(i) for i in found]), packs)
    return edges(counter, date(2022, 2, 1), date(2022, 2, 28), level=level)


@pytest.mark.parametrize(
    ("before", "now", "sign", "change"),
    [
        ([], ["ASSAULT/clash"], "conflict", "new"),
        (["ASSAULT/clash"], [], "quiet", "ended"),
        (["COOPERATE"], ["ASSAULT/clash"], "conflict", "turned"),
        (["ACCUSE/allege"], ["ASSAULT/clash"], "conflict", "worse"),
        (["ASSAULT/clash"], ["ACCUSE/allege"], "conflict", "better"),
        (["ASSAULT/clash"], ["ASSAULT/clash"], "conflict", "same"),
        ([], ["ASSAULT/clash", "COOPERATE"], "ambivalent", "new"),
    ],
)
def test_signs_and_changes(
    before: list[str], now: list[str], sign: str, change: str, make: Make, packs: Packs
) -> None:  # fmt: skip
    found = [
        make(k, [*RUSSIA, *IRGC], [], day)
        for day, kinds in (("2022-01-20", before), ("2022-02-10", now))
        for k in kinds
    ]
    (edge,) = net(packs, *found)
    assert (edge.a, edge.b, edge.sign, edge.change) == ("iran", "russia", sign, change)
    assert edge.to_json(packs)["before"]["sign"] == edge.sign_before


def test_levels(packs: Packs) -> None:
    kinship = Kinship(packs)
    named = {level: node("militias?backer=iran/irgc&kind=local", level, kinship) for level in ("unit", "camp")}
    assert named == {"unit": "militias?backer=iran/irgc&kind=local", "camp": "iran"}
    assert node("russia/military-police", "camp", kinship) == "russia"
    assert node("regiment-47", "organisation", kinship) == "iran/irgc"


def test_units_of_one_camp_meet_at_their_own_level_only(make: Make, packs: Packs) -> None:
    clash = make("ASSAULT/clash", ["syria/5th-corps", "syria/4th-division"], [], "2022-02-10")
    assert [(e.a, e.b) for e in net(packs, clash, level="unit")] == [("syria/4th-division", "syria/5th-corps")]


def test_bad_windows(packs: Packs) -> None:
    with open_store("sqlite://") as store:
        with pytest.raises(InputError, match="E120"):
            network(store, level="village", packs=packs)
        with pytest.raises(InputError, match="E120"):
            network(store, since=date(2022, 2, 2), until=date(2022, 2, 1), packs=packs)
        assert network(store, packs=packs) == []
