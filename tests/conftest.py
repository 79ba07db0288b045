"""What all tests share: where the project lies, and the reports that stand beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of real reports, which are no part of the project. Without it the tests that need it are skipped."""
    folder = ROOT.parent / "shared" / "corpus" / "seeds"
    if not folder.is_dir():
        pytest.skip("no seed reports beside this checkout (../shared/corpus/seeds)")
    return folder
