"""marsad sources add, list, remove, test, run."""

from __future__ import annotations

import getpass
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marsad.commands.flags import given_options, inlet_flags
from marsad.commands.output import FORMAT, complain, json_lines, load_packs, open_settings_store, table
from marsad.errors import InputError, MarsadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from marsad.packs import Packs
    from marsad.settings import Settings
    from marsad.store import Store
    from marsad.store.jobs import StandingSource

_EVERY = re.compile(r"([1-9]\d{0,3})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
SHOWN = 10  # reports that a test shows


@click.group()
def sources() -> None:
    """Sources that are looked at again and again: feeds, pages, folders, each with its schedule.

    \b
    Examples:
      marsad sources add euphrates https://example.org/rss --every 30m
      marsad sources test euphrates
      marsad sources run --forever
    """


@sources.command("add")
@click.argument("name")
@click.argument("address", metavar="URL|PATH")
@click.option("--every", metavar="TIME", help="How often: 30m, 6h, 1d. [default: 1h]")
@click.option("--cron", metavar="LINE", help="When, as a cron line in five fields, in UTC, instead of --every.")
@inlet_flags
@click.pass_obj
def add(settings: Settings, /, name: str, address: str, every: str | None, cron: str | None, **values: Any) -> None:
    """Keep a source under NAME. Flags of inlets hold for each run.

    \b
    Example:
      marsad sources add desk https://example.org/feed --cron '0 6 * * *' --feed-most 50
    """
    from marsad.gather.gatherer import WEB
    from marsad.gather.registry import gather_options
    from marsad.gather.web.addresses import check_address
    from marsad.store.jobs import StandingSource, StandingSources

    schedule = cron or every or "1h"
    trigger(schedule)
    options = {"inlet": values["inlet"], "outlet": values["outlet"], "options": given_options(values)}
    gather_options(options["options"], inlet=options["inlet"])
    address = check_address(address) if address.startswith(WEB) else str(Path(address).resolve())
    with open_settings_store(settings) as store:
        StandingSources(store).put(StandingSource(name, address, schedule, options), by=getpass.getuser())
    click.echo(f"{name}: {address}, {schedule}")


@sources.command("list")
@FORMAT
@click.pass_obj
def list_(settings: Settings, style: str) -> None:
    """All sources, when each was looked at last and what came of it."""
    from marsad.store.jobs import StandingSources

    with open_settings_store(settings) as store:
        found = StandingSources(store).all()
    if style == "jsonl":
        json_lines(source.to_json() for source in found)
        return
    rows = [(s.name, s.address, s.schedule, f"{s.ran_at:%Y-%m-%d %H:%M}" if s.ran_at else "", s.told) for s in found]
    table(("source", "address", "schedule", "looked at", "told"), rows)


@sources.command()
@click.argument("name")
@click.pass_obj
def remove(settings: Settings, name: str) -> None:
    """Look at a source no more; what came from it stays."""
    from marsad.store.jobs import StandingSources

    with open_settings_store(settings) as store:
        StandingSources(store).remove(name, by=getpass.getuser())
    click.echo(f"{name} is looked at no more")


@sources.command()
@click.argument("name", metavar="NAME|URL|PATH")
@inlet_flags
@click.pass_context
def test(ctx: click.Context, /, name: str, **values: Any) -> None:
    """Look once and show what would come in; nothing is kept.

    \b
    Example:
      marsad sources test https://example.org/rss --feed-most 5
    """
    settings: Settings = ctx.obj
    options = {"inlet": values["inlet"], "outlet": values["outlet"], "options": given_options(values)}
    with open_settings_store(settings) as store:
        known = _known(store, name)
    address, asked = (known.address, dict(known.options)) if known else (name, options)
    rows, faults = _tried(address, asked)
    table(("report", "published", "outlet", "language", "begins"), rows)
    ctx.exit(2 if faults else 0)


@sources.command()
@click.argument("names", nargs=-1)
@click.option("--forever", is_flag=True, help="Stay, and look at each source by its schedule.")
@click.pass_context
def run(ctx: click.Context, names: tuple[str, ...], *, forever: bool) -> None:
    """Look at the named sources, or at all, once; with --forever by their schedules.

    \b
    Examples:
      marsad sources run euphrates
      marsad sources run --forever
    """
    settings: Settings = ctx.obj
    packs = load_packs(settings)
    with open_settings_store(settings) as store:
        chosen = _chosen(store, names)
        if forever:
            _forever(store, chosen, packs)
            return
        broken = sum(not look(store, source, packs=packs) for source in chosen)
    ctx.exit(2 if broken else 0)


def look(store: Store, source: StandingSource, *, packs: Packs) -> bool:
    """Look at a source once and note what came of it. False where anything of it failed."""
    from marsad.commands.add import gather, tell
    from marsad.store.jobs import StandingSources

    click.echo(f"{source.name}: {source.address}", err=True)
    try:
        out = gather(store, {"given": [source.address], **source.options}, packs=packs)
    except MarsadError as error:
        StandingSources(store).ran(source.name, told=f"{error.code}: {error.message}")
        complain(error)
        return False
    StandingSources(store).ran(source.name, told=out.told())
    tell(out)
    return not out.faults


def trigger(schedule: str) -> Any:
    """The scheduler's trigger of "30m", "6h", "1d" or a cron line. Raises InputError E141, E142."""
    from marsad.gather.needed import library

    if match := _EVERY.fullmatch(schedule):
        interval = library("apscheduler.triggers.interval", of="schedules").IntervalTrigger
        return interval(**{UNITS[match[2]]: int(match[1])}, timezone="UTC")
    cron = library("apscheduler.triggers.cron", of="schedules").CronTrigger
    try:
        return cron.from_crontab(schedule, timezone="UTC")
    except ValueError as error:
        remedy = "write 30m, 6h, 1d, or a cron line in five fields such as '0 6 * * *'"
        raise InputError("E142", f"{schedule!r} is no schedule: {error}", remedy) from error


def _forever(store: Store, chosen: list[StandingSource], packs: Packs) -> None:
    """Look at each source now and then by its schedule, one at a time, until Ctrl-C."""
    from marsad.gather.needed import library
    from marsad.memory import few_arenas

    few_arenas()
    blocking = library("apscheduler.schedulers.blocking", of="schedules").BlockingScheduler
    pool = library("apscheduler.executors.pool", of="schedules").ThreadPoolExecutor
    scheduler = blocking(timezone="UTC", executors={"default": pool(1)})
    for source in chosen:
        scheduler.add_job(
            _scheduled(store, source, packs), trigger(source.schedule), id=source.name, name=source.name,
            coalesce=True, max_instances=1, misfire_grace_time=None,
        )  # fmt: skip
    click.echo(f"{len(chosen)} sources, until Ctrl-C", err=True)
    for source in chosen:
        look(store, source, packs=packs)
    try:
        scheduler.start()
    except (KeyboardInterrupt, SystemExit):
        click.echo("stopped", err=True)


def _scheduled(store: Store, source: StandingSource, packs: Packs) -> Callable[[], None]:
    def once() -> None:
        look(store, source, packs=packs)

    return once


def _chosen(store: Store, names: tuple[str, ...]) -> list[StandingSource]:
    from marsad.store.jobs import StandingSources

    kept = StandingSources(store)
    found = [kept.get(name) for name in names] if names else [s for s in kept.all() if s.enabled]
    if not found:
        raise InputError("E142", "there are no sources", "keep one with: marsad sources add NAME URL")
    return found


def _known(store: Store, name: str) -> StandingSource | None:
    from marsad.store.jobs import StandingSources

    return next((s for s in StandingSources(store).all() if s.name == name), None)


def _tried(address: str, asked: Mapping[str, Any]) -> tuple[list[tuple[object, ...]], int]:
    """Rows of what would come in, and the number of faults, each told on standard error."""
    from marsad.gather.gatherer import Gatherer, expand
    from marsad.gather.registry import gather_options

    options = gather_options(asked.get("options") or {}, inlet=asked.get("inlet"), outlet=asked.get("outlet"))
    gatherer = Gatherer(options)
    rows: list[tuple[object, ...]] = []
    faults = 0
    try:
        for row in _seen(gatherer, expand([address]).items):
            if isinstance(row, MarsadError):
                faults += 1
                complain(row)
            else:
                rows.append(row)
            if len(rows) >= SHOWN:
                break
    finally:
        gatherer.close()
    return rows, faults


def _seen(gatherer: Any, items: list[str]) -> Iterator[tuple[object, ...] | MarsadError]:
    from marsad.gather.arrive import arrive
    from marsad.gather.pieces import Piece, Refusal

    for _, got in gatherer.parcels(items):
        if not isinstance(got, MarsadError) and got is not None:
            try:
                for one in gatherer.open(got):
                    if isinstance(one, Refusal):
                        yield one.error
                    elif isinstance(one, Piece):
                        arrival = arrive(one, one.find(), options=gatherer.options)
                        report, begins = arrival.report, " ".join(arrival.report.text.split())[:60]
                        yield report.name, report.published, report.outlet, arrival.language, begins
            except MarsadError as error:
                yield error
        elif got is not None:
            yield got
