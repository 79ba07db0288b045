"""The two series of a pair of actors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from marsad.errors import InputError, StoreError
from marsad.fuse import Incident, incidents
from marsad.fuse.kinship import Kinship
from marsad.fuse.titles import party
from marsad.packs import Packs, load
from marsad.relate.coerced import answered
from marsad.relate.rules import Rules, rules
from marsad.relate.sides import Sides, bearing
from marsad.store import Store

Json = dict[str, Any]
PERIODS = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Step:
    """One incident between the two sides, counted once. `value` is score times weight."""

    incident: Incident
    date: str | None
    dated_by: str | None
    bearing: str
    score: float
    weight: float
    answers: str | None
    reasons: tuple[dict[str, str], ...]

    @property
    def value(self) -> float:
        """Signed; rounded so that sums print the same everywhere."""
        return round(self.score * self.weight, 4)

    @property
    def side(self) -> str:
        """The series that it belongs to."""
        return "cooperation" if self.value > 0 else "conflict" if self.value < 0 else "neutral"

    def to_json(self) -> Json:
        """The STEP of `pair`."""
        i = self.incident
        out: Json = {"incident": i.id, "date": self.date, "dated_by": self.dated_by, "type": i.type, "mode": i.mode}
        out |= {"status": i.status, "title": {"ar": i.title_ar, "en": i.title_en}, "bearing": self.bearing}
        out |= {"score": self.score, "weight": self.weight, "value": self.value, "side": self.side}
        return out | {"coerced": self.answers is not None, "answers": self.answers, "reasons": list(self.reasons)}


def pair(store: Store, a: str, b: str, *, by: str = "month", packs: Packs | None = None) -> Json:
    """Cooperation and conflict between `a` and `b` (actor or camp ids), never summed with each other.

    Gives {"a": {"id","ar","en"}, "b": {...}, "by": "month", "periods": [{"period": "2021-11", "cooperation": 3.5,
    "conflict": 16.0, "incidents": n, "steps": [STEP]}], "undated": [STEP], "total": {"cooperation", "conflict",
    "incidents"}}. Both figures are sums of absolute weighted scores (>= 0). A STEP is {"incident", "date",
    "dated_by": "time"|"publication"|None, "type", "mode", "status", "title": {"ar","en"}, "bearing":
    "directed"|"opposed"|"joint"|"coerced", "score" (signed), "weight", "value" (signed), "side":
    "cooperation"|"conflict"|"neutral", "coerced": bool, "answers": incident id or None, "reasons": [{"ar","en"}]}.
    Every period between the first and the last is there. `by` is month, quarter or year. Raises InputError E120 for
    another `by` or a pair of one, StoreError E310 for an unknown id.
    """
    packs = packs or load()
    if by not in PERIODS:
        raise InputError("E120", f"no series by {by!r}", f"use one of {', '.join(PERIODS)}")
    if a == b:
        raise InputError("E120", f"{a!r} makes no pair with itself", "name two actors")
    found = incidents(store, packs=packs)
    for id in (a, b):
        known_actor(id, found, packs)
    return series(steps(found, a, b, packs=packs), a, b, by=by, packs=packs)


def steps(found: Sequence[Incident], a: str, b: str, *, packs: Packs) -> list[Step]:
    """The incidents between `a` and `b`, oldest first."""
    sides, counting = Sides(a, b, Kinship(packs)), rules()
    pressures = [i for i in found if i.type in counting.pressure]
    made = [step for i in found if (step := _step(i, pressures, sides, counting))]
    return sorted(made, key=lambda s: (s.date or "9999", s.incident.id))


def series(made: Sequence[Step], a: str, b: str, *, by: str, packs: Packs) -> Json:
    """The JSON of `pair` from its steps."""
    filed: dict[str, list[Step]] = defaultdict(list)
    for step in made:
        filed[period(step.date, by) if step.date else ""].append(step)
    undated = filed.pop("", [])
    ends = {"a": party(a, a, packs), "b": party(b, b, packs)}
    named = {end: {"id": p.id, "ar": p.ar, "en": p.en} for end, p in ends.items()}
    periods = [_period(name, filed.get(name, [])) for name in _between(filed, by)]
    total = _sums(made) | {"incidents": len(made)}
    return {**named, "by": by, "periods": periods, "undated": [s.to_json() for s in undated], "total": total}


def known_actor(id: str, found: Sequence[Incident], packs: Packs) -> None:
    """Raise StoreError E310 unless packs or incidents know `id`."""
    camps = {entry.camp for entry in packs.actors.values()}
    if id in packs.actors or id in camps or any(p.id == id for i in found for p in (*i.actor, *i.recipient)):
        return
    raise StoreError("E310", f"no actor {id!r}", "list them with: marsad actors")


def period(day: str, by: str) -> str:
    """The name of the period of an ISO day: 2021-11, 2021-Q4 or 2021."""
    year, month = day[:4], int(day[5:7])
    return {"month": day[:7], "quarter": f"{year}-Q{(month + 2) // 3}", "year": year}[by]


def _step(incident: Incident, pressures: Sequence[Incident], sides: Sides, counting: Rules) -> Step | None:
    lies = bearing(incident, sides, counting)
    pressed = answered(incident, pressures, sides, counting)
    if lies is None and pressed is None:
        return None
    weight, why = _weight(incident, counting)
    score = _score(incident, lies, pressed is not None, sides.kinship.packs)
    day, dated_by = incident.start, "time" if incident.start else None
    if day is None and incident.status == "actual" and incident.first_published:
        day, dated_by = incident.first_published, "publication"
        why = [*why, "publication"]
    manner = "coerced" if pressed else lies or "directed"
    reasons = tuple(counting.reasons[name] for name in (manner, *why))
    return Step(incident, day, dated_by, manner, score, weight, pressed.id if pressed else None, reasons)


def _weight(incident: Incident, counting: Rules) -> tuple[float, list[str]]:
    weight, why = counting.status[incident.status], []
    if incident.status in ("planned", "possible", "denied"):
        why.append(incident.status)
    if "status" in incident.contradictions:
        weight, why = weight * counting.disputed, [*why, "disputed"]
    return weight, why


def _score(incident: Incident, lies: str | None, coerced: bool, packs: Packs) -> float:
    plain = incident.score or 0.0
    if coerced and plain > 0:
        return packs.plover.coerced
    if lies == "joint" and plain < 0:
        return packs.plover.types["COOPERATE"].score
    return plain


def _sums(made: Sequence[Step]) -> dict[str, float]:
    return {side: round(sum(abs(s.value) for s in made if s.side == side), 4) for side in ("cooperation", "conflict")}


def _period(name: str, made: Sequence[Step]) -> Json:
    return {"period": name, **_sums(made), "incidents": len(made), "steps": [s.to_json() for s in made]}


def _between(filed: dict[str, list[Step]], by: str) -> Iterator[str]:
    days = sorted(step.date for made in filed.values() for step in made if step.date)
    if not days:
        return
    year, month = int(days[0][:4]), int(days[0][5:7])
    last, seen = period(days[-1], by), ""
    while seen != last:
        name = period(f"{year:04}-{month:02}-01", by)
        if name != seen:
            yield name
        seen, (year, month) = name, (year + month // 12, month % 12 + 1)
