"""The network of a window: who is at odds and who is together with whom, and what changed since the window before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from marsad.errors import InputError
from marsad.fuse.titles import party
from marsad.packs import Packs, load
from marsad.relate.counting import Columns, Counter
from marsad.relate.kept import counter as all_kept
from marsad.relate.kept import kept
from marsad.relate.ledger import Flags
from marsad.relate.levels import LEVELS, node
from marsad.relate.pair import mood
from marsad.relate.pairs import met
from marsad.store import Store

Json = dict[str, Any]
DAYS = 90
WORSE = 1.25  # a sum that grew or shrank by a quarter has changed
Sums = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Edge:
    """A pair in a window. `sign`: conflict, cooperation, ambivalent or quiet; `change` against the window before:
    new, ended, turned (another sign), worse, better or same. Sums are of absolute weighted scores, proxies apart.
    """

    a: str
    b: str
    sign: str
    now: Sums
    before: Sums
    sign_before: str
    change: str
    incidents: tuple[str, ...]

    def to_json(self, packs: Packs) -> Json:
        """{"a":{"id","ar","en"},"b","sign","change","cooperation","conflict","proxy":{...},"before":{...},"incidents"}."""
        ends = {end: party(id, id, packs) for end, id in (("a", self.a), ("b", self.b))}
        out: Json = {end: {"id": p.id, "ar": p.ar, "en": p.en} for end, p in ends.items()}
        out |= {"sign": self.sign, "change": self.change} | _sums(self.now)
        return out | {"before": {"sign": self.sign_before} | _sums(self.before), "incidents": list(self.incidents)}


def network(
    store: Store, *, since: date | None = None, until: date | None = None, level: str = "camp",
    packs: Packs | None = None,
) -> list[Edge]:  # fmt: skip
    """The edges of the window, the most conflict first. `until` is the store's last day, `since` 90 days before it.

    `level` is unit (actors as they are told), organisation or camp. Raises InputError E120 for another level or a
    window that ends before it begins.
    """
    packs = packs or load()
    if level not in LEVELS:
        raise InputError("E120", f"no network by {level!r}", f"use one of {', '.join(LEVELS)}")
    counter = all_kept(kept(store, packs=packs), packs=packs)
    last = until or date.fromordinal(max(int(counter.ledger.day.max(initial=1)), 1))
    first = since or date.fromordinal(max(last.toordinal() - DAYS + 1, 1))
    if first > last:
        raise InputError("E120", f"the window ends ({last}) before it begins ({first})", "give --since before --until")
    return edges(counter, first, last, level=level)


def edges(counter: Counter, since: date, until: date, *, level: str = "camp") -> list[Edge]:
    """The edges of a counter's pairs between two days (both inclusive)."""
    days = (since.toordinal(), until.toordinal() + 1)
    before = (2 * days[0] - days[1], days[0])
    found = [e for a, b in _nodes(counter, level) if (e := _edge(counter, a, b, days, before))]
    return sorted(found, key=lambda e: (-e.now["conflict"] - e.now["proxy_conflict"], -e.now["cooperation"], e.a, e.b))


def _nodes(counter: Counter, level: str) -> Iterator[tuple[str, str]]:
    kinship = counter.standings.kinship
    duos = {tuple(sorted((node(x, level, kinship), node(y, level, kinship)))) for x, y in met(counter.ledger)}
    for a, b in sorted(duos):
        apart = a not in counter.standings.ends(b) and b not in counter.standings.ends(a)
        if a != b and apart and "unknown" not in (a, b):
            yield a, b


def _edge(counter: Counter, a: str, b: str, days: tuple[int, int], earlier: tuple[int, int]) -> Edge | None:
    columns = counter.pair(a, b)
    inside, outside = (((columns.day >= low) & (columns.day < high)) for low, high in (days, earlier))
    if not (inside | outside).any():
        return None
    now, before = _totals(columns, inside), _totals(columns, outside)
    sign, was = _sign(now), _sign(before)
    ids = tuple(counter.ledger.acts[int(row)].id for row in columns.rows[inside])
    return Edge(a, b, sign, now, before, was, _change(sign, was, now, before), ids)


def _totals(columns: Columns, keep: Flags) -> Sums:
    value, own = np.where(keep, columns.value, 0.0), columns.level > 0
    sums = {
        "cooperation": value[own & (value > 0)], "conflict": -value[own & (value < 0)],
        "proxy_cooperation": value[~own & (value > 0)], "proxy_conflict": -value[~own & (value < 0)],
    }  # fmt: skip
    return {name: round(float(values.sum()), 4) for name, values in sums.items()}


def _sign(sums: Sums) -> str:
    return mood(sums["cooperation"] + sums["proxy_cooperation"], sums["conflict"] + sums["proxy_conflict"])


def _change(sign: str, was: str, now: Sums, before: Sums) -> str:
    if "quiet" in (sign, was):
        return "same" if sign == was else "new" if was == "quiet" else "ended"
    if sign != was:
        return "turned"
    one, two = (s["conflict"] + s["proxy_conflict"] for s in (now, before))
    if one > two * WORSE:
        return "worse"
    return "better" if two > one * WORSE else "same"


def _sums(sums: Sums) -> Json:
    proxy = {"cooperation": sums["proxy_cooperation"], "conflict": sums["proxy_conflict"]}
    return {"cooperation": sums["cooperation"], "conflict": sums["conflict"], "proxy": proxy}
