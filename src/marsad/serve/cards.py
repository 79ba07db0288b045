"""Incidents as the API gives them: short in lists, whole on a page of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from marsad.serve.sieve import radius
from marsad.store.finding import outlets

Json = dict[str, Any]
LONG = ("claims", "disputes", "working", "retracted", "answers", "answered_by")


def card(document: Json, *, moves: bool = False) -> Json:
    """An incident without its claims."""
    place = document["place"]
    told = {key: value for key, value in document.items() if key not in LONG}
    told |= {"outlets": outlets(document), "copies": document["reports"] - document["voices"], "moves": moves}
    known = place is not None and place["lat"] is not None
    return told | {
        "answers": len(document["answers"]), "uncertainty_km": radius(place["precision"]) if known else None,
    }  # fmt: skip


def feature(told: Json) -> Json:
    """A card as a GeoJSON feature (WGS 84)."""
    place = told["place"]
    known = place is not None and place["lat"] is not None and place["lon"] is not None
    geometry = {"type": "Point", "coordinates": [place["lon"], place["lat"]]} if known else None
    return {"type": "Feature", "id": told["incident"], "geometry": geometry, "properties": told}


def link(document: Json, kind: str) -> Json:
    """An incident that another one answers, or is answered by."""
    told = {key: document[key] for key in ("incident", "title", "start", "type", "mode", "status")}
    return told | {"kind": kind}


# -- sources as a tree ----------------------------------------------------------------------------------------------


def vouchers(document: Json) -> dict[tuple[str, str], Json]:
    """Who tells what of an incident, by (report, event)."""
    found: dict[tuple[str, str], Json] = {}
    for claims in document["claims"].values():
        for claim in claims:
            for source in claim["sources"]:
                found.setdefault((source["report"], source["event"]), source)
    return found


def sources(document: Json) -> list[Json]:
    """Independent roots, under each the tellings that lead back to it, copies below their originals."""
    told = vouchers(document)
    keys = [(report, event) for report, event in document["events"]]
    roots = dict.fromkeys(told[key]["root"] for key in keys if key in told)
    counting = set(document["working"])
    out = []
    for number, root in enumerate(roots, start=1):
        mine = [told[key] for key in keys if key in told and told[key]["root"] == root]
        name = next((s["outlet"] for s in mine if s["because"] == "own" and s["outlet"]), root)
        node = {"id": f"n{number}", "kind": "root", "name": name.removeprefix("report:"), "report": None, "event": None}
        node |= {"published": min((s["published"] for s in mine if s["published"]), default=None), "because": "own"}
        node |= {"how": "own", "counts": root in counting, "chain": []}
        out.append(node | {"below": list(_below(mine, mine, f"n{number}"))})
    return out


def _below(mine: Sequence[Json], whole: Sequence[Json], lead: str, original: str | None = None) -> Iterator[Json]:
    names = {s["report"] for s in whole}
    for number, source in enumerate(mine, start=1):
        of = _original(source)
        above = of if of in names and of != source["report"] else None
        if above == original:
            id = f"{lead}.{number}"
            copies = [s for s in whole if _original(s) == source["report"] and s is not source]
            below = list(_below(copies, whole, id, source["report"])) if copies and lead.count(".") < 8 else []
            yield {
                "id": id, "kind": "report", "name": source["outlet"] or source["report"], "report": source["report"],
                "event": source["event"], "published": source["published"], "because": source["because"],
                "how": source["because"].partition(" ")[0], "counts": source["because"] == "own",
                "chain": source["chain"], "below": below,
            }  # fmt: skip


def _original(source: Json) -> str | None:
    because: str = source["because"]
    return because.removeprefix("copy of ") if because.startswith("copy of ") else None


# -- how the telling changed ----------------------------------------------------------------------------------------


def revisions(document: Json) -> list[Json]:
    """What each later publication told otherwise, oldest first; the first word on each slot among them."""
    said = sorted(_said(document), key=lambda r: (r["at"] or "9999", r["slot"]))
    kinds = {d["slot"]: d["kind"] for d in document["disputes"]}
    held: dict[str, Any] = {}
    out = []
    for one in said:
        slot, after = one["slot"], one["after"]
        kind = "first" if slot not in held else "agrees" if held[slot] == after else kinds.get(slot, "precision")
        out.append(one | {"before": held.get(slot), "kind": kind})
        held[slot] = after
    return out


def _said(document: Json) -> Iterable[Json]:
    for slot, claims in document["claims"].items():
        for claim in claims:
            for source in claim["sources"]:
                told = {"at": source["published"], "report": source["report"], "event": source["event"]}
                yield told | {"slot": slot, "after": claim["value"], "text": claim["text"]}
