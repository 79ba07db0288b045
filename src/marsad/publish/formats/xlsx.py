"""A workbook that opens from right to left: incidents, claims, sources."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from marsad.publish import flat
from marsad.publish.cells import harmless, joined
from marsad.publish.format import Desk, Format, Json, need, sources
from marsad.store.pieces import pieces

LAST_ROW = 1_048_575  # of a sheet, counted from 0
NAMES = {"incidents": "الحوادث", "claims": "الروايات", "sources": "المصادر"}
CLAIMS = ("incident", "slot", "rank", "value", "words", "disputed", "voices", "report", "event", "outlet", "published",
          "chain", "root", "because")  # fmt: skip
SOURCES = ("report", "outlet", "published", "url", "copy_of", "sha256")
ROOM = {"incident": 16, "title_ar": 60, "title_en": 60, "words": 50, "value": 40, "chain": 40, "outlet": 24}


def write(documents: Iterable[Json], file: Path, desk: Desk) -> None:
    """Three sheets, or more where a sheet is full; written row by row."""
    library = need("xlsxwriter")
    options = {"constant_memory": True, "tmpdir": str(file.parent), "strings_to_formulas": False,
               "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip
    book = library.Workbook(str(file), options)
    try:
        _fill(book, documents, desk)
    finally:
        _close(book, library)


def _close(book: Any, library: Any) -> None:
    try:
        book.close()
    except library.exceptions.FileCreateError as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else None
        raise cause or OSError(str(error)) from error


def _fill(book: Any, documents: Iterable[Json], desk: Desk) -> None:
    rows = flat.rows(desk)
    incidents = _Sheet(book, "incidents", flat.columns())
    claims = _Sheet(book, "claims", CLAIMS)
    told = _Sheet(book, "sources", SOURCES)
    seen: set[bytes] = set()
    for batch in pieces(documents):
        new = _new((s["report"] for d in batch for s in sources(d)), seen)
        for name, head in desk.heads(new).items():
            told.add({"report": name} | head)
        for document in batch:
            incidents.add(rows(document))
            for row in _claims(document):
                claims.add(row)
            desk.written += 1


def _new(names: Iterable[str], seen: set[bytes]) -> list[str]:
    """Those of `names` not met before; a short hash each is remembered, since there may be millions."""
    import hashlib

    out = []
    for name in dict.fromkeys(names):
        mark = hashlib.blake2b(name.encode(), digest_size=8).digest()
        if mark not in seen:
            seen.add(mark)
            out.append(name)
    return out


def _claims(d: Json) -> Iterable[Json]:
    for slot, claims in d["claims"].items():
        for rank, claim in enumerate(claims, 1):
            value = claim["value"]
            said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            head = {"incident": d["incident"], "slot": slot, "rank": rank, "value": said, "words": claim["text"]}
            head |= {"disputed": slot in d["contradictions"], "voices": len({s["root"] for s in claim["sources"]})}
            for s in claim["sources"]:
                chain = " ← ".join(link["text"] for link in s["chain"])
                named = {k: s[k] for k in ("report", "event", "outlet", "published", "root", "because")}
                yield head | named | {"chain": chain}


class _Sheet:
    """A sheet that goes on in a further one when it is full."""

    def __init__(self, book: Any, name: str, columns: Sequence[str]) -> None:
        self._book, self._name, self._columns, self._count = book, NAMES[name], columns, 0
        self._bold = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E8EEF2", "valign": "top"})
        self._open()

    def _open(self) -> None:
        self._count += 1
        title = self._name if self._count == 1 else f"{self._name} {self._count}"
        self._sheet = self._book.add_worksheet(title)
        self._sheet.right_to_left()
        self._sheet.freeze_panes(1, 1)
        for at, name in enumerate(self._columns):
            self._sheet.set_column(at, at, ROOM.get(name, 14))
        for at, name in enumerate(self._columns):
            self._sheet.write_string(0, at, name, self._bold)
        self._row = 0

    def add(self, row: Json) -> None:
        """Write a row under the last one."""
        if self._row == LAST_ROW:
            self._open()
        self._row += 1
        for at, name in enumerate(self._columns):
            self._put(at, row.get(name))

    def _put(self, at: int, value: Any) -> None:
        if isinstance(value, list):
            value = joined(value)
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, at, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, at, value)
        else:
            self._sheet.write_string(self._row, at, harmless(str(value)))


FORMAT = Format(
    "xlsx",
    "xlsx",
    write,
    needs="xlsxwriter",
    loses=(
        {
            "ar": "الروابط بين الحوادث ما عدا answers؛ ونصوص التقارير",
            "en": "links between incidents other than answers; the reports' texts",
        },
        {"ar": "ما زاد على 32767 حرفاً في خانة يُقطع", "en": "a cell is cut at 32,767 characters"},
    ),
)
