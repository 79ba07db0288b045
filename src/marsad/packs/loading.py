"""Load the knowledge: our folder, the user's folders over it entry by entry."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from marsad import __version__
from marsad.errors import PackError
from marsad.packs import cache, shape
from marsad.packs.entries import Packs, Plover
from marsad.packs.faults import Fault
from marsad.packs.files import ALWAYS, KNOWLEDGE, PackFile, Parsed, Raw, pack_files, parse
from marsad.packs.lint import check, lay_over, whole_document
from marsad.packs.plover import plover


def load(*extra_dirs: Path, theatres: Sequence[str] | None = None, strict: bool = True) -> Packs:
    """The knowledge of the given `theatres` (None: all), the entries of `extra_dirs` lying over ours by id.

    Faulty knowledge raises PackError E201, which lists every fault; with `strict=False` the faulty entries are left
    out and the faults stand in `Packs.faults`. A folder that is not there raises PackError E202.
    """
    for folder in extra_dirs:
        if not Path(folder).is_dir():
            raise PackError("E202", f"There is no pack folder {folder}.", "Give --pack the path of a folder.")
    files = pack_files([Path(d) for d in extra_dirs])
    version = _version(files)
    wanted = None if theatres is None else tuple(sorted(theatres))
    key = f"{version}-{_code((str(KNOWLEDGE), *map(str, extra_dirs), repr(wanted)))}"
    packs = cache.fetch(key)
    if packs is None:
        packs = _build(files, version, wanted)
        cache.keep(key, packs)
    if strict and packs.faults:
        raise _error(packs.faults)
    return packs


def _error(faults: Sequence[Fault]) -> PackError:
    listed = "\n".join(f"  {fault}" for fault in faults)
    return PackError("E201", f"The knowledge has {len(faults)} faults:\n{listed}\n", "Correct them; marsad packs lint.")


def _version(files: Sequence[PackFile]) -> str:
    digest = hashlib.sha256()
    for file in files:
        name = f"\0{file.layer}\0{file.role}\0{file.theatre}\0{file.name}\0{len(file.content)}\0"
        digest.update(name.encode() + file.content)
    return digest.hexdigest()[:16]


@lru_cache(maxsize=32)
def _code(folders: tuple[str, ...]) -> str:
    """Marsad's version and a hash of this package and of where the folders lie.

    Entries kept by other code are so never taken for ours.
    """
    digest = hashlib.sha256("\0".join(folders).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return f"{__version__}-{digest.hexdigest()[:8]}"


def _build(files: Sequence[PackFile], version: str, theatres: Sequence[str] | None) -> Packs:
    parsed = parse(files)
    faults = check(parsed)
    entries = _typed(parsed, faults, theatres)
    documents = _documents(parsed, faults)
    return Packs(
        actors={e.id: e for e in entries["actor"]},
        places={e.id: e for e in entries["place"]},
        nations=tuple(entries["nation"]),
        outlets={e.id: e for e in entries["outlet"]},
        frames=tuple(entries["frame"]),
        plover=documents["plover"] or Plover(),
        words=documents["words"],
        kinds=whole_document(parsed, "kinds"),
        version=version,
        names=tuple(dict.fromkeys(f.theatre for f in files if f.path.parent != KNOWLEDGE and _wanted(f, theatres))),
        faults=tuple(faults),
    )


def _typed(parsed: Parsed, faults: Sequence[Fault], theatres: Sequence[str] | None) -> dict[str, list[Any]]:
    bad = {(fault.file, fault.id) for fault in faults if fault.id}
    kinds = whole_document(parsed, "kinds")
    makers: dict[str, Callable[[Raw], Any]] = {
        "actor": shape.actor,
        "place": lambda raw: shape.place(raw, kinds),
        "nation": shape.nation,
        "outlet": shape.outlet,
        "frame": shape.frame,
    }
    typed: dict[str, list[Any]] = {role: [] for role in makers}
    for raw in lay_over(parsed.raws).values():
        if raw.id and (raw.file, raw.id) not in bad and _wanted(raw.source, theatres):
            typed[raw.role].append(makers[raw.role](raw))
    return typed


def _wanted(file: PackFile, theatres: Sequence[str] | None) -> bool:
    return theatres is None or file.layer > 0 or file.theatre in ALWAYS or file.theatre in theatres


def _documents(parsed: Parsed, faults: Sequence[Fault]) -> dict[str, Any]:
    words: dict[str, Any] = {}
    table: Plover | None = None
    bad = {fault.file for fault in faults if fault.code == "P14"}
    for file, data in parsed.documents:
        if file.role == "words":
            words[file.path.stem] = _over(words.get(file.path.stem), data)
        elif file.role == "plover" and str(file.path) not in bad:
            table = plover(data)
    return {"words": words, "plover": table}


def _over(before: Any, after: Any) -> Any:
    """Mappings are joined key by key, lists of entries with ids id by id; anything else is replaced."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before | after
    if isinstance(before, list) and isinstance(after, list) and all(isinstance(x, dict) and "id" in x for x in after):
        new = {x["id"]: x for x in after}
        kept = [x for x in before if not (isinstance(x, dict) and x.get("id") in new)]
        return [*kept, *new.values()]
    return after
