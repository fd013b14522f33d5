"""Uploads know which pieces are there, and are kept for a while when they are done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    for name in ("pieces", "completed_at"):
        op.add_column("upload", sa.Column(name, sa.String(), nullable=False, server_default=""))
