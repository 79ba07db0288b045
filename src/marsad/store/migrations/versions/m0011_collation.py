"""Texts stand in the order of their letters' numbers on PostgreSQL too, whatever language the database was made for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COLUMNS = sa.text(
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a "
    "JOIN pg_class c ON c.oid = a.attrelid JOIN pg_collation o ON o.oid = a.attcollation "
    "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 "
    "AND NOT a.attisdropped AND c.relname <> 'marsad_version' AND (o.collname = 'C') = :c ORDER BY 1, a.attnum"
)
KEPT = {("find_words", "word")}  # it had this order from the first


def upgrade() -> None:
    """Give every text column of PostgreSQL the order that SQLite has."""
    _collate('"C"', now=False)


def downgrade() -> None:
    """Give them the database's order again."""
    _collate('"default"', now=True)


def _collate(collation: str, *, now: bool) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    changes: dict[str, list[str]] = {}
    for table, column, kind in connection.execute(COLUMNS, {"c": now}):
        if (table, column) not in KEPT:
            changes.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE {kind} COLLATE {collation}')
    for table, alterations in changes.items():
        op.execute(f'ALTER TABLE "{table}" {", ".join(alterations)}')
