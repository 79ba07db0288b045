"""All incidents in columns, so that the series of thousands of pairs are made in seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marsad.fuse import Incident
from marsad.fuse.incident import coded

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
STATUSES = ("actual", "historical", "planned", "possible", "denied")
Telling = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""How one source tells a disputed incident: "TYPE/mode", status, actors, recipients."""
Members = Mapping[tuple[str, str], str]
"""(report, person's id) -> the organisation that the report puts the person in."""


@dataclass(frozen=True, slots=True)
class Act:
    """What counting needs of one incident. `start`, `end`, `told` are ISO days or None; `span` whole days."""

    id: str
    kind: str
    status: str
    start: str | None
    end: str | None
    told: str | None
    voices: int
    disputed: bool
    lat: float | None
    lon: float | None
    place: str | None
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    tellings: tuple[Telling, ...] = ()

    @property
    def dated_by(self) -> str | None:
        """ "time", or "publication" for what is told as news without a day, or None."""
        if self.start:
            return "time"
        return "publication" if self.told and self.status == "actual" else None

    @property
    def day(self) -> str | None:
        """The day that it counts on."""
        return self.start or (self.told if self.dated_by else None)


def act(incident: Incident, members: Members | None = None) -> Act:
    """The act of an incident; persons bring in the organisations that `members` has for them."""
    i, p = incident, incident.place
    reports = {report for report, _ in i.events}
    return Act(
        id=i.id, kind=i.kind, status=i.status, start=i.start, end=i.end,
        told=i.first_published, voices=i.voices, disputed="status" in i.contradictions,
        lat=p.lat if p else None, lon=p.lon if p else None, place=p.id if p else None,
        actors=_parties((q.id for q in i.actor), reports, members or {}),
        recipients=_parties((q.id for q in i.recipient), reports, members or {}), tellings=_tellings(i),
    )  # fmt: skip


def outline(document: Mapping[str, Any]) -> Act:
    """The act of an incident's JSON without its place and its parties: what a step that is counted already tells."""
    d = document
    return Act(
        id=d["incident"], kind=coded(d["type"], d["mode"]), status=d["status"],
        start=d["start"], end=d["end"], told=d["first_published"], voices=d["voices"],
        disputed="status" in d["contradictions"], lat=None, lon=None, place=None, actors=(), recipients=(),
    )  # fmt: skip


def _parties(ids: Iterable[str], reports: Iterable[str], members: Members) -> tuple[str, ...]:
    found = dict.fromkeys(ids)
    for id in [i for i in found if i.startswith("person/")]:
        found |= dict.fromkeys(members[r, id] for r in reports if (r, id) in members)
    return tuple(found)


DISPUTABLE = frozenset({"type", "mode", "status", "actor", "recipient"})


def _tellings(incident: Incident) -> tuple[Telling, ...]:
    """One telling a source of an incident that is disputed in who did what, or whether."""
    if not DISPUTABLE & set(incident.contradictions):
        return ()
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for slot in DISPUTABLE:
        for claim in incident.claims.get(slot, ()):
            for source in claim.sources:
                said.setdefault((source.report, source.event), {})[slot] = claim.value
    return tuple(dict.fromkeys(_telling(values, incident) for _, values in sorted(said.items())))


def _telling(values: dict[str, Any], incident: Incident) -> Telling:
    """A source that names no party tells of the same parties; only who names others disputes them."""
    type, mode = values.get("type", incident.type), values.get("mode")
    if type == incident.type and mode is None:
        mode = incident.mode
    actors = tuple(values.get("actor") or (p.id for p in incident.actor))
    recipients = tuple(values.get("recipient") or (p.id for p in incident.recipient if p.id not in actors))
    return coded(str(type), mode), values.get("status", incident.status), actors, recipients


class Ledger:
    """Acts in columns; row numbers are the order of `acts`. Days are ordinals, 0 where unknown."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self.acts = acts
        n = len(acts)
        self.day = np.fromiter((ordinal(a.day) for a in acts), np.int64, n)
        self.length = np.fromiter((_length(a) for a in acts), np.int64, n)
        self.voices = np.fromiter((a.voices for a in acts), np.int64, n)
        self.disputed = np.fromiter((a.disputed for a in acts), np.bool_, n)
        self.status = np.fromiter((STATUSES.index(a.status) for a in acts), np.int64, n)
        self.lat = np.fromiter((np.nan if a.lat is None else a.lat for a in acts), np.float64, n)
        self.lon = np.fromiter((np.nan if a.lon is None else a.lon for a in acts), np.float64, n)
        self.kinds, self.kind = _coded([a.kind for a in acts])
        self.names, self._rows, self._recipient, self._bounds = _parties_by_name(acts)
        self.told = np.fromiter((bool(a.recipients) for a in acts), np.bool_, n)

    def __len__(self) -> int:
        return len(self.acts)

    def rows(self, name: str) -> tuple[Ints, Flags]:
        """Rows in which `name` is a party, and whether as recipient."""
        at = self.index[name]
        low, high = self._bounds[at], self._bounds[at + 1]
        return self._rows[low:high], self._recipient[low:high]

    @cached_property
    def index(self) -> dict[str, int]:
        """Party -> its number."""
        return {name: n for n, name in enumerate(self.names)}

    @cached_property
    def disputed_rows(self) -> Flags:
        """Rows that are told in several ways."""
        return np.fromiter((bool(a.tellings) for a in self.acts), np.bool_, len(self))

    def is_kind(self, test: Callable[[str], bool]) -> Flags:
        """Rows whose "TYPE/mode" passes `test`."""
        passed = np.fromiter((test(kind) for kind in self.kinds), np.bool_, len(self.kinds))
        found: Flags = passed[self.kind] if len(self) else np.zeros(0, np.bool_)
        return found


def ordinal(day: str | None) -> int:
    """Days since year 1, 0 for None."""
    return date.fromisoformat(day).toordinal() if day else 0


def _length(a: Act) -> int:
    return max(ordinal(a.end) - ordinal(a.start) + 1, 1) if a.start and a.end else 1


def _coded(values: Sequence[str]) -> tuple[list[str], Ints]:
    codes: dict[str, int] = {}
    return_ = np.fromiter((codes.setdefault(v, len(codes)) for v in values), np.int64, len(values))
    return list(codes), return_


def _parties_by_name(acts: Sequence[Act]) -> tuple[list[str], Ints, Flags, Ints]:
    """Names, and the rows of each side by side: row numbers, whether as recipient, bounds of each name."""
    codes: dict[str, int] = {}
    named: list[int] = []
    rows: list[int] = []
    as_recipient: list[bool] = []
    for row, a in enumerate(acts):
        for ids, recipient in ((a.actors, False), (a.recipients, True)):
            for id in ids:
                named.append(codes.setdefault(id, len(codes)))
                rows.append(row)
                as_recipient.append(recipient)
    order = np.argsort(np.array(named, np.int64), kind="stable")
    bounds = np.concatenate(([0], np.cumsum(np.bincount(np.array(named, np.int64), minlength=len(codes)))))
    return (
        list(codes),
        np.array(rows, np.int64)[order],
        np.array(as_recipient, np.bool_)[order],
        bounds.astype(np.int64),
    )
