"""marsad custody verify, export, originals, stamp."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

import click

from marsad.commands.output import FORMAT, json_lines, open_settings_store, table

if TYPE_CHECKING:
    from marsad.settings import Settings


@click.group()
def custody() -> None:
    """What came in, when, how and by whom, in a log that cannot be changed unseen.

    \b
    Examples:
      marsad custody verify
      marsad custody export -o bundle.zip
      marsad custody originals --report east-01
    """


@custody.command()
@click.option("--head", metavar="HASH", help="Hash of a line known from an earlier export or stamp: it must be there.")
@click.pass_context
def verify(ctx: click.Context, head: str | None) -> None:
    """Check the log and all that is kept: nothing changed, nothing removed, nothing unlogged.

    Every fault is told; the exit status is then 2. Stamps and earlier heads found to be no line of the log are faults.
    """
    from marsad.store.custody import compare
    from marsad.store.stamps import all_stamps

    settings: Settings = ctx.obj
    with open_settings_store(settings) as store:
        anchors = [stamp.head for stamp in all_stamps(store)] + ([head] if head else [])
        with store.engine.connect() as connection:
            lines, faults = compare(connection, anchors=anchors)
        last = store.head()
    for fault in faults:
        click.echo(f"E306: {fault}", err=True)
    click.echo(f"{lines} lines, {f'{len(faults)} faults' if faults else 'all sound'}; last {last}")
    ctx.exit(2 if faults else 0)


@custody.command()
@click.option("-o", "--output", metavar="ZIP", help="Write a bundle that is verified without Marsad.")
@click.option("--report", "only", metavar="NAME", multiple=True, help="Only the files of this report; may be repeated.")
@click.pass_obj
def export(settings: Settings, output: str | None, only: tuple[str, ...]) -> None:
    """Print the log as JSON Lines, or write it into a bundle with the bytes, the texts and a script that verifies them.

    \b
    Examples:
      marsad custody export > custody.jsonl
      marsad custody export -o bundle.zip --report east-01
    """
    from marsad.store.bundle import write_bundle
    from marsad.store.store import utc_now

    with open_settings_store(settings) as store:
        if output is not None:
            lines = write_bundle(store, output, at=utc_now(), only=only or None)
            click.echo(f"{output}: {lines} lines; verify it with: python3 verify.py {output} (the script is inside)")
            return
        json_lines(
            {"seq": e.seq, "at": e.at.isoformat(), "by": e.by, "action": e.action, "subject": e.subject,
             "detail": e.detail, "previous": e.previous, "hash": e.hash} for e in store.custody()
        )  # fmt: skip


@custody.command()
@click.option("--report", metavar="NAME", help="Only what became this report.")
@click.option("--marked", is_flag=True, help="Only what a person should look at: OCR, letter order, other languages.")
@click.option("--bytes", "sha256", metavar="SHA256", help="Write the bytes of this hash to standard output.")
@FORMAT
@click.pass_obj
def originals(settings: Settings, report: str | None, *, marked: bool, sha256: str | None, style: str) -> None:
    """What came in: address, hash, inlet, language, marks, and the report it became."""
    from marsad.store.gathering import Gathering

    with open_settings_store(settings) as store:
        if sha256 is not None:
            _write_bytes(Gathering(store).data(sha256), sha256)
            return
        found = [o for o in Gathering(store).originals(report=report) if not marked or o.received.marks]
    if style == "jsonl":
        json_lines(o.to_json() for o in found)
        return
    rows = [
        (o.report, o.received.inlet, o.received.address, o.received.locator, o.received.language,
         " ".join(o.received.marks), f"{o.received.came_at:%Y-%m-%d %H:%M}", o.by) for o in found
    ]  # fmt: skip
    table(("report", "inlet", "address", "place", "language", "marks", "came", "by"), rows)


@custody.command()
@click.option("--authority", required=True, metavar="URL", help="The time stamping authority's address.")
@click.option("--web-allow-private", "private", is_flag=True, help="The authority is in a private network.")
@click.pass_obj
def stamp(settings: Settings, authority: str, *, private: bool) -> None:
    """Have an outside authority stamp the log's last line (RFC 3161): proof that it was there at that time.

    Only the hash leaves the house.

    \b
    Example:
      marsad custody stamp --authority https://tsa.example.org/tsr
    """
    from marsad.gather.web.fetcher import Fetcher
    from marsad.gather.web.options import WebOptions
    from marsad.store.stamps import Stamp, last_line, put_stamp, stamp_request
    from marsad.store.store import utc_now

    with open_settings_store(settings) as store:
        seq, head = last_line(store)
        fetcher = Fetcher(WebOptions(allow_private=private, delay=0))
        try:
            kind = "application/timestamp-query"
            answer = fetcher.post(authority, stamp_request(head), media_type=kind)
        finally:
            fetcher.close()
        put_stamp(store, Stamp(seq, head, authority, answer, utc_now()), by=getpass.getuser())
    click.echo(f"line {seq} stamped: {head}")


def _write_bytes(data: bytes | None, sha256: str) -> None:
    from marsad.errors import StoreError

    if data is None:
        raise StoreError("E358", f"no bytes of {sha256} are kept", "list them with: marsad custody originals")
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
