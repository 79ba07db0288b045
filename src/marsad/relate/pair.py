"""The two series of a pair of actors, period by period, with every step behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from marsad.errors import InputError
from marsad.fuse import Incident
from marsad.fuse.kinship import Kinship
from marsad.fuse.titles import party
from marsad.packs import Packs, load
from marsad.relate.counting import BEARINGS, COERCED, LEVELS, Columns, Counter
from marsad.relate.ledger import Act, Ledger, Members, act
from marsad.relate.naming import resolve
from marsad.relate.rules import Phase, Rules, rules
from marsad.relate.sides import Standings
from marsad.store import Store, StoredReport
from marsad.store.relations import Relations

Json = dict[str, Any]
PERIODS = ("month", "quarter", "year")
SIDES = ("cooperation", "conflict")


@dataclass(frozen=True, slots=True)
class Headline:
    """An incident without its claims: no more than a step tells of it."""

    id: str
    type: str
    mode: str | None
    status: str
    title_ar: str
    title_en: str
    end: str | None
    time_precision: str
    voices: int

    @classmethod
    def of(cls, document: Json) -> Headline:
        """The headline of an incident's JSON."""
        d, title = document, document["title"]
        head = (d["incident"], d["type"], d["mode"], d["status"])
        return cls(*head, title["ar"], title["en"], d["end"], d["precision"], d["voices"])


T = TypeVar("T", Incident, Headline)


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """One incident between the two sides, counted once; `incident` as much of it as is asked for.

    `value` is score times weight and stands within `low` and `high`, what the most lenient and the most severe source
    would give (signed). `level`: patrons (both sides themselves), mixed, clients.
    """

    incident: T
    date: str | None
    dated_by: str | None
    bearing: str
    level: str
    phase: Phase
    score: float
    weight: float
    value: float
    low: float
    high: float
    answers: str | None
    reasons: tuple[dict[str, str], ...]

    @property
    def side(self) -> str:
        """The series that it belongs to."""
        return "cooperation" if self.value > 0 else "conflict" if self.value < 0 else "neutral"

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        """Least and greatest share in each series."""
        return {
            "cooperation": (max(self.low, 0.0), max(self.high, 0.0)),
            "conflict": (max(-self.high, 0.0), max(-self.low, 0.0)),
        }

    def to_json(self) -> Json:
        """The STEP of `pair`."""
        i = self.incident
        out: Json = {"incident": i.id, "date": self.date, "dated_by": self.dated_by, "type": i.type, "mode": i.mode}
        out |= {"status": i.status, "title": {"ar": i.title_ar, "en": i.title_en}, "bearing": self.bearing}
        out |= {"level": self.level, "phase": {"id": self.phase.id, "ar": self.phase.ar, "en": self.phase.en}}
        out |= {"score": self.score, "weight": self.weight, "value": self.value, "low": self.low, "high": self.high}
        out |= {"side": self.side, "coerced": self.bearing == BEARINGS[COERCED], "answers": self.answers}
        out |= {"end": i.end, "precision": i.time_precision}
        return out | {"voices": i.voices, "reasons": list(self.reasons)}


Step = Counted[Incident]
"""A step with its whole incident."""


def pair(
    store: Store, a: str, b: str, *, by: str = "month", packs: Packs | None = None, relations: Relations | None = None
) -> Json:  # fmt: skip
    """Cooperation and conflict between `a` and `b` (ids or names of actors or camps), never summed with each other.

    Gives {"a": {"id","ar","en"}, "b": {...}, "by": "month", "periods": [PERIOD], "undated": [STEP], "total": SUMS}.
    SUMS is {"cooperation", "conflict", "interval": {"cooperation": [low, high], "conflict": [low, high]}, "proxy":
    {"cooperation", "conflict", "incidents"}, "incidents"}: sums of absolute weighted scores (>= 0) of what the two did
    themselves; what only their clients did stands under proxy; the interval shows what rival claims would give.
    A PERIOD is {"period": "2021-11", SUMS..., "mood": "quiet"|"cooperation"|"conflict"|"ambivalent", "exposure": how
    much the sources published (1 = the mean of all periods, None where nothing is known), "normalised": {"cooperation",
    "conflict"} (divided by exposure; None where nothing was published), "steps": [STEP]}.
    A STEP is {"incident", "date", "dated_by": "time"|"publication"|None, "type", "mode", "status", "title":
    {"ar","en"}, "bearing": "directed"|"opposed"|"joint"|"coerced"|"posture", "level": "patrons"|"mixed"|"clients",
    "phase": {"id","ar","en"}, "score" (signed), "weight", "value" (signed), "low", "high", "side":
    "cooperation"|"conflict"|"neutral", "coerced": bool, "answers": incident id or None, "end" (last day that it may
    lie on), "precision" (day, week, month, season, year, unknown), "voices", "reasons":
    [{"ar","en"}]}. Every period between the first and the last is there. `by` is month, quarter or year.
    `relations`: what is kept, taken as it stands; None brings it up to date first.

    Raises InputError E120 for another `by` or a pair of one, StoreError E310 for an unknown actor (with the nearest).
    """
    packs = packs or load()
    if by not in PERIODS:
        raise InputError("E120", f"no series by {by!r}", f"use one of {', '.join(PERIODS)}")
    from marsad.relate.kept import headlines, kept, loose_steps

    relations = relations or kept(store, packs=packs)
    a, b = (resolve(end, packs, met=relations.parties()) for end in (a, b))
    if a == b:
        raise InputError("E120", f"{a!r} makes no pair with itself", "name two actors")
    standings = Standings(Kinship(packs))
    if a in standings.ends(b) or b in standings.ends(a):  # pairs of which one is part of the other are not kept
        made = loose_steps(relations, a, b, packs=packs)
    else:
        made = headlines(relations, a, b)
    return series(made, a, b, by=by, packs=packs, published=relations.published())


