"""What was asked, what was answered and what was dropped: the run record of the second reader."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Account:
    """Counts of one report or, added up, of a batch. `dropped` counts values without words, by slot."""

    calls: int = 0
    cached: int = 0
    retries: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    answered: int = 0
    unanswered: int = 0
    anchored: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    orders: int = 0

    def add(self, other: Account) -> None:
        """Add the counts of `other`."""
        for name in (
            "calls",
            "cached",
            "retries",
            "tokens_in",
            "tokens_out",
            "cost",
            "answered",
            "unanswered",
            "anchored",
            "orders",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.dropped.update(other.dropped)
        self.wrong.extend(other.wrong)

    @property
    def invented(self) -> float:
        """Share of the given quotes that do not stand in the report, 0 where none were given."""
        lost = sum(self.dropped.values())
        return lost / (lost + self.anchored) if lost + self.anchored else 0.0

    def lines(self) -> list[str]:
        """The account for a person, one fact a line."""
        asked = f"calls {self.calls}, from the cache {self.cached}, retries {self.retries}"
        out = [f"{asked}, tokens {self.tokens_in} in, {self.tokens_out} out"]
        if self.cost:
            out.append(f"cost {self.cost:.4f}")
        out.append(f"quotes {self.anchored} anchored, {sum(self.dropped.values())} not in the report and dropped")
        out += [f"  dropped {slot}: {n}" for slot, n in self.dropped.most_common()]
        out += [f"answers that did not fit: {len(self.wrong)}"] if self.wrong else []
        out += [f"parts without an answer: {self.unanswered}"] if self.unanswered else []
        out += [f"events told by words that give orders to a model, dropped: {self.orders}"] if self.orders else []
        return out
