"""What people corrected, as reference records of the coding manual and as entries for the packs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from marsad.packs import ActorEntry, Packs, PlaceEntry, fold_word
from marsad.store.decisions import Corrections
from marsad.store.laying import Correction, Laid
from marsad.store.likeness import SIDES, SITES
from marsad.store.store import Store

Json = dict[str, Any]
OURS = frozenset({"rule", "rules", "engine", "packs", "problems", "confidence", "conflict"})
WHOLE = ("persons", "affiliations", "positions", "forecasts")
SENTENCE = re.compile(r"[^.!?؟\n]+")
NAMES_ONLY = 6  # words: more is a description, no name


@dataclass(frozen=True, slots=True)
class Reference:
    """One report's record after review; `left` are the ids of events on which nobody decided."""

    record: Json
    left: tuple[str, ...]


def references(store: Store) -> Iterator[Reference]:
    """The reports on which people decided, by name. Only the events were reviewed; the record says so."""
    corrections = Corrections(store)
    for name in corrections.reviewed():
        laid = corrections.laid(name)
        left = tuple(e["id"] for e in laid.record["events"] if laid.review(e["id"]).state in ("open", "skipped"))
        yield Reference(reference(laid), left)


def reference(laid: Laid) -> Json:
    """The record of the coding manual, without what only a reader says."""
    record = laid.record
    events = [event | {"id": f"e{n}"} for n, event in enumerate(record["events"], 1)]
    kept: Json = {"report": record["report"], "published": record.get("published"), "events": events}
    kept |= {part: record.get(part, []) for part in WHOLE}
    return {**_bare(kept), "reviewed": ["events"]}


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k not in OURS}
    return value


# -- suggestions -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Suggestion:
    """A name that people gave to an actor or a place and that the packs do not know for it.

    `taken` are other actors that the packs know by this name: somebody must say who is meant when.
    """

    kind: str
    id: str
    name: str
    by: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def to_json(self) -> Json:
        """{"kind","id","name","by","says","taken"}."""
        return asdict(self)


def suggestions(store: Store, packs: Packs) -> list[Suggestion]:
    """Names of actors and places by standing decisions, those of most decisions first."""
    found: dict[tuple[str, str, str], Suggestion] = {}
    bearers = _bearers(packs)
    for one in Corrections(store).history(standing=True, limit=100_000):
        if one.act not in ("correct", "add"):
            continue
        text = store.report(one.report).report.text
        for kind, words in _given(one):
            name = " ".join(text[words["start"] : words["end"]].split()).strip("«»\"'“”،؛:.() ")
            if _told(kind, words["id"], name, packs):
                key = (kind, words["id"], _folded(name))
                others = sorted(bearers.get(key[2], set()) - {words["id"]}) if kind == "actor" else []
                made = found.setdefault(key, Suggestion(kind, words["id"], name, taken=others))
                made.by = sorted({*made.by, one.by})
                made.says = list(dict.fromkeys([*made.says, _sentence(text, words)]))[:3]
    return sorted(found.values(), key=lambda s: (s.kind, -len(s.says), s.id))


def yaml_of(found: Sequence[Suggestion], packs: Packs) -> str:
    """The suggestions as entries to paste into a folder of one's own, which stand in place of ours.

    Names that other actors bear are told in a comment only.
    """
    import yaml

    parts = [f"# {s.name}: {s.id} by decision, but also a name of {', '.join(s.taken)}\n" for s in found if s.taken]
    for kind, home in (("actor", "actors/*.yml"), ("place", "entries of places/*.yml")):
        mine = _by_id(s for s in found if s.kind == kind and not s.taken)
        entries = [_entry(kind, id, packs, names) for id, names in mine.items()]
        if entries:
            parts.append(f"# {home}\n{yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=120)}")
    return "\n".join(parts)


