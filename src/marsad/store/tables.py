"""The tables. Every change here needs a migration beside it; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0011"
VERSION_TABLE = "marsad_version"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

reports = Table(
    "reports",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("text", Text, nullable=False),
    Column("outlet", Text),
    Column("published", String(10), index=True),
    Column("url", Text),
    Column("via", Text),
    Column("added_at", String(32), nullable=False),
    Column("copy_of", String(200), index=True),
    Column("copy_share", Float),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report", String(200), ForeignKey("reports.name"), nullable=False, index=True),
    Column("engine", Text, nullable=False),
    Column("packs", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("newest", Boolean, nullable=False),
    Column("read_at", String(32), nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("report", String(200), ForeignKey("reports.name"), primary_key=True),
    Column("event", String(40), primary_key=True),
    Column("type", String(20), nullable=False, index=True),
    Column("mode", String(40)),
    Column("status", String(20), nullable=False),
    Column("starts", String(10), index=True),
    Column("ends", String(10)),
    Column("lat", Float),
    Column("lon", Float),
    Column("place", Text),
    Column("place_id", String(200), index=True),
    Column("words", Text, nullable=False),
    Column("state", String(12), nullable=False, server_default="open"),
    Column("doubt", Integer),
    Index("ix_events_state", "state", "doubt", "report", "event"),
)

event_actors = Table(
    "event_actors",
    metadata,
    Column("report", String(200), ForeignKey("reports.name"), primary_key=True),
    Column("event", String(40), primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("actor", String(300), nullable=False, index=True),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("position", Integer, nullable=False, index=True),
    Column("type", String(20), nullable=False, index=True),
    Column("status", String(20), nullable=False),
    Column("starts", String(10), index=True),
    Column("document", Text, nullable=False),
)

incident_events = Table(
    "incident_events",
    metadata,
    Column("report", String(200), primary_key=True),
    Column("event", String(40), primary_key=True),
    Column("incident", String(40), ForeignKey("incidents.id"), nullable=False, index=True),
)

incident_ids = Table(
    "incident_ids",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("number", Integer, nullable=False, index=True),
    Column("report", String(200), nullable=False),
    Column("event", String(40), nullable=False),
    Column("heir", String(40), index=True),
    Index("ix_incident_ids_report", "report", "event"),
)

judgements = Table(
    "judgements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("left_report", String(200), nullable=False),
    Column("left_event", String(40), nullable=False),
    Column("right_report", String(200), nullable=False),
    Column("right_event", String(40), nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("made_by", String(200), nullable=False, index=True),
    Column("made_at", String(32), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Index("ix_judgements_left", "left_report", "left_event"),
    Index("ix_judgements_right", "right_report", "right_event"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(300), nullable=False, index=True),
    Column("field", String(100), nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("withdrawn", Boolean, nullable=False),
)

custody = Table(
    "custody",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("hash"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("channel", String(100), nullable=False, index=True),
    Column("alert", String(40), nullable=False),
    Column("document", Text, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("due_at", String(32), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("sent_at", String(32)),
    Column("told", Text),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", Text, nullable=False),
)

acts = Table(
    "acts",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("incident", String(40), nullable=False, unique=True),
    Column("day", Integer, nullable=False, index=True),
    Column("place", String(200), index=True),
    Column("body", Text, nullable=False),
)

act_parties = Table(
    "act_parties",
    metadata,
    Column("party", String(300), primary_key=True),
)

pair_series = Table(
    "pair_series",
    metadata,
    Column("a", String(300), primary_key=True),
    Column("b", String(300), primary_key=True, index=True),
    Column("steps", LargeBinary, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("packing", String(10), nullable=False),
    Column("data", LargeBinary),
)

originals = Table(
    "originals",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("locator", Text, nullable=False),
    Column("inlet", String(40), nullable=False),
    Column("media_type", String(200)),
    Column("came_at", String(32), nullable=False),
    Column("how", Text, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("program", String(100), nullable=False),
    Column("report", String(200), ForeignKey("reports.name"), nullable=False, index=True),
    Column("language", String(10), nullable=False),
    Column("marks", Text, nullable=False),
)

read_with = Table(
    "read_with",
    metadata,
    Column("report", String(200), ForeignKey("reports.name"), primary_key=True),
    Column("version", Text, nullable=False),
)

fetches = Table(
    "fetches",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("address", Text, nullable=False),
    Column("etag", Text),
    Column("modified", Text),
    Column("fetched_at", String(32), nullable=False),
)

standing = Table(
    "standing",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("address", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("schedule", String(100), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("ran_at", String(32)),
    Column("told", Text),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("given", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
    Column("worker", String(200), nullable=False),
    Column("told", Text),
)

job_items = Table(
    "job_items",
    metadata,
    Column("job", Integer, ForeignKey("jobs.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("item", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("faults", Text),
    Index("ix_job_items_job", "job", "state"),
)

stamps = Table(
    "stamps",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("head", String(64), nullable=False),
    Column("authority", Text, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("made_at", String(32), nullable=False),
)

reference_layers = Table(
    "reference_layers",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("format", String(20), nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("told", Text, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("made_at", String(32), nullable=False),
)

reference_rows = Table(
    "reference_rows",
    metadata,
    Column("layer", String(100), ForeignKey("reference_layers.name"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("starts", String(10), index=True),
    Column("ends", String(10)),
    Column("document", Text, nullable=False),
)
