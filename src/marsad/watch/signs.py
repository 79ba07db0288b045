"""Signs in a series: a surprise, a change of level, a new high; how rare each is, and where an alarm begins.

A sign is measured by its rarity, -log10 of the probability of such a window if nothing had changed. Many windows are
looked at, so the rarity from which a sign is an alarm is not taken from the formula: `knowledge/thresholds.yml` holds
it for each false-alarm rate, found by simulating series in which nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from marsad.packs import knowledge
from marsad.watch.baseline import Expected, Floats, expected, past, rarity, rolling, usual_weight

KINDS = ("surprise", "change", "high")
WINDOWS = {"surprise": (3, 7, 21), "change": (28, 56, 112), "high": (28,)}
LEAST = {"surprise": 3, "change": 4, "high": 4}  # fewer incidents in a window are never an alarm of its kind
HISTORY = 180  # days that must be known before the first alarm
QUIET = 28  # days without sign after which the next is a new alarm
CELLS = 1 << 17  # days of series at a time: the arrays stay small


@dataclass(frozen=True, slots=True, eq=False)
class Signs:
    """Of one kind, (series, days): rarity, the window (days, 0 for none) that shows it best, and its figures.

    `usual` is the expected count of 28 days, by which the threshold is chosen. `below` marks windows with too few.
    """

    kind: str
    rarity: Floats
    window: Floats
    counted: Floats
    mean: Floats
    variance: Floats
    usual: Floats
    below: Floats


@dataclass(frozen=True, slots=True)
class Sign:
    """One alarm: the series' number, the day on which it begins, its window and figures; `threshold` was passed."""

    kind: str
    series: int
    day: int
    window: int
    counted: int
    mean: float
    variance: float
    rarity: float
    threshold: float
    below: bool


def alarms(
    counts: Floats, exposure: Floats, *, rates: dict[str, float], history: int = HISTORY
) -> Iterator[Sign]:  # fmt: skip
    """Alarms of all series, series by series. `counts` (series, days), `exposure` (days,) or the same shape.

    `rates` gives for each kind wanted its false alarms per series and year.
    """
    wide = np.broadcast_to(np.asarray(exposure, float), counts.shape)
    rows = max(CELLS // max(counts.shape[1], 1), 1)
    for first in range(0, len(counts), rows):
        part = slice(first, first + rows)
        found = measure(np.asarray(counts[part], float), wide[part], kinds=tuple(rates))
        for signs in found:
            yield from begin(signs, rates[signs.kind], first=first, history=history)


def measure(counts: Floats, exposure: Floats, *, kinds: Sequence[str] = KINDS) -> list[Signs]:
    """The signs of each kind on each day."""
    weight = usual_weight(counts, exposure)
    known = past(counts, exposure, weight)
    sizes = sorted({28, *(w for kind in kinds for w in WINDOWS[kind])})
    windows = {w: expected(counts, exposure, known, w, weight) for w in sizes}
    return [_signs(kind, windows, exposure) for kind in kinds]


def begin(signs: Signs, rate: float, *, first: int = 0, history: int = HISTORY) -> Iterator[Sign]:
    """Where alarms begin: days past the threshold, after `QUIET` days without one."""
    limit = threshold(signs.kind, rate, signs.usual)
    over = signs.rarity >= limit
    for n, day in starts(over, history):
        yield Sign(
            signs.kind, first + n, day, int(signs.window[n, day]), int(signs.counted[n, day]),
            float(signs.mean[n, day]), float(signs.variance[n, day]), float(signs.rarity[n, day]),
            float(limit[n, day]), bool(signs.below[n, day]),
        )  # fmt: skip


def starts(over: Any, history: int = HISTORY) -> list[tuple[int, int]]:
    """(series, day) of the first day of each stretch of alarms, `QUIET` days apart. `over` is (series, days)."""
    before = rolling(over.astype(float), QUIET + 1) - over
    fresh = over & (before < 0.5)
    fresh[:, :history] = False
    return [(int(n), int(day)) for n, day in zip(*np.nonzero(fresh), strict=True)]


def threshold(kind: str, rate: float, usual: Floats) -> Floats:
    """Rarity from which `kind` is an alarm at `rate` false alarms a year, by the usual count of 28 days."""
    table = thresholds()
    rates = np.log([float(r) for r in table["rates"]])
    at = [float(np.interp(np.log(rate), rates, row)) for row in table[kind]]
    return np.asarray(np.interp(np.log(np.maximum(usual, 1e-6)), np.log(table["usual"]), at))


def changed(counts: Floats, exposure: Floats, day: int, *, reach: int = 182) -> int:
    """The day on which the level most likely changed, in the `reach` days up to `day`: the best ratio of likelihoods.

    `counts` and `exposure` are one series of shape (days,).
    """
    first = max(day - 2 * 365, 0)
    y, e = np.asarray(counts[first : day + 1], float), np.asarray(exposure[first : day + 1], float)
    after, seen = np.cumsum(y[::-1])[::-1], np.cumsum(e[::-1])[::-1]
    before, known = after[0] - after, seen[0] - seen
    both = [x * np.log(np.maximum(x, 1e-9) / np.maximum(z, 1e-9)) for x, z in ((after, seen), (before, known))]
    ratio = both[0] + both[1]
    ratio[: max(len(y) - reach, 1)] = -np.inf
    return first + int(np.argmax(ratio)) if len(y) > 1 else day


@cache
def thresholds() -> Any:
    """The table: {"rates": [...], "usual": [...], kind: [[rarity for each rate] for each usual count]}."""
    return knowledge("thresholds.yml")


def _signs(kind: str, windows: dict[int, Expected], exposure: Floats) -> Signs:
    made = [_best(kind, windows[w], below=False) for w in WINDOWS[kind]]
    if kind == "change":
        made += [_best(kind, windows[w], below=True) for w in WINDOWS[kind]]
    if kind == "high":
        made = [_record(windows[28], exposure, made[0])]
    rarest = np.stack([r for r, _, _ in made]).argmax(axis=0)

    def pick(parts: list[Floats]) -> Floats:
        return np.asarray(np.choose(rarest, parts))

    scores = pick([r for r, _, _ in made])
    return Signs(
        kind, scores, np.where(scores > 0, pick([np.full_like(e.mean, e.days) for _, e, _ in made]), 0),
        pick([e.counted for _, e, _ in made]), pick([e.mean for _, e, _ in made]),
        pick([e.variance for _, e, _ in made]), windows[28].mean,
        pick([np.full_like(e.mean, below) for _, e, below in made]),
    )  # fmt: skip


def _best(kind: str, e: Expected, *, below: bool) -> tuple[Floats, Expected, bool]:
    return rarity(e, least=LEAST[kind], below=below), e, below


def _record(e: Expected, exposure: Floats, made: tuple[Floats, Expected, bool]) -> tuple[Floats, Expected, bool]:
    """Keep only days on which the volume-adjusted total of the window is above every earlier one."""
    level = e.counted / np.maximum(rolling(np.array(exposure), e.days), 1e-9)
    highest = np.maximum.accumulate(level, axis=-1)
    before = np.concatenate([np.zeros_like(highest[:, :1]), highest[:, :-1]], axis=-1)
    return np.where(level > before, made[0], 0.0), e, False
