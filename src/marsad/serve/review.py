"""Review: look at what was read, accept, correct, reject, add, take back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from marsad.errors import Refusal
from marsad.fuse.titles import party
from marsad.packs import Packs
from marsad.serve.people import AnyAsker, Asker, did, needs
from marsad.serve.people_routes import LARGEST, Body, Name, Words
from marsad.serve.review_values import Changes, Filling
from marsad.serve.review_veil import Table, Veil, packs_of, table_of, veil
from marsad.store import Correction, Corrections, Laid, Stale
from marsad.store.decisions import revision
from marsad.store.doubt import doubt
from marsad.store.laying import Act
from marsad.store.likeness import SITES

Json = dict[str, Any]
router = APIRouter(tags=["review"])
Coder = Annotated[Asker, needs("review")]
Id = Annotated[int, Field(ge=1, le=LARGEST)]
Event = Annotated[Name, Query(max_length=40)]


class On(Body):
    """Which event is decided on, as it was seen; `coding`: in one's own work as one of several coders."""

    report: Name
    event: Name
    revision: Annotated[Words, Field(max_length=40)]
    reason: Words = ""
    coding: bool = False


class Correcting(On):
    """Fields as they shall stand."""

    changes: Changes


class New(Body):
    """An event that the reader missed."""

    report: Name
    new: Changes
    reason: Words
    coding: bool = False


class Turned(Body):
    """A decision to take back, or to let hold again."""

    decision: Id


@router.get("/review/report")
def report(request: Request, asker: AnyAsker, report: Name, coding: bool = False) -> Json:
    """A report with its events, each with what people decided and where readings and decisions do not agree."""
    return Sheet(request, asker, report, coding=coding).whole()


@router.get("/review/event")
def event(request: Request, asker: AnyAsker, report: Name, event: Event, coding: bool = False) -> Json:
    """One event, also a rejected one."""
    sheet = Sheet(request, asker, report, coding=coding)
    found = sheet.event(event)
    if found is None:
        raise Refusal("E309", f"no event {event} in report {report!r}", "see the report", status=404)
    return found


@router.get("/review/history")
def history(request: Request, asker: AnyAsker, report: Name, event: Event | None = None) -> Json:
    """What was decided on a report or one event, newest first, with what was taken back."""
    sheet = Sheet(request, asker, report)
    found = sheet.corrections.history(report=report, event=event, limit=500, blind_to=blind(asker))
    return {"decisions": [sheet.veil.clean(c.to_json()) for c in found]}


@router.post("/review/accept", response_model=None)
def accept(request: Request, asker: Coder, on: On) -> Json | JSONResponse:
    """The event is right as it stands."""
    return _decide(request, asker, on, "accept")


@router.post("/review/reject", response_model=None)
def reject(request: Request, asker: Coder, on: On) -> Json | JSONResponse:
    """The report tells no such event."""
    return _decide(request, asker, on, "reject")


@router.post("/review/skip", response_model=None)
def skip(request: Request, asker: Coder, on: On) -> Json | JSONResponse:
    """Let others look at it."""
    return _decide(request, asker, on, "skip")


@router.post("/review/correct", response_model=None)
def correct(request: Request, asker: Coder, on: Correcting) -> Json | JSONResponse:
    """Change fields of an event; the reading stays as it is, the change lies over it."""
    return _decide(request, asker, on, "correct", on.changes)


@router.post("/review/add")
def add(request: Request, asker: Coder, new: New) -> Json:
    """Add an event that the reader missed, by its words."""
    sheet = Sheet(request, asker, new.report, coding=new.coding)
    fields: Json = {"status": "actual", "mode": None, "acled": None, "actor": [], "recipient": [], "attribution": []}
    fields |= {"place": None, "from": None, "to": None, "time": None}
    filled = fields | sheet.filling({}).fields(new.new)
    if "type" not in filled:
        raise Refusal("E331", "an event needs a type", "say what kind of deed it is")
    made = sheet.corrections.add(new.report, filled, reason=new.reason, by=asker.name, coding=sheet.coding)
    return _answer(request, asker, made)


@router.post("/review/undo")
def undo(request: Request, asker: Coder, turned: Turned) -> Json:
    """Take a decision back; it stays in the history."""
    corrections = table_of(request).corrections
    return _answer(request, asker, corrections.undo(turned.decision, by=asker.name, others=_over_others(asker)))


@router.post("/review/redo")
def redo(request: Request, asker: Coder, turned: Turned) -> Json:
    """Let a decision that was taken back hold again."""
    corrections = table_of(request).corrections
    return _answer(request, asker, corrections.redo(turned.decision, by=asker.name, others=_over_others(asker)))


