"""The queue: what deserves a second look, the most doubtful and important first; and what to pick from."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from marsad.errors import Refusal
from marsad.fuse.kinship import Kinship
from marsad.model import Report
from marsad.model.event import EventType, SourceKind, Stance, Status, TimePrecision
from marsad.model.reading import PositionKind
from marsad.packs import Packs, fold_word
from marsad.relate.sides import Sides
from marsad.serve.people import AnyAsker
from marsad.serve.people_routes import Limit
from marsad.serve.review_veil import Table, Veil, packs_of, sees_names, table_of
from marsad.store import Key, Laid
from marsad.store.doubt import REASONS, Doubt, doubt, reason, weight_of
from marsad.store.fusing import Fusing
from marsad.store.laying import STATES
from marsad.store.review_rows import Counted, Place
from marsad.store.sheet import SLOTS, STATUSES

Json = dict[str, Any]
router = APIRouter(tags=["review"])
BLOCK = 200  # events that are put in order together, with what their incidents weigh
MOST_PAIRS = 500
DISPUTED = 100  # incidents whose contradictions and voices bring their events to the front
State = Literal["open", "accepted", "corrected", "rejected", "added", "skipped"]
Score = tuple[int, str, str]
Start = tuple[Place | None, Score | None]


@router.get("/review/queue")
def queue(
    request: Request, response: Response, _asker: AnyAsker, state: State = "open", limit: Limit = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Json:  # fmt: skip
    """Events in one state, those first that most need a person; `reasons` add up to the score."""
    line = Line(request, state)
    items, follow = line.page(limit, _opened(cursor))
    head, _ = line.mark
    of, counts = line.table.desk.lately("review-counts", line.table.rows.counts, lambda: head)
    if of != head:
        response.headers["Marsad-Stale"] = "1"
    return {"items": items, "next": _closed(follow), "counts": dict.fromkeys(STATES, 0) | counts}


@router.get("/review/pairs")
def pairs(request: Request, _asker: AnyAsker, limit: Limit = 50) -> Json:
    """Pairs of events that were nearly taken for one happening and on which nobody said anything, best first."""
    from marsad.fuse import near

    line = Line(request, "open")
    store = line.table.store
    said = {(j.left, j.right) for j in store.judgements() if not j.machine}
    found = line.table.desk.once("review-pairs", lambda: near(store, limit=MOST_PAIRS))
    fresh = [(total, min(a, b), max(a, b)) for total, a, b in found]
    fresh = [(total, a, b) for total, a, b in fresh if (a, b) not in said][:limit]
    items = line.items([key for _, a, b in fresh for key in (a, b)])
    known = [(total, items[a], items[b]) for total, a, b in fresh if a in items and b in items]
    return {"pairs": [{"sum": round(total, 2), "left": left, "right": right} for total, left, right in known]}


class Line:
    """One reading of the queue."""

    def __init__(self, request: Request, state: str) -> None:
        self.table: Table = table_of(request)
        self.packs, self.state = packs_of(request), state
        self.mark = self.table.desk.finds.mark()
        self._mask = None if sees_names(request) else self.table.desk.veil()
        self._pairs = self.table.desk.once("review-watched", lambda: _watched(request), at="packs")

    def page(self, limit: int, at: Start) -> tuple[list[Json], Start | None]:
        """Items from a place on, and the place where the next page begins (None at the end)."""
        start, last = at
        taken: list[Score] = []
        while True:
            keys, follow = self._block(start)
            fresh = [score for score in self._ordered(keys) if last is None or score > last]
            taken += (some := fresh[: limit - len(taken)])
            if len(some) < len(fresh):
                return self._shown(taken), (start, taken[-1])
            if follow is None:
                return self._shown(taken), None
            start, last = follow, None
            if len(taken) == limit:
                return self._shown(taken), (start, None)

    def _shown(self, taken: Sequence[Score]) -> list[Json]:
        keys = [(report, event) for _, report, event in taken]
        items = self.items(keys)
        return [items[key] for key in keys if key in items]

    def _block(self, start: Place | None) -> tuple[list[Counted], Place | None]:
        """Events that are put in order together, and where the next such block begins."""
        if self.state == "rejected":
            return self.table.rows.counted(self.table.rows.rejected(), self.state), None
        plain = self.table.rows.listed(self.state, limit=BLOCK, after=start)
        follow = (plain[-1].doubt, *plain[-1].key) if len(plain) == BLOCK else None
        if self.state != "open":
            return plain, follow
        front = self.table.desk.once("review-front", self._front, at=str(self.mark))
        rest = [one for one in plain if one.key not in front]
        return ([*front.values(), *rest] if start is None else rest), follow

    def _front(self) -> dict[Key, Counted]:
        """Events with a conflict, and those of the most disputed and most told incidents."""
        conflicts = self.table.rows.counted(list(self.table.conflicting()), self.state)
        disputed = self.table.rows.of_incidents(_disputed(self.table))
        return {one.key: one for one in (*conflicts, *disputed)}

    def _ordered(self, block: Sequence[Counted]) -> list[Score]:
        """The scores of a block, highest first, from rows alone: only what is shown is opened."""
        known, clashing = self._known([one.key for one in block]), self.table.conflicting()
        scores = []
        for one in block:
            weight, parties = known[one.key]
            more = [*([reason("conflict")] if one.key in clashing else ())]
            more += weight_of(weight, watched=self._watches(parties))
            scores.append((-one.doubt - sum(r.weight for r in more), *one.key))
        return sorted(scores)

    def _known(self, keys: Sequence[Key]) -> dict[Key, tuple[Json | None, Sequence[str]]]:
        """What of each event's incident weighs, and its parties; looked up once while incidents are as they are."""
        desk = self.table.desk
        known: dict[Key, tuple[Json | None, Sequence[str]]] = desk.once("review-known", dict, at=desk.derived())
        lacking = [key for key in keys if key not in known]
        if lacking:
            weights, parties = self._weights(lacking), self._parties(lacking)
            known |= {key: (weights.get(key), parties.get(key, ())) for key in lacking}
        return known

    def _weights(self, keys: Sequence[Key]) -> dict[Key, Json]:
        """What of each event's incident weighs, as the index has it."""
        finds = self.table.desk.finds
        sheet, named = finds.now().incidents, Fusing(self.table.store).incidents_of(keys)
        number = finds.numbers("i", sorted(set(named.values())))
        told: dict[Key, Json] = {}
        for key, id in named.items():
            row = number.get(id, sheet.size)
            if row < sheet.size:
                clashes = bin(int(sheet["slots"][row])).count("1")
                status = STATUSES[int(sheet["status"][row])]
                told[key] = {"contradictions": range(clashes), "voices": int(sheet["voices"][row]), "status": status}
        return told

    def _parties(self, keys: Sequence[Key]) -> dict[Key, list[str]]:
        return self.table.rows.parties(keys) if self._pairs else {}

    def _watches(self, parties: Iterable[str]) -> bool:
        found = list(parties)
        return any({pair.of(id) for id in found} >= {"a", "b"} for pair in self._pairs)

    def items(self, keys: Sequence[Key]) -> dict[Key, Json]:
        """Events as the queue shows them; those that are no more are left out."""
        documents = self.table.rows.incidents_of(keys)
        sheets = self.table.rows.sheets(report for report, _ in keys)
        there = [key for key in keys if key[0] in sheets]
        items = {key: self._item(key, *sheets[key[0]], documents.get(key)) for key in there}
        return {key: item for key, item in items.items() if item}

    def _item(self, key: Key, report: Report, laid: Laid, document: Json | None) -> Json | None:
        event = laid.find(key[1])
        if event is None:
            return None
        review = laid.review(key[1])
        points = self._points(event, laid, document)
        text = report.text
        out: Json = {"report": key[0], "event": key[1], "state": review.state, "score": points.score}
        out |= {"reasons": [r.to_json() for r in points.reasons], "type": event["type"], "mode": event.get("mode")}
        out |= {"status": event["status"], "quote": " … ".join(text[s:e] for s, e in event["evidence"])}
        out |= {side: [m["id"] or m.get("text") for m in event.get(side) or ()] for side in ("actor", "recipient")}
        out |= {"place": (event.get("place") or {}).get("text"), "start": (event.get("time") or {}).get("start")}
        out |= {"published": report.published and report.published.isoformat()}
        out |= {"outlet": report.outlet, "incident": document["incident"] if document else None}
        out |= {"by": review.last and review.last.by, "at": review.last and review.last.at.isoformat()}
        shown: Json = Veil(self._mask, text, laid.record).clean(out)
        return shown

    def _points(self, event: Json, laid: Laid, document: Json | None) -> Doubt:
        parties = [m["id"] for side in ("actor", "recipient") for m in event.get(side) or () if m["id"]]
        watched = self._watches(parties)
        conflict = [reason("conflict")] if laid.review(event["id"]).conflicts else []
        return doubt(event).more((*conflict, *weight_of(document, watched=watched)))


