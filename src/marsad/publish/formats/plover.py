"""PLOVER as JSON Lines: direction, modes, scores and links stay."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from marsad import __version__
from marsad.publish.format import Desk, Format, Json, outlets
from marsad.store.pieces import pieces


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """One object an incident."""
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        for batch in pieces(documents):
            heads = desk.heads(report for d in batch for report, _ in d["events"])
            for document in batch:
                stream.write(json.dumps(_record(document, heads, desk), ensure_ascii=False) + "\n")
                desk.written += 1


def _record(d: Json, heads: dict[str, Json], desk: Desk) -> Json:
    place, reports = d["place"], list(dict.fromkeys(r for r, _ in d["events"]))
    event: Json = {"id": d["incident"], "date": d["start"], "enddate": d["end"], "time": None}
    event |= {"date_precision": d["precision"], "status": d["status"]}
    event |= {slot: [_party(p, desk) for p in d[slot]] for slot in ("actor", "recipient")}
    event |= {"event": [d["type"]], "mode": [d["mode"]] if d["mode"] else [], "context": [], "quad_code": d["quad"]}
    event |= {"event_scale": d["score"], "event_loc": _place(place) if place else None}
    event |= {"event_text": d["title"]["en"], "event_text_ar": d["title"]["ar"], "text": None, "text_info": None}
    event["size"] = {
        name: d[slot] for name, slot in (("dead", "killed"), ("injured", "injured"), ("arrested", "captured"))
    }  # fmt: skip
    event["link"] = [a["incident"] for a in d["answers"]]
    cited = [{"report": r} | {k: heads.get(r, {}).get(k) for k in ("outlet", "published", "url")} for r in reports]
    event |= {"cite_info": cited, "outlets": outlets(d), "voices": d["voices"], "disputed": d["contradictions"]}
    return event | {"coder": f"marsad {__version__}", "coded_date": desk.made_at[:10], "comment": ""}


def _party(p: Json, desk: Desk) -> Json:
    book, entry = desk.books["plover"], desk.packs.actors.get(p["id"])
    rebel = set(desk.kinship.line(p["id"])) & set(desk.books["acled"]["rebels"])
    sector = book["rebels"] if rebel else book["sectors"][entry.kind if entry else "unknown"]
    sector = "CVL" if p["id"].startswith("person/") else sector
    return {"id": p["id"], "name": p["en"], "name_ar": p["ar"], "sector": sector, "camp": desk.kinship.camp(p["id"])}


def _place(place: Json) -> Json:
    return {
        "name": place["name"]["en"], "name_ar": place["name"]["ar"], "id": place["id"], "lat": place["lat"],
        "lon": place["lon"], "precision": place["precision"],
    }  # fmt: skip


FORMAT = Format(
    "plover",
    "jsonl",
    write,
    loses=(
        {"ar": "سياقات PLOVER (context) لا تُرمَّز", "en": "PLOVER's contexts are not coded"},
        {
            "ar": "نص التقارير (text, text_info) لا يخرج من البيت؛ cite_info تدلّ عليه",
            "en": "the text of reports (text, text_info) does not leave the house; cite_info names them",
        },
        {
            "ar": "الروايات المتناقضة: تُسمّى الخانات المختلف عليها ولا تُعرض قيمها",
            "en": "rival claims: the disputed slots are named, their values not given",
        },
    ),
)
