"""marsad read, explain, evaluate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from marsad.commands.intake import intake, taken
from marsad.commands.output import FORMAT, json_lines, load_packs, table, write

if TYPE_CHECKING:
    from marsad.model import Event, Reading, Report
    from marsad.settings import Settings

PUBLISHED = click.option("--published", metavar="DATE", help="Day of publication where the meta lines give none.")
META = click.option("--meta", metavar="JSONL", help="Lines with report, published, outlet, url.")


@click.command()
@click.argument("files", nargs=-1, required=True)
@PUBLISHED
@META
@click.option("--format", "style", type=click.Choice(["jsonl", "table"]), default="jsonl", show_default=True)
@click.pass_context
def read(ctx: click.Context, files: tuple[str, ...], published: str | None, meta: str | None, style: str) -> None:
    """Read reports into records; "-" is standard input, a folder stands for its *.txt files.

    A broken report is told on standard error and passed over; the exit status is then 2.

    \b
    Examples:
      marsad read report.txt --published 2021-11-24
      marsad read reports/ --meta reports/meta.jsonl > records.jsonl
      cat report.txt | marsad read - --format table
    """
    from marsad.gather import report_files
    from marsad.model import to_record

    settings: Settings = ctx.obj
    source = intake(meta=meta, published=published, packs=load_packs(settings))
    for report, reading in taken(source, report_files(files)):
        if style == "jsonl":
            json_lines([to_record(reading, report.text)])
        else:
            _table(report, reading)
    ctx.exit(2 if source.broken else 0)


@click.command()
@click.argument("file")
@click.option("--event", metavar="ID", help="Only this event.")
@PUBLISHED
@META
@click.pass_context
def explain(ctx: click.Context, file: str, event: str | None, published: str | None, meta: str | None) -> None:
    """Show the rules behind each event of a report, and the words that every value was read from.

    \b
    Examples:
      marsad explain report.txt
      marsad explain report.txt --event e2
    """
    settings: Settings = ctx.obj
    source = intake(meta=meta, published=published, packs=load_packs(settings))
    for report, reading in taken(source, [file]):
        for found in reading.events:
            if event in (None, found.id):
                write(_explained(report, found))
    ctx.exit(2 if source.broken else 0)


@click.command()
@click.argument("reference", type=click.Path(exists=True))
@click.option("--reports", metavar="DIR", required=True, help="The texts, one FILE.txt a record.")
@META
@FORMAT
@click.pass_context
def evaluate(ctx: click.Context, reference: str, reports: str, meta: str | None, style: str) -> None:
    """Compare the reader with reference records, facet by facet.

    \b
    Example:
      marsad evaluate tests/corpus/reference --reports tests/corpus/reports
    """
    from importlib import import_module

    compare = import_module("marsad.read.evaluate").evaluate

    settings: Settings = ctx.obj
    rows = compare(reference, reports, meta=meta, packs=load_packs(settings))
    if style == "jsonl":
        json_lines(rows)
    else:
        names = ("facet", "precision", "recall", "f1", "right", "missed", "false")
        table(names, [[_short(row[name]) for name in names] for row in rows])


def _short(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _table(report: Report, reading: Reading) -> None:
    text = report.text
    rows = []
    for e in reading.events:
        sides = [" + ".join(m.id or m.span.quote(text) for m in side) for side in (e.actor, e.recipient)]
        place = e.place.span.quote(text) if e.place else ""
        day = str(e.time.start or e.time.span.quote(text)) if e.time else ""
        rows.append((e.id, f"{e.type} {e.mode or ''}", e.status, *sides, place, day))
    title = f"{report.name} ({report.published or 'no date'})"
    table(("event", "type", "status", "actor", "recipient", "place", "day"), rows, title=title)


def _explained(report: Report, event: Event) -> str:
    text = report.text
    lines = [f"{report.name} {event.id}: {event.type} {event.mode or ''} ({event.status})".rstrip()]
    lines += [f"  told by: {span.quote(text)!r} [{span.start}, {span.end})" for span in event.evidence]
    lines += [f"  rule: {rule}" for rule in event.rules]
    for slot in ("actor", "recipient"):
        lines += [_said(slot, m.id, m, text) for m in getattr(event, slot)]
    if event.place:
        lines.append(_said("place", event.place.id or f"{event.place.lat}, {event.place.lon}", event.place, text))
    if event.time:
        lines.append(_said("time", f"{event.time.start} to {event.time.end}", event.time, text))
    for slot in ("killed", "injured", "captured", "released", "personnel"):
        lines += [_said(slot, c.best if c.best is not None else (c.low, c.high), c, text) for c in getattr(event, slot)]
    lines += [_said("voucher", f"{a.kind}, {a.stance}", a, text) for a in event.attribution]
    return "\n".join(lines) + "\n"


def _said(slot: str, value: object, found: Any, text: str) -> str:
    rule = f"  by {found.rule}" if found.rule else ""
    return f"  {slot}: {value} from {found.span.quote(text)!r} [{found.span.start}, {found.span.end}){rule}"