def _disputed(table: Table) -> list[str]:
    """Ids of the incidents whose claims contradict each other most, then those with the most voices."""
    sheet = table.desk.finds.now().incidents
    slots = sheet["slots"]
    bits = sum(((slots >> n) & 1 for n in range(len(SLOTS))), np.zeros(sheet.size, np.int32))
    weight = np.minimum(bits, 3) * REASONS["contradiction"][0] + (sheet["voices"] >= 3) * REASONS["voices"][0]
    weight = weight * sheet.alive
    best = np.argpartition(-weight, DISPUTED)[:DISPUTED] if sheet.size > DISPUTED else np.arange(sheet.size)
    named = table.desk.finds.rows("i", (int(n) for n in best if weight[n] > 0))
    return [name for name, _, _ in named.values()]


def _watched(request: Request) -> list[Sides]:
    from marsad.watch.rules import load_rules

    kinship = Kinship(packs_of(request))
    return [Sides(a, b, kinship) for a, b in load_rules(table_of(request).desk.dirs).pairs]


def _closed(follow: Start | None) -> str | None:
    if follow is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(follow, ensure_ascii=False).encode()).decode().rstrip("=")


def _opened(cursor: str | None) -> Start:
    if not cursor:
        return None, None
    try:
        start, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _place(start), _place(last)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Refusal("E507", "this is no cursor of the queue", "begin with the first page") from error


