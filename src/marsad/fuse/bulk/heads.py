"""Which reports there are: names, days, outlets and word triples; each text and each name once, as in a store."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from marsad.errors import InputError
from marsad.fuse.bulk.parts import Part, reports_in
from marsad.fuse.bulk.scratch import Lines, Rows, lines, mapped, put, read, save
from marsad.gather.copies import words_of
from marsad.packs import fold_word
from marsad.store.pieces import pieces

HEAD = np.dtype([("name", "u8"), ("text", "u8"), ("triples", "u4")])
GONE = 0xFFFFFFFF
UNDATED = "9999"
RENAMED = "renamed.json"
_ODD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)


def take_heads(folder: Path, parts: Sequence[Part]) -> None:
    """Names, outlets, days and word triples of the reports of some parts."""
    told, heads, words = Lines(folder / "heads.jsonl"), [], _Words()
    with (folder / "tokens.bin").open("wb") as tokens:
        for where, report in chain.from_iterable(reports_in(part) for part in parts):
            published = report.published.isoformat() if report.published else None
            sha = report.sha256
            told.add(json.dumps([report.name, report.outlet, published, where, sha], ensure_ascii=False))
            mine = words.triples(report.text)
            mine.tofile(tokens)
            heads.append((number(report.name), int(sha[:16], 16), len(mine)))
    told.close()
    save(folder / "heads.bin", np.array(heads, HEAD))


def number(text: str) -> int:
    """64 bits for a text, the same in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8"), digest_size=8).digest(), "big")


