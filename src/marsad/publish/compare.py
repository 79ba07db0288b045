"""Our incidents beside a reference layer: who covers what, and where the two disagree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marsad.fuse.compare import km
from marsad.packs import Packs, load
from marsad.publish.format import happened
from marsad.publish.query import Query
from marsad.publish.reference import family
from marsad.publish.veil import Counts, Veil, let_out
from marsad.store import Store
from marsad.store.references import layer_rows

Json = dict[str, Any]
DAYS = 2  # slack on both sides: a day is reported the next morning
KM = {1: 15.0, 2: 30.0, 3: 120.0}  # by the coarser precision of the two places
TOLD_APART = 5.0  # km from which places disagree


@dataclass(frozen=True, slots=True)
class Match:
    """An incident and a row held for one happening; `differs` tells in what they disagree as {slot: [ours, theirs]}."""

    ours: Json
    theirs: Json
    score: float
    differs: Json


@dataclass(frozen=True, slots=True)
class Comparison:
    """What both tell, what only we tell, what only they tell."""

    both: tuple[Match, ...]
    ours: tuple[Json, ...]
    theirs: tuple[Json, ...]

    def summary(self) -> Json:
        """{"both","ours","theirs","disagreements": {slot: n}, "months": {month: {"both","ours","theirs"}}}."""
        months: dict[str, Counter[str]] = defaultdict(Counter)
        for name, docs in (("both", [m.ours for m in self.both]), ("ours", self.ours), ("theirs", self.theirs)):
            for d in docs:
                months[(d["start"] or "?")[:7]][name] += 1
        counts: Json = {name: len(getattr(self, name)) for name in ("both", "ours", "theirs")}
        counts["disagreements"] = dict(Counter(slot for m in self.both for slot in m.differs))
        return counts | {"months": {month: dict(n) for month, n in sorted(months.items())}}

    def rows(self) -> Iterable[Json]:
        """One object a happening: {"in": both|ours|theirs, "incident", "row", "start", "lat", "lon", "differs"}."""
        for m in self.both:
            yield _row("both", m.ours, m.theirs) | {"differs": m.differs, "score": round(m.score, 2)}
        yield from (_row("ours", d, None) for d in self.ours)
        yield from (_row("theirs", None, r) for r in self.theirs)

    def geojson(self) -> Json:
        """A FeatureCollection for the map; what has no point has a null geometry."""
        features = []
        for row in self.rows():
            known = row["lat"] is not None and row["lon"] is not None
            geometry = {"type": "Point", "coordinates": [row["lon"], row["lat"]]} if known else None
            features.append({"type": "Feature", "geometry": geometry, "properties": row})
        return {"type": "FeatureCollection", "features": features}


def compare(
    store: Store, layer: str, *, query: Query | None = None, packs: Packs | None = None, veil: Veil | None = None
) -> Comparison:  # fmt: skip
    """Lay our incidents (those that happened) beside a layer. Raises StoreError E342 for an unknown layer."""
    packs, query = packs or load(), query or Query()
    veil = veil or Veil.over(store, packs)
    own = [d for d in let_out(store, packs, query, veil, Counts()) if happened(d) and d["start"]]
    rows = list(layer_rows(store, layer, since=query.since, until=query.until))
    return matched(own, rows)


def matched(own: Sequence[Json], rows: Sequence[Json]) -> Comparison:
    """One to one, the likeliest first. What has no day can match nothing."""
    filed: dict[int, list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        for day in _days(row["start"], row["end"]):
            filed[day].append(n)
    found = []
    for m, d in enumerate(own):
        near = {n for day in _days(d["start"], d["end"]) for n in filed.get(day, ())}
        found += [(score, m, n) for n in near if (score := _alike(d, rows[n])) > 0]
    used: tuple[set[int], set[int]] = (set(), set())
    both = []
    for score, m, n in sorted(found, key=lambda f: (-f[0], f[1], f[2])):
        if m not in used[0] and n not in used[1]:
            used[0].add(m)
            used[1].add(n)
            both.append(Match(own[m], rows[n], score, _differs(own[m], rows[n])))
    ours = tuple(d for m, d in enumerate(own) if m not in used[0])
    return Comparison(tuple(both), ours, tuple(r for n, r in enumerate(rows) if n not in used[1]))


def _days(start: str | None, end: str | None) -> range:
    if not start:
        return range(0)
    first, last = (date.fromisoformat(d).toordinal() for d in (start, end or start))
    return range(first - DAYS, min(last, first + 62) + DAYS + 1)


def _alike(d: Json, row: Json) -> float:
    """How likely both are one happening: 0 where kind or place exclude it."""
    if d["incident"] == row["id"]:
        return 10.0
    if family(d["type"]) != row["family"]:
        return 0.0
    apart = _km(d["place"], row)
    if apart is None:
        return 0.0
    coarse = max((d["place"] or {}).get("precision") or 3, row["precision"] or 3)
    if apart > KM[min(coarse, 3)]:
        return 0.0
    same = 1.0 if d["start"] == row["start"] else 0.5
    return 1.0 / (1.0 + apart / 10) + same + 0.5 * _shared(d, row)


def _km(place: Json | None, row: Json) -> float | None:
    if not place or place["lat"] is None or place["lon"] is None or row["lat"] is None or row["lon"] is None:
        return None
    return float(km((place["lat"], place["lon"]), (row["lat"], row["lon"])))


def _shared(d: Json, row: Json) -> int:
    """Number of sides that bear a common word of weight."""
    theirs = {w for side in row["sides"] for w in _words(side)}
    ours = [set(_words(p["en"])) for p in (*d["actor"], *d["recipient"])]
    return sum(bool(words & theirs) for words in ours)


def _words(name: str) -> set[str]:
    plain = "".join(c if c.isalnum() else " " for c in name.casefold())
    return {w[:5] for w in plain.split() if len(w) > 3 and w not in ("forces", "military", "armed", "government")}


def _differs(d: Json, row: Json) -> Json:
    out: Json = {}
    if not _overlap(d["killed"], row["killed"]):
        out["killed"] = [d["killed"], row["killed"]]
    if d["start"] > (row["end"] or row["start"]) or (d["end"] or d["start"]) < row["start"]:
        out["date"] = [d["start"], row["start"]]
    apart = _km(d["place"], row)
    if apart is not None and apart > TOLD_APART and d["place"]["precision"] == 1 == row["precision"]:
        out["km"] = [0, round(apart, 1)]
    if (d["actor"] or d["recipient"]) and row["sides"] and not _shared(d, row):
        out["parties"] = [[p["en"] for p in (*d["actor"], *d["recipient"])], row["sides"]]
    return out


def _overlap(one: Json | None, two: Json | None) -> bool:
    """Whether two tolls can both be right; none told is none killed."""
    spans = []
    for toll in (one, two):
        known = [n for end in ("low", "best", "high") if (n := (toll or {}).get(end)) is not None]
        open_end = toll is not None and toll.get("high") is None and toll.get("best") is None and known
        spans.append((min(known, default=0), float("inf") if open_end else max(known, default=0)))
    return spans[0][0] <= spans[1][1] and spans[1][0] <= spans[0][1]


def _row(where: str, d: Json | None, row: Json | None) -> Json:
    place = d["place"] if d else row
    told = d or row or {}
    title = d["title"] if d else {"ar": "", "en": told.get("note") or ""}
    return {
        "in": where, "incident": d["incident"] if d else None, "row": row["id"] if row else None,
        "start": told["start"], "end": told["end"], "lat": place["lat"] if place else None,
        "lon": place["lon"] if place else None, "title": title,
        "kind": d["type"] if d else row["kind"] if row else None, "differs": {},
    }  # fmt: skip
