"""The steps of a pair in one piece of memory, as they are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from marsad.relate.counting import COERCED, Columns, Counter
from marsad.relate.ledger import STATUSES, Ints

Packed = NDArray[Any]
DEED, SURE = 1, 2
STEP = np.dtype([
    ("number", "<i4"), ("answers", "<i4"), ("day", "<i4"), ("length", "<i4"), ("bearing", "u1"), ("level", "u1"),
    ("flags", "u1"), ("score", "<f4"), ("weight", "<f4"), ("value", "<f4"), ("low", "<f4"), ("high", "<f4"),
])  # fmt: skip
"""`number` and `answers` name kept acts (0: none); `flags`: DEED (no mere words), SURE (told as having happened)."""
EMPTY: Packed = np.zeros(0, STEP)


def packed(counter: Counter, columns: Columns, numbers: Ints) -> Packed:
    """Columns as they are kept; `numbers` of the acts by the ledger's rows."""
    out, rows = np.zeros(len(columns), STEP), columns.rows
    out["number"] = numbers[rows]
    out["answers"] = np.where(columns.answers >= 0, numbers[np.maximum(columns.answers, 0)] if len(numbers) else 0, 0)
    out["length"] = counter.ledger.length[rows]
    deed = (counter.quad[rows] == 4) | (columns.bearing == COERCED)
    out["flags"] = deed * DEED + (counter.ledger.status[rows] <= STATUSES.index("historical")) * SURE
    for name in ("day", "bearing", "level", "score", "weight", "value", "low", "high"):
        out[name] = getattr(columns, name)
    return out


def unpacked(steps: Packed, rows: Ints, answers: Ints) -> Columns:
    """Columns over `rows` of a list of acts, `answers` their rows or -1."""
    figures = {name: figure(steps, name) for name in ("score", "weight", "value", "low", "high")}
    day = steps["day"].astype(np.int64)
    return Columns(rows=rows, day=day, bearing=steps["bearing"], level=steps["level"], answers=answers, **figures)


def figure(steps: Packed, name: str) -> NDArray[np.float64]:
    """A column of figures, as exact as it was rounded."""
    exact: NDArray[np.float64] = steps[name].astype(np.float64)
    return exact.round(4)


def in_order(steps: Packed) -> Packed:
    """By day, those without a day last; the order within a day stays."""
    day = steps["day"].astype(np.int64)
    return steps[np.argsort(np.where(day == 0, np.iinfo(np.int64).max, day), kind="stable")]
