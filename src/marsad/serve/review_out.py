"""Same or not the same; corrections on their way out; names of private persons for a reason."""

from __future__ import annotations

import itertools
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from marsad.errors import Refusal, StoreError
from marsad.serve.people import AnyAsker, Asker, did, needs
from marsad.serve.people_routes import LARGEST, Body, Name, Words
from marsad.serve.review import Coder, blind
from marsad.serve.review_veil import packs_of, table_of, veil
from marsad.store import Judgement, Key, Store
from marsad.store.fusing import Fusing
from marsad.store.likeness import SIDES

Json = dict[str, Any]
MOST_PAIRS = 400
router = APIRouter(tags=["review"])
Says = Annotated[Asker, needs("verdict")]
Exports = Annotated[Asker, needs("export")]
Unmasks = Annotated[Asker, needs("unmask")]


class Said(Body):
    """A verdict on two incidents or events (REPORT/EVENT)."""

    left: Name
    right: Name
    verdict: Literal["same", "different", "unsure"]
    reason: Annotated[Words, Field(min_length=1)]


class Taken(Body):
    """A verdict to take back."""

    verdict: Annotated[int, Field(ge=1, le=LARGEST)]


class Unmasking(Body):
    """Whose names, and why somebody must see them."""

    report: Name
    reason: Annotated[Words, Field(min_length=10)]


@router.get("/verdicts")
def verdicts(request: Request, _asker: AnyAsker, incident: Name | None = None) -> Json:
    """What people said about incidents, newest first, with what was taken back."""
    store = table_of(request).store
    keys = set(_events(store, incident)) if incident else None
    given = [j for j in store.judgements(withdrawn=True) if not j.machine]
    kept = [j for j in given if keys is None or j.left in keys or j.right in keys]
    aside = _aside(given)
    told = [_verdict(j) | {"set_aside_by": aside.get(j.id)} for j in reversed(kept)]
    return {"verdicts": _clean(request, told)}  # a reason may name somebody


@router.post("/verdicts", status_code=201)
def judge(request: Request, asker: Says, said: Said) -> Json:
    """Say that two incidents or events are one happening, or two."""
    store = table_of(request).store
    left, right = (_events(store, id) for id in (said.left, said.right))
    same = said.verdict == "same"
    pairs = list(itertools.pairwise([*left, *right])) if same else [(a, b) for a in left for b in right if a != b]
    if not pairs or any(a == b for a, b in pairs):
        raise Refusal("E309", "an event cannot be compared with itself", "name two", status=400)
    if len(pairs) > MOST_PAIRS:
        raise Refusal("E309", f"these are {len(pairs)} pairs of events", "say it of one event (REPORT/EVENT)")
    given = [_told(store, a, b, said, asker) for a, b in pairs]
    did(request, f"verdict-{said.verdict}", f"{said.left} / {said.right}", verdicts=[j.id for j in given])
    told = [_verdict(j) for j in given]
    return {"verdicts": _clean(request, told), "incidents": _incidents(store, [*left, *right])}


@router.post("/verdicts/undo")
def take_back(request: Request, asker: Says, taken: Taken) -> Json:
    """Take a verdict back; it stays in the history. One that is taken back already stays so."""
    store = table_of(request).store
    found = next((j for j in store.judgements(withdrawn=True) if j.id == taken.verdict and not j.machine), None)
    if found is None or (found.by != asker.name and "undo-others" not in asker.may):
        raise Refusal("E309", f"there is no verdict {taken.verdict} of yours", "see the list of verdicts", status=404)
    if not found.withdrawn:
        store.withdraw(taken.verdict, by=asker.name)
        did(request, "verdict-undo", f"judgement:{taken.verdict}")
    return {"verdict": taken.verdict, "incidents": _incidents(store, [found.left, found.right])}


class Wanted(BaseModel):
    """Which decisions are asked for."""

    model_config = ConfigDict(extra="forbid")

    by: Name | None = None
    report: Name | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Annotated[int, Field(ge=0, le=LARGEST)] | None = None
    conflicts: bool = False


