"""The custody log: each line's hash covers the line before, so a changed or missing line shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from marsad.errors import StoreError
from marsad.store.nouns import CustodyEntry

GENESIS = "0" * 64


def line_hash(*, seq: int, at: str, by: str, action: str, subject: str, detail: str, previous: str) -> str:
    """SHA-256 in hexadecimal of one line; `detail` is canonical JSON text, `at` ISO 8601."""
    line = json.dumps([seq, at, by, action, subject, detail, previous], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode("utf-8")).hexdigest()


def canonical(detail: dict[str, Any]) -> str:
    """JSON text with one form only."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def verify(entries: Iterable[CustodyEntry]) -> int:
    """Number of lines, all of them sound. Raises StoreError E306 at the first that is not."""
    previous, seq = GENESIS, 0
    for entry in entries:
        seq += 1
        want = line_hash(
            seq=entry.seq, at=entry.at.isoformat(), by=entry.by, action=entry.action, subject=entry.subject,
            detail=canonical(entry.detail), previous=entry.previous,
        )  # fmt: skip
        if entry.seq != seq or entry.previous != previous or entry.hash != want:
            raise StoreError("E306", f"the custody log is broken at line {seq}", "compare it with an earlier export")
        previous = entry.hash
    return seq
