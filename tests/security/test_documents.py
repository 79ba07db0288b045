"""The pages on security name tests that exist, places that exist, and each requirement once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATES = {"met", "operator", "n/a", "missing"}
ASKED = """
1.1.1-1.1.7 1.2.1-1.2.4 1.4.1 1.4.4 1.4.5 1.5.1-1.5.4 1.6.1-1.6.4 1.7.1 1.7.2 1.8.1 1.8.2 1.9.1 1.9.2 1.10.1
1.11.1 1.11.2 1.12.2 1.14.1-1.14.6 2.1.1-2.1.12 2.2.1-2.2.3 2.3.1-2.3.3 2.4.1-2.4.6 2.5.1-2.5.7 2.6.1-2.6.3
2.7.1-2.7.6 2.8.1-2.8.7 2.9.1-2.9.3 2.10.1-2.10.4 3.1.1 3.2.1-3.2.4 3.3.1-3.3.4 3.4.1-3.4.5 3.5.1-3.5.3 3.7.1
4.1.1-4.1.3 4.1.5 4.2.1 4.2.2 4.3.1-4.3.3 5.1.1-5.1.5 5.2.1-5.2.8 5.3.1-5.3.10 5.4.1-5.4.3 5.5.1-5.5.4
6.1.1-6.1.3 6.2.1-6.2.6 6.3.1 6.3.2 6.4.1 6.4.2 7.1.1-7.1.4 7.2.1 7.2.2 7.3.1 7.3.3 7.3.4 7.4.1-7.4.3
8.1.1-8.1.4 8.2.1-8.2.3 8.3.1-8.3.8 9.1.1-9.1.3 9.2.1-9.2.4 10.2.1 10.2.2 10.3.1-10.3.3 11.1.1-11.1.8
12.1.1-12.1.3 12.2.1 12.3.1-12.3.6 12.4.1 12.4.2 12.5.1 12.5.2 12.6.1 13.1.1 13.1.3-13.1.5 13.2.1-13.2.3
13.2.5 13.2.6 13.3.1 13.3.2 13.4.1 13.4.2 14.1.1-14.1.4 14.2.1-14.2.6 14.3.2 14.3.3 14.4.1-14.4.7
14.5.1-14.5.4
"""  # levels 1 and 2 of 4.0.3


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def known_tests() -> set[str]:
    """The names of all tests."""
    return {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text("utf-8"))
    }


@pytest.mark.parametrize("name", ["security.md", "asvs.md"])
def test_every_test_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", page(name)))
    assert len(named) > 30
    assert named - known_tests() == set()


@pytest.mark.parametrize("name", ["security.md", "asvs.md"])
def test_every_file_that_is_named_exists(name: str) -> None:
    for file in set(re.findall(r"`([a-z]+/[\w./-]+\.(?:py|txt|toml|service|yaml|lock|json))`", page(name))):
        assert any((root / file).exists() for root in (ROOT, ROOT / "src" / "marsad", ROOT / "docs")), file
    for link in re.findall(r"\]\((\w[\w-]*\.md)\)", page(name)):
        assert (ROOT / "docs" / link).is_file(), link


def numbers(cell: str) -> list[str]:
    """The requirements of a first cell: single ones, and runs such as 14.4.1-14.4.4."""
    found = []
    for part in cell.split(","):
        first, _, last = part.strip().partition("-")
        stem, _, start = first.rpartition(".")
        end = last.rpartition(".")[2] or start
        found += [f"{stem}.{n}" for n in range(int(start), int(end) + 1)]
    return found


def test_each_requirement_stands_once_with_a_state_that_is_known() -> None:
    rows = [line.split("|")[1:5] for line in page("asvs.md").splitlines() if re.match(r"\| \d", line)]
    seen = [number for row in rows for number in numbers(row[0].strip())]
    assert len(seen) == len(set(seen)), sorted(n for n in seen if seen.count(n) > 1)
    assert set(seen) == {number for word in ASKED.split() for number in numbers(word)}
    for first, asks, state, where in (tuple(cell.strip() for cell in row) for row in rows):
        assert state in STATES and asks and where, first
