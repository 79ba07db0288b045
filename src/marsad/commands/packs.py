"""marsad packs lint, prove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, table

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.group()
def packs() -> None:
    """Lint and prove the knowledge: ours, with the folders of --pack laid over it.

    \b
    Examples:
      marsad packs lint
      marsad --pack mine packs prove
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


def _result(r: Any) -> dict[str, Any]:
    return {name: getattr(r, name) for name in ("kind", "id", "expect", "text", "problem", "file", "line", "carried")}
