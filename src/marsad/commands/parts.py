"""Folders of bulk reading as things that a store takes in: a part is an item, taken with the readings that it holds."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marsad.commands.part_lines import FAULTS, Hashed, Line, Records, lines_back
from marsad.commands.taking import Taking
from marsad.errors import InputError
from marsad.gather.gatherer import WEB, expand
from marsad.gather.passages import passages
from marsad.gather.pieces import KEPT, Found, Original, Parcel, Passed, Piece, Refusal, now

if TYPE_CHECKING:
    from marsad.gather.inlet import Out
    from marsad.packs import Packs
    from marsad.store.gathering import Taken

INLET = "bulk"
TOGETHER, LETTERS = 200, 20_000_000  # reports and letters of them that are held before they are written together
AGAIN = "run the same `marsad read --bulk` again; it does what is missing"
SETTLED = ("published", "outlet", "meta", "inlet")  # what cannot be said any more when a report has been read
_DONE = re.compile(r"(\d{6,})\.done\.json")


@dataclass(frozen=True, slots=True)
class ReadPiece(Piece):
    """A report that has been read; `version` names what read it."""

    line: Line
    version: str


# -- what is meant --------------------------------------------------------------------------------------------------


def folder_of(given: str) -> Path | None:
    """The folder of bulk reading that is meant, by its name or by that of its parts; None for anything else."""
    if given == "-" or given.startswith(WEB) or not (path := Path(given)).is_dir():
        return None
    if _is_reading(path):
        return path
    above = path.resolve().parent
    return above if path.resolve().name == "parts" and _is_reading(above) else None


def holds_parts(given: Iterable[str]) -> bool:
    """Whether any of what is given is such a folder, or a part of one."""
    return any(folder_of(one) or _part_of(Path(one)) for one in given)


def items_of(given: Iterable[str]) -> tuple[list[str], list[Passed]]:
    """Single parts, files and addresses, each once, and what was passed over.

    Raises InputError E142 for a faulty address; E720 to E722 for a folder of bulk reading that is not whole.
    """
    items: list[str] = []
    passed: list[Passed] = []
    other = 0
    for one in given:
        if folder := folder_of(one):
            items += _parts(folder)
            passed += _unread(folder)
            continue
        found = expand([one])
        kept = _apart(found.items, one)
        if left := len(found.items) - len(kept):
            passed.append(Passed(one, left, "files in folders of bulk reading; give such a folder by its own name"))
        items, other = items + kept, other + found.other
    if other:
        passed.append(Passed("folders", other, "files of kinds that are not read"))
    return list(dict.fromkeys(items)), passed


def _is_reading(folder: Path) -> bool:
    return (folder / "bulk.json").is_file() and (folder / "parts").is_dir()


def _part_of(path: Path) -> Path | None:
    """The folder of bulk reading that an item is a part of."""
    if not _DONE.fullmatch(path.name) or path.parent.name != "parts":
        return None
    return path.parent.parent if _is_reading(path.parent.parent) else None


def _apart(items: list[str], top: str) -> list[str]:
    """Those of the files below a folder that lie in no folder of bulk reading: no part of one is a table of reports."""
    if top.startswith(WEB) or not Path(top).is_dir():
        return items
    is_reading = cache(_is_reading)
    return [one for one in items if not any(is_reading(p) for p in Path(one).parents if p.is_relative_to(top))]


def _parts(folder: Path) -> list[str]:
    """The marks of all parts of a folder, which stand for them. Raises InputError E720, E721, E722."""
    from marsad.fuse.bulk.parts import parts_of

    marks = [str(part.reports.with_name(part.reports.name.replace(".reports.jsonl", ".done.json")))
             for part in parts_of([folder])]  # fmt: skip
    told = _json(folder / "summary.json").get("parts", len(marks))
    if told != len(marks):
        raise InputError("E721", f"{folder} has {len(marks)} parts, {told} were written", AGAIN)
    return marks


def _unread(folder: Path) -> Iterator[Passed]:
    if count := _json(folder / "summary.json").get("errors"):
        yield Passed(str(folder), int(count), f"could not be read in bulk (see {folder / 'errors.jsonl'})")


def _json(path: Path) -> dict[str, Any]:
    """An object that bulk reading wrote. Raises InputError E722."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError("E722", f"{path} is not as it was written: {error}", AGAIN) from error
    if not isinstance(told, dict):
        raise InputError("E722", f"{path} is not as it was written", AGAIN)
    return told


# -- taking them in -------------------------------------------------------------------------------------------------


def part_taking(plain: Taking, asked: Mapping[str, Any], packs: Packs) -> Taking:
    """A taking that takes parts too. Raises InputError E731 for options that come too late for them."""
    if late := [name for name in SETTLED if asked.get(name)]:
        message = f"--{late[0]} does not hold for what `marsad read --bulk` has read"
        raise InputError("E731", message, f"leave --{late[0]} out; add other files by a command of their own")
    return PartTaking(
        plain.store, plain.gathering, plain.gatherer, plain.read, plain.version, plain.meta, plain.by, packs=packs
    )


