"""UCDP GED's columns: deaths low, best, high; precision codes; dyads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from marsad.publish.cells import joined
from marsad.publish.format import Desk, Format, Json, happened, outlets, sources
from marsad.publish.places import Gazetteer
from marsad.publish.tables import write_table

STATE, NON_STATE, ONE_SIDED = 1, 2, 3


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """One row an incident of armed force with at least one death that is told as having happened."""
    write_table(documents, file, desk, columns=desk.books["ucdp"]["columns"], row=_Table(desk).row)


class _Table:
    def __init__(self, desk: Desk) -> None:
        self.desk, self.book = desk, desk.books["ucdp"]
        self.gazetteer = Gazetteer(desk.packs, desk.books["countries"])

    def row(self, d: Json) -> Json | None:
        """The row of an incident, None (and counted) where UCDP would not code it."""
        if not happened(d):
            self.desk.leave(f"status {d['status']}")
            return None
        if d["type"] != "ASSAULT":
            self.desk.leave("no armed force")
            return None
        low, best, high = deaths(d["killed"])
        if not high:
            self.desk.leave("no death told")
            return None
        if not d["start"]:
            self.desk.leave("no day")
            return None
        return self._head(d) | self._dyad(d) | self._where(d["place"]) | self._deaths(d, low, best, high)

    def _head(self, d: Json) -> Json:
        told = sources(d)
        original = list(dict.fromkeys(s["chain"][0]["text"] for s in told if s["chain"]))
        dates = sorted(s["published"] for s in told if s["published"])
        summary = d["precision"] not in ("day", "week")
        return {
            "id": number(d["incident"]), "relid": d["incident"], "year": int(d["start"][:4]), "active_year": "",
            "code_status": "Machine coded", "number_of_sources": d["voices"],
            "source_article": joined(dict.fromkeys(r for r, _ in d["events"])), "source_office": joined(outlets(d)),
            "source_date": joined(dict.fromkeys(dates)), "source_headline": d["title"]["en"],
            "source_original": joined(original), "event_clarity": 2 if summary else 1,
            "date_prec": self._date(d), "date_start": d["start"], "date_end": d["end"] or d["start"],
        }  # fmt: skip

    def _date(self, d: Json) -> int:
        from datetime import date

        days = (date.fromisoformat(d["end"] or d["start"]) - date.fromisoformat(d["start"])).days + 1
        return 1 if days <= 1 else 2 if days <= 6 else 3 if days <= 8 else 4 if days <= 31 else 5

    def _dyad(self, d: Json) -> Json:
        actor, recipient = (list(d[slot]) for slot in ("actor", "recipient"))
        if len(actor) > 1 and not recipient:
            actor, recipient = actor[:1], actor[1:]
        a, b = (parties[0] if parties else None for parties in (actor, recipient))
        if b and not (a and self._state(a)) and self._state(b) and not self._civilian(b):
            a, b = b, a  # a state is side A, whoever acted
        one, two = self._name(a), self._name(b)
        row: Json = {"type_of_violence": self._kind(a, b), "conflict_name": f"{one[0]} - {two[0]}"}
        row |= {"conflict_dset_id": "", "conflict_new_id": "", "dyad_dset_id": "", "dyad_name": f"{one[0]} - {two[0]}"}
        row |= {"dyad_new_id": number(f"{one[0]} - {two[0]}"), "side_a": one[0], "side_b": two[0]}
        row |= {"side_a_dset_id": "", "side_b_dset_id": "", "gwnoa": one[1], "gwnob": two[1]}
        return row | {"side_a_new_id": number(one[0]), "side_b_new_id": number(two[0])}

    def _kind(self, a: Json | None, b: Json | None) -> int:
        if b and self._civilian(b):
            return ONE_SIDED
        return STATE if any(p and self._state(p) for p in (a, b)) else NON_STATE

    def _state(self, party: Json) -> bool:
        line = self.desk.kinship.line(party["id"])
        entry = self.desk.packs.actors.get(party["id"])
        return bool(set(line) & set(self.book["states"])) and (entry is None or entry.kind != "militia")

    def _civilian(self, party: Json) -> bool:
        entry = self.desk.packs.actors.get(party["id"])
        return party["id"].startswith("person/") or (entry is not None and entry.kind == "civilians")

    def _name(self, party: Json | None) -> tuple[str, int | str]:
        if party is None or party["id"] == "unknown":
            return "Unknown", ""
        if self._civilian(party):
            return "Civilians", ""
        if self._state(party):
            for id in self.desk.kinship.line(party["id"]):
                if id in self.book["states"]:
                    name, gw = self.book["states"][id]
                    return str(name), int(gw)
        return str(party["en"] or party["id"]), ""

    def _where(self, place: Json | None) -> Json:
        where = self.gazetteer.where(place["id"] if place else None)
        country = self.desk.books["countries"].get(where.country_id, {})
        lat, lon = (place[k] if place else None for k in ("lat", "lon"))
        known = lat is not None and lon is not None
        prec = self.book["areas"].get(where.kind) or {1: 1, 2: 2, 3: 4}.get((place or {}).get("precision") or 0, 6)
        return {
            "where_prec": prec, "where_coordinates": place["name"]["en"] if place else "",
            "where_description": place["text"] if place else "", "adm_1": where.admin1, "adm_2": where.admin2,
            "latitude": lat, "longitude": lon, "geom_wkt": f"POINT ({lon} {lat})" if known else "",
            "priogrid_gid": _cell(lat, lon) if lat is not None and lon is not None else "",
            "country": where.country, "country_id": country.get("gw", ""), "region": country.get("region", ""),
        }  # fmt: skip

    def _deaths(self, d: Json, low: int, best: int, high: int) -> Json:
        civilians = sum(self._of_civilians(claim) for claim in d["claims"].get("killed", [])[:1])
        return {
            "deaths_a": 0, "deaths_b": 0, "deaths_civilians": min(civilians, best),
            "deaths_unknown": best - min(civilians, best), "best": best, "high": high, "low": low,
        }  # fmt: skip

    def _of_civilians(self, claim: Json) -> int:
        value = claim["value"]
        entry = self.desk.packs.actors.get(value.get("of") or "")
        return int(value["best"] or value["low"] or 0) if entry is not None and entry.kind == "civilians" else 0


def deaths(toll: Json | None) -> tuple[int, int, int]:
    """Low, best, high; what is not told is taken from what is. A single open bound ("at least 2") bounds all."""
    if not toll:
        return 0, 0, 0
    low, best, high = toll["low"], toll["best"], toll["high"]
    known = [n for n in (low, best, high) if n is not None]
    if not known:
        return 0, 0, 0
    low = low if low is not None else min(known)
    best = best if best is not None else low
    return low, best, max(high if high is not None else best, best)


def number(text: str) -> int:
    """A whole number that stands for an id; the same text gives the same number."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def _cell(lat: float, lon: float) -> int:
    """PRIO-GRID's cell of half a degree, counted from the south-west."""
    return int((lat + 90) * 2) * 720 + int((lon + 180) * 2) + 1


FORMAT = Format(
    "ucdp",
    "csv",
    write,
    loses=(
        {
            "ar": "كل ما لم يُقتل فيه أحد، وكل فعل غير مسلح، وما لم يقع أو لا يوم له لا يُصدَّر",
            "en": "whatever killed nobody, every act without arms, and what did not happen or has no day is left out",
        },
        {
            "ar": "الاتجاه: الطرف أ هو الدولة إن وُجدت، لا الفاعل",
            "en": "direction: side A is the state where there is one, not who acted",
        },
        {
            "ar": "الجرحى والأسرى؛ ولا يوزَّع القتلى على الطرفين بل يُحسبون مجهولين إلا المدنيين",
            "en": "injured and captured; deaths are not split by side but counted as unknown, except civilians",
        },
        {
            "ar": "أرقام UCDP للنزاعات والثنائيات غير مملوءة؛ أرقامنا في الأعمدة new_id",
            "en": "UCDP's own ids of conflicts and dyads are not filled; ours stand in the new_id columns",
        },
        {"ar": "الروايات المتناقضة لا يبقى منها إلا الأدنى والأعلى", "en": "of rival claims only low and high remain"},
    ),
)
