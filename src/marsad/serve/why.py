"""Why reports are one incident, step by step: a waterfall from nothing to the sum that joins two tellings."""

from __future__ import annotations

from typing import Any

from marsad import fuse
from marsad.serve.asking import Asked
from marsad.serve.incident import telling
from marsad.store import Judgement
from marsad.store.asking import Lookup

Json = dict[str, Any]


def joins(asked: Asked, document: Json) -> Json:
    """{"incident", "threshold", "joins": [{"left", "right", "verdict", "by", "at", "total", "steps", "quotes"}]}."""
    from marsad.fuse.tables import weights

    given = fuse.why(asked.desk.store, document["incident"], packs=asked.desk.packs())
    keys = [*document["events"], *(list(key) for judged in given for key in (judged.left, judged.right))]
    names = {report for report, _ in keys}
    lookup = Lookup(asked.desk.store.engine)
    stored = lookup.reports(names)
    words = {(r, e): telling(asked, stored[r], e)["quotes"] for r, e in keys if r in stored}
    told = [_join(judged, words) for judged in given]
    told.sort(key=lambda j: (j["by"].startswith("fuse/"), -(j["total"] or 0.0), j["left"], j["right"]))
    out = {"incident": document["incident"], "threshold": weights().threshold, "joins": told}
    masked: Json = asked.clean(out, also=() if asked.names else lookup.private_names(names))
    return masked


def _join(judged: Judgement, words: dict[tuple[str, str], list[str]]) -> Json:
    steps, total = [], 0.0
    for reason in judged.reasons:
        weight = float(reason.get("weight") or 0.0)
        total += weight
        told = {key: reason.get(key) for key in ("feature", "level", "ar", "en")}
        steps.append(told | {"weight": weight, "sum": round(total, 4)})
    quotes = {side: words.get(key, []) for side, key in (("left", judged.left), ("right", judged.right))}
    return {
        "left": list(judged.left), "right": list(judged.right), "verdict": judged.verdict, "by": judged.by,
        "at": judged.at.isoformat(), "total": round(total, 4) if judged.machine else None, "steps": steps,
        "quotes": quotes,
    }  # fmt: skip
