"""Bytes as they came, standing sources, jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("stamps", "job_items", "jobs", "standing", "fetches", "read_with", "originals", "blobs")


def upgrade() -> None:
    """Create what gathering keeps; reports that were added before have no originals."""
    _originals()
    _standing()
    _jobs()
    op.create_table(
        "stamps",
        sa.Column("seq", sa.Integer, autoincrement=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_stamps"),
    )


def downgrade() -> None:
    """Drop the tables; the log keeps their hashes."""
    for name in TABLES:
        op.drop_table(name)


def _originals() -> None:
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(64)),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("packing", sa.String(10), nullable=False),
        sa.Column("data", sa.LargeBinary),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )
    op.create_table(
        "originals",
        sa.Column("key", sa.String(64)),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("locator", sa.Text, nullable=False),
        sa.Column("inlet", sa.String(40), nullable=False),
        sa.Column("media_type", sa.String(200)),
        sa.Column("came_at", sa.String(32), nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("program", sa.String(100), nullable=False),
        sa.Column("report", sa.String(200), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("marks", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_originals"),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_originals_sha256"),
        sa.ForeignKeyConstraint(["report"], ["reports.name"], name="fk_originals_report"),
    )
    op.create_index("ix_originals_sha256", "originals", ["sha256"])
    op.create_index("ix_originals_report", "originals", ["report"])
    op.create_table(
        "read_with",
        sa.Column("report", sa.String(200)),
        sa.Column("version", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("report", name="pk_read_with"),
        sa.ForeignKeyConstraint(["report"], ["reports.name"], name="fk_read_with_report"),
    )


def _standing() -> None:
    op.create_table(
        "fetches",
        sa.Column("key", sa.String(64)),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("modified", sa.Text),
        sa.Column("fetched_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_fetches"),
    )
    op.create_table(
        "standing",
        sa.Column("name", sa.String(100)),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("schedule", sa.String(100), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("ran_at", sa.String(32)),
        sa.Column("told", sa.Text),
        sa.PrimaryKeyConstraint("name", name="pk_standing"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("given", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
        sa.Column("worker", sa.String(200), nullable=False),
        sa.Column("told", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_table(
        "job_items",
        sa.Column("job", sa.Integer, autoincrement=False),
        sa.Column("position", sa.Integer, autoincrement=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("faults", sa.Text),
        sa.PrimaryKeyConstraint("job", "position", name="pk_job_items"),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name="fk_job_items_job"),
    )
    op.create_index("ix_job_items_job", "job_items", ["job", "state"])
