"""The tree keeps its shape: layers, names, sizes, and nothing that belongs to one machine."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "marsad"
CODE = {".py", ".ts", ".js", ".svelte", ".css"}
EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|stuff)(_|$)")
# Written so that this file does not hold what it looks for.
MACHINE = re.compile(r"(?<![\w./~-])/(?:w" + "ork|ro" + "ot|fa" + r"rm)/\w")
REGISTRY = re.compile(r"https?://[a-z.-]*(?:py" + "pi|npm" + "js|python" + r"hosted)\.[a-z]+/")
HEAVY = ("sqlalchemy", "alembic", "fastapi", "uvicorn", "pydantic", "yaml", "hijridate", "rich")


def files() -> list[Path]:
    """The project's own files: what git tracks or would, else what lies in the folders that a release has."""
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        return [p for name in listing.stdout.split("\0") if name and (p := ROOT / name).is_file()]
    tops = [ROOT / name for name in ("src", "tests", "docs", "genscripts", "bench")]
    return [p for top in tops for p in top.rglob("*") if p.is_file() and "__pycache__" not in p.parts]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of each function of a file, decorators and docstring left out."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            doc = node.body[0] if ast.get_docstring(node) else None
            lost = (doc.end_lineno or 0) - doc.lineno + 1 if doc else 0
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - lost


def imports(path: Path) -> set[str]:
    """Names of the modules that a file imports."""
    tree = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "." for node in tree if isinstance(node, ast.ImportFrom)}


def words(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


def test_imports_point_one_way() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--cache-dir", ".cache/imports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_nouns_import_nothing_of_ours() -> None:
    ours = {
        f"{p.name}: {name}"
        for p in (SOURCE / "model").glob("*.py")
        for name in imports(p)
        if name.startswith("marsad") and not name.startswith("marsad.model")
    }
    assert not ours


def test_names_say_something() -> None:
    assert [p for p in files() if EMPTY_NAMES.search(p.stem.lower()) and p.suffix in CODE] == []


def test_files_are_short() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in files()
        if p.suffix in CODE and (n := len((words(p) or "").splitlines())) >= 500
    }
    assert not long


def test_functions_are_short() -> None:
    lengths = dict(item for p in sorted(SOURCE.rglob("*.py")) for item in functions(p))
    assert {name: n for name, n in lengths.items() if n > 80} == {}
    assert statistics.median(lengths.values()) < 10


def test_knowledge_holds_data_only() -> None:
    kinds = {p.suffix for p in files() if p.is_relative_to(SOURCE / "knowledge")}
    assert kinds <= {".yml", ".md"}


def test_wheel_carries_what_runs_without_a_checkout(tmp_path: Path) -> None:
    """Knowledge, demonstration, migrations and the built pages are data, which a build forgets silently."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True)
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    data = [p for p in files() if p.is_relative_to(SOURCE)] + list((SOURCE / "serve" / "static").rglob("*.*"))
    assert [p.name for p in data if p.is_file() and str(p.relative_to(SOURCE.parent)) not in names] == []


def test_tests_mirror_the_source() -> None:
    tested = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and any(p.glob("test_*.py"))}
    ours = {p.name for p in SOURCE.iterdir() if p.is_dir()} | {"browser", "genscripts", "bench", "security", "web"}
    assert tested <= ours


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["paths of a machine", "addresses of registries"])
def test_files_name_nothing_of_one_machine(pattern: re.Pattern[str]) -> None:
    assert [str(p.relative_to(ROOT)) for p in files() if (text := words(p)) and pattern.search(text)] == []


def test_help_loads_nothing_heavy() -> None:
    """`marsad --help` answers at once: the libraries that take their time are imported where they are used."""
    asked = "import sys; import marsad.cli; print(*[name for name in sys.argv[1:] if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", asked, *HEAVY], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_no_sentence_of_the_seeds_entered_the_project(seeds: Path) -> None:
    """The seed reports belong to others: eight of their words in a row stand nowhere in the project."""
    theirs = {gram for path in seeds.glob("*.txt") for gram in eights(path.read_text("utf-8"))}
    assert [
        str(p.relative_to(ROOT)) for p in files() if (text := words(p)) and not theirs.isdisjoint(eights(text))
    ] == []


def eights(text: str) -> Iterator[str]:
    """Every eight words in a row."""
    parts = text.split()
    return (" ".join(parts[i : i + 8]) for i in range(len(parts) - 7))
