"""marsad read, explain, evaluate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from marsad.commands.bulk import bulk_options, given, read_in_bulk
from marsad.commands.intake import intake, taken
from marsad.commands.output import FORMAT, json_lines, load_packs, table, write
from marsad.commands.second import Asked, reader, reader_options

if TYPE_CHECKING:
    from marsad.model import Reading, Report
    from marsad.settings import Settings

PUBLISHED = click.option("--published", metavar="DATE", help="Day of publication where the meta lines give none.")
META = click.option("--meta", metavar="JSONL", help="Lines with report, published, outlet, url.")


@click.command()
@click.argument("files", nargs=-1, required=True)
@PUBLISHED
@META
@click.option("--format", "style", type=click.Choice(["jsonl", "table"]), default="jsonl", show_default=True)
@reader_options
@bulk_options
@click.pass_context
def read(
    ctx: click.Context, /, files: tuple[str, ...], *, published: str | None, meta: str | None, style: str, **asked: Any
) -> None:
    """Read reports into records; "-" is standard input, a folder stands for its *.txt files.

    A broken report is told on standard error and passed over; the exit status is then 2.

    With --bulk, FILES are archives (JSON Lines, Parquet, WARC, folders of these), which many workers read into the part
    files of the folder OUT. Broken reports are lines of OUT/errors.jsonl. Ctrl-C, or any accident, loses nothing: the
    same command goes on.

    \b
    Examples:
      marsad read report.txt --published 2021-11-24
      marsad read reports/ --meta reports/meta.jsonl > records.jsonl
      cat report.txt | marsad read - --format table
      marsad read reports/ --reader both --model-url http://127.0.0.1:11434/v1 --model NAME --differences apart.jsonl
      marsad read --bulk archive/ -o read/ --workers 8
      marsad read --bulk crawl.warc.gz -o /shared/read --engine dask --scheduler tcp://10.0.0.1:8786
    """
    bulk = given(asked)
    if bulk.on:
        ctx.exit(read_in_bulk(ctx.obj, files, bulk, published=published, meta=meta, reader=asked["reader"]))
    from marsad.gather import report_files
    from marsad.model import to_record

    settings: Settings = ctx.obj
    packs = load_packs(settings)
    with reader(Asked(**asked), packs) as chosen:
        source = intake(meta=meta, published=published, packs=packs, read=chosen.read)
        for report, reading in taken(source, report_files(files)):
            if style == "jsonl":
                json_lines([to_record(reading, report.text)])
            else:
                _table(report, reading)
    ctx.exit(2 if source.broken else 0)


@click.command()
@click.argument("file")
@click.argument("event", required=False)
@PUBLISHED
@META
@click.pass_context
def explain(ctx: click.Context, file: str, event: str | None, published: str | None, meta: str | None) -> None:
    """Show the tree behind each event of a report: words, values, rules, and the knowledge that they stand in.

    \b
    Examples:
      marsad explain report.txt
      marsad explain report.txt e2 --published 2022-09-02
    """
    from marsad.errors import InputError
    from marsad.read.explain import explain as tree

    settings: Settings = ctx.obj
    packs = load_packs(settings)
    source = intake(meta=meta, published=published, packs=packs)
    for report, reading in taken(source, [file]):
        if event and event not in {e.id for e in reading.events}:
            have = ", ".join(e.id for e in reading.events) or "none"
            raise InputError("E111", f"{report.name} has no event {event}", f"its events: {have}")
        write(tree(report, reading, packs=packs, event=event))
    ctx.exit(2 if source.broken else 0)


@click.command()
@click.argument("reference")
@click.argument("files", nargs=-1, required=True)
@META
@click.option("--against", metavar="JSONL", help="Other records to score beside these, facet by facet.")
@click.option("--show", metavar="N", type=int, default=0, help="Print up to N examples of each cause.")
@reader_options
@FORMAT
@click.pass_context
def evaluate(
    ctx: click.Context,
    /,
    *,
    reference: str,
    files: tuple[str, ...],
    meta: str | None,
    against: str | None,
    show: int,
    style: str,
    **asked: Any,
) -> None:
    """Compare the reader with reference records, facet by facet, and count what it misses by cause.

    REFERENCE is a folder of records or a file of JSON Lines. FILES are reports (a folder stands for its *.txt files),
    which are read now, or files of records (*.jsonl) that were read before.

    \b
    Examples:
      marsad evaluate tests/corpus/records tests/corpus/reports --show 3
      marsad evaluate tests/corpus/records new.jsonl --against old.jsonl
      marsad evaluate records reports/ --reader both --model-url http://127.0.0.1:11434/v1 --model NAME
    """
    from marsad.commands.evaluation import causes, engines, figures
    from marsad.read.evaluate import compare, load_records, read_all, references_of
    from marsad.read.misses import misses

    settings: Settings = ctx.obj
    packs = load_packs(settings)
    with reader(Asked(**asked), packs) as chosen:
        records = read_all(files, meta=meta, packs=packs, read=chosen.read)
    if chosen.apart:
        engines(reference, {**chosen.apart, "both": records}, style=style)
        return
    references = references_of(reference, records)
    compared = compare(references, records)
    other = compare(references, load_records(against)).rows() if against else None
    figures(compared.rows(), other, style=style)
    causes(misses(compared, references, records), show=show, style=style)


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
