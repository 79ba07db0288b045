"""Where the corpus lies, and its reference records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"
HELD = frozenset((CORPUS / "held_back.txt").read_text("utf-8").split())
Json = dict[str, Any]


def records() -> list[Json]:
    """The reference records of the corpus, the held-back ones left out."""
    files = sorted((CORPUS / "records").glob("*.json"))
    return [json.loads(f.read_text("utf-8")) for f in files if f.stem not in HELD]
