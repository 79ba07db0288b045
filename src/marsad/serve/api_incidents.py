"""Incidents: list, counts, map, and each one whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Response
from pydantic import Field

from marsad.errors import StoreError
from marsad.serve import cards, maps
from marsad.serve.asking import Asked, Asks
from marsad.serve.counts import histogram
from marsad.serve.sieve import MOST, Bounds, Listing, Sieve
from marsad.store.asking import Lookup
from marsad.store.finds import Snapshot
from marsad.store.sheet import MOVES

router = APIRouter(tags=["incidents"])
Json = dict[str, Any]
NEAR_KM, NEAR_DAYS, NEAR = 25.0, 3, 20


class Timing(Sieve):
    """The sieve and the width of a bin."""

    by: Literal["auto", "day", "week", "month", "quarter", "year"] = "auto"


class Faceting(Sieve):
    """The sieve and how many values of each question are told."""

    top: Annotated[int, Field(ge=1, le=500)] = 20


class Viewing(Sieve):
    """The sieve and what the map shows; `bbox` is what is seen."""

    zoom: Annotated[float, Field(ge=0, le=22)] = 5
    lang: Literal["ar", "en"] = "ar"


class Drawing(Sieve):
    """The sieve and the box to draw."""

    bbox: Bounds = None


@router.get("/incidents", response_model=None)
def incidents(asked: Asks, listing: Annotated[Listing, Query()]) -> Response:
    """Incidents without their claims: {"total", "incidents", "next"}."""
    return asked.answer(lambda: _listed(asked, listing))


@router.get("/incidents.geojson", response_model=None)
def incidents_geojson(asked: Asks, listing: Annotated[Listing, Query()]) -> Response:
    """The same as GeoJSON points; incidents without a point have a null geometry."""

    def make() -> Json:
        told = _listed(asked, listing)
        features = [cards.feature(card) for card in told.pop("incidents")]
        return {"type": "FeatureCollection", "features": features} | told

    return asked.answer(make)


@router.get("/incidents/histogram", response_model=None)
def over_time(asked: Asks, timing: Annotated[Timing, Query()]) -> Response:
    """Numbers of incidents over time: {"by", "total", "undated", "first", "last", "bins"}."""
    now = asked.now
    return asked.answer(lambda: histogram(*_fitting(asked, now(), timing), by=timing.by))


@router.get("/incidents/facets", response_model=None)
def facets(asked: Asks, faceting: Annotated[Faceting, Query()]) -> Response:
    """Numbers of incidents by each question of the sieve, each counted without the question itself."""
    desk = asked.desk
    return asked.answer(lambda: asked.clean(desk.facets.of(asked.now(), faceting, names=asked.names, top=faceting.top)))


@router.get("/map", response_model=None)
def map_view(asked: Asks, viewing: Annotated[Viewing, Query()]) -> Response:
    """What lies in `bbox` at `zoom` as GeoJSON: clusters, incidents, movements."""

    def make() -> Json:
        seen = maps.View(maps.bounds_of(viewing.bbox), viewing.zoom)
        now, fit = _fitting(asked, asked.now(), viewing.model_copy(update={"bbox": None}))
        told: Json = asked.clean(maps.view(asked.desk.finds, now, fit, seen))
        return told

    return asked.answer(make)


@router.get("/map/points", response_model=None)
def map_points(asked: Asks, drawing: Annotated[Drawing, Query()]) -> Response:
    """Columns of at most 50,000 points: {"total", "ids", "lon", "lat", "quad", "day", "precision"}."""

    def make() -> Json:
        bounds = maps.bounds_of(drawing.bbox)
        now, fit = _fitting(asked, asked.now(), drawing.model_copy(update={"bbox": None}))
        return maps.points(asked.desk.finds, now, fit, bounds)

    return asked.answer(make)


@router.get("/incidents/{id}/why", response_model=None)
def why(asked: Asks, id: str) -> Response:
    """Why the reports of an incident are taken for one: {"incident", "threshold", "joins"}, strongest first."""
    from marsad.serve.why import joins

    document = _stored(asked, id)
    if isinstance(document, Response):
        return document
    return asked.answer(lambda: joins(asked, document))


@router.get("/incidents/{id}/near", response_model=None)
def near(asked: Asks, id: str) -> Response:
    """Incidents close in time and place, nearest first: {"incidents": [card with "km" and "days"]}."""
    document = _stored(asked, id)
    if isinstance(document, Response):
        return document
    return asked.answer(lambda: {"incidents": asked.clean(_near(asked, document["incident"]))})


@router.get("/incidents/{id:path}", response_model=None, responses={308: {"description": "Merged into another one"}})
def incident(asked: Asks, id: str) -> Response:
    """One incident with its claims, sources, tellings and history. A merged one leads to its heir (308)."""
    from marsad.serve.incident import page

    document = _stored(asked, id)
    if isinstance(document, Response):
        return document
    return asked.answer(lambda: page(asked, document))


def shown(asked: Asked, now: Snapshot, rows: Sequence[int]) -> list[Json]:
    """The cards of rows, masked, in their order; what has gone meanwhile is left out."""
    documents = asked.desk.finds.documents(rows)
    flags = now.incidents["flags"]
    return asked.cleaned(cards.card(documents[row], moves=bool(flags[row] & MOVES)) for row in rows if row in documents)


def _listed(asked: Asked, listing: Listing) -> Json:
    now, fit = _fitting(asked, asked.now(), listing)
    limit = min(listing.limit, MOST)
    rows, after = asked.desk.finder.page(now, fit, sort=listing.sort, limit=limit, cursor=listing.cursor)
    return {"total": int(np.count_nonzero(fit)), "incidents": shown(asked, now, rows), "next": after}


def _fitting(asked: Asked, now: Snapshot, sieve: Sieve) -> tuple[Snapshot, Any]:
    return now, asked.desk.finder.sifted(now, sieve, names=asked.names)


def _stored(asked: Asked, id: str) -> Json | Response:
    """The incident, or the answer that leads to its heir. Raises StoreError E308."""
    lookup, _ = Lookup(asked.desk.store.engine), asked.state  # what is new may have changed or merged it
    document = lookup.incident(id)
    if document is not None:
        return document
    heir = lookup.heir(id)
    if heir is None or lookup.incident(heir) is None:
        raise StoreError("E308", f"there is no incident {id}", "look it up in the list of incidents")
    address = asked.request.url.path.replace(f"/incidents/{id}", f"/incidents/{heir}", 1)
    return asked.answer(lambda: {"moved_to": heir}, status=308, headers={"Location": address})


def _near(asked: Asked, id: str) -> list[Json]:
    now = asked.now()
    number = asked.desk.finds.numbers("i", [id]).get(id)
    if number is None or number >= now.incidents.size:
        return []
    told = dict(_distances(now, number))
    rows = sorted(told, key=lambda row: (told[row][0] / NEAR_KM + abs(told[row][1]) / NEAR_DAYS, row))[:NEAR]
    found = shown(asked, now, rows)
    ids = asked.desk.finds.numbers("i", [card["incident"] for card in found])
    return [card | dict(zip(("km", "days"), told[ids[card["incident"]]], strict=True)) for card in found
            if ids.get(card["incident"]) in told]  # fmt: skip


def _distances(now: Snapshot, number: int) -> Iterable[tuple[int, tuple[float, int]]]:
    sheet = now.incidents
    day, lat, lon = (sheet[name][number] for name in ("day", "lat", "lon"))
    if not day or np.isnan(lat):
        return
    apart = sheet["day"].astype(np.int64) - int(day)
    close = sheet.alive & (sheet["day"] > 0) & (np.abs(apart) <= NEAR_DAYS)
    rows = np.flatnonzero(close)
    north = (sheet["lat"][rows].astype(float) - float(lat)) * 111.2
    east = (sheet["lon"][rows].astype(float) - float(lon)) * 111.2 * np.cos(np.radians(float(lat)))
    km = np.hypot(north, east)
    for row, far in zip(rows.tolist(), km.tolist(), strict=True):
        if far <= NEAR_KM and row != number:
            yield row, (round(far, 1), int(apart[row]))
