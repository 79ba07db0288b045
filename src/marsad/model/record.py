"""A reading to the record of the coding manual, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from marsad.model.event import Attribution, Count, Equipment, Event, Mention, Place, Time
from marsad.model.reading import Affiliation, Forecast, Person, Position, Problem, Reading
from marsad.model.span import Span

Json = dict[str, Any]
COUNTS = ("killed", "injured", "captured", "released", "personnel")


def to_record(reading: Reading, text: str) -> Json:
    """The record of `reading` as plain JSON values; `text` is the report's text, from which the quotes are cut."""
    return {
        "report": reading.report,
        "published": _iso(reading.published),
        "events": [_event(e, text) for e in reading.events],
        "persons": [_person(p, text) for p in reading.persons],
        "affiliations": [
            {
                "member": _mention(a.member, text),
                "group": _mention(a.group, text),
                "relation": a.relation,
                "rule": a.rule,
            }
            for a in reading.affiliations
        ],
        "positions": [
            {"actor": _mention(p.actor, text), "place": _place(p.place, text), "kind": p.kind, "rule": p.rule}
            for p in reading.positions
        ],
        "forecasts": [_forecast(f, text) for f in reading.forecasts],
        "problems": [
            {"code": p.code, "message": p.message} | ({"span": _pair(p.span)} if p.span else {})
            for p in reading.problems
        ],
        "engine": reading.engine,
        "packs": list(reading.packs),
    }


def from_record(record: Json) -> Reading:
    """The reading of a record (also of a reference record, which has no rules). Raises KeyError, ValueError."""
    published = record.get("published")
    return Reading(
        report=record["report"],
        published=date.fromisoformat(published) if published else None,
        events=tuple(_read_event(e) for e in record.get("events", [])),
        persons=tuple(_read_person(p) for p in record.get("persons", [])),
        affiliations=tuple(
            Affiliation(_read_mention(a["member"]), _read_mention(a["group"]), a["relation"], a.get("rule", ""))
            for a in record.get("affiliations", [])
        ),
        positions=tuple(
            Position(_read_mention(p["actor"]), _read_place(p["place"]), p["kind"], p.get("rule", ""))
            for p in record.get("positions", [])
        ),
        forecasts=tuple(
            Forecast(
                _spans(f.get("evidence", [])),
                _read_mention(f["holder"]) if f.get("holder") else None,
                f.get("rule", ""),
            )
            for f in record.get("forecasts", [])
        ),
        problems=tuple(
            Problem(p["code"], p["message"], Span(*p["span"]) if p.get("span") else None)
            for p in record.get("problems", [])
        ),
        engine=record.get("engine", ""),
        packs=tuple(record.get("packs", ())),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]


def _words(span: Span, text: str) -> Json:
    return {"text": span.quote(text), "start": span.start, "end": span.end}


def _mention(m: Mention, text: str) -> Json:
    return _words(m.span, text) | {"id": m.id, "mentions": [_pair(s) for s in m.mentions], "rule": m.rule}


def _place(p: Place | None, text: str) -> Json | None:
    if p is None:
        return None
    known = {"lat": p.lat, "lon": p.lon, "precision": p.precision, "id": p.id, "kind": p.kind, "rule": p.rule}
    return _words(p.span, text) | known


def _time(t: Time | None, text: str) -> Json | None:
    if t is None:
        return None
    out: Json = {"text": t.span.quote(text), "span": _pair(t.span), "start": _iso(t.start), "end": _iso(t.end)}
    out |= {"precision": t.precision, "rule": t.rule}
    return out | ({"conflict": t.conflict} if t.conflict else {})


def _count(c: Count, text: str) -> Json:
    out = _words(c.span, text) | {"low": c.low, "high": c.high, "best": c.best, "rule": c.rule}
    return out | ({"of": c.of} if c.of else {})


def _counts(counts: Sequence[Count], text: str) -> list[Json] | Json | None:
    if len(counts) > 1 or any(c.of for c in counts):
        return [_count(c, text) for c in counts]
    return _count(counts[0], text) if counts else None


def _chain(chain: Sequence[Attribution], text: str) -> list[Json]:
    return [_words(a.span, text) | {"kind": a.kind, "stance": a.stance, "rule": a.rule} for a in chain]


