"""Incidents, judgements, decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of fusing and reviewing."""
    _incidents()
    _judgements()
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("field", sa.String(100), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_subject", "decisions", ["subject"])


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(40)),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("starts", sa.String(10)),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_index("ix_incidents_type", "incidents", ["type"])
    op.create_index("ix_incidents_starts", "incidents", ["starts"])
    op.create_table(
        "incident_events",
        sa.Column("report", sa.String(200)),
        sa.Column("event", sa.String(40)),
        sa.Column("incident", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("report", "event", name="pk_incident_events"),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name="fk_incident_events_incident"),
    )
    op.create_index("ix_incident_events_incident", "incident_events", ["incident"])


def _judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("id", sa.Integer),
        sa.Column("left_report", sa.String(200), nullable=False),
        sa.Column("left_event", sa.String(40), nullable=False),
        sa.Column("right_report", sa.String(200), nullable=False),
        sa.Column("right_event", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
    )
    op.create_index("ix_judgements_left", "judgements", ["left_report", "left_event"])
    op.create_index("ix_judgements_right", "judgements", ["right_report", "right_event"])
    op.create_index("ix_judgements_made_by", "judgements", ["made_by"])
