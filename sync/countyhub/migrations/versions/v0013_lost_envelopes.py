"""Envelopes that their device, its disk damaged, has said to be lost, also before a run that came too early."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step: one table, empty at first; before the runs that wait nothing is lost."""
    op.create_table(
        "lost_envelope",
        sa.Column("county", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county", "device", "seq"),
    )
    op.add_column("early_run", sa.Column("lost_from", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("early_run", sa.Column("file_hash", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE early_run SET lost_from = first_seq")
    op.drop_index("ix_early_run", table_name="early_run")
    op.create_index("ix_early_run", "early_run", ["county", "device", "lost_from"])