def _place(value: Any) -> Place | None:
    if value is None:
        return None
    number, report, event = value
    if not isinstance(number, int) or abs(number) > 2**31 or "\0" in str(report) + str(event):
        raise ValueError(value)
    return number, str(report), str(event)


# -- what to pick from -------------------------------------------------------------------------------------------------


Asked = Annotated[str, Query(max_length=100)]


@router.get("/review/actors")
def actors(request: Request, _asker: AnyAsker, q: Asked = "", limit: Limit = 20) -> Json:
    """Actors of the knowledge whose names or id hold all words of `q`."""
    packs = packs_of(request)
    found = _held(_actor_names(packs), q)[:limit]
    entries = (packs.actors[id] for id in found)
    point = {"lat": None, "lon": None, "precision": None}
    rows = [{"id": e.id, "ar": e.ar, "en": e.en, "kind": e.kind, "parent": e.parent, **point} for e in entries]
    return {"found": rows}


@router.get("/review/places")
def places(request: Request, _asker: AnyAsker, q: Asked = "", limit: Limit = 20) -> Json:
    """Places of the knowledge whose names or id hold all words of `q`."""
    packs = packs_of(request)
    names = ("id", "ar", "en", "kind", "parent", "lat", "lon", "precision")
    rows = [{n: getattr(packs.places[id], n) for n in names} for id in _held(_place_names(packs), q)[:limit]]
    return {"found": rows}


@router.get("/review/vocabulary")
def vocabulary(request: Request, _asker: AnyAsker) -> Json:
    """The codes that fields may have."""
    plover = packs_of(request).plover
    kinds = plover.types.values()
    acled = {a for t in kinds for a in (t.acled, *(m.acled for m in t.modes.values())) if a}
    return {
        "types": {name: list(modes) for name, modes in plover.modes.items()}, "statuses": list(get_args(Status)),
        "precisions": list(get_args(TimePrecision)), "kinds": list(get_args(SourceKind)), "acled": sorted(acled),
        "stances": list(get_args(Stance)), "position_kinds": list(get_args(PositionKind)),
        "order": list(get_args(EventType)),
    }  # fmt: skip


Named = dict[str, tuple[str, ...]]


def _held(named: Named, q: str) -> list[str]:
    """Ids whose names hold all words of `q`, those first that begin with them, then the shorter ones."""
    wanted = [_folded(word) for word in q.split()]
    ranks = [(rank, id) for id, names in named.items() if (rank := _rank(id, names, wanted)) is not None]
    return [id for _, id in sorted(ranks)]


def _rank(id: str, names: Iterable[str], wanted: Sequence[str]) -> tuple[int, int] | None:
    fits = [n for n in (*names, id) if all(w in n for w in wanted)]
    if not fits:
        return None
    best = min(fits, key=lambda n: (not n.startswith(tuple(wanted)), len(n)))
    return (0 if best.startswith(tuple(wanted)) else 1, len(best))


@lru_cache(maxsize=4)
def _named(key: tuple[int, str], items: tuple[tuple[str, tuple[str, ...]], ...]) -> Named:
    return {id: tuple(_folded(name) for name in names) for id, names in items}


def _actor_names(packs: Packs) -> Named:
    items = tuple((e.id, (e.ar, e.en, *e.strong)) for e in packs.actors.values())
    return _named((id(packs), "actors"), items)


def _place_names(packs: Packs) -> Named:
    items = tuple((e.id, (e.ar, e.en, *e.also)) for e in packs.places.values())
    return _named((id(packs), "places"), items)


def _folded(text: str) -> str:
    return " ".join(fold_word(word) for word in text.casefold().split())
