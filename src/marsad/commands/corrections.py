"""marsad corrections list, undo, export, suggest, agreement."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table, write

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.group()
def corrections() -> None:
    """What people corrected: decisions laid over the readings, which stay as they are.

    \b
    Examples:
      marsad corrections list
      marsad corrections export -o reference.jsonl
      marsad evaluate reference.jsonl reports/
    """


@corrections.command("list")
@click.option("--report", metavar="NAME", help="Only those on this report.")
@click.option("--by", metavar="NAME", help="Only those of this person.")
@click.option("--conflicts", is_flag=True, help="Where a newer reading and a decision do not agree.")
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True)
@FORMAT
@click.pass_obj
def list_(
    settings: Settings, *, report: str | None, by: str | None, conflicts: bool, limit: int, style: str
) -> None:  # fmt: skip
    """List decisions, newest first, also those that were taken back.

    \b
    Examples:
      marsad corrections list --by huda
      marsad corrections list --conflicts
    """
    from marsad.store import Corrections

    with open_settings_store(settings) as store:
        kept = Corrections(store)
        if conflicts:
            rows = [c for c in kept.conflicts() if report in (None, c["report"])]
            names: Sequence[str] = ("report", "event", "field", "kind", "decided", "was", "now", "decision")
        else:
            rows = [c.to_json() for c in kept.history(report=report, by=by, limit=limit)]
            names = ("id", "report", "event", "act", "changes", "reason", "by", "at", "withdrawn")
    if style == "jsonl":
        json_lines(rows)
    else:
        table([name.replace("withdrawn", "taken back") for name in names], [[_cell(r[n]) for n in names] for r in rows])


@corrections.command()
@click.argument("decision", type=int)
@click.pass_obj
def undo(settings: Settings, decision: int) -> None:
    """Take a decision back; it stays in the history.

    \b
    Example:
      marsad corrections undo 12
    """
    from marsad.store import Corrections

    with open_settings_store(settings) as store:
        Corrections(store).undo(decision, by=getpass.getuser())
    click.echo(f"decision {decision} taken back")


@corrections.command()
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Standard output else.")
@click.option("--all", "all_", is_flag=True, help="Also reports with events on which nobody decided yet.")
@click.option("--reports", metavar="DIR", type=click.Path(path_type=Path), help="Write their texts here as well.")
@click.pass_obj
def export(settings: Settings, *, output: Path | None, all_: bool, reports: Path | None) -> None:
    """Write the reviewed reports as reference records, for `marsad evaluate`.

    Only reports on all of whose events somebody decided are written. Persons, affiliations, positions and forecasts
    stand as they were read: only events are reviewed.

    \b
    Examples:
      marsad corrections export -o reference.jsonl
      marsad corrections export -o reference.jsonl --reports texts/ && marsad evaluate reference.jsonl texts/
    """
    from marsad.store.reviewed import references

    with open_settings_store(settings) as store:
        found = list(references(store))
        kept = [r for r in found if all_ or not r.left]
        texts = {r.record["report"]: store.report(r.record["report"]).report for r in kept} if reports else {}
    lines = "".join(json.dumps(r.record, ensure_ascii=False) + "\n" for r in kept)
    if output:
        from marsad.files import write_text

        write_text(output, lines)
    else:
        write(lines)
    if reports:
        _texts(reports, texts)
    click.echo(f"{len(kept)} records, {len(found) - len(kept)} reports left out as not wholly reviewed", err=True)


@corrections.command()
@click.option(
    "--format", "style", type=click.Choice(["table", "jsonl", "yaml"]), default="table", show_default=True,
    help="Tables for people, JSON Lines for programs, YAML entries to paste into a pack.",
)  # fmt: skip
@click.pass_obj
def suggest(settings: Settings, style: str) -> None:
    """List names that people gave to actors and places and that the packs do not know.

    \b
    Examples:
      marsad corrections suggest
      marsad corrections suggest --format yaml > mine/actors/suggested.yml
    """
    from marsad.store.reviewed import suggestions, yaml_of

    packs = load_packs(settings)
    with open_settings_store(settings) as store:
        found = suggestions(store, packs)
    if style == "yaml":
        write(yaml_of(found, packs))
    elif style == "jsonl":
        json_lines(s.to_json() for s in found)
    else:
        rows = [(s.kind, s.name, s.id, ", ".join(s.by), s.says[0]) for s in found]
        table(("kind", "name", "means", "by", "sentence"), rows)


@corrections.command()
@click.option("--report", metavar="NAME", help="Only this report.")
@FORMAT
@click.pass_obj
def agreement(settings: Settings, *, report: str | None, style: str) -> None:
    """How far coders agree who coded the same reports alone, facet by facet.

    \b
    Example:
      marsad corrections agreement
    """
    from marsad.store import Corrections
    from marsad.store.agreement import coded, figures

    with open_settings_store(settings) as store:
        found = [f.to_json() for f in figures(coded(Corrections(store), report=report).values())]
    if style == "jsonl":
        json_lines(found)
    else:
        table(tuple(found[0]), [[_cell(value) for value in row.values()] for row in found])


def _cell(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, dict):
        return ", ".join(value)
    return "yes" if value is True else str(value)


def _texts(folder: Path, texts: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, report in texts.items():
        (folder / f"{name}.txt").write_bytes(report.text.encode("utf-8"))
