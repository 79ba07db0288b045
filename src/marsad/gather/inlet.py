"""What every inlet is: a name, typed options, a test whether a parcel is its kind, and a way to open it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from marsad.gather.pieces import Parcel, Passed, Piece, Refusal

if TYPE_CHECKING:
    from marsad.gather.web.fetcher import Fetcher

Out = Iterator[Piece | Refusal | Passed]


class Options(BaseModel):
    """Base of all options: typed, checked, unknown keys refused. A field's description is its help text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Desk:
    """What an inlet may call on: `open` opens a parcel found inside, `web` gives the fetcher (None: no web)."""

    open: Callable[[Parcel], Out] = field(default=lambda _: iter(()))
    web: Callable[[], Fetcher] | None = None


class Inlet(ABC):
    """One kind of thing that Marsad takes in.

    `open` gives a piece for each report inside and a refusal for each part that cannot be taken; it never changes
    what it is given. The class is the one place that says what the kind is: flags, validation and the page of the
    documentation are made from it.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    """What it takes, in one line."""
    takes: ClassVar[str]
    """What a user should know before giving such a thing, for the documentation."""
    example: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[type[Options]] = Options
    needs: ClassVar[str] = ""
    """Libraries and programs beyond the base install, empty for none."""

    def __init__(self, options: Any = None, desk: Desk | None = None) -> None:
        self.given: Any = options if options is not None else self.options()
        self.desk = desk or Desk()

    @classmethod
    @abstractmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """Whether the parcel is of this kind, by its first bytes and its name."""

    @abstractmethod
    def open(self, parcel: Parcel) -> Out:
        """The reports inside. Raises InputError where nothing of it can be taken."""
