"""The page of one incident."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marsad.serve import cards
from marsad.serve.asking import Asked
from marsad.store.asking import Lookup

Json = dict[str, Any]


def page(asked: Asked, document: Json) -> Json:
    """An incident with all that is known of it, masked for the asker."""
    desk = asked.desk
    lookup, id = Lookup(desk.store.engine), document["incident"]
    keys = [(report, event) for report, event in document["events"]]
    names = {report for report, _ in keys}
    stored = lookup.reports(names)
    moves = [_placed(asked, move) for move in desk.finds.moves([id]).get(id, [])]
    told: Json = cards.card(document, moves=bool(moves)) | {key: document[key] for key in cards.LONG}
    told |= _links(lookup, document)
    told |= {"tellings": [telling(asked, stored[r], e) for r, e in keys if r in stored]}
    told |= {"sources": cards.sources(document), "revisions": cards.revisions(document), "moves": moves}
    told |= {"verdicts": lookup.verdicts(keys), "formerly": lookup.formerly(id)}
    masked: Json = asked.clean(told, also=() if asked.names else lookup.private_names(names))
    return masked


def head(report: Json) -> Json:
    """What is told of a report beside its text."""
    return {key: report[key] for key in ("name", "outlet", "published", "url", "copy_of", "copy_share")}


def text_of(asked: Asked, report: Json) -> str:
    """A report's text as the asker may see it."""
    return texts_of(asked, [report])[0]


def texts_of(asked: Asked, reports: Sequence[Json]) -> list[str]:
    """The texts of several reports."""
    texts: list[str] = [report["text"] for report in reports]
    if asked.names or not texts:
        return texts
    veil = asked.desk.veil()
    return [veil.text(text, report["record"]) for text, report in zip(texts, reports, strict=True)]


def telling(asked: Asked, report: Json, event: str) -> Json:
    """How a report tells an event: its record and the words, cut from the masked text."""
    told = head(report) | {"report": report["name"], "event": event, "record": None, "quotes": []}
    events = report["record"]["events"] if report["record"] else []
    record = next((e for e in events if e["id"] == event), None)
    if record is None:
        return told
    text = text_of(asked, report)
    return told | {"record": record, "quotes": [text[start:end] for start, end in record["evidence"]]}


def _links(lookup: Lookup, document: Json) -> Json:
    """Demands and answers with their titles; those that have gone are left out."""
    slots = ("answers", "answered_by")
    found = lookup.incidents({link["incident"] for slot in slots for link in document[slot]})
    return {
        slot: [cards.link(found[i["incident"]], i["kind"]) for i in document[slot] if i["incident"] in found]
        for slot in slots
    }


def _placed(asked: Asked, move: Json) -> Json:
    return move | {end: _spot(asked, move[end]) for end in ("from", "to")}


def _spot(asked: Asked, spot: Json | None) -> Json | None:
    entry = asked.desk.packs().places.get(spot["id"] or "") if spot else None
    name = {"ar": entry.ar, "en": entry.en} if entry else None
    return spot | {"name": name} if spot else None
