"""CSV tables with the columns of a codebook."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from marsad.publish.cells import harmless
from marsad.publish.format import Desk, Json


def write_table(
    documents: Iterable[Json], file: Path, desk: Desk, *, columns: Sequence[str], row: Callable[[Json], Json | None]
) -> None:
    """One line an incident for which `row` gives one; written lines are counted in `desk`."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        # every text in quotes: where a semicolon parts cells, one inside a text could else begin a formula
        out = csv.DictWriter(stream, columns, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        out.writeheader()
        for document in documents:
            if made := row(document):
                out.writerow({k: harmless(v) for k, v in made.items()})
                desk.written += 1
