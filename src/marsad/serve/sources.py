"""The outlets of a store: how much they send, how much of it is copied, when they were last heard."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from marsad.packs import fold_word
from marsad.serve.asking import Asked
from marsad.serve.counts import linked
from marsad.serve.maps import iso
from marsad.serve.sieve import edges
from marsad.store.asking import Lookup
from marsad.store.finds import Snapshot
from marsad.store.sheet import COPY, SOURCE, Array

Json = dict[str, Any]
WEEKS = 12
LOOKED = 2_000  # newest readings whose faults are counted


def told(asked: Asked, *, since: str | None) -> list[Json]:
    """One object an outlet, the most reports first."""
    now = asked.now()
    first = edges(since)[0].toordinal() if since else 0
    counted = linked(now, now.incidents.alive, SOURCE)
    known = _outlets(asked)
    out = []
    for number, every in _rows(now).items():
        rows = every[now.reports["day"][every] >= first]
        if len(rows):
            name = now.terms[number].value
            out.append(_told(now, rows, name, known.get(fold_word(name))) | {"incidents": int(counted[number])})
    return sorted(out, key=lambda s: (-s["reports"], s["name"]))


def _rows(now: Snapshot) -> dict[int, Array]:
    """Outlet's term -> rows of its reports."""
    sheet = now.reports
    rows, terms = sheet.links[SOURCE]
    keep = sheet.alive[rows]
    rows, terms = rows[keep], terms[keep]
    order = np.argsort(terms, kind="stable")
    numbers, starts = np.unique(terms[order], return_index=True)
    return dict(zip(numbers.tolist(), np.split(rows[order], starts[1:]), strict=True)) if len(numbers) else {}


def _told(now: Snapshot, rows: Array, name: str, entry: Any) -> Json:
    sheet = now.reports
    day, copies = sheet["day"][rows], int(((sheet["flags"][rows] & COPY) > 0).sum())
    last = int(sheet["day"][sheet.alive].max(initial=0))
    ago = (last - day[day > 0]) // 7
    weeks = np.bincount(ago[ago < WEEKS], minlength=WEEKS)[::-1]
    facts = ("id", "ar", "en", "home", "leaning", "owner", "kind")
    out: Json = {key: getattr(entry, key, None) or None for key in facts} if entry else dict.fromkeys(facts)
    out |= {"name": name, "ar": out["ar"] or name, "en": out["en"] or name, "reports": len(rows), "copies": copies}
    out |= {"share_of_copies": round(copies / len(rows), 4), "last": iso(int(day.max()))}
    return out | {"last_added": iso(int(sheet["first"][rows].max())), "weeks": weeks.tolist()}


def _outlets(asked: Asked) -> dict[str, Any]:
    entries = asked.desk.packs().outlets.values()
    return {fold_word(name): entry for entry in entries for name in (entry.ar, entry.en, *entry.also)}


def failures(asked: Asked, lookup: Lookup) -> list[Json]:
    """Problems that the newest readings told, by code, most frequent first."""

    def make() -> list[Json]:
        told = [p for record in lookup.records(limit=LOOKED) for p in record.get("problems", [])]
        counts, words = Counter(p["code"] for p in told), {p["code"]: p["message"] for p in told}
        return [{"code": code, "message": words[code], "count": n} for code, n in counts.most_common()]

    return asked.desk.once("failures", make)
