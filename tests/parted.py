"""Reports as bulk reading leaves them, and rooms so small that every pass of bulk fusing spills."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from marsad.fuse.bulk import Room
from marsad.model import to_record
from marsad.store import StoredReport

TIGHT = Room(batch=150_000, events=30, rows=300, reports=20, block=3)


def part(folder: Path, number: int, reports: Sequence[StoredReport]) -> None:
    """Write one part."""
    given = [
        {"report": s.name, "text": s.report.text, "outlet": s.report.outlet, "url": None, "sha256": s.report.sha256}
        | {"published": s.report.published.isoformat() if s.report.published else None}
        for s in reports
    ]
    records = [to_record(s.reading, s.report.text) for s in reports if s.reading]
    files = {}
    for name, rows in (("reports.jsonl", given), ("records.jsonl", records)):
        data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        (folder / f"{number:06}.{name}").write_bytes(data)
        files[name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / f"{number:06}.done.json").write_text(json.dumps({"part": number, "files": files}))


def parts(folder: Path, reports: Sequence[StoredReport], size: int = 7, *, version: str = "one") -> Path:
    """The folder of a bulk reading of `reports`, so many in a part."""
    (folder / "parts").mkdir(parents=True)
    (folder / "bulk.json").write_text(json.dumps({"format": 1, "version": {"engine": version}}))
    for number, first in enumerate(range(0, len(reports), size)):
        part(folder / "parts", number, reports[first : first + size])
    (folder / "summary.json").write_text("{}")
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
