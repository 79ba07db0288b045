"""The compiled reader: what is prepared for compiling, and that it reads like the plain one."""

from __future__ import annotations

import ast
import dataclasses
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def script(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"script_{Path(path).stem}", ROOT / path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


compiling: Any = script("genscripts/compile.py")
bench: Any = script("bench/compiled.py")


def made(text: str, name: str) -> dict[str, Any]:
    """The names of a prepared module, run as Python."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(compiling.prepare(text), name, "exec"), module.__dict__)
    return module.__dict__


SHAPES = """
from __future__ import annotations
from collections.abc import Callable
from dataclasses import dataclass, field

@dataclass(frozen=True, slots=True)
class Word:
    text: str
    at: int = 0
    plain: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "plain", self.text.lower())

@dataclass(slots=True)
class Line:
    words: list[str] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)
    word: Callable[[int], str] = field(init=False)

    def __post_init__(self) -> None:
        self.word = self.words.__getitem__

def inside(a: str, b: list[str]) -> tuple[bool, list[str]]:
    return a in ("x", *b), [c for c in (a, *b)]
"""


def test_what_is_written_out_does_what_dataclasses_do() -> None:
    told = made(SHAPES, "shapes")
    word = told["Word"]
    assert (word("Ab").plain, word("Ab").at) == ("ab", 0)
    assert word("Ab") == word("Ab", 0) != word("Ab", 1)
    assert word("Ab") != "Ab"
    assert len({word("Ab"), word("Ab")}) == 1
    assert dataclasses.replace(word("Ab"), at=3) == word("Ab", 3)
    line = told["Line"]
    assert line().words == [] and line().words is not line().words
    assert line(["a", "b"]).word(1) == "b"
    assert line(["a"]) == line(["a"]) != line(["a"], {"a": 1})


def test_stars_are_unpacked_before_they_are_looked_through() -> None:
    text = compiling.prepare(SHAPES)
    assert 'a in tuple(["x", *b])' in text and "for c in tuple([a, *b])" in text
    assert made(SHAPES, "stars")["inside"]("z", ["y", "z"]) == (True, ["z", "y", "z"])


@pytest.mark.parametrize(
    "loop", ["for k in range(n):\n    n = k", "for k in range(0, n + 1):\n    n += k", "for k in range(9):\n    k = 2"]
)
def test_a_loop_that_moves_its_own_bound_is_refused(loop: str) -> None:
    with pytest.raises(compiling.NotCompilable, match="range"):
        compiling.prepare(loop)


def test_every_module_can_be_prepared_and_the_copy_reads_alike(tmp_path: Path) -> None:
    names = compiling.stage(tmp_path)
    assert len(names) > 80
    for name in names:
        ast.parse((tmp_path / name).read_text("utf-8"))
    work = "import sys; sys.path[:0] = [{!r}, 'tests', 'bench']; import compiled; compiled.work(20, 4)"
    told = [
        subprocess.run(
            [sys.executable, "-c", work.format(str(folder))], cwd=ROOT, input="", capture_output=True, check=True
        ).stdout
        for folder in (ROOT / "src", tmp_path)
    ]
    plain, prepared = (bench.json.loads(line)["digests"] for line in told)
    assert len(plain) > 50
    assert bench.differing(plain, prepared) == []


def test_differences_are_found() -> None:
    assert bench.differing({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}) == ["b", "c"]


def test_nothing_compiled_lies_in_the_source_tree() -> None:
    from marsad.read import COMPILED, reader

    lying = [p for kind in ("*.so", "*.pyd") for p in (ROOT / "src").rglob(kind)]
    assert not lying
    assert COMPILED is not str(reader.__file__).endswith(".py")


class FakeApp:
    def __init__(self) -> None:
        self.warned: list[str] = []

    def display_warning(self, text: str) -> None:
        self.warned.append(text)


def hook(app: FakeApp) -> Any:
    pytest.importorskip("hatchling")
    return compiling.CompileHook(str(ROOT), {}, None, None, str(ROOT), "wheel", app)


def test_only_who_asks_gets_a_compiled_wheel_and_an_editable_install_never(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("compiled")

    monkeypatch.setattr(compiling, "libraries", refuse)
    app, data = FakeApp(), {"force_include": {}}
    monkeypatch.delenv("MARSAD_COMPILE", raising=False)
    hook(app).initialize("standard", data)
    assert hook(app).dependencies() == [] and not app.warned
    monkeypatch.setenv("MARSAD_COMPILE", "1")
    assert any(need.startswith("mypy") for need in hook(app).dependencies())
    hook(app).initialize("editable", data)
    assert "editable" in app.warned[0]
    assert data == {"force_include": {}}
    with pytest.raises(AssertionError, match="compiled"):
        hook(app).initialize("standard", data)


def test_libraries_go_where_the_wheel_is_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARSAD_COMPILE", "1")
    monkeypatch.setattr(compiling, "libraries", lambda _: [Path("marsad_reader__mypyc.so"), Path("marsad/read/a.so")])
    data: dict[str, Any] = {"force_include": {}}
    one = hook(FakeApp())
    one.initialize("standard", data)
    assert list(data["force_include"].values()) == ["marsad_reader__mypyc.so", "marsad/read/a.so"]
    assert (data["pure_python"], data["infer_tag"]) == (False, True)
    assert one.work.is_dir()
    one.finalize("standard", data, "")
    assert not one.work.exists()


def test_a_build_that_fails_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> list[Path]:
        raise compiling.NotCompilable("no compiler")

    monkeypatch.setenv("MARSAD_COMPILE", "1")
    monkeypatch.setattr(compiling, "libraries", fail)
    one = hook(FakeApp())
    with pytest.raises(compiling.NotCompilable, match="no compiler"):
        one.initialize("standard", {"force_include": {}})
    assert not one.work.exists()


@pytest.mark.skipif(not os.environ.get("MARSAD_TEST_COMPILED"), reason="compiles for minutes: make compiled-check")
def test_the_compiled_reader_reads_alike(tmp_path: Path) -> None:
    compiling.compiled_package(tmp_path)
    told = bench.compare(tmp_path, rounds=3, made=200)
    assert told["is compiled"] and told["differ"] == []
    assert told["compiled, reports of 2.5 kB a second"] > 1.5 * told["plain, reports of 2.5 kB a second"]
    assert told["compiled, peak MB"] < 250 and told["compiled, seconds to load"] < 1
