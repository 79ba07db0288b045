"""What a person fills in: marked words or a judgement without words, to fields of the record.

A value needs the words that it was read from; a person's judgement without words says so by its rule and stands on the
event's own evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from marsad.errors import Refusal
from marsad.model.event import EventType, SourceKind, Stance, Status, TimePrecision
from marsad.packs import Packs
from marsad.serve.people_routes import LARGEST, Body, Words
from marsad.store.likeness import COUNTS

Json = dict[str, Any]
MARKED, JUDGED = "person/words", "person/judgement"
LONGEST_EVIDENCE = 600
Offset = Annotated[int, Field(ge=0, le=LARGEST)]
Pair = Annotated[list[Offset], Field(min_length=2, max_length=2)]
People = Annotated[int, Field(ge=0, le=10**9)]
Id = Annotated[Words, Field(max_length=300, pattern=r"^[\w.:-]+(/[\w.:-]+)*(\?[\w=&/.:-]+)?$")]


class Value(BaseModel):
    """Words of the text from `start` to `end`, or a `judgement`; what the reader added is passed over."""

    model_config = ConfigDict(extra="ignore")

    start: Offset | None = None
    end: Offset | None = None
    judgement: bool = False


class Party(Value):
    """An actor or recipient."""

    id: Id | None = None
    mentions: Annotated[list[Pair], Field(max_length=100)] = []


class Site(Value):
    """A place: by its id in the gazetteer, or by a point."""

    id: Id | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    precision: Literal[1, 2, 3] | None = None


class When(BaseModel):
    """Days from `start` to `end`, read from the words under `span`, or a judgement."""

    model_config = ConfigDict(extra="ignore")

    start: date | None = None
    end: date | None = None
    precision: TimePrecision = "day"
    span: Pair | None = None
    judgement: bool = False


class Figure(Value):
    """A number of people."""

    low: People | None = None
    high: People | None = None
    best: People | None = None
    of: Id | None = None


class Thing(Value):
    """A piece of equipment."""

    item: Annotated[Words, Field(min_length=1, max_length=100)]
    count: People | None = None


class Voucher(Value):
    """One link of the chain of those who vouch."""

    kind: SourceKind
    stance: Stance = "asserts"


Few = Field(max_length=50)


class Changes(Body):
    """Fields of an event as they shall stand; a field that is not given stays as it is."""

    type: EventType | None = None
    mode: Annotated[Words, Field(max_length=40)] | None = None
    status: Status | None = None
    acled: Annotated[Words, Field(max_length=100)] | None = None
    actor: Annotated[list[Party], Few] | None = None
    recipient: Annotated[list[Party], Few] | None = None
    claimed_by: Party | None = None
    place: Site | None = None
    from_: Annotated[Site | None, Field(alias="from")] = None
    to: Site | None = None
    time: When | None = None
    killed: Annotated[list[Figure], Few] | Figure | None = None
    injured: Annotated[list[Figure], Few] | Figure | None = None
    captured: Annotated[list[Figure], Few] | Figure | None = None
    released: Annotated[list[Figure], Few] | Figure | None = None
    personnel: Annotated[list[Figure], Few] | Figure | None = None
    equipment: Annotated[list[Thing], Few] | None = None
    attribution: Annotated[list[Voucher], Few] | None = None
    evidence: Annotated[list[Pair], Field(min_length=1, max_length=20)] | None = None


class Filling:
    """Turns what a person filled in into fields of the record of one report.

    `shown` is the event as it stands ({} for a new one), `record` the whole record, by which ids that were masked on
    their way out are known again.
    """

    def __init__(self, *, text: str, record: Json, shown: Json, packs: Packs) -> None:
        self._text, self._record, self._shown, self._packs = text, record, shown, packs
        self._evidence: list[list[int]] = shown.get("evidence", [])

    def fields(self, changes: Changes) -> Json:
        """The fields of the record. Raises Refusal E331."""
        given = changes.model_fields_set
        out: Json = {}
        if "evidence" in given:
            self._evidence = out["evidence"] = self._spans(changes.evidence or [])
        for side in ("actor", "recipient"):
            if side in given:
                out[side] = [self._party(p, self._shown.get(side) or []) for p in getattr(changes, side) or []]
        if "claimed_by" in given:
            out["claimed_by"] = self._party(changes.claimed_by, []) if changes.claimed_by else None
        for name, key in (("place", "place"), ("from_", "from"), ("to", "to")):
            if name in given:
                site: Site | None = getattr(changes, name)
                out[key] = self._site(site) if site else None
        if "time" in given:
            out["time"] = self._time(changes.time) if changes.time else None
        for name in COUNTS:
            if name in given:
                out[name] = [self._figure(f) for f in _listed(getattr(changes, name))]
        return out | self._lists(changes) | self._deed(changes)

    def _lists(self, changes: Changes) -> Json:
        out: Json = {}
        if "equipment" in changes.model_fields_set:
            out["equipment"] = [
                self._words(q) | {"item": q.item, "count": q.count, "rule": _rule(q)} for q in changes.equipment or []
            ]
        if "attribution" in changes.model_fields_set:
            out["attribution"] = [
                self._words(a) | {"kind": a.kind, "stance": a.stance, "rule": _rule(a)}
                for a in changes.attribution or []
            ]
        return out

    def _deed(self, changes: Changes) -> Json:
        """Type and mode that fit each other, with ACLED's sub-event beside them."""
        given = changes.model_fields_set
        out: Json = {"status": changes.status} if changes.status else {}
        if not given & {"type", "mode", "acled"}:
            return out
        type = changes.type or self._shown.get("type")
        kind = self._packs.plover.types.get(type or "")
        if kind is None:
            raise Refusal("E331", "an event needs a type", f"use one of {', '.join(get_args(EventType))}")
        mode = changes.mode if "mode" in given else self._shown.get("mode")
        if mode is not None and mode not in kind.modes:
            if "mode" in given:
                raise Refusal("E331", f"{type} has no mode {mode!r}", f"use one of {', '.join(kind.modes) or 'none'}")
            mode = None
        deed = kind.modes[mode] if mode else kind
        same = (type, mode) == (self._shown.get("type"), self._shown.get("mode"))
        acled = self._shown.get("acled") if same else deed.acled
        return out | {"type": type, "mode": mode, "acled": changes.acled if "acled" in given else acled}

    def _words(self, value: Value) -> Json:
        """The words of a value, or the evidence that a judgement stands on."""
        if value.start is not None and value.end is not None:
            start, end = self._span((value.start, value.end))
        elif value.judgement and self._evidence:
            start, end = self._evidence[0]
        else:
            raise Refusal("E331", "no words, no value", "mark the words, or say that it is your judgement")
        return {"text": self._text[start:end], "start": start, "end": end}

    def _span(self, span: Sequence[int]) -> list[int]:
        start, end = span
        if not 0 <= start < end <= len(self._text):
            raise Refusal("E331", f"[{start}, {end}) is no part of the text", f"it has {len(self._text)} code points")
        return [start, end]

    def _spans(self, spans: Sequence[Sequence[int]]) -> list[list[int]]:
        found = [self._span(span) for span in spans]
        if any(end - start > LONGEST_EVIDENCE for start, end in found):
            raise Refusal("E331", "these words are too long to prove anything", "mark the clause that tells it")
        return found

    def _party(self, party: Party, known: Sequence[Json]) -> Json:
        words = self._words(party)
        for mention in known:
            at = mention["start"] == words["start"] and mention["end"] == words["end"]
            if at and (party.id == mention["id"] or _person(party.id, mention["id"])):
                return mention
        id = self._unmasked(party.id, words) if _person(party.id, party.id) else party.id
        mentions = [self._span(span) for span in party.mentions]
        return words | {"id": id, "mentions": mentions, "rule": _rule(party)}

    def _unmasked(self, id: str | None, words: Json) -> str | None:
        """The id that a person has in this report under the same words: what comes back may be a masked one."""
        events = self._record["events"]
        mentions = [m for e in events for side in ("actor", "recipient") for m in e.get(side) or ()]
        for one in (*mentions, *self._record.get("persons", ())):
            spans = [(one["start"], one["end"]), *one.get("mentions", ())]
            if _person(one.get("id"), id) and any(s[0] < words["end"] and words["start"] < s[1] for s in spans):
                return str(one["id"])
        return id

    def _site(self, site: Site) -> Json:
        words, entry = self._words(site), self._packs.places.get(site.id or "")
        known: Json = {"lat": site.lat, "lon": site.lon, "precision": site.precision, "id": site.id, "kind": None}
        if entry:
            known["kind"] = entry.kind
            point = {"lat": entry.lat, "lon": entry.lon} if site.lat is None or site.lon is None else {}
            known |= point | {"precision": site.precision or entry.precision}
        elif site.id and site.lat is None:
            raise Refusal("E331", f"no place {site.id!r} in the knowledge", "pick one that it has, or give a point")
        if (known["lat"] is None) != (known["lon"] is None):
            raise Refusal("E331", "half a point", "give both lat and lon")
        return words | known | {"rule": _rule(site)}

    def _time(self, when: When) -> Json:
        if when.span is None and not (when.judgement and self._evidence):
            raise Refusal("E331", "no words, no date", "mark the words, or say that it is your judgement")
        if when.start and when.end and when.start > when.end:
            raise Refusal("E331", "it ends before it starts", "give the days in their order")
        start, end = span = self._span(when.span or self._evidence[0])
        last = when.end or when.start
        days = {"start": when.start and when.start.isoformat(), "end": last and last.isoformat()}
        rule = MARKED if when.span else JUDGED
        return {"text": self._text[start:end], "span": span, **days, "precision": when.precision, "rule": rule}

    def _figure(self, figure: Figure) -> Json:
        order = [n for n in (figure.low, figure.best, figure.high) if n is not None]
        if not order or order != sorted(order):
            raise Refusal("E331", "these figures do not fit each other", "low is at most best, and best at most high")
        told: Json = {"low": figure.low, "high": figure.high, "best": figure.best, "rule": _rule(figure)}
        return self._words(figure) | told | ({"of": figure.of} if figure.of else {})


def _listed(value: Any) -> list[Figure]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _rule(value: Value) -> str:
    return MARKED if value.start is not None and value.end is not None else JUDGED


def _person(*ids: str | None) -> bool:
    return all(id is not None and id.startswith("person/") for id in ids)
