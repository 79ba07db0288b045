"""Where people live is told coarsely: the place of an incident at a dwelling becomes its governorate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from marsad.fuse.incident import Party, Site
from marsad.fuse.titles import titles
from marsad.packs import Packs, fold_word
from marsad.store import Key, Store

Json = dict[str, Any]
WORDS = ("منزل", "منازل", "بيت", "بيوت", "مسكن", "مساكن", "شقة", "شقق", "شقته", "دارهم", "داره")
_DWELLING = re.compile(
    "(?<![\u0621-\u064a])(?:[وفبلك]|ال|لل|بال|وال)?(?:منزل|منازل|بيت|بيوت|مسكن|مساكن|شقه|شقق|شقت|دار)"
    "(?P<whose>ه|ها|هم|هما|ي|هن)?(?![\u0621-\u064a])(?: (?P<next>[\u0621-\u064a]+))?"
)
_LARGE = frozenset(("governorate", "country", "district", "region", "desert"))
COARSE = 3


def homes(store: Store, packs: Packs) -> set[Key]:
    """Keys of the events whose evidence tells of a dwelling: منزل, بيت, شقة and the like, not of towns called بيت."""
    from marsad.store.streams import events_telling, evidence

    told = evidence(store, sorted(events_telling(store, WORDS)))
    towns = frozenset(name.split(" ")[1] for name in _names(packs) if name.startswith("بيت "))
    return {key for key, words in told.items() if any(_dwellings(fold_word(words), towns))}


def _names(packs: Packs) -> Iterator[str]:
    for place in packs.places.values():
        yield from map(fold_word, (place.ar, *place.also))


def _dwellings(words: str, towns: frozenset[str]) -> Iterator[str]:
    for m in _DWELLING.finditer(words):
        bare = m[0].split(" ")[0]
        if bare.lstrip("وفبلكا").endswith("دار") and not m["whose"]:
            continue  # دار العدل, دار البلدية: no home
        if not (bare.endswith("بيت") and m["next"] in towns):
            yield bare


def at_home(document: Json, known: Iterable[Key]) -> bool:
    """Whether one of the incident's events tells of a dwelling."""
    return any(tuple(key) in known for key in document["events"])


def coarsened(document: Json, packs: Packs) -> Json:
    """The incident with the place of its governorate, precision 3, in its site, its claims and its titles."""
    site = document["place"]
    if site is None:
        return document
    above = _above(site["id"], packs)
    name = {"ar": above.ar, "en": above.en} if above else {"ar": "", "en": ""}
    coarse = {
        "text": name["ar"], "lat": above.lat if above else None, "lon": above.lon if above else None,
        "precision": COARSE, "id": above.id if above else None, "name": name,
    }  # fmt: skip
    out = document | {"place": coarse if above else None}
    out["title"] = _title(out)
    claims = {slot: given for slot, given in document["claims"].items() if slot != "place"}
    if above:
        known = {k: coarse[k] for k in ("lat", "lon", "precision", "id")}
        sources = [s for claim in document["claims"].get("place", []) for s in claim["sources"]]
        claims["place"] = [{"value": known, "text": name["ar"], "sources": sources}] if sources else []
    told = {site["text"], *site["name"].values(), *(c["text"] for c in document["claims"].get("place", []))}
    hidden = sorted((t for t in told if len(t) > 2), key=len, reverse=True)
    out["claims"] = _without(claims, hidden, name)
    out["disputes"] = [d for d in document["disputes"] if d["slot"] != "place"]
    return out


def _above(id: str | None, packs: Packs) -> Any:
    entry = packs.places.get(id or "")
    while entry is not None and entry.kind not in _LARGE:
        entry = packs.places.get(entry.parent or "")
    return entry


def _title(document: Json) -> Json:
    place = document["place"]
    site = Site(place["text"], None, None, None, place["id"], **place["name"]) if place else None
    actor, recipient = ([Party(p["id"], p["ar"], p["en"]) for p in document[s]] for s in ("actor", "recipient"))
    ar, en = titles(document["type"], document["mode"], document["status"], actor, recipient, site)
    return {"ar": ar, "en": en}


def _without(value: Any, hidden: list[str], name: dict[str, str]) -> Any:
    if isinstance(value, str):
        for told in hidden:
            value = value.replace(told, name["ar"] or "…") if told not in name.values() else value
        return value
    if isinstance(value, list):
        return [_without(item, hidden, name) for item in value]
    if isinstance(value, dict):
        return {key: _without(item, hidden, name) for key, item in value.items()}
    return value
