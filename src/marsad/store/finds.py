"""Reading the index: one snapshot of its columns, taken anew when the store changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, select

from marsad.store.connecting import for_looks
from marsad.store.custody import GENESIS
from marsad.store.find_tables import find_moves, find_pages, find_people, find_rows, find_terms, find_words
from marsad.store.finding import VERSION
from marsad.store.pieces import pieces
from marsad.store.sheet import Array, Flags, Sheet, links_of, merge, rows_of
from marsad.store.tables import custody, facts, incident_events, incidents
from marsad.store.words import PRIVATE, TITLE, Term

Json = dict[str, Any]
MOST_PARTS = 60_000  # pieces of word lists that one question may open; more only for hopelessly short beginnings


@dataclass(frozen=True, slots=True)
class Named:
    """A value that rows share, with its names to show."""

    id: int
    kind: str
    value: str
    ar: str | None
    en: str | None


@dataclass(frozen=True)
class Snapshot:
    """All columns at one version of the index. `terms` by number (0 stands for none)."""

    version: int
    incidents: Sheet
    reports: Sheet
    terms: tuple[Named, ...]
    ids: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Changes with the version."""
        return f"index:{self.version}"

    def of(self, kind: str) -> Sheet:
        """The sheet of "i" (incidents) or "r" (reports)."""
        return self.incidents if kind == "i" else self.reports

    def term(self, kind: str, value: str) -> int:
        """The number of a value, 0 where no row has it."""
        return self.ids.get((kind, value), 0)


NOTHING = Snapshot(-1, Sheet({}), Sheet({}), (Named(0, "", "", None, None),))


