"""Compile the reader: a hook of the wheel's build, and a command that lays a compiled package into a folder.

    MARSAD_COMPILE=1 pip wheel --no-deps -w dist .      a wheel of this platform with the compiled reader
    python genscripts/compile.py FOLDER                 FOLDER/marsad, compiled (to try: PYTHONPATH=FOLDER)

mypyc (of mypy) makes C of the typed modules; a C compiler and setuptools are needed to build, nothing to run. Nothing
is ever compiled inside the source tree or for an editable install: a library left beside an edited module would be
imported in its place. What is compiled is a prepared copy: the same modules with the rewritings that `prepare` tells.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "marsad"
SWITCH = "MARSAD_COMPILE"
NEEDS = ["mypy>=2.4,<3", "setuptools>=65"]
FOLDERS = ("read", "read/times")
ALSO = ("packs/folding.py",)
PLAIN = frozenset(("__init__", "evaluate", "explain", "misses"))  # they tell about readings and do not read
GROUP = "marsad_reader"  # the one library, beside the package; a module's own one only points into it
_SETUP = """\
import os, sys
from concurrent.futures import ThreadPoolExecutor
from setuptools import setup
from setuptools.command.build_ext import build_ext
from mypyc.build import mypycify

class SideBySide(build_ext):  # setuptools compiles one file after the other
    def build_extensions(self):
        one = self.compiler.compile
        def all_of(sources, **options):
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                return [made for part in pool.map(lambda s: one([s], **options), sources) for made in part]
        self.compiler.compile = all_of
        super().build_extensions()

options = ["--ignore-missing-imports", "--follow-imports=silent", "--no-warn-unused-ignores"]
files = sys.argv.pop().split(",")
modules = mypycify([*options, *files], opt_level="{level}", debug_level="0", multi_file=True, group_name="{group}")
setup(name="marsad-reader", packages=[], ext_modules=modules, cmdclass=dict(build_ext=SideBySide))
"""


class NotCompilable(Exception):
    """A module holds what the compiled code would do otherwise than Python, or the build failed."""


# ---- the prepared copy ----


def prepare(text: str, name: str = "module", known: Mapping[str, ast.ClassDef] | None = None) -> str:
    """The source of a module as it is compiled.

    - `x in (a, *b)` and `for x in (a, *b)` get `tuple([a, *b])`: mypyc knows no stars there.
    - `self.form = self.forms.__getitem__` becomes a method `form` that looks into `self.forms`: the quickest call of
      Python is a slow one from C.
    - A dataclass gets its `__init__` and `__eq__` written out: those that `dataclasses` makes stay in Python and cost
      half of what compiling saves. They do the same; only a frozen class is no longer guarded against assignment.

    `known` are dataclasses of other modules by name, for those that inherit. Raises NotCompilable for a loop that
    assigns to the name that bounds its range: compiled, it would run on.
    """
    tree = ast.parse(text)
    for line in moved_bounds(tree):
        raise NotCompilable(f"{name}:{line}: the loop assigns to the name that bounds its range: take another name")
    lines = text.encode().splitlines(keepends=True)
    offsets = [0]
    for line_ in lines:
        offsets.append(offsets[-1] + len(line_))
    raw = text.encode()
    edits = [*_stars(tree, raw, offsets), *_lookups(tree, offsets), *_dataclasses(tree, offsets, known or {})]
    for start, end, new in sorted(edits, reverse=True):
        raw = raw[:start] + new.encode() + raw[end:]
    return raw.decode()


Edit = tuple[int, int, str]
_BOUND = re.compile(r"self\.(\w+) = self\.(\w+)\.__getitem__")


def moved_bounds(tree: ast.AST) -> Iterator[int]:
    """Lines of loops over a range whose bound is a name, or whose target, that the loop itself assigns to."""
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call) and _called(loop.iter) == "range":
            bounds = {n.id for a in (*loop.iter.args, loop.target) for n in ast.walk(a) if isinstance(n, ast.Name)}
            inner = (n for part in loop.body for n in ast.walk(part))
            if any(isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id in bounds for n in inner):
                yield loop.lineno


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _place(node: ast.expr | ast.stmt, offsets: Sequence[int]) -> tuple[int, int]:
    """The bytes of a node."""
    assert node.end_lineno is not None and node.end_col_offset is not None
    return offsets[node.lineno - 1] + node.col_offset, offsets[node.end_lineno - 1] + node.end_col_offset


def _stars(tree: ast.AST, raw: bytes, offsets: Sequence[int]) -> Iterator[Edit]:
    for node in ast.walk(tree):
        for part in _looked_through(node):
            if isinstance(part, ast.Tuple | ast.List | ast.Set) and any(isinstance(e, ast.Starred) for e in part.elts):
                start, end = _place(part, offsets)
                yield start, start + 1, "tuple(["
                yield end - 1, end, "])"
                if raw[start : start + 1] not in (b"(", b"[", b"{"):
                    raise NotCompilable(f"line {part.lineno}: write brackets around what is looked through")


def _looked_through(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Compare):
        both = zip(node.comparators, node.ops, strict=True)
        return [part for part, op in both if isinstance(op, ast.In | ast.NotIn)]
    return [node.iter] if isinstance(node, ast.For | ast.comprehension) else []


def _bound(node: ast.ClassDef) -> Iterator[tuple[ast.Assign, str, str]]:
    """The assignments `self.NAME = self.LIST.__getitem__` in a class, each with NAME and LIST."""
    for part in ast.walk(node):
        if isinstance(part, ast.Assign) and (found := _BOUND.fullmatch(ast.unparse(part))):
            yield part, found[1], found[2]


def _lookups(tree: ast.Module, offsets: Sequence[int]) -> Iterator[Edit]:
    for node in tree.body:
        for part, name, listed in _bound(node) if isinstance(node, ast.ClassDef) else ():
            assert isinstance(node, ast.ClassDef)
            told = next(n for n in node.body if isinstance(n, ast.AnnAssign) and ast.unparse(n.target) == name)
            gives = ast.unparse(told.annotation).removeprefix("Callable[[int], ").removesuffix("]")
            yield *_place(part, offsets), "pass"
            yield *_place(told, offsets), "pass"
            end = _place(node, offsets)[1]
            yield end, end, f"\n\n    def {name}(self, i: int) -> {gives}:\n        return self.{listed}[i]"


def dataclasses_of(tree: ast.Module) -> Iterator[tuple[ast.ClassDef, ast.Call]]:
    """The dataclasses of a module, each with its decorator."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            marks = (m for m in node.decorator_list if isinstance(m, ast.Call) and _called(m) == "dataclass")
            yield from ((node, mark) for mark in marks)


