"""The knowledge proves itself with the packaged reader; what does not hold yet is listed, each with its reason.

`python tests/packs/test_proofs.py` writes known_limits.txt anew: what holds by now falls out, reasons stay, and what is
new stands under "no reason yet" until somebody writes one.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from marsad.commands.prover import ReaderProver
from marsad.packs import ProofResult, load, prove

FILE = Path(__file__).with_name("known_limits.txt")
UNEXPLAINED = "no reason yet"
HEAD = """\
# Examples of the knowledge that the reader does not prove yet: kind, entry, says or never, below the reason.
# Written anew by: python tests/packs/test_proofs.py
"""
Key = tuple[str, str, str]


def results() -> list[ProofResult]:
    packs = load()
    return prove(packs, ReaderProver(packs))


def failing(proofs: list[ProofResult]) -> dict[Key, ProofResult]:
    """The first failure of each entry's says or never."""
    out: dict[Key, ProofResult] = {}
    for result in proofs:
        if not result.ok:
            out.setdefault((result.kind, result.id, result.expect), result)
    return out


def listed() -> dict[Key, str]:
    """The reasons that are written down."""
    reasons: dict[Key, str] = {}
    reason = UNEXPLAINED
    for line in FILE.read_text("utf-8").splitlines() if FILE.exists() else ():
        if line.startswith("## "):
            reason = line.removeprefix("## ")
        elif line and not line.startswith("#"):
            kind, name, expect = line.split()
            reasons[kind, name, expect] = reason
    return reasons


def write(found: dict[Key, ProofResult]) -> None:
    """Write the list anew, reasons kept."""
    known, by_reason = listed(), defaultdict(list)
    for key in sorted(found):
        by_reason[known.get(key, UNEXPLAINED)].append(" ".join(key))
    parts = [f"\n## {reason}\n" + "".join(f"{line}\n" for line in lines) for reason, lines in sorted(by_reason.items())]
    FILE.write_text(HEAD + "".join(parts), "utf-8")


@pytest.fixture(scope="module")
def proofs() -> list[ProofResult]:
    return results()


def test_every_example_holds_or_is_a_known_limit(proofs: list[ProofResult]) -> None:
    known = listed()
    new = [f"{' '.join(key)}: {r.text} | {r.problem}" for key, r in failing(proofs).items() if key not in known]
    assert new == []


def test_no_limit_is_listed_that_holds_by_now(proofs: list[ProofResult]) -> None:
    held = sorted(set(listed()) - set(failing(proofs)))
    assert held == [], "run: python tests/packs/test_proofs.py"


def test_every_limit_has_a_reason() -> None:
    assert [key for key, reason in listed().items() if reason == UNEXPLAINED] == []


def test_hardly_any_example_fails(proofs: list[ProofResult]) -> None:
    failed = [r for r in proofs if not r.ok]
    assert len(failed) / len(proofs) < 0.02


if __name__ == "__main__":
    write(failing(results()))