class _Words:
    """Word triples as numbers of 64 bits."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def triples(self, text: str) -> Rows:
        """The different triples of a text."""
        if len(self._known) > 200_000:
            self._known.clear()
        known = self._known
        numbers = []
        for word in words_of(text):
            found = known.get(word)
            if found is None:
                found = known[word] = number(word)
            numbers.append(found)
        one = np.array(numbers, np.uint64)
        with np.errstate(over="ignore"):
            mixed = one[:-2] * _ODD[0] + _turned(one[1:-1] * _ODD[1], 21) + _turned(one[2:] * _ODD[2], 42)
            return np.unique(_turned(mixed, 32) * _ODD[0]) if len(one) > 2 else np.empty(0, np.uint64)


def _turned(numbers: Rows, by: int) -> Rows:
    turned: Rows = (numbers << np.uint64(by)) | (numbers >> np.uint64(64 - by))
    return turned


# -- each text and each name once -------------------------------------------------------------------------------------


def choose(folder: Path, batches: Sequence[Path], most: int) -> None:
    """Which reports count (`taken.bin`), other names (`renamed.json`), ranks by day and name (`rank.bin`, `order.bin`)
    and by name (`named.bin`).

    Of two with the same text the first counts, in the order of the sources; of two texts of one name the second gets
    another, as in a store, and is told in `errors.jsonl`. `most` are reports held at once.
    """
    heads = np.concatenate([np.empty(0, HEAD), *(read(batch / "heads.bin", HEAD) for batch in batches)])
    taken, again = _once(heads)
    renamed = {}
    with (folder / "errors.jsonl").open("w", encoding="utf-8") as errors:
        for n, line in zip(again.tolist(), head_lines(batches, again), strict=True):
            head = json.loads(line)
            renamed[n] = f"{head[0][:180]}-{head[4][:12]}"
            errors.write(json.dumps(_fault(head, renamed[n]), ensure_ascii=False) + "\n")
    put(folder / RENAMED, json.dumps(renamed, ensure_ascii=False).encode())
    save(folder / "taken.bin", taken)
    save(folder / "triples.bin", heads["triples"])
    told = ((n, renamed.get(n, row[0]), row[2]) for n, row in _told(batches) if taken[n])
    order = np.fromiter(_ranked(folder, ((day or UNDATED, name, n) for n, name, day in told), most), np.uint32)
    told = ((n, renamed.get(n, row[0]), row[2]) for n, row in _told(batches) if taken[n])
    named = np.full(len(heads), GONE, np.uint32)
    named[np.fromiter(_ranked(folder, (("", name, n) for n, name, _ in told), most), np.uint32)] = np.arange(len(order))
    save(folder / "named.bin", named)
    rank = np.full(len(heads), GONE, np.uint32)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    save(folder / "order.bin", order)
    save(folder / "rank.bin", rank)


def _once(heads: Rows) -> tuple[Rows, Rows]:
    """Which reports count, and which of these bear a name that another text bore before."""
    taken = np.ones(len(heads), np.uint8)
    doubled = np.flatnonzero(_shared(heads["text"]) | _shared(heads["name"]))
    texts, names, again = set(), set(), []
    for n, text, name in zip(doubled.tolist(), *(heads[f][doubled].tolist() for f in ("text", "name")), strict=True):
        if text in texts:
            taken[n] = 0
            continue
        if name in names:
            again.append(n)
        texts.add(text)
        names.add(name)
    return taken, np.array(again, np.int64)


def _shared(numbers: Rows) -> Rows:
    """Which stand several times."""
    order = np.argsort(numbers, kind="stable")
    same = np.diff(numbers[order]) == 0
    shared = np.zeros(len(numbers), bool)
    shared[order[1:][same]] = True
    shared[order[:-1][same]] = True
    return shared


def _fault(head: Sequence[Any], name: str) -> dict[str, str]:
    error = InputError("E723", f"another text bears the name {head[0]}", f"this one is called {name}; nothing is lost")
    return {"where": head[3], "code": error.code, "message": error.message, "remedy": error.remedy}


def renamed_in(chosen: Path) -> dict[int, str]:
    """Reports that got another name, by number."""
    return {int(n): name for n, name in json.loads((chosen / RENAMED).read_bytes()).items()}


def head_rows(batches: Sequence[Path], chosen: Path, numbers: Rows) -> Iterator[list[Any]]:
    """[name, outlet, published, where, hash] of reports by their numbers over all batches (ascending)."""
    renamed = renamed_in(chosen)
    for n, line in zip(numbers.tolist(), head_lines(batches, numbers), strict=True):
        row = json.loads(line)
        yield [renamed.get(n, row[0]), *row[1:]]


@cache
def heads_in(batch: Path) -> int:
    """How many reports a batch has."""
    return (batch / "heads.bin").stat().st_size // HEAD.itemsize


def head_lines(batches: Sequence[Path], numbers: Rows) -> Iterator[bytes]:
    """The lines of reports by their numbers over all batches (ascending)."""
    first = 0
    for batch in batches:
        last = first + heads_in(batch)
        inside = numbers[np.searchsorted(numbers, first) : np.searchsorted(numbers, last)]
        yield from lines(batch / "heads.jsonl", inside - first)
        first = last


def _told(batches: Sequence[Path]) -> Iterator[tuple[int, list[Any]]]:
    number = 0
    for batch in batches:
        with (batch / "heads.jsonl").open("rb") as file:
            for line in file:
                yield number, json.loads(line)
                number += 1


Ranked = tuple[str, str, int]


def _ranked(folder: Path, rows: Iterator[Ranked], most: int) -> Iterator[int]:
    """Numbers of the reports that count, by day and name; sorted in pieces that fit."""
    files: list[Path] = []
    for some in pieces(rows, most):
        files.append(folder / f"piece-{len(files)}")
        with files[-1].open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in sorted(some))
    while len(files) > 64:
        merged = folder / f"{files[0].name}-more"
        with merged.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in _merged(files[:64]))
        files = [*files[64:], merged]
    yield from (row[2] for row in _merged(files))
    for file_ in folder.glob("piece-*"):
        file_.unlink()


def _merged(files: Iterable[Path]) -> Iterator[Ranked]:
    return heapq.merge(*(_piece(path) for path in files))


def _piece(path: Path) -> Iterator[Ranked]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            day, name, n = json.loads(line)
            yield day, name, n


# -- the outlets that tell --------------------------------------------------------------------------------------------


def outlets(folder: Path, batches: Sequence[Path], telling: Sequence[Path]) -> None:
    """Folded names of the outlets whose reports tell events; `telling` marks these, batch by batch."""
    names: set[str] = set()
    for batch, marks in zip(batches, telling, strict=True):
        tells = mapped(marks, np.uint8)
        with (batch / "heads.jsonl").open("rb") as file:
            names.update(outlet for n, line in enumerate(file) if tells[n] and (outlet := json.loads(line)[1]))
    told = sorted({fold_word(name) for name in names})
    (folder / "outlets.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