def _dataclasses(tree: ast.Module, offsets: Sequence[int], known: Mapping[str, ast.ClassDef]) -> Iterator[Edit]:
    for node, mark in dataclasses_of(tree):
        parents = [known[base.id] for base in node.bases if isinstance(base, ast.Name)]
        if parents:  # the types of its fields are names of another module
            line = next(n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "dataclasses")
            end = _place(line, offsets)[1]
            yield end, end, "; from typing import Any as _Any"
        yield *_place(mark, offsets), _marked(mark)
        end = _place(node, offsets)[1]
        yield end, end, _methods(node, parents)


def _marked(mark: ast.Call) -> str:
    asked = {k.arg: ast.unparse(k.value) for k in mark.keywords}
    if asked.pop("frozen", "False") == "True":
        asked["unsafe_hash"] = "True"
    return f"dataclass({', '.join(f'{k}={v}' for k, v in (asked | {'init': 'False'}).items())})"


def _options(value: ast.expr | None) -> dict[str, str]:
    """What a field says of itself: its default, or the options of `field(...)`."""
    if isinstance(value, ast.Call) and _called(value) == "field":
        return {k.arg or "": ast.unparse(k.value) for k in value.keywords}
    return {"default": ast.unparse(value)} if value is not None else {}


_EMPTY = {"list": "[]", "dict": "{}", "set": "set()"}


class Written:
    """The lines of what is written out for a dataclass."""

    def __init__(self) -> None:  # no dataclass itself: hatchling loads this file as no module
        self.takes: list[str] = []
        self.sets: list[str] = []
        self.same: list[str] = []

    def add(self, part: ast.AnnAssign, *, foreign: bool) -> None:
        """One field; a `foreign` one is a parent's."""
        name = ast.unparse(part.target)
        kind, told = "_Any" if foreign else ast.unparse(part.annotation), _options(part.value)
        if told.get("compare") != "False":
            self.same.append(f"self.{name} == other.{name}")
        if told.get("init") == "False":
            return
        if make := told.get("default_factory"):
            self.takes.append(f"{name}: {kind} | None = None")
            self.sets.append(f"self.{name} = {_EMPTY.get(make, make + '()')} if {name} is None else {name}")
        else:
            self.takes.append(f"{name}: {kind}" + (f" = {told['default']}" if "default" in told else ""))
            self.sets.append(f"self.{name} = {name}")


