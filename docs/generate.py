"""Write the pages that are made from the program and its knowledge: commands, errors, event types.

usage: python docs/generate.py [--check]

`--check` writes nothing and exits with 1 where a page is not what the program says today.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import yaml

DOCS = Path(__file__).parent
SOURCE = DOCS.parent / "src" / "marsad"
WIDTH = 100
MADE = "<!-- Made by docs/generate.py; do not edit. -->\n"
Named = tuple[str, click.Command]


def program() -> click.Command:
    """The command line as click sees it."""
    import marsad.cli

    main = marsad.cli.main
    if isinstance(main, click.Command):
        return main
    return next(v for v in vars(marsad.cli).values() if isinstance(v, click.Group))


def walk(command: click.Command, *, name: str = "marsad", parent: click.Context | None = None) -> Iterator[Named]:
    """All commands below `command` with their full names, as a user would type them."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name.rsplit(" ", 1)[-1], parent=parent)
        for word in command.list_commands(context):
            below = command.get_command(context, word)
            if below and not below.hidden:
                yield from walk(below, name=f"{name} {word}", parent=context)


def help_of(command: click.Command, name: str) -> str:
    """The text that `NAME --help` prints, laid out in a fixed width."""
    *parents, word = name.split()
    known = program().context_settings.get("help_option_names", ["--help"])
    context: click.Context | None = None
    for parent in parents:
        context = click.Context(click.Group(parent), info_name=parent, parent=context)
    told = click.Context(command, info_name=word, parent=context, terminal_width=WIDTH, help_option_names=known)
    return command.get_help(told).rstrip()


def commands_page() -> str:
    """All help texts, a section a command."""
    sections = [f"## `{name}`\n\n```\n{help_of(command, name)}\n```\n" for name, command in walk(program())]
    lead = "# Commands\n\nWhat `--help` says. Results go to standard output, progress to standard error.\n"
    return "\n".join([MADE, lead, *sections])


def spoken(node: ast.expr) -> str:
    """A string of the source as a reader sees it: what is filled in later stands in angle brackets."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(spoken(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return f"<{ast.unparse(node.value).split('.')[-1].split('(')[0].split('[')[0]}>"
    if isinstance(node, ast.BinOp):
        return spoken(node.left) + spoken(node.right)
    return f"<{ast.unparse(node)}>"


def errors() -> Iterator[tuple[str, str, str, str]]:
    """Code, part of the program, what is said, and remedy of each coded error that the source can raise."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield from _fault(node.args, path.relative_to(SOURCE).parts[0].removesuffix(".py"))


def _fault(args: list[ast.expr], part: str) -> Iterator[tuple[str, str, str, str]]:
    for at, arg in enumerate(args[:-1]):
        if isinstance(arg, ast.Constant) and re.fullmatch(r"[A-Z]\d{2,3}", str(arg.value)):
            said = [" ".join(spoken(text).split()) for text in args[at + 1 : at + 3]]
            yield str(arg.value), part, said[0], said[1] if len(said) > 1 else ""


def errors_page() -> str:
    """All coded errors, a row each."""
    said = sorted({tuple(_cell(text) for text in row) for row in errors()})
    rows = ["| " + " | ".join(row) + " |" for row in said]
    lead = (
        "# Errors\n\nEach fault that a user may meet has a code that stays, a sentence that says what happened, and "
        "a remedy. The command line prints the three and exits with status 2.\n"
    )
    return "\n".join([MADE, lead, "| code | part | what happened | remedy |", "|---|---|---|---|", *rows, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


QUADS = {1: "verbal cooperation", 2: "material cooperation", 3: "verbal conflict", 4: "material conflict"}


def events_page() -> str:
    """Event types and modes with their scores, ACLED sub-events and names in both languages."""
    known = yaml.safe_load((SOURCE / "knowledge" / "plover.yml").read_text("utf-8"))
    names = yaml.safe_load((SOURCE / "knowledge" / "labels.yml").read_text("utf-8"))
    rows = [row for kind, told in known["types"].items() for row in _event_rows(kind, told, names)]
    lead = (
        "# Event types and modes\n\nTypes are PLOVER's. Scores run from -10, the worst conflict, to +10, the warmest "
        "cooperation; the score of a type holds where no mode is told. A mode with * is this project's own.\n"
    )
    head = ["| type | mode | بالعربية | score | class | ACLED sub-event |", "|---|---|---|---|---|---|"]
    departures = [f"- **{name}**: {_cell(' '.join(why.split()))}" for name, why in known["departures"].items()]
    return "\n".join([MADE, lead, *head, *rows, "\n## Departures from the manual\n", *departures, ""])


def _event_rows(kind: str, told: dict[str, Any], names: dict[str, Any]) -> Iterator[str]:
    quad, label = QUADS[told["quad"]], names["types"].get(kind, {}).get("ar", "")
    yield f"| **{kind}** | | {label} | {told['score']:+g} | {quad} | {told.get('acled') or ''} |"
    for mode, row in (told.get("modes") or {}).items():
        label = names["modes"].get(f"{kind}/{mode}", names["modes"].get(mode, {})).get("ar", "")
        star = "*" if row.get("own") else ""
        yield f"| | {mode}{star} | {label} | {row['score']:+g} | | {row.get('acled') or told.get('acled') or ''} |"


def inlets_page() -> str:
    """What each inlet takes and can be told, from its own class."""
    from marsad.gather.registry import inlets_page as page

    return f"{MADE}\n{page()}"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page, "errors.md": errors_page, "events.md": events_page, "inlets.md": inlets_page
}  # fmt: skip


def stale() -> list[str]:
    """Names of generated pages that are not what the program says today."""
    return [n for n, page in PAGES.items() if not (DOCS / n).exists() or (DOCS / n).read_text("utf-8") != page()]


def main() -> int:
    """Entry point."""
    old = stale()
    if "--check" in sys.argv:
        print(*old, sep="\n")
        return 1 if old else 0
    for name in old:
        (DOCS / name).write_text(PAGES[name](), "utf-8")
        print(f"docs/{name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
