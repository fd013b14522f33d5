"""Whether a hub may have forgotten PCs; of a hub of before nobody knows, so it may."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step."""
    op.add_column("hub", sa.Column("restored", sa.Boolean(), nullable=False, server_default=sa.true()))
