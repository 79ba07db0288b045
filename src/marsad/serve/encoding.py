"""JSON as it is sent."""

from __future__ import annotations

import json
from typing import Any


def encoded(value: dict[str, Any]) -> bytes:
    """JSON as bytes. Raises ValueError for what JSON cannot hold."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
