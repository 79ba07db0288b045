"""How far coders agree, facet by facet, over the events that they both have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from marsad.store.decisions import Coding, Corrections
from marsad.store.likeness import COUNTS, SIDES, align, gist

Json = dict[str, Any]
FACETS = ("event", "type", "mode", "status", *SIDES, "place", "time", *COUNTS, "attribution")
Answers = list[Sequence[str]]
"""A row a unit, with what each coder said of it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One facet. `percent` is 0 to 1; `kappa` (two coders) and `alpha` (nominal) None where they are not defined."""

    facet: str
    units: int
    agreed: int
    kappa: float | None
    alpha: float | None

    def to_json(self) -> Json:
        """{"facet","units","agreed","percent","kappa","alpha"}."""
        percent = self.agreed / self.units if self.units else None
        out: Json = {"facet": self.facet, "units": self.units, "agreed": self.agreed, "percent": percent}
        return out | {"kappa": self.kappa, "alpha": self.alpha}


def coded(corrections: Corrections, *, report: str | None = None) -> dict[tuple[str, ...], list[list[Json]]]:
    """(report, coders...) -> the events of each coder, of the reports whose codings are all done."""
    by_report: dict[str, list[Coding]] = {}
    for coding in corrections.codings(report=report):
        by_report.setdefault(coding.report, []).append(coding)
    whole = {n: both for n, both in by_report.items() if len(both) > 1 and all(c.done_at for c in both)}
    return {
        (n, *(c.coder for c in both)): [corrections.laid(n, coding=c.id).record["events"] for c in both]
        for n, both in whole.items()
    }


def matched(left: Sequence[Json], right: Sequence[Json]) -> list[tuple[Json | None, Json | None]]:
    """The events of two coders side by side: those that both have, then those that only one has."""
    pairs = align(left, right)
    theirs = {e["id"]: e for e in right}
    rows: list[tuple[Json | None, Json | None]] = [(e, theirs.get(pairs.get(e["id"], ""))) for e in left]
    taken = set(pairs.values())
    rows += [(None, e) for e in right if e["id"] not in taken]
    return sorted(rows, key=lambda row: _start(row[0] or row[1] or {}))


def said(facet: str, event: Json | None) -> str:
    """What a coder says of an event in one facet, as a word that can be compared."""
    if facet == "event":
        return "yes" if event else "no"
    return repr(gist(facet, event.get(facet))) if event else ""


def figures(records: Iterable[Sequence[Sequence[Json]]]) -> list[Figure]:
    """Agreement over reports; each is given as the events of its coders (two or more).

    Units of `event` are all events that any coder has, of the other facets the events that two coders both have.
    """
    answers: dict[str, Answers] = {facet: [] for facet in FACETS}
    for coders in records:
        for one, two in combinations(coders, 2):
            for left, right in matched(one, two):
                for facet in FACETS if left and right else FACETS[:1]:
                    answers[facet].append((said(facet, left), said(facet, right)))
    return [figure(facet, rows) for facet, rows in answers.items()]


def figure(facet: str, rows: Sequence[Sequence[str]]) -> Figure:
    """The figures of one facet."""
    agreed = sum(1 for row in rows if len(set(row)) == 1)
    # whether there is an event at all has no unit on which both coders say no: chance agreement is not defined
    defined = facet != "event"
    return Figure(facet, len(rows), agreed, kappa(rows) if defined else None, alpha(rows) if defined else None)


def kappa(rows: Sequence[Sequence[str]]) -> float | None:
    """Cohen's kappa of two coders; None without units, or where both always say the same one thing."""
    if not rows or any(len(row) != 2 for row in rows):
        return None
    n = len(rows)
    observed = sum(1 for a, b in rows if a == b) / n
    lefts, rights = Counter(a for a, _ in rows), Counter(b for _, b in rows)
    chance = sum(lefts[word] * rights[word] for word in lefts) / n**2
    return None if chance == 1 else (observed - chance) / (1 - chance)


def alpha(rows: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for nominal answers; None without units, or where there is one answer only."""
    units = [row for row in rows if len(row) > 1]
    totals = Counter(word for row in units for word in row)
    n = sum(totals.values())
    expected = n * n - sum(c * c for c in totals.values())
    if not expected:
        return None
    disagreed = sum((len(row) ** 2 - sum(c * c for c in Counter(row).values())) / (len(row) - 1) for row in units)
    return 1 - (n - 1) * disagreed / expected


def _start(event: Json) -> tuple[int, str]:
    evidence = event.get("evidence") or [[0, 0]]
    return (evidence[0][0], event.get("id", ""))
