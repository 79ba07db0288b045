"""The order of all incidents, their ids for life, and which answers which."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from marsad.fuse.bulk.events import comparer
from marsad.fuse.bulk.groups import ANSWERS, DEMANDS, MADE, ROLE
from marsad.fuse.bulk.scratch import Rows, lines, mapped, put, read, save
from marsad.fuse.incident import Incident, from_json
from marsad.fuse.links import Board, answered, answering

ROLES = np.dtype([("day", "i4"), ("position", "u4"), ("task", "u4"), ("line", "u4"), ("roles", "u1")])
LINK = np.dtype([("of", "u4"), ("other", "u4"), ("kind", "u2")])
PLACE = np.dtype([("task", "u4"), ("line", "u4")])


def order(folder: Path, made: Sequence[Path]) -> None:
    """Where each incident stands among all (`places.bin`), its id (`ids.bin`, `renamed.json`), and those with roles."""
    counts = [(one / "made.bin").stat().st_size // MADE.itemsize for one in made]
    places = np.empty(sum(counts), PLACE)
    places["task"] = np.repeat(np.arange(len(made)), counts)
    places["line"] = np.concatenate([np.arange(count) for count in counts] or [np.empty(0, np.int64)])
    start, end, ids = (np.concatenate([mapped(one / "made.bin", MADE)[name] for one in made] or [np.empty(0, "u8")])
                       for name in ("start", "end", "id"))  # fmt: skip
    ordered = np.lexsort((ids, end, start))
    del start, end
    save(folder / "places.bin", places[ordered])
    save(folder / "ids.bin", ids[ordered].astype(np.uint64))
    position = np.empty(len(ordered), np.uint32)
    position[ordered] = np.arange(len(ordered), dtype=np.uint32)
    renamed = {str(n): id for n, id in _renamed(ids[ordered])}
    (folder / "renamed.json").write_text(json.dumps(renamed), "utf-8")
    save(folder / "roles.bin", _roles(made, counts, position))


def _renamed(ids: Rows) -> Iterator[tuple[int, str]]:
    """Ids that stand twice by chance: the later gets one of its own, as `lineage.name` gives it."""
    by_id = np.argsort(ids, kind="stable")
    again = np.flatnonzero(np.diff(ids[by_id]) == 0) + 1
    for n in again.tolist():
        first = n
        while first and ids[by_id[first - 1]] == ids[by_id[n]]:
            first -= 1
        yield int(by_id[n]), f"i-{int(ids[by_id[n]]):012x}-{n - first + 1}"


def _roles(made: Sequence[Path], counts: Sequence[int], position: Rows) -> Rows:
    found, base = [], 0
    for task, (one, count) in enumerate(zip(made, counts, strict=True)):
        rows = read(one / "roles.bin", ROLE)
        here = np.empty(len(rows), ROLES)
        here["day"], here["position"], here["roles"] = rows["day"], position[base + rows["incident"]], rows["roles"]
        here["task"], here["line"] = task, np.arange(len(rows))
        found.append(here)
        base += count
    whole = np.concatenate([np.empty(0, ROLES), *found])
    return whole[np.lexsort((whole["position"], whole["day"]))]


class Ids:
    """Ids by position."""

    def __init__(self, ordered: Path) -> None:
        self._ids = mapped(ordered / "ids.bin", np.uint64)
        self.renamed: dict[str, str] = json.loads((ordered / "renamed.json").read_text("utf-8"))

    def of(self, position: int) -> str:
        """The id of an incident."""
        return self.renamed.get(str(position)) or f"i-{int(self._ids[position]):012x}"


def link(folder: Path, ordered: Path, made: Sequence[Path], some: tuple[int, int], packs: tuple[str, ...]) -> None:
    """What the answers among some incidents with roles answer; who may be asked lies within the days of the rules."""
    rows, rules, kinship = mapped(ordered / "roles.bin", ROLES), answering(), comparer(packs).kinship
    first, last = some
    begin, end = int(rows["day"][first]), int(rows["day"][last - 1])
    days = np.ascontiguousarray(rows["day"])
    around = rows[np.searchsorted(days, begin - int(rules.days)) : np.searchsorted(days, end + int(rules.promise) + 1)]
    asked = (around["roles"] & DEMANDS > 0) & (around["day"] <= end)
    asked |= (around["roles"] & ANSWERS > 0) & (around["day"] >= begin)
    known = _incidents(around[asked], made, Ids(ordered))
    board, position = Board(list(known.values()), kinship), {i.id: n for n, i in known.items()}
    found, kinds = [], dict[str, int]()
    for row in rows[first:last]:
        if row["roles"] & ANSWERS:
            answer = known[int(row["position"])]
            for demand, kind in answered(answer, board.find, kinship, rules):
                found.append((row["position"], position[demand.id], kinds.setdefault(kind, len(kinds))))
    save(folder / "links.bin", np.array(found, LINK))
    put(folder / "kinds.json", json.dumps(list(kinds)).encode())


def _incidents(rows: Rows, made: Sequence[Path], ids: Ids) -> dict[int, Incident]:
    """The incidents of rows by position, in its order."""
    found: dict[int, Incident] = {}
    rows = rows[np.lexsort((rows["line"], rows["task"]))]
    for task in np.unique(rows["task"]).tolist():
        mine = rows[rows["task"] == task]
        told = lines(made[task] / "roles.jsonl", mine["line"].astype(np.int64))
        for position, line in zip(mine["position"].tolist(), told, strict=True):
            found[position] = replace(from_json(json.loads(line)), id=ids.of(position))
    return dict(sorted(found.items()))
