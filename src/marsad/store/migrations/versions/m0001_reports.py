"""Reports, readings, flattened events, the custody log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FROZEN = "the custody log is append-only"


def upgrade() -> None:
    """Create the first tables."""
    _reports()
    _events()
    _custody()
    op.create_table(
        "facts",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_facts"),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("name", sa.String(200)),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outlet", sa.Text),
        sa.Column("published", sa.String(10)),
        sa.Column("url", sa.Text),
        sa.Column("via", sa.Text),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.Column("copy_of", sa.String(200)),
        sa.Column("copy_share", sa.Float),
        sa.PrimaryKeyConstraint("name", name="pk_reports"),
        sa.UniqueConstraint("sha256", name="uq_reports_sha256"),
    )
    op.create_index("ix_reports_published", "reports", ["published"])
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer),
        sa.Column("report", sa.String(200), nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("packs", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("newest", sa.Boolean, nullable=False),
        sa.Column("read_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sa.ForeignKeyConstraint(["report"], ["reports.name"], name="fk_readings_report"),
    )
    op.create_index("ix_readings_report", "readings", ["report"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("report", sa.String(200)),
        sa.Column("event", sa.String(40)),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("mode", sa.String(40)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("starts", sa.String(10)),
        sa.Column("ends", sa.String(10)),
        sa.Column("lat", sa.Float),
        sa.Column("lon", sa.Float),
        sa.Column("place", sa.Text),
        sa.Column("place_id", sa.String(200)),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("report", "event", name="pk_events"),
        sa.ForeignKeyConstraint(["report"], ["reports.name"], name="fk_events_report"),
    )
    for column in ("type", "starts", "place_id"):
        op.create_index(f"ix_events_{column}", "events", [column])
    op.create_table(
        "event_actors",
        sa.Column("report", sa.String(200)),
        sa.Column("event", sa.String(40)),
        sa.Column("role", sa.String(20)),
        sa.Column("position", sa.Integer),
        sa.Column("actor", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("report", "event", "role", "position", name="pk_event_actors"),
        sa.ForeignKeyConstraint(["report"], ["reports.name"], name="fk_event_actors_report"),
    )
    op.create_index("ix_event_actors_actor", "event_actors", ["actor"])


def _custody() -> None:
    op.create_table(
        "custody",
        sa.Column("seq", sa.Integer, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_custody"),
        sa.UniqueConstraint("hash", name="uq_custody_hash"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER custody_no_{verb.lower()} BEFORE {verb} ON custody "
                f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION marsad_custody_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{FROZEN}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER custody_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON custody "
        "FOR EACH STATEMENT EXECUTE FUNCTION marsad_custody_frozen()"
    )
