"""marsad packs lint, prove, suggest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from marsad.commands.intake import intake, taken
from marsad.commands.output import FORMAT, json_lines, load_packs, table, write

if TYPE_CHECKING:
    from marsad.read.unknown import Unknown
    from marsad.settings import Settings


@click.group()
def packs() -> None:
    """Lint and prove the knowledge: ours, with the folders of --pack laid over it.

    \b
    Examples:
      marsad packs lint
      marsad --pack mine packs prove
      marsad packs suggest reports/
    """


@packs.command()
@FORMAT
@click.pass_context
def lint(ctx: click.Context, style: str) -> None:
    """List all faults at once; the exit status is 2 where there are any."""
    from marsad.packs import lint as check

    settings: Settings = ctx.obj
    faults = check(*settings.packs)
    if style == "jsonl":
        names = ("file", "line", "code", "id", "message", "remedy")
        json_lines({name: getattr(fault, name) for name in names} for fault in faults)
    else:
        for fault in faults:
            click.echo(str(fault))
        click.echo(f"{len(faults)} faults", err=True)
    ctx.exit(2 if faults else 0)


@packs.command()
@FORMAT
@click.pass_context
def prove(ctx: click.Context, style: str) -> None:
    """Run the examples of every entry through the reader; the exit status is 2 where one fails."""
    from marsad.commands.prover import ReaderProver
    from marsad.packs import prove as run
    from marsad.watch.prove import failures
    from marsad.watch.rules import packaged

    settings: Settings = ctx.obj
    loaded = load_packs(settings)
    results = run(loaded, ReaderProver(loaded))
    failed = [_result(r) for r in results if not r.ok]
    failed += [{"kind": "alert", "id": text, "problem": text} for text in failures(packaged(), loaded)]
    if style == "jsonl":
        json_lines(failed)
    else:
        rows = [(r["kind"], r["id"], r.get("text"), r["problem"]) for r in failed]
        table(("kind", "entry", "example", "problem"), rows)
    click.echo(f"{len(results)} examples, {len(failed)} failed", err=True)
    ctx.exit(2 if failed else 0)


@packs.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(["actor", "place", "outlet"]), help="Only names of this kind.")
@click.option("--least", metavar="N", type=click.IntRange(min=1), default=1, help="Only names told N times or more.")
@click.option("--meta", metavar="JSONL", help="Lines with report, published, outlet, url.")
@click.option(
    "--format", "style", type=click.Choice(["table", "jsonl", "yaml"]), default="table", show_default=True,
    help="Tables for people, JSON Lines for programs, YAML entries to paste into a pack.",
)  # fmt: skip
@click.pass_context
def suggest(
    ctx: click.Context, *, files: tuple[str, ...], kind: str | None, least: int, meta: str | None, style: str
) -> None:
    """List names in reports that no pack knows, the most frequent first, with a sentence that holds each.

    Groups, places without a point and outlets are listed, persons never. The entries of --format yaml have nulls where
    somebody must say what the reports do not: the point of a place, the camp of a group, the home of an outlet.

    \b
    Examples:
      marsad packs suggest reports/
      marsad packs suggest reports/ --kind actor --least 3
      marsad packs suggest report.txt --format yaml > mine/suggested.yml
    """
    from marsad.gather import report_files
    from marsad.read.unknown import unknown_names

    settings: Settings = ctx.obj
    source = intake(meta=meta, published=None, packs=load_packs(settings))
    names = unknown_names(taken(source, report_files(files)))
    names = [n for n in names if n.count >= least and kind in (None, n.kind)]
    if style == "yaml":
        write(_entries(names))
    elif style == "jsonl":
        json_lines(
            {"kind": n.kind, "name": n.name, "id": n.id, "count": n.count, "reports": sorted(n.reports),
             "examples": n.examples} for n in names
        )  # fmt: skip
    else:
        table(("kind", "name", "told", "reports", "example"), [_row(n) for n in names])
    ctx.exit(2 if source.broken else 0)


def _row(name: Unknown) -> tuple[str, str, int, int, str]:
    return name.kind, name.name, name.count, len(name.reports), name.examples[0]


def _entries(names: list[Unknown]) -> str:
    """YAML entries, each kind under the name of the file that it belongs in."""
    import yaml

    homes = {"actor": "actors/*.yml", "place": "entries of places/*.yml", "outlet": "entries of outlets.yml"}
    parts = []
    for kind, home in homes.items():
        found = [_entry(n) for n in names if n.kind == kind]
        if found:
            body = yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=120)
            parts.append(f"# {home}\n{body}")
    return "\n".join(parts)


def _entry(name: Unknown) -> dict[str, Any]:
    """What the reports tell of a name, in the form of its pack; null where they do not tell."""
    from marsad.read.fold import fold_words
    from marsad.read.slugs import slug

    plain = slug(fold_words(name.name).split()).removeprefix("person/")
    if name.kind == "actor":
        return {"id": name.id, "kind": "unknown", "ar": name.name, "en": plain, "parent": None, "camp": None,
                "strong": [name.name], "says": name.examples[:1]}  # fmt: skip
    if name.kind == "place":
        return {"id": plain, "ar": name.name, "en": plain, "kind": None, "parent": None, "lat": None, "lon": None,
                "precision": 1, "says": name.examples[:1]}  # fmt: skip
    return {"id": plain, "ar": name.name, "en": plain, "kind": "media", "home": None, "says": name.examples[:1]}


def _result(r: Any) -> dict[str, Any]:
    return {name: getattr(r, name) for name in ("kind", "id", "expect", "text", "problem", "file", "line", "carried")}
