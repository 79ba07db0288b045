"""The files that bulk fusing leaves."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from marsad.fuse.bulk.copies import COPY
from marsad.fuse.bulk.groups import MADE
from marsad.fuse.bulk.heads import head_rows
from marsad.fuse.bulk.links import LINK, PLACE, Ids
from marsad.fuse.bulk.scratch import Rows, mapped, read, settle

OPEN = 100  # files at once


def write(path: Path, ordered: Path, made: Sequence[Path], linked: Sequence[Path]) -> int:
    """Write all incidents in their order, with their links. The number of links."""
    places, ids, links = mapped(ordered / "places.bin", PLACE), Ids(ordered), _Links(linked)
    files = _Files([one / "documents.jsonl" for one in made])
    tables = [mapped(one / "made.bin", MADE) for one in made]
    half = path.with_name(f"{path.name}.half")
    with half.open("wb", buffering=1 << 20) as out:
        for position, place in enumerate(places):
            row = tables[place["task"]][place["line"]]
            data, size = files.read(int(place["task"]), int(row["at"]), int(row["size"])), int(row["head"])
            head = data[:size]
            if str(position) in ids.renamed:
                id = ids.of(position)
                head = head.replace(f'"incident": "{id[:14]}"'.encode(), f'"incident": "{id}"'.encode(), 1)
            out.writelines((head, links.of(position, ids).encode(), data[size:]))
    files.close()
    settle(half)
    half.replace(path)
    return links.count


class _Links:
    """Links by position, asked for in its order."""

    def __init__(self, linked: Sequence[Path]) -> None:
        kinds: dict[str, int] = {}
        forth = np.concatenate([np.empty(0, LINK), *(_links(one, kinds) for one in linked)])
        back = np.empty(len(forth), LINK)
        back["of"], back["other"], back["kind"] = forth["other"], forth["of"], forth["kind"]
        self._kinds, self.count = list(kinds), len(forth)
        self._tables = {"answers": np.sort(forth, order="of"), "answered_by": np.sort(back, order="of")}
        self._at = dict.fromkeys(self._tables, 0)

    def of(self, position: int, ids: Ids) -> str:
        """The links of an incident as they stand in its document."""
        told = {slot: self._slot(slot, position, ids) for slot in self._tables}
        return json.dumps(told, ensure_ascii=False)[1:-1]

    def _slot(self, slot: str, position: int, ids: Ids) -> list[dict[str, str]]:
        table, at = self._tables[slot], self._at[slot]
        found = []
        while at < len(table) and table["of"][at] == position:
            found.append((ids.of(int(table["other"][at])), self._kinds[int(table["kind"][at])]))
            at += 1
        self._at[slot] = at
        return [{"incident": id, "kind": kind} for id, kind in sorted(found)]


def _links(folder: Path, kinds: dict[str, int]) -> Rows:
    """The links of a task, their kinds numbered among all."""
    rows = read(folder / "links.bin", LINK)
    own = [kinds.setdefault(kind, len(kinds)) for kind in json.loads((folder / "kinds.json").read_bytes())]
    rows["kind"] = np.array(own, np.uint16)[rows["kind"]] if own else rows["kind"]
    return rows


class _Files:
    """Pieces of many files, some of them open."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths, self._open = paths, dict[int, BinaryIO]()

    def read(self, number: int, at: int, size: int) -> bytes:
        """A piece of a file."""
        file = self._open.get(number)
        if file is None:
            if len(self._open) >= OPEN:
                self._open.pop(next(iter(self._open))).close()
            file = self._open[number] = self._paths[number].open("rb", buffering=0)
        return os.pread(file.fileno(), size, at)

    def close(self) -> None:
        """Let go of all."""
        for file in self._open.values():
            file.close()


def write_copies(path: Path, heads: Sequence[Path], chosen: Path, verified: Sequence[Path]) -> int:
    """Write {"report", "of", "share"} of each copy, by day and name. The number of copies."""
    rows: Rows = np.concatenate([np.empty(0, COPY), *(read(one / "copies.bin", COPY) for one in verified)])
    rank = mapped(chosen / "rank.bin", np.uint32)
    half = path.with_name(f"{path.name}.half")
    with half.open("w", encoding="utf-8") as out:
        for first in range(0, len(rows), 100_000):
            some = rows[first : first + 100_000]
            some = some[np.argsort(rank[some["report"]], kind="stable")]
            numbers = np.unique(np.r_[some["report"], some["of"]]).astype(np.int64)
            names = [row[0] for row in head_rows(heads, chosen, numbers)]
            for report, of, share in zip(*(some[name].tolist() for name in COPY.names or ()), strict=True):
                one, two = (names[int(np.searchsorted(numbers, n))] for n in (report, of))
                out.write(json.dumps({"report": one, "of": two, "share": share}, ensure_ascii=False) + "\n")
    settle(half)
    half.replace(path)
    return len(rows)
