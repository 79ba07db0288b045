"""What lists, maps and searches look incidents up by."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index of incidents."""


def downgrade() -> None:
    """Take it back."""
