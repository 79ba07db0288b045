"""FollowTheMoney entities as JSON Lines: actors, incidents as events, roles as links, reports as articles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from marsad.fuse.incident import coded
from marsad.publish.format import Desk, Format, Json
from marsad.publish.places import Gazetteer
from marsad.store.pieces import pieces


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """Each entity once; an entity stands before those that point at it."""
    maker = _Maker(desk)
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        for batch in pieces(documents):
            heads = desk.heads(maker.new_reports(batch))
            for entity in maker.entities(batch, heads):
                stream.write(json.dumps(entity, ensure_ascii=False) + "\n")
            desk.written += len(batch)


class _Maker:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.book = desk, desk.books["ftm"]
        self.gazetteer = Gazetteer(desk.packs, desk.books["countries"])
        self._told: set[bytes] = set()

    def new_reports(self, batch: Iterable[Json]) -> list[str]:
        return [r for r in dict.fromkeys(r for d in batch for r, _ in d["events"]) if self._new("report", r)]

    def entities(self, batch: Iterable[Json], heads: dict[str, Json]) -> Iterator[Json]:
        for name, head in heads.items():
            yield self._article(name, head)
        for d in batch:
            yield from self._actors(d)
            if d["place"] and self._new("place", d["place"]["id"] or d["place"]["text"]):
                yield self._address(d["place"])
            yield self._event(d)
            yield from self._links(d)

    def _article(self, name: str, head: Json) -> Json:
        known = {"fileName": name, "publishedAt": head["published"], "publisher": head["outlet"],
                 "sourceUrl": _web(head["url"]), "language": "ara"}  # fmt: skip
        return _entity(_id("report", name), "Article", title=name, **known)

    def _actors(self, d: Json) -> Iterator[Json]:
        for party in (*d["actor"], *d["recipient"]):
            if self._named(party) and self._new("actor", party["id"]):
                yield self._actor(party)

    def _actor(self, party: Json) -> Json:
        entry = self.desk.packs.actors.get(party["id"])
        schema = self.book["schemata"][entry.kind if entry else "unknown"]
        names = [n for n in (party["en"], party["ar"]) if n]
        return _entity(_id("actor", party["id"]), schema, name=names, notes=party["id"])

    def _address(self, place: Json) -> Json:
        where = self.gazetteer.where(place["id"])
        code = self.desk.books["countries"].get(where.country_id, {}).get("code")
        names = [n for n in (place["name"]["en"], place["name"]["ar"]) if n]
        full = ", ".join(n for n in (place["name"]["en"] or place["text"], where.admin1, where.country) if n)
        return _entity(
            _id("place", place["id"] or place["text"]), "Address", full=full, name=names, state=where.admin1,
            latitude=place["lat"], longitude=place["lon"], country=ISO2.get(code or ""),
            remarks=f"precision {place['precision']}",
        )  # fmt: skip

    def _event(self, d: Json) -> Json:
        place = d["place"]
        parties = [_id("actor", p["id"]) for p in (*d["actor"], *d["recipient"]) if self._named(p)]
        code = (
            self.desk.books["countries"].get(self.gazetteer.where(place["id"]).country_id, {}).get("code")
            if place
            else None
        )
        kind = coded(d["type"], d["mode"])
        return _entity(
            _id("incident", d["incident"]), "Event", name=[d["title"]["en"], d["title"]["ar"]], recordId=d["incident"],
            startDate=_prefix(d, "start"), endDate=_prefix(d, "end"), involved=parties, country=ISO2.get(code or ""),
            location=(place["name"]["en"] or place["text"]) if place else None,
            addressEntity=_id("place", place["id"] or place["text"]) if place else None,
            proof=[_id("report", r) for r in dict.fromkeys(r for r, _ in d["events"])], keywords=[kind, d["status"]],
            notes=_notes(d),
        )  # fmt: skip

    def _links(self, d: Json) -> Iterator[Json]:
        for role in ("actor", "recipient"):
            for party in d[role]:
                if self._named(party):
                    ends = _id("actor", party["id"]), _id("incident", d["incident"])
                    yield _entity(
                        _id(role, *ends), "UnknownLink", subject=ends[0], object=ends[1],
                        role=self.book["roles"][role]["en"], date=_prefix(d, "start"),
                    )  # fmt: skip

    def _named(self, party: Json) -> bool:
        return not party["id"].startswith("person/") and bool(party["en"] or party["ar"])

    def _new(self, *key: str) -> bool:
        mark = hashlib.blake2b("\0".join(key).encode(), digest_size=8).digest()
        if mark in self._told:
            return False
        self._told.add(mark)
        return True


ISO2 = dict(
    pair.split("=") for pair in
    "SYR=sy IRQ=iq LBN=lb YEM=ye SDN=sd LBY=ly ISR=il PSE=ps TUR=tr IRN=ir JOR=jo RUS=ru USA=us".split()
)  # fmt: skip


def _notes(d: Json) -> list[str]:
    tolls = [f"{slot}: {toll['low']}-{toll['high']}, best {toll['best']}" for slot in ("killed", "injured", "captured")
             if (toll := d[slot])]  # fmt: skip
    disputed = [f"disputed: {', '.join(d['contradictions'])}"] if d["contradictions"] else []
    return [*tolls, *disputed, f"independent voices: {d['voices']}"]


def _prefix(d: Json, end: str) -> str | None:
    """An ISO prefix as precise as the date is."""
    day: str | None = d[end]
    return day[: {"month": 7, "season": 4, "year": 4}.get(d["precision"], 10)] if day else None


def _web(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None


def _id(*parts: str) -> str:
    return "marsad-" + hashlib.sha1("\0".join(parts).encode(), usedforsecurity=False).hexdigest()


def _entity(id: str, schema: str, **properties: object) -> Json:
    listed = {k: v if isinstance(v, list) else [v] for k, v in properties.items() if v not in (None, "", [])}
    return {"id": id, "schema": schema, "properties": {k: [str(v) for v in vs] for k, vs in listed.items()}}


FORMAT = Format(
    "ftm",
    "jsonl",
    write,
    loses=(
        {
            "ar": "Event لا يعرف فاعلاً ومتلقياً: الدور في UnknownLink",
            "en": "an Event knows no attacker and target: the role stands in UnknownLink",
        },
        {"ar": "الحصائل والروايات المتناقضة ملاحظات لا حقول", "en": "tolls and disputes are notes, no fields"},
        {"ar": "الأشخاص لا يُصدَّرون كيانات", "en": "persons are not exported as entities"},
    ),
)
