"""The files of the knowledge: where they lie, what each holds, and their entries with lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from marsad.packs.faults import Fault

KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
ALWAYS = frozenset({"arabic", "world"})  # folders that every theatre needs
DOCUMENTS = frozenset({"words", "plover", "kinds", "reach"})
_BY_FOLDER = {"actors": "actor", "places": "place", "frames": "frame"}
_BY_STEM = {"nations": "nation", "outlets": "outlet", "plover": "plover", "kinds": "kinds", "reach": "reach"}


def knowledge(name: str) -> Any:
    """The parsed YAML file `name` of the packaged knowledge, such as "fuse.yml" or "arabic/numbers.yml"."""
    return yaml.load((KNOWLEDGE / name).read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file: its `name` inside its folder, its role, theatre and bytes.

    Roles: actor, place, frame, nation, outlet, plover, kinds, reach, words.
    `layer` is 0 for our knowledge, then the number of the user's folder; a higher layer lies over a lower.
    """

    path: Path
    name: str
    role: str
    theatre: str
    layer: int
    content: bytes


@dataclass(slots=True)
class Raw:
    """One entry as parsed: its mapping, its line, and the line of each of its keys."""

    role: str
    id: str
    data: dict[str, Any]
    source: PackFile
    line: int
    lines: dict[str, int] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The path as shown to people."""
        return str(self.source.path)

    def fault(self, code: str, message: str, remedy: str, *, key: str = "") -> Fault:
        """A fault of this entry, at the line of `key` where given."""
        return Fault(self.file, self.lines.get(key, self.line), code, message, remedy, self.id)


@dataclass(slots=True)
class Parsed:
    """What the files gave: entries in order, whole documents (words, plover, kinds), faults of files."""

    raws: list[Raw] = field(default_factory=list)
    documents: list[tuple[PackFile, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def pack_files(folders: Sequence[Path]) -> list[PackFile]:
    """All files of our knowledge and of the user's `folders`, in a fixed order."""
    found = [_file(p, KNOWLEDGE, 0) for p in _yaml(KNOWLEDGE)]
    for layer, folder in enumerate(folders, start=1):
        found += [_file(p, folder, layer) for p in _yaml(folder)]
    return found


def _yaml(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in {".yml", ".yaml"} and p.is_file())


def _file(path: Path, root: Path, layer: int) -> PackFile:
    parts = path.relative_to(root).parts
    role = next((_BY_FOLDER[p] for p in parts[:-1] if p in _BY_FOLDER), _BY_STEM.get(path.stem, "words"))
    plain = len(parts) == 1 or parts[0] in _BY_FOLDER or parts[0] == "words"
    return PackFile(path, "/".join(parts), role, root.name if plain else parts[0], layer, path.read_bytes())


def parse(files: Sequence[PackFile]) -> Parsed:
    """Parse every file; what cannot be parsed becomes a fault."""
    parsed = Parsed()
    for file in files:
        _parse_file(file, parsed)
    return parsed


def _parse_file(file: PackFile, parsed: Parsed) -> None:
    try:
        text = file.content.decode("utf-8-sig")
        # The parser of libyaml gives nodes with their lines at little cost; strings alone would lose them.
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        data = None if node is None else loader.construct_document(node)
    except UnicodeDecodeError as error:
        line = file.content[: error.start].count(b"\n") + 1
        parsed.faults.append(Fault(str(file.path), line, "P02", "The file is not UTF-8.", "Save it as UTF-8."))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        message = f"The file is not valid YAML: {getattr(error, 'problem', None) or error}."
        line = mark.line + 1 if mark else 1
        parsed.faults.append(Fault(str(file.path), line, "P01", message, "Correct the line (indent, quotes, colons)."))
    else:
        _sort_in(file, node, data, parsed)


def _sort_in(file: PackFile, node: Any, data: Any, parsed: Parsed) -> None:
    if file.role in DOCUMENTS:
        parsed.documents.append((file, data))
    elif data is not None:
        parsed.raws += _entries(file, node, data, parsed.faults)


def _entries(file: PackFile, node: Any, data: Any, faults: list[Fault]) -> Iterator[Raw]:
    common: dict[str, Any] = {}
    if isinstance(data, dict) and isinstance(data.get("entries"), list):
        common = {k: v for k, v in data.items() if k != "entries"}
        node, data = next(v for k, v in node.value if k.value == "entries"), data["entries"]
    if not isinstance(data, list):
        message, remedy = "The file holds no list of entries.", "Write a list, or put the list under entries."
        faults.append(Fault(str(file.path), 1, "P03", message, remedy))
        return
    for item, value in zip(node.value, data, strict=True):
        if isinstance(value, dict):
            yield _raw(file, item, value, common)
        else:
            line = item.start_mark.line + 1
            faults.append(Fault(str(file.path), line, "P03", "The entry is no mapping.", "Give it keys."))


def _raw(file: PackFile, item: Any, data: dict[str, Any], common: dict[str, Any]) -> Raw:
    lines: dict[str, int] = {}
    repeated = []
    for key, _ in item.value:
        if key.value in lines:
            repeated.append(key.value)
        lines[key.value] = key.start_mark.line + 1
    own = _nation_id(data) if file.role == "nation" else str(data.get("id") or "")
    whole = data | {f"file.{k}": v for k, v in common.items()}
    return Raw(file.role, own, whole, file, item.start_mark.line + 1, lines, tuple(repeated))


def _nation_id(data: dict[str, Any]) -> str:
    """The state, or for a people without one its adjective."""
    return str(data.get("state") or next(iter(data.get("adjectives") or ()), ""))
