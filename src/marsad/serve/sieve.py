"""Filters over incidents, and their GeoJSON."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from marsad.packs import fold_word

Json = dict[str, Any]
RADIUS_KM = {1: 0, 2: 10, 3: 40}
"""Radius drawn around a point by its precision: exact, near or part of, governorate."""

Day = Field(default=None, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")


class Sieve(BaseModel):
    """What the incidents must fit. `actor` takes in those below it (`russia` also `russia/air-force`)."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    type: str | None = None
    mode: str | None = None
    status: Literal["actual", "planned", "possible", "denied", "historical"] | None = None
    actor: str | None = None
    quad: Literal[1, 2, 3, 4] | None = None
    contradiction: bool | None = None
    since: str | None = Day
    until: str | None = Day
    q: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=5000, ge=1, le=100_000)
    offset: int = Field(default=0, ge=0)

    def sift(self, cards: list[Json]) -> list[Json]:
        """Those of `cards` that fit, in the same order."""
        words = [fold_word(w) for w in (self.q or "").split()]
        return [c for c in cards if self._plain(c) and self._dated(c) and (not words or _has(c, words))]

    def cut(self, cards: list[Json]) -> list[Json]:
        """The page of `cards` asked for."""
        return cards[self.offset : self.offset + self.limit]

    def _plain(self, card: Json) -> bool:
        equal = all(getattr(self, k) in (None, card[k]) for k in ("type", "mode", "status", "quad"))
        clash = self.contradiction in (None, bool(card["contradictions"]))
        return equal and clash and (self.actor is None or _takes_part(card, self.actor))

    def _dated(self, card: Json) -> bool:
        if not (self.since or self.until):
            return True
        if not card["start"]:
            return False
        end = card["end"] or card["start"]
        return (not self.since or end >= self.since) and (not self.until or card["start"] <= self.until + "~")


def geojson(cards: list[Json]) -> Json:
    """A FeatureCollection (WGS 84) with `uncertainty_km` beside the properties of each incident."""
    return {"type": "FeatureCollection", "features": [_feature(c) for c in cards]}


def _takes_part(card: Json, actor: str) -> bool:
    ids = [p["id"] for p in (*card["actor"], *card["recipient"])]
    return any(id == actor or id.startswith(actor + "/") for id in ids)


def _has(card: Json, words: list[str]) -> bool:
    place = card["place"] or {"text": "", "name": {}}
    said = [*card["title"].values(), place["text"], *place["name"].values(), *card["outlets"]]
    said += [p[k] for p in (*card["actor"], *card["recipient"]) for k in ("ar", "en")]
    text = " ".join(fold_word(w) for s in said if s for w in str(s).split())
    return all(word in text for word in words)


def _feature(card: Json) -> Json:
    place = card["place"]
    known = place is not None and place["lat"] is not None and place["lon"] is not None
    geometry = {"type": "Point", "coordinates": [place["lon"], place["lat"]]} if known else None
    radius = RADIUS_KM.get(place["precision"]) if known else None
    properties = card | {"uncertainty_km": radius}
    return {"type": "Feature", "id": card["incident"], "geometry": geometry, "properties": properties}
