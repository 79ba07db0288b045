"""What relating keeps: one short row an incident, and the steps of each pair in one piece."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, tuple_
from sqlalchemy import text as sql

from marsad.store.fuse_tables import act_days, incident_rounds
from marsad.store.pieces import ROWS, pieces
from marsad.store.store import LOCK, Store
from marsad.store.tables import act_parties, acts, facts, incidents, pair_series, reports

BASIS = "relations"
AT_ONCE = 20  # the steps of a large pair weigh megabytes


@dataclass(frozen=True, slots=True)
class ActRow:
    """The row of an incident. `number` is its short name, 0 until stored; `day` an ordinal day, 0 where unknown.

    `kind` ("TYPE/mode") and `parties` are known of rows that are to be stored only.
    """

    number: int
    incident: str
    day: int
    place: str | None
    body: str
    parties: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is written in one go: rows to lay over those of the same incident, incidents that are no more, and the
    steps of pairs (None: the pair has none any more). `former` are the rows that go or are laid over, with their
    parties. `clears` all rows and series first, or all series; without "all" `rows` is a list.
    """

    rows: Iterable[ActRow] = ()
    gone: Collection[str] = ()
    series: Iterable[tuple[str, str, bytes | None]] = ()
    clears: Literal["", "series", "all"] = ""
    former: Sequence[ActRow] = ()


