"""Two coders on one report, each alone; how far they agree; who decides between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from marsad.errors import Refusal
from marsad.serve.people import AnyAsker, Asker, did, gate_of, needs
from marsad.serve.people_routes import LARGEST, Body, Name, Words
from marsad.serve.review import Sheet, event_json
from marsad.serve.review_veil import table_of
from marsad.store import Coding, Corrections, Laid
from marsad.store.agreement import FACETS, Figure, coded, figures, matched, said
from marsad.store.likeness import FIELDS, differs, gist
from marsad.store.people import plain

Json = dict[str, Any]
router = APIRouter(tags=["review"])
Lead = Annotated[Asker, needs("assign")]
Judge = Annotated[Asker, needs("adjudicate")]
Coder = Annotated[Asker, needs("code")]
Pair = tuple[Json | None, Json | None]


class Asking(Body):
    """Who shall code a report, each alone."""

    report: Name
    coders: Annotated[list[Name], Field(min_length=1, max_length=10)]


class Done(Body):
    """A coding that its coder closes."""

    coding: Annotated[int, Field(ge=1, le=LARGEST)]


class Choice(Body):
    """Whose telling of a row holds; None where there is no such event."""

    row: Annotated[int, Field(ge=0, le=10_000)]
    coder: Name | None


class Ruling(Body):
    """What holds of two codings; rows on which the coders agree may be left out."""

    report: Name
    rows: Annotated[list[Choice], Field(max_length=10_000)] = []
    reason: Annotated[Words, Field(min_length=1)]


@router.post("/codings", status_code=201)
def ask(request: Request, asker: Lead, asking: Asking) -> Json:
    """Have people code a report without seeing each other's work."""
    coders = [plain(name) for name in asking.coders]
    gate = gate_of(request)
    for name in coders if gate.team() else ():
        if gate.people.get(name).role == "reader":
            raise Refusal("E333", f"{name} is a reader and may not code", "give them another role first", status=409)
    given = table_of(request).corrections.ask(asking.report, coders, by=asker.name)
    did(request, "ask", f"report:{asking.report}", coders=coders)
    return {"codings": [coding.to_json() for coding in given]}


@router.get("/codings")
def codings(
    request: Request, asker: AnyAsker, report: Name | None = None, state: Literal["open", "done"] | None = None
) -> Json:
    """Who codes what; a coder sees their own."""
    coder = None if "assign" in asker.may else asker.name
    found = table_of(request).corrections.codings(report=report, coder=coder)
    told = [coding.to_json() for coding in found]
    return {"codings": [c for c in told if state in (None, c["state"])]}


@router.post("/codings/done")
def done(request: Request, asker: Coder, given: Done) -> Json:
    """Close one's own coding; it cannot be changed any more."""
    coding = table_of(request).corrections.done(given.coding, by=asker.name)
    did(request, "coded", f"report:{coding.report}", coding=coding.id)
    return coding.to_json()


@router.get("/codings/compare")
def compare(request: Request, asker: AnyAsker, report: Name) -> Json:
    """Two codings side by side, row by row, once both are done."""
    sheet = Sheet(request, asker, report)
    both = _both(sheet.corrections, report, asker)
    coders, laid = [c.coder for c in both], [sheet.corrections.laid(report, coding=c.id) for c in both]
    rows = [_row(n, pair, coders, laid) for n, pair in enumerate(_rows(laid))]
    events = [one.record["events"] for one in laid]
    told = _agreement([coders], figures([events]))
    cleaned: Json = sheet.veil.clean({"report": report, "coders": coders, "rows": rows, "agreement": told})
    return cleaned


@router.post("/codings/adjudicate")
def adjudicate(request: Request, asker: Judge, ruling: Ruling) -> Json:
    """Say row by row whose telling holds; what holds becomes decisions that count."""
    sheet = Sheet(request, asker, ruling.report)
    both = _both(sheet.corrections, ruling.report, asker)
    laid = [sheet.corrections.laid(ruling.report, coding=c.id) for c in both]
    chosen = _chosen(_rows(laid), [c.coder for c in both], ruling.rows)
    _rule(sheet, asker, chosen, ruling.reason)
    did(request, "adjudicate", f"report:{ruling.report}", coders=[c.coder for c in both])
    return Sheet(request, asker, ruling.report).whole()


