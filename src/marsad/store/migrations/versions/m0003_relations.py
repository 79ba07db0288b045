"""What relating keeps: acts, their parties, the steps of pairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; they are filled when somebody asks for a pair."""
    op.create_table(
        "acts",
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("incident", sa.String(40), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("place", sa.String(200)),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_acts"),
        sa.UniqueConstraint("incident", name="uq_acts_incident"),
    )
    op.create_index("ix_acts_day", "acts", ["day"])
    op.create_index("ix_acts_place", "acts", ["place"])
    op.create_table(
        "act_parties",
        sa.Column("party", sa.String(300)),
        sa.PrimaryKeyConstraint("party", name="pk_act_parties"),
    )
    op.create_table(
        "pair_series",
        sa.Column("a", sa.String(300)),
        sa.Column("b", sa.String(300)),
        sa.Column("steps", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("a", "b", name="pk_pair_series"),
    )
    op.create_index("ix_pair_series_b", "pair_series", ["b"])


def downgrade() -> None:
    """Drop the tables; they are filled again when somebody asks for a pair."""
    op.drop_index("ix_pair_series_b", table_name="pair_series")
    op.drop_table("pair_series")
    op.drop_table("act_parties")
    op.drop_index("ix_acts_place", table_name="acts")
    op.drop_index("ix_acts_day", table_name="acts")
    op.drop_table("acts")
