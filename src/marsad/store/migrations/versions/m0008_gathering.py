"""Bytes as they came, standing sources, jobs."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what gathering keeps."""


def downgrade() -> None:
    """Take it back."""
