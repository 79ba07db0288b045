"""Parquet for those who count: one row an incident, lists as lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from marsad.publish import flat
from marsad.publish.format import Desk, Format, Json, need

ROWS = 5000  # in a row group; what is in memory at once


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """One table, zstd, written group by group."""
    arrow, parquet = need("pyarrow"), need("pyarrow.parquet")
    rows, shape = flat.rows(desk), schema(arrow)
    with parquet.ParquetWriter(file, shape, compression="zstd") as out:
        for columns in _columns(rows(d) for d in documents):
            out.write_table(arrow.Table.from_pydict(columns, schema=shape))
            desk.written += len(columns["incident"])
    # what Arrow keeps for the next table is no memory of ours
    arrow.default_memory_pool().release_unused()


def _columns(rows: Iterable[Json]) -> Iterator[dict[str, list[Any]]]:
    """Rows turned into columns, some thousands at a time; the rows themselves are let go at once."""
    held: dict[str, list[Any]] = {name: [] for name in flat.columns()}
    count = 0
    for count, row in enumerate(rows, 1):
        for name, values in held.items():
            values.append(row[name])
        if count % ROWS == 0:
            yield held
            held = {name: [] for name in held}
    if count % ROWS:
        yield held


def schema(arrow: Any) -> Any:
    """Types of the columns; days are ISO texts, since half of them are no single day."""
    text, whole = arrow.string(), arrow.int64()
    kinds = dict.fromkeys(flat.LISTS, arrow.list_(text)) | dict.fromkeys(flat.NUMBERS, whole)
    kinds |= dict.fromkeys(flat.FIGURES, arrow.float64())
    return arrow.schema([(name, kinds.get(name, text)) for name in flat.columns()])


FORMAT = Format(
    "parquet",
    "parquet",
    write,
    needs="pyarrow",
    loses=(
        {
            "ar": "الروايات المتناقضة وسلسلة الإسناد: تُسمّى الخانات المختلف عليها فقط",
            "en": "rival claims and the chain of attribution: only the disputed slots are named",
        },
    ),
)
