"""The actors of our knowledge."""

from pathlib import Path

import pytest

from marsad.packs import fold_word, load

IDS = (Path(__file__).parent / "actor_ids.txt").read_text().split()
CAMPS = {
    "fatemiyoun": "iran", "regiment-47": "iran", "baqir-brigade": "iran", "syria/5th-corps": "russia",
    "syria/25th-division": "russia", "syria/4th-division": "iran", "liwa-al-quds": None, "isis": None, "hts": None,
    "sna": "turkey", "sdf": "united-states", "russia/military-police": "russia", "hezbollah": "iran",
}  # fmt: skip
NAMES = [
    ("قسد", "sdf"), ("داعش", "isis"), ("لواء فاطميون", "fatemiyoun"), ("الفاطميون", "fatemiyoun"),
    ("زينبيون", "zainabiyoun"), ("IRGC", "iran/irgc"), ("الباسداران", "iran/irgc"), ("ميليشيا الحرس", "iran/irgc"),
    ("فرقة الحمزة", "sna/hamza-division"), ("العمشات", "sna/sultan-suleiman-shah"), ("تنظيم ي ب ك", "sdf/ypg"),
    ("ميليشيات قنديل", "sdf"), ("عصابات الأسد", "syria/army"), ("قوات الأسد", "syria/army"), ("نظام الأسد", "syria"),
    ("الاحتلال الأميركي", "united-states/armed-forces"), ("العدو الإسرائيلي", "israel"),
    ("مليشيا آل دقلو", "rapid-support-forces"), ("أنصار الله", "houthis"),
    ("الفرقة السابعة عشرة", "syria/17th-division"),
]  # fmt: skip


@pytest.fixture(scope="module")
def packs():
    return load()


@pytest.fixture(scope="module")
def bearers(packs):
    names = {}
    for actor in packs.actors.values():
        for text in (*actor.strong, *(label.text for label in actor.labels)):
            names.setdefault(fold_word(text), set()).add(actor.id)
    return names


@pytest.mark.parametrize("id", IDS)
def test_every_listed_actor_is_known_by_a_name(packs, id):
    actor = packs.actors[id]
    assert actor.ar
    assert actor.en
    assert actor.strong
    assert actor.says


def test_there_are_many_more_than_the_listed(packs):
    assert len(packs.actors) > len(IDS) + 60


@pytest.mark.parametrize(("id", "camp"), CAMPS.items())
def test_camps(packs, id, camp):
    assert packs.actors[id].camp == camp


@pytest.mark.parametrize(("name", "id"), NAMES)
def test_press_names(bearers, name, id):
    assert bearers[fold_word(name)] == {id}


def test_liwa_al_quds_is_claimed_for_both(packs):
    ties = [t for t in packs.actors["liwa-al-quds"].ties if t.kind == "backed-by"]
    assert {t.to for t in ties} == {"russia", "iran"}
    assert all(t.since and t.source for t in ties)


@pytest.mark.parametrize("name", ["الجيش السوري", "الحكومة السورية", "وزارة الدفاع السورية"])
@pytest.mark.parametrize(("day", "new"), [("2023-05-01", False), ("2025-03-01", True)])
def test_one_name_two_governments_by_date(packs, bearers, name, day, new):
    there = [id for id in bearers[fold_word(name)] if packs.actors[id].alive(day)]
    assert len(there) == 1
    assert there[0].startswith("syria/new") is new


def test_every_example_of_an_actor_holds_one_of_its_names(packs):
    empty = []
    states = {n.state: (*n.names, *n.capital) for n in packs.nations}
    for actor in packs.actors.values():
        labels = (label.text for label in actor.labels)
        names = [fold_word(t) for t in (actor.ar, *actor.strong, *labels, *states.get(actor.id, ()))]
        empty += [(actor.id, s) for s in actor.says if not any(n in fold_word(s) for n in names)]
    assert empty == []


def test_no_never_example_holds_a_strong_name_alone(packs):
    """A hard negative is worth its place only if it comes near."""
    assert sum(len(a.never) for a in packs.actors.values()) >= 15


def test_nations_point_to_known_actors(packs):
    for nation in packs.nations:
        pointed = (nation.state, nation.forces, nation.air, nation.police, nation.militias)
        assert {id for id in pointed if id} <= set(packs.actors)


def test_outlets_have_home_and_leaning(packs):
    assert len(packs.outlets) >= 80
    assert all(o.home and o.leaning for o in packs.outlets.values())
    assert packs.outlets["sohr"].kind == "monitor"
