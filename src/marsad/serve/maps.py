"""The map's view: what lies in a box at a zoom, in clusters where it is too much to tell apart."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from marsad.errors import Refusal
from marsad.serve.finder import within
from marsad.serve.sieve import box, radius
from marsad.store.finds import Finds, Snapshot
from marsad.store.sheet import MOVES, STATUSES, Array, Flags

Json = dict[str, Any]
APART = 800  # up to so many are shown one by one
DRAWN = 50_000  # points of one answer for drawing
ARROWS = 500
CELLS = 96  # of a grid's side at most
CELL = 64  # pixels
NORTHMOST = 85.0511
WORLD = "-180,-90,180,90"


@dataclass(frozen=True)
class View:
    """A box in degrees (as text) and a zoom level of web maps (0 to 22)."""

    bounds: str
    zoom: float


def view(finds: Finds, now: Snapshot, fit: Flags, seen: View) -> Json:
    """The FeatureCollection of a view; `fit` are the rows that the sieve lets through."""
    placed = fit & ~np.isnan(now.incidents["lat"])
    rows = np.flatnonzero(placed & within(now.incidents, seen.bounds))
    features = _clusters(now, rows, seen) if len(rows) > APART else _spots(finds, now, rows)
    alone = [f["row"] for f in features if "row" in f]
    features = [f for f in features if "row" not in f] + _points(finds, now, alone)
    features += _arrows(finds, now, fit)
    unplaced = int(fit.sum()) - int(placed.sum())
    head = {"type": "FeatureCollection", "total": len(rows), "unplaced": unplaced, "clustered": len(rows) > APART}
    return head | {"features": features}


def points(finds: Finds, now: Snapshot, fit: Flags, bounds: str) -> Json:
    """Columns of all points in a box, for drawing. Raises Refusal E508 beyond 50,000."""
    sheet = now.incidents
    rows = np.flatnonzero(fit & ~np.isnan(sheet["lat"]) & within(sheet, bounds))
    if len(rows) > DRAWN:
        raise Refusal("E508", f"{len(rows)} points are too many to draw", "ask for a smaller box, or for /map")
    named = finds.rows("i", rows.tolist())
    rows = np.array([row for row in rows if int(row) in named], np.int64)
    out: Json = {"total": len(rows), "ids": [named[int(row)][0] for row in rows]}
    for name in ("lon", "lat"):
        out[name] = np.round(sheet[name][rows].astype(float), 5).tolist()
    return out | {name: sheet[name][rows].tolist() for name in ("quad", "day", "precision")}


# -- clusters -------------------------------------------------------------------------------------------------------


def _clusters(now: Snapshot, rows: Array, seen: View) -> list[Json]:
    """Cells of a grid with their counts; a cell of one is that one's row."""
    lon, lat = (now.incidents[name][rows].astype(np.float64) for name in ("lon", "lat"))
    x, y = lon / 360 + 0.5, _mercator(lat)
    size, left, top, columns = _grid(x, y, seen.zoom)
    cell = ((y - top) // size).astype(np.int64) * columns + ((x - left) // size).astype(np.int64)
    quads = np.bincount(cell * 5 + now.incidents["quad"][rows]).astype(np.int64)
    quads = np.concatenate([quads, np.zeros(-len(quads) % 5, np.int64)]).reshape(-1, 5)
    count, sums = quads.sum(1), [np.bincount(cell, weights=w, minlength=len(quads)) for w in (lon, lat)]
    used = np.flatnonzero(count)
    ones = dict(zip(cell.tolist(), rows.tolist(), strict=True)) if len(used) * 2 > len(rows) else None
    singles = count[used] == 1
    alone = _alone(cell, rows, used[singles], ones)
    return [{"row": row} for row in alone] + [
        _cluster(int(c), quads[c], [s[c] / count[c] for s in sums], (size, left, top, columns), seen.zoom)
        for c in used[~singles]
    ]


def _alone(cell: Array, rows: Array, cells: Array, ones: dict[int, int] | None) -> list[int]:
    if ones is not None:
        return [ones[int(c)] for c in cells]
    single = np.zeros(int(cell.max()) + 1, np.bool_)
    single[cells] = True
    found: list[int] = rows[single[cell]].tolist()
    return found


Grid = tuple[float, float, float, int]


def _grid(x: Array, y: Array, zoom: float) -> Grid:
    """Side of a cell in parts of the world, the grid's corner, its number of columns."""
    size = CELL / (256 * 2.0 ** min(max(math.floor(zoom), 0), 22))
    wide = max(float(x.max() - x.min()), float(y.max() - y.min()))
    while wide / size > CELLS:
        size *= 2
    left, top = math.floor(float(x.min()) / size) * size, math.floor(float(y.min()) / size) * size
    return size, left, top, int((float(x.max()) - left) // size) + 1


def _cluster(cell: int, quads: Array, mean: Sequence[float], grid: Grid, zoom: float) -> Json:
    size, left, top, columns = grid
    x, y = left + cell % columns * size, top + cell // columns * size
    bounds = [x * 360 - 180, _latitude(y + size), (x + size) * 360 - 180, _latitude(y)]
    level = round(math.log2(CELL / 256 / size))
    told = {"kind": "cluster", "count": int(quads.sum()), "quads": quads[1:].tolist()}
    told |= {"bbox": [round(b, 5) for b in bounds], "zoom": min(max(level, math.floor(zoom)) + 2, 22)}
    id = f"c:{level}:{round(x / size)}:{round(y / size)}"
    return _feature(id, "Point", [round(m, 5) for m in mean], told)


def _mercator(lat: Array) -> Array:
    radians = np.radians(np.clip(lat, -NORTHMOST, NORTHMOST))
    found: Array = 0.5 - np.log(np.tan(np.pi / 4 + radians / 2)) / (2 * np.pi)
    return found


def _latitude(y: float) -> float:
    return math.degrees(2 * math.atan(math.exp((0.5 - y) * 2 * math.pi)) - math.pi / 2)


# -- one by one -----------------------------------------------------------------------------------------------------


def _spots(finds: Finds, now: Snapshot, rows: Array) -> list[Json]:
    """Rows that stand alone, and those at exactly one point together."""
    lon, lat, quad = (now.incidents[name][rows].tolist() for name in ("lon", "lat", "quad"))
    at: dict[tuple[float, float], list[int]] = {}
    for n, spot in enumerate(zip(lon, lat, strict=True)):
        at.setdefault(spot, []).append(n)
    out: list[Json] = []
    for spot, here in at.items():
        if len(here) == 1:
            out.append({"row": int(rows[here[0]])})
            continue
        quads = [sum(1 for n in here if quad[n] == q) for q in (1, 2, 3, 4)]
        point = [round(part, 5) for part in spot]
        told = {"kind": "cluster", "count": len(here), "quads": quads, "bbox": [*point, *point], "zoom": None}
        out.append(_feature(f"s:{point[0]}:{point[1]}", "Point", point, told))
    return out


def _points(finds: Finds, now: Snapshot, rows: Sequence[int]) -> list[Json]:
    named, out = finds.rows("i", rows), []
    for row in rows:
        if row in named:
            told = {"kind": "incident", **_told(now, row, named[row]), **_more(now, row)}
            point = [round(float(now.incidents[name][row]), 5) for name in ("lon", "lat")]
            out.append(_feature(named[row][0], "Point", point, told))
    return out


def _told(now: Snapshot, row: int, named: tuple[str, str | None, str | None]) -> Json:
    sheet = now.incidents
    id, ar, en = named
    told = {"incident": id, "ar": ar, "en": en, "type": now.terms[int(sheet["type"][row])].value}
    return told | {"quad": int(sheet["quad"][row]) or None, "start": iso(int(sheet["day"][row]))}


def _more(now: Snapshot, row: int) -> Json:
    sheet = now.incidents
    precision = int(sheet["precision"][row]) or None
    told: Json = {"mode": now.terms[int(sheet["mode"][row])].value or None}
    told["status"] = STATUSES[int(sheet["status"][row])]
    told |= {"end": iso(int(sheet["end"][row])), "precision": precision, "uncertainty_km": radius(precision)}
    return told | {"voices": int(sheet["voices"][row]), "disputed": bool(sheet["slots"][row]), "same_spot": 1}


def _arrows(finds: Finds, now: Snapshot, fit: Flags) -> list[Json]:
    """The newest movements between two known points."""
    rows = np.flatnonzero(fit & ((now.incidents["flags"] & MOVES) > 0))
    rows = rows[np.argsort(-now.incidents["day"][rows], kind="stable")][:ARROWS]
    named = finds.rows("i", rows.tolist())
    moves = finds.moves(named[int(row)][0] for row in rows if int(row) in named)
    out: dict[str, Json] = {}
    for row in rows.tolist():
        for move in moves.get(named[row][0], ()) if row in named else ():
            line = _line(move)
            if line:
                told = {"kind": "move", **_told(now, row, named[row])}
                out.setdefault(
                    json.dumps([named[row][0], line]), _feature(f"m:{named[row][0]}", "LineString", line, told)
                )
    return list(out.values())[:ARROWS]


def _line(move: Json) -> list[list[float]] | None:
    ends = [move["from"], move["to"]]
    if any(end is None or None in (end["lon"], end["lat"]) for end in ends):
        return None
    line = [[end["lon"], end["lat"]] for end in ends]
    return line if line[0] != line[1] else None


def _feature(id: str, kind: str, coordinates: Any, properties: Json) -> Json:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": properties}


def iso(ordinal: int) -> str | None:
    """An ordinal day as ISO text, None for 0."""
    from datetime import date

    return date.fromordinal(ordinal).isoformat() if ordinal else None


def bounds_of(given: str | None) -> str:
    """The box asked for, the whole world where there is none."""
    if given:
        box(given)
    return given or WORLD
