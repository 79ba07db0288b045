"""The command line. Commands are imported when they run, so that --help answers at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from marsad import __version__
from marsad.errors import MarsadError

COMMANDS = {
    "read": "read:read", "explain": "read:explain", "evaluate": "read:evaluate",
    "add": "add:add", "sources": "sources:sources", "jobs": "jobs:jobs", "reread": "reread:reread",
    "custody": "custody:custody", "fuse": "fuse:fuse",
    "incidents": "incidents:incidents", "incident": "incidents:incident", "why": "incidents:why",
    "same": "verdicts:same", "split": "verdicts:split", "verdicts": "verdicts:verdicts", "undo": "verdicts:undo",
    "withdraw": "verdicts:withdraw", "rate": "rate:rate",
    "actors": "actors:actors", "actor": "actors:actor", "pair": "actors:pair",
    "chains": "relations:chains", "network": "relations:network",
    "alerts": "alerts:alerts", "watch": "watch:watch", "forecast": "forecast:forecast",
    "export": "export:export", "import": "import_:import_", "compare": "import_:compare", "brief": "brief:brief",
    "publish": "publish:publish",
    "packs": "packs:packs", "serve": "serve:serve", "users": "users:users",
    "corrections": "corrections:corrections", "demo": "demo:demo",
    "migrate-store": "migrate:migrate_store", "backup": "backup:backup", "restore": "backup:restore",
    "settings": "settings:settings", "doctor": "doctor:doctor",
}  # fmt: skip
HELP = {
    "read": "Read reports into records.", "explain": "Show the rules behind each event of a report.",
    "evaluate": "Compare the reader with reference records.", "add": "Take in files, folders and web addresses.",
    "sources": "Sources that are looked at again and again.",
    "jobs": "Long work: how far it is, stop it, go on.", "reread": "Read again what an older version has read.",
    "custody": "Verify or export the custody log.", "fuse": "Fuse bulk readings into incidents without a store.",
    "incidents": "List incidents.",
    "incident": "Show one incident with all claims.", "why": "Show why events were joined into an incident.",
    "same": "Say that two incidents or events are one happening.",
    "split": "Say that an event does not belong to an incident.",
    "verdicts": "What people said about incidents.", "undo": "Take a verdict back.",
    "withdraw": "Take a report out of all incidents.", "rate": "Grade sources (A-F) and claims (1-6).",
    "actors": "List actors.", "actor": "Show one actor with its ties.",
    "pair": "Cooperation and conflict between two actors.",
    "chains": "Quarrels at a site step by step, and open demands.",
    "network": "Who is at odds with whom in a window.", "alerts": "List alerts with their reasons.",
    "watch": "Rules that raise alerts, and where the alerts go.",
    "forecast": "Chances of material conflict in the next days, with their score.",
    "export": "Write incidents in a format that others' tools open.",
    "import": "Keep a data set of others to compare with.",
    "compare": "Lay our incidents beside a data set of others.",
    "brief": "Write the briefing of a period.", "publish": "Static sites and briefings on schedule.",
    "packs": "Lint and prove the knowledge.", "serve": "Open the workbench in the browser.",
    "users": "People of a team: roles, passwords, read tokens.",
    "corrections": "What people corrected: list, take back, export, suggest for packs.",
    "demo": "Read the demonstration reports and open the workbench.",
    "settings": "Show or check the settings.", "migrate-store": "Move all of a store to another database.",
    "backup": "Write all of the store into one file, and check it.", "restore": "Fill an empty store with a backup.",
    "doctor": "Check that everything is in order.",
}  # fmt: skip
TOLD_THERE = ("settings", "doctor")  # these begin with faulty settings too, and tell the faults


class Lazy(click.Group):
    """A group whose commands are imported when they are asked for; prints coded errors."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the verbs."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command: click.Command = getattr(import_module(f"marsad.commands.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, HELP[name]) for name in COMMANDS])

    def invoke(self, ctx: click.Context) -> Any:
        """Run; a coded error goes to standard error and ends with status 2."""
        try:
            return super().invoke(ctx)
        except MarsadError as error:
            for fault in getattr(error, "faults", None) or [error]:
                click.echo(f"{fault.code}: {fault.message} / {fault.remedy}", err=True)
            ctx.exit(2)


def _tell_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from marsad.read import COMPILED

        click.echo(f"marsad, version {__version__}" + (", compiled reader" if COMPILED else ""))
        ctx.exit()


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--store", metavar="URL", help="sqlite:///FILE or postgresql://... (MARSAD_STORE, a file of yours).")
@click.option("--pack", "packs", metavar="DIR", multiple=True, help="A folder of your own knowledge, laid over ours.")
@click.option("--settings", "file", metavar="FILE", help="The file of settings, in place of the usual one.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)
@click.pass_context
def main(ctx: click.Context, store: str | None, packs: tuple[str, ...], file: str | None) -> None:
    """Marsad reads Arabic reports on armed conflict into events that can be checked to the letter.

    \b
    Examples:
      marsad demo
      marsad read report.txt --published 2021-11-24
      marsad add reports/ --meta reports/meta.jsonl
      marsad pair russia iran
    """
    import os

    from marsad.settings import SettingsError, settings

    try:
        ctx.obj = settings(store=store, packs=packs, file=file)
    except SettingsError as error:
        if ctx.invoked_subcommand not in TOLD_THERE:
            raise
        ctx.obj = error
        return
    for name, value in ctx.obj.for_environment().items():
        os.environ.setdefault(name, value)


if __name__ == "__main__":
    main()
