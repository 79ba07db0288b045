"""Chains: one pair, one site, in order."""

from __future__ import annotations

from datetime import date

import pytest

from marsad.errors import StoreError
from marsad.fuse import Incident
from marsad.fuse.kinship import Kinship
from marsad.packs import Packs
from marsad.relate.chains import Chain, between, camps
from marsad.relate.counting import Counter
from marsad.relate.kept import rebuild
from marsad.relate.ledger import Ledger, act
from marsad.relate.naming import resolve
from marsad.store import open_store
from marsad.store.relations import Relations
from relate.conftest import Make

RUSSIA, IRGC = ["russia/military-police"], ["militias?backer=iran/irgc"]
VILLAGE, TOWN, FAR = [35.28, 40.31], [35.3, 40.291], [34.45, 40.92]


def chains(packs: Packs, *found: Incident) -> list[Chain]:
    counter = Counter(Ledger([act(i) for i in found]), packs)
    return list(between(counter, found, "russia", "iran", as_of=date(2024, 12, 31)).chains)


def phases(chain: Chain) -> list[str]:
    return [p.id for p in chain.phases]


def test_the_steps_of_a_quarrel_in_their_order(make: Make, packs: Packs) -> None:
    """Also where they are told in another order, and two on one day."""
    told = [
        make("RETREAT/withdraw", IRGC, [], "2024-09-10", at=VILLAGE),
        make("ACCUSE/disapprove", [*RUSSIA, *IRGC], [], "2024-08-25", at=TOWN),
        make("CONSULT/third-party", ["syria/army"], [*RUSSIA, *IRGC], "2024-08-28", at=VILLAGE),
        make("REQUEST/withdraw", RUSSIA, IRGC, "2024-08-24", at=VILLAGE),
        make("REJECT/yield", IRGC, RUSSIA, "2024-08-24", at=VILLAGE),
        make("ASSAULT/clash", [*RUSSIA, *IRGC], [], "2024-08-27", at=TOWN),
    ]
    (chain,) = chains(packs, *told)
    assert phases(chain) == ["demand", "refusal", "quarrel", "clash", "separation", "withdrawal"]
    assert (chain.start, chain.end) == ("2024-08-24", "2024-09-10")
    assert [d.state for d in chain.demands] == ["met"]


def test_another_site_or_another_season_is_another_chain(make: Make, packs: Packs) -> None:
    def quarrel(day: str, later: str, at: list[float]) -> list[Incident]:
        return [
            make("COERCE/restrict", RUSSIA, IRGC, day, at=at, id=f"{day}{at}"),
            make("THREATEN/violence", IRGC, RUSSIA, later, at=at, id=f"{later}{at}"),
        ]

    found = quarrel("2024-01-10", "2024-01-12", VILLAGE) + quarrel("2024-06-10", "2024-06-12", VILLAGE)
    assert len(chains(packs, *found, *quarrel("2024-01-11", "2024-01-13", FAR))) == 3


def test_friendly_steps_alone_are_no_chain(make: Make, packs: Packs) -> None:
    found = [make("COOPERATE", [*RUSSIA, *IRGC], [], f"2024-01-1{n}", at=VILLAGE) for n in (1, 2)]
    assert chains(packs, *found) == []


def test_camps_that_meet(make: Make, packs: Packs) -> None:
    found = [make("ASSAULT/clash", ["syria/5th-corps"], IRGC), make("ASSAULT/aerial", ["israel/air-force"], IRGC)]
    with open_store("sqlite://") as store:
        relations, kinship = Relations(store), Kinship(packs)
        rebuild(relations, [act(i) for i in found], packs=packs, basis="x:1")
        assert camps(relations, kinship) == [("iran", "israel"), ("iran", "russia")]
        assert camps(relations, kinship, ["israel"]) == [("iran", "israel")]
        assert camps(relations, kinship, ["syria/5th-corps"]) == [("iran", "syria/5th-corps")]


@pytest.mark.parametrize(
    ("text", "id"),
    [("russia", "russia"), ("روسيا", "russia"), ("لواء القدس", "liwa-al-quds"), ("Liwa al-Quds", "liwa-al-quds")],
)
def test_actors_are_found_by_name(text: str, id: str, packs: Packs) -> None:
    assert resolve(text, packs) == id


@pytest.mark.parametrize(
    ("text", "near"), [("rusia", "russia"), ("liwa-alquds", "liwa-al-quds"), ("لواء القدسس", "liwa-al-quds")]
)
def test_unknown_actors_get_the_nearest_names(text: str, near: str, packs: Packs) -> None:
    with pytest.raises(StoreError, match="E310") as told:
        resolve(text, packs)
    assert near in told.value.remedy
