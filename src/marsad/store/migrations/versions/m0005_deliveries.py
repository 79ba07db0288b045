"""Alerts on their way out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the queue of deliveries."""
    op.create_table(
        "deliveries",
        sa.Column("key", sa.String(64)),
        sa.Column("channel", sa.String(100), nullable=False),
        sa.Column("alert", sa.String(40), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.String(32), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("sent_at", sa.String(32)),
        sa.Column("told", sa.Text),
        sa.PrimaryKeyConstraint("key", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_state", "deliveries", ["state"])
    op.create_index("ix_deliveries_channel", "deliveries", ["channel"])


def downgrade() -> None:
    """Drop the queue; what waits in it is not sent."""
    op.drop_index("ix_deliveries_channel", table_name="deliveries")
    op.drop_index("ix_deliveries_state", table_name="deliveries")
    op.drop_table("deliveries")
