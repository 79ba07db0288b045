"""The best value of a slot by a stated policy; low and high in UCDP's sense. The rest is never hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from marsad.errors import InputError
from marsad.fuse.claims import COUNTS, voices
from marsad.fuse.incident import Claim, Incident, Voucher
from marsad.fuse.people import Ratings

POLICIES = {
    "independence": "the value that most independent voices give",
    "closeness": "the value of who is nearest to the event: fewest hands, soonest published",
    "latest": "the value that was published last",
    "rating": "the value of the best graded claim and source",
    "lowest": "the lowest figure that is not graded improbable, as UCDP does in doubt",
}
DEFAULT = "independence"
IMPROBABLE = 5
FAR = 10_000


@dataclass(frozen=True, slots=True)
class Best:
    """The claim that a policy prefers in a slot (`of` whose toll), by number among the slot's claims.

    `low` and `high` are the extremes over the claims that nobody graded improbable, None but for counts.
    """

    slot: str
    of: str | None
    claim: int
    value: Any
    low: int | None
    high: int | None
    grade: str


def best(incident: Incident, policy: str = DEFAULT, ratings: Ratings | None = None) -> list[Best]:
    """The preferred claim of each slot, of counts of each side. Raises InputError E151 for an unknown policy."""
    if policy not in POLICIES:
        raise InputError("E151", f"no policy {policy!r}", f"choose one of: {', '.join(POLICIES)}")
    graded = ratings or Ratings()
    out = []
    for slot, claims in incident.claims.items():
        for of in dict.fromkeys(_of(slot, claim) for claim in claims):
            numbered = [(n, claim) for n, claim in enumerate(claims) if _of(slot, claim) == of]
            out.append(_best(incident, slot, of, numbered, policy, graded))
    return out


def _best(  # noqa: PLR0917 - private, called once
    incident: Incident, slot: str, of: str | None, numbered: list[tuple[int, Claim]], policy: str, graded: Ratings
) -> Best:
    likely = [(n, c) for n, c in numbered if _credibility(c, slot, graded) != IMPROBABLE] or numbered
    order = _orders(incident, slot, graded)[policy]
    number, claim = min(likely, key=lambda nc: (*order(nc[1]), nc[0]))
    low, high = _extremes([c for _, c in likely]) if slot in COUNTS else (None, None)
    return Best(slot, of, number, claim.value, low, high, _grade(claim, slot, graded))


def _orders(incident: Incident, slot: str, graded: Ratings) -> dict[str, Callable[[Claim], tuple[Any, ...]]]:
    def near(claim: Claim) -> tuple[int, int]:
        return min(_closeness(source, incident) for source in claim.sources)

    def newest(claim: Claim) -> int:
        return -max((_ordinal(source.published) for source in claim.sources), default=0)

    def independence(claim: Claim) -> tuple[Any, ...]:
        return -voices(claim.sources), near(claim), newest(claim)

    return {
        "independence": independence,
        "closeness": lambda claim: (near(claim), *independence(claim)),
        "latest": lambda claim: (newest(claim), *independence(claim)),
        "rating": lambda claim: (_grade(claim, slot, graded)[::-1], *independence(claim)),
        "lowest": lambda claim: ((_least(claim),) if slot in COUNTS else ()) + independence(claim),
    }


def _of(slot: str, claim: Claim) -> str | None:
    return claim.value["of"] if slot in COUNTS else None


def _closeness(source: Voucher, incident: Incident) -> tuple[int, int]:
    """Hands between the event and the report, then days until it was published."""
    lag = _ordinal(source.published) - _ordinal(incident.start) if source.published and incident.start else FAR
    hands = len(source.chain) + (source.because != "own")
    return hands, abs(lag)


def _ordinal(day: str | None) -> int:
    return date.fromisoformat(day).toordinal() if day else 0


def _least(claim: Claim) -> int:
    value = claim.value
    return next((int(value[k]) for k in ("best", "low", "high") if value[k] is not None), FAR)


def _extremes(claims: list[Claim]) -> tuple[int | None, int | None]:
    stated = [c.value for c in claims]
    lows = [v for c in stated if (v := c["low"] if c["low"] is not None else c["best"]) is not None]
    highs = [v for c in stated if (v := c["high"] if c["high"] is not None else c["best"]) is not None]
    return min(lows, default=None), max(highs, default=None)


def _credibility(claim: Claim, slot: str, graded: Ratings) -> int:
    return min(graded.credibility((s.report, s.event), slot) for s in claim.sources) if claim.sources else 6


def _grade(claim: Claim, slot: str, graded: Ratings) -> str:
    """Reliability and credibility side by side, never mixed: "B2"."""
    letters = [graded.reliability(s.outlet, s.published) for s in claim.sources]
    return f"{min(letters, default='F')}{_credibility(claim, slot, graded)}"
