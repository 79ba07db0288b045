"""The tables by which incidents and reports are found; all of them are derived and can be laid anew."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import VARCHAR

from marsad.store.tables import metadata

# by bytes on both databases, so that a prefix is a range
WORD = String(64).with_variant(VARCHAR(64, collation="C"), "postgresql")

find_rows = Table(
    "find_rows",
    metadata,
    Column("kind", String(1), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), nullable=False),
    Column("ar", Text),
    Column("en", Text),
    UniqueConstraint("name", "kind"),
)

find_pages = Table(
    "find_pages",
    metadata,
    Column("kind", String(1), primary_key=True),
    Column("page", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("rows", LargeBinary, nullable=False),
    Column("links", LargeBinary, nullable=False),
)

find_words = Table(
    "find_words",
    metadata,
    Column("kind", String(1), primary_key=True),
    Column("word", WORD, primary_key=True),
    Column("page", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

find_terms = Table(
    "find_terms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(10), nullable=False),
    Column("value", String(400), nullable=False),
    Column("ar", Text),
    Column("en", Text),
    UniqueConstraint("kind", "value"),
)

find_people = Table(
    "find_people",
    metadata,
    Column("report", String(200), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("id", String(300), index=True),
    Column("name", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("everywhere", Boolean, nullable=False),
    Index("ix_find_people_private", "private", "everywhere"),
)

find_moves = Table(
    "find_moves",
    metadata,
    Column("report", String(200), primary_key=True),
    Column("event", String(40), primary_key=True),
    Column("body", Text, nullable=False),
)
