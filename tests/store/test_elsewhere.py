"""What other folders test over SQLite, once more over PostgreSQL: fusing, relations, deliveries, layers, verdicts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from fuse import conftest as fusing
from fuse import test_patching as patching
from fuse import test_people as verdicts
from marsad.packs import Packs, load
from marsad.store import Store, open_store
from relate import test_kept as kept
from store.conftest import drop_databases, new_database
from watch import test_delivery as delivery

pytestmark = pytest.mark.postgres
corpus, hook = fusing.corpus, delivery.hook
GIVEN = {"packs", "store", "hook", "corpus", "monkeypatch", "seed"}
HEAVY = {  # they wait, or work, and not for the store
    "test_a_hanging_webhook_blocks_neither_the_others_nor_the_run", "test_reports_one_by_one_in_any_order",
}  # fmt: skip
NUMBERS = count()
Case = tuple[ModuleType, Callable[..., None]]


def cases() -> Iterator[Any]:
    """The tests of those modules that can be given all that they ask for."""
    for module in (patching, verdicts, kept, delivery):
        for name, test in vars(module).items():
            asked = set(inspect.signature(test).parameters) if name.startswith("test_") else set()
            if asked and asked <= GIVEN and name not in HEAVY:
                yield pytest.param((module, test), id=f"{module.__name__}-{name}")


@pytest.fixture(scope="session")
def packs() -> Packs:
    return load(strict=False)


@pytest.fixture(scope="module")
def template(postgres: str) -> str:
    """A database with the tables of a store, to be copied: making them takes far longer."""
    address = new_database(postgres)
    open_store(address).close()
    return address


@pytest.fixture
def opening(template: str, postgres: str) -> Iterator[Callable[..., Store]]:
    """Opens a new PostgreSQL store, whatever address it is given."""
    opened = list[Store]()

    def open_one(*_: object, **options: Any) -> Store:
        name = f"{template.rpartition('/')[2]}_{next(NUMBERS)}"
        opened.append(open_store(copied(postgres, template, name), **options))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()
    drop_databases(*(store.engine.url.render_as_string(hide_password=False) for store in opened))


def copied(server: str, template: str, name: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template.rpartition('/')[2]}"))
    engine.dispose()
    return f"{server.rpartition('/')[0]}/{name}"


@pytest.fixture
def store(opening: Callable[..., Store]) -> Store:
    return opening()


@pytest.mark.parametrize("case", list(cases()))
def test_over_postgresql(
    case: Case, opening: Callable[..., Store], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, test = case
    monkeypatch.setattr(module, "open_store", opening)
    asked = inspect.signature(test).parameters
    test(**{name: 0 if name == "seed" else request.getfixturevalue(name) for name in asked})


def test_enough_of_them_are_run() -> None:
    names = {case.id for case in cases()}
    assert len(names) > 25, sorted(names)
    for part in ("test_two_at_once", "test_ids_are_for_life", "test_patching_is_counting_anew", "test_a_digest"):
        assert any(part in name for name in names), part