class Relations:
    """The kept rows of a store. They are derived from its incidents and never logged."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._expected: tuple[str | None] | None = None

    def expect(self) -> str | None:
        """The basis now; what is put later is written only if nobody else wrote meanwhile."""
        self._expected = (self.basis(),)
        return self._expected[0]

    def basis(self) -> str | None:
        """What the kept rows were derived from."""
        with self._store.engine.connect() as connection:
            return connection.execute(select(facts.c.value).where(facts.c.name == BASIS)).scalar()

    def rows(self, *, days: tuple[int, int] | None = None, undated: bool = False) -> list[ActRow]:
        """All rows by number; with `days` (first and last ordinal) those between, and those without a day if asked."""
        query = select(acts).order_by(acts.c.number)
        if days is not None:
            inside: ColumnElement[bool] = acts.c.day.between(*days)
            query = query.where(or_(inside, acts.c.day == 0) if undated else inside)
        with self._store.engine.connect() as connection:
            return [ActRow(r.number, r.incident, r.day, r.place, r.body) for r in connection.execute(query)]

    def of(self, ids: Collection[str]) -> list[ActRow]:
        """The rows of some incidents."""
        return self._some(acts.c.incident, sorted(ids))

    def numbered(self, numbers: Collection[int]) -> list[ActRow]:
        """Rows by their numbers."""
        return self._some(acts.c.number, sorted(numbers))

    def _some(self, column: Any, values: Sequence[Any]) -> list[ActRow]:
        found: list[ActRow] = []
        with self._store.engine.connect() as connection:
            for some in pieces(values):
                rows = connection.execute(select(acts).where(column.in_(some)))
                found += [ActRow(r.number, r.incident, r.day, r.place, r.body) for r in rows]
        return sorted(found, key=lambda r: r.number)

    def days_of(
        self, parties: Collection[str], days: tuple[int, int], *, undated: bool
    ) -> Iterator[tuple[str, int, str]]:
        """Party, number and kind of the rows that name one of the parties between two days (and of those without)."""
        table = act_days.c
        inside: ColumnElement[bool] = table.day.between(*days)
        test = or_(inside, table.day == 0) if undated else inside
        with self._store.engine.connect() as connection:
            for some in pieces(sorted(parties)):
                query = select(table.party, table.number, table.kind).where(table.party.in_(some), test)
                yield from (tuple(row) for row in connection.execute(query))

    def round(self) -> int:
        """The last round in which incidents were written."""
        with self._store.engine.connect() as connection:
            return int(connection.execute(select(func.max(incident_rounds.c.round))).scalar() or 0)

    def since(self, round: int, limit: int) -> tuple[list[str], list[str]] | None:
        """Incidents written after a round, and those that are no more; None where they are more than `limit`."""
        query = select(incident_rounds.c.incident, incident_rounds.c.gone).where(incident_rounds.c.round > round)
        with self._store.engine.connect() as connection:
            rows = connection.execute(query.limit(limit + 1)).all()
        if len(rows) > limit:
            return None
        return [r.incident for r in rows if not r.gone], [r.incident for r in rows if r.gone]

    def places(self, place: str) -> set[int]:
        """Numbers of the rows at a place or below it."""
        test = (acts.c.place == place) | acts.c.place.startswith(place + "/", autoescape=True)
        with self._store.engine.connect() as connection:
            return set(connection.execute(select(acts.c.number).where(test)).scalars())

    def span(self) -> tuple[int, int] | None:
        """The first and the last known day, as ordinals."""
        known = select(acts.c.day).where(acts.c.day > 0).limit(1)  # min and max in one query would read every row
        with self._store.engine.connect() as connection:
            low, high = (connection.execute(known.order_by(o)).scalar() for o in (acts.c.day, acts.c.day.desc()))
        return (low, high) if low is not None and high is not None else None

    def published(self) -> dict[date, int]:
        """Number of reports a day of publication, copies left out."""
        query = select(reports.c.published, func.count()).where(reports.c.published.is_not(None))
        query = query.where(reports.c.copy_of.is_(None)).group_by(reports.c.published).order_by(reports.c.published)
        with self._store.engine.connect() as connection:
            return {date.fromisoformat(day): n for day, n in connection.execute(query)}

    def last(self) -> int:
        """The highest number, 0 where no row is kept."""
        with self._store.engine.connect() as connection:
            return int(connection.execute(select(func.max(acts.c.number))).scalar() or 0)

    def parties(self) -> list[str]:
        """Everybody who was ever a party of a row."""
        with self._store.engine.connect() as connection:
            return list(connection.execute(select(act_parties.c.party).order_by(act_parties.c.party)).scalars())

    def steps(self, a: str, b: str) -> bytes | None:
        """The steps of a pair (`a` < `b`), None where it has none."""
        query = select(pair_series.c.steps).where(pair_series.c.a == a, pair_series.c.b == b)
        with self._store.engine.connect() as connection:
            return connection.execute(query).scalar()

    def steps_of(self, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], bytes | None]]:
        """Each of some pairs with its steps. No connection stays open between two pieces."""
        key = tuple_(pair_series.c.a, pair_series.c.b)
        for some in pieces(pairs, AT_ONCE):
            with self._store.engine.connect() as connection:
                rows = connection.execute(select(pair_series).where(key.in_(some))).all()
            kept = {(row.a, row.b): row.steps for row in rows}
            yield from ((pair, kept.get(pair)) for pair in some)

    def every(self) -> Iterator[tuple[str, str, bytes]]:
        """The steps of all pairs by their ids. No connection stays open between two of them."""
        key = tuple_(pair_series.c.a, pair_series.c.b)
        query, last = select(pair_series).order_by(pair_series.c.a, pair_series.c.b).limit(AT_ONCE), None
        while True:
            with self._store.engine.connect() as connection:
                rows = connection.execute(query if last is None else query.where(key > tuple_(*last))).all()
            for row in rows:
                yield row.a, row.b, row.steps
            if len(rows) < AT_ONCE:
                return
            last = rows[-1].a, rows[-1].b

    def pairs_of(self, ends: Collection[str]) -> list[tuple[str, str]]:
        """Pairs that have steps and one of `ends`."""
        found = set()
        with self._store.engine.connect() as connection:
            for some in pieces(sorted(ends)):
                test = pair_series.c.a.in_(some) | pair_series.c.b.in_(some)
                found |= {(r.a, r.b) for r in connection.execute(select(pair_series.c.a, pair_series.c.b).where(test))}
        return sorted(found)

    def documents(self, numbers: Collection[int]) -> dict[int, str]:
        """The incidents behind rows, as JSON texts by the rows' numbers."""
        found = {}
        query = select(acts.c.number, incidents.c.document).join(incidents, incidents.c.id == acts.c.incident)
        with self._store.engine.connect() as connection:
            for some in pieces(sorted(numbers)):
                for row in connection.execute(query.where(acts.c.number.in_(some))):
                    found[row.number] = row.document
        return found

    def put(self, basis: str | None, change: Change) -> None:
        """Write a change wholly or not at all; `basis` None leaves what is written there.

        After `expect` nothing is written where another process wrote since: its rows may bear the same numbers.
        """
        with self._store.engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sql("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            now = connection.execute(select(facts.c.value).where(facts.c.name == BASIS)).scalar()
            if self._expected is not None and (now,) != self._expected:
                return
            _clear(connection, change)
            _write(connection, change)
            if basis is not None:
                connection.execute(delete(facts).where(facts.c.name == BASIS))
                connection.execute(insert(facts), {"name": BASIS, "value": basis})


def _clear(connection: Connection, change: Change) -> None:
    if change.clears:
        connection.execute(delete(pair_series))
    if change.clears == "all":
        connection.execute(delete(act_parties))
        connection.execute(delete(act_days))
        connection.execute(delete(acts))
        return
    for row in change.former:
        for party in row.parties:
            here = (act_days.c.party == party) & (act_days.c.day == row.day) & (act_days.c.number == row.number)
            connection.execute(delete(act_days).where(here))
    for some in pieces(sorted(change.gone)):
        connection.execute(delete(acts).where(acts.c.incident.in_(some)))
    for numbers in pieces([r.number for r in change.rows if r.number]):
        connection.execute(delete(acts).where(acts.c.number.in_(numbers)))


def _write(connection: Connection, change: Change) -> None:
    met: set[str] = set()
    for rows in pieces(change.rows, ROWS):
        connection.execute(insert(acts), [
            {"number": r.number, "incident": r.incident, "day": r.day, "place": r.place, "body": r.body} for r in rows
        ])  # fmt: skip
        if named := [{"party": p, "day": r.day, "number": r.number, "kind": r.kind} for r in rows for p in r.parties]:
            connection.execute(insert(act_days), named)
        met.update(party for r in rows for party in r.parties)
    new = met - set(connection.execute(select(act_parties)).scalars())
    if new:
        connection.execute(insert(act_parties), [{"party": party} for party in sorted(new)])
    for some in pieces(change.series, AT_ONCE):
        if not change.clears:
            for a, b, _ in some:
                connection.execute(delete(pair_series).where(pair_series.c.a == a, pair_series.c.b == b))
        if kept := [{"a": a, "b": b, "steps": steps} for a, b, steps in some if steps is not None]:
            connection.execute(insert(pair_series), kept)
