"""Both kinds of store answer alike: 200 recorded questions, byte for byte, and files that leave the house."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from marsad.packs import load
from marsad.publish.export import export
from marsad.publish.veil import Veil
from marsad.serve.app import create_app
from marsad.store import open_store
from marsad.store.moving import move
from marsad.store.rowstreams import all_tables
from store.conftest import new_database
from store.recorded import fresh, recorded

MASKED = re.compile(r"person/[0-9a-f]{8}(?=\")")
LOGS = {"custody", "trail"}


def test_the_recorded_questions_are_two_hundred_and_all_different() -> None:
    asked = recorded()
    assert len(asked) == len({(q["path"], q["masked"]) for q in asked}) == 200
    kinds = Counter(q["kind"] for q in asked)
    assert {"list", "search", "suggest", "map", "counts", "time", "incident", "report", "actor", "pair"} <= kinds.keys()
    assert {"alerts", "chains", "network", "corrections/export", "review/queue", "sources"} <= kinds.keys()


@pytest.fixture(scope="module")
def both(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A SQLite store, and a PostgreSQL store made of it whose rows lie in another order."""
    file, address = fresh(tmp_path_factory.mktemp("recorded")), new_database(postgres)
    move(file, address)
    with open_store(address) as store, store.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("SELECT setseed(0.5)"))
        for table in all_tables():
            if table.name not in LOGS:
                column = next(iter(table.columns)).name
                connection.execute(text(f'UPDATE {table.name} SET "{column}" = "{column}" WHERE random() < 0.5'))
    return f"sqlite:///{file}", address


@pytest.fixture(scope="module")
def answers(both: tuple[str, str]) -> Iterator[Any]:
    """Asks the SQLite store and the PostgreSQL store."""
    clients = {}
    for masked in (False, True):
        for place, address in enumerate(both):
            app = create_app(address, mask=masked, local_user="محلي")
            clients[masked, place] = TestClient(app, raise_server_exceptions=False, follow_redirects=False)

    def ask(path: str, *, masked: bool) -> tuple[Any, Any]:
        return tuple(clients[masked, place].get(f"/api/v1/{path}") for place in (0, 1))  # type: ignore[return-value]

    yield ask
    for client in clients.values():
        client.app.state.desk.close()  # type: ignore[attr-defined]


@pytest.mark.postgres
def test_two_hundred_questions_have_one_answer(answers: Any) -> None:
    wrong, empty = [], 0
    for question in recorded():
        one, two = answers(question["path"], masked=question["masked"])
        if one.status_code != 200:
            wrong.append(f"{one.status_code} {question['path']}: {one.text[:200]}")
        elif (one.status_code, said(one)) != (two.status_code, said(two)):
            wrong.append(f"{question['path']}: {difference(one, two)}")
        empty += one.content in (b"[]", b"{}") or b'"total":0,' in one.content
    assert wrong == [], "\n".join(wrong)
    assert empty < 60  # most questions find something


def said(answer: Any) -> str:
    """The answer as it is, but for the names that stand for masked persons: each server makes its own up."""
    known: dict[str, str] = {}
    return MASKED.sub(lambda m: known.setdefault(m[0], f"person/{len(known)}"), answer.text)


def difference(one: Any, two: Any) -> str:
    if one.status_code != two.status_code:
        return f"{one.status_code} and {two.status_code}: {two.text[:200]}"
    at = next((n for n, (a, b) in enumerate(zip(one.text, two.text, strict=False)) if a != b), 0)
    return f"{one.text[max(at - 60, 0) : at + 60]!r} and {two.text[max(at - 60, 0) : at + 60]!r}"


@pytest.mark.postgres
def test_pages_go_on_alike(answers: Any) -> None:
    for path in ("incidents?limit=7", "reports?limit=7", "actors?limit=7", "review/queue?limit=7"):
        cursor: str | None = ""
        for _ in range(4):
            one, two = answers(path + (f"&cursor={cursor}" if cursor else ""), masked=False)
            assert one.content == two.content, path
            cursor = one.json()["next"]
            if not cursor:
                break


@pytest.mark.postgres
@pytest.mark.parametrize("format", ["acled", "ucdp", "plover", "geojson", "hxl", "ftm", "graphml"])
def test_files_that_leave_are_alike(both: tuple[str, str], tmp_path: Path, format: str) -> None:
    assert hash_of(both[0], format, tmp_path) == hash_of(both[1], format, tmp_path)


def hash_of(address: str, format: str, folder: Path) -> str:
    file = folder / f"out.{format}"
    with open_store(address) as store:
        packs = load(strict=False)
        veil = Veil.over(store, packs, masked=False)  # masked names get a key that is thrown away
        export(store, format, file, packs=packs, veil=veil)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_question_is_plain_json() -> None:
    assert all(set(q) == {"kind", "path", "masked"} and json.dumps(q) for q in recorded())
