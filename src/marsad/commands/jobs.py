"""marsad jobs list, show, stop, resume."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from marsad.commands.output import FORMAT, json_lines, load_packs, open_settings_store, table
from marsad.errors import InputError

if TYPE_CHECKING:
    from marsad.settings import Settings
    from marsad.store.jobs import Job


@click.group()
def jobs() -> None:
    """Long work: how far it is, what failed and why, stop it, go on with it.

    \b
    Examples:
      marsad jobs list
      marsad jobs show 3
      marsad jobs resume 3
    """


@jobs.command("list")
@FORMAT
@click.pass_obj
def list_(settings: Settings, style: str) -> None:
    """All jobs, oldest first."""
    from marsad.store.jobs import Jobs

    with open_settings_store(settings) as store:
        found = Jobs(store).all()
    if style == "jsonl":
        json_lines(job.to_json() for job in found)
        return
    rows = [(j.id, j.kind, j.state, _count(j), f"{j.made_at:%Y-%m-%d %H:%M}", j.by, j.told) for j in found]
    table(("job", "kind", "state", "items", "started", "by", "told"), rows)


@jobs.command()
@click.argument("job", type=int)
@FORMAT
@click.pass_obj
def show(settings: Settings, job: int, style: str) -> None:
    """One job with every item that failed, and why."""
    from marsad.store.jobs import Jobs

    with open_settings_store(settings) as store:
        found, failed = Jobs(store).get(job), Jobs(store).items(job, "failed")
    faults = [(fault["where"] or item.item, fault) for item in failed for fault in item.faults]
    if style == "jsonl":
        json_lines([found.to_json()])
        json_lines({"item": item, **fault} for item, fault in faults)
        return
    click.echo(f"job {found.id}, {found.kind}: {found.state}, {_count(found)} items. {found.told or ''}".rstrip())
    for where, fault in faults:
        click.echo(f"{where}: {fault['code']}: {fault['message']} / {fault['remedy']}")


@jobs.command()
@click.argument("job", type=int)
@click.pass_obj
def stop(settings: Settings, job: int) -> None:
    """Ask a job at work to stop after the item it is at."""
    from marsad.store.jobs import Jobs

    with open_settings_store(settings) as store:
        Jobs(store).ask_stop(job)
    click.echo(f"job {job} stops after the item it is at")


@jobs.command()
@click.argument("job", type=int)
@click.option("--failed/--no-failed", default=True, show_default=True, help="Try items again that failed.")
@click.pass_context
def resume(ctx: click.Context, job: int, *, failed: bool) -> None:
    """Go on with a job that was stopped or broken off; what is in the store is not done again."""
    from marsad.commands.add import taking_of, tell
    from marsad.commands.taking import work
    from marsad.store.jobs import Jobs

    settings: Settings = ctx.obj
    with open_settings_store(settings) as store:
        found = Jobs(store).claim(job)
        _return_to(str(found.given.get("cwd") or "."))
        taking = taking_of(store, found.given, packs=load_packs(settings))
        items = Jobs(store).items(job, "waiting", *(("failed",) if failed else ()))
        try:
            out = work(taking, Jobs(store), job, items)
        finally:
            taking.gatherer.close()
    tell(out)
    ctx.exit(2 if out.faults or out.stopped else 0)


def _return_to(folder: str) -> None:
    """The job's paths are as they were given, below the folder it was started in."""
    try:
        os.chdir(folder)
    except OSError as error:
        message = f"the job was started in {folder}, which cannot be opened: {error.strerror}"
        raise InputError("E101", message, "bring the folder back") from error


def _count(job: Job) -> str:
    done, all_ = job.counts.get("done", 0) + job.counts.get("failed", 0), sum(job.counts.values())
    failed = job.counts.get("failed", 0)
    return f"{done}/{all_}" + (f", {failed} failed" if failed else "")
