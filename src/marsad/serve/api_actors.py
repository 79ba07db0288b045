"""Actors, pairs, chains, networks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from marsad.serve import actors as telling
from marsad.serve import tasks
from marsad.serve.asking import Asked, Asks
from marsad.serve.sieve import MOST, Day, Id, Question, edges

router = APIRouter(tags=["actors"])
Json = dict[str, Any]
End = Annotated[Id | None, Field(description="An actor's or a camp's id or name.")]
Side = Annotated[str, Query(max_length=400)]


class Actors(BaseModel):
    """Which actors, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    q: Question = None
    kind: Annotated[str | None, Field(max_length=40)] = None
    limit: Annotated[int, Field(ge=1, le=100_000, description="More than 1000 is cut to 1000.")] = 200
    cursor: Annotated[str | None, Field(max_length=100)] = None


class Duo(BaseModel):
    """Two actors or camps; none for all camps that meet."""

    model_config = ConfigDict(extra="forbid")

    a: End = None
    b: End = None
    state: Literal["open", "refused", "promised", "met", "forced", "lapsed"] | None = None


class Window(BaseModel):
    """The days and the level of a network."""

    model_config = ConfigDict(extra="forbid")

    since: Day = None
    until: Day = None
    level: Literal["unit", "organisation", "camp"] = "camp"


@router.get("/actors", response_model=None)
def actors(asked: Asks, wanted: Annotated[Actors, Query()]) -> Response:
    """The actors of the store's incidents, most incidents first: {"total", "actors", "next"}."""
    limit = min(wanted.limit, MOST)
    return asked.answer(lambda: telling.listed(asked, q=wanted.q, kind=wanted.kind, limit=limit, cursor=wanted.cursor))


@router.get("/actors/{id:path}", response_model=None)
def actor(asked: Asks, id: str) -> Response:
    """One actor: names, labels, units, ties, positions, persons in office, whom it meets, what it does."""
    return asked.answer(lambda: telling.page(asked, id))


@router.get("/pairs", response_model=None)
async def pairs(
    asked: Asks, a: Side = "russia", b: Side = "iran", by: Annotated[str, Query(max_length=20)] = "month"
) -> Response:
    """The two series of a pair of actors or camps, never summed."""
    return await asked.at_length(lambda: _pair(asked, a, b, by))


@router.get("/pairs/list", response_model=None)
def met(asked: Asks, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> Response:
    """Who meets whom most: {"pairs": [{"a", "b", "incidents"}]}."""
    return asked.answer(lambda: asked.clean({"pairs": telling.met(asked, limit)}))


@router.get("/chains", response_model=None)
async def chains(asked: Asks, duo: Annotated[Duo, Query()]) -> Response:
    """The quarrels of two actors, or of all camps, site by site: {"chains", "demands"}."""

    def make() -> Json:
        packs, found = asked.desk.packs(), _quarrels(asked, duo)
        told = [chain.to_json(packs) for quarrel in found for chain in quarrel.chains]
        return asked.clean({"chains": told, "demands": _demands(found, duo.state)})  # type: ignore[no-any-return]

    return await asked.at_length(lambda: asked.answer(make))


@router.get("/demands", response_model=None)
async def demands(asked: Asks, duo: Annotated[Duo, Query()]) -> Response:
    """What actors asked of each other and what came of it; what has been open longest first."""

    def make() -> Json:
        return asked.clean({"demands": _demands(_quarrels(asked, duo), duo.state)})  # type: ignore[no-any-return]

    return await asked.at_length(lambda: asked.answer(make))


@router.get("/network", response_model=None)
async def network(asked: Asks, window: Annotated[Window, Query()]) -> Response:
    """Who is at odds and who is together with whom in a window: {"since", "until", "level", "edges"}."""
    from marsad import relate

    def make() -> Json:
        first, last = _window(window)
        packs = asked.desk.packs()
        edges_ = relate.network(asked.desk.store, since=first, until=last, level=window.level, packs=packs)
        told = {"since": window.since, "until": window.until, "level": window.level}
        return asked.clean(told | {"edges": [e.to_json(packs) for e in edges_]})  # type: ignore[no-any-return]

    return await asked.at_length(lambda: asked.answer(make))


def _pair(asked: Asked, a: str, b: str, by: str) -> Response:
    asked.check(a, b)
    _ = asked.state  # the incidents first: relations are made of them
    related = asked.desk.related()

    def make() -> bytes:
        return asked.desk.aside.answers.do(tasks.pair, a, b, by=by, names=asked.names)

    return asked.answer_of(related.basis, make, stale=related.stale)


def _window(window: Window) -> tuple[date | None, date | None]:
    return edges(window.since)[0] if window.since else None, edges(window.until)[1] if window.until else None


def _quarrels(asked: Asked, duo: Duo) -> Any:
    from marsad.relate import quarrels

    asked.check(duo.a, duo.b)
    packs = asked.desk.packs()
    name = f"quarrels/{duo.a}/{duo.b}"
    return asked.desk.once(name, lambda: quarrels(asked.desk.store, duo.a, duo.b, packs=packs))


def _demands(found: Any, state: str | None) -> list[Json]:
    told = [demand.to_json() for quarrel in found for demand in quarrel.demands]
    kept = [d for d in told if state in (None, d["state"])]
    return sorted(kept, key=lambda d: (d["state"] != "open", -d["age"], d["since"]))