class Sheet:
    """One report on somebody's desk. Raises StoreError E307, Refusal E333 where it is not theirs to code."""

    def __init__(self, request: Request, asker: Asker, name: str, *, coding: bool = False) -> None:
        table: Table = table_of(request)
        self.corrections: Corrections = table.corrections
        self.name, self.stored = name, table.store.report(name)
        self.own = next(iter(self.corrections.codings(report=name, coder=asker.name)), None)
        if coding and self.own is None:
            raise Refusal("E333", f"{asker.name} was not asked to code {name!r}", "ask a lead", status=409)
        self.coding = self.own.id if coding and self.own else None
        self.packs: Packs = packs_of(request)
        self.laid: Laid = self.corrections.laid(name, coding=self.coding)
        self.veil: Veil = veil(request, self.stored.report.text, self.laid.record)

    def whole(self) -> Json:
        """The report as the page shows it."""
        report, record = self.stored.report, self.laid.record
        events = [*record["events"], *self.laid.rejected]
        told: Json = {"report": self.name, "text": self.veil.text(report.text), "outlet": report.outlet}
        told |= {"published": report.published.isoformat() if report.published else None, "url": report.url}
        told |= {"engine": record.get("engine", ""), "coding": self.own.to_json() if self.own else None}
        told["events"] = [self._shown(e) for e in record["events"]]
        told["rejected"] = [self._shown(e) for e in self.laid.rejected]
        told["conflicts"] = [self.veil.clean(c.to_json()) for c in self.laid.conflicts]
        return told | {"names": self.veil.clean(names(events, self.packs))}

    def event(self, id: str) -> Json | None:
        """One event, None where there is none."""
        found = self.laid.find(id)
        return self._shown(found) if found else None

    def filling(self, shown: Json) -> Filling:
        """What turns a person's values into fields of the record."""
        text = self.stored.report.text
        return Filling(text=text, record=self.laid.record, shown=shown, packs=self.packs)

    def _shown(self, event: Json) -> Json:
        shown: Json = self.veil.clean(event_json(event, self.laid))
        return shown


def event_json(event: Json, laid: Laid) -> Json:
    """An event of the record with its `review`."""
    review, points = laid.review(event["id"]), doubt(event)
    last = review.last
    told: Json = {"state": review.state, "by": last.by if last else None, "at": last.at.isoformat() if last else None}
    told |= {"revision": revision(event, review.touches), "score": points.score}
    told["reasons"] = [r.to_json() for r in points.reasons]
    told["decisions"] = [c.to_json() for c in reversed(review.decisions)]
    told["conflicts"] = [c.to_json() for c in review.conflicts]
    return event | {"review": told}


def names(events: list[Json], packs: Packs) -> Json:
    """Id -> {"ar", "en"} of the actors and places of events."""
    found: Json = {}
    for event in events:
        for mention in (*(event.get("actor") or ()), *(event.get("recipient") or ())):
            if mention["id"] and not mention["id"].startswith("person/"):
                told = party(mention["id"], mention.get("text", ""), packs)
                found[mention["id"]] = {"ar": told.ar, "en": told.en}
        for site in SITES:
            entry = packs.places.get((event.get(site) or {}).get("id") or "")
            if entry:
                found[entry.id] = {"ar": entry.ar, "en": entry.en}
    return found


def _decide(request: Request, asker: Asker, on: On, act: Act, changes: Changes | None = None) -> Json | JSONResponse:
    sheet = Sheet(request, asker, on.report, coding=on.coding)
    fields = None
    if changes is not None:
        shown = sheet.laid.find(on.event)
        fields = sheet.filling(shown).fields(changes) if shown else {}
    try:
        made = sheet.corrections.decide(
            on.report, on.event, act, changes=fields, reason=on.reason, by=asker.name, revision=on.revision,
            coding=sheet.coding,
        )  # fmt: skip
    except Stale as stale:
        return _stale(sheet, stale)
    return _answer(request, asker, made)


def _answer(request: Request, asker: Asker, made: Correction) -> Json:
    sheet = Sheet(request, asker, made.report, coding=made.coding is not None)
    act = "undo" if made.withdrawn else made.act
    did(request, f"review-{act}", f"event:{made.report}/{made.event}", decision=made.id)
    review_of = next((e for e in sheet.laid.record["events"] if _is(sheet.laid, e, made)), None)
    return {
        "decision": sheet.veil.clean(made.to_json()),
        "event": sheet.event(review_of["id"]) if review_of else None,
    }


def _is(laid: Laid, event: Json, made: Correction) -> bool:
    return laid.review(event["id"]).thread == made.thread


def _stale(sheet: Sheet, stale: Stale) -> JSONResponse:
    sheet.laid = stale.laid
    decisions = [c.to_json() for c in reversed(stale.laid.review(stale.event).decisions)]
    told: Json = {"error": {"code": stale.code, "message": stale.message, "remedy": stale.remedy}}
    told |= {"event": sheet.event(stale.event), "decisions": sheet.veil.clean(decisions)}
    return JSONResponse(told, status_code=stale.status)


def _over_others(asker: Asker) -> bool:
    return "undo-others" in asker.may


def blind(asker: Asker) -> str | None:
    """Whose eyes may not see what others do in a coding that goes on: everybody's but a lead's."""
    return None if "adjudicate" in asker.may else asker.name
