"""What of a report under review the asker may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from fastapi import Request

from marsad.packs import Packs
from marsad.serve.desk import Desk
from marsad.serve.masking import Mask
from marsad.store import Corrections, Store
from marsad.store.people_index import people_of
from marsad.store.review_rows import ReviewRows

Json = dict[str, Any]


@dataclass
class Table:
    """What the routes of review share in one application."""

    desk: Desk
    _lock: Lock = field(default_factory=Lock)
    _clashes: tuple[str, list[Json]] | None = None

    def __post_init__(self) -> None:
        self.store: Store = self.desk.store
        self.corrections, self.rows = Corrections(self.store), ReviewRows(self.store)

    def conflicts(self) -> list[Json]:
        """Where decisions and newer readings do not agree; worked out anew when the store changes."""
        head = self.store.head()
        with self._lock:
            if self._clashes is None or self._clashes[0] != head:
                self._clashes = (head, self.corrections.conflicts())
            return self._clashes[1]


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
