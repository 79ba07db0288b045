"""The rules of counting, from `knowledge/relate.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from marsad.fuse.tables import knowledge


@dataclass(frozen=True, slots=True)
class Rules:
    """See `knowledge/relate.yml` for the meaning of each."""

    status: dict[str, float]
    disputed: float
    pressure: frozenset[str]
    not_pressure: frozenset[str]
    compliance: frozenset[str]
    days: int
    km: float
    joint: frozenset[str]
    opposed: frozenset[str]
    reasons: dict[str, dict[str, str]]


@cache
def rules() -> Rules:
    """The packaged rules."""
    data: dict[str, Any] = knowledge("relate.yml")
    coerced, weights = data["coerced"], data["weights"]
    return Rules(
        status=weights["status"], disputed=weights["disputed"], pressure=frozenset(coerced["pressure"]),
        not_pressure=frozenset(coerced["not_pressure"]), compliance=frozenset(coerced["compliance"]),
        days=coerced["days"], km=coerced["km"], joint=frozenset(data["joint"]), opposed=frozenset(data["opposed"]),
        reasons=data["reasons"],
    )  # fmt: skip
