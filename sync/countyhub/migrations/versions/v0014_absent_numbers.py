"""Numbers on papers whose envelopes are not here: lost with a PC's disk, or in a run that waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the step: one table, empty at first; numbers in runs that wait already are found when these are stored."""
    op.create_table(
        "absent_number",
        sa.Column("county", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county", "number", "device", "seq", "kind"),
    )
    op.create_index("ix_absent_number_device", "absent_number", ["county", "device", "seq"])
