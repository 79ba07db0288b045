"""The incident: one happening as many reports tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marsad.store import Key

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Party:
    """An actor of an incident: id and names to show."""

    id: str
    ar: str
    en: str


@dataclass(frozen=True, slots=True)
class Site:
    """Where. `text` as one report writes it; `lat`, `lon` in degrees or None; `precision` 1 exact to 3 governorate."""

    text: str
    lat: float | None
    lon: float | None
    precision: int | None
    id: str | None
    ar: str
    en: str


@dataclass(frozen=True, slots=True)
class Toll:
    """Number of people over all claims: lowest and highest stated, `best` where the independent voices agree on it."""

    low: int | None
    high: int | None
    best: int | None


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who says it: report, event, outlet, the chain as [{"text", "kind", "stance"}], and its independent root."""

    report: str
    event: str
    outlet: str | None
    chain: tuple[Json, ...]
    root: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of one slot with all who give it. `text` is how the first of them words it."""

    slot: str
    value: Any
    text: str
    sources: tuple[Voucher, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """Derived from judgements, never edited.

    `id` stays the same as long as the oldest event of the incident stays in it. `start`, `end` are ISO days (both
    inclusive) or None; `time_precision` as in the record. `claims` maps a slot (type, mode, status, actor, recipient,
    place, time, killed, injured, captured, released, personnel) to its claims, most voices first; `contradictions`
    names the slots whose claims exclude each other. `voices` counts independent roots, `reports` all reports.
    `quad` is PLOVER's quad class 1 to 4, `score` its scale from -10 to +10. `links` are ids of incidents that this
    one answers (an arrival after a demand, a refusal).
    """

    id: str
    type: str
    mode: str | None
    status: str
    acled: str | None
    title_ar: str
    title_en: str
    place: Site | None
    start: str | None
    end: str | None
    time_precision: str
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]
    killed: Toll | None
    injured: Toll | None
    captured: Toll | None
    released: Toll | None
    personnel: Toll | None
    events: tuple[Key, ...]
    claims: dict[str, tuple[Claim, ...]]
    contradictions: tuple[str, ...]
    voices: int
    reports: int
    quad: int | None
    score: float | None
    first_published: str | None

    def to_json(self) -> Json:
        """Plain JSON values; see docs of the API for the keys. `from_json` reads them back."""
        out: Json = {"incident": self.id, "type": self.type, "mode": self.mode, "status": self.status}
        out |= {"acled": self.acled, "title": {"ar": self.title_ar, "en": self.title_en}, "place": _site(self.place)}
        out |= {"start": self.start, "end": self.end, "precision": self.time_precision}
        out |= {"actor": [_party(p) for p in self.actor], "recipient": [_party(p) for p in self.recipient]}
        for slot in TOLLS:
            out[slot] = _toll(getattr(self, slot))
        out["events"] = [list(key) for key in self.events]
        out["claims"] = {slot: [_claim(c) for c in claims] for slot, claims in self.claims.items()}
        out |= {"contradictions": list(self.contradictions), "voices": self.voices, "reports": self.reports}
        return out | {"quad": self.quad, "score": self.score, "first_published": self.first_published}


TOLLS = ("killed", "injured", "captured", "released", "personnel")


def from_json(doc: Json) -> Incident:
    """The incident of `to_json`. Raises KeyError on a document of another shape."""
    return Incident(
        id=doc["incident"], type=doc["type"], mode=doc["mode"], status=doc["status"], acled=doc["acled"],
        title_ar=doc["title"]["ar"], title_en=doc["title"]["en"], place=_read_site(doc["place"]),
        start=doc["start"], end=doc["end"], time_precision=doc["precision"],
        actor=tuple(Party(**p) for p in doc["actor"]), recipient=tuple(Party(**p) for p in doc["recipient"]),
        **{slot: Toll(**doc[slot]) if doc[slot] else None for slot in TOLLS},
        events=tuple((r, e) for r, e in doc["events"]),
        claims={slot: tuple(_read_claim(slot, c) for c in claims) for slot, claims in doc["claims"].items()},
        contradictions=tuple(doc["contradictions"]), voices=doc["voices"], reports=doc["reports"],
        quad=doc["quad"], score=doc["score"], first_published=doc["first_published"],
    )  # fmt: skip


def _party(p: Party) -> Json:
    return {"id": p.id, "ar": p.ar, "en": p.en}


def _site(s: Site | None) -> Json | None:
    if s is None:
        return None
    known = {"text": s.text, "lat": s.lat, "lon": s.lon, "precision": s.precision, "id": s.id}
    return known | {"name": {"ar": s.ar, "en": s.en}}


def _read_site(doc: Json | None) -> Site | None:
    if doc is None:
        return None
    known = {k: doc[k] for k in ("text", "lat", "lon", "precision", "id")}
    return Site(**known, ar=doc["name"]["ar"], en=doc["name"]["en"])


def _toll(t: Toll | None) -> Json | None:
    return {"low": t.low, "high": t.high, "best": t.best} if t else None


def _claim(c: Claim) -> Json:
    sources = [
        {"report": s.report, "event": s.event, "outlet": s.outlet, "chain": list(s.chain), "root": s.root}
        for s in c.sources
    ]
    return {"value": c.value, "text": c.text, "sources": sources}


def _read_claim(slot: str, doc: Json) -> Claim:
    sources = tuple(Voucher(s["report"], s["event"], s["outlet"], tuple(s["chain"]), s["root"]) for s in doc["sources"])
    return Claim(slot, doc["value"], doc["text"], sources)
