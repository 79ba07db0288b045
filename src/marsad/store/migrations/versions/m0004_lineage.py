"""Ids of incidents for life: the event each was given for, and where a merged one leads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; incidents that were derived before keep their ids when they are derived next."""
    op.create_table(
        "incident_ids",
        sa.Column("id", sa.String(40)),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("report", sa.String(200), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("heir", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_incident_ids"),
    )
    op.create_index("ix_incident_ids_heir", "incident_ids", ["heir"])


def downgrade() -> None:
    """Drop the table; ids are then given by the oldest event again."""
    op.drop_index("ix_incident_ids_heir", table_name="incident_ids")
    op.drop_table("incident_ids")
