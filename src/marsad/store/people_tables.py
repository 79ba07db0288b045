"""The tables of people and of what they decided; they belong to the same metadata as all others."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from marsad.store.tables import metadata

corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report", String(200), ForeignKey("reports.name"), nullable=False, index=True),
    Column("event", String(40), nullable=False),
    Column("thread", Integer, nullable=False),
    Column("act", String(10), nullable=False),
    Column("changes", Text, nullable=False),
    Column("reading", Integer, nullable=False),
    Column("raw", String(40)),
    Column("told", Text),
    Column("reason", Text, nullable=False),
    Column("made_by", String(200), nullable=False, index=True),
    Column("made_at", String(32), nullable=False),
    Column("coding", Integer),
    Column("touches", Integer, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("withdrawn_by", String(200)),
    Column("withdrawn_at", String(32)),
)

codings = Table(
    "codings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report", String(200), ForeignKey("reports.name"), nullable=False),
    Column("coder", String(100), nullable=False, index=True),
    Column("asked_by", String(200), nullable=False),
    Column("asked_at", String(32), nullable=False),
    Column("done_at", String(32)),
    UniqueConstraint("report", "coder"),
)

people = Table(
    "people",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("role", String(10), nullable=False),
    Column("password", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("seen_at", String(32)),
)

sessions = Table(
    "sessions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("person", String(100), ForeignKey("people.name"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(100), ForeignKey("people.name"), nullable=False, index=True),
    Column("label", String(100), nullable=False),
    Column("prefix", String(12), nullable=False),
    Column("key", String(64), nullable=False, unique=True),
    Column("made_at", String(32), nullable=False),
    Column("seen_at", String(32)),
    Column("expires_at", String(32), nullable=False),
    Column("revoked", Boolean, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", String(32), nullable=False),
    Column("until", String(32), nullable=False),
)

trail = Table(
    "trail",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("who", String(200), nullable=False, index=True),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
