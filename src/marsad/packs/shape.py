"""What keys each kind of entry may and must have, and how a raw entry becomes a typed one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

from marsad.packs.entries import (
    ActorEntry,
    ActorKind,
    FrameEntry,
    Label,
    LabelStance,
    NationEntry,
    OutletEntry,
    PlaceEntry,
    Tie,
    TieKind,
)
from marsad.packs.faults import Fault
from marsad.packs.files import Raw

TEXTS, TEXT, FLAG, NUMBER, OTHER = "texts", "text", "flag", "number", "other"
PLACE_KINDS = frozenset(
    [
        "country", "governorate", "district", "subdistrict", "town", "city", "village", "neighbourhood", "region",
        "desert", "river", "lake", "dam", "bridge", "airbase", "airport", "base", "field", "refinery", "station",
        "crossing", "road", "camp", "port", "mountain", "site", "island", "valley",
    ]
)  # fmt: skip
_TIED = {"kind", "to", "since", "until", "source"}
_KEYS: dict[str, dict[str, str]] = {
    "actor": {
        "id": TEXT, "kind": TEXT, "ar": TEXT, "en": TEXT, "parent": TEXT, "camp": TEXT, "strong": TEXTS, "weak": TEXTS,
        "labels": OTHER, "shared": TEXTS, "lives": OTHER, "ties": OTHER, "says": TEXTS, "never": TEXTS,
    },
    "place": {
        "id": TEXT, "kind": TEXT, "ar": TEXT, "en": TEXT, "parent": TEXT, "lat": NUMBER, "lon": NUMBER,
        "precision": NUMBER, "also": TEXTS, "weak": FLAG, "between": TEXTS, "far": TEXT, "source": TEXT,
        "says": TEXTS, "never": TEXTS,
    },
    "nation": {
        "state": TEXT, "adjectives": TEXTS, "plurals": TEXTS, "names": TEXTS, "capital": TEXTS, "forces": TEXT,
        "air": TEXT, "police": TEXT, "militias": TEXT, "lives": OTHER,
    },
    "outlet": {
        "id": TEXT, "kind": TEXT, "ar": TEXT, "en": TEXT, "also": TEXTS, "home": TEXT, "leaning": TEXT, "owner": TEXT,
        "mirrors": TEXTS, "domains": TEXTS, "says": TEXTS, "never": TEXTS,
    },
    "frame": {},
}  # fmt: skip
_NEEDED = {
    "actor": ("id", "kind", "ar", "en"),
    "place": ("id", "kind", "ar", "en"),
    "nation": ("adjectives",),
    "outlet": ("id", "kind", "ar", "en"),
    "frame": ("id",),
}
_KINDS = {
    "actor": frozenset(get_args(ActorKind)),
    "place": PLACE_KINDS,
    "outlet": frozenset({"media", "agency", "monitor"}),
}
_FILE_KEYS = {"says", "source", "never", "note"}
_WRITE = "Write it; docs/packs.md shows the format."


def entry_faults(raw: Raw) -> Iterator[Fault]:
    """The faults that an entry has by itself."""
    keys = _KEYS[raw.role]
    for key in raw.repeated:
        yield raw.fault("P04", f"The key {key} stands twice in {_name(raw)}.", "Keep one.", key=key)
    for key in raw.data:
        if _unknown(raw, key, keys):
            yield raw.fault("P05", f"Unknown key {key} in {_name(raw)}.", f"Known keys: {', '.join(keys)}.", key=key)
    for key in _NEEDED[raw.role]:
        if raw.data.get(key) in (None, ""):
            yield raw.fault("P06", f"{_name(raw)} has no {key}.", _WRITE)
    yield from (f for key, want in keys.items() if (f := _misfit(raw, key, want)))
    yield from _kind_faults(raw)
    if raw.role != "nation" and not examples(raw):
        yield raw.fault("P08", f"{_name(raw)} has no example.", "Give it a sentence under says.")
    yield from _PARTS.get(raw.role, _no_parts)(raw)


def _name(raw: Raw) -> str:
    return f"{raw.role} {raw.id}" if raw.id else f"a {raw.role} without id"


def _unknown(raw: Raw, key: str, keys: dict[str, str]) -> bool:
    if key.startswith("file."):
        return key[5:] not in _FILE_KEYS
    return bool(keys) and key not in keys


def _misfit(raw: Raw, key: str, want: str) -> Fault | None:
    value = raw.data.get(key)
    if value is None or _FITS[want](value):
        return None
    return raw.fault("P07", f"The value of {key} in {_name(raw)} is no {_TOLD[want]}.", "Correct it.", key=key)


_FITS: dict[str, Callable[[Any], bool]] = {
    TEXTS: lambda v: isinstance(v, list) and all(isinstance(t, str) and t.strip() for t in v),
    TEXT: lambda v: isinstance(v, str),
    FLAG: lambda v: isinstance(v, bool),
    NUMBER: lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    OTHER: lambda v: True,
}
_TOLD = {TEXTS: "list of texts", TEXT: "text", FLAG: "true or false", NUMBER: "number", OTHER: ""}


def _kind_faults(raw: Raw) -> Iterator[Fault]:
    kind = raw.data.get("kind")
    if isinstance(kind, str) and raw.role in _KINDS and kind not in _KINDS[raw.role]:
        known = ", ".join(sorted(_KINDS[raw.role]))
        yield raw.fault("P07", f"{_name(raw)} has the unknown kind {kind}.", f"Known kinds: {known}.", key="kind")


def _no_parts(raw: Raw) -> Iterator[Fault]:
    yield from ()


def _actor_parts(raw: Raw) -> Iterator[Fault]:
    for label in _maps(raw, "labels"):
        if set(label) != {"text", "stance"} or label["stance"] not in get_args(LabelStance):
            remedy = "Write {text: ..., stance: hostile|friendly|neutral}."
            yield raw.fault("P07", f"A label of {_name(raw)} is not a text with its stance.", remedy, key="labels")
    for tie in _maps(raw, "ties"):
        yield from _tie_faults(raw, tie)
    lives = raw.data.get("lives")
    if lives is not None and not (isinstance(lives, dict) and set(lives) <= {"since", "until"}):
        yield raw.fault("P07", f"lives of {_name(raw)} has other keys than since, until.", "Remove them.", key="lives")


def _tie_faults(raw: Raw, tie: dict[str, Any]) -> Iterator[Fault]:
    if not tie.get("source"):
        message = f"A tie of {_name(raw)} to {tie.get('to')} has no source."
        yield raw.fault("P09", message, "Write under source who says so.", key="ties")
    if tie.get("kind") not in get_args(TieKind) or not tie.get("to") or not set(tie) <= _TIED:
        remedy = f"Write {{kind, to, since, until, source}}; kinds: {', '.join(get_args(TieKind))}."
        yield raw.fault("P07", f"A tie of {_name(raw)} has the wrong shape.", remedy, key="ties")


def _place_parts(raw: Raw) -> Iterator[Fault]:
    lat, lon = raw.data.get("lat"), raw.data.get("lon")
    if raw.data.get("between"):
        return
    if not _FITS[NUMBER](lat) or not _FITS[NUMBER](lon):
        yield raw.fault("P06", f"{_name(raw)} has no point.", "Give lat and lon, or between for a road.")
    elif not (-90 <= (lat or 0) <= 90 and -180 <= (lon or 0) <= 180):
        yield raw.fault("P07", f"The point of {_name(raw)} is not on Earth.", "Give lat and lon in degrees.", key="lat")
    if raw.data.get("precision", 1) not in (1, 2, 3):
        yield raw.fault("P07", f"The precision of {_name(raw)} is not 1, 2 or 3.", "Correct it.", key="precision")


def _frame_parts(raw: Raw) -> Iterator[Fault]:
    for say in examples(raw):
        if not isinstance(say, str) and not (isinstance(say, dict) and isinstance(say.get("text"), str)):
            remedy = "Write {text: ..., gives: {...}}."
            yield raw.fault("P07", f"An example of {_name(raw)} has no text.", remedy, key="says")


_PARTS: dict[str, Callable[[Raw], Iterator[Fault]]] = {
    "actor": _actor_parts,
    "place": _place_parts,
    "frame": _frame_parts,
}


def _maps(raw: Raw, key: str) -> list[dict[str, Any]]:
    value = raw.data.get(key) or []
    return [v if isinstance(v, dict) else {} for v in value] if isinstance(value, list) else [{}]


def examples(raw: Raw) -> list[Any]:
    """The entry's own examples and the carriers of its file."""
    both = [raw.data.get("says"), raw.data.get("file.says")]
    return [say for says in both if isinstance(says, list) for say in says]


