"""The tables of fusing: weights and titles, from the knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from marsad.errors import PackError
from marsad.packs import knowledge

NEWS_DAYS = 10


@dataclass(frozen=True, slots=True)
class Level:
    """One outcome of comparing one feature."""

    feature: str
    name: str
    weight: float
    ar: str
    en: str

    def to_json(self) -> dict[str, Any]:
        """{"feature", "level", "weight", "ar", "en"}."""
        return {"feature": self.feature, "level": self.name, "weight": self.weight, "ar": self.ar, "en": self.en}


@dataclass(frozen=True, slots=True)
class Weights:
    """What `knowledge/fuse.yml` says; see there for the meaning of each."""

    version: str
    threshold: float
    untied: float
    anchors: frozenset[tuple[str, str]]
    siblings: frozenset[frozenset[str]]
    counters: tuple[tuple[str, str], ...]
    counter_reach: int
    km: dict[str, float]
    lasting: frozenset[str]
    lasting_days: int
    levels: dict[tuple[str, str], Level]

    def level(self, feature: str, name: str) -> Level:
        """The level of a feature. KeyError for a level that the file lacks."""
        return self.levels[feature, name]

    def news_days(self, type: str, mode: str | None) -> int:
        """How many days before its publication an undated act of the news happened at most."""
        return self.lasting_days if self.lasting & {type, f"{type}/{mode}"} else NEWS_DAYS


@cache
def weights() -> Weights:
    """The packaged weights. Raises PackError E290 where the file lacks a key."""
    data = knowledge("fuse.yml")
    try:
        return Weights(
            version=data["version"],
            threshold=float(data["threshold"]),
            untied=float(data["untied"]),
            anchors=frozenset((feature, name) for feature, names in data["anchors"].items() for name in names),
            siblings=frozenset(frozenset(pair) for pair in data["siblings"]),
            counters=tuple((c["denied"], c["told"]) for c in data["counters"]),
            counter_reach=int(data["counter_reach"]),
            km=data["km"],
            lasting=frozenset(data["lasting"]["kinds"]),
            lasting_days=int(data["lasting"]["days"]),
            levels={
                (feature, name): Level(feature, name, float(level["weight"]), level["ar"], level["en"])
                for feature, levels in data["features"].items()
                for name, level in levels.items()
            },
        )
    except KeyError as error:
        raise PackError("E290", f"knowledge/fuse.yml lacks {error}", "restore the key") from error
