"""Arabic and English labels of the record's codes."""

from __future__ import annotations

from functools import cache
from typing import Any

from marsad.packs import knowledge


@cache
def labels() -> dict[str, Any]:
    """{"types", "modes", "statuses", "quads", "sources", "stances", "precisions", "slots"}: code -> {"ar", "en"}."""
    loaded: dict[str, Any] = knowledge("labels.yml")
    return loaded