def _methods(node: ast.ClassDef, parents: Sequence[ast.ClassDef]) -> str:
    """`__init__` and `__eq__` of a dataclass, written out."""
    written, bound = Written(), {name for _, name, _ in _bound(node)}
    for owner in (*parents, node):
        for part in owner.body:
            if isinstance(part, ast.AnnAssign) and ast.unparse(part.target) not in bound:
                written.add(part, foreign=owner is not node)
    if any(isinstance(part, ast.FunctionDef) and part.name == "__post_init__" for part in node.body):
        written.sets.append("self.__post_init__()")
    takes, sets = ", ".join(written.takes), "\n        ".join(written.sets)
    init = f"\n\n    def __init__(self, {takes}) -> None:\n        {sets}"
    equal = (
        "\n\n    def __eq__(self, other: object) -> bool:\n"
        f"        if not isinstance(other, {node.name}) or type(other) is not type(self):\n"
        f"            return NotImplemented\n        return {' and '.join(written.same)}"
    )
    return init + equal


# ---- the build ----


def modules(source: Path = SOURCE) -> list[Path]:
    """The modules that are compiled, relative to the folder of the package."""
    found = (p for folder in FOLDERS for p in sorted((source / folder).glob("*.py")) if p.stem not in PLAIN)
    return [*(p.relative_to(source) for p in found), *map(Path, ALSO)]


def stage(folder: Path, source: Path = SOURCE) -> list[Path]:
    """Copy the package into `folder`, its modules prepared; what is to be compiled, relative to `folder`."""
    target = folder / "marsad"
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd", "static"))
    chosen = modules(source)
    texts = {name: (source / name).read_text("utf-8") for name in chosen}
    known = {node.name: node for text in texts.values() for node, _ in dataclasses_of(ast.parse(text))}
    for name, text in texts.items():
        (target / name).write_text(prepare(text, name.as_posix(), known), "utf-8")
    return [Path("marsad") / name for name in chosen]


def libraries(folder: Path, *, level: str = "2") -> list[Path]:
    """Compile a copy of the package in the empty `folder`; the libraries made, relative to `folder`."""
    chosen = stage(folder)
    (folder / "compile_setup.py").write_text(_SETUP.format(level=level, group=GROUP), "utf-8")
    for name in ("marsad/py.typed",):
        (folder / name).touch()
    names = ",".join(p.as_posix() for p in chosen)
    done = subprocess.run(
        [sys.executable, "compile_setup.py", "--quiet", "build_ext", "--inplace", names],
        cwd=folder, env=os.environ | {"MYPYPATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    patterns = ("*.so", "*.pyd", "marsad/**/*.so", "marsad/**/*.pyd")  # not those in the folder of the build
    made = sorted(p.relative_to(folder) for pattern in patterns for p in folder.glob(pattern))
    if done.returncode or len(made) != len(chosen) + 1:
        raise NotCompilable(f"the build failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return made


def compiled_package(folder: Path, *, level: str = "2") -> Path:
    """The package with the compiled reader as a wheel lays it out, in `folder`; as long as a build takes."""
    with tempfile.TemporaryDirectory() as work:
        made = libraries(Path(work), level=level)
        shutil.copytree(SOURCE, folder / "marsad", ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        for name in made:
            shutil.copy2(Path(work) / name, folder / name)
    return folder


# ---- the hook ----

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface as Hook
except ImportError:  # as a command, where the build's tools are not installed
    Hook = object


class CompileHook(Hook):  # type: ignore[misc,valid-type]
    """Adds the compiled reader to a wheel where MARSAD_COMPILE=1 asks for it."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs besides hatchling."""
        return NEEDS if wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into a folder of its own and tell hatchling where the libraries belong in the wheel."""
        if not wanted():
            return
        if version == "editable":
            self.app.display_warning(f"{SWITCH}: an editable install is never compiled, edits would not be read")
            return
        self.work = Path(tempfile.mkdtemp(prefix="marsad-compile-"))
        try:
            made = libraries(self.work)
        except BaseException:
            self.finalize(version, build_data, "")
            raise
        for name in made:
            build_data["force_include"][str(self.work / name)] = name.as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take the folder away."""
        if work := getattr(self, "work", None):
            shutil.rmtree(work, ignore_errors=True)


def wanted() -> bool:
    """Whether the environment asks for a compiled wheel."""
    return os.environ.get(SWITCH, "") not in ("", "0", "no", "false")


def main() -> None:
    """Lay a compiled package into a folder."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path, help="where FOLDER/marsad is laid")
    ask.add_argument("--level", default="2", help="of the C compiler's optimisation")
    given = ask.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    try:
        print(compiled_package(given.folder, level=given.level))
    except NotCompilable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
