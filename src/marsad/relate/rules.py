"""The rules of counting, from `knowledge/relate.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from marsad.errors import PackError
from marsad.packs import knowledge


@dataclass(frozen=True, slots=True)
class Phase:
    """A kind of step in a quarrel; `rank` orders the steps of one day."""

    id: str
    ar: str
    en: str
    rank: int


@dataclass(frozen=True, slots=True)
class Rules:
    """See `knowledge/relate.yml` for the meaning of each."""

    status: dict[str, float]
    voices: tuple[float, ...]
    disputed: float
    posture: float
    pressure: frozenset[str]
    not_pressure: frozenset[str]
    asking: frozenset[str]
    compliance: frozenset[str]
    days: int
    km: float
    posture_types: frozenset[str]
    posture_rivals: frozenset[str]
    unarmed: frozenset[str]
    posture_after: int
    posture_before: int
    posture_degrees: float
    joint: frozenset[str]
    opposed: frozenset[str]
    demands: frozenset[str]
    answers: dict[str, str]
    forced: frozenset[str]
    demand_days: int
    demand_km: float
    promise: int
    chain_days: int
    chain_km: float
    ambivalent_share: float
    ambivalent_least: float
    phases: dict[str, Phase]
    reasons: dict[str, dict[str, str]]

    def phase(self, kind: str) -> Phase:
        """The phase of "TYPE/mode"; that of the type alone where the mode has none."""
        return self.phases.get(kind) or self.phases.get(kind.partition("/")[0]) or OTHER

    def voiced(self, voices: int) -> float:
        """Weight of a number of independent voices."""
        return self.voices[min(max(voices, 1), len(self.voices)) - 1]


OTHER = Phase("other", "غير ذلك", "other", 99)


@cache
def rules() -> Rules:
    """The packaged rules. Raises PackError E290 where the file lacks a key."""
    data: dict[str, Any] = knowledge("relate.yml")
    try:
        return parse(data)
    except KeyError as error:
        raise PackError("E290", f"knowledge/relate.yml lacks {error}", "restore the key") from error


def parse(data: dict[str, Any]) -> Rules:
    """Rules of parsed YAML. KeyError for a missing key."""
    coerced, weights, posture = data["coerced"], data["weights"], data["posture"]
    demands, chains, both = data["demands"], data["chains"], data["ambivalent"]
    return Rules(
        status=weights["status"], voices=tuple(weights["voices"]), disputed=weights["disputed"],
        posture=weights["posture"], pressure=frozenset(coerced["pressure"]),
        not_pressure=frozenset(coerced["not_pressure"]),
        compliance=frozenset(coerced["compliance"]), asking=frozenset(coerced["asking"]),
        unarmed=frozenset(posture["unarmed"]),
        days=coerced["days"], km=coerced["km"],
        posture_types=frozenset(posture["types"]), posture_rivals=frozenset(posture["rivals"]),
               posture_after=posture["after"], posture_before=posture["before"], posture_degrees=posture["degrees"],
        joint=frozenset(data["joint"]), opposed=frozenset(data["opposed"]), demands=frozenset(demands["kinds"]),
        answers=demands["answers"], forced=frozenset(demands["forced"]), demand_days=demands["days"],
        demand_km=demands["km"], promise=data["promise"], chain_days=chains["days"], chain_km=chains["km"],
        ambivalent_share=both["share"], ambivalent_least=both["least"], phases=_phases(data["phases"]),
        reasons=data["reasons"],
    )  # fmt: skip


def _phases(rows: list[dict[str, Any]]) -> dict[str, Phase]:
    made: dict[str, Phase] = {}
    for rank, row in enumerate(rows):
        for kind in row["kinds"]:
            made.setdefault(kind, Phase(row["id"], row["ar"], row["en"], rank))
    return made
