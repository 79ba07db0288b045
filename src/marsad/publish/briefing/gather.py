"""What a briefing tells of: the incidents of a period and of the one before, relations, ties, reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from marsad.errors import InputError
from marsad.packs import Packs
from marsad.publish.query import Query
from marsad.publish.veil import Counts, Veil, let_out
from marsad.store import Store, StoredReport

if TYPE_CHECKING:
    from marsad.relate import Demand, Edge
    from marsad.relate.series import Daily

Json = dict[str, Any]
COARSE = 7  # days: what is dated more coarsely counts only where it lies wholly within the period


@dataclass
class Facts:
    """All that a briefing may say. `now` and `before` are incidents (documents), `coarse` may lie in the period."""

    since: str
    until: str
    query: Query
    now: list[Json] = field(default_factory=list)
    before: list[Json] = field(default_factory=list)
    coarse: list[Json] = field(default_factory=list)
    undated: list[Json] = field(default_factory=list)
    reports: list[StoredReport] = field(default_factory=list)
    earlier: list[StoredReport] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    series: Daily | None = None
    told: dict[str, Json] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, Json]:
        """All incidents at hand by id."""
        return self.told | {d["incident"]: d for d in (*self.now, *self.before, *self.coarse, *self.undated)}


def gather(store: Store, packs: Packs, query: Query, veil: Veil) -> Facts:
    """The facts of the period `query.since` to `query.until`. Raises InputError E603 for no period."""
    first, last = _days(query)
    length = (last - first).days + 1
    facts = Facts(str(first), str(last), query)
    wide = Query(pair=query.pair, place=query.place)
    earlier = str(first - timedelta(days=length)), str(first - timedelta(days=1))
    for document in let_out(store, packs, wide, veil, Counts()):
        _file(document, facts, earlier)
    _published(store, facts, first, last)
    _relations(store, packs, facts, veil)
    return facts


def _days(query: Query) -> tuple[date, date]:
    if not query.since or not query.until:
        raise InputError("E603", "a briefing needs its first and its last day", "give --from and --to")
    first, last = (date.fromisoformat(day) for day in (query.since, query.until))
    if first > last:
        raise InputError("E603", f"the period ends ({last}) before it begins ({first})", "swap the two")
    return first, last


def _file(d: Json, facts: Facts, earlier: tuple[str, str]) -> None:
    start, end = d["start"], d["end"] or d["start"]
    if not start:
        if facts.since <= (d["first_published"] or "") <= facts.until:
            facts.undated.append(d)
        return
    if _within(start, end, facts.since, facts.until):
        facts.now.append(d)
    elif _within(start, end, *earlier):
        facts.before.append(d)
    elif start <= facts.until and end >= facts.since:
        facts.coarse.append(d)


def _within(start: str, end: str, since: str, until: str) -> bool:
    """Whether an incident counts to a period: it lies in it, or begins in it and is dated to a week at most."""
    if since <= start and end <= until:
        return True
    days = (date.fromisoformat(end) - date.fromisoformat(start)).days + 1
    return days <= COARSE and since <= start <= until


def _published(store: Store, facts: Facts, first: date, last: date) -> None:
    for stored in store.reports():
        day = stored.report.published
        if day and first <= day <= last:
            facts.reports.append(stored)
        elif day and day < first:
            facts.earlier.append(stored)


def _relations(store: Store, packs: Packs, facts: Facts, veil: Veil) -> None:
    from marsad.relate import network, quarrels
    from marsad.relate.naming import resolve

    pair, (first, last) = facts.query.pair, _days(facts.query)
    ends = [resolve(end, packs) for end in pair] if pair else []
    fits = Query(place=facts.query.place).test(packs)
    for demand in {d.incidents: d for q in quarrels(store, *ends, as_of=last, packs=packs) for d in q.demands}.values():
        told = [veil.incident(store.incident(id)) for id in demand.incidents]
        if demand.state == "open" and any(fits(d) for d in told):
            facts.demands.append(demand)
            facts.told |= {d["incident"]: d for d in told}
    ids = {d["incident"] for d in facts.now}
    edges = [e for e in network(store, since=first, until=last, packs=packs) if set(e.incidents) & ids]
    facts.edges = [e for e in edges if not ends or {e.a, e.b} == set(ends)]
    _series(store, packs, facts, ends)


def _series(store: Store, packs: Packs, facts: Facts, ends: Sequence[str]) -> None:
    from marsad.relate.series import daily

    first, last = _days(facts.query)
    length = (last - first).days + 1
    if not ends and facts.edges:
        ends = [facts.edges[0].a, facts.edges[0].b]
    if ends:
        since = first - timedelta(days=max(length * 5, 60))
        facts.series = daily(store, *ends, packs=packs, since=since, until=last)
