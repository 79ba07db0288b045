"""A bundle that another person verifies without Marsad: the log, the bytes as they came, the texts, and a script."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from marsad import __version__
from marsad.errors import StoreError
from marsad.store.blobs import unpacked
from marsad.store.custody import lines
from marsad.store.store import Store
from marsad.store.tables import blobs, originals, reports, stamps

SCRIPT = Path(__file__).with_name("verify_bundle.py")
README = """A custody bundle of Marsad {version}, made {at}.

verify.py        python3 verify.py BUNDLE.zip   checks everything below; it needs Python only, and tells how it checks
custody.jsonl    the log: who received, added, read or decided what, and when; each line holds the hash
                 of the one before
originals/       the bytes as they came, named by their SHA-256
originals.jsonl  where each came from, when, how, by whom, with which version, and which report it became
reports/         the texts, as they are read; reports.json tells which file is which report
stamps/          time stamps (RFC 3161) of the log, SEQ.tsr being one of line SEQ:
                 openssl ts -verify -digest HASH-OF-THE-LINE -in SEQ.tsr -CAfile THE-AUTHORITY.pem
manifest.json    the last line's hash and number; "reports" lists the reports of a part, null for all
"""


def write_bundle(store: Store, path: str | Path, *, at: datetime, only: Collection[str] | None = None) -> int:
    """Write the bundle as a ZIP file, whole or not at all; number of lines of its log.

    `only` are the reports whose files go in; the log is always whole. Raises StoreError E307 (no such report), E356
    (cannot be written).
    """
    target, half = Path(path), Path(f"{path}.part")
    try:
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive, store.engine.connect() as connection:
            count = _write(archive, connection, at, None if only is None else set(only))
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise StoreError(
            "E356", f"cannot write {path}: {error.strerror}", "choose another place, or make room"
        ) from error
    except StoreError:
        half.unlink(missing_ok=True)
        raise
    return count


def _write(archive: zipfile.ZipFile, connection: Connection, at: datetime, only: set[str] | None) -> int:
    last: dict[str, Any] = {"lines": 0, "head": None}
    with archive.open("custody.jsonl", "w", force_zip64=True) as out:
        for e in lines(connection):
            row = {"seq": e.seq, "at": e.at.isoformat(), "by": e.by, "action": e.action, "subject": e.subject}
            row |= {"detail": e.detail, "previous": e.previous, "hash": e.hash}
            out.write(_json(row))
            last = {"lines": e.seq, "head": e.hash}
    index = _reports(archive, connection, only)
    if only is not None and (missing := sorted(only - index.keys())):
        raise StoreError("E307", f"no report {missing[0]!r} in the store", "list them with: marsad incidents")
    _originals(archive, connection, only)
    for stamp in connection.execute(select(stamps).order_by(stamps.c.seq)):
        archive.writestr(f"stamps/{stamp.seq}.tsr", stamp.token)
    archive.writestr("reports.json", json.dumps(index, ensure_ascii=False, indent=1))
    told = last | {"made_at": at.isoformat(), "marsad": __version__, "reports": sorted(only) if only else None}
    archive.writestr("manifest.json", json.dumps(told, ensure_ascii=False, indent=1))
    archive.writestr("verify.py", SCRIPT.read_bytes())
    archive.writestr("README.txt", README.format(version=__version__, at=at.isoformat()))
    return int(last["lines"])


def _reports(archive: zipfile.ZipFile, connection: Connection, only: set[str] | None) -> dict[str, str]:
    """Report -> its file; files are numbered, since a report's name may be no file's."""
    index: dict[str, str] = {}
    query = select(reports.c.name, reports.c.text).order_by(reports.c.name)
    for row in connection.execution_options(yield_per=200).execute(query):
        if only is None or row.name in only:
            index[row.name] = f"{len(index) + 1:06}.txt"
            archive.writestr(f"reports/{index[row.name]}", row.text.encode("utf-8"))
    return index


def _originals(archive: zipfile.ZipFile, connection: Connection, only: set[str] | None) -> None:
    wanted: set[str] = set()
    told: list[bytes] = []
    for row in connection.execute(select(originals).order_by(originals.c.key)):
        if only is None or row.report in only:
            wanted.add(row.sha256)
            told.append(_json(dict(row._mapping) | {"how": json.loads(row.how), "marks": json.loads(row.marks)}))
    archive.writestr("originals.jsonl", b"".join(told))
    for sha, packing, data in _kept(connection, wanted):
        if (bytes_ := unpacked(data, packing)) is None:
            raise StoreError("E306", f"the bytes {sha} were changed", "restore a backup")
        archive.writestr(f"originals/{sha}", bytes_)


def _kept(connection: Connection, wanted: set[str]) -> Iterator[tuple[str, str, bytes]]:
    query = select(blobs).where(blobs.c.data.is_not(None)).order_by(blobs.c.sha256)
    for row in connection.execution_options(yield_per=20).execute(query):
        if row.sha256 in wanted:
            yield row.sha256, row.packing, row.data


def _json(row: dict[str, Any]) -> bytes:
    return (json.dumps(row, ensure_ascii=False, sort_keys=True, default=str) + "\n").encode("utf-8")
