"""A STIX 2.1 bundle: identities, locations, incidents, relationships."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from marsad.publish.format import Desk, Format, Json
from marsad.publish.formats.ftm import ISO2
from marsad.publish.places import Gazetteer
from marsad.store.pieces import pieces

SPACE = uuid.UUID("6f2b6f0e-7b0c-5b6e-9a1f-3d6f0c2f5a11")
NAMES = {"actor": "attributed-to", "recipient": "targets"}


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """One bundle, object by object; ids stay the same from export to export."""
    maker = _Maker(desk)
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(f'{{"type": "bundle", "id": "bundle--{uuid.uuid4()}", "objects": [\n')
        stream.write(json.dumps(maker.author, ensure_ascii=False))
        for batch in pieces(documents):
            heads = desk.heads(r for d in batch for r, _ in d["events"])
            for made in (o for d in batch for o in maker.objects(d, heads)):
                stream.write(",\n" + json.dumps(made, ensure_ascii=False))
            desk.written += len(batch)
        stream.write("\n]}\n")


class _Maker:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.now = desk, f"{desk.made_at[:19]}.000Z"
        self.gazetteer = Gazetteer(desk.packs, desk.books["countries"])
        self._told: set[str] = set()
        self.author = self._object("identity", "marsad", name="Marsad", identity_class="system")

    def objects(self, d: Json, heads: dict[str, Json]) -> Iterator[Json]:
        """The incident, what it points at where that was not told before, and the relationships."""
        incident = self._incident(d, heads)
        yield incident
        for role, relation in NAMES.items():
            for party in d[role]:
                if not party["id"].startswith("person/"):
                    identity = self._identity(party)
                    if self._new(identity):
                        yield identity
                    yield self._relation(incident, relation, identity)
        if d["place"] and (d["place"]["lat"] is not None or self.gazetteer.where(d["place"]["id"]).country):
            location = self._location(d["place"])
            if self._new(location):
                yield location
            yield self._relation(incident, "located-at", location)

    def _incident(self, d: Json, heads: dict[str, Json]) -> Json:
        told = [f"{d['title']['ar']}", f"{d['start'] or '?'} .. {d['end'] or '?'} ({d['precision']}); {d['status']}"]
        told += [f"{slot} {toll['low']}-{toll['high']}" for slot in ("killed", "injured") if (toll := d[slot])]
        if d["contradictions"]:
            told.append(f"sources disagree on {', '.join(d['contradictions'])}")
        cited = []
        for report in dict.fromkeys(r for r, _ in d["events"]):
            head = heads.get(report, {})
            url = {"url": head["url"]} if (head.get("url") or "").startswith(("http://", "https://")) else {}
            cited.append({"source_name": head.get("outlet") or report, "external_id": report} | url)
        return self._object(
            "incident", d["incident"], name=d["title"]["en"], description="\n".join(told), external_references=cited,
            labels=[d["type"].lower(), *([d["mode"]] if d["mode"] else []), d["status"]],
        )  # fmt: skip

    def _identity(self, party: Json) -> Json:
        entry = self.desk.packs.actors.get(party["id"])
        kind = (
            "class"
            if entry and entry.kind == "civilians"
            else "unknown"
            if party["id"] == "unknown"
            else "organization"
        )
        return self._object(
            "identity", party["id"], name=party["en"] or party["ar"] or party["id"], description=party["ar"] or None,
            identity_class=kind,
        )  # fmt: skip

    def _location(self, place: Json) -> Json:
        where = self.gazetteer.where(place["id"])
        code = self.desk.books["countries"].get(where.country_id, {}).get("code", "")
        known = place["lat"] is not None and place["lon"] is not None
        point = {"latitude": place["lat"], "longitude": place["lon"]} if known else {}
        radius = {"precision": {1: 1000.0, 2: 10_000.0}.get(place["precision"], 40_000.0)} if known else {}
        return self._object(
            "location", place["id"] or place["text"], name=place["name"]["en"] or place["text"],
            country=ISO2.get(code, "").upper() or None, administrative_area=where.admin1 or None, **point, **radius,
        )  # fmt: skip

    def _relation(self, incident: Json, relation: str, other: Json) -> Json:
        key = "\0".join((incident["id"], relation, other["id"]))
        return self._object(
            "relationship", key, relationship_type=relation, source_ref=incident["id"], target_ref=other["id"]
        )  # fmt: skip

    def _object(self, kind: str, key: str, **properties: object) -> Json:
        id = f"{kind}--{uuid.uuid5(SPACE, kind + chr(0) + key)}"
        head: Json = {"type": kind, "spec_version": "2.1", "id": id, "created": self.now, "modified": self.now}
        if key != "marsad":
            head["created_by_ref"] = self.author["id"]
        return head | {k: v for k, v in properties.items() if v not in (None, "", [])}

    def _new(self, made: Json) -> bool:
        known = made["id"] in self._told
        self._told.add(made["id"])
        return not known


FORMAT = Format(
    "stix",
    "json",
    write,
    needs=None,
    loses=(
        {
            "ar": "كائن incident في STIX 2.1 بلا حقول للتاريخ والحصيلة والدقة: هي في الوصف",
            "en": "STIX 2.1's incident has no fields for date, toll and precision: they stand in the description",
        },
        {"ar": "الروايات المتناقضة وسلسلة الإسناد", "en": "rival claims and the chain of attribution"},
        {"ar": "الأشخاص لا يُصدَّرون كائنات", "en": "persons are not exported as objects"},
    ),
)
