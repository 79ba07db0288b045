"""An incident as one row: what tables without a codebook of their own show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marsad.fuse.incident import TOLLS
from marsad.publish.format import Desk, outlets
from marsad.publish.places import Gazetteer

Json = dict[str, Any]
ENDS = ("low", "best", "high")


def columns() -> list[str]:
    """The columns of a row, in their order."""
    tolls = [f"{slot}_{end}" for slot in TOLLS for end in ENDS]
    return [
        "incident", "start", "end", "precision", "type", "mode", "status", "quad", "score", "acled", "title_ar",
        "title_en", "actor_ids", "actor_ar", "actor_en", "recipient_ids", "recipient_ar", "recipient_en", "country",
        "admin1", "place_id", "place_ar", "place_en", "lat", "lon", "geo_precision", *tolls, "voices", "reports",
        "contradictions", "answers", "first_published", "outlets", "sources",
    ]  # fmt: skip


LISTS = frozenset(
    ("actor_ids", "actor_ar", "actor_en", "recipient_ids", "recipient_ar", "recipient_en", "contradictions", "answers",
     "outlets", "sources")
)  # fmt: skip
NUMBERS = frozenset(
    ("quad", "voices", "reports", "geo_precision", *(f"{slot}_{end}" for slot in TOLLS for end in ENDS))
)
FIGURES = frozenset(("score", "lat", "lon"))


def rows(desk: Desk) -> _Rows:
    """Turns documents into rows."""
    return _Rows(Gazetteer(desk.packs, desk.books["countries"]))


class _Rows:
    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def __call__(self, document: Json) -> Json:
        """The row of a document; lists stay lists."""
        d, place = document, document["place"]
        where = self._gazetteer.where(place["id"] if place else None)
        row = {k: d[k] for k in ("incident", "start", "end", "precision", "type", "mode", "status", "quad", "score")}
        row |= {"acled": d["acled"], "title_ar": d["title"]["ar"], "title_en": d["title"]["en"]}
        row |= _parties("actor", d["actor"]) | _parties("recipient", d["recipient"])
        row |= {"country": where.country or None, "admin1": where.admin1 or None}
        row |= _place(place)
        for slot in TOLLS:
            row |= {f"{slot}_{end}": (d[slot] or {}).get(end) for end in ENDS}
        row |= {"voices": d["voices"], "reports": d["reports"], "contradictions": d["contradictions"]}
        row |= {"answers": [a["incident"] for a in d["answers"]], "first_published": d["first_published"]}
        return row | {"outlets": outlets(d), "sources": list(dict.fromkeys(r for r, _ in d["events"]))}


def _place(place: Json | None) -> Json:
    if place is None:
        return dict.fromkeys(("place_id", "place_ar", "place_en", "lat", "lon", "geo_precision"))
    named = {"place_id": place["id"], "place_ar": place["name"]["ar"], "place_en": place["name"]["en"]}
    return named | {"lat": place["lat"], "lon": place["lon"], "geo_precision": place["precision"]}


def _parties(slot: str, parties: Sequence[Json]) -> Json:
    return {f"{slot}_{'ids' if key == 'id' else key}": [p[key] for p in parties] for key in ("id", "ar", "en")}
