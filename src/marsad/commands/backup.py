"""marsad backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from marsad.commands.migrate import Bars, tell_moved

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE|DIR",
              help="A new file, or a folder (MARSAD_BACKUPS, a folder of yours).")  # fmt: skip
@click.option("--keep", type=int, metavar="N", help="Leave only the N newest backups of this store in the folder.")
@click.option("--keep-faults", is_flag=True, help="Back up a store whose custody log has faults, as it is.")
@click.pass_obj
def backup(settings: Settings, *, output: Path | None, keep: int | None, keep_faults: bool) -> None:
    """Write all of the store into one file, while it is in use, and check it.

    The file is a working SQLite store, whatever the store is; the manifest beside it tells what must be in it. It holds
    private names and password hashes: only its owner may read it.

    \b
    Examples:
      marsad backup -o backups --keep 7
      marsad --store postgresql://marsad@localhost/marsad backup -o marsad.sqlite
    """
    from marsad.settings import data_folder
    from marsad.store.backups import back_up

    to = output or settings.backups or data_folder() / "backups"
    with Bars() as bars:
        made = back_up(settings.store, to, keep=keep, keep_faults=keep_faults, progress=bars)
    rows = sum(rows for rows, _ in made.content.values())
    click.echo(f"{made.file}: {rows:,} rows, {made.lines} lines of custody, {made.size:,} bytes, checked")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(settings: Settings, file: Path) -> None:
    """Fill an empty store with a backup.

    The store is that of --store or MARSAD_STORE. One that holds anything is refused: nothing is ever overwritten.

    \b
    Examples:
      marsad --store restored.sqlite restore backups/marsad-20260131-020000-000000.sqlite
      marsad --store postgresql://marsad@localhost/fresh restore marsad.sqlite
    """
    from marsad.store.backups import restore as restored
    from marsad.store.connecting import shown

    with Bars() as bars:
        moved = restored(file, settings.store, progress=bars)
    tell_moved(moved)
    click.echo(f"{file} is in {shown(settings.store)} now")
