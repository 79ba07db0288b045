"""The floors of quality: show the figures, raise the floors, or lower one with a reason.

usage: python tests/floors.py [--raise | --lower FACET --reason WHY [--part all|held-back]] [--write] [--json]

Without an option it prints the figures beside the floors. `--raise` sets each floor to today's figure less 0.01 where
that is higher than the floor. `--lower` sets one facet's floor to today's figure less 0.01 and writes down why.
`--write` puts the figures into docs/quality.md.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import figures

FILE = Path(__file__).parent / "floors.json"
PAGE = Path(__file__).parents[1] / "docs" / "quality.md"
FIGURES = re.compile(r"(<!-- figures:.*?-->\n)(.*?)(<!-- end of figures -->)", re.S)
HELD = ("all", "held-back")
SLACK = 0.01
Floors = dict[str, Any]


def load() -> Floors:
    """The floors as written: `{"all": {facet: floor}, "held-back": {...}, "lowered": [...]}`."""
    if not FILE.exists():
        return {part: {} for part in HELD} | {"lowered": []}
    return json.loads(FILE.read_text("utf-8"))  # type: ignore[no-any-return]


def save(floors: Floors) -> None:
    """Write the floors back."""
    FILE.write_text(json.dumps(floors, ensure_ascii=False, indent=1) + "\n", "utf-8")


def floor_of(figure: float) -> float:
    """The floor that a figure gives: less the slack, cut to three places."""
    return max(0.0, math.floor((figure - SLACK) * 1000) / 1000)


def lifted(floors: Floors, now: figures.Figures) -> Floors:
    """Floors after `--raise`: none of them lower than before."""
    parts = {}
    for part in HELD:
        old = floors[part]
        parts[part] = old | {f: max(floor_of(v), old.get(f, 0.0)) for f, v in now[part].items()}
    return floors | parts


def lowered(floors: Floors, now: figures.Figures, *, facet: str, part: str, reason: str) -> Floors:
    """Floors after `--lower`, with the reason kept beside them. Raises KeyError for an unknown facet."""
    old, new = floors[part][facet], floor_of(now[part][facet])
    if new >= old:
        raise ValueError(f"{facet} of {part} stands at {now[part][facet]:.3f}: its floor {old:.3f} needs no lowering")
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    note = {"part": part, "facet": facet, "from": old, "to": new, "on": day, "reason": reason}
    return floors | {part: floors[part] | {facet: new}, "lowered": [*floors["lowered"], note]}


def sunk(floors: Floors, now: figures.Figures) -> list[str]:
    """One line for each facet that stands below its floor."""
    return [
        f"{part}: {facet} is {now[part].get(facet, 0.0):.3f}, its floor {floor:.3f}"
        for part in HELD
        for facet, floor in floors[part].items()
        if now[part].get(facet, 0.0) < floor
    ]


def dropped(before: Floors, after: Floors) -> list[str]:
    """Floors of `before` that are lower in `after` without a written reason."""
    allowed = {(n["part"], n["facet"]): n["to"] for n in after["lowered"] if n["reason"].strip()}
    return [
        f"{part}: {facet} fell from {floor:.3f} to {after[part].get(facet, 0.0):.3f}"
        for part in HELD
        for facet, floor in before.get(part, {}).items()
        if after[part].get(facet, 0.0) < min(floor, allowed.get((part, facet), floor))
    ]


def table(now: figures.Figures, floors: Floors) -> str:
    """The figures as text, a row a facet and a column a part, floors of `all` and `held-back` last."""
    parts = list(now)
    head = f"{'facet':24}" + "".join(f"{p:>10}" for p in parts) + f"{'floor':>10}{'held':>8}"
    rows = [
        f"{facet:24}"
        + "".join(f"{now[p].get(facet, 0.0):10.3f}" for p in parts)
        + f"{floors['all'].get(facet, 0.0):10.3f}{floors['held-back'].get(facet, 0.0):8.3f}"
        for facet in now["all"]
    ]
    return "\n".join([head, *rows])


def rows(now: figures.Figures, floors: Floors) -> str:
    """The figures as a table for the page on quality."""
    lines = [
        f"| {facet} | {now['all'][facet]:.2f} | {now['dev'].get(facet, 0.0):.2f} | "
        + "".join(f"{now.get(part, {}).get(facet, 0.0):.2f} | " for part in figures.PARTS[2:])
        + f"{floors['all'].get(facet, 0.0):.2f} |"
        for facet in now["all"]
    ]
    return "\n".join(
        [
            "",
            "| facet | all | open | held back | press, open | press, held back | extra | floor |",
            "|---|---|---|---|---|---|---|---|",
            *lines,
            "",
            "",
        ]
    )


def promised() -> dict[tuple[str, str], float]:
    """What the page on quality says: (part, facet) to figure; empty where it was not written yet."""
    found = FIGURES.search(PAGE.read_text("utf-8"))
    cells = (
        [[c.strip() for c in line.strip("| ").split("|")] for line in found.group(2).splitlines()[3:]] if found else []
    )
    return {
        (part, c[0]): float(c[i])
        for c in cells
        if len(c) > len(figures.PARTS)
        for i, part in enumerate(figures.PARTS, start=1)
    }


def write_page(now: figures.Figures, floors: Floors) -> None:
    """Put the figures into the page on quality."""
    text = PAGE.read_text("utf-8")
    PAGE.write_text(FIGURES.sub(lambda m: m.group(1) + rows(now, floors) + m.group(3), text), "utf-8")


def main() -> int:
    """Entry point; exit status 1 where a facet stands below its floor."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--raise", dest="up", action="store_true")
    ask.add_argument("--lower", metavar="FACET")
    ask.add_argument("--part", choices=HELD, default="all")
    ask.add_argument("--reason", default="")
    ask.add_argument("--write", action="store_true", help="put the figures into docs/quality.md")
    ask.add_argument("--json", action="store_true", help="print the figures as JSON")
    args = ask.parse_args()
    if args.lower and not args.reason.strip():
        ask.error("--lower needs --reason: floors do not sink silently")
    floors, now = load(), figures.figures(figures.read_corpus(figures.own_reader()))
    if args.up:
        save(floors := lifted(floors, now))
    if args.lower:
        save(floors := lowered(floors, now, facet=args.lower, part=args.part, reason=args.reason))
    if args.write:
        write_page(now, floors)
    print(json.dumps(now, indent=1) if args.json else table(now, floors))
    below = sunk(floors, now)
    print(*below, sep="\n", file=sys.stderr)
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
