"""Data sets of others to compare with, and incidents by pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the layers of reference and the index by which incidents are paged."""
    op.create_table(
        "reference_layers",
        sa.Column("name", sa.String(100)),
        sa.Column("format", sa.String(20), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_reference_layers"),
    )
    op.create_table(
        "reference_rows",
        sa.Column("layer", sa.String(100)),
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("starts", sa.String(10)),
        sa.Column("ends", sa.String(10)),
        sa.Column("document", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["layer"], ["reference_layers.name"], name="fk_reference_rows_layer"),
        sa.PrimaryKeyConstraint("layer", "number", name="pk_reference_rows"),
    )
    op.create_index("ix_reference_rows_starts", "reference_rows", ["starts"])
    op.create_index("ix_incidents_position", "incidents", ["position"])


def downgrade() -> None:
    """Take them back."""
    op.drop_index("ix_incidents_position", "incidents")
    op.drop_index("ix_reference_rows_starts", "reference_rows")
    op.drop_table("reference_rows")
    op.drop_table("reference_layers")
