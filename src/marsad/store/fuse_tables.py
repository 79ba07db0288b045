"""What fusing keeps so that one report can be added without looking at all others; all of it can be derived anew."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from marsad.store.tables import metadata

fuse_events = Table(
    "fuse_events",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("report", String(200), nullable=False),
    Column("event", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_fuse_events_report", "report", "event"),
)

fuse_headings = Table(
    "fuse_headings",
    metadata,
    Column("heading", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

fuse_pairs = Table(
    "fuse_pairs",
    metadata,
    Column("low", Integer, primary_key=True, autoincrement=False),
    Column("high", Integer, primary_key=True, autoincrement=False),
    Column("score", Float, nullable=False),
    Column("retold", Boolean, nullable=False),
    Index("ix_fuse_pairs_high", "high", "low"),
    sqlite_with_rowid=False,
)

fuse_outlets = Table(
    "fuse_outlets",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("reports", Integer, nullable=False),
)

fuse_answers = Table(
    "fuse_answers",
    metadata,
    Column("role", String(1), primary_key=True),
    Column("side", String(300), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("incident", String(40), primary_key=True),
    Index("ix_fuse_answers_incident", "incident"),
)

incident_rounds = Table(
    "incident_rounds",
    metadata,
    Column("incident", String(40), primary_key=True),
    Column("round", Integer, nullable=False, index=True),
    Column("gone", Boolean, nullable=False),
)

act_days = Table(
    "act_days",
    metadata,
    Column("party", String(300), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(62), nullable=False),
    sqlite_with_rowid=False,
)