def _texts(raw: Raw, key: str) -> Any:
    return tuple(raw.data.get(key) or ())


def _day(value: Any) -> str | None:
    return None if value is None else str(value)


def _said(raw: Raw, noun: str = "") -> tuple[str, ...]:
    name = raw.data["ar"]
    head = "" if not noun or name.split()[0] in {noun, f"ال{noun}"} else f"{noun} "
    carriers = raw.data.get("file.says") or ()
    own: tuple[str, ...] = _texts(raw, "says")
    return own + tuple(c.replace("{kind} ", head).replace("{name}", name) for c in carriers)


def _where(raw: Raw) -> dict[str, Any]:
    return {"theatre": raw.source.theatre, "file": raw.file, "line": raw.line}


def _plain(raw: Raw, *keys: str) -> dict[str, Any]:
    return {k: raw.data[k] for k in keys if raw.data.get(k) is not None}


def _tie(t: dict[str, Any]) -> Tie:
    return Tie(t["kind"], t["to"], t["source"], _day(t.get("since")), _day(t.get("until")))


def actor(raw: Raw) -> ActorEntry:
    """The typed actor of a raw entry without faults."""
    d = raw.data
    lives = d.get("lives") or {}
    ties = tuple(_tie(t) for t in d.get("ties") or ())
    return ActorEntry(
        **_plain(raw, "id", "kind", "ar", "en", "parent", "camp"),
        **{k: _texts(raw, k) for k in ("strong", "weak", "shared", "never")},
        labels=tuple(Label(x["text"], x["stance"]) for x in d.get("labels") or ()),
        since=_day(lives.get("since")),
        until=_day(lives.get("until")),
        ties=ties,
        says=_said(raw),
        **_where(raw),
    )


