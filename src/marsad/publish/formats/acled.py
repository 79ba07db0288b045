"""ACLED's columns and vocabularies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from marsad.publish.cells import joined
from marsad.publish.format import Desk, Format, Json, happened, outlets, sources
from marsad.publish.places import Gazetteer
from marsad.publish.tables import write_table

TIME = {"day": 1, "week": 2}  # everything coarser is 3
CIVILIAN = 7
EXTERNAL = 8
PLAIN = frozenset(("/armed-forces", "/army"))  # the forces of a state as a whole


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """One row an incident that has happened and has a sub-event of ACLED's."""
    write_table(documents, file, desk, columns=desk.books["acled"]["columns"], row=_Table(desk).row)


class _Table:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.book = desk, desk.books["acled"]
        self.gazetteer = Gazetteer(desk.packs, desk.books["countries"])
        self._named: dict[tuple[str, str], tuple[str, int]] = {}

    def row(self, d: Json) -> Json | None:
        """The row of an incident, None (and counted) where ACLED has none."""
        if not happened(d):
            self.desk.leave(f"status {d['status']}")
            return None
        if not d["acled"] or d["acled"] not in self.book["events"]:
            self.desk.leave("no sub-event of ACLED's")
            return None
        if not d["start"]:
            self.desk.leave("no day")
            return None
        sides = self._sides(d)
        return self._event(d, sides) | self._parties(d, sides) | self._place(d["place"]) | self._told(d)

    def _event(self, d: Json, sides: Sequence[list[tuple[str, int]]]) -> Json:
        sub = self._sub_event(d["acled"], sides)
        kind, disorder = self.book["events"][sub]
        against = kind in ("Violence against civilians",) or (
            kind == "Explosions/Remote violence" and any(code == CIVILIAN for _, code in sides[1][:1])
        )
        precision = TIME.get(d["precision"], 3)
        return {
            "event_id_cnty": d["incident"], "event_date": _day(d, precision), "year": int(d["start"][:4]),
            "time_precision": precision, "disorder_type": disorder, "event_type": kind, "sub_event_type": sub,
            "civilian_targeting": "Civilian targeting" if against else "",
        }  # fmt: skip

    def _sub_event(self, sub: str, sides: Sequence[list[tuple[str, int]]]) -> str:
        """An attack on those who carry arms is a clash to ACLED."""
        armed = bool(sides[1]) and all(code not in (5, 6, CIVILIAN) for _, code in sides[1])
        return "Armed clash" if sub == "Attack" and armed else sub

    def _parties(self, d: Json, sides: Sequence[list[tuple[str, int]]]) -> Json:
        row: Json = {}
        for n, side in enumerate(sides, 1):
            (name, inter), others = (side[0], side[1:]) if side else (("", 0), [])
            row |= {f"actor{n}": name, f"assoc_actor_{n}": joined(other for other, _ in others)}
            row[f"inter{n}"] = self.book["inter"].get(inter, "")
        codes = sorted(side[0][1] for side in sides if side)
        names = [self.book["inter"][code] for code in codes]
        row["interaction"] = "-".join(names) if len(names) > 1 else f"{names[0]} only" if names else ""
        return row

    def _sides(self, d: Json) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        country = self.gazetteer.where(d["place"]["id"] if d["place"] else None).country_id
        one, two = ([self._name(p, country) for p in d[slot]] for slot in ("actor", "recipient"))
        if len(one) > 1 and not two:  # both parties of a mutual act stand in `actor`
            one, two = one[:1], one[1:]
        if not one and two and d["type"] != "PROTEST":
            one = [self._name({"id": "unknown", "en": ""}, country)]
        return list(dict.fromkeys(one)), list(dict.fromkeys(two))

    def _name(self, party: Json, country: str) -> tuple[str, int]:
        key = (party["id"], country)
        if key not in self._named:
            self._named[key] = (self._label(party, country), self._inter(party["id"], country))
        return self._named[key]

    def _label(self, party: Json, country: str) -> str:
        where = self.desk.books["countries"].get(country, {}).get("name", "")
        if party["id"].startswith("person/"):
            return f"Civilians ({where})" if where else "Civilians"
        for line in self.desk.kinship.line(party["id"]):
            for entry in self.book["names"]:
                if entry["id"] == line and (line == party["id"] or self._own_forces(party["id"])):
                    name = str(entry["name"]).format(country=where).replace(" ()", "")
                    plain = line == party["id"] or party["id"].removeprefix(line) in PLAIN
                    return name if plain else f"{name} {party['en']}".strip()
        return str(party["en"] or party["id"])

    def _own_forces(self, id: str) -> bool:
        entry = self.desk.packs.actors.get(id)
        return entry is None or entry.kind in ("military", "security", "state")

    def _inter(self, id: str, country: str) -> int:
        line, home = self.desk.kinship.line(id), self.book["homes"].get(country)
        if id.startswith("person/"):
            return CIVILIAN
        if set(line) & set(self.book["rebels"]):
            return 2
        if set(line) & set(self.book["identity"]):
            return 4
        entry = self.desk.packs.actors.get(id)
        code = int(self.book["kinds"][entry.kind if entry else "militia"])
        foreign = code == 1 and home is not None and home not in line
        return EXTERNAL if foreign or (id == "hezbollah" and home != "lebanon") else code

    def _place(self, place: Json | None) -> Json:
        where = self.gazetteer.where(place["id"] if place else None)
        country = self.desk.books["countries"].get(where.country_id, {})
        row = {"iso": country.get("iso", ""), "region": country.get("region", ""), "country": where.country}
        row |= {"admin1": where.admin1, "admin2": where.admin2, "admin3": ""}
        if place is None:
            return row | {"location": "", "latitude": "", "longitude": "", "geo_precision": 3}
        row |= {"location": place["name"]["en"] or place["text"], "latitude": place["lat"], "longitude": place["lon"]}
        return row | {"geo_precision": place["precision"] or 3}

    def _told(self, d: Json) -> Json:
        told = outlets(d)
        notes = f"{d['title']['en']}."
        if d["contradictions"]:
            notes += f" Sources disagree on: {', '.join(d['contradictions'])}."
        day = d["first_published"] or d["start"]
        return {
            "source": joined(told), "source_scale": self._scale(d), "notes": notes,
            "fatalities": _least(d["killed"]), "tags": _tags(d), "timestamp": _seconds(day),
        }  # fmt: skip

    def _scale(self, d: Json) -> str:
        entries = {o.ar: o for o in self.desk.packs.outlets.values()}
        kinds = {entries[o].kind if o in entries else "media" for o in outlets(d)}
        kinds |= {"monitor" for s in sources(d) for link in s["chain"] if link["kind"] == "monitor"}
        if "monitor" in kinds:
            return "Other-National" if len(kinds) > 1 else "Other"
        return "National"