@dataclass
class PartTaking(Taking):
    """Takes parts of bulk readings with their readings, and all else as it is always taken."""

    packs: Packs | None = None
    letters: int = 0
    """Of the reports that are held."""
    known: frozenset[str] = frozenset()
    """Keys of what the store has of the part at hand."""

    def _opened(self, parcel: Parcel) -> Out:
        folder = _part_of(parcel.file) if parcel.file else None
        if folder is None or parcel.file is None:
            yield from super()._opened(parcel)
            return
        try:
            yield from self._lines(Part(folder, parcel.file))
        except OSError as error:
            message = f"cannot read {parcel.shown}: {error.strerror or error}"
            raise InputError("E101", message, "check the path and its rights") from error
        except FAULTS as error:
            raise InputError("E722", f"{parcel.shown} is not as it was written: {error}", AGAIN) from error

    def _lines(self, part: Part) -> Out:
        """The pieces of a part, and a refusal for each line that is damaged, and at the end for files that are."""
        from marsad.store.known import keys_of

        original, version = part.original(), part.version(self.packs)
        self.known = keys_of(self.store, original.sha256)
        with part.path("reports").open("rb") as reports, part.path("records").open("rb") as records:
            told, beside = Hashed(reports), Hashed(records)
            for one in lines_back(part.path("reports"), told, Records(beside)):
                yield _piece(original, one, version) if isinstance(one, Line) else one
        yield from part.changed(reports=told.sha256(), records=beside.sha256())

    def _piece(self, piece: Piece) -> None:
        from marsad.store.gathering import original_key

        if not isinstance(piece, ReadPiece):
            super()._piece(piece)
            return
        key = (piece.original.sha256, piece.original.address, piece.locator)
        if key in self.pending or original_key(*key) in self.known:
            self.out.kept["known"] += 1
            return
        self.pending[key] = _taken(piece)
        self.letters += len(piece.line.report.text)
        if len(self.pending) >= TOGETHER or self.letters > LETTERS:
            self.flush()

    def flush(self) -> None:
        """Write what is held: all of it or none. Raises StoreError E350."""
        older = self._older()
        for key in older:
            self.pending[key] = replace(self.pending[key], reading=None, version=None)
        super().flush()
        self.out.kept["foreign"] -= len(older)  # they were read, only not by what this part says
        self.letters = 0

    def _older(self) -> list[tuple[str, str, str]]:
        """Keys of what another version has read and the store knows from elsewhere: that reading stays."""
        from marsad.store.known import readers

        other = {key: one for key, one in self.pending.items() if one.version not in (None, self.version)}
        if not other:
            return []
        known = readers(self.store, [one.report.sha256 for one in other.values()])
        return [key for key, one in other.items() if known.get(one.report.sha256, one.version) != one.version]


class Part:
    """One part of a bulk reading, by its mark. Raises InputError E101, E722."""

    def __init__(self, folder: Path, mark: Path) -> None:
        self.folder, self.mark = folder, mark
        self._asked, self._done = _json(folder / "bulk.json"), _json(mark)

    def path(self, name: str) -> Path:
        """Its file of "reports" or "records"."""
        return self.mark.with_name(self.mark.name.replace(".done.json", f".{name}.jsonl"))

    def original(self) -> Original:
        """The reports as they lie here, with what is known of the source that they were read from."""
        path = self.path("reports")
        with path.open("rb") as file:
            data = file.read(KEPT + 1)
            made, size = hashlib.sha256(data), len(data)
            while more := file.read(1 << 20):
                made.update(more)
                size += len(more)
        return Original(str(path), made.hexdigest(), size, data if size <= KEPT else None, now(), how=self._how())

    def version(self, packs: Packs | None) -> str:
        """What read the part, as a store notes it: as today's where it is the same to the letter of the code."""
        from marsad.read.bulk.versions import version_of

        told = self._asked["version"]
        named = f"{told.get('engine')} {told.get('packs')}"
        same = packs is not None and told.get("code") == version_of(packs).code
        return named if same else f"{named} {told.get('code')}"

    def changed(self, **hashes: str) -> Iterator[Refusal]:
        """A refusal for each file whose hash is not that of its mark: what was sound in it has been taken."""
        for name, made in hashes.items():
            path = self.path(name)
            if made != self._done["files"][path.name.split(".", 1)[1]]["sha256"]:
                message = f"{path} was changed after it was written; lines that fit their text were taken"
                remedy = f"remove {self.mark.name}, read in bulk again (only this part is done), then add again"
                yield Refusal(str(path), InputError("E722", message, remedy))

    def _how(self) -> dict[str, Any]:
        """The source with its size and last change, as far as it was noted."""
        number = self._done.get("slice", {}).get("source")
        if number is None:
            return {}
        source = self._asked["sources"][number]
        changed = datetime.fromtimestamp(source["changed"] / 1e9, tz=UTC).isoformat()
        return {"source": source["shown"], "source_size": source["size"], "source_modified": changed}


def _piece(original: Original, line: Line, version: str) -> ReadPiece:
    report = line.report
    found = Found(report.text, report.name, report.published, report.outlet, report.url)
    return ReadPiece(original, f"line {line.number}", INLET, lambda: found, line, version)


def _taken(piece: ReadPiece) -> Taken:
    from marsad.store.gathering import Received, Taken

    one, line = piece.original, piece.line
    marks = tuple(dict.fromkeys(f"passage-{p.language}" for p in passages(line.report.text)))
    received = Received(
        one.address, piece.locator, piece.inlet, one.sha256, one.size, one.data, one.came_at, how=one.how, marks=marks
    )  # fmt: skip
    return Taken(received, line.report, line.reading, piece.version)
