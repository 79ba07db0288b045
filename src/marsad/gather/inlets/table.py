"""Tables of reports: CSV, TSV, JSON Lines, XLSX, a report a row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pydantic import Field, field_validator

from marsad.errors import InputError
from marsad.gather.days import find_day, machine_day
from marsad.gather.inlet import Inlet, Options, Out
from marsad.gather.inlets.text import encoding_known
from marsad.gather.names import slug
from marsad.gather.needed import library
from marsad.gather.pieces import Found, Original, Parcel, Piece, Refusal, original_of
from marsad.gather.unpack import check_zip

GUESSED = {
    "text": ("text", "body", "content", "النص", "نص", "المحتوى", "notes", "report_text"),
    "title": ("title", "headline", "العنوان", "عنوان"),
    "published": ("published", "date", "published_at", "publication_date", "التاريخ", "تاريخ", "تاريخ النشر"),
    "outlet": ("outlet", "source", "site", "المصدر", "الوسيلة"),
    "url": ("url", "link", "address", "الرابط"),
    "id": ("report", "id", "name", "المعرف"),
}
LONGEST_CELL = 2_000_000
MOST_ROWS, MOST_COLUMNS = 1_048_576, 500  # of a workbook's sheet; the rows are as many as a workbook can have
Row = tuple[int, dict[str, Any]]


class TableOptions(Options):
    """Which column is what; a column that is not named is guessed from its heading."""

    text: str | None = Field(default=None, description="Column of the text.")
    title: str | None = Field(default=None, description="Column of the title, put above the text.")
    published: str | None = Field(default=None, description="Column of the day of publication.")
    outlet: str | None = Field(default=None, description="Column of the outlet.")
    url: str | None = Field(default=None, description="Column of the address.")
    id: str | None = Field(default=None, description="Column that names the report.")
    sheet: str | None = Field(default=None, description="Sheet of an XLSX file; the first where not given.")
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="What parts the cells of a CSV file."
    )
    encoding: str = Field(default="utf-8", description="Encoding of CSV and JSON Lines files.")

    check = field_validator("encoding")(encoding_known)


class TableInlet(Inlet):
    """A row of a table is one report."""

    name = "table"
    title = "Tables with a report a row: CSV, TSV, JSON Lines, JSON, XLSX"
    takes = (
        "One column holds the text; the others are named by options or guessed from usual headings in English and "
        "Arabic. Rows without text are told and passed over. Macros and formulas of a workbook are never run."
    )
    example = "marsad add reports.xlsx --table-text النص --table-published التاريخ"
    suffixes = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".xlsx", ".xlsm")
    options = TableOptions
    needs = "openpyxl for XLSX"

    @classmethod
    def recognises(cls, parcel: Parcel, head: bytes) -> bool:
        """By its name; JSON Lines by its first line too."""
        if parcel.suffix in (".xlsx", ".xlsm"):
            return head.startswith(b"PK")
        return (parcel.suffix in cls.suffixes and not head.startswith(b"PK")) or _json_line(head)

    def open(self, parcel: Parcel) -> Out:
        """A piece a row. Raises InputError E143 (no such column), E144 (no such table)."""
        data = parcel.read()
        original = original_of(parcel, data)
        columns: dict[str, str] | None = None
        rows = self._rows(parcel, data)
        for number, row in rows:
            columns = columns or self.columns(row, parcel)
            yield self.piece(parcel, original, row, number, columns)
        if columns is None:
            raise InputError("E103", f"{parcel.shown} has no rows", "leave it out")

    def piece(
        self, parcel: Parcel, original: Original, row: dict[str, Any], number: int, columns: Mapping[str, str]
    ) -> Piece | Refusal:
        """The report of one row, or why there is none."""
        if not str(row.get(columns["text"]) or "").strip():
            fault = InputError("E103", f"{parcel.shown}, row {number} has no text", "leave the row out")
            return Refusal(f"{parcel.shown}, row {number}", fault)
        where = f"{parcel.locator}/row {number}" if parcel.locator else f"row {number}"
        return Piece(original, where, self.name, partial(self._find, parcel, row, number, columns))

    def columns(self, row: dict[str, Any], parcel: Parcel) -> dict[str, str]:
        """What is what: option name -> heading. Raises InputError E143."""
        found: dict[str, str] = {}
        small = {heading.strip().lower(): heading for heading in row}
        for part, guesses in GUESSED.items():
            asked = getattr(self.given, part)
            if asked is not None and asked not in row:
                raise _no_column(parcel, f"column {asked!r}", row)
            heading = asked or next((small[g] for g in guesses if g in small), None)
            if heading is not None:
                found[part] = heading
        if "text" not in found:
            raise _no_column(parcel, "column of text", row)
        return found

    def _find(self, parcel: Parcel, row: dict[str, Any], number: int, columns: Mapping[str, str]) -> Found:
        cells = {part: _cell(row.get(heading)) for part, heading in columns.items()}
        text = cells["text"] or ""
        title = cells.get("title")
        if title and not text.startswith(title):
            text = f"{title}\n{text}"
        said = cells.get("published")
        day = machine_day(said) or find_day(said) if said else None
        if said and day is None:
            raise InputError("E109", f"{parcel.shown}, row {number}: {said!r} is no day", "write YYYY-MM-DD")
        id = cells.get("id")
        name = slug(id) if id else f"{slug(parcel.stem)}-{number}"
        return Found(text, name, day, cells.get("outlet"), cells.get("url"))

    def _rows(self, parcel: Parcel, data: bytes) -> Iterator[Row]:
        if data.startswith(b"PK"):
            return self._xlsx(parcel, data)
        try:
            letters = data.decode(self.given.encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            remedy = "say which encoding it is: --table-encoding windows-1256"
            raise InputError("E102", f"{parcel.shown} is not {self.given.encoding}", remedy) from error
        if letters.lstrip().startswith(("{", "[")):
            return _json_rows(letters, parcel)
        return self._csv(parcel, letters)

    def _csv(self, parcel: Parcel, letters: str) -> Iterator[Row]:
        csv.field_size_limit(LONGEST_CELL)
        delimiter = self.given.delimiter or _delimiter(letters)
        reader = csv.DictReader(io.StringIO(letters, newline=""), delimiter=delimiter)
        try:
            for row in reader:
                yield reader.line_num, {k: v for k, v in row.items() if isinstance(k, str)}
        except csv.Error as error:
            message = f"{parcel.shown}, line {reader.line_num}: {error}"
            raise InputError("E144", message, "save the table again as CSV with quotes") from error

    def _xlsx(self, parcel: Parcel, data: bytes) -> Iterator[Row]:
        openpyxl = library("openpyxl", of="reading workbooks")
        library("defusedxml", of="reading workbooks")
        check_zip(data, shown=parcel.shown)
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # the library raises whatever its parts raise on a damaged workbook
            message = f"{parcel.shown} is no readable workbook ({type(error).__name__})"
            raise InputError("E144", message, "open it and save it again as XLSX or CSV") from error
        if self.given.sheet and self.given.sheet not in book.sheetnames:
            names = ", ".join(book.sheetnames)
            raise InputError("E143", f"{parcel.shown} has no sheet {self.given.sheet!r}", f"its sheets are: {names}")
        sheet = book[self.given.sheet] if self.given.sheet else book.worksheets[0]
        headings: list[str] | None = None
        for number, cells in enumerate(_cells(sheet), start=1):
            if cells.count(None) == len(cells):
                continue
            if headings is None:
                headings = [str(c).strip() if c is not None else "" for c in cells] if any(cells) else None
            else:
                yield number, {h: c for h, c in zip(headings, cells, strict=False) if h}


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    # a row may claim any number, and the library makes up all rows and cells before it
    sheet.reset_dimensions()
    yield from map(tuple, sheet.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS))


def _json_rows(letters: str, parcel: Parcel) -> Iterator[Row]:
    if letters.lstrip().startswith("["):
        rows = _json(letters, parcel, "the file")
        yield from ((n, row) for n, row in enumerate(rows, 1) if isinstance(row, dict))
        return
    for number, line in enumerate(letters.splitlines(), start=1):
        if line.strip():
            row = _json(line, parcel, f"line {number}")
            if not isinstance(row, dict):
                raise InputError("E144", f"{parcel.shown}, line {number} is no object", "write one object a line")
            yield number, row


def _json(text: str, parcel: Parcel, where: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InputError("E144", f"{parcel.shown}, {where}: no JSON ({error})", "write one object a line") from error


def _json_line(head: bytes) -> bool:
    line = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    return line.startswith(b'{"') and line.rstrip().endswith(b"}")


def _delimiter(letters: str) -> str:
    line = letters.split("\n", 1)[0]
    return max("\t;,|", key=lambda mark: (line.count(mark), mark == ","))


def _no_column(parcel: Parcel, what: str, row: dict[str, Any]) -> InputError:
    remedy = f"name it, such as --table-text COLUMN; its columns are: {', '.join(str(h) for h in row)}"
    return InputError("E143", f"{parcel.shown} has no {what}", remedy)


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value).strip() or None
