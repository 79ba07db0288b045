"""One export: incidents into a file, with a manifest beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from marsad import __version__
from marsad.errors import InputError
from marsad.files import replacing, sha256, write_text
from marsad.fuse.derive import refresh
from marsad.packs import Packs, load
from marsad.publish.format import Desk, Format, need
from marsad.publish.query import Query
from marsad.publish.veil import Counts, Veil, let_out
from marsad.store import Store

Json = dict[str, Any]
FORMATS = {
    "acled": "acled:FORMAT", "ucdp": "ucdp:FORMAT", "plover": "plover:FORMAT", "geojson": "geojson:FORMAT",
    "parquet": "parquet:FORMAT", "xlsx": "xlsx:FORMAT", "hxl": "hxl:FORMAT", "ftm": "ftm:FORMAT",
    "stix": "stix:FORMAT", "graphml": "graphml:FORMAT", "rss": "feeds:RSS_FORMAT", "atom": "feeds:ATOM_FORMAT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export is: `document` as it stands beside the file, in FILE.manifest.json."""

    file: Path
    document: Json

    @property
    def counts(self) -> Json:
        """{"store", "matched", "written", "left_out": {reason: n}}."""
        made: Json = self.document["counts"]
        return made


def format_of(name: str) -> Format:
    """A format by its name. Raises InputError E604."""
    if name not in FORMATS:
        raise InputError("E604", f"no format {name!r}", f"use one of {', '.join(FORMATS)}")
    module, _, attribute = FORMATS[name].partition(":")
    made: Format = getattr(import_module(f"marsad.publish.formats.{module}"), attribute)
    return made


def export(
    store: Store, format: str, file: Path, *, query: Query | None = None, packs: Packs | None = None,
    masked: bool = True, reason: str = "", by: str = "", site: str = "", veil: Veil | None = None,
) -> Manifest:  # fmt: skip
    """Write the incidents of `query` (all where None) in `format` to `file`, and the manifest beside it.

    Memory does not grow with the number of incidents. Private persons are masked with a key that is thrown away
    afterwards, unless `veil` is given (to write several files of one export). Without masking `reason` and `by` are
    asked for and written to the custody log before anything is written. Both files appear whole or not at all.

    Raises InputError E601 to E606, StoreError E341 where the incidents change meanwhile.
    """
    packs, query, way = packs or load(), query or Query(), format_of(format)
    query.test(packs)
    if way.needs:
        need(way.needs)
    if not masked:
        log_unmasking(store, f"export:{format}", query, reason=reason, by=by)
    refresh(store, packs=packs)
    veil = veil or Veil.over(store, packs, masked=masked)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    desk, counts = Desk(store, packs, now, veil.address, site), Counts()
    with replacing(file) as part:
        way.write(let_out(store, packs, query, veil, counts), part, desk)
    document = _manifest(way, file, desk, query=query, counts=counts, veil=veil)
    if not masked:
        document |= {"unmasked": {"by": by, "reason": reason}}
    write_text(beside(file), json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return Manifest(file, document)


def beside(file: Path) -> Path:
    """Where the manifest of a file stands."""
    return file.with_name(file.name + ".manifest.json")


def log_unmasking(store: Store, subject: str, query: Query, *, reason: str, by: str) -> None:
    """Write down who takes private names out of the house, and why. Raises InputError E606 without a reason."""
    if not reason.strip() or not by:
        raise InputError("E606", "names leave the house only with a reason", 'give --reason "why", it is logged')
    store.decide(subject, "unmasked", query.to_json(), reason=reason, by=by)


def _manifest(way: Format, file: Path, desk: Desk, *, query: Query, counts: Counts, veil: Veil) -> Json:
    left = dict(sorted(desk.left_out.items()))
    figures = {"store": counts.store, "matched": counts.matched, "written": desk.written, "left_out": left}
    versions = {"marsad": __version__, "packs": desk.packs.version, "basis": desk.store.basis()}
    document: Json = {"format": way.name, "file": file.name, "sha256": sha256(file), "bytes": file.stat().st_size}
    document |= {"made_at": desk.made_at, "query": query.to_json(), "counts": figures, "versions": versions}
    document |= {"masked": veil.masked, "homes_coarsened": veil.masked, "loses": list(way.loses)}
    return document