class Finds:
    """The index of a store, for many threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._looks, self._lock, self._held = engine, for_looks(engine), Lock(), NOTHING

    def mark(self) -> tuple[str, int]:
        """The last line of the custody log (its hash) and the version of the index, in one look."""
        last = select(custody.c.hash).order_by(custody.c.seq.desc()).limit(1).scalar_subquery()
        version = select(facts.c.value).where(facts.c.name == VERSION).scalar_subquery()
        with self._looks.connect() as connection:
            row = connection.execute(select(last, version)).one()
        return row[0] or GENESIS, int(row[1] or 0)

    def now(self) -> Snapshot:
        """The newest snapshot. Only pages that changed are read."""
        with self._looks.connect() as connection:
            if _version(connection) == self._held.version:
                return self._held
        with self._lock, self._engine.connect() as connection:
            if _version(connection) != self._held.version:
                self._held = _taken(connection, self._held)
            return self._held

    def holding(self, sheet: Sheet, kind: str, term: Term, *, private: bool, title: bool = False) -> Flags:
        """Rows that hold a word of a question; what is private only where `private`."""
        leads = ([TITLE, PRIVATE + TITLE] if private else [TITLE]) if title else ["", PRIVATE] if private else [""]
        found = np.zeros(sheet.size, np.bool_)
        with self._engine.connect() as connection:
            for lead in leads:
                for page, body in _parts(connection, kind, lead, term):
                    merge(found, page, body)
        return found

    def rows(self, kind: str, numbers: Iterable[int]) -> dict[int, tuple[str, str | None, str | None]]:
        """Number -> (name, ar, en) of rows that are still there."""
        query = select(find_rows.c.number, find_rows.c.name, find_rows.c.ar, find_rows.c.en)
        query = query.where(find_rows.c.kind == kind)
        with self._engine.connect() as connection:
            found = (r for some in pieces(map(int, numbers)) for r in connection.execute(_among(query, some)))
            return {number: (name, ar, en) for number, name, ar, en in found}

    def numbers(self, kind: str, names: Sequence[str]) -> dict[str, int]:
        """Name -> number of rows that are there."""
        query = select(find_rows.c.name, find_rows.c.number).where(find_rows.c.kind == kind)
        with self._engine.connect() as connection:
            found = (r for some in pieces(names) for r in connection.execute(query.where(find_rows.c.name.in_(some))))
            return {row.name: row.number for row in found}

    def documents(self, numbers: Iterable[int]) -> dict[int, Json]:
        """Number -> the incident as a JSON object."""
        query = select(find_rows.c.number, incidents.c.document).join(incidents, incidents.c.id == find_rows.c.name)
        query = query.where(find_rows.c.kind == "i")
        with self._engine.connect() as connection:
            found = [r for some in pieces(map(int, numbers)) for r in connection.execute(_among(query, some))]
        return {number: json.loads(document) for number, document in found}

    def moves(self, ids: Iterable[str]) -> dict[str, list[Json]]:
        """Incident -> who goes whence and whither: {"report", "event", "from", "to"}."""
        same = (incident_events.c.report == find_moves.c.report) & (incident_events.c.event == find_moves.c.event)
        query = select(incident_events.c.incident, find_moves).join(find_moves, same)
        query = query.order_by(find_moves.c.report, find_moves.c.event)
        found: dict[str, list[Json]] = {}
        with self._engine.connect() as connection:
            for some in pieces(ids):
                for row in connection.execute(query.where(incident_events.c.incident.in_(some))):
                    told = {"report": row.report, "event": row.event} | json.loads(row.body)
                    found.setdefault(row.incident, []).append(told)
        return found

    def people(self) -> tuple[set[str], set[str]]:
        """Names that are hidden everywhere (folded words with single spaces), and ids of public persons."""
        names = select(find_people.c.name).where(find_people.c.private.is_(True), find_people.c.everywhere.is_(True))
        ids = select(find_people.c.id).where(find_people.c.private.is_(False))
        with self._engine.connect() as connection:
            hidden, public = (set(connection.execute(q.distinct()).scalars()) for q in (names, ids))
        return hidden, {id for id in public if id}


def _version(connection: Connection) -> int:
    return int(connection.execute(select(facts.c.value).where(facts.c.name == VERSION)).scalar() or 0)


def _among(query: Any, numbers: Sequence[int]) -> Any:
    return query.where(find_rows.c.number.in_(numbers))


def _taken(connection: Connection, held: Snapshot) -> Snapshot:
    # the version is read once more: what is committed after it is seen again with the next
    version = _version(connection)
    terms = list(held.terms)
    query = select(find_terms).where(find_terms.c.id > terms[-1].id).order_by(find_terms.c.id)
    terms += [Named(*row) for row in connection.execute(query)]
    ids = {(t.kind, t.value): t.id for t in terms}
    incidents_now, reports_now = (_sheet(connection, kind, held.of(kind)) for kind in ("i", "r"))
    return Snapshot(version, incidents_now, reports_now, tuple(terms), ids)


def _sheet(connection: Connection, kind: str, held: Sheet) -> Sheet:
    test = find_pages.c.kind == kind
    found = connection.execute(select(find_pages.c.page, find_pages.c.version).where(test))
    there: dict[int, int] = {row.page: row.version for row in found}
    kept = {page: held.pages[page] for page in there if page in held.pages and held.pages[page][0] == there[page]}
    if len(kept) == len(held.pages) == len(there):
        return held
    pages: dict[int, tuple[int, Array, Array]] = kept
    for some in pieces(sorted(there.keys() - kept.keys()), 20):
        for row in connection.execute(select(find_pages).where(test, find_pages.c.page.in_(some))):
            pages[row.page] = (row.version, rows_of(row.rows), links_of(row.links))
    return Sheet(pages)


def _parts(connection: Connection, kind: str, lead: str, term: Term) -> Iterable[tuple[int, bytes]]:
    word = find_words.c.word
    query = select(find_words.c.page, find_words.c.body).where(find_words.c.kind == kind)
    if term.prefix:
        start = lead + term.forms[0]
        query = query.where(word >= start, word < start + "\U0010ffff").limit(MOST_PARTS)
    else:
        query = query.where(word.in_([lead + form for form in term.forms]))
    return [(row[0], row[1]) for row in connection.execute(query).all()]
