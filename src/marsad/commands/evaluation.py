"""What marsad evaluate prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from marsad.commands.output import json_lines, table

if TYPE_CHECKING:
    from marsad.read.misses import Miss

NAMES = ("facet", "precision", "recall", "f1", "right", "missed", "false")


def figures(rows: Sequence[dict[str, Any]], other: Sequence[dict[str, Any]] | None, *, style: str) -> None:
    """A row a facet; with `other` figures their f1 and the change stand beside."""
    names: tuple[str, ...] = NAMES
    if other is not None:
        names = (*NAMES, "against", "change")
        known = {row["facet"]: row["f1"] for row in other}
        rows = [row | _beside(row["f1"], known.get(row["facet"])) for row in rows]
    if style == "jsonl":
        json_lines(rows)
    else:
        table(names, [[_short(row[name]) for name in names] for row in rows])


def engines(reference: str, records: dict[str, dict[str, Any]], *, style: str) -> None:
    """F1 of each engine by facet, and the shares of values that it lost and invented."""
    from marsad.read.evaluate import compare, lost_and_invented, references_of

    rows = {name: compare(references_of(reference, found), found).rows() for name, found in records.items()}
    f1 = {name: {row["facet"]: row["f1"] for row in made} for name, made in rows.items()}
    facets = list(dict.fromkeys(facet for made in f1.values() for facet in made))
    lines: list[dict[str, Any]] = [{"facet": f} | {name: f1[name].get(f) for name in rows} for f in facets]
    shares = {name: lost_and_invented(made) for name, made in rows.items()}
    for at, told in enumerate(("values lost", "values invented")):
        lines.append({"facet": told} | {name: share[at] for name, share in shares.items()})
    if style == "jsonl":
        json_lines(lines)
    else:
        table(("facet", *rows), [[_short(line[k]) for k in ("facet", *rows)] for line in lines])


def causes(found: dict[str, list[Miss]], *, show: int, style: str) -> None:
    """Differences counted by cause, and up to `show` examples of each."""
    from dataclasses import asdict

    if style == "jsonl":
        json_lines({"cause": c, "count": len(m), "examples": [asdict(x) for x in m[:show]]} for c, m in found.items())
        return
    table(("cause", "count"), [(cause, len(all_)) for cause, all_ in found.items()], title="differences by cause")
    if show:
        rows = [(m.cause, m.report, m.start, m.expected, m.found) for all_ in found.values() for m in all_[:show]]
        table(("cause", "report", "at", "expected", "found"), rows, title="examples")


def _beside(mine: float, other: float | None) -> dict[str, float | None]:
    return {"against": other, "change": None if other is None else mine - other}


def _short(value: Any) -> str:
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
