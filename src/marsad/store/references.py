"""Data sets of others, kept beside our incidents and never among them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select

from marsad.errors import StoreError
from marsad.store.store import Store, utc_now
from marsad.store.tables import reference_layers, reference_rows

Json = dict[str, Any]
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Layer:
    """One data set: `rows` kept, `told` what was left out ({"passed over": {reason: n}}), when and by whom."""

    name: str
    format: str
    file: str
    sha256: str
    rows: int
    told: Json
    by: str
    at: datetime

    def to_json(self) -> Json:
        """{"layer","format","file","sha256","rows","told","by","at"}."""
        out: Json = {"layer": self.name, "format": self.format, "file": self.file, "sha256": self.sha256}
        return out | {"rows": self.rows, "told": self.told, "by": self.by, "at": self.at.isoformat()}


def put_layer(
    store: Store, name: str, rows: Iterable[Json], *, format: str, file: str, sha256: str, told: Json, by: str
) -> Layer:
    """Keep a data set under a name, in the place of an older one of this name. Wholly or not at all.

    `rows` are JSON objects with `start` and `end` (ISO days or None); `told` is read after the last row.
    """
    count = 0
    at = utc_now().isoformat()
    head = {"name": name, "format": format, "file": file, "sha256": sha256, "made_by": by, "made_at": at}
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(delete(reference_rows).where(reference_rows.c.layer == name))
        connection.execute(delete(reference_layers).where(reference_layers.c.name == name))
        connection.execute(insert(reference_layers), head | {"rows": 0, "told": "{}"})
        held: list[Json] = []
        for row in rows:
            document = json.dumps(row, ensure_ascii=False)
            days = {"starts": row["start"], "ends": row["end"]}
            held.append({"layer": name, "number": count, "document": document} | days)
            count += 1
            if len(held) == BATCH:
                connection.execute(insert(reference_rows), held)
                held = []
        if held:
            connection.execute(insert(reference_rows), held)
        final = {"rows": count, "told": json.dumps(told, ensure_ascii=False)}
        connection.execute(reference_layers.update().where(reference_layers.c.name == name).values(**final))
    return layer(store, name)


def layers(store: Store) -> list[Layer]:
    """All data sets by name."""
    with store.engine.connect() as connection:
        return [_layer(row) for row in connection.execute(select(reference_layers).order_by(reference_layers.c.name))]


def layer(store: Store, name: str) -> Layer:
    """One data set. Raises StoreError E342."""
    with store.engine.connect() as connection:
        row = connection.execute(select(reference_layers).where(reference_layers.c.name == name)).first()
    if row is None:
        raise StoreError("E342", f"no reference layer {name!r}", "list them with: marsad import --list")
    return _layer(row)


def drop_layer(store: Store, name: str) -> None:
    """Take a data set out. Raises StoreError E342."""
    layer(store, name)
    with store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(delete(reference_rows).where(reference_rows.c.layer == name))
        connection.execute(delete(reference_layers).where(reference_layers.c.name == name))


def layer_rows(store: Store, name: str, *, since: str | None = None, until: str | None = None) -> Iterator[Json]:
    """The rows of a data set that touch a period (ISO days), in the order of their file."""
    layer(store, name)
    tests = [reference_rows.c.layer == name]
    if since:
        tests.append(or_(reference_rows.c.ends >= since, reference_rows.c.ends.is_(None)))
    if until:
        tests.append(or_(reference_rows.c.starts <= until, reference_rows.c.starts.is_(None)))
    last = -1
    while True:
        query = select(reference_rows.c.number, reference_rows.c.document).where(*tests, reference_rows.c.number > last)
        with store.engine.connect() as connection:
            rows = connection.execute(query.order_by(reference_rows.c.number).limit(BATCH)).all()
        yield from (json.loads(row.document) for row in rows)
        if len(rows) < BATCH:
            return
        last = rows[-1].number


def _layer(row: Row[Any]) -> Layer:
    at, told = datetime.fromisoformat(row.made_at), json.loads(row.told)
    return Layer(row.name, row.format, row.file, row.sha256, row.rows, told, row.made_by, at)
