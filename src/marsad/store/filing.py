"""Writing pages: rows are added at the end, their words beside them, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select

from marsad.store.find_tables import find_pages, find_rows, find_terms, find_words
from marsad.store.pieces import ROWS, pieces

if TYPE_CHECKING:
    from marsad.store.sheet import Array


Named = tuple[str | None, str | None]
Key = tuple[str, str]


class Terms:
    """Numbers for values that many rows share: actors, places, sources, types, modes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[Key, int] = {}

    def __getitem__(self, key: Key) -> int:
        return self._known[key]

    def learn(self, wanted: Mapping[Key, Named]) -> None:
        """Give each (kind, value) of `wanted` its number; new ones are kept with their names to show."""
        unknown = [key for key in wanted if key not in self._known]
        by_kind: dict[str, list[str]] = {}
        for kind, value in unknown:
            by_kind.setdefault(kind, []).append(value)
        for kind, values in by_kind.items():
            self._look_up(kind, values)
        new = [key for key in unknown if key not in self._known]
        if not new:
            return
        last = int(self._connection.execute(select(func.max(find_terms.c.id))).scalar() or 0)
        self._known |= {key: last + n for n, key in enumerate(new, start=1)}
        self._connection.execute(insert(find_terms), [
            {"id": self._known[key], "kind": key[0], "value": key[1], "ar": wanted[key][0], "en": wanted[key][1]}
            for key in new
        ])  # fmt: skip

    def _look_up(self, kind: str, values: Sequence[str]) -> None:
        for some in pieces(values):
            test = (find_terms.c.kind == kind) & find_terms.c.value.in_(some)
            for row in self._connection.execute(select(find_terms.c.id, find_terms.c.value).where(test)):
                self._known[kind, row.value] = row.id


class Filing:
    """Adds rows of one kind ("i" incidents, "r" reports). Nothing is written before `close`, or a page is full."""

    def __init__(self, connection: Connection, kind: str, *, version: int) -> None:
        self._connection, self._kind, self._version = connection, kind, version
        self._names: list[dict[str, Any]] = []
        last = connection.execute(select(func.max(find_pages.c.page)).where(find_pages.c.kind == kind)).scalar()
        self._open(0 if last is None else int(last), there=last is not None)

    def add(
        self, name: str, row: tuple[Any, ...], links: Iterable[tuple[int, int]], words: Iterable[str], *,
        shown: Named = (None, None),
    ) -> int:  # fmt: skip
        """File one row with its links (role, term) and words. Its number."""
        from marsad.store.sheet import PAGE

        if self._held + len(self._rows) == PAGE:
            self._write()
            self._open(self._page + 1, there=False)
        at = self._held + len(self._rows)
        self._rows.append(row)
        self._links.extend((at, role, term) for role, term in links)
        for word in words:
            self._words.setdefault(word, []).append(at)
        number = self._page * PAGE + at
        self._names.append({"kind": self._kind, "number": number, "name": name, "ar": shown[0], "en": shown[1]})
        return number

    def close(self) -> None:
        """Write what is still open."""
        self._write()

    def _open(self, page: int, *, there: bool) -> None:
        self._page, self._there, self._old = page, there, (b"", b"")
        if there:
            test = (find_pages.c.kind == self._kind) & (find_pages.c.page == page)
            row = self._connection.execute(select(find_pages.c.rows, find_pages.c.links).where(test)).one()
            self._old = (row.rows, row.links)
        from marsad.store.sheet import ROW

        self._held = len(self._old[0]) // ROW.itemsize
        self._rows: list[tuple[Any, ...]] = []
        self._links: list[tuple[int, int, int]] = []
        self._words: dict[str, list[int]] = {}

    def _write(self) -> None:
        import numpy as np

        from marsad.store.sheet import LINK, ROW

        if self._rows:
            rows = self._old[0] + np.array(self._rows, ROW).tobytes()
            links = self._old[1] + np.array(self._links, LINK).tobytes()
            put_page(self._connection, self._kind, self._page, version=self._version, rows=rows, links=links)
            self._write_words()
        for some in pieces(self._names, ROWS):
            self._connection.execute(insert(find_rows), some)
        self._names = []

    def _write_words(self) -> None:
        from marsad.store.sheet import packed, unpacked

        if self._there:
            test = (find_words.c.kind == self._kind) & (find_words.c.page == self._page)
            for some in pieces(sorted(self._words)):
                these = test & find_words.c.word.in_(some)
                for row in self._connection.execute(select(find_words.c.word, find_words.c.body).where(these)):
                    self._words[row.word] = [*unpacked(row.body).tolist(), *self._words[row.word]]
                self._connection.execute(delete(find_words).where(these))
        rows = (
            {"kind": self._kind, "word": word, "page": self._page, "body": packed(self._words[word])}
            for word in sorted(self._words)
        )
        for written in pieces(rows, ROWS):
            self._connection.execute(insert(find_words), written)


def put_page(connection: Connection, kind: str, page: int, *, version: int, rows: bytes, links: bytes) -> None:
    """Write one page anew."""
    connection.execute(delete(find_pages).where(find_pages.c.kind == kind, find_pages.c.page == page))
    row = {"kind": kind, "page": page, "version": version, "rows": rows, "links": links}
    connection.execute(insert(find_pages), row)


def strike(connection: Connection, kind: str, names: Collection[str], *, version: int) -> None:
    """Let the rows of `names` be dead."""
    from marsad.store.sheet import PAGE

    gone: dict[int, list[int]] = {}
    for some in pieces(sorted(names)):
        test = (find_rows.c.kind == kind) & find_rows.c.name.in_(some)
        for number in connection.execute(select(find_rows.c.number).where(test)).scalars():
            gone.setdefault(number // PAGE, []).append(number % PAGE)
        connection.execute(delete(find_rows).where(test))
    for page, places in gone.items():
        _strike_page(connection, kind, page, places, version=version)


def _strike_page(connection: Connection, kind: str, page: int, places: Sequence[int], *, version: int) -> None:
    from marsad.store.sheet import ALIVE, rows_of

    test = (find_pages.c.kind == kind) & (find_pages.c.page == page)
    held = connection.execute(select(find_pages.c.rows, find_pages.c.links).where(test)).one()
    rows: Array = rows_of(held.rows).copy()
    rows["flags"][list(places)] &= 0xFF ^ ALIVE
    put_page(connection, kind, page, version=version, rows=rows.tobytes(), links=held.links)


def clear(connection: Connection, kind: str) -> None:
    """Take all rows of a kind out."""
    for table in (find_rows, find_pages, find_words):
        connection.execute(delete(table).where(table.c.kind == kind))
