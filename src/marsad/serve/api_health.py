"""How the store, its sources and the reader are doing."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from marsad import __version__
from marsad.serve import sources as telling
from marsad.serve.asking import Asks
from marsad.serve.desk import Desk
from marsad.serve.labels import labels
from marsad.serve.maps import iso
from marsad.serve.sieve import Day
from marsad.store.asking import Lookup
from marsad.store.finds import Snapshot
from marsad.store.sheet import UNREAD

router = APIRouter(tags=["health"])
Json = dict[str, Any]


class Since(BaseModel):
    """From which day of publication on."""

    model_config = ConfigDict(extra="forbid")

    since: Day = None


class Runs(BaseModel):
    """How many runs, and before which."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=500)] = 50
    before: Annotated[int | None, Field(ge=0, le=2_000_000_000)] = None


@router.get("/health")
def health(request: Request) -> Json:
    """Whether the store answers, and what of the knowledge could not be used."""
    desk: Desk = request.app.state.desk
    shown = bool(getattr(request.state, "sees_names", not desk.mask))
    faults = desk.packs().faults
    told = {"pack_faults": len(faults)} | ({"faults": [str(fault) for fault in faults]} if shown else {})
    return {"status": "ok", "version": __version__, "reports": Lookup(desk.store.engine).reports_held(), **told}


@router.get("/meta", response_model=None)
def meta(asked: Asks) -> Response:
    """Labels of all codes in Arabic and English, counts, and whether private names are masked."""

    def make() -> Json:
        now, lookup = asked.now(), Lookup(asked.desk.store.engine)
        told = {"version": __version__, "masked": not asked.names, "stale": asked.state.stale}
        return told | {"counts": _counts(now, lookup), "days": _days(now), "labels": labels()}

    return asked.answer(make)


@router.get("/sources", response_model=None)
def sources(asked: Asks, wanted: Annotated[Since, Query()]) -> Response:
    """Outlets with their last report, volume and share of copies: {"sources"}, the most reports first."""
    return asked.answer(lambda: asked.clean({"sources": telling.told(asked, since=wanted.since)}))


@router.get("/runs", response_model=None)
def runs(asked: Asks, wanted: Annotated[Runs, Query()]) -> Response:
    """What was done to the store, newest first, and the faults of the newest readings: {"runs", "failures"}."""

    def make() -> Json:
        lookup = Lookup(asked.desk.store.engine)
        done = lookup.log(limit=wanted.limit, before=wanted.before)
        shown = [line if asked.names else line | {"detail": {}} for line in done]
        return asked.clean({"runs": shown, "failures": telling.failures(asked, lookup)})  # type: ignore[no-any-return]

    return asked.answer(make)


@router.get("/quality", response_model=None)
def quality(asked: Asks) -> Response:
    """How well the installed reader reads the test reports: {"version", "sets": {set: {facet: F1}}, "facets"}."""

    def make() -> Json:
        text = files("marsad.serve").joinpath("quality.json").read_text("utf-8")
        return {"version": __version__, **json.loads(text)}

    return asked.answer(make)


def _counts(now: Snapshot, lookup: Lookup) -> dict[str, int]:
    incidents, reports = now.incidents, now.reports
    told = {"reports": int(np.count_nonzero(reports.alive)), **lookup.counts()}
    told |= {"incidents": int(np.count_nonzero(incidents.alive))}
    told |= {"contradicted": int(np.count_nonzero(incidents.alive & (incidents["slots"] > 0)))}
    return told | {"unread": int(np.count_nonzero(reports.alive & ((reports["flags"] & UNREAD) > 0)))}


def _days(now: Snapshot) -> Json | None:
    days = now.incidents["day"][now.incidents.alive]
    days = days[days > 0]
    return {"first": iso(int(days.min())), "last": iso(int(days.max()))} if len(days) else None
