"""marsad add."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.flags import given_options, inlet_flags
from marsad.commands.output import load_packs, open_settings_store
from marsad.commands.read import META, PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marsad.commands.taking import Outcome, Taking
    from marsad.packs import Packs
    from marsad.read import Reader
    from marsad.settings import Settings
    from marsad.store import Store

_READERS: dict[str, tuple[Packs, Reader]] = {}


@click.command()
@click.argument("given", nargs=-1, required=True, metavar="PATH|URL...")
@PUBLISHED
@META
@inlet_flags
@click.pass_context
def add(ctx: click.Context, /, given: tuple[str, ...], published: str | None, meta: str | None, **values: Any) -> None:
    """Take in files, folders and web addresses of any kind, and read what is Arabic.

    The kind is recognised: text, pages, feeds, chats, mail, tables, PDF, pictures, web archives and archives of these
    (see the page on inlets). The bytes as they came are kept, and each report once. What cannot be taken is told and
    passed over; the exit status is then 2. Ctrl-C stops after the report at hand; marsad jobs resume goes on.
    A folder that `marsad read --bulk` wrote is taken in with its readings; nothing in it is read again.

    \b
    Examples:
      marsad add reports/ --meta reports/meta.jsonl
      marsad add https://example.org/news/1234 page.html statement.pdf
      marsad add archive.xlsx --table-text النص --table-published التاريخ
      marsad --store sqlite:///case.sqlite add crawl.warc.gz --warc-host example.org
      marsad read --bulk archive/ -o read/ && marsad add read/
    """
    settings: Settings = ctx.obj
    asked: dict[str, Any] = {
        "given": list(given),
        "published": published,
        "meta": str(Path(meta).resolve()) if meta else None,
    }
    asked |= {"cwd": str(Path.cwd()), "inlet": values["inlet"], "outlet": values["outlet"]}
    asked["options"] = given_options(values)
    with open_settings_store(settings) as store:
        out = gather(store, asked, packs=load_packs(settings))
    tell(out)
    ctx.exit(2 if out.faults or out.stopped else 0)


def gather(store: Store, asked: Mapping[str, Any], *, packs: Packs) -> Outcome:
    """Start a job for what is asked and do it; the keys are those that `marsad add` writes into its job."""
    from marsad.commands.parts import items_of
    from marsad.commands.taking import work
    from marsad.store.jobs import Jobs

    taking = taking_of(store, asked, packs=packs)
    jobs = Jobs(store)
    try:
        items, passed = items_of(asked["given"])
        taking.out.passed += passed
        job = jobs.start("add", asked, items, by=taking.by)
        out = work(taking, jobs, job, jobs.items(job))
    finally:
        taking.gatherer.close()
    if out.stopped:
        click.echo(f"stopped; go on with: marsad jobs resume {job}", err=True)
    return out


def taking_of(store: Store, asked: Mapping[str, Any], *, packs: Packs) -> Taking:
    """The machinery for what is asked. Raises InputError E108, E109, E142, E731."""
    from marsad.commands.parts import holds_parts, part_taking
    from marsad.commands.taking import Taking
    from marsad.gather import read_meta
    from marsad.gather.gatherer import Gatherer
    from marsad.gather.meta import parse_day
    from marsad.gather.registry import gather_options
    from marsad.store.gathering import Gathering

    published = parse_day(asked["published"]) if asked.get("published") else None
    options = gather_options(
        asked.get("options") or {}, inlet=asked.get("inlet"), outlet=asked.get("outlet"), published=published
    )
    gathering = Gathering(store)
    meta = read_meta(asked["meta"]) if asked.get("meta") else {}
    gatherer = Gatherer(options, memory=gathering)
    taking = Taking(store, gathering, gatherer, reader(packs).read, reader_version(packs), meta, getpass.getuser())
    return part_taking(taking, asked, packs) if holds_parts(asked["given"]) else taking


def reader(packs: Packs) -> Reader:
    """The reader of these packs; the last one is kept, since standing sources ask for it again and again."""
    from marsad.read import Reader

    held = _READERS.get("last")
    if held is None or held[0] is not packs:
        held = _READERS["last"] = (packs, Reader(packs))
    return held[1]


def reader_version(packs: Packs) -> str:
    """Names the reader and the knowledge: a report read with another version is read again by marsad reread."""
    from marsad.read.reader import ENGINE

    return f"{ENGINE} {packs.version}"


def tell(out: Outcome) -> None:
    """What came of it, on standard output; what was passed over on purpose on standard error."""
    for passed in out.passed:
        click.echo(f"{passed.where}: {passed.count} {passed.why}", err=True)
    click.echo(out.told())
