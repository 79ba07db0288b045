"""What can be asked of incidents: the parameters that list, map, time line and facets share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from marsad.store.sheet import SLOTS

Json = dict[str, Any]
RADIUS_KM = {1: 0, 2: 10, 3: 40}
"""Radius drawn around a point by its precision: exact, near or part of, governorate."""

MOST = 1000  # rows of one answer
Status = Literal["actual", "planned", "possible", "denied", "historical"]
Sort = Literal["newest", "oldest", "voices", "disputed", "reports", "severity"]
Box = tuple[float, float, float, float]


def _day(given: str | None) -> str | None:
    if given is not None:
        edges(given)
    return given


def _box(given: str | None) -> str | None:
    if given is not None:
        box(given)
    return given


def _no_nul(given: str | None) -> str | None:
    # PostgreSQL takes no U+0000
    return given.replace("\0", "") if given else given


Id = Annotated[str, Field(max_length=400), AfterValidator(_no_nul)]
Several = Annotated[list[Id], Field(max_length=20)]
Question = Annotated[str | None, Field(max_length=200), AfterValidator(_no_nul)]
Day = Annotated[str | None, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_day)]
Bounds = Annotated[str | None, Field(max_length=100, examples=["35.5,32.3,42.4,37.4"]), AfterValidator(_box)]


class Sieve(BaseModel):
    """What incidents must fit. Ids take in those below them (`russia` also `russia/air-force`)."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: Day = None
    until: Day = None
    type: Several = []
    mode: Several = []
    status: Annotated[list[Status], Field(max_length=5)] = []
    quad: Annotated[list[Annotated[int, Field(ge=1, le=4)]], Field(max_length=4)] = []
    actor: Several = []
    role: Annotated[Literal["actor", "recipient"] | None, Field(alias="as")] = None
    place: Several = []
    source: Several = []
    voices: Annotated[int | None, Field(ge=1, le=1000)] = None
    contradiction: bool | None = None
    disputed: Annotated[list[str], Field(max_length=20)] = []
    placed: bool | None = None
    bbox: Bounds = None
    q: Question = None

    @property
    def slots(self) -> int:
        """The bits of the slots in which claims must contradict each other; unknown names fit nothing."""
        return sum(1 << SLOTS.index(slot) for slot in set(self.disputed) if slot in SLOTS)


class Listing(Sieve):
    """The sieve and which page of its rows."""

    sort: Sort = "newest"
    limit: Annotated[int, Field(ge=1, le=100_000, description="More than 1000 is cut to 1000.")] = 50
    cursor: Annotated[str | None, Field(max_length=100)] = None


def edges(given: str) -> tuple[date, date]:
    """The first and the last day of a year, a month or a day. Raises ValueError."""
    year, month, day = ([int(part) for part in given.split("-")] + [0, 0])[:3]
    first = date(year, month or 1, day or 1)
    if day:
        return first, first
    if month:
        after = date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else None
    else:
        after = date(year + 1, 1, 1) if year < 9999 else None
    return first, date.fromordinal(after.toordinal() - 1) if after else date.max


def box(given: str) -> Box:
    """West, south, east, north in degrees. Raises ValueError."""
    parts = [float(part) for part in given.split(",")]
    if len(parts) != 4 or not all(-1000 <= part <= 1000 for part in parts):
        raise ValueError("give west,south,east,north in degrees")
    west, south, east, north = parts
    if south > north:
        raise ValueError("south lies above north")
    return west, south, east, north


def radius(precision: int | None) -> int | None:
    """Kilometres around a point by its precision."""
    return RADIUS_KM.get(precision or 0)
