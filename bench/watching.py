"""Alarms and forecasts on series of which it is known when something happens, beside three peers, in one run.

usage: python bench/watching.py [--series N] [--seed N] [--speed] [--thresholds]

Pairs with a rate of their own, overdispersed by the day and over weeks, and known bursts; the volume of the outlets
jumps by up to four times and every pair's counts with it. Each peer (fixed threshold, rolling z-score, ruptures' PELT)
is set, on other series without bursts, to the same false-alarm rate as Marsad, so that only detection differs.

`--speed` times all series and alarms of 2,000 pairs over ten years with 1,000,000 incidents instead. `--thresholds`
writes knowledge/thresholds.yml anew.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from marsad.watch.baseline import rolling
from marsad.watch.forecast import HORIZONS, MODELS, bounds, predict, score
from marsad.watch.panel import pairs as watched
from marsad.watch.panel import smoothed
from marsad.watch.signs import HISTORY, KINDS, alarms, starts
from marsad.watch.simulate import Made, series, table, volume

DAYS = 5 * 365
RATE = 0.1  # false alarms a series and year
WITHIN = 21  # days in which a burst is to be found
SCENES = {
    "busy (0.2 to 0.6 a day)": (0.2, 0.6),
    "usual (0.1 to 0.2 a day)": (0.1, 0.2),
    "rare (0.02 to 0.1)": (0.02, 0.1),
}
FACTOR, LENGTH, BURSTS = 6.0, 42, 0.4
REPORTS = 40  # a day, on average
FIRST, TEN_YEARS = date(2012, 1, 1), 3650
ACTS = ("ASSAULT/clash", "COERCE/arrest", "ACCUSE/disapprove", "CONSULT/visit")
"""Alarms are (series, day) pairs."""
Found = list[tuple[int, int]]


@dataclass
class Peer:
    """A way to raise alarms: `limit` is its one setting, found on quiet series; `low`, `high` bound the search."""

    name: str
    raise_: Callable[[Made, float], Found]
    low: float
    high: float
    steps: int = 12
    every: int = 1
    limit: float = 0.0


def simulate(rng: np.random.Generator, n: int, rates: tuple[float, float], *, bursts: float) -> Made:
    """Series with their exposure as the house sees it: from daily numbers of reports, not from the truth."""
    real = volume(rng, DAYS)
    own = np.exp(rng.uniform(np.log(rates[0]), np.log(rates[1]), n))
    made = series(rng, own, DAYS, exposure=real, bursts=bursts, factor=FACTOR, length=LENGTH)
    return Made(made.counts, smoothed(rng.poisson(real * REPORTS).astype(float), DAYS), made.bursts)


def marsad(made: Made, rate: float, kinds: Sequence[str] = KINDS) -> Found:
    """All alarms of the kinds, each kind at its share of the rate."""
    return [(s.series, s.day) for s in alarms(made.counts, made.exposure, rates=dict.fromkeys(kinds, rate))]


def fixed(made: Made, limit: float) -> Found:
    """A count of seven days at least as high as one limit for all."""
    return starts(rolling(made.counts, 7) >= limit)


def zscore(made: Made, limit: float) -> Found:
    """Seven days against the mean and deviation of the weeks of the last half year."""
    week = rolling(made.counts, 7)
    ended = np.concatenate([np.zeros((len(week), 7)), week[:, :-7]], axis=1)
    mean = rolling(ended, 182) / 182
    deviation = np.sqrt(np.maximum(rolling(ended**2, 182) / 182 - mean**2, 1e-9))
    return starts((week - mean) / np.maximum(deviation, 0.3) >= limit)


def pelt(made: Made, limit: float) -> Found:
    """PELT (least squares, weeks) run anew every two weeks on the last two years: a rise in the last three weeks."""
    over = np.zeros(made.counts.shape, bool)
    for n, row in enumerate(made.counts):
        weeks = row[: DAYS // 7 * 7].reshape(-1, 7).sum(axis=1)
        for end in range(HISTORY // 7, len(weeks) + 1, 2):
            known = weeks[max(end - 104, 0) : end]
            cut = [0, *_cuts(known, limit)][-1]
            if cut >= len(known) - 3 and cut and known[cut:].mean() > known[:cut].mean():
                over[n, end * 7 - 1 : end * 7 + 13] = True
    return starts(over)


def pelt_afterwards(made: Made, limit: float) -> Found:
    """Rises that PELT finds when the whole series is known: it sees the future, the others do not."""
    found: Found = []
    for n, row in enumerate(made.counts):
        weeks = row[: DAYS // 7 * 7].reshape(-1, 7).sum(axis=1)
        cuts = [0, *_cuts(weeks, limit), len(weeks)]
        for before, at, end in zip(cuts, cuts[1:], cuts[2:], strict=False):
            if at * 7 >= HISTORY and weeks[at:end].mean() > weeks[before:at].mean():
                found.append((n, at * 7))
    return found


def _cuts(weeks: Any, limit: float) -> list[int]:
    """Where PELT cuts; KernelCPD with a linear kernel is its least-squares form in C."""
    import ruptures

    fitted = ruptures.KernelCPD(kernel="linear", min_size=2, jump=1).fit(weeks)
    return [int(at) for at in fitted.predict(pen=limit * max(float(weeks.var()), 0.05))[:-1]]


def false_alarms(found: Found, made: Made) -> float:
    """Alarms a series and year that begin neither in a burst nor in the two months after it."""
    wrong = [1 for n, day in found if not any(a - 7 <= day <= b + 60 for a, b in made.bursts[n])]
    out = sum(b + 60 - a for rows in made.bursts for a, b in rows)
    return len(wrong) / ((made.counts.shape[0] * (DAYS - HISTORY) - out) / 365)


def delays(found: Found, made: Made) -> np.ndarray:
    """Days from the start of each burst to the first alarm in it, infinite where it passed unseen."""
    by: dict[int, list[int]] = {}
    for n, day in found:
        by.setdefault(n, []).append(day)
    told = [
        min((max(d - a, 0) for d in by.get(n, ()) if a - 7 <= d <= b), default=np.inf)
        for n, rows in enumerate(made.bursts) for a, b in rows
    ]  # fmt: skip
    return np.array(told)


def tune(peer: Peer, quiet: Made, rate: float) -> None:
    """The lowest limit at which the peer raises at most `rate` false alarms on quiet series."""
    low, high = peer.low, peer.high
    part = quiet.counts[:: peer.every]
    quiet = Made(part, quiet.exposure, [[] for _ in part])
    for _ in range(peer.steps):
        middle = (low + high) / 2
        low, high = (low, middle) if false_alarms(peer.raise_(quiet, middle), quiet) <= rate else (middle, high)
    peer.limit = high


def detection(rng: np.random.Generator, n: int) -> None:
    """Print detection and false alarms of all, scene by scene."""
    for name, rates in SCENES.items():
        quiet, test = simulate(rng, n, rates, bursts=0), simulate(rng, n, rates, bursts=BURSTS)
        print(f"\n{name}, {sum(map(len, test.bursts))} bursts of {FACTOR:g} times the rate for {LENGTH} days")
        print(f"{'':34}{'found in 21 days':>17}{'median delay':>14}{'false a year':>14}{'set at':>9}{'quiet':>8}")
        for kind in KINDS:
            kinds = (kind,)
            calm = marsad(quiet, RATE, kinds)
            report(f"marsad {kind}", marsad(test, RATE, kinds), test, calm=calm, quiet=quiet, rate=RATE)
        calm = marsad(quiet, RATE)
        report("marsad, all three kinds", marsad(test, RATE), test, calm=calm, quiet=quiet, rate=3 * RATE)
        for peer in peers():
            tune(peer, quiet, RATE)
            calm = peer.raise_(quiet, peer.limit)
            report(peer.name, peer.raise_(test, peer.limit), test, calm=calm, quiet=quiet, rate=RATE)


def peers() -> list[Peer]:
    """The three peers, and PELT with the whole series before it as a bound."""
    return [
        Peer("fixed threshold, 7 days", fixed, 1, 60),
        Peer("rolling z-score, 7 days", zscore, 1, 40),
        Peer("ruptures PELT, as time goes on", pelt, 1, 40, steps=7, every=3),
        Peer("(ruptures PELT, afterwards)", pelt_afterwards, 1, 80),
    ]


def report(name: str, found: Found, test: Made, *, calm: Found, quiet: Made, rate: float) -> None:
    """One line of the table."""
    late = delays(found, test)
    share, middle = float(np.mean(late <= WITHIN)), float(np.median(late))
    line = f"{name:34}{share:17.1%}{middle:14.0f}{false_alarms(found, test):14.3f}{rate:9.2f}"
    print(f"{line}{false_alarms(calm, quiet):8.3f}")


def forecasts(rng: np.random.Generator, n: int) -> None:
    """Print scores of the forecasts at rolling origins, and how often each series shows the model."""
    print("\nforecasts at rolling origins (coverage of the 80 % interval; `held` is what they hold by their own model)")
    print(f"{'':34}{'days':>5}{'model':>14}{'Brier':>9}{'CRPS':>9}{'coverage':>10}{'held':>8}")
    for name, rates in SCENES.items():
        made = simulate(rng, n, rates, bursts=BURSTS)
        exposure = np.broadcast_to(made.exposure, made.counts.shape)
        for days in HORIZONS:
            origins = list(range(365, DAYS - days, days))
            told = predict(made.counts, exposure, origins, days=days)
            truth = np.stack([made.counts[:, t + 1 : t + 1 + days].sum(axis=1) for t in origins], axis=1)
            for model in MODELS:
                chances = told[model].reshape(-1, told[model].shape[-1])
                s = score(chances, truth.ravel())
                line = f"{name:34}{days:5}{model:>14}{s.brier:9.4f}{s.crps:9.3f}{s.coverage:10.3f}"
                print(f"{line}{held(chances):8.3f}")


def held(chances: Any) -> float:
    """The mean probability that the intervals hold by their own model; whole counts allow no exact 0.8."""
    low, high = bounds(chances)
    total = np.concatenate([np.zeros((len(chances), 1)), np.cumsum(chances, axis=1)], axis=1)
    rows = np.arange(len(chances))
    return float((total[rows, high + 1] - total[rows, low]).mean())


def write_thresholds() -> None:
    """Make knowledge/thresholds.yml."""
    made = table(usual=[0.03, 0.1, 0.3, 1, 3, 10, 30], rates=[0.02, 0.05, 0.1, 0.2, 0.5, 1.0], each=500)
    lines = [
        "# The rarity (-log10 of a probability) from which a sign is an alarm. Made by: bench/watching.py --thresholds",
        "# A row for each usual count of 28 days, in it a value for each number of false alarms a series and year.",
        *(f"{key}: {_row(made[key])}" for key in ("rates", "usual")),
        *(line for kind in KINDS for line in (f"{kind}:", *(f"- {_row(row)}" for row in made[kind]))),
    ]
    file = Path(__file__).parents[1] / "src" / "marsad" / "knowledge" / "thresholds.yml"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{file.name} written")


def _row(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{v:g}" for v in values) + "]"


def speed(rng: np.random.Generator, *, pairs: int = 2000, incidents: int = 1_000_000) -> None:
    """Print the time for all series and alarms of ten years of incidents, at all levels of the hierarchy."""
    from marsad.packs import load
    from marsad.relate.counting import Counter
    from marsad.relate.ledger import Ledger

    acts, packs = made_acts(rng, pairs, incidents), load(strict=False)
    published = {FIRST + timedelta(days=n): int(told) for n, told in enumerate(rng.poisson(REPORTS, TEN_YEARS))}
    begin = time.perf_counter()
    panel = watched(Counter(Ledger(acts), packs), published=published).kept(8)
    rows, made = len(panel.counts), time.perf_counter() - begin
    told = sum(1 for _ in alarms(panel.counts, panel.exposure, rates=dict.fromkeys(KINDS, RATE)))
    all_ = time.perf_counter() - begin
    print(f"{incidents} incidents of {pairs} pairs in {TEN_YEARS} days, {rows} series at all levels")
    print(f"series {made:.1f} s, {told} alarms {all_ - made:.1f} s, together {all_:.1f} s")
    begin = time.perf_counter()
    sum(1 for _ in alarms(panel.counts[:1], panel.exposure, rates=dict.fromkeys(KINDS, RATE)))
    print(f"alarms of one pair anew {(time.perf_counter() - begin) * 1000:.0f} ms")


def made_acts(rng: np.random.Generator, pairs: int, incidents: int) -> list[Any]:
    """Incidents between pairs of made-up units, some pairs far busier than others."""
    from marsad.relate.ledger import Act

    names = [f"party-{n}/unit" for n in range(70)]
    ends = [(a, b) for n, a in enumerate(names) for b in names[n + 1 :]][:pairs]
    who = rng.choice(pairs, incidents, p=rng.dirichlet(np.full(pairs, 0.5)))
    days = [(FIRST + timedelta(days=n)).isoformat() for n in range(TEN_YEARS)]
    rows = zip(who, rng.integers(0, TEN_YEARS, incidents), rng.integers(0, len(ACTS), incidents), strict=True)
    return [
        Act(
            id=f"i-{n}", kind=ACTS[kind], status="actual", start=days[at], end=days[at], told=days[at], voices=1,
            disputed=False, lat=None, lon=None, place=None, actors=ends[pair][:1], recipients=ends[pair][1:],
        )
        for n, (pair, at, kind) in enumerate(rows)
    ]  # fmt: skip


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--series", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--thresholds", action="store_true")
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    if given.thresholds:
        write_thresholds()
    elif given.speed:
        speed(rng)
    else:
        detection(rng, given.series)
        forecasts(rng, given.series)


if __name__ == "__main__":
    main()
