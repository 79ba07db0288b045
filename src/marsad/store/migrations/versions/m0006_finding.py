"""What lists, maps and searches look incidents up by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import VARCHAR

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORD = sa.String(64).with_variant(VARCHAR(64, collation="C"), "postgresql")
TABLES = ("find_moves", "find_people", "find_terms", "find_words", "find_pages", "find_rows")


def upgrade() -> None:
    """Create the index of incidents and reports; it is filled with the next fusing."""
    op.create_table(
        "find_rows",
        sa.Column("kind", sa.String(1)),
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("ar", sa.Text),
        sa.Column("en", sa.Text),
        sa.PrimaryKeyConstraint("kind", "number", name="pk_find_rows"),
        sa.UniqueConstraint("name", "kind", name="uq_find_rows_name"),
    )
    op.create_table(
        "find_pages",
        sa.Column("kind", sa.String(1)),
        sa.Column("page", sa.Integer, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("rows", sa.LargeBinary, nullable=False),
        sa.Column("links", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("kind", "page", name="pk_find_pages"),
    )
    op.create_table(
        "find_words",
        sa.Column("kind", sa.String(1)),
        sa.Column("word", WORD),
        sa.Column("page", sa.Integer, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("kind", "word", "page", name="pk_find_words"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "find_terms",
        sa.Column("id", sa.Integer, autoincrement=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("value", sa.String(400), nullable=False),
        sa.Column("ar", sa.Text),
        sa.Column("en", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_find_terms"),
        sa.UniqueConstraint("kind", "value", name="uq_find_terms_kind"),
    )
    _people_and_moves()
    op.execute("DELETE FROM facts WHERE name = 'basis'")


def _people_and_moves() -> None:
    op.create_table(
        "find_people",
        sa.Column("report", sa.String(200)),
        sa.Column("position", sa.Integer, autoincrement=False),
        sa.Column("id", sa.String(300)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("everywhere", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("report", "position", name="pk_find_people"),
    )
    op.create_index("ix_find_people_id", "find_people", ["id"])
    op.create_index("ix_find_people_private", "find_people", ["private", "everywhere"])
    op.create_table(
        "find_moves",
        sa.Column("report", sa.String(200)),
        sa.Column("event", sa.String(40)),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("report", "event", name="pk_find_moves"),
    )


def downgrade() -> None:
    """Take it back."""
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM facts WHERE name IN ('finding', 'finding-seq')")
