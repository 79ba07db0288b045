"""The incident: one happening as many reports tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marsad.store import Key

Json = dict[str, Any]


def coded(type: str, mode: str | None) -> str:
    """TYPE/mode, or TYPE alone."""
    return f"{type}/{mode}" if mode else type


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
    """Who says it: report, event, outlet, the chain as [{"text", "kind", "stance"}], and its independent root.

    `because` tells how the root was found: `own`, `copy of R`, `quotes X`, `mirror of X` or `owner X`.
    """

    report: str
    event: str
    outlet: str | None
    chain: tuple[Json, ...]
    root: str
    published: str | None = None
    because: str = "own"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A slot in which claims differ, with the events behind each value.

    `slot` is one of the claims' slots or `deed` (kind of act, or that there was none); `of` names whose toll it is.
    `kind`: `contradiction` (both cannot be true), `revision` (a later figure takes the place of an earlier one),
    `precision` (one holds the other), `copying` (a copy differs from its original).
    """

    slot: str
    kind: str
    claims: tuple[tuple[Any, tuple[Key, ...]], ...]
    of: str | None = None


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
    names the slots whose claims exclude each other, `disputes` tells each with its kind. `voices` counts independent
    roots (`working` shows the events of each, `retracted` those that took it back and do not count), `reports` all
    reports. `quad` is PLOVER's quad class 1 to 4, `score` its scale from -10 to +10. `answers` are the demands, threats
    and coercions that this one answers and `answered_by` its own answers, as (incident, kind) with kind a retreat's
    mode, `reject` or `concede`.
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
    disputes: tuple[Dispute, ...] = ()
    working: tuple[tuple[str, tuple[Key, ...]], ...] = ()
    retracted: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    answered_by: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> str:
        """TYPE/mode, or TYPE alone."""
        return coded(self.type, self.mode)

    @property
    def oldest(self) -> Key:
        """The event that was told first."""
        return self.events[0]

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
        out |= {"quad": self.quad, "score": self.score, "first_published": self.first_published}
        out["disputes"] = [_dispute(d) for d in self.disputes]
        out["working"] = {root: [list(key) for key in keys] for root, keys in self.working}
        out["retracted"] = list(self.retracted)
        for slot in ("answers", "answered_by"):
            out[slot] = [{"incident": id, "kind": kind} for id, kind in getattr(self, slot)]
        return out


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
        disputes=tuple(_read_dispute(d) for d in doc["disputes"]), retracted=tuple(doc["retracted"]),
        working=tuple((root, tuple((r, e) for r, e in keys)) for root, keys in doc["working"].items()),
        answers=tuple((link["incident"], link["kind"]) for link in doc["answers"]),
        answered_by=tuple((link["incident"], link["kind"]) for link in doc["answered_by"]),
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


def _dispute(d: Dispute) -> Json:
    claims = [{"value": value, "events": [list(key) for key in keys]} for value, keys in d.claims]
    return {"slot": d.slot, "of": d.of, "kind": d.kind, "claims": claims}


def _read_dispute(doc: Json) -> Dispute:
    claims = tuple((c["value"], tuple((r, e) for r, e in c["events"])) for c in doc["claims"])
    return Dispute(doc["slot"], doc["kind"], claims, doc["of"])


def _claim(c: Claim) -> Json:
    sources = [
        {"report": s.report, "event": s.event, "outlet": s.outlet, "chain": list(s.chain), "root": s.root,
         "published": s.published, "because": s.because}
        for s in c.sources
    ]  # fmt: skip
    return {"value": c.value, "text": c.text, "sources": sources}


def _read_claim(slot: str, doc: Json) -> Claim:
    sources = tuple(
        Voucher(
            s["report"], s["event"], s["outlet"], tuple(s["chain"]), s["root"], s.get("published"),
            s.get("because", "own"),
        )
        for s in doc["sources"]
    )  # fmt: skip
    return Claim(slot, doc["value"], doc["text"], sources)
