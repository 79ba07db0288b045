"""People, their rights and what they decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FROZEN = "the trail is append-only"
TABLES = ("trail", "attempts", "tokens", "sessions", "people", "codings", "corrections")


def upgrade() -> None:
    """Create corrections, codings, people, sessions, tokens and the trail; events learn their state of review."""
    _corrections()
    _people()
    _trail()
    op.add_column("events", sa.Column("state", sa.String(12), nullable=False, server_default="open"))
    op.add_column("events", sa.Column("doubt", sa.Integer))
    op.create_index("ix_events_state", "events", ["state", "doubt", "report", "event"])


def downgrade() -> None:
    """Drop them: what people corrected is lost, the log of custody still tells it."""
    op.drop_index("ix_events_state", table_name="events")
    op.drop_column("events", "doubt")
    op.drop_column("events", "state")
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER trail_no_{verb}")
    else:
        op.execute("DROP TRIGGER trail_frozen ON trail")
        op.execute("DROP FUNCTION marsad_trail_frozen()")
    for name in TABLES:
        op.drop_table(name)


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer),
        sa.Column("report", sa.String(200), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("thread", sa.Integer, nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("reading", sa.Integer, nullable=False),
        sa.Column("raw", sa.String(40)),
        sa.Column("told", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("coding", sa.Integer),
        sa.Column("touches", sa.Integer, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("withdrawn_by", sa.String(200)),
        sa.Column("withdrawn_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.ForeignKeyConstraint(["report"], ["reports.name"], name="fk_corrections_report"),
    )
    op.create_index("ix_corrections_report", "corrections", ["report"])
    op.create_index("ix_corrections_made_by", "corrections", ["made_by"])
    op.create_table(
        "codings",
        sa.Column("id", sa.Integer),
        sa.Column("report", sa.String(200), nullable=False),
        sa.Column("coder", sa.String(100), nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("asked_at", sa.String(32), nullable=False),
        sa.Column("done_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_codings"),
        sa.ForeignKeyConstraint(["report"], ["reports.name"], name="fk_codings_report"),
        sa.UniqueConstraint("report", "coder", name="uq_codings_report"),
    )
    op.create_index("ix_codings_coder", "codings", ["coder"])


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("name", sa.String(100)),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32)),
        sa.PrimaryKeyConstraint("name", name="pk_people"),
    )
    op.create_table(
        "sessions",
        sa.Column("key", sa.String(64)),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sessions"),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_sessions_person"),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("seen_at", sa.String(32)),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.ForeignKeyConstraint(["person"], ["people.name"], name="fk_tokens_person"),
        sa.UniqueConstraint("key", name="uq_tokens_key"),
    )
    op.create_index("ix_tokens_person", "tokens", ["person"])
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(200)),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
    )


def _trail() -> None:
    op.create_table(
        "trail",
        sa.Column("seq", sa.Integer),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_trail"),
    )
    op.create_index("ix_trail_who", "trail", ["who"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER trail_no_{verb.lower()} BEFORE {verb} ON trail "
                f"BEGIN SELECT RAISE(ABORT, '{FROZEN}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION marsad_trail_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{FROZEN}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER trail_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON trail "
        "FOR EACH STATEMENT EXECUTE FUNCTION marsad_trail_frozen()"
    )
