"""The JSON API under /api/v1."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from marsad import __version__
from marsad.serve.desk import Desk
from marsad.serve.labels import labels
from marsad.serve.sieve import Sieve, geojson

router = APIRouter()
Json = dict[str, Any]


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


Reads = Annotated[Desk, Depends(_desk)]
Sifts = Annotated[Sieve, Query()]


@router.get("/health")
def health(desk: Reads) -> Json:
    """Whether the store answers, and what of the knowledge could not be used."""
    faults = desk.packs().faults
    told = {"pack_faults": len(faults)} | ({} if desk.mask else {"faults": [str(fault) for fault in faults]})
    return {"status": "ok", "version": __version__, "reports": desk.store.count()["reports"], **told}


@router.get("/meta")
def meta(desk: Reads) -> Json:
    """Labels of all codes in Arabic and English, counts, and whether private names are masked."""
    return {"version": __version__, "masked": desk.mask, "counts": desk.counts(), "labels": labels()}


@router.get("/incidents")
def incidents(desk: Reads, sieve: Sifts) -> Json:
    """Incidents without their claims: {"total", "incidents"}."""
    found = sieve.sift(desk.cards())
    return {"total": len(found), "incidents": sieve.cut(found)}


@router.get("/incidents.geojson")
def incidents_geojson(desk: Reads, sieve: Sifts) -> Json:
    """The same as GeoJSON points; incidents without a point have a null geometry."""
    return geojson(sieve.cut(sieve.sift(desk.cards())))


@router.get("/incidents/{id:path}")
def incident(desk: Reads, id: str) -> Json:
    """One incident with its claims and tellings."""
    return desk.incident(id)


@router.get("/reports/{name:path}")
def report(desk: Reads, name: str) -> Json:
    """A report's text as received, and its record."""
    return desk.report(name)


@router.get("/actors")
def actors(desk: Reads) -> Json:
    """The actors of the store."""
    return {"actors": desk.actors()}


@router.get("/pairs")
def pairs(desk: Reads, a: str = "russia", b: str = "iran", by: str = "month") -> Json:
    """The two series of a pair of actors or camps, never summed."""
    return desk.pair(a, b, by=by)


@router.get("/alerts")
def alerts(desk: Reads) -> Json:
    """The alerts, newest first."""
    return {"alerts": desk.alerts()}