@router.get("/corrections")
def corrections(request: Request, asker: AnyAsker, wanted: Annotated[Wanted, Query()]) -> Json:
    """Decisions on events, newest first; or where they and newer readings do not agree."""
    table = table_of(request)
    if wanted.conflicts:
        found = [c for c in table.conflicts() if wanted.report in (None, c["report"])]
        return {"conflicts": _clean(request, found), "next": None}
    given = table.corrections.history(
        by=wanted.by, report=wanted.report, before=wanted.cursor, limit=wanted.limit, blind_to=blind(asker)
    )
    follow = given[-1].id if len(given) == wanted.limit else None
    return {"decisions": _clean(request, [c.to_json() for c in given]), "next": follow}


@router.get("/corrections/export", response_class=Response)
def export(request: Request, _asker: Exports, whole: bool = True) -> Response:
    """Reference records as JSON Lines; `whole`: only reports on all of whose events somebody decided."""
    from marsad.store.reviewed import references

    kept = [r.record for r in references(table_of(request).store) if not (whole and r.left)]
    lines = "".join(json.dumps(_clean(request, record), ensure_ascii=False) + "\n" for record in kept)
    return Response(lines, media_type="application/x-ndjson")


@router.get("/corrections/suggestions")
def suggest(request: Request, _asker: Coder) -> Json:
    """Names that people gave to actors and places, with entries to paste into a pack."""
    from marsad.store.reviewed import suggestions, yaml_of

    packs = packs_of(request)
    found = suggestions(table_of(request).store, packs)
    by_kind = {f"{kind}s": [s.to_json() for s in found if s.kind == kind] for kind in ("actor", "place")}
    cleaned: Json = _clean(request, by_kind | {"yaml": yaml_of(found, packs)})
    return cleaned


@router.post("/unmask")
def unmask(request: Request, asker: Unmasks, asked: Unmasking) -> Json:
    """A report with the names of its private persons. Who asked and why is written down before it is shown."""
    from marsad.serve.people import gate_of

    table = table_of(request)
    stored = table.store.report(asked.report)
    detail = {"reason": asked.reason}
    gate_of(request).people.note(asker.name, "unmask", f"report:{asked.report}", detail)
    request.state.did = ()
    record = table.corrections.laid(asked.report).record
    shown = ("text", "start", "end", "private", "id")
    people = [{k: p.get(k) for k in shown} for p in record.get("persons", ())]
    known = {p["id"] for p in people}
    mentions = (m for e in record["events"] for side in SIDES for m in e.get(side) or ())
    named = {m["id"]: m for m in mentions if (m["id"] or "").startswith("person/") and m["id"] not in known}
    people += [{**{k: m.get(k) for k in shown}, "private": True} for m in named.values()]
    return {"report": asked.report, "text": stored.report.text, "persons": people, "record": record}


def _events(store: Store, text: str) -> list[Key]:
    """The events of an incident's id, or the one event REPORT/EVENT. Raises StoreError E308."""
    report, slash, event = text.rpartition("/")
    if slash:
        return [(report, event)]
    return [(r, e) for r, e in store.incident(text)["events"]]


def _told(store: Store, a: Key, b: Key, said: Said, asker: Asker) -> Judgement:
    try:
        return store.judge(a, b, said.verdict, reason=said.reason, by=asker.name)
    except StoreError as error:
        if error.code != "E309":
            raise
        raise Refusal("E309", error.message, error.remedy, status=404) from error


def _incidents(store: Store, keys: list[Key]) -> list[str]:
    """Ids of the incidents that hold these events as the store has them now."""
    return sorted(set(Fusing(store).incidents_of(keys).values()))


def _aside(given: list[Judgement]) -> dict[int, int]:
    from marsad.fuse.cluster import settle

    return {older.id: newer.id for older, newer in settle(j for j in given if not j.withdrawn).aside}


def _verdict(j: Judgement) -> Json:
    out: Json = {"id": j.id, "left": "/".join(j.left), "right": "/".join(j.right), "verdict": j.verdict}
    return out | {"reason": j.reasons[0]["en"], "by": j.by, "at": j.at.isoformat(), "withdrawn": j.withdrawn}


def _clean(request: Request, value: Any) -> Any:
    return veil(request, "", {}).clean(value)