def _bearers(packs: Packs) -> dict[str, set[str]]:
    """Folded name -> actors that bear it."""
    found: dict[str, set[str]] = {}
    for actor in packs.actors.values():
        for name in (actor.ar, *actor.strong, *(label.text for label in actor.labels)):
            found.setdefault(_folded(name), set()).add(actor.id)
    return found


def _given(one: Correction) -> Iterator[tuple[str, Json]]:
    """What a decision named by words, and was not read so."""
    told = one.told or {}
    for side in SIDES:
        known = {(m["start"], m["end"], m["id"]) for m in told.get(side) or ()}
        for mention in one.changes.get(side) or ():
            if _by_words(mention) and (mention["start"], mention["end"], mention["id"]) not in known:
                yield "actor", mention
    for site in SITES:
        if _by_words(one.changes.get(site)):
            yield "place", one.changes[site]


def _by_words(value: Json | None) -> bool:
    id = value and value.get("id")
    return bool(value and id and value.get("rule") == "person/words" and not id.startswith("person/") and "?" not in id)


def _told(kind: str, id: str, name: str, packs: Packs) -> bool:
    """Whether a name is worth telling: short, and not among those that the packs have for the id."""
    if not name or len(name.split()) > NAMES_ONLY:
        return False
    if kind == "actor":
        actor = packs.actors.get(id)
        known = (actor.ar, *actor.strong, *actor.weak, *(label.text for label in actor.labels)) if actor else ()
    else:
        place = packs.places.get(id)
        noun = packs.kinds.get(place.kind, "") if place else ""
        bare = (place.ar, *place.also) if place else ()
        known = (*bare, *(f"{noun} {each}" for each in bare))
    return _folded(name) not in {_folded(each) for each in known}


def _by_id(found: Iterable[Suggestion]) -> dict[str, list[Suggestion]]:
    grouped: dict[str, list[Suggestion]] = {}
    for one in found:
        grouped.setdefault(one.id, []).append(one)
    return grouped


def _entry(kind: str, id: str, packs: Packs, mine: Sequence[Suggestion]) -> Json:
    names = [s.name for s in mine]
    says = [s.says[0] for s in mine]
    plain = id.rpartition("/")[2].replace("-", " ")
    if kind == "actor":
        actor = packs.actors.get(id)
        if actor is None:
            return {"id": id, "kind": "unknown", "ar": names[0], "en": plain, "parent": None, "camp": None,
                    "strong": names, "says": says}  # fmt: skip
        return _actor(actor) | {"strong": [*actor.strong, *names], "says": [*actor.says, *says]}
    place = packs.places.get(id)
    if place is None:
        return {"id": id, "ar": names[0], "en": plain, "kind": None, "parent": None, "lat": None, "lon": None,
                "precision": 1, "also": names[1:], "says": says}  # fmt: skip
    return _place(place) | {"also": [*place.also, *names], "says": [*place.says[:1], *says]}


def _actor(entry: ActorEntry) -> Json:
    lives = {"since": entry.since, "until": entry.until}
    data = asdict(entry) | {"lives": {k: v for k, v in lives.items() if v}}
    order = ("id", "kind", "ar", "en", "parent", "camp", "strong", "weak", "labels", "shared", "lives", "ties", "says",
             "never")  # fmt: skip
    return {k: _plain(data[k]) for k in order if data[k]}


def _place(entry: PlaceEntry) -> Json:
    data = asdict(entry)
    order = ("id", "ar", "en", "kind", "parent", "lat", "lon", "precision", "also", "weak", "between", "far", "source",
             "says", "never")  # fmt: skip
    return {k: _plain(data[k]) for k in order if data[k] not in (None, (), False, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _sentence(text: str, words: Json) -> str:
    for found in SENTENCE.finditer(text):
        if found.start() <= words["start"] < found.end():
            return " ".join(found[0].split())
    return str(words.get("text", ""))


def _folded(text: str) -> str:
    return " ".join(fold_word(word) for word in text.split())
