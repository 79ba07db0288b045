"""Documentation cannot lie: help, errors and examples are compared with the program, links with the files."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GENERATED = {"commands.md", "errors.md", "events.md", "inlets.md"}
HAND = [page for page in PAGES if page.name not in GENERATED]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def commands(generate: ModuleType) -> dict[str, click.Command]:
    return dict(generate.walk(generate.program()))


@pytest.mark.parametrize("page", sorted(GENERATED))
def test_generated_page_says_what_the_program_says(generate: ModuleType, page: str) -> None:
    assert page not in generate.stale(), "run: python docs/generate.py"


def test_installed_program_prints_the_documented_help() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "marsad", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1"},
    )
    lines = [line.strip() for line in run.stdout.splitlines() if line.strip()]
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert [line for line in lines if line not in page] == []


def examples(page: Path) -> list[str]:
    """Lines of the fenced blocks of a page that call the program, comments cut off."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", page.read_text("utf-8"), re.M | re.S)
    lines = [line.split("  #")[0].strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("marsad ")]


@pytest.mark.parametrize("page", HAND, ids=lambda p: str(p.relative_to(ROOT)))
def test_examples_name_commands_and_options_that_exist(page: Path, commands: dict[str, click.Command]) -> None:
    assert [fault for line in examples(page) if (fault := wrong(line, commands))] == []


def wrong(line: str, commands: dict[str, click.Command]) -> str | None:
    """What the program would not understand of an example, or None."""
    shared = options(commands["marsad"])
    name, rest = "marsad", re.split(r"\s[>|]\s", line)[0].split()[1:]
    while rest and (rest[0] in shared or f"{name} {rest[0]}" in commands):
        word = rest.pop(0)
        if word in shared:
            rest = rest[1:]
        else:
            name = f"{name} {word}"
    if isinstance(commands[name], click.Group) and not (rest and rest[0].startswith("--")):
        return f"{line}: no such command"
    unknown = [w for w in rest if w.startswith("-") and w.split("=")[0] not in shared | options(commands[name])]
    return f"{line}: no option {unknown}" if unknown else None


def options(command: click.Command) -> set[str]:
    """All spellings of a command's options."""
    return {"--help"} | {word for option in command.params for word in (*option.opts, *option.secondary_opts)}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [to for to in links if "://" not in to and not (page.parent / to).exists()] == []


def test_every_page_of_the_docs_is_in_the_navigation() -> None:
    listed = set(re.findall(r"[\w/.-]+\.md", (ROOT / "mkdocs.yml").read_text("utf-8")))
    pages = {str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").rglob("*.md")}
    assert pages == listed


def test_every_setting_is_documented() -> None:
    """Variables of the environment that the source reads stand in the page on configuration, and no others."""
    read = {
        name for p in (ROOT / "src").rglob("*.py") for name in re.findall(r"\bMARSAD_[A-Z_]+\b", p.read_text("utf-8"))
    }
    told = set(re.findall(r"`(MARSAD_[A-Z_]+)`", (ROOT / "docs" / "configuration.md").read_text("utf-8")))
    assert read == told


def test_decisions_are_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    assert listed == sorted(p.name for p in folder.glob("0*.md"))


def test_both_readmes_tell_the_same_commands() -> None:
    """The Arabic twin keeps step: same commands, same links."""
    english, arabic = (ROOT / name for name in ("README.md", "README.ar.md"))
    assert examples(arabic) == examples(english)
    links = [set(re.findall(r"\]\((docs/[\w./-]+)\)", p.read_text("utf-8"))) for p in (english, arabic)]
    assert links[0] == links[1]
