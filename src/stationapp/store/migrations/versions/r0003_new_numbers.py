"""Give new numbers of cases a short table of their own, from which they move over together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the numbers there are stay where they are."""
    op.create_table(
        "case_number_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("case_key", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["case_key"], ["case_key.key"]),
    )


def downgrade() -> None:
    """Move what is new to the others, and remove the table."""
    op.execute(
        "INSERT INTO case_number (kind, token, case_key) SELECT kind, token, case_key FROM case_number_new"
    )
    op.drop_table("case_number_new")
