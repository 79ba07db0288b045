"""What the second reader is told, and the words it must not obey: knowledge/second.yml."""

from __future__ import annotations

from functools import cache
from typing import Any

from marsad.packs import knowledge


@cache
def words() -> dict[str, Any]:
    """The parsed knowledge/second.yml."""
    return dict(knowledge("second.yml"))
