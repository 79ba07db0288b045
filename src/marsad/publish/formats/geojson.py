"""GeoJSON (RFC 7946): a point an incident, with its uncertainty."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from marsad.publish import flat
from marsad.publish.format import Desk, Format, Json

RADIUS_KM = {1: 0, 2: 10, 3: 40}  # by precision: exact, near or part of, governorate


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """A FeatureCollection, one feature an incident; without a point the geometry is null."""
    rows = flat.rows(desk)
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('{"type": "FeatureCollection", "features": [')
        for document in documents:
            stream.write((",\n" if desk.written else "\n") + json.dumps(feature(rows(document)), ensure_ascii=False))
            desk.written += 1
        stream.write("\n]}\n")


def feature(row: Json) -> Json:
    """The feature of a row."""
    lat, lon = row["lat"], row["lon"]
    known = lat is not None and lon is not None
    geometry = {"type": "Point", "coordinates": [lon, lat]} if known else None
    radius = RADIUS_KM.get(row["geo_precision"] or 3) if known else None
    properties = {k: v for k, v in row.items() if k not in ("incident", "lat", "lon")} | {"uncertainty_km": radius}
    return {"type": "Feature", "id": row["incident"], "geometry": geometry, "properties": properties}


FORMAT = Format(
    "geojson",
    "geojson",
    write,
    loses=(
        {
            "ar": "الروايات المتناقضة وسلسلة الإسناد؛ ولا تُرسم النقطة موضعاً دقيقاً ما لم تكن uncertainty_km صفراً",
            "en": "rival claims and the chain of attribution; do not draw a point as exact unless uncertainty_km is 0",
        },
        {"ar": "ما لا نقطة له يبقى بلا هندسة", "en": "what has no point keeps a null geometry"},
    ),
)
