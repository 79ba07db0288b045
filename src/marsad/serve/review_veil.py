"""What of a report under review the asker may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from fastapi import Request

from marsad.packs import Packs
from marsad.serve.desk import Desk
from marsad.serve.masking import Mask
from marsad.store import Corrections, Key, Store
from marsad.store.fusing import Fusing, Line
from marsad.store.people_index import people_of
from marsad.store.review_rows import ReviewRows

Json = dict[str, Any]


@dataclass
class Table:
    """What the routes of review share in one application."""

    desk: Desk
    _lock: Lock = field(default_factory=Lock)
    _clashes: tuple[str, dict[str, list[Json]]] | None = None

    def __post_init__(self) -> None:
        self.store: Store = self.desk.store
        self.corrections, self.rows = Corrections(self.store), ReviewRows(self.store)

    def conflicts(self) -> list[Json]:
        """Where decisions and newer readings do not agree; looked for again in the reports that changed."""
        with self._lock:
            told = Fusing(self.store).lines(self._clashes[0]) if self._clashes else None
            if told is None:
                head = self.store.head()
                self._clashes = head, _by_report(self.corrections.conflicts())
            elif told:
                clashes = self._clashes[1] if self._clashes else {}
                self._clashes = told[-1].hash, clashes | {name: self._clashes_of(name) for name in _told_of(told)}
            assert self._clashes is not None
            return [clash for name in sorted(self._clashes[1]) for clash in self._clashes[1][name]]

    def conflicting(self) -> frozenset[Key]:
        """The events that have one."""
        return frozenset((str(c["report"]), str(c["event"])) for c in self.conflicts())

    def _clashes_of(self, report: str) -> list[Json]:
        return [clash.to_json() for clash in self.corrections.laid(report).conflicts]


def _by_report(clashes: list[Json]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for clash in clashes:
        found.setdefault(str(clash["report"]), []).append(clash)
    return found


def _told_of(lines: list[Line]) -> set[str]:
    """The reports that lines of the log are about."""
    subjects = (line.subject.partition(":") for line in lines)
    named = [(kind, name) for kind, _, name in subjects if kind in ("report", "coding", "event")]
    return {name.rpartition("/")[0] if kind == "event" else name for kind, name in named}


class Veil:
    """Hides private names of one report, or nothing where the asker may see them."""

    def __init__(self, mask: Mask | None, text: str, record: Json) -> None:
        self._mask, self._record = mask, record
        self._also = [p["name"] for p in people_of("", text, record) if p["private"]] if mask else []

    def text(self, text: str) -> str:
        """The report's text, as long as it was."""
        return self._mask.text(text, self._record) if self._mask else text

    def clean(self, value: Any) -> Any:
        """A JSON value about the report."""
        return self._mask.scrub(value, also=self._also) if self._mask else value


def table_of(request: Request) -> Table:
    """What the routes of review share."""
    found: Table | None = getattr(request.app.state, "review", None)
    if found is None:
        found = request.app.state.review = Table(request.app.state.desk)
    return found


def sees_names(request: Request) -> bool:
    """Whether private names are shown to whoever asks."""
    return bool(request.state.sees_names)


def veil(request: Request, text: str, record: Json) -> Veil:
    """The veil over one report for whoever asks."""
    return Veil(None if sees_names(request) else table_of(request).desk.veil(), text, record)


def packs_of(request: Request) -> Packs:
    """The knowledge in use."""
    packs: Packs = request.app.state.desk.packs()
    return packs
