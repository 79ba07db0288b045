"""Alerts and forecasts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from marsad.errors import Refusal
from marsad.serve import tasks
from marsad.serve.asking import Asked, Asks
from marsad.serve.desk import Desk
from marsad.serve.finder import closed, opened
from marsad.serve.people import needs
from marsad.serve.people_routes import Words
from marsad.serve.sieve import MOST, Id

router = APIRouter(tags=["watch"])
Json = dict[str, Any]
Level = Literal["notice", "warning", "alarm"]


class Alerts(BaseModel):
    """Which alerts, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    level: Level | None = None
    muted: bool = False
    acknowledged: bool | None = None
    limit: Annotated[int, Field(ge=1, le=100_000, description="More than 1000 is cut to 1000.")] = 200
    cursor: Annotated[str | None, Field(max_length=100)] = None


class Mark(BaseModel):
    """What somebody says of an alert; `wide`: of it alone, of all of its rule, or of all about its pair or place."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["acknowledged", "muted", "followed"]
    on: bool = True
    reason: Words = ""
    until: date | None = None
    wide: Literal["alert", "rule", "subject"] = "alert"


class Outlooks(BaseModel):
    """Of what is looked ahead: a pair, a place, or all pairs or places."""

    model_config = ConfigDict(extra="forbid")

    a: Id | None = None
    b: Id | None = None
    place: Id | None = None
    of: Literal["pairs", "places"] = "pairs"


@router.get("/alerts", response_model=None)
def alerts(asked: Asks, wanted: Annotated[Alerts, Query()]) -> Response:
    """Alerts of the packaged rules and the user's own, newest first: {"total", "open", "alerts", "next"}."""
    _ = asked.state  # the incidents first: alerts are made of them
    of, found = _raised(asked.desk)
    return asked.answer(lambda: _listed(asked, wanted, found), of=of, stale=of != asked.desk.derived())


@router.post("/alerts/{id}/marks", response_model=None, dependencies=[needs("mark")])
def mark(asked: Asks, request: Request, id: str, given: Mark) -> Response:
    """Acknowledge, mute or follow an alert, or lift that again. Gives the alert."""
    from marsad.watch.marks import mark as put
    from marsad.watch.marks import subjects

    alert = next((a for a in _raised(asked.desk)[1] if a.id == id), None)
    if alert is None:
        raise Refusal("E530", f"there is no alert {id}", "look it up in the list of alerts", status=404)
    lines = subjects(alert)
    at = {"alert": -1, "rule": 0, "subject": min(1, len(lines) - 1)}[given.wide]
    asker = getattr(request.state, "asker", None)
    name = asker.name if asker else "local"
    put(asked.desk.store, given.kind, lines[at], by=name, reason=given.reason, until=given.until, on=given.on)
    told = asked.clean(_document(alert, _marks(asked.desk)))
    return asked.plain(told)


@router.get("/forecasts", response_model=None)
def forecasts(asked: Asks, wanted: Annotated[Outlooks, Query()]) -> Response:
    """Chances of material conflict 7 and 28 days ahead, each with its score at earlier days: {"forecasts"}."""
    if (wanted.a is None) != (wanted.b is None):
        raise Refusal("E531", "a pair has two sides", "give a and b, or place, or none of them")
    asked.check(wanted.a, wanted.b)
    pair = (wanted.a, wanted.b) if wanted.a and wanted.b else ()
    subject: tuple[str, ...] = pair or ((wanted.place,) if wanted.place else ())
    of = "places" if wanted.place else wanted.of

    def make() -> Json:
        found = asked.desk.aside.whole.do(tasks.forecasts, of, subject)
        return asked.clean({"forecasts": found})  # type: ignore[no-any-return]

    return asked.answer(lambda: asked.desk.once(f"forecasts/{of}/{subject}/{asked.names}", make))


def _listed(asked: Asked, wanted: Alerts, raised: list[Any]) -> Json:
    said = _marks(asked.desk)
    found = [a for a in raised if wanted.level in (None, a.level) and said.muted(a) == wanted.muted]
    known = {a.id for a in found if "acknowledged" in said.of(a)}
    if wanted.acknowledged is not None:
        found = [a for a in found if (a.id in known) == wanted.acknowledged]
    start, limit = opened(wanted.cursor, "alerts") if wanted.cursor else 0, min(wanted.limit, MOST)
    page = [asked.clean(_document(a, said)) for a in found[start : start + limit]]
    after = closed(start + limit, "alerts") if start + limit < len(found) else None
    waiting = sum(1 for a in found if a.id not in known)
    return {"total": len(found), "open": waiting, "alerts": page, "next": after}


def _document(alert: Any, said: Any) -> Json:
    told: Json = alert.to_json()
    return told | {"marks": {kind: mark.to_json() for kind, mark in said.of(alert).items()}}


def _raised(desk: Desk) -> tuple[str, list[Any]]:
    """The alerts, and of which state they are."""
    return desk.lately("alerts", lambda: desk.aside.whole.do(tasks.alerts, _today(desk)), desk.derived)


def _marks(desk: Desk) -> Any:
    from marsad.watch.marks import marks

    return desk.once("marks", lambda: marks(desk.store, today=_today(desk)))


def _today(desk: Desk) -> date:
    from marsad.serve.reports import today_of
    from marsad.watch.alerts import last_day

    return today_of(desk.now()) or last_day(desk.store, packs=desk.packs())
