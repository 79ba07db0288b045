"""Reports, and searching them together with incidents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from marsad.errors import StoreError
from marsad.serve import reports as finding
from marsad.serve.api_incidents import shown
from marsad.serve.asking import Asked, Asks
from marsad.serve.finder import Finder
from marsad.serve.incident import head, text_of
from marsad.serve.sieve import MOST, Day, Question, Several, Sieve
from marsad.store.asking import Lookup
from marsad.store.words import asked as terms_of

router = APIRouter(tags=["reports"])
Json = dict[str, Any]
Cursor = Annotated[str | None, Field(max_length=100)]


class Reports(BaseModel):
    """What reports must fit, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    q: Question = None
    source: Several = []
    since: Day = None
    until: Day = None
    unread: bool | None = None
    copies: bool | None = None
    limit: Annotated[int, Field(ge=1, le=100_000, description="More than 1000 is cut to 1000.")] = 50
    cursor: Cursor = None


class Search(BaseModel):
    """What is searched for, and where."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    q: Annotated[str, Field(max_length=200)] = ""
    within: Annotated[list[Literal["incidents", "reports"]], Field(alias="in", max_length=2)] = ["incidents", "reports"]
    limit: Annotated[int, Field(ge=1, le=200)] = 20
    cursor_incidents: Cursor = None
    cursor_reports: Cursor = None


class Suggest(BaseModel):
    """The beginning of a name."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, Field(max_length=100)] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 8


@router.get("/reports", response_model=None)
def reports(asked: Asks, wanted: Annotated[Reports, Query()]) -> Response:
    """Heads of reports, the latest to come in first: {"total", "reports", "next"}."""

    def make() -> Json:
        now, given = asked.now(), wanted.model_dump(exclude={"limit", "cursor"})
        fit = finding.fitting(asked, now, **given)
        limit = min(wanted.limit, MOST)
        return finding.listed(asked, now, fit, q=wanted.q, limit=limit, cursor=wanted.cursor)

    return asked.answer(make)


@router.get("/reports/{name:path}/explain", response_model=None)
def explained(asked: Asks, name: str, event: Annotated[str, Query(max_length=40)]) -> Response:
    """The tree of rules behind an event of a report: {"report", "event", "tree"}."""
    from marsad.serve.explained import tree

    report = _stored(asked, name)
    return asked.answer(lambda: tree(asked, report, event))


@router.get("/reports/{name:path}", response_model=None)
def report(asked: Asks, name: str) -> Response:
    """A report's text as received, its record, and which incident each of its events belongs to."""
    found = _stored(asked, name)
    return asked.answer(lambda: _page(asked, found))


@router.get("/search", response_model=None)
def search(asked: Asks, wanted: Annotated[Search, Query()]) -> Response:
    """Incidents and reports that hold all words; those whose title holds them first, then the newest."""

    def make() -> Json:
        out: Json = {"q": " ".join(term.forms[0] for term in terms_of(wanted.q))}
        if "incidents" in wanted.within:
            out["incidents"] = _incidents(asked, wanted)
        if "reports" in wanted.within:
            out["reports"] = _reports(asked, wanted)
        return out

    return asked.answer(make)


@router.get("/suggest", response_model=None)
def suggest(asked: Asks, wanted: Annotated[Suggest, Query()]) -> Response:
    """Actors, places and sources whose names begin with or hold `q`."""
    return asked.answer(lambda: finding.suggestions(asked, wanted.q, wanted.limit))


def _stored(asked: Asked, name: str) -> Json:
    """Raises StoreError E307."""
    found = Lookup(asked.desk.store.engine).reports([name.replace("\0", "")]).get(name)
    if found is None:
        raise StoreError("E307", f"no report {name!r} in the store", "look it up in the list of reports")
    return found


def _page(asked: Asked, report: Json) -> Json:
    from marsad.serve.page_noise import spans

    lookup, name = Lookup(asked.desk.store.engine), report["name"]
    copies = lookup.reports(lookup.copies(name))
    names = () if asked.names else lookup.private_names([name])
    told = head(report) | {"sha256": report["sha256"], "added_at": report["added_at"]}
    told |= {"via": report["via"] if asked.names else None, "record": report["record"]}
    told |= {"incidents": lookup.incidents_of(name), "copies": [head(c) for c in copies.values()]}
    told |= {"readings": lookup.readings(name), "noise": spans(report["text"])}
    told["events"] = len(report["record"]["events"]) if report["record"] else 0
    masked: Json = asked.clean(told, also=names)
    return masked | {"text": text_of(asked, report)}


def _incidents(asked: Asked, wanted: Search) -> Json:
    if not terms_of(wanted.q):
        return {"total": 0, "hits": [], "next": None}
    finder, now = asked.desk.finder, asked.now()
    fit = finder.sifted(now, Sieve(q=wanted.q), names=asked.names)
    titled = finder.in_title(now, wanted.q, names=asked.names) & fit
    rows, after = _titles_first(finder, now, (titled, fit & ~titled), wanted)
    found = shown(asked, now, rows)
    pieces = finding.snippets_of(asked, [card["incident"] for card in found], terms_of(wanted.q))
    hits = [card | {"snippet": pieces[card["incident"]]} for card in found]
    return {"total": int(np.count_nonzero(fit)), "hits": hits, "next": after}


def _titles_first(finder: Finder, now: Any, sets: tuple[Any, Any], wanted: Search) -> tuple[list[int], str | None]:
    """The next rows of the first set, then of the second; the cursor tells in which set it stands."""
    given = wanted.cursor_incidents or "0"
    at, cursor = int(given[:1] == "1"), given[1:] or None
    rows, after = finder.page(now, sets[at], sort="newest", limit=wanted.limit, cursor=cursor)
    if after:
        return rows, f"{at}{after}"
    if at == 0:
        rest = wanted.limit - len(rows)
        if not rest:
            return rows, "1" if sets[1].any() else None
        more, after = finder.page(now, sets[1], sort="newest", limit=rest)
        return rows + more, f"1{after}" if after else None
    return rows, None


def _reports(asked: Asked, wanted: Search) -> Json:
    if not terms_of(wanted.q):
        return {"total": 0, "hits": [], "next": None}
    now = asked.now()
    fit = finding.fitting(asked, now, q=wanted.q)
    told = finding.listed(asked, now, fit, q=wanted.q, limit=wanted.limit, cursor=wanted.cursor_reports)
    return {"total": told["total"], "hits": told["reports"], "next": told["next"]}
