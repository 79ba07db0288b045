"""CSV with a row of HXL tags under the headings, for humanitarian tools."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from marsad.publish import flat
from marsad.publish.cells import harmless, joined
from marsad.publish.format import Desk, Format, Json


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """Headings, tags, one row an incident."""
    rows, tags = flat.rows(desk), desk.books["hxl"]
    with file.open("w", encoding="utf-8", newline="") as stream:
        # every text in quotes: where a semicolon parts cells, one inside a text could else begin a formula
        out = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        out.writerow(tags)
        out.writerow(tags.values())
        for document in documents:
            row = rows(document)
            out.writerow([_cell(row[name]) for name in tags])
            desk.written += 1


def _cell(value: Any) -> Any:
    return harmless(joined(value) if isinstance(value, list) else value)


FORMAT = Format(
    "hxl",
    "csv",
    write,
    loses=(
        {
            "ar": "الروايات المتناقضة وسلسلة الإسناد وأسماء المصادر",
            "en": "rival claims, chain of attribution and names of sources",
        },
        {"ar": "القوائم خانة واحدة تفصلها فاصلة منقوطة", "en": "lists are one cell, parted by semicolons"},
    ),
)
