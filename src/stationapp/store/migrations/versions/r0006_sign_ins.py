"""Keep who signed in at this PC, when, and in which post (考勤)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, read by day."""
    op.create_table(
        "sign_in",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("from_at", sa.Integer(), nullable=False),
        sa.Column("until_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("day", "person", "post", "from_at"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("sign_in")
