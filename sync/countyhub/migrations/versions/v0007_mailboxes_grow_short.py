"""A mailbox may lose its beginning: how far each had come when, who has read how far, and where it begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_GENESIS = "0" * 64


def upgrade() -> None:
    """Make the step. Nothing has been removed yet, so every floor is the beginning."""
    op.add_column("mailbox", sa.Column("floor", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("mailbox", sa.Column("floor_hash", sa.String(), nullable=False, server_default=_GENESIS))
    op.create_table(
        "mailbox_mark",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("county", "feed", "marked_at")),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "feed", "marked_at"),
    )
    op.create_table(
        "mailbox_reader",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("county", "device", "feed")),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county", "device", "feed"),
    )