def members(stored: Iterable[StoredReport]) -> Members:
    """The organisations in which the reports put persons."""
    return {
        (s.name, p.id): p.organisation.id
        for s in stored for p in (s.reading.persons if s.reading else ()) if p.organisation and p.organisation.id
    }  # fmt: skip


def steps(
    found: Sequence[Incident], a: str, b: str, *, packs: Packs, members: Members | None = None
) -> list[Step]:  # fmt: skip
    """The incidents between `a` and `b`, oldest first, those without a day last."""
    counter = Counter(Ledger([act(i, members) for i in found]), packs)
    return told_steps(counter.pair(a, b), counter.ledger.acts, found)


def told_steps(columns: Columns, acts: Sequence[Act], found: Sequence[T | None]) -> list[Counted[T]]:
    """The steps of columns; `acts` and `found` in the order of the ledger's rows, None for what is not told."""
    counting = rules()
    rows = enumerate(columns.rows.tolist())
    return [_step(columns, at, acts, one, counting) for at, row in rows if (one := found[row]) is not None]


def _step(columns: Columns, at: int, acts: Sequence[Act], incident: T, counting: Rules) -> Counted[T]:
    row, behind = int(columns.rows[at]), int(columns.answers[at])
    told: Act = acts[row]
    bearing: str = BEARINGS[columns.bearing[at]]
    level: str = LEVELS[columns.level[at]]
    figures = {name: float(getattr(columns, name)[at]) + 0.0 for name in ("score", "weight", "value", "low", "high")}
    return Counted(
        incident=incident, date=told.day, dated_by=told.dated_by, bearing=bearing, level=level,
        phase=counting.phase(told.kind), **figures, answers=acts[behind].id if behind >= 0 else None,
        reasons=tuple(counting.reasons[name] for name in (bearing, *_why(told, level))),
    )  # fmt: skip


def _why(told: Act, level: str) -> Iterator[str]:
    if level == "clients":
        yield "clients"
    if told.status in ("planned", "possible", "denied"):
        yield told.status
    if told.disputed:
        yield "disputed"
    if told.voices == 1:
        yield "voice"
    if told.dated_by == "publication":
        yield "publication"


def series(
    made: Sequence[Counted[T]], a: str, b: str, *, by: str, packs: Packs, published: Mapping[date, int] | None = None
) -> Json:
    """The JSON of `pair` from its steps; `published` counts reports a day."""
    filed: dict[str, list[Counted[T]]] = defaultdict(list)
    for step in made:
        filed[period(step.date, by) if step.date else ""].append(step)
    undated = filed.pop("", [])
    ends = {"a": party(a, a, packs), "b": party(b, b, packs)}
    named = {end: {"id": p.id, "ar": p.ar, "en": p.en} for end, p in ends.items()}
    periods = [{"period": name} | _period(filed.get(name, [])) for name in _between(filed, by)]
    _expose(periods, published or {}, by)
    return {**named, "by": by, "periods": periods, "undated": [s.to_json() for s in undated], "total": sums(made)}


def period(day: str, by: str) -> str:
    """The name of the period of an ISO day: 2021-11, 2021-Q4 or 2021."""
    year, month = day[:4], int(day[5:7])
    return {"month": day[:7], "quarter": f"{year}-Q{(month + 2) // 3}", "year": year}[by]


def sums(made: Sequence[Counted[T]]) -> Json:
    """The SUMS of `pair`."""
    own, proxy = ([s for s in made if (s.level == "clients") == clients] for clients in (False, True))
    out: Json = _absolute(own)
    out["interval"] = {
        side: [round(sum(s.bounds[side][end] for s in own), 4) for end in (0, 1)] for side in SIDES
    }  # fmt: skip
    return out | {"proxy": _absolute(proxy) | {"incidents": len(proxy)}, "incidents": len(made)}


def mood(cooperation: float, conflict: float) -> str:
    """What a stretch is: quiet, cooperation, conflict, or ambivalent where both are high at once."""
    counting, both = rules(), cooperation + conflict
    if not both:
        return "quiet"
    if min(cooperation, conflict) >= max(counting.ambivalent_share * both, counting.ambivalent_least):
        return "ambivalent"
    return "cooperation" if cooperation > conflict else "conflict"


def _absolute(made: Sequence[Counted[T]]) -> dict[str, float]:
    return {side: round(sum(abs(s.value) for s in made if s.side == side), 4) for side in SIDES}


def _period(made: Sequence[Counted[T]]) -> Json:
    out = sums(made)
    out["mood"] = mood(
        *(out[side] + out["proxy"][side] for side in SIDES)
    )  # fmt: skip
    return out | {"exposure": None, "steps": [s.to_json() for s in made]}


def _expose(periods: list[Json], published: Mapping[date, int], by: str) -> None:
    counts = dict.fromkeys((p["period"] for p in periods), 0)
    for day, n in published.items():
        name = period(day.isoformat(), by)
        if name in counts:
            counts[name] += n
    mean = sum(counts.values()) / max(len(counts), 1)
    for each in periods:
        share = each["exposure"] = round(counts[each["period"]] / mean, 3) if mean else None
        each["normalised"] = {side: round(each[side] / share, 4) for side in SIDES} if share else None


def _between(filed: dict[str, list[Counted[T]]], by: str) -> Iterator[str]:
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