def _event(e: Event, text: str) -> Json:
    out: Json = {"id": e.id, "type": e.type, "mode": e.mode, "status": e.status, "acled": e.acled}
    out |= {"actor": [_mention(m, text) for m in e.actor], "recipient": [_mention(m, text) for m in e.recipient]}
    out |= {"place": _place(e.place, text), "from": _place(e.origin, text), "to": _place(e.destination, text)}
    out["time"] = _time(e.time, text)
    for key in COUNTS:
        if counts := _counts(getattr(e, key), text):
            out[key] = counts
    if e.equipment:
        out["equipment"] = [
            _words(q.span, text) | {"item": q.item, "count": q.count, "rule": q.rule} for q in e.equipment
        ]
    out["attribution"] = _chain(e.attribution, text)
    if e.other_attributions:
        out["other_attributions"] = [_chain(c, text) for c in e.other_attributions]
    if e.claimed_by:
        out["claimed_by"] = _mention(e.claimed_by, text)
    out["evidence"] = [_pair(s) for s in e.evidence]
    out["rules"] = list(e.rules)
    return out | ({"confidence": e.confidence} if e.confidence is not None else {})


def _person(p: Person, text: str) -> Json:
    return _words(p.span, text) | {
        "id": p.id,
        "mentions": [_pair(s) for s in p.mentions],
        "aliases": [_words(s, text) for s in p.aliases],
        "role": _words(p.role, text) if p.role else None,
        "organisation": _mention(p.organisation, text) if p.organisation else None,
        "private": p.private,
        "rule": p.rule,
    }


def _forecast(f: Forecast, text: str) -> Json:
    return {
        "holder": _mention(f.holder, text) if f.holder else None,
        "evidence": [_pair(s) for s in f.evidence],
        "text": " … ".join(s.quote(text) for s in f.evidence),
        "rule": f.rule,
    }


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(p[0], p[1]) for p in pairs)


def _span(node: Json) -> Span:
    return Span(node["start"], node["end"])


def _read_mention(m: Json) -> Mention:
    return Mention(_span(m), m.get("id"), _spans(m.get("mentions", [])), m.get("rule", ""))


def _read_place(p: Json) -> Place:
    known = {k: p.get(k) for k in ("lat", "lon", "precision", "id", "kind")}
    return Place(_span(p), rule=p.get("rule", ""), **known)


def _slot_place(node: Json | None) -> Place | None:
    return _read_place(node) if node else None


def _read_time(t: Json | None) -> Time | None:
    if not t or not t.get("span"):
        return None
    start, end = (date.fromisoformat(t[k]) if t.get(k) else None for k in ("start", "end"))
    return Time(Span(*t["span"]), start, end, t.get("precision", "unknown"), t.get("rule", ""), t.get("conflict"))


def _read_counts(node: Any) -> tuple[Count, ...]:
    items = node if isinstance(node, list) else [node] if node else []
    return tuple(
        Count(_span(c), c.get("low"), c.get("high"), c.get("best"), c.get("of"), c.get("rule", "")) for c in items
    )


def _read_chain(chain: Sequence[Json]) -> tuple[Attribution, ...]:
    return tuple(Attribution(_span(a), a["kind"], a.get("stance", "asserts"), a.get("rule", "")) for a in chain)


def _read_event(e: Json) -> Event:
    return Event(
        id=e["id"],
        type=e["type"],
        mode=e.get("mode"),
        status=e["status"],
        evidence=_spans(e.get("evidence", [])),
        acled=e.get("acled"),
        actor=tuple(_read_mention(m) for m in e.get("actor", [])),
        recipient=tuple(_read_mention(m) for m in e.get("recipient", [])),
        place=_slot_place(e.get("place")),
        origin=_slot_place(e.get("from")),
        destination=_slot_place(e.get("to")),
        time=_read_time(e.get("time")),
        **{key: _read_counts(e.get(key)) for key in COUNTS},
        equipment=tuple(
            Equipment(_span(q), q["item"], q.get("count"), q.get("rule", "")) for q in e.get("equipment", [])
        ),
        attribution=_read_chain(e.get("attribution", [])),
        other_attributions=tuple(_read_chain(c) for c in e.get("other_attributions", [])),
        claimed_by=_read_mention(e["claimed_by"]) if e.get("claimed_by") else None,
        rules=tuple(e.get("rules", ())),
        confidence=e.get("confidence"),
    )


def _read_person(p: Json) -> Person:
    return Person(
        span=_span(p),
        private=bool(p.get("private")),
        id=p.get("id", ""),
        mentions=_spans(p.get("mentions", [])),
        aliases=tuple(_span(a) for a in p.get("aliases", [])),
        role=_span(p["role"]) if p.get("role") else None,
        organisation=_read_mention(p["organisation"])
        if p.get("organisation") and p["organisation"].get("start") is not None
        else None,
        rule=p.get("rule", ""),
    )
