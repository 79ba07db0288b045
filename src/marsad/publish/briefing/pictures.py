"""The map and the two series of a briefing, from our own data.

Shapes are SVG; names are laid over it as HTML, since what prints SVG sets Arabic letters from left to right.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from marsad.publish.briefing.words import Words

if TYPE_CHECKING:
    from marsad.relate.series import Daily

Json = dict[str, Any]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
COLOURS = {1: "#7fb7a3", 2: "#1f7a5c", 3: "#e0a337", 4: "#b3312c", None: "#777777"}
WIDTH, HEIGHT = 520.0, 300.0
NAMED = 7  # places whose names are written


@cache
def _base() -> Json:
    made: Json = json.loads(files("marsad").joinpath("publish", "basemap.json").read_text("utf-8"))
    return made


def map_picture(documents: Sequence[Json], words: Words) -> str:
    """A map of the incidents that have a point, as HTML; "" where none has."""
    places = _places(documents)
    if not places:
        return ""
    box = _box([p["point"] for p in places])
    scale = _scale(box)
    sea = f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#dfeaf0"/>'
    shapes = [sea, *_ground(box, scale), *_circles(places, scale)]
    return _picture(WIDTH, HEIGHT, shapes, [*_names(box, scale, words), *_written(places, scale, words)])


def _places(documents: Sequence[Json]) -> list[Json]:
    found: dict[tuple[float, float, bool], Json] = {}
    for d in documents:
        site = d["place"]
        if not site or site["lat"] is None or site["lon"] is None:
            continue
        exact = site["precision"] == 1
        point: Json = {"point": (site["lon"], site["lat"]), "quads": [], "exact": exact, "name": site["name"]}
        place = found.setdefault((site["lat"], site["lon"], exact), point)
        place["quads"].append(d["quad"])
    return sorted(found.values(), key=lambda p: -len(p["quads"]))


def _box(points: Sequence[Point]) -> Box:
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    pad = max(0.35, (east - west) * 0.12, (north - south) * 0.12)
    west, east, south, north = west - pad, east + pad, south - pad, north + pad
    wide = math.cos(math.radians((south + north) / 2))
    want = WIDTH / HEIGHT
    width, height = max((east - west) * wide, 1.6), max(north - south, 1.0)
    width, height = max(width, height * want), max(height, width / want)
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / wide / 2, y - height / 2, x + width / wide / 2, y + height / 2


def _scale(box: Box) -> Callable[[Sequence[float]], Point]:
    west, south, east, north = box
    return lambda p: ((p[0] - west) / (east - west) * WIDTH, (north - p[1]) / (north - south) * HEIGHT)


def _ground(box: Box, scale: Callable[[Sequence[float]], Point]) -> Iterator[str]:
    styles = {
        "land": 'fill="#f6f3ea" stroke="#b9b4a3" stroke-width="0.5"',
        "rivers": 'fill="none" stroke="#9cc3d5" stroke-width="1.1"',
        "inner": 'fill="none" stroke="#cfc9b8" stroke-width="0.6"',
        "borders": 'fill="none" stroke="#8d8776" stroke-width="1"',
    }
    for layer, style in styles.items():
        for line in _base()[layer]:
            if layer == "land" or _meets(line, box):
                path = "L".join(f"{x:.1f} {y:.1f}" for x, y in map(scale, line))
                yield f'<path d="M{path}" {style}/>'


def _meets(line: Sequence[Sequence[float]], box: Box) -> bool:
    west, south, east, north = box
    xs, ys = [p[0] for p in line], [p[1] for p in line]
    return max(xs) >= west and min(xs) <= east and max(ys) >= south and min(ys) <= north


def _names(box: Box, scale: Callable[[Sequence[float]], Point], words: Words) -> Iterator[_Label]:
    at = 2 if words.lang == "ar" else 3
    wide, taken = box[2] - box[0], list[Box]()
    for label in _base()["labels"]:
        if (label[4] == 0) == (wide > 12) and _meets([label[:2]], box):
            x, y = scale(label)
            room = (x - len(label[at]) * 3.4, y - 7, x + len(label[at]) * 3.4, y + 7)
            if 20 < x < WIDTH - 20 and 8 < y < HEIGHT - 8 and _free(room, taken):
                yield _Label(x, y, label[at], 6, "#a39c86")


def _circles(places: Sequence[Json], scale: Callable[[Sequence[float]], Point]) -> Iterator[str]:
    for place in places:
        x, y = scale(place["point"])
        quad = max(place["quads"], key=lambda q: (place["quads"].count(q), q or 0))
        dash = "" if place["exact"] else ' stroke-dasharray="2.5 2"'
        radius = _radius(place)
        opacity = 0.8 if place["exact"] else 0.35
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{COLOURS[quad]}" fill-opacity="{opacity}" '
            f'stroke="#33261f" stroke-width="0.8"{dash}/>'
        )


def _written(
    places: Sequence[Json], scale: Callable[[Sequence[float]], Point], words: Words
) -> Iterator[_Label]:  # fmt: skip
    """Names beside the largest circles, where they stand clear of one another and of other circles."""
    taken: list[Box] = []
    circles = [_round(p, scale) for p in places]
    for n, place in enumerate(places):
        x, y = scale(place["point"])
        name = str(place["name"][words.lang])
        if len(taken) == NAMED or not name or not place["exact"]:
            continue
        half = len(name) * 2.9
        top = y - 8 - _radius(place)
        box = (x - half, top - 10, x + half, top + 2)
        inside = box[0] > 2 and box[2] < WIDTH - 2 and box[1] > 2
        others = [c for m, c in enumerate(circles) if m != n]
        if inside and _clear(box, others) and _free(box, taken):
            yield _Label(x, top - 4, name, 6, "#2b211b", halo=True)


def _round(place: Json, scale: Callable[[Sequence[float]], Point]) -> Box:
    (x, y), r = scale(place["point"]), _radius(place)
    return x - r, y - r, x + r, y + r


def _radius(place: Json) -> float:
    return float(3.2 + 1.9 * math.sqrt(len(place["quads"])))


def _clear(box: Box, taken: Sequence[Box]) -> bool:
    return all(box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken)


def _free(box: Box, taken: list[Box]) -> bool:
    """Whether a box stands clear of all that are taken; it is then taken as well."""
    clear = _clear(box, taken)
    if clear:
        taken.append(box)
    return clear


def series_picture(daily: Daily, since: str, words: Words) -> str:
    """Cooperation upwards and conflict downwards, step by step; the period itself on a darker ground."""
    step = 1 if len(daily) <= 60 else 7 if len(daily) <= 420 else 30
    up, down = (
        _steps(values, step)
        for values in (daily.cooperation + daily.proxy_cooperation, daily.conflict + daily.proxy_conflict)
    )
    if not up or not (max(up) or max(down)):
        return ""
    height, left, right, top = 150.0, 34.0, 512.0, 12.0
    most = max(*up, *down)
    middle, reach = top + (height - 34) / 2, (height - 40) / 2
    each = (right - left) / len(up)
    begin = max((date.fromisoformat(since) - daily.start).days / step, 0)
    out = [_bar(left + begin * each, top - 6, right - left - begin * each, height - 24, "#efe9da")]
    for n, (good, bad) in enumerate(zip(up, down, strict=True)):
        x, w = left + n * each + each * 0.12, max(each * 0.76, 0.6)
        if good:
            out.append(_bar(x, middle - reach * good / most, w, reach * good / most, COLOURS[2]))
        if bad:
            out.append(_bar(x, middle, w, reach * bad / most, COLOURS[4]))
    out.append(f'<path d="M{left:g} {middle:g}H{right:g}" stroke="#555" stroke-width="0.8"/>')
    labels = [_Label(left - 14, middle + sign * reach, f"{most:g}", 5.5) for sign in (-1, 1)]
    for n in _ticks(len(up)):
        day = daily.start + timedelta(days=n * step)
        labels.append(_Label(min(left + (n + 0.5) * each, right - 18), height - 9, f"{day.month}/{day.year}", 5.5))
    return _picture(WIDTH, height, out, labels)


def step_of(daily: Daily) -> int:
    """Days in a step of the picture."""
    return 1 if len(daily) <= 60 else 7 if len(daily) <= 420 else 30


def _steps(values: Any, step: int) -> list[float]:
    return [round(float(values[at : at + step].sum()), 2) for at in range(0, len(values), step)]


def _ticks(n: int) -> list[int]:
    return sorted({0, n // 4, n // 2, 3 * n // 4, n - 1}) if n > 4 else list(range(n))


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


@dataclass(frozen=True, slots=True)
class _Label:
    """A text centred at a point of the picture; sizes in points."""

    x: float
    y: float
    text: str
    size: float
    fill: str = "#333"
    halo: bool = False


def _picture(width: float, height: float, shapes: Sequence[str], labels: Sequence[_Label]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" overflow="hidden">'
    told = "".join(_written_label(label, width, height) for label in labels)
    return f'<div class="pic">{head}{"".join(shapes)}</svg>{told}</div>'


def _written_label(label: _Label, width: float, height: float) -> str:
    kind = "halo" if label.halo else ""
    style = f"left:{label.x / width * 100:.2f}%;top:{label.y / height * 100:.2f}%"
    style += f";font-size:{label.size:g}pt;color:{label.fill}"
    return f'<span class="{kind}" style="{style}">{escape(label.text)}</span>'