@router.get("/agreement")
def agreement(request: Request, _asker: Judge, report: Name | None = None) -> Json:
    """How far coders agree, over all reports whose codings are done."""
    found = coded(table_of(request).corrections, report=report)
    return _agreement([names[1:] for names in found], figures(found.values()))


def _agreement(coders: Sequence[Sequence[str]], found: Sequence[Figure]) -> Json:
    pairs = sorted({tuple(sorted(names)) for names in coders})
    return {"reports": len(coders), "pairs": pairs, "facets": [figure.to_json() for figure in found]}


def _both(corrections: Corrections, report: str, asker: Asker) -> list[Coding]:
    """The first two codings of a report, both done. Raises Refusal E333, E521."""
    found = corrections.codings(report=report)
    if "adjudicate" not in asker.may and asker.name not in {c.coder for c in found}:
        raise Refusal("E521", "only its coders and leads may compare codings", "ask a lead", status=403)
    if len(found) < 2 or any(c.done_at is None for c in found):
        message = f"{report!r} has not been coded by two people yet"
        raise Refusal("E333", message, "wait until both are done", status=409)
    return found[:2]


def _rows(laid: Sequence[Laid]) -> list[Pair]:
    return matched(*(one.record["events"] for one in laid))


def _row(number: int, pair: Pair, coders: Sequence[str], laid: Sequence[Laid]) -> Json:
    events = [event_json(e, one) if e else None for e, one in zip(pair, laid, strict=True)]
    facets = [_facet(facet, pair, coders) for facet in (FACETS if all(pair) else FACETS[:1])]
    same = all(facet["same"] for facet in facets)
    return {"row": number, "same": same, "events": dict(zip(coders, events, strict=True)), "facets": facets}


def _facet(facet: str, pair: Pair, coders: Sequence[str]) -> Json:
    values = [bool(e) if facet == "event" else gist(facet, (e or {}).get(facet)) for e in pair]
    same = said(facet, pair[0]) == said(facet, pair[1])
    return {"facet": facet, "same": same, "values": dict(zip(coders, values, strict=True))}


def _chosen(rows: Sequence[Pair], coders: Sequence[str], choices: Sequence[Choice]) -> list[tuple[Pair, Json | None]]:
    """Each row with the event that holds. Raises Refusal E331 where a row in dispute has no ruling."""
    ruled = {c.row: c.coder for c in choices}
    if unknown := [c for c in ruled.values() if c is not None and plain(c) not in coders]:
        raise Refusal("E331", f"{unknown[0]} did not code this report", f"name {' or '.join(coders)}, or null")
    out: list[tuple[Pair, Json | None]] = []
    for number, pair in enumerate(rows):
        if number in ruled:
            coder = ruled[number]
            out.append((pair, pair[coders.index(plain(coder))] if coder is not None else None))
        elif all(facet["same"] for facet in _row_facets(pair, coders)):
            out.append((pair, pair[0]))
        else:
            raise Refusal("E331", f"row {number} is in dispute", "say for each such row whose telling holds")
    return out


def _row_facets(pair: Pair, coders: Sequence[str]) -> list[Json]:
    return [_facet(facet, pair, coders) for facet in (FACETS if all(pair) else FACETS[:1])]


def _rule(sheet: Sheet, asker: Asker, chosen: Sequence[tuple[Pair, Json | None]], reason: str) -> None:
    """Make the standing events say what was chosen."""
    name, corrections = sheet.name, sheet.corrections
    now = {e["id"] for e in sheet.laid.record["events"]}
    standing = {e["id"]: e for e in (*sheet.laid.record["events"], *sheet.laid.rejected)}
    settled: set[str] = set()
    for pair, event in chosen:
        own = next((e["id"] for e in pair if e and e["id"] in standing), None)
        if event is None:
            continue
        fields = {f: event.get(f) for f in FIELDS if f in event}
        if own is None or own in settled:
            corrections.add(name, fields, reason=reason, by=asker.name)
            continue
        settled.add(own)
        changes = {f: v for f, v in fields.items() if differs(f, v, standing[own].get(f))}
        act: Literal["correct", "accept"] = "correct" if changes else "accept"
        corrections.decide(name, own, act, changes=changes, reason=reason, by=asker.name)
    for id in sorted(now - settled):
        corrections.decide(name, id, "reject", reason=reason, by=asker.name)
