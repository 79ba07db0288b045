"""The knowledge, loaded once for all tests of gathering."""

from __future__ import annotations

import pytest

from marsad.packs import Packs, load


@pytest.fixture(scope="session")
def packs() -> Packs:
    return load()
