"""The gazetteers are whole: unique ids, known parents, points in their theatre and near their governorate."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

import marsad

KNOWLEDGE = Path(marsad.__file__).parent / "knowledge"
KINDS = set(
    "country governorate district town city village neighbourhood region desert river lake dam bridge airbase airport "
    "base field refinery station crossing road camp port mountain site".split()
)
KEYS = {
    "id",
    "ar",
    "en",
    "kind",
    "parent",
    "lat",
    "lon",
    "precision",
    "also",
    "weak",
    "source",
    "between",
    "says",
    "never",
}
BOXES = {  # south, north, west, east in degrees
    "syria": (32.2, 37.4, 35.5, 42.5),
    "iraq": (29.0, 37.4, 38.7, 48.7),
    "lebanon": (33.0, 34.75, 35.0, 36.7),
    "yemen": (12.0, 19.0, 41.8, 54.6),
    "sudan": (8.6, 22.3, 21.8, 38.7),
    "libya": (19.5, 33.3, 9.3, 25.3),
}
FAR_KM = 150.0
# Homs reaches through the Badia to Jordan and Iraq, Hasakah to the tip on the Tigris.
FAR_KM_OF = {"sy/homs": 260.0, "sy/hasakah": 165.0}
SPREAD = {"road", "desert", "region", "river", "lake", "mountain"}  # long or wide things: no nearness asked
LEAST = {"syria": 600, "iraq": 60, "lebanon": 50, "yemen": 60, "sudan": 60, "libya": 50}

Entry = dict[str, Any]


def load(theatre: str) -> list[Entry]:
    """All entries of one theatre, each with its file's name and source filled in."""
    entries: list[Entry] = []
    for path in sorted((KNOWLEDGE / theatre / "places").glob("*.yml")):
        with path.open(encoding="utf-8") as stream:
            data = yaml.load(stream, Loader=yaml.CSafeLoader)
        assert any("{name}" in carrier for carrier in data["says"]), path.name
        entries += [{"file": path.name, "source": data.get("source"), **entry} for entry in data["entries"]]
    return entries


GAZETTEERS = {theatre: load(theatre) for theatre in BOXES}
EVERY_THEATRE = pytest.mark.parametrize("theatre", sorted(BOXES))


def point(entry: Entry, by_id: dict[str, Entry]) -> tuple[float, float]:
    if "between" in entry:
        (south, west), (north, east) = (point(by_id[end], by_id) for end in entry["between"])
        return (south + north) / 2, (west + east) / 2
    return entry["lat"], entry["lon"]


def km(left: tuple[float, float], right: tuple[float, float]) -> float:
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, pair)) for pair in (left, right))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12742.0 * math.asin(math.sqrt(half))


def above(entry: Entry, by_id: dict[str, Entry]) -> list[Entry]:
    """The entry's parents, nearest first; a loop fails the test instead of running on."""
    chain: list[Entry] = []
    while entry["parent"] is not None:
        entry = by_id[entry["parent"]]
        chain.append(entry)
        assert len(chain) < 10, entry["id"]
    return chain


@EVERY_THEATRE
def test_enough_places(theatre: str) -> None:
    assert len(GAZETTEERS[theatre]) >= LEAST[theatre]


def test_ids_are_unique_across_theatres() -> None:
    counted = Counter(entry["id"] for entries in GAZETTEERS.values() for entry in entries)
    assert [name for name, count in counted.items() if count > 1] == []


@EVERY_THEATRE
def test_every_entry_is_complete(theatre: str) -> None:
    for entry in GAZETTEERS[theatre]:
        assert entry["ar"] and entry["en"] and entry["source"], entry["id"]
        assert entry["kind"] in KINDS and entry["precision"] in (1, 2, 3), entry["id"]
        assert set(entry) - KEYS == {"file"}, entry["id"]
        assert ("between" in entry) != ("lat" in entry and "lon" in entry), entry["id"]
        assert ("between" in entry) == (entry["kind"] == "road"), entry["id"]
        assert len(set(entry.get("also", []))) == len(entry.get("also", [])), entry["id"]


@EVERY_THEATRE
def test_parents_and_road_ends_exist(theatre: str) -> None:
    by_id = {entry["id"]: entry for entry in GAZETTEERS[theatre]}
    for entry in GAZETTEERS[theatre]:
        above(entry, by_id)
        assert all(end in by_id for end in entry.get("between", [])), entry["id"]


@EVERY_THEATRE
def test_points_lie_in_the_theatre(theatre: str) -> None:
    south, north, west, east = BOXES[theatre]
    by_id = {entry["id"]: entry for entry in GAZETTEERS[theatre]}
    for entry in GAZETTEERS[theatre]:
        if entry["file"] == "abroad.yml" or entry["id"] == "sy/river/litani":
            continue
        lat, lon = point(entry, by_id)
        assert south <= lat <= north and west <= lon <= east, (entry["id"], lat, lon)


def test_exact_places_lie_near_their_governorate() -> None:
    by_id = {entry["id"]: entry for entry in GAZETTEERS["syria"]}
    for entry in GAZETTEERS["syria"]:
        owner = next((one for one in above(entry, by_id) if one["kind"] == "governorate"), None)
        if entry["kind"] in SPREAD or entry["precision"] != 1 or owner is None:
            continue
        far = km(point(entry, by_id), point(owner, by_id))
        assert far <= FAR_KM_OF.get(owner["id"], FAR_KM), (entry["id"], round(far))


def test_fourteen_governorates() -> None:
    governorates = [entry for entry in GAZETTEERS["syria"] if entry["kind"] == "governorate"]
    assert len(governorates) == 14
    assert all(entry["precision"] == 3 and entry["parent"] == "sy" for entry in governorates)


@pytest.mark.parametrize(
    ("name", "place", "lat", "lon"),
    [
        ("البوكمال", "sy/deir-ez-zor/bukamal", 34.453, 40.919),
        ("كونوكو", "sy/deir-ez-zor/field/conoco", 35.335, 40.31),
        ("كوباني", "sy/aleppo/ayn-al-arab", 36.891, 38.353),
        ("مطار التيفور", "sy/airport/t4", 34.522, 37.627),
        ("طريق دمشق - تدمر", "sy/road/damascus-palmyra", 34.04, 37.29),
    ],
)
def test_known_spellings_give_known_points(name: str, place: str, lat: float, lon: float) -> None:
    by_id = {entry["id"]: entry for entry in GAZETTEERS["syria"]}
    entry = by_id[place]
    assert name in [entry["ar"], *entry.get("also", [])]
    assert km(point(entry, by_id), (lat, lon)) < 5
