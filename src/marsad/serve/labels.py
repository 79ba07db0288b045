"""Arabic and English labels of the record's codes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

LABELS = "knowledge/labels.yml"


@cache
def labels() -> dict[str, Any]:
    """{"types", "modes", "statuses", "quads", "sources", "stances", "precisions", "slots"}: code -> {"ar", "en"}."""
    import yaml

    text = files("marsad").joinpath(LABELS).read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded
