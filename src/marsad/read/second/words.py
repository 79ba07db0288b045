"""What the second reader is told, and the words it must not obey: knowledge/second.yml."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def words() -> dict[str, Any]:
    """The parsed knowledge/second.yml."""
    text = files("marsad").joinpath("knowledge", "second.yml").read_text("utf-8")
    return dict(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
