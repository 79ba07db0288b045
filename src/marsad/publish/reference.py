"""Data sets of others (PLOVER JSON Lines, ACLED and UCDP CSV) as layers to compare our incidents with."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from marsad.errors import InputError
from marsad.files import sha256
from marsad.store import Store
from marsad.store.references import Layer, put_layer

Json = dict[str, Any]
MUST = {
    "acled": ("event_id_cnty", "event_date", "time_precision", "sub_event_type", "actor1", "latitude", "longitude"),
    "ucdp": ("id", "date_start", "date_end", "side_a", "side_b", "best", "low", "high", "latitude", "longitude"),
}
SPAN = {1: 0, 2: 3, 3: 15}  # days around the written day, by ACLED's precision of time
PLACED = {1: 1, 2: 2, 3: 2, 4: 3, 5: 3, 6: 3, 7: 3}  # ours by UCDP's precision of place


def bring(store: Store, format: str, file: Path, name: str, *, by: str) -> Layer:
    """Read a data set and keep it as layer `name`; rows that cannot be read are passed over and counted by reason.

    Raises InputError E607 for a file that is not of the format, E604 for another format, E602 for one that cannot be
    opened.
    """
    if format not in READERS:
        raise InputError("E604", f"no reference in {format!r}", f"use one of {', '.join(READERS)}")
    passed: Counter[str] = Counter()
    told: Json = {"passed over": passed}
    try:
        rows = READERS[format](file, passed)
        return put_layer(store, name, rows, format=format, file=file.name, sha256=sha256(file), told=told, by=by)
    except OSError as error:
        raise InputError("E602", f"cannot read {file}: {error.strerror}", "check the path and its rights") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError("E607", f"{file} is no {format} table: {error}", "save it as UTF-8 CSV") from error


def _table(file: Path, format: str) -> Iterator[Json]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with file.open(encoding="utf-8-sig", newline="") as stream:
        head = stream.readline()
        stream.seek(0)
        reader = csv.DictReader(stream, delimiter=";" if head.count(";") > head.count(",") else ",")
        missing = [c for c in MUST[format] if c not in (reader.fieldnames or ())]
        if missing:
            raise InputError("E607", f"{file} lacks the columns {', '.join(missing)}", f"give a {format} table")
        yield from reader


def _read(rows: Iterable[Json], make: Callable[[Json], Json], passed: Counter[str]) -> Iterator[Json]:
    for row in rows:
        try:
            yield make(row)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            passed[f"{type(error).__name__}: {str(error)[:60]}"] += 1


def _acled(file: Path, passed: Counter[str]) -> Iterator[Json]:
    yield from _read(_table(file, "acled"), _acled_row, passed)


def _acled_row(row: Json) -> Json:
    day, span = date.fromisoformat(row["event_date"]), timedelta(days=SPAN.get(int(row["time_precision"] or 1), 15))
    killed = _whole(row.get("fatalities"))
    return {
        "id": row["event_id_cnty"], "start": str(day - span), "end": str(day + span),
        "kind": row["sub_event_type"], "family": _family(row["sub_event_type"]),
        "sides": [s for s in (row["actor1"], row.get("actor2")) if s], "directed": False,
        "place": row.get("location"), "lat": _number(row["latitude"]), "lon": _number(row["longitude"]),
        "precision": _whole(row.get("geo_precision")) or 1, "killed": {"low": killed, "best": killed, "high": killed},
        "source": row.get("source"), "note": row.get("notes"),
    }  # fmt: skip


def _ucdp(file: Path, passed: Counter[str]) -> Iterator[Json]:
    yield from _read(_table(file, "ucdp"), _ucdp_row, passed)


def _ucdp_row(row: Json) -> Json:
    start, end = (date.fromisoformat(row[k][:10]) for k in ("date_start", "date_end"))
    killed = {end_: _whole(row[end_]) for end_ in ("low", "best", "high")}
    return {
        "id": str(row["id"]), "start": str(start), "end": str(end), "kind": "armed force", "family": "assault",
        "sides": [s for s in (row["side_a"], row["side_b"]) if s], "directed": False,
        "place": row.get("where_coordinates"), "lat": _number(row["latitude"]), "lon": _number(row["longitude"]),
        "precision": PLACED.get(_whole(row.get("where_prec")) or 1, 3), "killed": killed,
        "source": row.get("source_office"), "note": row.get("source_headline"),
    }  # fmt: skip


def _plover(file: Path, passed: Counter[str]) -> Iterator[Json]:
    with file.open(encoding="utf-8-sig") as stream:
        lines = (line for line in stream if line.strip())
        yield from _read(({"line": line} for line in lines), _plover_row, passed)


def _plover_row(held: Json) -> Json:
    row = json.loads(held["line"])
    if not isinstance(row, dict) or "event" not in row:
        raise ValueError("no PLOVER event")
    start, end = row.get("date") or None, row.get("enddate") or row.get("date") or None
    for day in (start, end):
        if day:
            date.fromisoformat(day)
    types = row["event"] if isinstance(row["event"], list) else [row["event"]]
    told = row.get("event_loc")
    place: Json = told if isinstance(told, dict) else {"name": told}
    dead = (row.get("size") or {}).get("dead")
    killed = dead if isinstance(dead, dict) else {"low": dead, "best": dead, "high": dead}
    return {
        "id": str(row["id"]), "start": start, "end": end, "kind": types[0], "family": _family(types[0]),
        "sides": [_named(p) for k in ("actor", "recipient") for p in row.get(k) or []], "directed": True,
        "ids": [p["id"] for k in ("actor", "recipient") for p in row.get(k) or [] if isinstance(p, dict) and "id" in p],
        "place": place.get("name"), "lat": _number(place.get("lat")), "lon": _number(place.get("lon")),
        "precision": place.get("precision") or 1, "killed": killed, "source": None, "note": row.get("event_text"),
    }  # fmt: skip


def _named(party: Any) -> str:
    return str(party.get("name") or party.get("id")) if isinstance(party, dict) else str(party)


def _whole(text: Any) -> int | None:
    return int(float(text)) if text not in (None, "") else None


def _number(text: Any) -> float | None:
    return float(text) if text not in (None, "") else None


FAMILIES = {
    "assault": {"ASSAULT", "Armed clash", "Attack", "Air/drone strike", "Suicide bomb", "Grenade", "Chemical weapon",
                "Shelling/artillery/missile attack", "Remote explosive/landmine/IED", "Sexual violence",
                "Abduction/forced disappearance", "Looting/property destruction", "Disrupted weapons use",
                "Government regains territory", "Non-state actor overtakes territory"},
    "coerce": {"COERCE", "SANCTION", "Arrests", "Non-violent transfer of territory"},
    "protest": {"PROTEST", "Peaceful protest", "Protest with intervention", "Violent demonstration", "Mob violence",
                "Excessive force against protesters"},
    "mobilize": {"MOBILIZE", "Headquarters or base established", "Change to group/activity"},
    "peace": {"AGREE", "RETREAT", "CONCEDE", "COOPERATE", "AID", "Agreement"},
    "words": {"REQUEST", "ACCUSE", "REJECT", "THREATEN", "CONSULT", "SUPPORT"},
}  # fmt: skip


def _family(kind: str) -> str:
    return next((name for name, kinds in FAMILIES.items() if kind in kinds), "other")


family = _family
READERS: dict[str, Callable[[Path, Counter[str]], Iterator[Json]]] = {"plover": _plover, "acled": _acled, "ucdp": _ucdp}
