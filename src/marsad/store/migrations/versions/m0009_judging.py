"""What fusing needs to add one report without looking at all others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("act_days", "incident_rounds", "fuse_answers", "fuse_outlets", "fuse_pairs", "fuse_headings", "fuse_events")
INDEXES = (
    ("ix_incident_ids_number", "incident_ids", ["number"]),
    ("ix_incident_ids_report", "incident_ids", ["report", "event"]),
    ("ix_reports_copy_of", "reports", ["copy_of"]),
    ("ix_fuse_events_report", "fuse_events", ["report", "event"]),
    ("ix_fuse_pairs_high", "fuse_pairs", ["high", "low"]),
    ("ix_fuse_answers_incident", "fuse_answers", ["incident"]),
    ("ix_incident_rounds_round", "incident_rounds", ["round"]),
)


def upgrade() -> None:
    """Create the tables, empty: incidents are derived anew once, which fills them."""
    op.create_table(
        "fuse_events",
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("report", sa.String(200), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_fuse_events"),
    )
    op.create_table(
        "fuse_headings",
        sa.Column("heading", sa.BigInteger, autoincrement=False),
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.PrimaryKeyConstraint("heading", "number", name="pk_fuse_headings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fuse_pairs",
        sa.Column("low", sa.Integer, autoincrement=False),
        sa.Column("high", sa.Integer, autoincrement=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("retold", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("low", "high", name="pk_fuse_pairs"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fuse_outlets",
        sa.Column("name", sa.String(300)),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_fuse_outlets"),
    )
    _answers_and_rounds()
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    op.execute("DELETE FROM facts WHERE name IN ('basis', 'relations')")


def _answers_and_rounds() -> None:
    op.create_table(
        "fuse_answers",
        sa.Column("role", sa.String(1)),
        sa.Column("side", sa.String(300)),
        sa.Column("day", sa.Integer, autoincrement=False),
        sa.Column("incident", sa.String(40)),
        sa.PrimaryKeyConstraint("role", "side", "day", "incident", name="pk_fuse_answers"),
    )
    op.create_table(
        "incident_rounds",
        sa.Column("incident", sa.String(40)),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("incident", name="pk_incident_rounds"),
    )
    op.create_table(
        "act_days",
        sa.Column("party", sa.String(300)),
        sa.Column("day", sa.Integer, autoincrement=False),
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("kind", sa.String(62), nullable=False),
        sa.PrimaryKeyConstraint("party", "day", "number", name="pk_act_days"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take them back, and have all that is derived made anew by whoever opens the store next."""
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM facts WHERE name IN ('basis', 'relations', 'fusing')")
