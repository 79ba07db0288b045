"""Files to reports and readings; a broken one is told and passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from marsad.commands.output import complain
from marsad.errors import InputError, MarsadError, ModelError

if TYPE_CHECKING:
    from marsad.gather import Meta
    from marsad.model import Reading, Report


def read_one(read: Callable[[Report], Reading], report: Report) -> Reading:
    """The reading of one report. Raises InputError E190 for a fault of ours, so that it loses no other report."""
    try:
        return read(report)
    except MarsadError:
        raise
    except Exception as error:
        message = f"reading {report.name} failed: {type(error).__name__}: {error}"
        raise InputError("E190", message, "send us the report, or leave it out") from error


@dataclass(slots=True)
class Intake:
    """Reads files one by one; `broken` counts those that were passed over."""

    read: Callable[[Report], Reading]
    meta: dict[str, Meta]
    published: date | None = None
    broken: int = 0

    def take(self, path: str) -> tuple[Report, Reading] | None:
        """Report and reading of one file, None where it is broken (told on standard error)."""
        from marsad.gather import read_file

        try:
            report = read_file(path, meta=self.meta.get(_stem(path)), published=self.published)
            return report, read_one(self.read, report)
        except ModelError:
            raise
        except MarsadError as error:
            self.fail(error)
            return None

    def fail(self, error: MarsadError) -> None:
        """Tell a fault and count it."""
        self.broken += 1
        complain(error)


def intake(
    *, meta: str | None, published: str | None, packs: object, read: Callable[[Report], Reading] | None = None
) -> Intake:
    """An intake by `read`, by the packaged reader where none is given."""
    from marsad.gather import read_meta
    from marsad.gather.meta import parse_day
    from marsad.read import Reader

    known = read_meta(meta) if meta else {}
    return Intake(read or Reader(packs).read, known, parse_day(published) if published else None)  # type: ignore[arg-type]


def taken(source: Intake, paths: list[str]) -> Iterator[tuple[Report, Reading]]:
    """Those of `paths` that could be read."""
    for path in paths:
        if pair := source.take(path):
            yield pair


def _stem(path: str) -> str:
    from pathlib import Path

    return "stdin" if path == "-" else Path(path).stem
