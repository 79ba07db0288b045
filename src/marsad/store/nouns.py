"""What the store hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from marsad.model import Reading, Report

Key = tuple[str, str]
"""Names one event: (report's name, event's id)."""

Verdict = Literal["same", "different", "unsure"]


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report of the store. `reading` is the newest one, None until the report is read.

    `copy_of` names the report whose text this one mostly repeats, `copy_share` (0 to 1) how much of it is repeated.
    `added_at` is in UTC.
    """

    report: Report
    reading: Reading | None
    copy_of: str | None
    copy_share: float | None
    added_at: datetime

    @property
    def name(self) -> str:
        """The report's name, the stem of its file."""
        return self.report.name


@dataclass(frozen=True, slots=True)
class Judgement:
    """Somebody's verdict whether two events are one happening. `left` < `right`; `reasons` add up to the verdict.

    Each reason is {"feature", "level", "weight", "ar", "en"}. `by` is a person's name, or "fuse/VERSION" for the
    program's own verdict; a person's verdict always stands above the program's. `id` is 0 until stored.
    """

    left: Key
    right: Key
    verdict: Verdict
    reasons: tuple[dict[str, Any], ...]
    by: str
    at: datetime
    withdrawn: bool = False
    id: int = 0

    @property
    def machine(self) -> bool:
        """Whether the program gave it."""
        return self.by.startswith("fuse/")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person changed: `subject` (such as "event:REPORT/e1" or "incident:ID"), `field`, new `value`, why."""

    subject: str
    field: str
    value: Any
    reason: str
    by: str
    at: datetime
    withdrawn: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class CustodyEntry:
    """One line of the custody log. `hash` covers all fields and `previous`, the hash of the line before."""

    seq: int
    at: datetime
    by: str
    action: str
    subject: str
    detail: dict[str, Any]
    previous: str
    hash: str