def _day(d: Json, precision: int) -> str:
    """The day to write: of a month or more, as the codebook has it, the middle."""
    from datetime import date

    if precision < 3 or not d["end"]:
        return str(d["start"])
    first, last = (date.fromisoformat(d[end]).toordinal() for end in ("start", "end"))
    return date.fromordinal((first + last) // 2).isoformat()


def _least(toll: Json | None) -> int:
    """The most conservative figure that is told; 0 where none is."""
    if not toll:
        return 0
    told = [toll[end] for end in ("low", "best", "high") if toll[end] is not None]
    return min(told) if told else 0


def _tags(d: Json) -> str:
    return joined(f"marsad:{slot}-disputed" for slot in d["contradictions"])


@lru_cache(maxsize=20_000)
def _seconds(day: str) -> int:
    from datetime import UTC, datetime

    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


FORMAT = Format(
    "acled",
    "csv",
    write,
    loses=(
        {
            "ar": "الاتجاه: لا يقول actor1 وactor2 من بدأ ومن وقع عليه الفعل",
            "en": "direction: actor1 and actor2 do not say who acted and who suffered",
        },
        {
            "ar": "الجرحى والأسرى والمفرج عنهم وحصيلة كل طرف؛ وللقتلى أدنى رقم ذُكر فقط",
            "en": "injured, captured, released, and tolls by side; of the killed only the lowest figure told",
        },
        {
            "ar": "الروايات المتناقضة وسلسلة من أسند الخبر: تُذكر الخانات المختلف عليها في الملاحظات",
            "en": "rival claims and the chain of attribution: the notes only name the slots that are disputed",
        },
        {
            "ar": "ما لا فئة فرعية له في ACLED (مطالبات، تهديدات، لقاءات) وما لم يقع أو لا يوم له لا يُصدَّر",
            "en": "what ACLED has no sub-event for (demands, threats, talks), did not happen or has no day is left out",
        },
        {
            "ar": "admin3 وinteraction الرقمي وpopulation_best غير مملوءة",
            "en": "admin3, numeric interaction codes and population_best are not filled",
        },
    ),
)
