"""All faults of the knowledge at once, with file and line."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from marsad.packs.faults import Fault
from marsad.packs.files import Parsed, Raw, pack_files, parse
from marsad.packs.folding import fold_word
from marsad.packs.plover import plover_faults
from marsad.packs.shape import entry_faults

_SINGLE = {
    "actor": ("parent", "camp"),
    "place": ("parent",),
    "nation": ("state", "forces", "air", "police", "militias"),
}

Entries = dict[tuple[str, str], Raw]


def lint(*folders: Path) -> list[Fault]:
    """Every fault of our knowledge with the user's `folders` over it, in order of file and line; [] if none."""
    return check(parse(pack_files(folders)))


def check(parsed: Parsed) -> list[Fault]:
    """Every fault of parsed files."""
    found = list(parsed.faults)
    for raw in parsed.raws:
        found += entry_faults(raw)
    found += _twice(parsed.raws)
    whole = lay_over(parsed.raws)
    found += [*_targets(whole), *_names(whole), *_outside(whole, whole_document(parsed, "reach"))]
    for file, data in parsed.documents:
        if file.role == "plover":
            found += plover_faults(file, data)
    return sorted(set(found))


def lay_over(raws: Iterable[Raw]) -> Entries:
    """Entries by (role, id): an entry of a later folder stands in place of an earlier one with its id."""
    return {(raw.role, raw.id): raw for raw in sorted(raws, key=lambda r: r.source.layer)}


def _twice(raws: Sequence[Raw]) -> Iterator[Fault]:
    first: dict[tuple[str, str, int], Raw] = {}
    for raw in raws:
        before = first.setdefault((raw.role, raw.id, raw.source.layer), raw)
        if before is not raw and raw.id:
            message = f"The {raw.role} {raw.id} stands already at {before.file}:{before.line}."
            yield raw.fault("P10", message, "Keep one of the two, or give this one its own id.")


def _targets(whole: Entries) -> Iterator[Fault]:
    for raw in whole.values():
        for role, key, to in _pointers(raw):
            if (role, to) not in whole:
                message = f"{key} of the {raw.role} {raw.id} points to {to}, which is no {role}."
                yield raw.fault("P11", message, "Correct the id, or add that entry.", key=key)


def _pointers(raw: Raw) -> Iterator[tuple[str, str, str]]:
    """(role, key, id) of everything that an entry points to."""
    d = raw.data
    role = "actor" if raw.role == "nation" else raw.role
    yield from ((role, k, d[k]) for k in _SINGLE.get(raw.role, ()) if isinstance(d.get(k), str))
    many = {"place": "between", "outlet": "mirrors"}.get(raw.role, "")
    yield from ((role, many, to) for to in _listed(raw, many))
    if raw.role == "actor":
        ties = d.get("ties")
        found = ties if isinstance(ties, list) else []
        yield from ((role, "ties", str(t["to"])) for t in found if isinstance(t, dict) and t.get("to"))


def _names(whole: Entries) -> Iterator[Fault]:
    """Names that two entries bear without both saying so."""
    for role in ("actor", "outlet"):
        bearers: dict[str, list[tuple[Raw, str, str]]] = defaultdict(list)
        for raw in whole.values():
            for key, text in _own_names(raw) if raw.role == role else ():
                bearers[fold_word(text)].append((raw, key, text))
        for folded, found in bearers.items():
            yield from _clashes(folded, found)


def _clashes(folded: str, found: list[tuple[Raw, str, str]]) -> Iterator[Fault]:
    if len({raw.id for raw, _, _ in found}) < 2:
        return
    for raw, key, text in found:
        if folded in {fold_word(t) for t in _listed(raw, "shared")}:
            continue
        other, _, theirs = next(f for f in found if f[0] is not raw)
        how = "is also a name of" if theirs == text else f"folds into the name {theirs} of"
        message = f"The name {text} of {raw.id} {how} {other.id} ({other.file}:{other.line})."
        yield raw.fault("P12", message, "Drop it from one, or list it under shared in both.", key=key)


def _own_names(raw: Raw) -> Iterator[tuple[str, str]]:
    """Names that mean the entry anywhere; weak ones lean on a strong one and may meet."""
    for key in ("strong", "also"):
        yield from ((key, t) for t in _listed(raw, key))
    if raw.role == "outlet" and isinstance(raw.data.get("ar"), str):
        yield "ar", raw.data["ar"]
    labels = raw.data.get("labels")
    for label in labels if isinstance(labels, list) else []:
        if isinstance(label, dict) and isinstance(label.get("text"), str):
            yield "labels", label["text"]


def _listed(raw: Raw, key: str) -> list[str]:
    value = raw.data.get(key)
    return [t for t in value if isinstance(t, str)] if isinstance(value, list) else []


def whole_document(parsed: Parsed, role: str) -> dict[str, Any]:
    """The mapping of that role, later folders lying over earlier ones key by key."""
    found: dict[str, Any] = {}
    for file, data in sorted(parsed.documents, key=lambda d: d[0].layer):
        if file.role == role and isinstance(data, dict):
            found |= data
    return found


def _outside(whole: Entries, reaches: Mapping[str, Any]) -> Iterator[Fault]:
    """Places farther from their parent than its kind or id allows; an entry may say why under `far`."""
    for raw in whole.values():
        if raw.role != "place" or raw.data.get("far"):
            continue
        parent = whole.get(("place", str(raw.data.get("parent"))))
        reach = _reach(parent, reaches)
        km = _distance(raw, parent) if parent else None
        if km is not None and km > reach and parent:
            message = f"The place {raw.id} lies {km:.0f} km from its parent {parent.id} (at most {reach:.0f})."
            yield raw.fault("P13", message, "Correct point or parent; if both are right, say why under far.", key="lat")


def _reach(parent: Raw | None, reaches: Mapping[str, Any]) -> float:
    if parent is None:
        return math.inf
    return float(reaches.get(parent.id) or reaches.get(str(parent.data.get("kind"))) or math.inf)


def _distance(a: Raw, b: Raw) -> float | None:
    """Great-circle distance in km, None where a point is missing."""
    points = [x.data.get(k) for x in (a, b) for k in ("lat", "lon")]
    if not all(isinstance(p, int | float) for p in points):
        return None
    lat1, lon1, lat2, lon2 = (math.radians(float(p)) for p in points if p is not None)
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))
