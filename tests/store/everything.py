"""A store with something in every table, and all that a store tells of itself, to compare two of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Float, Integer, LargeBinary, Table, insert, select

from marsad.fuse import incidents
from marsad.model import Report, from_record
from marsad.packs import load
from marsad.store import Corrections, Store, open_store
from marsad.store.gathering import Gathering, Received
from marsad.store.people import People
from marsad.store.rowstreams import all_tables
from serve import team

AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
BYTES = bytes(range(256)) * 3
TEXTS = ("أمس", "Zebra é ß", "ميليشيات\n\t\"'\\.|", "a\u200fb", "🙂 \U0010ffff", "", "NULL", "\\N")


def fill(address: str) -> None:
    """A story of a team over two reports with originals, then invented rows wherever there is none yet."""
    team.fill(address, "r", "s")
    team.hire(address)
    with open_store(address) as store:
        _gather(store)
        packs = load(strict=False)
        found = incidents(store, packs=packs)
        assert len(found) >= 2
        _decide(store)
        incidents(store, packs=packs)
        with store.engine.execution_options(writes=True).begin() as connection:
            for table in all_tables():
                _invent(connection, table)
        store.verify_custody()


def _gather(store: Store) -> None:
    sha = hashlib.sha256(BYTES).hexdigest()
    how = {"status": 200, "عنوان": ["ب", None, 1.5]}
    got = Received("http://n.example/1", "", "page", sha, len(BYTES), BYTES, AT, "text/html", "ar", how, ("ocr",))
    report = Report("من الشبكة", "قصف الجيش بلدة الرملة أمس وقتل 4 جنود", published=date(2022, 5, 9), outlet="منبر")
    made = from_record({"report": report.name, "published": "2022-05-09", "events": []})
    Gathering(store).take(got, report, made, version="v1", by="rana")


def _decide(store: Store) -> None:
    store.judge(("r", "e1"), ("s", "e1"), "same", reason="واحد", by="huda")
    store.withdraw(store.judge(("r", "e2"), ("s", "e2"), "different", reason="غيره", by="huda").id or 0, by="rima")
    store.decide("report:r", "trust", {"الدرجة": "B"}, reason="معروف", by="huda")
    corrections = Corrections(store)
    corrections.decide("r", "e2", "reject", reason="لم يقع", by="huda")
    corrections.decide("s", "e1", "accept", by="zayd")
    people = People(store)
    people.log_in("huda", team.PASSWORDS["huda"], address="127.0.0.1")
    people.make_token("huda", "feed", by="huda")


def _invent(connection: Connection, table: Table) -> None:
    if connection.execute(select(1).select_from(table).limit(1)).first() is None:
        connection.execute(insert(table), [_row(connection, table, n) for n in range(len(TEXTS))])


def _row(connection: Connection, table: Table, n: int) -> dict[str, Any]:
    return {column.name: _value(connection, column, n) for column in table.columns}


def _value(connection: Connection, column: Any, n: int) -> Any:
    if column.foreign_keys:
        parents = list(_parents(connection, column))
        return parents[n % len(parents)]
    if column.nullable and n % 3 == 1:
        return None
    kinds = (
        (Boolean, n % 2 == 0), (BigInteger, (-1) ** n * (2**62 + n)), (Integer, 2**31 - 1 - n),
        (Float, (n + 1) / 7 * 10.0 ** (n * 40 - 140)), (LargeBinary, BYTES[n:]),
    )  # fmt: skip
    for kind, value in kinds:
        if isinstance(column.type, kind):
            return value
    length = column.type.length or 1000
    alone = column.primary_key or column.unique
    return (f"{n:02}{TEXTS[n]}" if alone or length < 4 else TEXTS[n])[:length]


def _parents(connection: Connection, column: Any) -> Iterator[Any]:
    (key,) = column.foreign_keys
    yield from connection.execute(select(key.column).order_by(key.column)).scalars()


def told(store: Store) -> dict[str, Any]:
    """What a store answers about everything that people gave it."""
    people, gathering = People(store), Gathering(store)
    return {
        "count": store.count(), "reports": store.reports(), "incidents": store.incidents(),
        "judgements": store.judgements(withdrawn=True), "decisions": store.decisions(),
        "corrections": Corrections(store).history(), "custody": store.custody(), "lines": store.verify_custody(),
        "people": people.all(), "tokens": people.tokens(), "trail": people.trail(),
        "originals": gathering.originals(),
        "bytes": [gathering.data(o.received.sha256) for o in gathering.originals()],
        "lineage": store.lineage(), "basis": store.basis(), "rows": rows(store),
    }  # fmt: skip


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as SQLAlchemy gives it, without order."""
    with store.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in all_tables()
        }