def place(raw: Raw, kinds: dict[str, str]) -> PlaceEntry:
    """The typed place; `kinds` gives the Arabic type noun for the carriers of its file."""
    keys = ("id", "kind", "ar", "en", "parent", "lat", "lon", "precision", "weak", "far")
    return PlaceEntry(
        **_plain(raw, *keys),
        **{k: _texts(raw, k) for k in ("also", "between", "never")},
        source=str(raw.data.get("source") or raw.data.get("file.source") or ""),
        says=_said(raw, kinds.get(raw.data["kind"], "")),
        **_where(raw),
    )


def nation(raw: Raw) -> NationEntry:
    """The typed nation."""
    texts: dict[str, Any] = {k: _texts(raw, k) for k in ("adjectives", "plurals", "names", "capital")}
    lives = raw.data.get("lives") or {}
    live: dict[str, Any] = {k: _day(lives.get(k)) for k in ("since", "until")}
    ids = {"state": None} | _plain(raw, "state", "forces", "air", "police", "militias")
    return NationEntry(**ids, **texts, **live, **_where(raw))


def outlet(raw: Raw) -> OutletEntry:
    """The typed outlet."""
    texts: dict[str, Any] = {k: _texts(raw, k) for k in ("also", "mirrors", "domains", "never")}
    plain = _plain(raw, "id", "kind", "ar", "en", "home", "leaning", "owner")
    return OutletEntry(**plain, **texts, says=_said(raw), **_where(raw))


def frame(raw: Raw) -> FrameEntry:
    """The frame, its mapping kept as parsed."""
    data = {k: v for k, v in raw.data.items() if not k.startswith("file.")}
    return FrameEntry(raw.id, data, raw.file, raw.line)
